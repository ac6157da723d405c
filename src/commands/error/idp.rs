//! A SAML login that gave no assertion, or not the one that is needed.

use std::error::Error;

use super::sessions::IDENTITY_CENTER;
use super::{CommandError, Kind};
use crate::idp::{AssertionError, BrowserError, Grant, IdpError, Screen, Untimely};
use crate::model::chain::Step;
use crate::model::{Alias, RoleArn, Url, nearest, visible};
use crate::resolver::HopReport;

/// Where there is no browser, or none that could be used.
const WITHOUT_BROWSER: &str = "log in on another machine, and give what it posts to AWS as `--assertion FILE`, or set `saml_process`";

impl From<IdpError> for CommandError {
    fn from(error: IdpError) -> Self {
        let new = Self::from_room(Kind::User, &error);
        match error {
            IdpError::Assertion(error) => new.mending_assertion(&error),
            IdpError::Typed => Self {
                kind: Kind::Usage,
                ..new
            }
            .hint("save it to a file of mode 0600, and give that: `--assertion FILE`"),
            IdpError::Unreadable { .. } => new,
            IdpError::Process(_) => {
                new.hint("mend `saml_process`, or give the assertion as `--assertion FILE`")
            }
            IdpError::Browser(error) => error.into(),
        }
    }
}

impl From<BrowserError> for CommandError {
    fn from(error: BrowserError) -> Self {
        let kind = match &error {
            BrowserError::Signal(signal) => Kind::Ended(*signal),
            BrowserError::NoScreen(_) | BrowserError::Closed | BrowserError::TimedOut { .. } => {
                Kind::LoginNeeded
            }
            _ => Kind::User,
        };
        let new = Self::from_room(kind, &error);
        match error {
            BrowserError::NoSuchBrowser(_) => new
                .hint("mend `LEAPP_BROWSER`, or `browser` in `config.toml`")
                .hint("without either, the first of Chrome, Chromium, Edge and Brave is taken"),
            BrowserError::NoBrowser => new
                .hint("install Chromium, Chrome, Edge or Brave, or name yours in `LEAPP_BROWSER`")
                .hint(WITHOUT_BROWSER),
            BrowserError::NoScreen(
                Screen::Unwanted | Screen::Windowless | Screen::BesideCommand,
            ) => new.hint("run `leapp login ALIAS` in a terminal, then try again"),
            BrowserError::NoScreen(_) => new.hint(WITHOUT_BROWSER),
            BrowserError::Died { last_words, .. } => new
                .with_last_words(last_words)
                .hint("see whether it starts by itself; `LEAPP_BROWSER` names another")
                .hint(WITHOUT_BROWSER),
            BrowserError::Silent { last_words, .. } => new
                .with_last_words(last_words)
                .hint("a policy of your company may forbid it (`RemoteDebuggingAllowed`); see `chrome://policy`")
                .hint(WITHOUT_BROWSER),
            BrowserError::CanNotStart { .. } | BrowserError::Refused { .. } => {
                new.hint("`LEAPP_BROWSER` names another").hint(WITHOUT_BROWSER)
            }
            BrowserError::Closed | BrowserError::TimedOut { .. } => {
                new.hint("run it again, and log in")
            }
            BrowserError::Signal(_) => new,
            BrowserError::Profile(error) => error.into(),
        }
    }
}

impl CommandError {
    /// The login of a session that is needed for `target`: says which it is, and how to do it first
    /// where it cannot be done now.
    pub(super) fn login(error: IdpError, session: &str, target: &str) -> Self {
        // The provider remembers whom it knows, and would refuse the same person without a word again.
        let person = matches!(
            error,
            IdpError::Assertion(AssertionError::Refused(_) | AssertionError::NoRoles)
        );
        let new = Self::from(error);
        match new.kind {
            Kind::LoginNeeded => new
                .with_cause(format!("session `{session}` needs a SAML login"))
                .naming(target),
            _ if person => new.hint(somebody_else(session)),
            _ => new,
        }
    }

    /// Puts the alias into hints that cannot know it.
    fn naming(mut self, alias: &str) -> Self {
        for hint in &mut self.report.hints {
            *hint = hint.replace("ALIAS", alias);
        }
        self
    }

    fn with_last_words(self, words: Option<String>) -> Self {
        match words {
            Some(words) => self.with_cause(format!("it said: {words}")),
            None => self,
        }
    }

    fn mending_assertion(self, error: &AssertionError) -> Self {
        match error {
            AssertionError::TooLong => {
                self.hint("let somebody narrow at the provider which roles it sends")
            }
            AssertionError::NotSaml(_) => self.hint(
                "what is wanted is the form field `SAMLResponse` as it is posted to AWS, in base64",
            ),
            AssertionError::Refused(_) => self,
            AssertionError::NoRoles => self.hint(
                "let somebody assign you to AWS at the provider, and send the attribute `https://aws.amazon.com/SAML/Attributes/Role`",
            ),
        }
    }
}

impl CommandError {
    /// A login page that everybody on the way could read and change.
    pub(in crate::commands) fn insecure_login(url: &Url) -> Self {
        Self::new(
            Kind::Usage,
            format!("a login at `{url}` could be read by others on the way"),
        )
        .hint("give an https URL; plain http is for this machine only")
    }

    /// `--assertion` for a session that no SAML login leads to.
    pub(in crate::commands) fn assertion_for_nothing(alias: &Alias) -> Self {
        let said = format!("no SAML login leads to `{alias}`, so `--assertion` is of no use to it");
        Self::new(Kind::Usage, said).hint(format!("run `leapp explain {alias}` to see what does"))
    }

    /// A login whose roles nobody can see: only the provider and AWS can.
    pub(in crate::commands) fn encrypted_assertion() -> Self {
        Self::new(
            Kind::User,
            "the assertion is encrypted for AWS, so nobody here can read which roles it grants",
        )
        .hint("ask for the ARNs of role and provider, and run `leapp add federated`")
    }

    /// Roles, and nobody to choose among them.
    pub(in crate::commands) fn roles_to_choose(granted: &[&Grant], why: &dyn Error) -> Self {
        let mut new = Self::new(
            Kind::Usage,
            "which of its roles the login is for was not said",
        )
        .because_of(why)
        .hint("choose with `--role NAME`, or take all with `--yes`");
        new.report.details = rows(granted);
        new
    }

    /// Roles that a login grants, and that are behind a login of their own.
    pub(in crate::commands) fn roles_of_identity_center(granted: &[&Grant]) -> Self {
        let mut new = Self::new(
            Kind::User,
            "these roles of the login belong to IAM Identity Center, which lets nobody else log in to them",
        )
        .hint(IDENTITY_CENTER);
        new.report.details = rows(granted);
        new
    }

    /// A role that was asked for by name, and is not among those that the login grants.
    pub(in crate::commands) fn no_such_role(role: &str, granted: &[&Grant]) -> Self {
        let names = granted.iter().map(|grant| grant.role.name());
        let mut new = Self::new(Kind::User, format!("the login grants no role `{role}`"))
            .nearest(nearest(role, names));
        new.report.details = rows(granted);
        new
    }
}

/// Roles for people, one a line.
fn rows(granted: &[&Grant]) -> Vec<String> {
    let roles = granted.iter().map(|grant| visible(grant.role.as_str()));
    let roles: Vec<_> = roles.collect();
    let widest = roles.iter().map(|role| role.chars().count()).max();
    let width = widest.unwrap_or(0);
    let rows = roles.iter().zip(granted);
    rows.map(|(role, grant)| format!("  {role:width$}  by {}", grant.provider))
        .collect()
}

/// An assertion that came too early or too late.
pub(super) fn untimely(error: Untimely) -> CommandError {
    CommandError::from_room(Kind::User, &error)
        .hint("log in again; an assertion lives five minutes")
        .hint("if the login was just now, set the clock: `timedatectl set-ntp true`")
}

/// A login that does not open the role; with those that it does open.
pub(super) fn not_granted(hop: &HopReport, granted: &[Grant]) -> CommandError {
    let Step::Saml(saml) = &hop.step else {
        return CommandError::new(Kind::User, "the login does not grant the role");
    };
    let (role, provider) = (&saml.role_arn, &saml.idp_arn);
    let name = &hop.name;
    if let Some(other) = granted.iter().find(|grant| grant.role == *role) {
        return CommandError::new(
            Kind::User,
            format!("the login grants `{role}` by another provider than `{provider}`"),
        )
        .hint(format!(
            "set `idp_arn = \"{}\"` on session `{name}`",
            other.provider
        ));
    }
    let mut error = CommandError::new(
        Kind::User,
        format!("the login does not grant the role of `{name}`, `{role}`"),
    );
    error.report.details = rows(&granted.iter().collect::<Vec<_>>());
    error
        .hint("above are the roles that it grants; set `role_arn` and `idp_arn` to one of those pairs")
        .hint(somebody_else(name))
}

/// An assertion that is meant for somebody else; `found`: for whom, where that can be read.
pub(super) fn wrong_audience(
    error: CommandError,
    hop: &HopReport,
    found: &[String],
) -> CommandError {
    let partition = hop.step.role_arn().map_or("aws", RoleArn::partition);
    // As AWS's metadata for providers have it, partition by partition.
    let wanted = match partition {
        "aws" => "`urn:amazon:webservices` or `https://signin.aws.amazon.com/saml`",
        "aws-cn" => "`urn:amazon:webservices:cn-north-1`",
        "aws-us-gov" => "`urn:amazon:webservices:govcloud`",
        _ => "the `entityID` of AWS's SAML metadata of that partition",
    };
    let sent = match found {
        [] => String::new(),
        some => format!("; it sends `{}`", some.join("`, `")),
    };
    error.hint(format!(
        "let somebody set at the provider which audience it sends for AWS: {wanted}{sent}"
    ))
}

/// What forgets whom the provider has met.
fn somebody_else(session: &str) -> String {
    format!("if you logged in as somebody else, run `leapp logout {session}` and log in again")
}
