//! A command on a pseudo-terminal of its own, as a person would use it.

use std::fs::File;
use std::io::Write;
use std::os::fd::AsFd;
use std::os::unix::process::ExitStatusExt;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::termios::{LocalFlags, tcgetattr};
use pty_process::Size;
use pty_process::blocking::{self, Command};

use super::collected::Collected;
use super::run::Run;
use super::{LIMIT, POLL, wait_for_limit};

/// A terminal with a command on it. Dropped, the command loses its terminal and is killed.
#[must_use]
pub(crate) struct Pty<'a> {
    run: Run<'a>,
    child: Child,
    terminal: blocking::Pty,
    keyboard: File,
    screen: Collected,
    /// How much of the screen was already expected.
    seen: usize,
}

/// How the command ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    Code(i32),
    Signal(i32),
}

impl<'a> Run<'a> {
    /// Starts it on a new terminal, which echoes what is typed, as terminals do.
    #[track_caller]
    pub(crate) fn on_terminal(self) -> Pty<'a> {
        let (terminal, other_end) = blocking::open().expect("a pseudo-terminal");
        terminal.resize(Size::new(40, 100)).expect("a terminal");
        // libfaketime hands the clock on in a variable, which it cannot set in bash itself: `sh` has it set before.
        let child = Command::from(self.command(&["sh", "-c", "exec \"$@\"", "sh"]))
            .spawn(other_end)
            .expect("a command on a terminal");
        let handle = || terminal.as_fd().try_clone_to_owned().map(File::from);
        let keyboard = handle().expect("the terminal");
        let screen = Collected::from(handle().expect("the terminal"));
        Pty {
            run: self,
            child,
            terminal,
            keyboard,
            screen,
            seen: 0,
        }
    }
}

impl Pty<'_> {
    /// Waits for a text after all that was expected before; what came with it.
    #[track_caller]
    pub(crate) fn expect(&mut self, text: &str) -> String {
        let deadline = Instant::now() + LIMIT;
        loop {
            // In this order: what came before the end must not be missed.
            let last_look = self.screen.has_ended() || Instant::now() > deadline;
            let shown = self.screen.bytes();
            let fresh = &shown[self.seen..];
            if let Some(at) = fresh
                .windows(text.len())
                .position(|part| part == text.as_bytes())
            {
                let part = &fresh[..at + text.len()];
                self.seen += part.len();
                return String::from_utf8_lossy(part).into_owned();
            }
            let fresh = String::from_utf8_lossy(fresh);
            assert!(
                !last_look,
                "expected `{text}`, but the terminal shows:\n{fresh}"
            );
            thread::sleep(POLL);
        }
    }

    /// Types a line.
    pub(crate) fn send_line(&mut self, line: &str) {
        self.send(&format!("{line}\n"));
    }

    /// Types as it is: `"\x03"` is Ctrl-C, `"\x1a"` Ctrl-Z, `"\x04"` the end.
    pub(crate) fn send(&mut self, text: &str) {
        self.keyboard
            .write_all(text.as_bytes())
            .expect("an open terminal");
    }

    pub(crate) fn ctrl_c(&mut self) {
        self.send("\x03");
    }

    /// Makes its window larger or smaller.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        let size = Size::new(rows, columns);
        self.terminal.resize(size).expect("a terminal");
    }

    pub(crate) fn pid(&self) -> i32 {
        i32::try_from(self.child.id()).expect("a process id")
    }

    /// Whether the terminal shows what is typed: off at a question for a secret.
    pub(crate) fn echoes(&self) -> bool {
        let modes = tcgetattr(&self.terminal).expect("an open terminal");
        modes.local_flags.contains(LocalFlags::ECHO)
    }

    /// All that was shown so far.
    pub(crate) fn screen(&self) -> String {
        self.screen.text()
    }

    /// Waits for its end. A terminal shows stdout and stderr alike: secrets are a leak on it.
    #[track_caller]
    pub(crate) fn wait(self) -> Ended {
        self.wait_and_read().0
    }

    /// The same, and all that was shown.
    #[track_caller]
    pub(crate) fn wait_and_read(mut self) -> (Ended, String) {
        let words = self.run.words();
        let ended = || self.child.try_wait().expect("a child");
        let status = wait_for_limit(self.run.limit, &words, ended);
        let signal = || Ended::Signal(status.signal().expect("a code or a signal"));
        let ended = status.code().map_or_else(signal, Ended::Code);
        // The last words may still be on their way; what lives on in the background keeps the
        // terminal open, so they are not waited for without end.
        self.screen
            .wait_until(Instant::now() + Duration::from_secs(5));
        let shown = self.screen.bytes();
        let shown: &[u8] = if self.run.may_print_secrets {
            &[]
        } else {
            &shown
        };
        let files = !self.run.may_write_secrets;
        self.run
            .sandbox
            .assert_no_leak(&words, &[("the terminal", shown)], files);
        (ended, self.screen.text())
    }
}

impl Drop for Pty<'_> {
    #[allow(clippy::print_stderr, reason = "the harness shows it with the failure")]
    fn drop(&mut self) {
        // A failed test shows what its terminal showed: most often that says why.
        if thread::panicking() {
            eprintln!("the terminal shows:\n{}", self.screen.text());
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
