//! Why a chain was not resolved: which hop, of how many, and what had worked before it.

use std::error::Error;
use std::fmt;

use crate::aws::{AwsError, AwsErrorKind};
use crate::disk::{DiskError, Holder};
use crate::idp::{Grant, IdpError, Untimely};
use crate::mfa::MfaError;
use crate::model::chain::Step;
use crate::model::{Alias, Life, Span, Timestamp, Url};
use crate::secrets::SecretError;

/// A chain that was not resolved.
#[derive(Debug)]
pub struct ResolveError {
    /// The session that was asked for.
    pub target: Alias,
    /// All hops, and how far each got.
    pub hops: Vec<HopReport>,
    /// The index of the hop that failed.
    pub failed: usize,
    /// The life of the MFA session that was cached for the failed hop, if there was one.
    pub mfa_life: Option<Life>,
    /// When the MFA session that the chain begins with was opened, if it begins with one.
    pub mfa_issued: Option<Timestamp>,
    /// When the credentials were asked for that signed the request, if they came from the cache.
    pub(super) below_issued: Option<Timestamp>,
    /// When it failed.
    pub at: Timestamp,
    /// Why.
    pub cause: HopError,
}

/// One hop, and how far it got.
#[derive(Debug)]
pub struct HopReport {
    /// The alias, or the role's name.
    pub name: String,
    /// Whether it has a session: a role that the run went on to has none.
    pub is_session: bool,
    /// What was asked.
    pub step: Step,
    /// The endpoint that a session names, and that session.
    pub endpoint: Option<(Url, Alias)>,
    /// How far it got.
    pub outcome: Outcome,
}

/// How far a hop got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A later hop was in the cache.
    NotNeeded,
    /// Its credentials came from the cache.
    Cached {
        /// What is left of them.
        left: Span,
    },
    /// AWS gave credentials just now.
    Made,
    /// This is where it ended.
    Failed,
    /// Its turn did not come.
    NotTried,
}

/// Why a hop failed.
#[derive(Debug, thiserror::Error)]
pub enum HopError {
    /// The access key, or the key that the cache is sealed with, cannot be had.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// There is no MFA code.
    #[error(transparent)]
    Mfa(#[from] MfaError),
    /// AWS refuses, or cannot be asked.
    #[error(transparent)]
    Sts(#[from] AwsError),
    /// The file of a lock is something else.
    #[error(transparent)]
    Flight(DiskError),
    /// Another process is at it, and takes longer than this one can wait.
    #[error("another leapp ({0}) is at it, and does not come to an end")]
    HeldUp(Holder),
    /// There is no assertion.
    #[error(transparent)]
    Idp(#[from] IdpError),
    /// The assertion is not good now.
    #[error(transparent)]
    Untimely(#[from] Untimely),
    /// The assertion does not grant the role, at least not by this provider.
    #[error("the login does not grant the role")]
    NotGranted {
        /// What it does grant.
        granted: Vec<Grant>,
    },
    /// AWS says that the assertion is meant for somebody else.
    #[error("the assertion is not meant for AWS")]
    Audience {
        /// AWS's words.
        said: AwsError,
        /// Whom it is meant for, as far as it can be read.
        found: Vec<String>,
    },
    /// A chain that leads nowhere; the planner makes none.
    #[error("the chain ends without credentials")]
    NoCredentials,
}

impl ResolveError {
    /// The hop that failed.
    pub fn hop(&self) -> &HopReport {
        &self.hops[self.failed]
    }

    /// The refusal of STS, where that is the cause.
    pub fn sts(&self) -> Option<&AwsError> {
        match &self.cause {
            HopError::Sts(error) | HopError::Audience { said: error, .. } => Some(error),
            _ => None,
        }
    }

    /// Whether the role may have been denied because the code behind the request is over an hour old.
    /// AWS tells a role how old it is only where the MFA session itself asks.
    pub(super) fn may_want_a_younger_mfa(&self) -> bool {
        let denied = self
            .sts()
            .is_some_and(|error| error.kind == AwsErrorKind::AccessDenied);
        let old = |issued: Timestamp| self.at.after(issued).is_some_and(|age| age > Span::HOUR);
        denied && self.failed == 1 && self.mfa_issued.is_some_and(old)
    }

    /// Whether the request was signed by something from the cache that AWS no longer knows.
    pub(super) fn blames_the_cache(&self) -> bool {
        let below_was_cached = self
            .failed
            .checked_sub(1)
            .is_some_and(|below| matches!(self.hops[below].outcome, Outcome::Cached { .. }));
        let dead = |e: &AwsError| {
            matches!(
                e.kind,
                AwsErrorKind::SourceExpired | AwsErrorKind::UnknownKey
            )
        };
        below_was_cached && self.sts().is_some_and(dead)
    }
}

impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "hop {} of {} to `{}`: {}",
            self.failed + 1,
            self.hops.len(),
            self.target,
            self.cause
        )
    }
}

impl Error for ResolveError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.cause)
    }
}
