//! Why there is no chain.

use crate::model::catalog::UnknownSession;
use crate::model::session::Origin;
use crate::model::{Alias, EndpointSource, OtherPartition, Span, Url};

/// Why there is no chain.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PlanError {
    /// The alias is not in the catalog.
    #[error(transparent)]
    UnknownSession(#[from] UnknownSession),
    /// A chained session names an assumer that is not in the catalog.
    #[error("session `{session}` is chained on `{assumer}`, and there is no such session")]
    MissingAssumer {
        /// The chained session.
        session: Alias,
        /// What it names.
        assumer: Alias,
        /// The alias that was probably meant.
        nearest: Option<Alias>,
        /// Where it is named; the line is that of `assumer_session`.
        origin: Origin,
    },
    /// The sessions are chained in a circle.
    #[error("the chain of `{}` never ends: {}", path[0], arrows(path))]
    Cycle {
        /// From the target back; the last was met before.
        path: Vec<Alias>,
        /// Where the circle closes; the line is that of `assumer_session`.
        origin: Origin,
    },
    /// A duration that the type of the session does not have.
    #[error(
        "`{wanted}` is no duration for `{session}`: {service} gives an {kind} session {shortest} to {longest}"
    )]
    Duration {
        /// The session.
        session: Alias,
        /// Its type.
        kind: &'static str,
        /// Who gives the credentials.
        service: String,
        /// What was wished for.
        wanted: Span,
        /// The least that is given.
        shortest: Span,
        /// The most that is given.
        longest: Span,
    },
    /// More time left than the credentials live at all.
    #[error("`--min-ttl {wanted}` cannot be met: credentials of `{session}` live {lifetime}")]
    MinTtl {
        /// The session.
        session: Alias,
        /// What was wished for.
        wanted: Span,
        /// How long the credentials live.
        lifetime: Span,
    },
    /// A session policy for credentials that take none.
    #[error("session `{0}` is an IAM user, whose credentials no session policy can narrow")]
    NarrowedUser(Alias),
    /// A session policy for a session that has some already: together they would allow more.
    #[error(
        "session `{0}` has session policies of its own; a second one would widen them, not narrow"
    )]
    NarrowedTwice(Alias),
    /// A role that IAM Identity Center has made for itself.
    #[error(
        "the role of `{session}` belongs to IAM Identity Center, which lets nobody else log in to it"
    )]
    IdentityCenterRole {
        /// The session.
        session: Alias,
        /// Where it is defined.
        origin: Origin,
    },
    /// A role of another partition than the session it is assumed from, or than its identity provider.
    #[error("the role of `{session}` can never be assumed from {from}: {why}")]
    OtherPartition {
        /// The session.
        session: Alias,
        /// What it is assumed from.
        from: String,
        /// The two ARNs.
        why: OtherPartition,
        /// Where it is defined.
        origin: Origin,
    },
    /// A role to go on to that is in another partition than the session.
    #[error("`{session}` can never assume that role: {why}")]
    AssumeOtherPartition {
        /// The session that the run begins with.
        session: Alias,
        /// The two ARNs.
        why: OtherPartition,
    },
    /// A request to one service would be signed with credentials of another.
    #[error(transparent)]
    OtherService(Box<OtherService>),
    /// Managed policies for a service that has none, and would give all the more.
    #[error(
        "the service at `{service}` does not know `{policy}`, and would not narrow `{hop}` to it"
    )]
    PolicyElsewhere {
        /// The name of the hop.
        hop: String,
        /// The ARN of the policy.
        policy: String,
        /// Where the service is.
        service: Url,
    },
    /// The environment would send a signed request over plain http to another machine.
    #[error("the environment sends {0} requests to `{1}`, in clear over the network")]
    InsecureEndpoint(&'static str, Url),
}

/// A request to one service that would be signed with credentials of another.
#[derive(Clone, Debug, thiserror::Error)]
#[error(
    "`{hop}` would ask {service} with the credentials of `{signer}`, which are for {signed_for}"
)]
pub struct OtherService {
    /// The name of the hop that asks.
    pub hop: String,
    /// What it asks.
    pub service: String,
    /// The hop whose credentials sign.
    pub signer: String,
    /// What those are for.
    pub signed_for: String,
    /// Who says where the request goes.
    pub endpoint: EndpointSource,
    /// Where the session of the hop is defined.
    pub origin: Origin,
}

impl PlanError {
    /// What stands in a session file and is to be mended.
    pub fn origin(&self) -> Option<&Origin> {
        match self {
            Self::MissingAssumer { origin, .. }
            | Self::Cycle { origin, .. }
            | Self::OtherPartition { origin, .. }
            | Self::IdentityCenterRole { origin, .. } => Some(origin),
            Self::OtherService(other) => Some(&other.origin),
            _ => None,
        }
    }
}

fn arrows(path: &[Alias]) -> String {
    path.iter()
        .map(Alias::as_str)
        .collect::<Vec<_>>()
        .join(" -> ")
}
