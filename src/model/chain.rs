//! The ordered hops that lead to a session, each complete: what is asked of which STS.

use super::session::{Mfa, RoleTerms};
use super::{Alias, EndpointSource, Region, RoleArn, SamlProviderArn, Span, Url};

/// The ordered hops from the root (IAM user or SAML login) to the target.
#[derive(Clone, Debug)]
pub struct Chain {
    /// The session that was asked for.
    pub target: Alias,
    /// The region of what runs as it.
    pub region: Region,
    /// The endpoint that the child is to use as well: the `endpoint_url` of the target, or of the
    /// session nearest below it that has one.
    pub endpoint_url: Option<Url>,
    /// The account of the target, where its definition tells it.
    pub account: Option<String>,
    /// Never empty; the first is the root.
    pub hops: Vec<Hop>,
    /// Wishes that AWS would refuse, cut to what it grants.
    pub cuts: Vec<Cut>,
}

/// One step of a chain.
#[derive(Clone, Debug)]
pub struct Hop {
    /// The alias of its session, or the role's name for a hop that has no session.
    pub name: String,
    /// Whether it has a session: a role that the run went on to has none.
    pub is_session: bool,
    /// What is asked of STS.
    pub step: Step,
    /// Which STS.
    pub sts: StsAddress,
    /// Why this one.
    pub endpoint_source: EndpointSource,
}

impl Hop {
    /// The endpoint that a session names for it, and that session.
    pub fn named_endpoint(&self) -> Option<(&Url, &Alias)> {
        match &self.endpoint_source {
            EndpointSource::Session(named_by) => Some((self.sts.endpoint_url.as_ref()?, named_by)),
            EndpointSource::Environment | EndpointSource::Region => None,
        }
    }
}

/// What is asked of STS, from what the hop before gave.
#[derive(Clone, Debug)]
pub enum Step {
    /// Nothing: the long-lived key itself signs the next hop's request.
    AccessKey {
        /// Names the item in the secret store.
        access_key_id: String,
    },
    /// `GetSessionToken`, signed with the long-lived key.
    SessionToken {
        /// Names the item in the secret store.
        access_key_id: String,
        /// Whose code is sent along.
        mfa: Option<Mfa>,
        /// How long the credentials shall live.
        lifetime: Span,
    },
    /// `AssumeRoleWithSAML`.
    Saml(SamlStep),
    /// `AssumeRole`, signed with what the hop before gave.
    AssumeRole(RoleStep),
}

/// What an `AssumeRoleWithSAML` says.
#[derive(Clone, Debug)]
pub struct SamlStep {
    /// Where the login begins.
    pub saml_url: Url,
    /// The identity provider as IAM knows it.
    pub idp_arn: SamlProviderArn,
    /// The role.
    pub role_arn: RoleArn,
    /// A command that prints the assertion.
    pub saml_process: Option<String>,
    /// A session policy, JSON.
    pub policy: Option<String>,
    /// Managed policies that narrow the session.
    pub policy_arns: Vec<String>,
    /// How long the credentials shall live.
    pub lifetime: Span,
}

/// What an `AssumeRole` says.
#[derive(Clone, Debug)]
pub struct RoleStep {
    /// The role.
    pub role_arn: RoleArn,
    /// The name of the role session, complete.
    pub session_name: String,
    /// Everything optional.
    pub terms: RoleTerms,
    /// A code that is sent with this very request: only where a long-lived key signs it.
    pub mfa: Option<Mfa>,
    /// How long the credentials shall live.
    pub lifetime: Span,
}

/// Which STS answers a hop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StsAddress {
    /// Whose signatures it expects, and whose regional endpoint is used when no other is named.
    pub region: Region,
    /// An endpoint named by the session or by the environment.
    pub endpoint_url: Option<Url>,
}

/// Which of AWS's own endpoints, where no other is named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Variants {
    /// Those with certified cryptography.
    pub fips: bool,
    /// Those that answer over IPv6 too.
    pub dual_stack: bool,
}

/// A duration that was cut to what AWS grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The hop.
    pub hop: String,
    /// What was wished for.
    pub wanted: Span,
    /// What AWS grants.
    pub allowed: Span,
}

impl Step {
    /// How long the credentials shall live; `None` for the long-lived key.
    pub fn lifetime(&self) -> Option<Span> {
        match self {
            Self::AccessKey { .. } => None,
            Self::SessionToken { lifetime, .. } => Some(*lifetime),
            Self::Saml(saml) => Some(saml.lifetime),
            Self::AssumeRole(role) => Some(role.lifetime),
        }
    }

    /// The name of the call to STS; `none` for the long-lived key, which makes none.
    pub fn call(&self) -> &'static str {
        match self {
            Self::AccessKey { .. } => "none",
            Self::SessionToken { .. } => "GetSessionToken",
            Self::Saml(_) => "AssumeRoleWithSAML",
            Self::AssumeRole(_) => "AssumeRole",
        }
    }

    /// The device whose code this very step sends.
    pub fn mfa(&self) -> Option<&Mfa> {
        match self {
            Self::SessionToken { mfa, .. } => mfa.as_ref(),
            Self::AssumeRole(role) => role.mfa.as_ref(),
            Self::AccessKey { .. } | Self::Saml(_) => None,
        }
    }

    /// Whether somebody may have to do something for it: to give a code, or to log in. A command that
    /// does it instead may ask for a passphrase, or for the touch of a token.
    pub fn wants_a_person(&self) -> bool {
        matches!(self, Self::Saml(_)) || self.mfa().is_some()
    }

    /// Whether it makes a session that stands for one MFA code.
    pub fn is_mfa_session(&self) -> bool {
        matches!(self, Self::SessionToken { mfa: Some(_), .. })
    }

    /// The role it leads to.
    pub fn role_arn(&self) -> Option<&RoleArn> {
        match self {
            Self::Saml(saml) => Some(&saml.role_arn),
            Self::AssumeRole(role) => Some(&role.role_arn),
            Self::AccessKey { .. } | Self::SessionToken { .. } => None,
        }
    }
}
