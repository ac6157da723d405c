//! Codes from a command, such as a hardware token's: `mfa_process`.

use std::process::Stdio;
use std::str;
use std::time::Duration;

use secrecy::SecretString;

use super::{MfaError, PROGRAM, checked};
use crate::process::Question;

/// More bytes than a code with what may stand around it.
const LONGEST: usize = 4096;

/// It may want a touch of a token, or ask something itself: as long as a question of ours.
const LIMIT: Duration = Duration::from_mins(2);

/// Runs the command and takes what it prints.
pub(super) fn code(command: &str) -> Result<SecretString, MfaError> {
    let question = Question {
        key: "mfa_process",
        command,
        // Its questions are for the terminal: what is on our standard input belongs to the command
        // that we are to become.
        stdin: Stdio::null(),
        longest: LONGEST,
        limit: LIMIT,
    };
    let printed = question.ask()?;
    checked(str::from_utf8(&printed).unwrap_or_default(), PROGRAM)
}
