//! A command on a pseudo-terminal of its own, as a person would use it.

use std::fs::File;
use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use expectrl::Session;
use expectrl::process::unix::{PtyStream, UnixProcess, WaitStatus};

use super::collected::Collected;
use super::run::Run;
use super::{LIMIT, POLL, wait_for};

/// A terminal with a command on it. Dropped, the command loses its terminal and is killed.
#[must_use]
pub(crate) struct Pty<'a> {
    run: Run<'a>,
    session: Session<UnixProcess, PtyStream>,
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
        // expectrl turns the echo off. On again before the command starts: later would be a race
        // with a command that turns it off to ask for a secret.
        let setup = "stty echo cols 100 rows 40; exec \"$@\"";
        let command = self.command(&["sh", "-c", setup, "sh"]);
        let mut session = Session::spawn(command).expect("a pseudo-terminal");
        // expectrl sets its own size, which may come after that of the setup.
        let process = session.get_process_mut();
        process.set_window_size(100, 40).expect("a terminal");
        let process = session.get_process();
        // expectrl waits in a busy loop; two threads of our own leave the processor to others.
        let keyboard = process.get_raw_handle().expect("the terminal");
        let screen = Collected::from(keyboard.try_clone().expect("the terminal"));
        Pty {
            run: self,
            session,
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
        let process = self.session.get_process_mut();
        process.set_window_size(columns, rows).expect("a terminal");
    }

    pub(crate) fn pid(&self) -> i32 {
        self.session.get_process().pid().as_raw()
    }

    /// Whether the terminal shows what is typed: off at a question for a secret.
    pub(crate) fn echoes(&self) -> bool {
        self.session
            .get_process()
            .get_echo()
            .expect("an open terminal")
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
    pub(crate) fn wait_and_read(self) -> (Ended, String) {
        let words = self.run.words();
        let ended = wait_for(&words, || match self.session.get_process().status() {
            Ok(WaitStatus::Exited(_, code)) => Some(Ended::Code(code)),
            Ok(WaitStatus::Signaled(_, signal, _)) => Some(Ended::Signal(signal as i32)),
            _ => None,
        });
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
