//! An endpoint that could not be, and a command beside one.

use std::io;
use std::path::Path;

use nix::sys::signal::Signal;

use super::{CommandError, Kind};
use crate::process::{Ended, SuperviseError};
use crate::server::ServerError;

impl From<ServerError> for CommandError {
    fn from(error: ServerError) -> Self {
        let new = Self::from_room(Kind::User, &error);
        match error {
            ServerError::Port { port: 0, .. } | ServerError::System(_) => new,
            ServerError::Port { .. } => new.hint("without `--port`, one that is free is taken"),
        }
    }
}

impl From<SuperviseError> for CommandError {
    fn from(error: SuperviseError) -> Self {
        match error {
            SuperviseError::Exec(error) => error.into(),
            error @ SuperviseError::Wait(_) => Self::from_room(Kind::User, &error),
        }
    }
}

impl CommandError {
    /// The end of a command that we have lived beside: it is ours, too. A shell stops a loop at Ctrl-C
    /// only where it sees that the signal itself has ended us.
    pub(in crate::commands) fn ended(ended: Ended) -> Self {
        match ended {
            Ended::Code(code) => Self::new(Kind::Command(code), "the command has ended"),
            Ended::Signal(Signal::SIGINT) => Self::new(Kind::Interrupted, "interrupted"),
            Ended::Signal(signal) => {
                let code = u8::try_from(128 + signal as i32).unwrap_or(u8::MAX);
                Self::new(Kind::Command(code), "a signal has ended the command")
            }
        }
    }

    /// The system does not let us hear of signals.
    pub(in crate::commands) fn no_signals(error: &io::Error) -> Self {
        Self::new(Kind::User, "cannot wait for the end").because_of(error)
    }

    /// A file that the token cannot be written to.
    pub(in crate::commands) fn token_file(path: &Path, error: &io::Error) -> Self {
        let new = Self::new(
            Kind::User,
            format!("cannot write the token to `{}`", path.display()),
        )
        .because_of(error);
        match error.kind() {
            io::ErrorKind::AlreadyExists => {
                new.hint("name a file that is not there yet; it is removed at the end")
            }
            _ => new,
        }
    }
}
