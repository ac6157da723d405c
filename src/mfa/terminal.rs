//! Codes from the user, by whatever way they have chosen.

use std::time::Duration;

use secrecy::SecretString;

use super::{CodeSource, MfaCodes, MfaError, checked, given, process};
use crate::model::session::Mfa;
use crate::ui::terminal::{NoTerminal, Questions};

/// A question unanswered for this long is withdrawn: other processes may be waiting for it.
const ANSWER_LIMIT: Duration = Duration::from_mins(2);

/// What was given for this run, else the session's `mfa_process`, else a question on the terminal.
#[derive(Debug, Default)]
pub struct CodesFromUser {
    /// `--mfa-code`, or `LEAPP_MFA_CODE`.
    pub given: Option<SecretString>,
    /// Whether anything may be asked. An `mfa_process` is a question as well: it may want a touch of
    /// a token, or a passphrase.
    pub questions: Questions,
}

impl MfaCodes for CodesFromUser {
    fn source(&self, mfa: &Mfa) -> CodeSource {
        let runs_programs = matches!(self.questions, Questions::Welcome | Questions::OnTerminal);
        match (&self.given, &mfa.process) {
            (Some(_), _) => CodeSource::Given,
            (None, Some(_)) if runs_programs => CodeSource::Program,
            (None, None) if self.questions.terminal().is_ok() => CodeSource::Person,
            (None, _) => CodeSource::Nobody,
        }
    }

    fn code(&self, mfa: &Mfa, refused: Option<&str>) -> Result<Option<SecretString>, MfaError> {
        if refused.is_some() && (self.given.is_some() || mfa.process.is_some()) {
            // A program would only show the same code again, within its thirty seconds.
            return Ok(None);
        }
        let process = mfa.process.as_deref();
        let by_machine = given(self.given.as_ref()).or_else(|| match self.questions {
            Questions::Welcome | Questions::OnTerminal => process.map(process::code),
            Questions::BesideCommand | Questions::Unwelcome => {
                process.map(|_| Err(no_terminal(mfa, NoTerminal::Unwelcome)))
            }
        });
        match by_machine {
            Some(code) => code.map(Some),
            None => ask(mfa, refused, self.questions).map(Some),
        }
    }
}

fn no_terminal(mfa: &Mfa, source: NoTerminal) -> MfaError {
    MfaError::NoTerminal {
        device: mfa.device.name().to_owned(),
        source,
    }
}

fn ask(mfa: &Mfa, refused: Option<&str>, questions: Questions) -> Result<SecretString, MfaError> {
    let device = mfa.device.name();
    let no_answer = |source| MfaError::NoAnswer {
        device: device.to_owned(),
        source,
    };
    let mut terminal = questions
        .terminal()
        .map_err(|source| no_terminal(mfa, source))?;
    let mut question = match refused {
        None => format!("MFA code for {device}: "),
        Some(why) => format!("AWS: {why}\nThe next MFA code for {device}: "),
    };
    // A slip of the finger costs a second question, not a code that AWS would count as a failure.
    let answer = terminal.ask(&question, ANSWER_LIMIT).map_err(no_answer)?;
    if let Ok(code) = checked(&answer, "the answer") {
        return Ok(code);
    }
    question = format!("MFA code for {device} (six digits): ");
    let answer = terminal.ask(&question, ANSWER_LIMIT).map_err(no_answer)?;
    checked(&answer, "the answer")
}
