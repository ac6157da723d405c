//! The operating system's keyring, through `keyring-core`: the Secret Service or the macOS Keychain.
//!
//! Each secret is an item with the service name given and, as its user name, the item's own name.
//! A locked keyring is noticed before a dialog can hang: a dialog is only let come up where a person
//! can see it, one process at a time, and for a limited time.

use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use keyring_core::{Entry, Error};

use super::error::{DamagedCause, LockedCause, UnavailableCause};
use super::keyring::{Item, Keeper, State, UNLOCK_LIMIT, denied, locked, unavailable};
use super::{Door, KeyringDialog, Place, SecretError, SecretName, SecretStore, WaitNotice};
use crate::disk::{self, DiskError, Lock};
use crate::model::secret::{ExposeSecret, SecretString, Zeroizing};

#[cfg(target_os = "macos")]
use super::macos_keychain as platform;
#[cfg(target_os = "linux")]
use super::secret_service as platform;

/// The keyring, under one service name.
pub(super) struct Keychain {
    /// The service name of all items.
    pub(super) service: String,
    /// Who has put the items there.
    pub(super) keeper: Keeper,
    pub(super) dialog: KeyringDialog,
    /// Where the lock lies that lets one process at a time unlock the keyring.
    pub(super) dir: PathBuf,
    pub(super) waiting: WaitNotice,
}

impl Keychain {
    /// Uses one item, on a thread of its own: neither D-Bus nor the Keychain can be given a limit
    /// from outside, but to wait for a thread can. One that does not come back is left behind; it
    /// holds nothing that others need, and ends with the process.
    fn with<T: Send + 'static>(
        &self,
        name: &SecretName,
        work: impl FnOnce(&Entry) -> keyring_core::Result<T> + Send + 'static,
    ) -> Result<T, SecretError> {
        let (_lock, limit) = self.time_to_use(name)?;
        let item = self.item(name);
        let done = within(limit, move || {
            platform::entry(&item).and_then(|entry| work(&entry))
        });
        match done {
            Some(done) => done.map_err(|error| explain(error, name)),
            None if limit == UNLOCK_LIMIT => Err(locked(LockedCause::Unanswered(limit))),
            None => Err(unavailable(UnavailableCause::Silent(limit))),
        }
    }

    /// How long using the item may take, with the lock to hold meanwhile if that needs a dialog.
    fn time_to_use(&self, name: &SecretName) -> Result<(Option<Lock>, Duration), SecretError> {
        match self.state(name)? {
            State::Open => Ok((None, platform::CALL_LIMIT)),
            State::Locked if self.dialog == KeyringDialog::Unseen => {
                Err(locked(LockedCause::NoDisplay))
            }
            State::Locked => {
                let lock = self.lock().map_err(|error| unavailable(error.into()))?;
                // Whoever held the lock before us will have unlocked it.
                match self.state(name)? {
                    State::Open => Ok((None, platform::CALL_LIMIT)),
                    State::Locked => Ok((lock, UNLOCK_LIMIT)),
                }
            }
        }
    }

    fn state(&self, name: &SecretName) -> Result<State, SecretError> {
        let item = self.item(name);
        within(platform::CALL_LIMIT, move || platform::state(&item))
            .unwrap_or(Err(UnavailableCause::Silent(platform::CALL_LIMIT)))
            .map_err(unavailable)
    }

    fn item(&self, name: &SecretName) -> Item {
        Item {
            service: self.service.clone(),
            account: name.item().to_owned(),
            keeper: self.keeper,
        }
    }

    fn lock(&self) -> Result<Option<Lock>, DiskError> {
        disk::private_dir(&self.dir)?;
        let path = self.dir.join("keyring.lock");
        // Longer than the holder's dialog may stand.
        let limit = UNLOCK_LIMIT + 2 * platform::CALL_LIMIT;
        let lock = Lock::acquire(&path, "unlocking the keyring", limit, |holder| {
            (self.waiting)(holder);
        });
        Lock::if_possible(lock)
    }
}

impl SecretStore for Keychain {
    fn get(&self, name: &SecretName) -> Result<SecretString, SecretError> {
        // As bytes, since `keyring-core` puts a text that is not UTF-8 into its error.
        let bytes = self.with(name, |entry| entry.get_secret().map(Zeroizing::new))?;
        let text = std::str::from_utf8(&bytes).map_err(|_| damaged(name, "it is not text"))?;
        Ok(SecretString::from(text))
    }

    fn set(&self, name: &SecretName, secret: &SecretString) -> Result<(), SecretError> {
        let secret = secret.clone();
        self.with(name, move |entry| {
            entry.set_secret(secret.expose_secret().as_bytes())
        })
    }

    fn delete(&self, name: &SecretName) -> Result<(), SecretError> {
        match self.with(name, Entry::delete_credential) {
            Err(SecretError::Missing { .. }) => Ok(()),
            deleted => deleted,
        }
    }

    fn probe(&self) -> Result<Door, SecretError> {
        Ok(match self.state(&SecretName::SealingKey)? {
            State::Open => Door::Open,
            State::Locked => Door::Locked,
        })
    }
}

/// Runs `work` on a thread; `None` when it takes longer than `limit`.
fn within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (done, wait) = mpsc::channel();
    thread::spawn(move || {
        // Nobody listens any more when the limit has passed.
        let _ = done.send(work());
    });
    wait.recv_timeout(limit).ok()
}

/// Each error of `keyring-core`, as what it means to a person.
fn explain(error: Error, name: &SecretName) -> SecretError {
    match error {
        Error::NoEntry => SecretError::Missing {
            place: Place::Keyring,
            name: name.clone(),
        },
        // The dialog was dismissed, or the keyring's rules shut this program out.
        Error::NoStorageAccess(cause) => denied(&cause),
        Error::PlatformFailure(cause) => platform::failure(&cause),
        // These three carry what they found, which may be the secret: their texts are not used.
        Error::BadEncoding(_) => damaged(name, "it is not text"),
        Error::BadDataFormat(..) => damaged(name, "its format is unknown"),
        Error::Ambiguous(_) => damaged(name, "there are several of them"),
        other => unavailable(UnavailableCause::Keyring(other.to_string())),
    }
}

fn damaged(name: &SecretName, reason: &'static str) -> SecretError {
    SecretError::Damaged {
        place: Place::Keyring,
        cause: DamagedCause::Item {
            name: name.clone(),
            reason,
        },
    }
}
