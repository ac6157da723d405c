//! The chain at work: back over the cache to the newest hop that still serves, then forward to the
//! target, one call each.

mod ask;
mod error;
mod federation;
mod flight;
mod freshness;
mod outlook;
mod saml;
mod told;
mod walk;

use crate::cache::{Cache, Fingerprint, SealingKeys};
use crate::disk::Holder;
use crate::idp::AssertionSource;
use crate::mfa::MfaCodes;
use crate::model::{Chain, Credentials, Span, Timestamp};
use crate::secrets::Secrets;
use crate::sts::Sts;
use walk::{Flights, Walk};

pub use error::{HopError, HopReport, Outcome, ResolveError};
pub use freshness::{Freshness, Renew};
pub use outlook::{Outlook, kept_login, outlook};

/// Everything that a resolution may need. Nothing of it is opened before it is needed.
pub struct Resolver<'a> {
    /// Credentials of earlier runs.
    pub cache: &'a Cache,
    /// What the cache is sealed with.
    pub sealing_keys: &'a dyn SealingKeys,
    /// The long-lived keys.
    pub secrets: &'a Secrets,
    /// AWS.
    pub sts: &'a dyn Sts,
    /// The person, or who answers for them.
    pub mfa: &'a dyn MfaCodes,
    /// The identity providers.
    pub idp: &'a dyn AssertionSource,
    /// The clock.
    pub now: fn() -> Timestamp,
    /// By which way AWS is asked: proxies and certificates, without passwords. What fails by one way is
    /// no failure for a process that takes another.
    pub way: &'a str,
    /// Whether somebody watches this run, and can end it: then it waits for others as long as they may take.
    pub attended: bool,
    /// Tells a person what should not go unsaid.
    pub notify: &'a dyn Fn(&Notice),
}

/// What a person is told on the way.
#[derive(Debug)]
pub enum Notice {
    /// Another process is asking for the same. One that is stopped is not waited for.
    WaitingFor(Holder),
    /// Processes cannot wait for each other: the file system of this lock has none.
    NoLocks(std::path::PathBuf),
    /// Credentials were made and could not be kept: the next run makes them again.
    NotKept(crate::cache::NotKept),
    /// AWS does not give a role for so long, and gives it for an hour.
    Shortened {
        /// The hop.
        hop: String,
        /// What was wished for.
        wanted: Span,
    },
}

/// What came of a chain.
#[derive(Debug)]
pub struct Resolution {
    /// The target's credentials.
    pub credentials: Credentials,
    /// Where they came from.
    pub source: Source,
}

/// Where credentials came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// They lay in the cache when we looked first.
    Cache,
    /// This run asked for them, or waited for one that did.
    Aws,
}

impl Resolver<'_> {
    /// The credentials of the chain's target.
    ///
    /// # Errors
    /// [`ResolveError`]: which hop failed, why, and what had worked before it.
    pub fn resolve(
        &self,
        chain: &Chain,
        freshness: Freshness,
    ) -> Result<Resolution, Box<ResolveError>> {
        let flights = Flights::default();
        let walk = || Walk::new(self, chain, freshness, &flights);
        let mut attempt = walk().run();
        // A stepping stone from the cache can be dead before its time: revoked, or its key deleted. It
        // is dropped then, and made again from the one below, which may be as dead: a hop at a time.
        for _ in &chain.hops {
            match &attempt {
                Err(error) if error.blames_the_cache() => {
                    let below = Fingerprint::of_hops(chain)[error.failed - 1];
                    // Another process may have made it again by now.
                    if self.cache.forget_until(&below, error.below_issued).is_err() {
                        break;
                    }
                    attempt = walk().run();
                }
                _ => break,
            }
        }
        let error = match attempt {
            Ok(resolution) => return Ok(resolution),
            Err(error) => error,
        };
        if error.may_want_a_younger_mfa() {
            // A trust policy can demand that the code is not old (`aws:MultiFactorAuthAge`), and a
            // denial does not say so. One more code is worth the try, if there is somebody to ask.
            return walk()
                .with_a_new_code()
                .run()
                .map_err(|second| match second.cause {
                    HopError::Mfa(_) => error,
                    _ => second,
                });
        }
        Err(error)
    }

    /// The target's credentials as the cache has them, however little of their life is left, as long as
    /// it is a minute. For whoever would be worse off without any.
    pub fn last(&self, chain: &Chain) -> Option<Credentials> {
        let freshness = Freshness {
            min_ttl: Some(Span::MINUTE),
            renew: Renew::WhatIsStale,
        };
        let target = chain.hops.len().checked_sub(1)?;
        let flights = Flights::default();
        let walk = Walk::new(self, chain, freshness, &flights);
        walk.cached(target).ok()?
    }

    /// Until when renewing the chain's credentials needs nobody, where it needs somebody at all: the end
    /// of the MFA session or of the login that it begins with.
    pub fn attended_until(&self, chain: &Chain) -> Option<Timestamp> {
        let hops = chain.hops.iter().zip(Fingerprint::of_hops(chain));
        let mut attended = hops.filter(|(hop, _)| hop.step.wants_a_person());
        let (_, fingerprint) = attended.next()?;
        Some(self.cache.header(&fingerprint)?.expiration)
    }
}

#[cfg(test)]
mod tests;
