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
    /// A code of the device, fresh. `refused` is what AWS said of the one before, if there was one;
    /// `None` comes back where there is nobody who could know a better one.
    ///
    /// # Errors
    /// Where there is none to be had: see [`MfaError`].
    fn code(&self, mfa: &Mfa, refused: Option<&str>) -> Result<Option<SecretString>, MfaError>;
}

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
