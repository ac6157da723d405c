//! One process makes a call; the others wait for its result.
//!
//! There are separate locks for the call and for the question before it, so that a process that has
//! a code does not wait for the question of another. A process that is stopped while it holds a lock
//! is passed by: the others agree on a second lock.

use std::cell::RefCell;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::failure::Mark;
use super::{Cache, Fingerprint};
use crate::disk::{self, DiskError, Holder, Lock};

/// So many processes can be stopped, and the others still agree on one that asks.
const SPARE_LOCKS: usize = 3;

/// A wait that is shorter than this is not told.
const PATIENCE: Duration = Duration::from_secs(1);

/// What is done by one process at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// A call to AWS, which takes ten seconds at most.
    Call,
    /// What a program is asked for first: an `mfa_process`.
    Program,
    /// What a person is asked for first: an MFA code, a login.
    Person,
}

/// How a process waits for its turn.
pub struct Wait<'a> {
    /// What the others are told that this process does.
    pub purpose: &'a str,
    /// When it began to wait, with all its turns before.
    pub since: Instant,
    /// How long it waits for one holder of the lock.
    pub for_one: Duration,
    /// How long it waits in all.
    pub in_all: Duration,
    /// Whether it can do without the lock when the time is over.
    pub goes_on_alone: bool,
    /// Is told once who is waited for, and who is not since it is stopped.
    pub waiting: &'a dyn Fn(&Holder),
}

/// How a wait for a turn ended.
#[derive(Debug)]
#[must_use = "the turn is over as soon as this value is dropped"]
pub enum Boarded {
    /// It is this process's turn, until the lock is dropped.
    First(Lock),
    /// Another process has left something: credentials, or a failure.
    Changed,
    /// The others take too long. This process goes on by itself.
    Alone,
}

/// Why a lock was not waited for any longer.
enum Instead {
    Changed,
    PassBy,
    TooLong(DiskError),
}

impl Cache {
    /// Waits for the turn of this process. Ends as soon as an entry or a failure is written that was
    /// not there when the wait began.
    ///
    /// # Errors
    /// Where the directory cannot be used; [`DiskError::Busy`] where time is over, unless the process
    /// goes on alone.
    pub fn board(
        &self,
        fingerprint: &Fingerprint,
        turn: Turn,
        wait: &Wait<'_>,
    ) -> Result<Boarded, DiskError> {
        disk::private_dir(&self.directory)?;
        disk::private_dir(&self.locks())?;
        let seen = self.left_by_others(fingerprint);
        let told = RefCell::new(false);
        for spare in 0..SPARE_LOCKS {
            let path = self.lock_file(fingerprint, turn, spare);
            // Whom it waits for now, and since when.
            let mut current: Option<(Option<u32>, Duration)> = None;
            let ended = Lock::acquire_unless(&path, wait.purpose, |held| {
                if self.left_by_others(fingerprint) != seen {
                    return Some(Instead::Changed);
                }
                let pid = held.holder.pid();
                let since = match current {
                    Some((same, since)) if same == pid => since,
                    _ => held.waited,
                };
                current = Some((pid, since));
                let too_long = wait.since.elapsed() >= wait.in_all
                    || held.waited.saturating_sub(since) >= wait.for_one;
                if too_long && wait.goes_on_alone {
                    return Some(Instead::PassBy);
                }
                if too_long || (held.holder.is_stopped && !wait.goes_on_alone) {
                    return Some(Instead::TooLong(DiskError::Busy {
                        path: path.clone(),
                        waited: held.waited,
                        holder: held.holder.clone(),
                    }));
                }
                if held.holder.is_stopped {
                    (wait.waiting)(&held.holder);
                    return Some(Instead::PassBy);
                }
                if held.waited >= PATIENCE && !told.replace(true) {
                    (wait.waiting)(&held.holder);
                }
                None
            })?;
            match ended {
                Ok(lock) => return Ok(Boarded::First(lock)),
                Err(Instead::Changed) => return Ok(Boarded::Changed),
                Err(Instead::TooLong(busy)) => return Err(busy),
                Err(Instead::PassBy) if wait.since.elapsed() >= wait.in_all => break,
                Err(Instead::PassBy) => {}
            }
        }
        Ok(Boarded::Alone)
    }

    /// What a waiting process looks for.
    fn left_by_others(&self, fingerprint: &Fingerprint) -> [Option<Mark>; 2] {
        [
            Mark::of(&self.file(fingerprint)),
            self.failure_mark(fingerprint),
        ]
    }

    fn lock_file(&self, fingerprint: &Fingerprint, turn: Turn, spare: usize) -> PathBuf {
        let turn = match turn {
            Turn::Call => "",
            Turn::Program => ".program",
            Turn::Person => ".person",
        };
        let spare = match spare {
            0 => String::new(),
            n => format!(".{n}"),
        };
        self.locks().join(format!("{fingerprint}{turn}{spare}"))
    }
}
