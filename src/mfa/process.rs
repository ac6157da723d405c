//! Codes from a command, such as a hardware token's: `mfa_process`.

use std::process::{Command, Stdio};
use std::str;

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::{MfaError, checked};
use crate::model::environment::OWN_SECRETS;

/// Runs the command and takes what it prints. Its questions and errors go to the terminal as usual;
/// it gets none of our own secrets, and no shell reads it.
pub(super) fn code(command: &str) -> Result<SecretString, MfaError> {
    // The schema has split it before, so this can not fail; an empty program name would.
    let words = shell_words::split(command).unwrap_or_default();
    let program = words.first().cloned().unwrap_or_default();
    let mut command = Command::new(&program);
    // Its questions are for the terminal: what is on our standard input belongs to the command that we
    // are to become.
    command
        .args(words.iter().skip(1))
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    for name in OWN_SECRETS {
        command.env_remove(name);
    }
    let run = command
        .spawn()
        .and_then(std::process::Child::wait_with_output);
    let output = run.map_err(|source| MfaError::CanNotRun {
        program: program.clone(),
        source,
    })?;
    let printed = Zeroizing::new(output.stdout);
    if !output.status.success() {
        return Err(MfaError::Failed {
            program,
            status: output.status.to_string(),
        });
    }
    checked(
        str::from_utf8(&printed).unwrap_or_default(),
        "the `mfa_process` command",
    )
}
