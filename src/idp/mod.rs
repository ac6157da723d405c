//! SAML assertions, as a port: given for this run, from a command, or from a login in the user's own
//! browser. No provider is known by name here: whatever posts to AWS will do.

mod assertion;
mod browser;
mod from_user;
mod given;
mod process;

use std::io;

pub use assertion::{Assertion, AssertionError, Contents, Grant, Statement, Untimely};
pub use browser::{
    Browser, BrowserConfig, BrowserError, Keep, Notice, PrivateBrowser, Profiles, Screen,
    Surroundings,
};
pub use from_user::AssertionsFromUser;
pub use given::Given;

use crate::model::Url;
use crate::process::AnswerError;

/// Something that gives SAML assertions.
pub trait AssertionSource {
    /// A fresh assertion.
    ///
    /// # Errors
    /// Where there is none to be had: see [`IdpError`].
    fn assertion(&self, login: &Login<'_>) -> Result<Assertion, IdpError>;

    /// Whose the assertion is.
    fn sharing(&self) -> Sharing;
}

/// Where assertions come from, as a session defines it.
#[derive(Clone, Copy, Debug)]
pub struct Login<'a> {
    /// Where the login begins.
    pub url: &'a Url,
    /// A command that prints the assertion, instead of a browser.
    pub process: Option<&'a str>,
}

/// Whether an assertion serves other runs too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// All runs that want the same login.
    Shared,
    /// This run only: somebody has given it, and may not mean what others mean.
    ThisRun,
}

/// There is no assertion.
#[derive(Debug, thiserror::Error)]
pub enum IdpError {
    /// What came cannot be sent to AWS.
    #[error(transparent)]
    Assertion(#[from] AssertionError),
    /// A person was about to type or paste it.
    #[error("a terminal cuts lines at 4,096 characters, and an assertion is longer")]
    Typed,
    /// What `--assertion` names cannot be read.
    #[error("cannot read the assertion from {place}")]
    Unreadable {
        /// The file, or standard input.
        place: String,
        /// Why not.
        source: io::Error,
    },
    /// `saml_process` gave none.
    #[error(transparent)]
    Process(#[from] AnswerError),
    /// The login in the browser came to nothing.
    #[error(transparent)]
    Browser(#[from] BrowserError),
}
