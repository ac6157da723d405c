//! MFA codes, as a port: from the command line, from a command, or from a person.

mod process;
mod terminal;

use secrecy::{ExposeSecret, SecretString};

use crate::model::session::Mfa;
use crate::process::AnswerError;
use crate::ui::terminal::{AskError, NoTerminal};

pub use terminal::CodesFromUser;

/// Something that gives MFA codes.
pub trait MfaCodes {
    /// Where a code of the device would come from now. Nothing is asked for it.
    fn source(&self, mfa: &Mfa) -> CodeSource;

    /// A code of the device, fresh. `refused` is what AWS said of the one before, if there was one;
    /// `None` comes back where there is nobody who could know a better one.
    ///
    /// # Errors
    /// Where there is none to be had: see [`MfaError`].
    fn code(&self, mfa: &Mfa, refused: Option<&str>) -> Result<Option<SecretString>, MfaError>;
}

/// Where an MFA code comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeSource {
    /// It was given for this run.
    Given,
    /// From an `mfa_process`.
    Program,
    /// From a person at a terminal.
    Person,
    /// Nobody can be asked.
    Nobody,
}

/// What a code from an `mfa_process` comes from, for errors.
const PROGRAM: &str = "the `mfa_process` command";

/// There is no MFA code.
#[derive(Debug, thiserror::Error)]
pub enum MfaError {
    /// Nobody can be asked.
    #[error("an MFA code for `{device}` is needed, and there is no terminal to ask on")]
    NoTerminal {
        /// The device's name.
        device: String,
        /// Why there is none.
        source: NoTerminal,
    },
    /// The question was not answered.
    #[error("no MFA code for `{device}` was given")]
    NoAnswer {
        /// The device's name.
        device: String,
        /// Why not.
        source: AskError,
    },
    /// What was given cannot be a code.
    #[error("an MFA code is six digits, and {from} gave something else")]
    NotACode {
        /// Where it came from.
        from: &'static str,
    },
    /// `mfa_process` gave none.
    #[error(transparent)]
    Process(#[from] AnswerError),
}

impl MfaError {
    /// An `mfa_process` has printed something that is no code.
    pub fn of_program() -> Self {
        Self::NotACode { from: PROGRAM }
    }
}

/// Six digits, as every TOTP device of IAM shows them.
fn checked(text: &str, from: &'static str) -> Result<SecretString, MfaError> {
    let text = text.trim();
    if text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit()) {
        Ok(SecretString::from(text.to_owned()))
    } else {
        Err(MfaError::NotACode { from })
    }
}

/// A code that was given for this run, or nothing.
fn given(code: Option<&SecretString>) -> Option<Result<SecretString, MfaError>> {
    code.map(|code| checked(code.expose_secret(), "`--mfa-code` or `LEAPP_MFA_CODE`"))
}
