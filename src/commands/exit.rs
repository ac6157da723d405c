//! How we end: the table of exit codes.
//!
//! | what | `leapp` | `leapp-exec` |
//! |---|---|---|
//! | done | 0 | the command's |
//! | failed, and the user can act | 1 | 125 |
//! | wrong usage | 2 | 125 |
//! | a login is needed and nobody can be asked | 3 | 125 |
//! | the command was found and cannot be run | | 126 |
//! | the command was not found | | 127 |
//! | Ctrl-C at a question | killed by SIGINT | the same |
//! | a signal during a login | killed by it | the same |
//! | under `--serve`, the command was killed by signal n | | 128 + n; by SIGINT, killed by it |
//! | stdout was closed | 0 | 0 |

use std::ffi::OsString;
use std::process::ExitCode;

use nix::sys::signal::Signal;
use signal_hook::low_level::emulate_default_handler;

use super::error::{CommandError, Kind};
use crate::cli;
use crate::ui::printer::{Printer, Verbosity};

/// Which of the two programs we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// `leapp`.
    Leapp,
    /// `leapp-exec`.
    LeappExec,
}

/// Whose exit codes count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Codes {
    /// 1, 2, 3.
    Leapp,
    /// 1, 2, 3, and 130 for Ctrl-C: a shell whose command substitution is killed by SIGINT throws away
    /// what it has printed, and here that is what protects the shell.
    LeappEnv,
    /// 125, 126, 127, as `env` and `timeout` have them, out of the command's way.
    LeappExec,
}

impl Program {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Leapp => "leapp",
            Self::LeappExec => "leapp-exec",
        }
    }

    /// `leapp exec` ends like `leapp-exec`, even where its usage is wrong.
    pub(super) fn codes_of(self, arguments: &[OsString]) -> Codes {
        match self {
            Self::LeappExec => Codes::LeappExec,
            Self::Leapp => match cli::verb(arguments).and_then(|verb| verb.to_str()) {
                Some("exec") => Codes::LeappExec,
                Some("env") => Codes::LeappEnv,
                _ => Codes::Leapp,
            },
        }
    }
}

/// Ends by a signal, as if it had never been held up.
fn end_by(signal: Signal) -> ExitCode {
    let _ = emulate_default_handler(signal as i32);
    ExitCode::from(u8::try_from(128 + signal as i32).unwrap_or(u8::MAX))
}

/// Says what went wrong, and ends accordingly.
pub(super) fn end(codes: Codes, program: Program, error: &CommandError) -> ExitCode {
    let printer = Printer::new(program.name(), Verbosity::Normal);
    match &error.kind {
        Kind::Shown(help) => {
            return match printer.data(help) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => end(codes, program, &error.into()),
            };
        }
        Kind::ClosedPipe => return ExitCode::SUCCESS,
        Kind::Command(code) => return ExitCode::from(*code),
        Kind::Said => {}
        Kind::Interrupted if codes == Codes::LeappEnv => return ExitCode::from(130),
        // A shell must see that Ctrl-C ended us, or it goes on with the next command of a loop.
        Kind::Interrupted => return end_by(Signal::SIGINT),
        Kind::Ended(signal) => return end_by(*signal),
        Kind::Clap(refusal) => printer.usage(refusal),
        _ => printer.report(&error.report),
    }
    ExitCode::from(match (codes, &error.kind) {
        (Codes::LeappExec, Kind::NotFound) => 127,
        (Codes::LeappExec, Kind::NotExecutable) => 126,
        (Codes::LeappExec, _) => 125,
        (_, Kind::Usage | Kind::Clap(_)) => 2,
        (_, Kind::LoginNeeded) => 3,
        (_, _) => 1,
    })
}
