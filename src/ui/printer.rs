//! stdout is data; stderr is for people.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::fs::OpenOptions;
use std::io::{self, BufWriter, IsTerminal, Write};

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use super::json;
use super::page::Page;
use super::report::Report;
use crate::model::visible;

/// How much a person wants to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verbosity {
    /// Errors only.
    Quiet,
    /// What a person should know.
    #[default]
    Normal,
}

/// Prints for one of the two programs.
#[derive(Clone, Copy, Debug)]
pub struct Printer {
    /// Stands before everything on stderr: hooks speak in the middle of somebody's shell.
    program: &'static str,
    verbosity: Verbosity,
}

/// A warning.
const WARNING: Style = AnsiColor::Yellow.on_default().bold();

impl Printer {
    /// A printer for `program`.
    pub fn new(program: &'static str, verbosity: Verbosity) -> Self {
        Self { program, verbosity }
    }

    /// The program it prints for.
    pub fn program(&self) -> &'static str {
        self.program
    }

    /// How many characters a line of data may have; `None` where no terminal sets a limit.
    pub fn width(&self) -> Option<usize> {
        let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
        Some(usize::from(size.ws_col)).filter(|&columns| columns > 0)
    }

    /// Prints what was asked for.
    ///
    /// # Errors
    /// Where stdout is closed or full.
    pub fn data(&self, page: &Page) -> io::Result<()> {
        let mut out = anstream::stdout().lock();
        write!(out, "{page}")?;
        out.flush()
    }

    /// Prints what was asked for as JSON. It has no colours that would have to be taken out again, and may
    /// be megabytes.
    ///
    /// # Errors
    /// Where stdout is closed or full.
    pub fn json(&self, value: &impl Serialize) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        json::write(&mut out, value)?;
        out.write_all(b"\n")?;
        out.flush()
    }

    /// Tells a person something. What cannot be told is not worth failing for.
    pub fn note(&self, text: &str) {
        if self.verbosity != Verbosity::Quiet {
            say(&format!("{}: {}\n", self.program, visible(text)));
        }
    }

    /// Tells a person something that they should look into.
    pub fn warn(&self, text: &str) {
        if self.verbosity != Verbosity::Quiet {
            say(&format!(
                "{}: {WARNING}warning:{WARNING:#} {}\n",
                self.program,
                visible(text)
            ));
        }
    }

    /// Calls a person who may have sent stderr elsewhere, and is needed.
    pub fn call(&self, text: &str) {
        self.warn(text);
        if self.verbosity != Verbosity::Quiet
            && !io::stderr().is_terminal()
            && let Ok(mut terminal) = OpenOptions::new().write(true).open("/dev/tty")
        {
            let _ = writeln!(terminal, "{}: {}", self.program, visible(text));
        }
    }

    /// Prints a report of what went wrong.
    pub fn report(&self, report: &Report) {
        say(&report.render(self.program).to_string());
    }

    /// Prints what the parser of the command line says of it.
    pub fn usage(&self, page: &Page) {
        say(&format!("{}: {page}", self.program));
    }

    /// Prints what was asked for where stdout is not for people.
    pub fn aside(&self, page: &Page) {
        say(&page.to_string());
    }
}

/// Prints what a program reads, byte for byte: statements for a shell, values, a file. Nothing is made
/// visible and nothing is taken out, so it is for data whose form the program reading it defines.
///
/// # Errors
/// Where stdout is closed or full.
pub fn exact(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Lets a panic print its message as one visible line: it may quote text from outside.
pub fn visible_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let backtrace = Backtrace::capture();
        let mut text = Page::line(&panic.to_string());
        if backtrace.status() == BacktraceStatus::Captured {
            text = text + Page::lines(&backtrace.to_string());
        }
        say(&text.to_string());
    }));
}

fn say(text: &str) {
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}
