//! Becoming the command: same process, same terminal, its signals, its exit code.

use std::convert::Infallible;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::model::Environment;
use crate::model::environment::Change;

/// The command could not be started.
#[derive(Debug, thiserror::Error)]
pub enum ExecError {
    /// There is no such program.
    #[error("no command `{}`", program.display())]
    NotFound {
        /// What was asked for.
        program: OsString,
        /// What followed it.
        arguments: Vec<OsString>,
        /// What is missing, where it is not the program itself.
        #[source]
        missing: Option<InterpreterMissing>,
    },
    /// There is one, and it cannot be run.
    #[error("cannot run `{}`", program.display())]
    NotExecutable {
        /// What was asked for.
        program: OsString,
        /// Why.
        source: io::Error,
    },
}

/// The kernel's answer is the same for a script that is not there and for one whose first line names
/// a program that is not there.
#[derive(Debug, thiserror::Error)]
#[error("the file is there; the interpreter that it asks for is not")]
pub struct InterpreterMissing;

/// Whether a word is the path of a file that is there; a bare name is looked up in `PATH` alone.
fn names_a_file(program: &OsStr) -> bool {
    program.as_encoded_bytes().contains(&b'/') && Path::new(program).is_file()
}

/// Replaces this process by the command, in our environment with these changes.
///
/// This is std's `exec`, not the bare system call: Rust programs ignore `SIGPIPE`, an ignored signal
/// stays ignored over `execve`, and a pipeline in the child would then end in errors instead of
/// silence. Std gives the signal back its default first.
///
/// # Errors
/// Only where the command could not be started: else this does not return.
pub fn become_command(
    program: &OsStr,
    arguments: &[OsString],
    environment: &Environment,
) -> Result<Infallible, ExecError> {
    let error = command(program, arguments, environment).exec();
    Err(ExecError::of(program, arguments, error))
}

/// The command, in our environment with these changes.
pub(super) fn command(
    program: &OsStr,
    arguments: &[OsString],
    environment: &Environment,
) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    for change in environment.changes() {
        match change {
            Change::Unset(name) => command.env_remove(name),
            Change::Set(name, value) => command.env(name, value.expose()),
        };
    }
    command
}

impl ExecError {
    /// What it means that a command did not start.
    pub(super) fn of(program: &OsStr, arguments: &[OsString], error: io::Error) -> Self {
        let program = program.to_owned();
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound {
                missing: names_a_file(&program).then_some(InterpreterMissing),
                program,
                arguments: arguments.to_vec(),
            },
            _ => Self::NotExecutable {
                program,
                source: error,
            },
        }
    }
}
