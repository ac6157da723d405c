//! Questions to the person at the terminal.
//!
//! They go to `/dev/tty`: standard output may be inside `$(...)`, and standard input may be data.
//! While a question stands, the terminal hands over every byte at once, shows nothing by itself and
//! sends no signals: so Ctrl-C arrives here as a byte, the terminal is put back, locks are freed by
//! an ordinary return, and a question that nobody answers can be withdrawn. A signal that ends us
//! finds the terminal put back as well. At Ctrl-Z the terminal is put back before we stop; the question
//! is put again when we go on.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::{getpgrp, tcgetpgrp};

use super::line::{Echo, Line, Step};
use super::page::Page;
use super::put_back::PutBack;
use super::raw::Raw;
use crate::model::secret::{SecretString, Zeroizing};
use crate::model::visible;
use crate::process::{Continued, suspend};

/// Why nobody can be asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoTerminal {
    /// The process has no controlling terminal: a service, a cron job, CI. What the system says of
    /// it (`No such device or address`) is no cause that would help anybody.
    #[error("this process has no terminal")]
    Absent(io::Error),
    /// The terminal is somebody else's now: the process was started with `&`, or by a job in the
    /// background. To ask would stop the process.
    #[error("this process runs in the background of its terminal")]
    Background,
    /// The caller does not want a question now.
    #[error("this run is to ask nobody")]
    Unwelcome,
}

/// Whether a person may be asked, by us or by a program that we would start for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Questions {
    /// They expect it.
    #[default]
    Welcome,
    /// They are asked on their terminal, and nowhere else: a program runs us, which they run.
    OnTerminal,
    /// A command of theirs has the terminal, and we work beside it. What asks nobody may take its time.
    BesideCommand,
    /// A shell's hook runs us between two of their commands.
    Unwelcome,
}

impl Questions {
    /// Whether somebody may be watching this run, and can end it: not where a program or a hook runs us.
    pub fn may_be_watched(self) -> bool {
        match self {
            Self::Welcome => true,
            Self::OnTerminal => Terminal::open().is_ok(),
            Self::BesideCommand | Self::Unwelcome => false,
        }
    }

    /// The terminal to ask on.
    ///
    /// # Errors
    /// [`NoTerminal`], also where there is one and questions are unwelcome.
    pub fn terminal(self) -> Result<Terminal, NoTerminal> {
        match self {
            Self::Welcome | Self::OnTerminal => Terminal::open(),
            Self::BesideCommand | Self::Unwelcome => Err(NoTerminal::Unwelcome),
        }
    }
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AskError {
    /// Nobody answered in time. The question was withdrawn.
    #[error("nobody answered within {} s", limit.as_secs())]
    TimedOut {
        /// How long the question stood.
        limit: Duration,
    },
    /// Ctrl-C. The program should end as if SIGINT had killed it: exit code 130.
    #[error("interrupted")]
    Interrupted,
    /// Ctrl-D, or the terminal is gone.
    #[error("the question was closed without an answer")]
    Ended,
    /// The answer is not UTF-8.
    #[error("the answer is not valid UTF-8")]
    NotText,
    /// The terminal failed.
    #[error("the terminal failed")]
    Io(#[from] io::Error),
}

/// The controlling terminal, open for questions.
#[derive(Debug)]
pub struct Terminal {
    tty: File,
    /// What stands above the next question.
    above: Page,
}

impl Terminal {
    /// Opens `/dev/tty`.
    ///
    /// # Errors
    /// [`NoTerminal`] when there is none, or when it is not ours to use now.
    pub fn open() -> Result<Self, NoTerminal> {
        let tty = OpenOptions::new()
            .read(true)
            .write(true)
            .open("/dev/tty")
            .map_err(NoTerminal::Absent)?;
        let foreground = tcgetpgrp(&tty).map_err(|errno| NoTerminal::Absent(errno.into()))?;
        if foreground != getpgrp() {
            return Err(NoTerminal::Background);
        }
        Ok(Self {
            tty,
            above: Page::default(),
        })
    }

    /// Shows a line above the next question, and not before it: an answer that is typed on seeing the line
    /// must not be lost.
    pub fn say(&mut self, text: &str) {
        self.above = std::mem::take(&mut self.above) + Page::line(text);
    }

    /// Asks, and returns the line that was typed, without its end. What is typed is shown.
    ///
    /// `prompt` is one line, and should end in a space. Only the first line of a paste is
    /// used; the rest is thrown away, and so is what was typed before the question.
    ///
    /// # Errors
    /// [`AskError`]; among them that `limit` passed.
    pub fn ask(&mut self, prompt: &str, limit: Duration) -> Result<String, AskError> {
        let answer = self.line(prompt, limit, Shown::Yes)?;
        Ok(text(&answer)?.to_owned())
    }

    /// As [`Terminal::ask`], and nothing of the answer is shown.
    ///
    /// # Errors
    /// [`AskError`]; among them that `limit` passed.
    pub fn ask_secret(&mut self, prompt: &str, limit: Duration) -> Result<SecretString, AskError> {
        let answer = self.line(prompt, limit, Shown::No)?;
        Ok(SecretString::from(text(&answer)?))
    }

    /// Asks a question whose answer is yes or no, adding ` [y/N] ` to it. Enter alone is no.
    ///
    /// # Errors
    /// [`AskError`]; among them that `limit` passed since the question was last put.
    pub fn confirm(&mut self, prompt: &str, limit: Duration) -> Result<bool, AskError> {
        loop {
            let answer = self.ask(&format!("{prompt} [y/N] "), limit)?;
            match answer.trim().to_ascii_lowercase().as_str() {
                "y" | "yes" => return Ok(true),
                "" | "n" | "no" => return Ok(false),
                _ => {}
            }
        }
    }

    fn line(
        &mut self,
        prompt: &str,
        limit: Duration,
        shown: Shown,
    ) -> Result<Zeroizing<Vec<u8>>, AskError> {
        let _put_back = PutBack::watch(&self.tty, "\n")?;
        let continued = Continued::watch().map_err(AskError::Io)?;
        // Before the prompt: what is typed on seeing it must not be lost or shown.
        let raw = Raw::enter(&self.tty)?;
        let mut tty = &self.tty;
        write!(tty, "{}", self.above)?;
        self.above = Page::default();
        let mut line = Line::new();
        let answer = loop {
            write!(tty, "{}", visible(prompt))?;
            if shown == Shown::Yes {
                tty.write_all(line.typed())?;
            }
            // A stop does not count: nobody could answer.
            let deadline = Instant::now() + limit;
            match read_line(tty, &continued, deadline, shown, &mut line) {
                Ok(Typed::Suspended) => {
                    raw.leave();
                    tty.write_all(b"^Z\n")?;
                    suspend(&continued);
                    continued.take();
                    raw.enter_again()?;
                }
                Ok(Typed::Continued) => raw.enter_again()?,
                Ok(Typed::TimedOut) => break Err(AskError::TimedOut { limit }),
                Ok(Typed::Line) => break Ok(line.into_bytes()),
                Err(error) => break Err(error),
            }
        };
        // Enter was not echoed, so the cursor still stands behind the prompt.
        let _ = tty.write_all(b"\n");
        answer
    }
}

/// Whether the answer appears on the screen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Yes,
    No,
}

/// Why typing ended, at least for now.
enum Typed {
    /// Enter.
    Line,
    /// The deadline passed.
    TimedOut,
    /// Ctrl-Z.
    Suspended,
    /// The process was stopped, and goes on: the terminal is as somebody else has left it.
    Continued,
}

/// Takes what is typed into `line`.
fn read_line(
    mut tty: &File,
    continued: &Continued,
    deadline: Instant,
    shown: Shown,
    line: &mut Line,
) -> Result<Typed, AskError> {
    let mut bytes = Zeroizing::new([0_u8; 256]);
    loop {
        if !readable(tty, continued, deadline)? {
            return Ok(Typed::TimedOut);
        }
        if continued.take() {
            return Ok(Typed::Continued);
        }
        let count = match tty.read(&mut *bytes) {
            Ok(0) => return Err(AskError::Ended),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        for byte in &bytes[..count] {
            match line.push(*byte) {
                Step::More(echo) if shown == Shown::Yes => show(tty, &echo)?,
                Step::More(_) => {}
                Step::Done => return Ok(Typed::Line),
                Step::Ended => return Err(AskError::Ended),
                Step::Interrupted => return Err(AskError::Interrupted),
                Step::Suspended => return Ok(Typed::Suspended),
            }
        }
    }
}

/// Waits until there is something to read, or the process was continued; `false` when the deadline
/// passed first.
fn readable(tty: &File, continued: &Continued, deadline: Instant) -> io::Result<bool> {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        // Rounded up: a time-out of 0 ms would spin through the last millisecond.
        let wait =
            PollTimeout::try_from(left + Duration::from_millis(1)).unwrap_or(PollTimeout::MAX);
        let mut awaited =
            [tty.as_fd(), continued.as_fd()].map(|fd| PollFd::new(fd, PollFlags::POLLIN));
        match poll(&mut awaited, wait) {
            Ok(0) if left.is_zero() => return Ok(false),
            Ok(0) | Err(nix::errno::Errno::EINTR) => {}
            Ok(_) => return Ok(true),
            Err(errno) => return Err(errno.into()),
        }
    }
}

fn show(mut tty: &File, echo: &Echo) -> io::Result<()> {
    match *echo {
        Echo::Nothing => Ok(()),
        Echo::Byte(byte) => tty.write_all(&[byte]),
        Echo::Erase(characters) => tty.write_all("\x08 \x08".repeat(characters).as_bytes()),
    }
}

fn text(bytes: &[u8]) -> Result<&str, AskError> {
    std::str::from_utf8(bytes).map_err(|_| AskError::NotText)
}
