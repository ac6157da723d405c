//! Assertions from a command: `saml_process`.

use std::process::{Command, Stdio};

use super::{Assertion, IdpError, given};
use crate::model::environment::OWN_SECRETS;

/// Runs the command and takes what it prints. Its questions and errors go to the terminal as usual;
/// it gets none of our own secrets, and no shell reads it.
pub(super) fn assertion(command: &str) -> Result<Assertion, IdpError> {
    // The schema has split it before, so this can not fail; an empty program name would.
    let words = shell_words::split(command).unwrap_or_default();
    let program = words.first().cloned().unwrap_or_default();
    let mut command = Command::new(&program);
    command.args(words.iter().skip(1)).stdout(Stdio::piped());
    for name in OWN_SECRETS {
        command.env_remove(name);
    }
    let can_not_run = |source| IdpError::CanNotRun {
        program: program.clone(),
        source,
    };
    let mut child = command.spawn().map_err(can_not_run)?;
    // Dropped at the end of this statement: a command that prints without end gets SIGPIPE.
    let printed = child.stdout.take().map(given::text);
    let status = child.wait().map_err(can_not_run)?;
    if !status.success() {
        return Err(IdpError::Failed {
            program,
            status: status.to_string(),
        });
    }
    let printed = printed.transpose().map_err(can_not_run)?;
    Ok(Assertion::read(printed.as_deref().map_or("", |p| p))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::idp::AssertionError;

    #[test]
    fn each_failure_is_told_apart() {
        let missing = assertion("/nonexistent/saml-login").unwrap_err();
        assert!(matches!(missing, IdpError::CanNotRun { .. }), "{missing}");
        let failed = assertion("sh -c 'exit 3'").unwrap_err();
        assert!(matches!(failed, IdpError::Failed { .. }), "{failed}");
        let garbage = assertion("echo hello").unwrap_err();
        assert!(
            matches!(
                garbage,
                IdpError::Assertion(AssertionError::NotSaml("not base64"))
            ),
            "{garbage}"
        );
    }

    #[test]
    fn a_command_that_never_stops_printing_is_stopped() {
        let endless = assertion("sh -c 'yes yyyy; exit 0'").unwrap_err();
        let long = IdpError::Assertion(AssertionError::TooLong);
        assert_eq!(endless.to_string(), long.to_string());
    }
}
