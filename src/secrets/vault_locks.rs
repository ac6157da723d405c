//! The vault is opened by one process at a time, and its passphrase asked for on one terminal.

use std::io;
use std::path::Path;
use std::time::Duration;

use super::error::LockedCause;
use super::passphrase::QUESTION_LIMIT;
use super::{Place, SecretError, UNATTENDED_LIMIT, WaitNotice};
use crate::disk::{DiskError, Lock};
use crate::ui::terminal::Questions;

/// A process that can ask on a terminal waits for another terminal's question as long as that stands.
const ATTENDED_LIMIT: Duration = QUESTION_LIMIT.saturating_add(Duration::from_secs(10));

/// Opening takes half a second and half a gigabyte. After so long a process opens it beside others.
const OPENING_LIMIT: Duration = Duration::from_mins(1);

/// The locks of the vault in `dir`.
pub(super) struct VaultLocks<'a> {
    pub(super) dir: &'a Path,
    pub(super) questions: Questions,
    pub(super) waiting: &'a WaitNotice,
}

impl VaultLocks<'_> {
    /// For the process that has a passphrase. `None` where it is not worth waiting for.
    pub(super) fn opening(&self) -> Option<Lock> {
        self.lock("opening.lock", "opening the vault", OPENING_LIMIT)
            .ok()
    }

    /// For the terminal that is asked for the passphrase. `None` where there can be no lock: a
    /// person may then be asked once more.
    pub(super) fn unlocking(&self) -> Result<Option<Lock>, SecretError> {
        match self.asking("unlocking the vault") {
            Err(error) if is_impossible(&error) => Ok(None),
            lock => lock.map(Some).map_err(held_up),
        }
    }

    /// For the terminal that is asked for a new passphrase.
    pub(super) fn setting_up(&self) -> Result<Lock, DiskError> {
        self.asking("setting up the vault")
    }

    fn asking(&self, purpose: &str) -> Result<Lock, DiskError> {
        let limit = match self.questions.terminal() {
            Ok(_) => ATTENDED_LIMIT,
            Err(_) => UNATTENDED_LIMIT,
        };
        self.lock("unlock.lock", purpose, limit)
    }

    fn lock(&self, name: &str, purpose: &str, limit: Duration) -> Result<Lock, DiskError> {
        Lock::acquire(&self.dir.join(name), purpose, limit, |holder| {
            (self.waiting)(holder);
        })
    }
}

/// Whether there can be no lock in this directory: nothing can be written there, or its file system has none.
fn is_impossible(error: &DiskError) -> bool {
    match error {
        DiskError::NoLocks { .. } => true,
        DiskError::Io { source, .. } => matches!(
            source.kind(),
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied
        ),
        _ => false,
    }
}

/// A question on another terminal that this process cannot wait for is no fault of the disk.
pub(super) fn held_up(error: DiskError) -> SecretError {
    match error {
        DiskError::Busy { holder, .. } => SecretError::Locked {
            place: Place::File,
            cause: LockedCause::HeldUp(holder),
        },
        error => SecretError::disk(error),
    }
}
