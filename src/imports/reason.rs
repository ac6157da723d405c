//! Why something of another program cannot become a session of ours.

use crate::model::OtherPartition;

/// Something that is not imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// How others there call it.
    pub key: String,
    /// How a person calls it there.
    pub name: String,
    /// Why.
    pub reason: Reason,
    /// The names of sessions here that would stand in for it where a role is assumed from it.
    pub stands_for: Vec<String>,
}

impl Refused {
    /// Something that nothing can stand in for.
    pub(super) fn new(key: &str, name: &str, reason: Reason) -> Self {
        Self {
            key: key.to_owned(),
            name: name.to_owned(),
            reason,
            stands_for: Vec::new(),
        }
    }
}

/// Why something cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// IAM Identity Center.
    #[error("it logs in through IAM Identity Center (SSO), which has no session type here")]
    IdentityCenter,
    /// Microsoft Azure.
    #[error("it is an Azure session, and only AWS is spoken here")]
    Azure,
    /// `LocalStack`.
    #[error(
        "it is a LocalStack session, which needs no credentials: give any session an `endpoint_url`"
    )]
    LocalStack,
    /// A type that is not known.
    #[error("its type `{0}` is not known")]
    UnknownType(String),
    /// A login to AWS's console.
    #[error("it logs in through the AWS console (`aws login`), which has no session type here")]
    ConsoleLogin,
    /// Credentials from the surroundings of a machine.
    #[error("its credentials come from this machine's surroundings (`credential_source = {0}`)")]
    CredentialSource(String),
    /// A token from a file.
    #[error("it logs in with a web identity token, which has no session type here")]
    WebIdentity,
    /// Credentials from another program.
    #[error("its credentials come from another program (`credential_process`)")]
    CredentialProcess,
    /// It is a profile that we have written.
    #[error("it is a named profile of leapp's own")]
    Ours,
    /// Credentials that end.
    #[error("its keys are temporary, and end by themselves")]
    Temporary,
    /// An access key without its secret, or the other way round.
    #[error("it has only one half of an access key: `{0}` is missing")]
    HalfAKey(&'static str),
    /// A value that the SDKs read differently.
    #[error(
        "its `{key}` (line {line}) has a comment or another line behind it, which the AWS CLI reads as part of the value"
    )]
    Ambiguous {
        /// The key.
        key: &'static str,
        /// The line, from 1.
        line: usize,
    },
    /// A section that the AWS CLI does not read as a profile.
    #[error("the AWS CLI does not read it as a profile: write `{header}` on line {line}")]
    NotAProfile {
        /// The line of its header, from 1.
        line: usize,
        /// The header that would do.
        header: String,
    },
    /// Settings only.
    #[error("it has no credentials, only settings")]
    NothingToBecome,
    /// A role whose source is not said.
    #[error("it has a `role_arn`, and nothing says from where the role is assumed")]
    NoSource,
    /// The session that it is assumed from is not there.
    #[error("it is assumed from `{0}`, which is not there")]
    MissingSource(String),
    /// The session that it is assumed from cannot be imported.
    #[error("it is assumed from `{0}`, which cannot be imported")]
    RefusedSource(String),
    /// It is assumed from itself, by way of others.
    #[error("it is assumed in a circle: {0}")]
    Circle(String),
    /// Its role is in another partition than what it is assumed from.
    #[error("its role can never be assumed from there: {0}")]
    OtherPartition(#[from] OtherPartition),
    /// STS has another endpoint than everything else.
    #[error(
        "its STS is at `{sts}` and everything else at `{all}`; a session has one `endpoint_url`"
    )]
    TwoEndpoints {
        /// That of STS.
        sts: String,
        /// That of everything else.
        all: String,
    },
    /// A part of it means nothing.
    #[error("{0}")]
    Invalid(String),
}
