//! One process asks for a hop, and the others take what comes of it: credentials or a failure.

use std::cell::Cell;
use std::time::{Duration, Instant};

use secrecy::SecretString;

use super::told::Told;
use super::{HopError, Notice, Resolver};
use crate::cache::{Boarded, Cache, Fingerprint, Mark, Turn, Wait};
use crate::disk::{DiskError, Holder, Lock};
use crate::model::Credentials;

/// A call takes nine seconds at most, and its credentials are written then.
const CALL: Duration = Duration::from_secs(12);

/// The holder of the lock may be killed just before its call would have failed; the next one has its own call.
const CALLS: Duration = Duration::from_secs(24);

/// A question stands for two minutes. A person who waits for longer is asked on their own terminal.
const QUESTION: Duration = Duration::from_secs(130);

/// A login in a browser takes five minutes at most.
const LOGIN: Duration = Duration::from_secs(330);

/// A hook has two seconds, and is to say for whom it waits; a program that runs us has four.
const UNATTENDED: Duration = Duration::from_millis(1200);

/// Where that comes from which is sent to AWS beside the signature.
pub(super) enum Asker {
    /// Nothing is.
    Nothing,
    /// An MFA code that was given for this run.
    Given(SecretString),
    /// An MFA code from a program.
    Program,
    /// An MFA code from a person.
    Person,
    /// An MFA code, and nobody can be asked for it.
    Nobody,
    /// An assertion that was given for this run.
    Assertion,
    /// An assertion from a login.
    Login,
}

/// What this process has seen of a hop's failures.
pub(super) struct Flight {
    /// The last one that is no news: it was there before, or was taken, or is this process's own.
    known: Cell<Option<Mark>>,
    /// Whether the failure that is on its way up was written or taken.
    told: Cell<bool>,
}

impl Flight {
    /// Begins now: failures that are there already are those of others' earlier runs.
    pub(super) fn begin(cache: &Cache, fingerprint: &Fingerprint) -> Self {
        Self {
            known: Cell::new(cache.failure_mark(fingerprint)),
            told: Cell::new(false),
        }
    }
}

/// Credentials of a hop, and who has made them.
pub(super) enum Reached {
    /// Another process, just now.
    Found(Credentials),
    /// This one.
    Made(Credentials),
}

/// What several processes want at once.
pub(super) struct Common<'a, T> {
    pub(super) resolver: &'a Resolver<'a>,
    pub(super) fingerprint: &'a Fingerprint,
    pub(super) flight: &'a Flight,
    pub(super) asker: &'a Asker,
    /// What another process may have made meanwhile.
    pub(super) found: &'a dyn Fn() -> Result<Option<T>, HopError>,
}

impl<T> Common<'_, T> {
    /// Does the work as the one process that does it, or takes what came of it elsewhere. A failure is
    /// left for those who wait.
    pub(super) fn in_turn(
        &self,
        turn: Turn,
        purpose: &str,
        work: impl FnOnce() -> Result<T, HopError>,
    ) -> Result<T, HopError> {
        self.flight.told.set(false);
        let since = Instant::now();
        let _lock: Option<Lock> = loop {
            if let Some(cause) = self.failure() {
                return Err(cause);
            }
            match self.board(turn, purpose, since)? {
                Some(Boarded::Alone) | None => break None,
                Some(Boarded::First(lock)) => {
                    if let Some(left) = self.left()? {
                        return Ok(left);
                    }
                    tracing::debug!("this process asks; others wait for it");
                    break Some(lock);
                }
                Some(Boarded::Changed) => {
                    if let Some(left) = self.left()? {
                        return Ok(left);
                    }
                }
            }
        };
        work().inspect_err(|cause| self.share(cause))
    }

    /// What others have left: what was wanted, or why it cannot be had.
    fn left(&self) -> Result<Option<T>, HopError> {
        if let Some(found) = (self.found)()? {
            return Ok(Some(found));
        }
        self.failure().map_or(Ok(None), Err)
    }

    /// `None` where the cache cannot be used at all: that costs time, never the credentials.
    fn board(
        &self,
        turn: Turn,
        purpose: &str,
        since: Instant,
    ) -> Result<Option<Boarded>, HopError> {
        let notify = self.resolver.notify;
        let waiting = |holder: &Holder| {
            tracing::info!(%holder, "waiting for another process");
            notify(&Notice::WaitingFor(holder.clone()));
        };
        let attended = match self.asker {
            Asker::Nobody => false,
            Asker::Person => true,
            _ => turn == Turn::Call || self.resolver.attended,
        };
        let (for_one, in_all) = match (turn, self.asker) {
            (Turn::Call, _) => (CALL, CALLS),
            _ if !attended => (UNATTENDED, UNATTENDED),
            (_, Asker::Login) => (LOGIN, LOGIN),
            _ => (QUESTION, QUESTION),
        };
        let wait = Wait {
            purpose,
            since,
            for_one,
            in_all,
            goes_on_alone: attended,
            waiting: &waiting,
        };
        match self.resolver.cache.board(self.fingerprint, turn, &wait) {
            Ok(boarded) => Ok(Some(boarded)),
            Err(DiskError::Busy { holder, .. }) => Err(HopError::HeldUp(holder)),
            Err(error @ DiskError::Strange { .. }) => Err(HopError::Flight(error)),
            Err(DiskError::NoLocks { path, .. }) => {
                notify(&Notice::NoLocks(path));
                Ok(None)
            }
            Err(_) => Ok(None),
        }
    }

    /// A failure of another process that is one for this process as well, and news to it.
    fn failure(&self) -> Option<HopError> {
        let (cache, flight) = (self.resolver.cache, self.flight);
        let mark = cache.failure_mark(self.fingerprint);
        if mark.is_none() || mark == flight.known.get() {
            return None;
        }
        let told = Told::read(&cache.failure(self.fingerprint)?)?;
        let cause = told.cause_for(self.asker, self.resolver.way)?;
        flight.known.set(mark);
        flight.told.set(true);
        tracing::info!(%cause, "another process has failed with this just now");
        Some(cause)
    }

    fn share(&self, cause: &HopError) {
        let (cache, flight) = (self.resolver.cache, self.flight);
        if flight.told.get() {
            return;
        }
        if let Some(told) = Told::of(cause, self.asker, self.resolver.way) {
            cache.put_failure(self.fingerprint, &told.bytes());
            flight.known.set(cache.failure_mark(self.fingerprint));
            flight.told.set(true);
        }
    }
}
