//! How much life credentials and assertions from the cache must have left to be used.

use crate::model::chain::Step;
use crate::model::{Chain, Life, Span, Timestamp};

/// A hop below the target only has to outlast one call.
const STEPPING_STONE: Span = Span::MINUTE;

/// A kept assertion must outlast the call that it is sent with, and a clock that is a little off.
pub(super) const MARGIN: Span = Span(30);

/// How fresh credentials must be.
#[derive(Clone, Copy, Debug, Default)]
pub struct Freshness {
    /// How much of their life must be left; see [`Life::serves`] for the default.
    pub min_ttl: Option<Span>,
    /// Whether cached ones serve at all.
    pub renew: Renew,
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

/// Where in a chain a hop stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Position {
    /// It is what was asked for.
    Target,
    /// It only has to outlast one call.
    SteppingStone,
}

impl Position {
    /// That of the hop at `index` in a chain.
    pub(super) fn of(index: usize, chain: &Chain) -> Self {
        if index + 1 == chain.hops.len() {
            Self::Target
        } else {
            Self::SteppingStone
        }
    }
}

impl Freshness {
    /// Whether a run that was `started` then takes credentials of this life from the cache `now`.
    pub(super) fn takes(
        self,
        life: Life,
        step: &Step,
        position: Position,
        started: Timestamp,
        now: Timestamp,
    ) -> bool {
        let wanted = match position {
            Position::Target => self.min_ttl,
            Position::SteppingStone => Some(STEPPING_STONE),
        };
        let renewed = match self.renew {
            Renew::WhatIsStale => true,
            // What another process has made since we were started is as new as what we would make.
            Renew::AllButMfa => step.is_mfa_session() || life.issued > started,
        };
        // Where the clock was set back, AWS tells whether an MFA session still works, and a person need not be
        // asked for a code before it has refused that.
        let asks_aws = position == Position::SteppingStone && step.is_mfa_session();
        renewed && life.lasts(now, wanted) && (asks_aws || !life.is_from_future(now))
    }
}
