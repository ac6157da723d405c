//! One walk over a chain: back over the cache to the newest hop that serves, then forward to the target.

use std::cell::OnceCell;

use super::flight::{Asker, Common, Flight, Reached};
use super::freshness::Position;
use super::{
    Freshness, HopError, HopReport, Notice, Outcome, Resolution, ResolveError, Resolver, Source,
};
use crate::aws::Signer;
use crate::cache::{Fingerprint, Turn};
use crate::model::chain::{Hop, Step};
use crate::model::{AccessKey, Chain, Credentials, Life, Span, Timestamp};

/// Who signs the next request.
pub(super) enum Identity {
    Key(AccessKey),
    Temporary(Credentials),
}

impl Identity {
    pub(super) fn signer(&self) -> Signer {
        match self {
            Self::Key(key) => key.into(),
            Self::Temporary(credentials) => credentials.into(),
        }
    }
}

/// One resolution.
pub(super) struct Walk<'a> {
    pub(super) resolver: &'a Resolver<'a>,
    pub(super) chain: &'a Chain,
    pub(super) fingerprints: Vec<Fingerprint>,
    pub(super) freshness: Freshness,
    pub(super) started: Timestamp,
    /// The oldest MFA session that serves.
    mfa_since: Option<Timestamp>,
    outcomes: Vec<Outcome>,
    /// When the credentials were asked for that the walk went on from, if they came from the cache.
    below_issued: Option<Timestamp>,
    flights: &'a Flights,
}

/// What a resolution has seen of the failures at each hop, once it asks for one.
#[derive(Default)]
pub(super) struct Flights(OnceCell<Vec<Flight>>);

impl<'a> Walk<'a> {
    pub(super) fn new(
        resolver: &'a Resolver<'a>,
        chain: &'a Chain,
        freshness: Freshness,
        flights: &'a Flights,
    ) -> Self {
        Self {
            resolver,
            chain,
            fingerprints: Fingerprint::of_hops(chain),
            freshness,
            started: (resolver.now)(),
            mfa_since: None,
            outcomes: vec![Outcome::NotTried; chain.hops.len()],
            below_issued: None,
            flights,
        }
    }

    /// The same, for which no MFA session serves that is older than it.
    pub(super) fn with_a_new_code(mut self) -> Self {
        self.mfa_since = Some(self.started);
        self
    }

    pub(super) fn run(mut self) -> Result<Resolution, Box<ResolveError>> {
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
            // All hops before the first call: who is slower with one hop than another process must not
            // take that one's failure with the next for an old one.
            self.flight(index);
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
    pub(super) fn cached(&self, index: usize) -> Result<Option<Credentials>, HopError> {
        let hop = &self.chain.hops[index];
        if matches!(hop.step, Step::AccessKey { .. }) {
            return Ok(None);
        }
        let now = (self.resolver.now)();
        let found =
            self.resolver
                .cache
                .get(&self.fingerprints[index], now, self.resolver.sealing_keys)?;
        let taken = found.filter(|credentials| self.serves(index, hop, credentials, now));
        self.tell_of_the_cache(index, taken.as_ref(), now);
        Ok(taken)
    }

    /// Why the cache serves a hop, or does not. The header is read again for it, which is why it is only
    /// read where somebody is told.
    fn tell_of_the_cache(&self, index: usize, taken: Option<&Credentials>, now: Timestamp) {
        let (hop, name) = (index + 1, &self.chain.hops[index].name);
        if let Some(credentials) = taken {
            let left = credentials.left(now).unwrap_or(Span(0)).rounded();
            tracing::info!(hop, %name, %left, "found in the cache");
        } else if tracing::enabled!(tracing::Level::INFO) {
            let header = self.resolver.cache.header(&self.fingerprints[index]);
            let why = match header.map(|header| header.expiration.after(now)) {
                None => "nothing there",
                Some(None) => "expired",
                Some(Some(_)) => {
                    "too little left, to be renewed, or sealed with a key that is gone"
                }
            };
            tracing::info!(hop, %name, why, "not from the cache");
        }
    }

    fn serves(&self, index: usize, hop: &Hop, credentials: &Credentials, now: Timestamp) -> bool {
        if hop.step.is_mfa_session()
            && self
                .mfa_since
                .is_some_and(|since| credentials.issued < since)
        {
            return false;
        }
        let position = Position::of(index, self.chain);
        let life = credentials.life();
        self.freshness
            .takes(life, &hop.step, position, self.started, now)
    }

    fn note_cached(&mut self, index: usize, credentials: &Credentials) {
        let left = credentials
            .left((self.resolver.now)())
            .unwrap_or(Span(0))
            .rounded();
        self.below_issued = Some(credentials.issued);
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
        let reached = self.ask(index, below)?;
        let (credentials, outcome) = match reached {
            Reached::Made(made) => (made, Outcome::Made),
            Reached::Found(found) => {
                let left = found
                    .left((self.resolver.now)())
                    .unwrap_or(Span(0))
                    .rounded();
                self.below_issued = Some(found.issued);
                (found, Outcome::Cached { left })
            }
        };
        self.outcomes[index] = outcome;
        Ok(Identity::Temporary(credentials))
    }

    /// One call to AWS, made by one process of those that want the same. The credentials are in the cache
    /// before the next one looks.
    pub(super) fn call(
        &self,
        index: usize,
        asker: &Asker,
        call: impl FnOnce() -> Result<Credentials, HopError>,
    ) -> Result<Reached, HopError> {
        let hop = &self.chain.hops[index];
        let resolver = self.resolver;
        // Before others wait: the secret store may have to be unlocked for it.
        let sealing_key = resolver.sealing_keys.current();
        let purpose = format!("asking AWS for `{}`", hop.name);
        self.in_turn(index, Turn::Call, &purpose, asker, || {
            let (hop_number, name) = (index + 1, &hop.name);
            tracing::info!(hop = hop_number, %name, call = hop.step.call(), "asking AWS");
            let credentials = call()?;
            let lifetime = credentials
                .left((resolver.now)())
                .unwrap_or(Span(0))
                .rounded();
            tracing::info!(hop = hop_number, %name, %lifetime, "got credentials");
            let fingerprint = &self.fingerprints[index];
            if let Err(error) = resolver
                .cache
                .put(fingerprint, name, &credentials, sealing_key)
            {
                (resolver.notify)(&Notice::NotKept(error));
            } else {
                tracing::debug!(hop = hop_number, "kept in the cache");
            }
            Ok(Reached::Made(credentials))
        })
    }

    /// See [`Common::in_turn`].
    pub(super) fn in_turn(
        &self,
        index: usize,
        turn: Turn,
        purpose: &str,
        asker: &Asker,
        work: impl FnOnce() -> Result<Reached, HopError>,
    ) -> Result<Reached, HopError> {
        let found =
            || -> Result<Option<Reached>, HopError> { Ok(self.cached(index)?.map(Reached::Found)) };
        let common = Common {
            resolver: self.resolver,
            fingerprint: &self.fingerprints[index],
            flight: self.flight(index),
            asker,
            found: &found,
        };
        common.in_turn(turn, purpose, work)
    }

    fn flight(&self, index: usize) -> &Flight {
        let begin = |fingerprint| Flight::begin(self.resolver.cache, fingerprint);
        let all = || self.fingerprints.iter().map(begin).collect();
        &self.flights.0.get_or_init(all)[index]
    }

    pub(super) fn failed(self, index: usize, cause: HopError) -> Box<ResolveError> {
        let mut outcomes = self.outcomes;
        outcomes[index] = Outcome::Failed;
        tracing::info!(hop = index + 1, name = %self.chain.hops[index].name, %cause, "failed");
        let hops = self
            .chain
            .hops
            .iter()
            .zip(outcomes)
            .map(|(hop, outcome)| HopReport {
                name: hop.name.clone(),
                is_session: hop.is_session,
                step: hop.step.clone(),
                endpoint: (hop.named_endpoint())
                    .map(|(url, named_by)| (url.clone(), named_by.clone())),
                outcome,
            });
        let session = |index: usize| {
            let header = self.resolver.cache.header(&self.fingerprints[index]);
            header.filter(|_| self.chain.hops[index].step.is_mfa_session())
        };
        Box::new(ResolveError {
            target: self.chain.target.clone(),
            hops: hops.collect(),
            failed: index,
            mfa_life: session(index).map(|header| Life {
                issued: header.issued,
                expiration: header.expiration,
            }),
            mfa_issued: session(0).map(|header| header.issued),
            below_issued: self.below_issued,
            at: (self.resolver.now)(),
            cause,
        })
    }
}
