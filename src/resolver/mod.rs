//! The chain at work: back over the cache to the newest hop that still serves, then forward to the
//! target, one call each.

mod error;
mod saml;

use crate::aws::{AwsError, AwsErrorKind, Signer};
use crate::cache::{Cache, Fingerprint, SealingKeys};
use crate::disk::{DiskError, Lock};
use crate::idp::AssertionSource;
use crate::mfa::MfaCodes;
use crate::model::chain::{Hop, Step};
use crate::model::session::Mfa;
use crate::model::{AccessKey, Chain, Credentials, Span, Timestamp};
use crate::secrets::{SecretName, Secrets};
use crate::sts::{MfaCode, Sts};

pub use error::{HopError, HopReport, Outcome, ResolveError};

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
    /// Tells a person what should not go unsaid.
    pub notify: &'a dyn Fn(&Notice),
}

/// What a person is told on the way.
#[derive(Debug)]
pub enum Notice {
    /// Another process is asking for the same; the text says which.
    WaitingFor(String),
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

/// How fresh credentials must be.
#[derive(Clone, Copy, Debug, Default)]
pub struct Freshness {
    /// How much of their life must be left; see [`Credentials::serve`] for the default.
    pub min_ttl: Option<Span>,
    /// Whether cached ones serve at all.
    pub renew: Renew,
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

/// Which cached credentials are passed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Renew {
    /// Only those that no longer serve.
    #[default]
    WhatIsStale,
    /// Everything but a live MFA session, which would cost a person another code.
    AllButMfa,
}

/// A hop below the target only has to outlast one call.
const STEPPING_STONE: Span = Span::MINUTE;

/// How often AWS is shown a code before we give up: it locks a device after too many failures.
const CODE_ATTEMPTS: u32 = 3;

/// Who signs the next request.
enum Identity {
    Key(AccessKey),
    Temporary(Credentials),
}

impl Identity {
    fn signer(&self) -> Signer {
        match self {
            Self::Key(key) => key.into(),
            Self::Temporary(credentials) => credentials.into(),
        }
    }
}

/// One resolution.
struct Walk<'a> {
    resolver: &'a Resolver<'a>,
    chain: &'a Chain,
    fingerprints: Vec<Fingerprint>,
    freshness: Freshness,
    started: Timestamp,
    /// The oldest MFA session that serves.
    mfa_since: Option<Timestamp>,
    outcomes: Vec<Outcome>,
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
        let fingerprints = Fingerprint::of_hops(chain);
        let mut attempt = self.walk(chain, freshness).run();
        // A stepping stone from the cache can be dead before its time: revoked, or its key deleted. It
        // is dropped then, and made again from the one below, which may be as dead: a hop at a time.
        for _ in &chain.hops {
            match &attempt {
                Err(error) if error.blames_the_cache() => {
                    if self.cache.forget(&fingerprints[error.failed - 1]).is_err() {
                        break;
                    }
                    attempt = self.walk(chain, freshness).run();
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
            let mut again = self.walk(chain, freshness);
            again.mfa_since = Some(again.started);
            return again.run().map_err(|second| match second.cause {
                HopError::Mfa(_) => error,
                _ => second,
            });
        }
        Err(error)
    }

    fn walk<'a>(&'a self, chain: &'a Chain, freshness: Freshness) -> Walk<'a> {
        Walk {
            resolver: self,
            chain,
            fingerprints: Fingerprint::of_hops(chain),
            freshness,
            started: (self.now)(),
            mfa_since: None,
            outcomes: vec![Outcome::NotTried; chain.hops.len()],
        }
    }
}

impl Walk<'_> {
    fn run(mut self) -> Result<Resolution, Box<ResolveError>> {
        let last = self.chain.hops.len() - 1;
        let mut identity = None;
        let mut next = 0;
        for index in (0..=last).rev() {
            match self.cached(index) {
                Ok(Some(found)) => {
                    self.note_cached(index, &found);
                    (identity, next) = (Some(Identity::Temporary(found)), index + 1);
                    break;
                }
                Ok(None) => {}
                Err(cause) => return Err(self.failed(index, cause)),
            }
        }
        for index in next..=last {
            match self.step(index, identity.as_ref()) {
                Ok(reached) => identity = Some(reached),
                Err(cause) => return Err(self.failed(index, cause)),
            }
        }
        match identity {
            Some(Identity::Temporary(credentials)) => {
                let source = if next > last {
                    Source::Cache
                } else {
                    Source::Aws
                };
                Ok(Resolution {
                    credentials,
                    source,
                })
            }
            // The planner never ends a chain with a bare key, and a long-lived key is never handed out.
            Some(Identity::Key(_)) | None => Err(self.failed(last, HopError::NoCredentials)),
        }
    }

    /// What the cache holds for a hop, if it serves.
    fn cached(&self, index: usize) -> Result<Option<Credentials>, HopError> {
        let hop = &self.chain.hops[index];
        if matches!(hop.step, Step::AccessKey { .. }) {
            return Ok(None);
        }
        let now = (self.resolver.now)();
        let found =
            self.resolver
                .cache
                .get(&self.fingerprints[index], now, self.resolver.sealing_keys)?;
        Ok(found.filter(|credentials| self.serves(index, hop, credentials, now)))
    }

    fn serves(&self, index: usize, hop: &Hop, credentials: &Credentials, now: Timestamp) -> bool {
        let is_target = index + 1 == self.chain.hops.len();
        let wanted = if is_target {
            self.freshness.min_ttl
        } else {
            Some(STEPPING_STONE)
        };
        if is_mfa_session(&hop.step)
            && self
                .mfa_since
                .is_some_and(|since| credentials.issued < since)
        {
            return false;
        }
        let renewed = match self.freshness.renew {
            Renew::WhatIsStale => true,
            // What another process has made since we were started is as new as what we would make.
            Renew::AllButMfa => is_mfa_session(&hop.step) || credentials.issued > self.started,
        };
        renewed && credentials.serve(now, wanted)
    }

    fn note_cached(&mut self, index: usize, credentials: &Credentials) {
        let left = credentials.left((self.resolver.now)()).unwrap_or(Span(0));
        self.outcomes[..index].fill(Outcome::NotNeeded);
        self.outcomes[index] = Outcome::Cached { left };
    }

    /// Makes one hop, or finds that another process has just made it.
    fn step(&mut self, index: usize, below: Option<&Identity>) -> Result<Identity, HopError> {
        let hop = &self.chain.hops[index];
        if let Step::AccessKey { access_key_id } = &hop.step {
            let key = self.access_key(access_key_id)?;
            self.outcomes[index] = Outcome::Made;
            return Ok(Identity::Key(key));
        }
        // Held until the answer is in the cache, where those who wait will find it.
        let flight = self.board(index, hop)?;
        if flight.is_some()
            && let Some(found) = self.cached(index)?
        {
            let left = found.left((self.resolver.now)()).unwrap_or(Span(0));
            self.outcomes[index] = Outcome::Cached { left };
            return Ok(Identity::Temporary(found));
        }
        let credentials = self.ask(hop, below)?;
        let resolver = self.resolver;
        if let Err(error) = resolver.cache.put(
            &self.fingerprints[index],
            &hop.name,
            &credentials,
            resolver.sealing_keys,
        ) {
            (resolver.notify)(&Notice::NotKept(error));
        }
        self.outcomes[index] = Outcome::Made;
        Ok(Identity::Temporary(credentials))
    }

    /// Becomes the one process that asks for a hop. `None` where the cache can not be used at all:
    /// that costs time, never the credentials.
    fn board(&self, index: usize, hop: &Hop) -> Result<Option<Lock>, HopError> {
        let notify = self.resolver.notify;
        let waiting = |holder: &str| notify(&Notice::WaitingFor(holder.to_owned()));
        match self
            .resolver
            .cache
            .single_flight(&self.fingerprints[index], &purpose(hop), waiting)
        {
            Ok(lock) => Ok(Some(lock)),
            Err(error @ DiskError::Busy { .. }) => Err(HopError::Busy(error)),
            Err(_) => Ok(None),
        }
    }

    /// One call to STS.
    fn ask(&self, hop: &Hop, below: Option<&Identity>) -> Result<Credentials, HopError> {
        let sts = self.resolver.sts;
        match &hop.step {
            Step::SessionToken {
                access_key_id,
                mfa,
                lifetime,
            } => {
                // Before a person is asked for a code that could not be used.
                let signer = Signer::from(&self.access_key(access_key_id)?);
                self.with_code(mfa.as_ref(), |code| {
                    sts.get_session_token(&hop.sts, &signer, *lifetime, code)
                })
            }
            Step::AssumeRole(role) => {
                let signer = below.ok_or(HopError::NoCredentials)?.signer();
                self.with_code(role.mfa.as_ref(), |code| {
                    sts.assume_role(&hop.sts, &signer, role, code)
                })
            }
            Step::Saml(saml) => self.log_in(hop, saml),
            Step::AccessKey { .. } => Err(HopError::NoCredentials),
        }
    }

    /// Makes a call with a code, where one is due. A code that AWS refuses is asked for again, as
    /// long as there is somebody who could know a better one.
    fn with_code(
        &self,
        mfa: Option<&Mfa>,
        call: impl Fn(Option<&MfaCode<'_>>) -> Result<Credentials, AwsError>,
    ) -> Result<Credentials, HopError> {
        let Some(mfa) = mfa else {
            return Ok(call(None)?);
        };
        let mut refused: Option<AwsError> = None;
        for _ in 0..CODE_ATTEMPTS {
            let code = self
                .resolver
                .mfa
                .code(mfa, refused.as_ref().map(|error| error.message.as_str()))?;
            let Some(code) = code else { break };
            match call(Some(&MfaCode {
                device: &mfa.device,
                code,
            })) {
                Err(error) if error.kind == AwsErrorKind::MfaCodeRejected => refused = Some(error),
                answer => return Ok(answer?),
            }
        }
        Err(refused.map_or(HopError::NoCredentials, HopError::Sts))
    }

    fn access_key(&self, access_key_id: &str) -> Result<AccessKey, HopError> {
        let secret_access_key = self
            .resolver
            .secrets
            .get(&SecretName::AccessKey(access_key_id.to_owned()))?;
        Ok(AccessKey {
            access_key_id: access_key_id.to_owned(),
            secret_access_key,
        })
    }

    fn failed(self, index: usize, cause: HopError) -> Box<ResolveError> {
        let mut outcomes = self.outcomes;
        outcomes[index] = Outcome::Failed;
        let hops = self
            .chain
            .hops
            .iter()
            .zip(outcomes)
            .map(|(hop, outcome)| HopReport {
                name: hop.name.clone(),
                step: hop.step.clone(),
                outcome,
            });
        let session = |index: usize| {
            let header = self.resolver.cache.header(&self.fingerprints[index]);
            header.filter(|_| is_mfa_session(&self.chain.hops[index].step))
        };
        Box::new(ResolveError {
            target: self.chain.target.clone(),
            hops: hops.collect(),
            failed: index,
            mfa_expired: session(index).map(|header| header.expiration),
            mfa_issued: session(0).map(|header| header.issued),
            at: (self.resolver.now)(),
            cause,
        })
    }
}

fn is_mfa_session(step: &Step) -> bool {
    matches!(step, Step::SessionToken { mfa: Some(_), .. })
}

/// What those who wait are told that we are doing.
fn purpose(hop: &Hop) -> String {
    match (hop.step.mfa(), &hop.step) {
        (Some(mfa), _) => format!("asking for an MFA code for {}", mfa.device.name()),
        (None, Step::Saml(saml)) => format!("logging in at {}", saml.saml_url.host()),
        (None, _) => format!("asking AWS for `{}`", hop.name),
    }
}

#[cfg(test)]
mod tests;
