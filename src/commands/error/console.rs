//! A console that does not open.

use std::io;
use std::path::Path;

use super::{CommandError, Kind};
use crate::aws::AwsErrorKind;
use crate::console::ConsoleError;
use crate::resolver::ResolveError;
use crate::settings::Display;

/// Where no browser can be opened here.
const ELSEWHERE: &str = "add `--print` to get the URL, and open it where there is a browser; it is a secret for 15 minutes";

impl From<ConsoleError> for CommandError {
    fn from(error: ConsoleError) -> Self {
        let new = Self::from_room(Kind::User, &error);
        match error {
            ConsoleError::UnknownPartition(_) => new
                .hint("name the endpoint that signs browsers in as `console_endpoint` in `config.toml`"),
            ConsoleError::Aws(error) => Self::no_answer(&error),
            ConsoleError::Refused { .. } => new
                .hint("the credentials may have been revoked: add `--refresh` for new ones")
                .hint("AWS signs in to the console of the session's own partition only: see `leapp explain`"),
            ConsoleError::NoPort(_) => new.hint(ELSEWHERE),
            ConsoleError::NobodyCame { .. } | ConsoleError::OpenerFailed { .. } => {
                new.hint(ELSEWHERE).hint("`LEAPP_BROWSER` names a browser")
            }
        }
    }
}

impl CommandError {
    /// `leapp console --print` on a terminal.
    pub(in crate::commands) fn url_on_terminal() -> Self {
        Self::new(
            Kind::Usage,
            "the URL signs in whoever has it, and is not printed on a terminal",
        )
        .hint("give it to a program, as in `leapp console ALIAS --print | wl-copy`")
        .hint("to see it nevertheless, add `--show`")
    }

    /// A browser that nobody would see.
    pub(in crate::commands) fn no_screen(display: Display) -> Self {
        Self::new(
            Kind::User,
            match display {
                Display::Elsewhere => "there is no display: this machine is used over ssh",
                Display::Present | Display::Absent => "there is no display to open a browser on",
            },
        )
        .hint(ELSEWHERE)
    }

    /// No browser, or none of that name.
    pub(in crate::commands) fn no_browser(named: Option<&Path>) -> Self {
        match named {
            Some(name) => Self::new(
                Kind::User,
                format!("there is no browser `{}`", name.display()),
            )
            .hint("mend `LEAPP_BROWSER`, or `browser` in `config.toml`"),
            None => Self::new(Kind::User, "no browser was found")
                .hint("install one, or name yours in `LEAPP_BROWSER`"),
        }
        .hint(ELSEWHERE)
    }

    /// A browser that cannot be started.
    pub(in crate::commands) fn no_opener(program: &Path, why: &io::Error) -> Self {
        let program = program.display();
        Self::new(Kind::User, format!("cannot start `{program}`"))
            .because_of(why)
            .hint(ELSEWHERE)
    }

    /// An IAM user who gets no credentials for the console.
    pub(in crate::commands) fn no_federation(error: Box<ResolveError>) -> Self {
        let denied = error
            .sts()
            .is_some_and(|error| error.kind == AwsErrorKind::AccessDenied);
        let new = Self::from(error);
        if denied {
            new.hint("the user's policies must allow `sts:GetFederationToken`, without MFA")
        } else {
            new
        }
    }
}
