//! Assertions from a command: `saml_process`.

use std::process::Stdio;
use std::str;

use super::browser::LOGIN_LIMIT;
use super::{Assertion, IdpError, given};
use crate::process::Question;

/// Runs the command and takes what it prints.
pub(super) fn assertion(command: &str) -> Result<Assertion, IdpError> {
    let printed = question(command).ask()?;
    Ok(Assertion::read(
        str::from_utf8(&printed).unwrap_or_default(),
    )?)
}

fn question(command: &str) -> Question<'_> {
    Question {
        key: "saml_process",
        command,
        // It may ask for a password there, as saml2aws does.
        stdin: Stdio::inherit(),
        longest: given::LONGEST_TEXT,
        // It may open a window of its own, for the same person.
        limit: LOGIN_LIMIT,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::idp::AssertionError;
    use crate::process::AnswerError;

    #[test]
    fn each_failure_is_told_apart() {
        let missing = assertion("/nonexistent/saml-login").unwrap_err();
        assert!(
            matches!(missing, IdpError::Process(AnswerError::CanNotRun { .. })),
            "{missing}"
        );
        let failed = assertion("sh -c 'exit 3'").unwrap_err();
        assert!(
            matches!(failed, IdpError::Process(AnswerError::Failed { .. })),
            "{failed}"
        );
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
    fn a_command_has_as_long_as_a_person_in_the_browser() {
        assert_eq!(question("true").limit, Duration::from_mins(5));
    }

    #[test]
    fn a_command_that_never_stops_printing_is_stopped() {
        let endless = assertion("sh -c 'yes yyyy; exit 0'").unwrap_err();
        let long = IdpError::Assertion(AssertionError::TooLong);
        assert_eq!(endless.to_string(), long.to_string());
    }
}
