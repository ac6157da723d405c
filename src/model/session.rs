//! What the user defined: how to become one AWS identity.

use std::path::Path;
use std::sync::Arc;

use super::{Alias, LONGEST_LIFE, MfaDevice, Region, RoleArn, SamlProviderArn, Span, Url};

/// One session of the catalog, with the `[defaults]` of its file already applied.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its unique name.
    pub alias: Alias,
    /// How to become it.
    pub kind: Kind,
    /// The profile name under which the AWS CLI can use it. The alias unless something else is said.
    pub named_profile: String,
    /// The region of what runs as this session.
    pub region: Region,
    /// The region whose STS makes it, if not `region`.
    pub sts_region: Option<Region>,
    /// An STS (and, for the child, AWS) other than the public one.
    pub endpoint_url: Option<Url>,
    /// How long credentials shall live, if not the default of the type.
    pub duration: Option<Span>,
    /// A line for people.
    pub description: Option<String>,
    /// Words to find it by.
    pub labels: Vec<String>,
    /// Whether a person is asked before it is used.
    pub protected: bool,
    /// Where it is defined.
    pub origin: Origin,
}

/// The types of sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// An IAM user.
    IamUser,
    /// A role behind a SAML login.
    Federated,
    /// A role assumed from another session.
    Chained,
}

/// How to become an identity.
#[derive(Clone, Debug)]
pub enum Kind {
    /// An IAM user, by its long-lived access key.
    IamUser(IamUser),
    /// A role, by a SAML 2.0 assertion.
    Federated(Federated),
    /// A role, from another session.
    Chained(Chained),
}

/// An IAM user. The secret half of its key is in the secret store, under `access_key_id`.
#[derive(Clone, Debug)]
pub struct IamUser {
    /// `AKIA...`.
    pub access_key_id: String,
    /// The device whose codes open its MFA session.
    pub mfa: Option<Mfa>,
}

/// Where MFA codes come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mfa {
    /// The device as STS names it.
    pub device: MfaDevice,
    /// A command that prints a code, split by the rules of a POSIX shell but run without one.
    pub process: Option<String>,
}

/// A role that a SAML identity provider vouches for.
#[derive(Clone, Debug)]
pub struct Federated {
    /// Where the login begins.
    pub saml_url: Url,
    /// The identity provider as IAM knows it.
    pub idp_arn: SamlProviderArn,
    /// The role.
    pub role_arn: RoleArn,
    /// A command that prints the base64 assertion, instead of a browser.
    pub saml_process: Option<String>,
}

/// A role assumed from another session.
#[derive(Clone, Debug)]
pub struct Chained {
    /// The role.
    pub role_arn: RoleArn,
    /// The session it is assumed from.
    pub assumer_session: Alias,
    /// The line in `origin.file` that names the assumer, for errors.
    pub assumer_line: u32,
    /// The name of the role session, with `{user}` and `{host}` not yet filled in.
    pub role_session_name: Option<String>,
    /// What the request says beside the role.
    pub terms: RoleTerms,
}

/// What an `AssumeRole` request may say beside the role and the session name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleTerms {
    /// A word that a third party's trust policy may ask for.
    pub external_id: Option<String>,
    /// Who is behind the session, kept along the whole chain by AWS.
    pub source_identity: Option<String>,
    /// Session tags, by key.
    pub tags: Vec<(String, String)>,
    /// The tags that the next role in a chain inherits.
    pub transitive_tags: Vec<String>,
    /// A session policy, JSON.
    pub policy: Option<String>,
    /// Managed policies that narrow the session.
    pub policy_arns: Vec<String>,
}

/// Where a session is defined.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The file.
    pub file: Arc<Path>,
    /// The line of its table's header, from 1.
    pub line: u32,
    /// Whose file it is.
    pub ownership: Ownership,
}

/// Whether a file is the user's own or came from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ownership {
    /// `sessions.toml` itself.
    Own,
    /// A file that `include` names: it is never written by us, and may run and redirect nothing.
    Shared,
}

impl Type {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::IamUser, Self::Federated, Self::Chained];

    /// The word for it in `sessions.toml`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::IamUser => "iam-user",
            Self::Federated => "iam-role-federated",
            Self::Chained => "iam-role-chained",
        }
    }

    /// The type that a word means.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The shortest and the longest `duration` that STS knows for it.
    pub fn duration_limits(self) -> (Span, Span) {
        match self {
            Self::IamUser => (Span(15 * 60), Span(36 * 3600)),
            Self::Federated | Self::Chained => (Span(15 * 60), Span(12 * 3600)),
        }
    }

    /// The same at another service than AWS: `MinIO` gives any of them a week.
    pub fn duration_limits_elsewhere() -> (Span, Span) {
        (Span(15 * 60), LONGEST_LIFE)
    }

    /// The duration where none is said.
    pub fn default_duration(self) -> Span {
        match self {
            Self::IamUser => Span(12 * 3600),
            Self::Federated | Self::Chained => Span::HOUR,
        }
    }
}

impl Kind {
    /// Its type.
    pub fn type_of(&self) -> Type {
        match self {
            Self::IamUser(_) => Type::IamUser,
            Self::Federated(_) => Type::Federated,
            Self::Chained(_) => Type::Chained,
        }
    }

    /// The word for it in `sessions.toml`.
    pub fn name(&self) -> &'static str {
        self.type_of().name()
    }

    /// The role, where there is one.
    pub fn role_arn(&self) -> Option<&RoleArn> {
        match self {
            Self::IamUser(_) => None,
            Self::Federated(f) => Some(&f.role_arn),
            Self::Chained(c) => Some(&c.role_arn),
        }
    }

    /// An ARN of the identity or of what belongs to it, where the definition tells one: it is in the same
    /// partition.
    pub fn arn(&self) -> Option<&str> {
        match self {
            Self::IamUser(user) => user.mfa.as_ref().map(|mfa| mfa.device.as_str()),
            Self::Federated(_) | Self::Chained(_) => self.role_arn().map(RoleArn::as_str),
        }
    }

    /// The account of the identity, where the definition tells it.
    pub fn account(&self) -> Option<&str> {
        match self {
            // A hardware device's serial number tells nothing.
            Self::IamUser(user) => user.mfa.as_ref().and_then(|mfa| mfa.device.account()),
            Self::Federated(_) | Self::Chained(_) => self.role_arn().map(RoleArn::account),
        }
    }

    /// The shortest and the longest `duration` that STS knows for the type.
    pub fn duration_limits(&self) -> (Span, Span) {
        self.type_of().duration_limits()
    }

    /// The duration where none is said.
    pub fn default_duration(&self) -> Span {
        self.type_of().default_duration()
    }
}
