//! Errors of session files and of planning, with their hints.

use super::{CommandError, Kind};
use crate::model::catalog::{Fill, UnknownSession};
use crate::model::plan::{OtherService, PlanError};
use crate::model::session::{Origin, Ownership};
use crate::model::{Alias, EndpointSource};
use crate::secrets::SecretError;
use crate::sessions::{ChangeError, Problem, SessionsError, TYPES};

/// What leads to a role of IAM Identity Center, which we cannot.
pub(super) const IDENTITY_CENTER: &str =
    "ask for a role of your own that trusts a SAML provider, or use `aws sso login` for this one";

/// What leads to a role of another partition.
pub(super) const OTHER_PARTITION: &str =
    "use a session of the role's own partition: partitions of AWS share no identities";

impl From<UnknownSession> for CommandError {
    fn from(error: UnknownSession) -> Self {
        let new =
            Self::from_room(Kind::User, &error).nearest(error.nearest.as_ref().map(Alias::as_str));
        match error.catalog {
            Fill::Some => new.hint("run `leapp list` to see every alias"),
            Fill::Empty => new.hint("there is no session yet; run `leapp add` to define one"),
        }
    }
}

impl From<PlanError> for CommandError {
    fn from(error: PlanError) -> Self {
        let new = Self::from_room(Kind::User, &error);
        match error {
            PlanError::UnknownSession(unknown) => unknown.into(),
            PlanError::MissingAssumer { assumer, nearest, origin, .. } => new
                .at(&origin)
                .nearest(nearest.as_ref().map(Alias::as_str))
                .hint(format!("define it with `leapp add`, or mend `assumer_session`: `{assumer}`")),
            PlanError::Cycle { origin, .. } => {
                new.at(&origin).hint("let one of these sessions be chained on another: mend its `assumer_session`")
            }
            PlanError::Duration { shortest, longest, .. } => new.hint(format!("give `--duration` {shortest} to {longest}")),
            PlanError::MinTtl { lifetime, .. } => {
                new.hint(format!("give `--min-ttl` less than {lifetime}, or a longer `--duration`"))
            }
            PlanError::NarrowedUser(_) => {
                new.hint("chain a role on it, or go on to one with `--assume ROLE_ARN`, and narrow that")
            }
            PlanError::NarrowedTwice(alias) => new.hint(format!(
                "see `leapp show {alias}`; define a session like it without `policy` and `policy_arns`"
            )),
            PlanError::PolicyElsewhere { .. } => new.hint(
                "give `--policy FILE` instead: a policy that is written out is sent along, and such services read it",
            ),
            PlanError::OtherPartition { origin, .. } => new.at(&origin).hint(OTHER_PARTITION),
            PlanError::AssumeOtherPartition { why, .. } => new.hint(format!(
                "begin with a session of the partition `{}`", why.wanted()
            )),
            PlanError::IdentityCenterRole { origin, .. } => new.at(&origin).hint(IDENTITY_CENTER),
            PlanError::OtherService(other) => {
                let OtherService { hop, signer, endpoint, origin, .. } = *other;
                let new = new.at(&origin);
                let new = match endpoint {
                    EndpointSource::Session(named_by) => new.hint(format!(
                        "run `leapp set {named_by} endpoint_url=`: `{hop}` then uses the endpoint of `{signer}`"
                    )),
                    EndpointSource::Environment | EndpointSource::Region => new,
                };
                new.hint(format!(
                    "if both are one service, set the same `endpoint_url` on `{signer}`"
                ))
            }
            PlanError::InsecureEndpoint(service, _) => new.hint(format!(
                "unset `AWS_ENDPOINT_URL_{service}` and `AWS_ENDPOINT_URL`, or use https; plain http is for this machine only"
            )),
        }
    }
}

impl From<SessionsError> for CommandError {
    fn from(error: SessionsError) -> Self {
        let kind = match error {
            SessionsError::Draft { .. } | SessionsError::DraftChain { .. } => Kind::Usage,
            _ => Kind::User,
        };
        let new = Self::from_room(kind, &error);
        match error {
            SessionsError::Invalid { key, problem, .. }
            | SessionsError::Draft { key, problem, .. } => new.mending(&key, problem),
            SessionsError::Shared { .. } => new.hint("change it where it comes from"),
            SessionsError::Taken { alias, origin } => new.hint(match origin.ownership {
                Ownership::Own => format!(
                    "choose another alias; `leapp set {alias}` changes the session that is there"
                ),
                Ownership::Shared => "choose another alias".to_owned(),
            }),
            SessionsError::Unwritable { source, .. } | SessionsError::Untrusted(source) => {
                new.mending_file(&source)
            }
            SessionsError::SharedFollower { alias, .. } => new.hint(format!(
                "let whoever shares that file rename it there too; until then, keep `{alias}`"
            )),
            SessionsError::Overtaken(_) => new.hint("put your changes into it once more"),
            SessionsError::Lost(_) => new.hint("run `leapp list` to see every alias"),
            SessionsError::Chain(error) => (*error).into(),
            SessionsError::DraftChain { .. } => new.hint(OTHER_PARTITION),
            SessionsError::Unreadable { .. } => new,
        }
    }
}

impl From<ChangeError<SecretError>> for CommandError {
    fn from(error: ChangeError<SecretError>) -> Self {
        match error {
            ChangeError::Sessions(error) => error.into(),
            ChangeError::Kept(error) => error.into(),
        }
    }
}

impl CommandError {
    /// How one key of a session file is mended.
    fn mending(self, key: &str, problem: Problem) -> Self {
        let last = key.rsplit('.').next();
        match problem {
            Problem::UnknownKey { nearest: None, known } => {
                self.hint(format!("there are {}", known.join(", ")))
            }
            Problem::UnknownKey { nearest, .. } | Problem::UnknownWord { nearest, .. } => {
                self.nearest(nearest)
            }
            Problem::OtherType { belongs, .. } => self.hint(format!(
                "it belongs to {}",
                belongs.iter().map(|kind| format!("`{}`", kind.name())).collect::<Vec<_>>().join(" and ")
            )),
            Problem::Secret => self.hint(
                "delete the line, deactivate that key if others could have read it, and run `leapp add user ALIAS --secret-access-key -`, which takes the secret",
            ),
            Problem::Missing if last == Some("region") => {
                self.hint("add `region = \"...\"` to the session, or to `[defaults]` for all")
            }
            Problem::Missing if last == Some("type") => {
                self.hint(format!("there are {}", TYPES.join(", ")))
            }
            Problem::NotInShared => self.hint("define the session in your own `sessions.toml`"),
            Problem::IdentityCenter => self.hint(IDENTITY_CENTER),
            Problem::Version(_) => self.hint("install the newest leapp"),
            _ => self,
        }
    }

    /// Names the line that is to be mended.
    pub(super) fn at(mut self, origin: &Origin) -> Self {
        self.report
            .details
            .push(format!("  {}:{}", origin.file.display(), origin.line));
        self
    }
}
