//! Assertions by whatever way the user has chosen.

use super::browser::Browser;
use super::{Assertion, AssertionSource, Given, IdpError, Login, Sharing, process};

/// What was given for this run, else the session's `saml_process`, else a login in the browser.
pub struct AssertionsFromUser<'a> {
    /// `--assertion`.
    pub given: Option<Given>,
    /// The browser, which nothing is started of before it is needed.
    pub browser: &'a Browser,
}

impl AssertionSource for AssertionsFromUser<'_> {
    fn assertion(&self, login: &Login<'_>) -> Result<Assertion, IdpError> {
        match (&self.given, login.process) {
            (Some(given), _) => given.assertion(),
            (None, Some(command)) => {
                self.browser.check_attended()?;
                process::assertion(command)
            }
            (None, None) => {
                let text = self.browser.log_in(login.url)?;
                tracing::info!(
                    host = login.url.host(),
                    "the browser was about to post an assertion"
                );
                Ok(Assertion::read(&text)?)
            }
        }
    }

    fn sharing(&self) -> Sharing {
        match self.given {
            Some(_) => Sharing::ThisRun,
            None => Sharing::Shared,
        }
    }
}
