//! What is wrong at a hop, and what would mend it.

use serde_json::Value;

use crate::model::Span;

/// Why a hop was denied, as far as could be seen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diagnosis {
    /// What fails, or may.
    pub findings: Vec<Finding>,
    /// What could not be looked at, and why not.
    pub unseen: Vec<String>,
}

/// One thing that fails.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Which of the conditions of a hop.
    pub cause: Cause,
    /// How sure that is.
    pub certainty: Certainty,
    /// What was found, in a sentence.
    pub detail: String,
    /// What mends it; one of them is enough.
    pub mends: Vec<Mend>,
}

/// The conditions of a hop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// No policy of the identity that asks allows it.
    IdentityPolicy,
    /// A policy of the identity that asks denies it.
    IdentityPolicyDenies,
    /// The session policy, by which the session that asks was narrowed, does not allow it.
    SessionPolicy,
    /// What bounds the identity that asks does not allow it.
    Boundary,
    /// The trust policy of the role does not admit the identity.
    TrustPolicy,
    /// The trust policy of the role denies it.
    TrustPolicyDenies,
    /// The external id is missing, or another one.
    ExternalId,
    /// MFA is demanded.
    Mfa,
    /// The code behind the request is too old.
    MfaAge,
    /// Some other condition is not met, or cannot be told.
    Condition,
    /// The role gives no sessions of that length.
    Duration,
    /// There is no such role.
    NoSuchRole,
    /// Something above accounts, which none of their policies shows.
    Elsewhere,
}

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// It was read.
    Certain,
    /// Everything else that was read allows it.
    Likely,
    /// It could not be looked at.
    Possible,
}

/// What mends it.
#[derive(Clone, Debug, PartialEq)]
pub enum Mend {
    /// Add a statement to a policy.
    Add {
        /// Whose policy.
        to: Place,
        /// The statement.
        statement: Value,
    },
    /// Remove a statement from a policy, or narrow it.
    Remove {
        /// Whose policy.
        from: Place,
        /// The statement as it stands there.
        statement: Value,
    },
    /// Set a key of a session.
    Set {
        /// The session.
        session: String,
        /// The key of `sessions.toml`.
        key: &'static str,
        /// The value, where it is known.
        value: Option<String>,
    },
    /// Give an option of the run another value.
    Give {
        /// The option, with its dashes.
        option: &'static str,
        /// The value, where it is known.
        value: Option<String>,
    },
    /// Define a session for a role that the run went on to, as only a session can say this.
    Define {
        /// The role.
        role_arn: String,
        /// The session below it, if that is one.
        assumer: Option<String>,
        /// The key of `sessions.toml`.
        key: &'static str,
        /// The value, where it is known.
        value: Option<String>,
    },
    /// Compare a condition with where the request comes from.
    Compare {
        /// Whose policy it stands in.
        with: Place,
    },
    /// Ask those who run the organization about its policies.
    AskOrganization {
        /// What is forbidden.
        actions: Vec<&'static str>,
        /// To whom.
        of: String,
    },
    /// Look as somebody who may.
    LookWith {
        /// The account of what is to be seen.
        account: String,
    },
    /// Wait for AWS to know everywhere what was changed.
    TryAgain,
    /// Let a role give longer sessions.
    Lengthen {
        /// The name of the role.
        role: String,
        /// How long.
        to: Span,
    },
    /// Get new credentials, with a new MFA code where one is needed.
    LogInAgain {
        /// The session whose credentials are to be forgotten.
        session: String,
    },
}

/// Whose policy is to be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The trust policy of the role with this ARN.
    Trust(String),
    /// A policy of the user or role with this ARN.
    Identity(String),
    /// The managed policy with this ARN.
    Managed(String),
}

impl Cause {
    /// The word for it in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::IdentityPolicy => "identity-policy",
            Self::IdentityPolicyDenies => "identity-policy-denies",
            Self::SessionPolicy => "session-policy",
            Self::Boundary => "permissions-boundary",
            Self::TrustPolicy => "trust-policy",
            Self::TrustPolicyDenies => "trust-policy-denies",
            Self::ExternalId => "external-id",
            Self::Mfa => "mfa",
            Self::MfaAge => "mfa-age",
            Self::Condition => "condition",
            Self::Duration => "duration",
            Self::NoSuchRole => "no-such-role",
            Self::Elsewhere => "elsewhere",
        }
    }
}

impl Certainty {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }
}
