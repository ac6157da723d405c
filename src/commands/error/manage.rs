//! Errors of the verbs that manage sessions, with their hints.

use std::error::Error;
use std::path::Path;
use std::process::ExitStatus;

use super::sessions::OTHER_PARTITION;
use super::{CommandError, Kind};
use crate::aws::{AwsError, AwsErrorKind};
use crate::disk::DiskError;
use crate::iam::{Key, KeyState};
use crate::model::plan::PlanError;
use crate::model::{Alias, Session, nearest};
use crate::sessions::{ChangeError, SaidTwice, all_keys};
use crate::settings::InheritedStsError;
use crate::shell::paste;
use crate::ui::terminal::NoTerminal;

impl CommandError {
    /// A word behind `leapp set ALIAS` that is no change.
    pub(crate) fn not_a_change(word: &str) -> Self {
        Self::new(Kind::Usage, format!("`{word}` changes nothing"))
            .hint("write `KEY=VALUE` to set a key, and `KEY=` to remove it")
    }

    /// `leapp set ALIAS`, and nobody to be asked.
    pub(crate) fn no_change(alias: &Alias, why: &NoTerminal) -> Self {
        Self::new(
            Kind::Usage,
            format!("nothing is to be changed of `{alias}`"),
        )
        .because_of(why)
        .hint("write `KEY=VALUE` to set a key, and `KEY=` to remove it")
    }

    /// A change after which a session could not be reached.
    pub(crate) fn leads_nowhere(alias: &Alias, error: PlanError) -> Self {
        // What is wrong is in no file, so there is no line to be named.
        let refused = Self::new(Kind::Usage, format!("cannot change `{alias}`: {error}"));
        let refused = match &error {
            PlanError::MissingAssumer { nearest, .. } => {
                refused.nearest(nearest.as_ref().map(Alias::as_str))
            }
            PlanError::Cycle { .. } => refused,
            PlanError::OtherPartition { .. } => return refused.hint(OTHER_PARTITION),
            _ => return error.into(),
        };
        refused.hint("name another `assumer_session`; nothing was changed")
    }

    /// A key that no session has.
    pub(crate) fn no_such_key(name: &str) -> Self {
        if ["secret", "password", "token"]
            .iter()
            .any(|w| name.contains(w))
        {
            return Self::new(Kind::Usage, "a secret is never an argument")
                .hint("run `leapp add user ALIAS --secret-access-key -`, which takes it")
                .hint("it may be in the history of your shell by now: delete it there");
        }
        let keys = all_keys();
        let near = nearest(name, keys.iter().copied());
        let new = Self::new(Kind::Usage, format!("a session has no key `{name}`"));
        match near {
            Some(_) => new.nearest(near),
            None => new.hint("run `leapp set ALIAS` without a change to see every key of its type"),
        }
    }

    /// A value that cannot be read.
    pub(crate) fn value(key: &str, why: &str) -> Self {
        Self::new(Kind::Usage, format!("`{key}`: {why}"))
    }

    /// `--from-env` with nothing there.
    pub(crate) fn no_key_in_environment() -> Self {
        Self::new(
            Kind::Usage,
            "there is no access key in `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`",
        )
        .hint(
            "from aws-vault: `aws-vault exec --no-session NAME -- leapp add user ALIAS --from-env`",
        )
    }

    /// `--from-env` with credentials that STS has made.
    pub(crate) fn temporary_key_in_environment() -> Self {
        Self::new(
            Kind::Usage,
            "the credentials in the environment are temporary: `AWS_SESSION_TOKEN` is set",
        )
        .hint("a session wants the long-lived key; from aws-vault, add `--no-session`")
    }

    /// `rotate-key` of a session that is a role.
    pub(crate) fn no_access_key(session: &Session) -> Self {
        let kind = session.kind.name();
        Self::new(
            Kind::Usage,
            format!(
                "`{}` is an {kind} session, which has no access key",
                session.alias
            ),
        )
        .hint("name the IAM user that its chain begins with")
    }

    /// `whoami` where nothing says who.
    pub(crate) fn nobody() -> Self {
        Self::new(
            Kind::Usage,
            "no session was named, and there are no credentials in the environment",
        )
        .hint("name one: `leapp whoami ALIAS`")
        .hint("run `leapp list` to see every alias")
    }

    /// AWS does not say who the environment's credentials belong to.
    pub(crate) fn environment_refused(error: &AwsError) -> Self {
        if error.kind.is_no_answer() {
            return Self::no_answer(error);
        }
        if error.kind == AwsErrorKind::NoSuchAction {
            return Self::nobody_told(error);
        }
        let mut new = Self::new(
            Kind::User,
            "AWS does not accept the credentials in the environment",
        )
        .because_of(error);
        new.report.request_id.clone_from(&error.request_id);
        match error.kind {
            AwsErrorKind::SourceExpired => new.hint("they have expired: switch to a session again"),
            _ => new.hint("run `leapp whoami ALIAS` for one of your sessions"),
        }
    }

    /// AWS does not say who a session's credentials belong to.
    pub(crate) fn refused(alias: &Alias, error: &AwsError) -> Self {
        let new = Self::environment_refused(error);
        let mut new = match error.kind {
            AwsErrorKind::UnknownKey | AwsErrorKind::SourceExpired => {
                new.hint(format!("run `leapp logout {alias}`, then try again"))
            }
            _ => new,
        };
        if new.report.headline.contains("the environment") {
            new.report.headline = format!("AWS does not accept the credentials of `{alias}`");
            new.report.hints.remove(0);
        }
        new
    }

    /// Another process exchanges a key, and two of them would delete each other's.
    pub(crate) fn rotating(alias: &Alias, error: DiskError) -> Self {
        match error {
            DiskError::Busy { holder, .. } => Self::new(
                Kind::User,
                format!("another leapp is exchanging an access key ({holder})"),
            )
            .hint(format!(
                "wait until it is done, then run `leapp rotate-key {alias}` again"
            )),
            other => other.into(),
        }
    }

    /// An exchange that nobody could confirm.
    pub(crate) fn rotation_unconfirmed(why: &NoTerminal) -> Self {
        Self::new(Kind::User, "no key was exchanged: there is nobody to ask")
            .because_of(why)
            .hint("add `--yes` to do it without a question")
    }

    /// An exchange that a person did not want.
    pub(crate) fn not_rotated() -> Self {
        Self::new(Kind::User, "no key was exchanged")
    }

    /// A user with two keys has no room for a new one.
    pub(crate) fn two_keys(ours: &str, other: &Key, session: &Session) -> Self {
        let state = match other.state {
            KeyState::Active => "active",
            KeyState::Inactive => "inactive",
        };
        let id = &other.access_key_id;
        Self::new(
            Kind::User,
            format!(
                "the user of `{}` has two access keys already, which is all that AWS gives: `{ours}`, which is to be exchanged, and `{id}`, which is {state}",
                session.alias
            ),
        )
        .hint(format!(
            "see when it was last used: `{}`",
            paste(["aws", "iam", "get-access-key-last-used", "--access-key-id", id])
        ))
        .hint(format!(
            "if nothing needs it, delete it: `{}`; then run this again",
            paste(["aws", "iam", "delete-access-key", "--access-key-id", id])
        ))
    }

    /// Two keys that should be one user's, and are not.
    pub(crate) fn two_keys_of_two(old: &str, new: &str) -> Self {
        Self::new(
            Kind::User,
            format!("`{old}` and `{new}` belong to two different users; nothing was changed"),
        )
    }

    /// What went wrong when the new key was there and the old one was, too.
    pub(crate) fn with_both_keys(self, old: &str, new: &str, session: &Session) -> Self {
        let alias = &session.alias;
        self.hint(format!(
            "both `{old}` and `{new}` are live; run `leapp rotate-key {alias}` again, which goes on from here"
        ))
    }

    /// The answer that would have held a new key's secret cannot be used.
    pub(crate) fn with_lost_key(self) -> Self {
        self.with_cause(
            "AWS may have made a key; its secret is lost, and the next run deletes it".to_owned(),
        )
    }

    /// IAM lists keys, and not the one that asks.
    pub(crate) fn key_not_listed(id: &str, session: &Session) -> Self {
        let alias = &session.alias;
        Self::new(
            Kind::User,
            format!("IAM's list of access keys lacks `{id}`, the key that asked for it"),
        )
        .hint(format!(
            "the key of `{alias}` works; run `leapp rotate-key {alias}` again in a minute to go on"
        ))
    }

    /// What AWS says to a request outside of any chain.
    pub(crate) fn iam(error: &AwsError, session: &Session) -> Self {
        let alias = &session.alias;
        let again =
            format!("the key of `{alias}` works; run `leapp rotate-key {alias}` again to go on");
        if error.kind.is_no_answer() {
            return Self::no_answer(error).hint(again);
        }
        if error.kind == AwsErrorKind::NoSuchAction {
            return Self::no_exchange(error, alias);
        }
        let mut new = Self::new(
            Kind::User,
            format!("AWS refused what was asked for `{alias}`"),
        )
        .because_of(error);
        new.report.request_id.clone_from(&error.request_id);
        match error.kind {
            AwsErrorKind::AccessDenied => new
                .hint("the user needs `iam:ListAccessKeys`, `iam:CreateAccessKey`, `iam:UpdateAccessKey` and `iam:DeleteAccessKey` on itself: `arn:aws:iam::*:user/${aws:username}`")
                .hint(format!("if that is allowed with MFA only, set `mfa_device` on `{alias}`")),
            AwsErrorKind::UnknownKey => new.hint(format!(
                "the access key of `{alias}` was deleted, deactivated, or belongs to another partition"
            )),
            AwsErrorKind::WrongSecret => new.hint(format!(
                "run `leapp add user {alias} --secret-access-key -` and give the right one"
            )),
            _ => new.hint(again),
        }
    }

    /// The editor cannot be started.
    pub(crate) fn editor(editor: &str, why: &dyn Error) -> Self {
        Self::new(Kind::User, format!("cannot start the editor `{editor}`"))
            .because_of(why)
            .hint("set `VISUAL` or `EDITOR` to one that is there")
    }

    /// The editor says that it has failed.
    pub(crate) fn editor_failed(editor: &str, status: ExitStatus) -> Self {
        Self::new(
            Kind::User,
            format!("the editor `{editor}` has failed ({status}), and nothing was changed"),
        )
    }

    /// All was taken out of the file.
    pub(crate) fn edited_to_nothing() -> Self {
        Self::new(Kind::User, "the file came back empty; nothing was changed")
            .hint("run `leapp remove ALIAS` to remove a session")
    }

    /// What was typed is not lost.
    pub(crate) fn edit_kept(self, copy: &Path) -> Self {
        self.hint(format!("what you have edited is in `{}`", copy.display()))
    }
}

impl From<SaidTwice> for CommandError {
    fn from(error: SaidTwice) -> Self {
        Self::from_room(Kind::Usage, &error)
    }
}

impl From<InheritedStsError> for CommandError {
    fn from(error: InheritedStsError) -> Self {
        match error {
            InheritedStsError::Settings(error) => error.into(),
            InheritedStsError::Insecure(error) => error.into(),
        }
    }
}

impl From<ChangeError<Self>> for CommandError {
    fn from(error: ChangeError<Self>) -> Self {
        match error {
            ChangeError::Sessions(error) => error.into(),
            ChangeError::Kept(error) => error,
        }
    }
}

impl From<ChangeError<PlanError>> for CommandError {
    fn from(error: ChangeError<PlanError>) -> Self {
        match error {
            ChangeError::Sessions(error) => error.into(),
            ChangeError::Kept(error) => error.into(),
        }
    }
}
