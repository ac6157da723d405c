//! MFA codes, as a port: from the command line, from a command, or from a person.

mod process;
mod terminal;

use secrecy::{ExposeSecret, SecretString};

use crate::model::pasted::{bare, is_unseen};
use crate::model::secret::Zeroizing;
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
    #[error("an MFA code is six digits, and {from} gave {}", what(*digits))]
    NotACode {
        /// Where it came from.
        from: &'static str,
        /// How many digits it has, if it has nothing else.
        digits: Option<usize>,
    },
    /// `mfa_process` gave none.
    #[error(transparent)]
    Process(#[from] AnswerError),
}

impl MfaError {
    /// An `mfa_process` has printed something that is no code.
    pub fn of_program() -> Self {
        Self::NotACode {
            from: PROGRAM,
            digits: None,
        }
    }
}

fn what(digits: Option<usize>) -> String {
    match digits {
        Some(0) | None => "something else".to_owned(),
        Some(1) => "1 digit".to_owned(),
        Some(count) => format!("{count} digits"),
    }
}

/// Six digits, as every TOTP device of IAM shows them. Apps write `123 456` or `123-456`, and a copy can
/// bring quotes along.
fn checked(text: &str, from: &'static str) -> Result<SecretString, MfaError> {
    let text = bare(text);
    let is_between = |c: char| is_unseen(c) || matches!(c, '-' | '\u{2010}'..='\u{2013}');
    let mut code = Zeroizing::new(String::with_capacity(text.len()));
    code.extend(text.chars().filter(|c| !is_between(*c)));
    let is_number = code.bytes().all(|b| b.is_ascii_digit());
    if code.len() == 6 && is_number {
        Ok(SecretString::from(code.as_str()))
    } else {
        Err(MfaError::NotACode {
            from,
            digits: is_number.then_some(code.len()),
        })
    }
}

/// A code that was given for this run, or nothing.
fn given(code: Option<&SecretString>) -> Option<Result<SecretString, MfaError>> {
    code.map(|code| checked(code.expose_secret(), "`--mfa-code` or `LEAPP_MFA_CODE`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_apps_show_and_copy_them() {
        for text in [
            "123456",
            "123 456",
            "123\u{a0}456",
            "12 34 56",
            "123-456",
            "123\u{2011}456",
            " 123456\r\n",
            "\"123456\"\n",
            "'123 456'",
            "\u{feff}123456",
            "123\u{200b}456",
            "\u{201c}123456\u{201d}",
        ] {
            let code = checked(text, "it").unwrap_or_else(|why| panic!("{text:?}: {why}"));
            assert_eq!(code.expose_secret(), "123456", "{text:?}");
        }
        for (text, expected) in [
            ("12345", "5 digits"),
            ("123 4567", "7 digits"),
            ("1", "1 digit"),
            ("", "something else"),
            ("12345a", "something else"),
            (
                "\u{661}\u{662}\u{663}\u{664}\u{665}\u{666}",
                "something else",
            ),
            ("123456 123456", "12 digits"),
            ("code: 123456", "something else"),
        ] {
            let why = checked(text, "it").unwrap_err().to_string();
            assert_eq!(
                why,
                format!("an MFA code is six digits, and it gave {expected}")
            );
        }
    }
}
