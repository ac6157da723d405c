//! What a run would find in the cache, told from the entries' clear headers: no key is needed for it,
//! and nothing is opened.

use super::freshness::{Freshness, MARGIN, Position, Renew};
use crate::cache::{Cache, Fingerprint};
use crate::model::chain::{Hop, SamlStep};
use crate::model::{Chain, Life, Timestamp};

/// What lies in the cache for one hop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outlook {
    /// Nothing, or what cannot be kept: a long-lived key.
    Nothing,
    /// Credentials that a run would use.
    Serves(Life),
    /// Credentials that have expired, or that a run would pass over.
    Stale(Life),
}

impl Outlook {
    /// From when to when what is there lives.
    pub fn life(self) -> Option<Life> {
        match self {
            Self::Nothing => None,
            Self::Serves(life) | Self::Stale(life) => Some(life),
        }
    }
}

/// What lies in the cache for each hop.
pub fn outlook(chain: &Chain, freshness: Freshness, cache: &Cache, now: Timestamp) -> Vec<Outlook> {
    let of_hop = |(index, (hop, fingerprint)): (usize, (&Hop, Fingerprint))| {
        let Some(life) = life(cache, &fingerprint) else {
            return Outlook::Nothing;
        };
        if freshness.takes(life, &hop.step, Position::of(index, chain), now, now) {
            Outlook::Serves(life)
        } else {
            Outlook::Stale(life)
        }
    };
    let named = chain.hops.iter().zip(Fingerprint::of_hops(chain));
    named.enumerate().map(of_hop).collect()
}

/// The assertion of an earlier login, which the next run would use instead of a new one.
pub fn kept_login(
    saml: &SamlStep,
    freshness: Freshness,
    cache: &Cache,
    now: Timestamp,
) -> Option<Life> {
    let name = Fingerprint::of_login(&saml.saml_url, saml.saml_process.as_deref());
    let good = |life: &Life| life.left(now).is_some_and(|left| left > MARGIN);
    life(cache, &name).filter(|life| freshness.renew == Renew::WhatIsStale && good(life))
}

fn life(cache: &Cache, name: &Fingerprint) -> Option<Life> {
    let header = cache.header(name)?;
    Some(Life {
        issued: header.issued,
        expiration: header.expiration,
    })
}
