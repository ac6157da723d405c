//! The operating system's keyring, the Secret Service or the macOS Keychain.
//!
//! Each secret is an item with the service name given and, as its user name, the item's own name.
//! A locked keyring is noticed before a dialog can hang: a dialog is only let come up where a person
//! can see it, one process at a time, and for a limited time.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use super::error::{DamagedCause, DeniedCause, LockedCause, UnavailableCause};
use super::keyring::{Failure, Item, Keeper, State, UNLOCK_LIMIT, locked, unavailable};
use super::{
    Door, KeyringDialog, KeyringProgram, Place, SecretError, SecretName, SecretStore, WaitNotice,
};
use crate::disk::{self, DiskError, Lock};
use crate::model::secret::{ExposeSecret, SecretString, Zeroizing};

#[cfg(target_os = "macos")]
use super::macos_keychain as platform;
#[cfg(target_os = "linux")]
use super::secret_service as platform;
use platform::Handle;

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
    pub(super) asked: Asked,
}

/// What the keychains of one run share: their way to the keyring, and that its dialog was shown in vain. A
/// run shows one.
#[derive(Clone, Default)]
pub(super) struct Asked {
    handle: Handle,
    in_vain: Arc<AtomicBool>,
}

impl Keychain {
    /// Uses one item, once nothing is in the way.
    fn with<T: Send + 'static>(
        &self,
        name: &SecretName,
        limit: Duration,
        work: impl FnOnce(&Handle, &Item) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, SecretError> {
        self.make_way(name)?;
        let item = self.item(name);
        let done = self.within(limit, move |handle| work(handle, &item));
        done.map_err(|failure| self.explain(failure, name))
    }

    /// Unlocks the keyring, if it is locked. For what only the cache needs, nobody is asked.
    fn make_way(&self, name: &SecretName) -> Result<(), SecretError> {
        if self.state(name)? == State::Open {
            return Ok(());
        }
        // What needs no dialog after all: a wallet that is open, and not yet for this process.
        match self.unlock(name, platform::CALL_LIMIT, false) {
            Err(Failure::Locked | Failure::Silent(_)) => {}
            unlocked => return unlocked.map_err(|failure| self.explain(failure, name)),
        }
        if *name == SecretName::SealingKey {
            return Err(locked(LockedCause::OnlyForCache(self.program())));
        }
        if self.dialog == KeyringDialog::Unseen {
            return Err(locked(LockedCause::NoDisplay(self.program())));
        }
        let lock = self.lock().map_err(|error| unavailable(error.into()))?;
        // The process that held the lock before may have unlocked it.
        if self.state(name)? == State::Open {
            return Ok(());
        }
        let no_answer = || {
            locked(LockedCause::NoAnswer {
                program: self.program(),
                limit: UNLOCK_LIMIT,
            })
        };
        if self.asked.in_vain.load(Ordering::Relaxed) {
            return Err(no_answer());
        }
        let unlocked = self.unlock(name, UNLOCK_LIMIT, true);
        drop(lock);
        let is_in_vain = unlocked.is_err();
        self.asked.in_vain.store(is_in_vain, Ordering::Relaxed);
        match unlocked {
            Err(Failure::Silent(_)) => Err(no_answer()),
            unlocked => unlocked.map_err(|failure| self.explain(failure, name)),
        }
    }

    fn unlock(&self, name: &SecretName, limit: Duration, may_ask: bool) -> Result<(), Failure> {
        let item = self.item(name);
        let beside = self.item(&SecretName::SealingKey);
        self.within(limit, move |handle| {
            let beside = Some(&beside).filter(|_| item.keeper == Keeper::Us);
            handle.unlock(&item, beside, may_ask)
        })
    }

    /// Uses the keyring on a thread of its own: neither D-Bus nor the Keychain can be given a limit from
    /// outside, but to wait for a thread can. One that does not come back is left behind; it holds nothing
    /// that others need, and ends with the process.
    fn within<T: Send + 'static>(
        &self,
        limit: Duration,
        work: impl FnOnce(&Handle) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let handle = self.asked.handle.clone();
        within(limit, move || work(&handle)).unwrap_or(Err(Failure::Silent(limit)))
    }

    /// The program that is the keyring now.
    pub(super) fn program(&self) -> KeyringProgram {
        let handle = self.asked.handle.clone();
        within(platform::CALL_LIMIT, move || handle.program()).unwrap_or_default()
    }

    fn state(&self, name: &SecretName) -> Result<State, SecretError> {
        let item = self.item(name);
        let state = self.within(platform::CALL_LIMIT, move |handle| handle.state(&item));
        state.map_err(|failure| self.explain(failure, name))
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

    /// What failed, as what it means to a person.
    fn explain(&self, failure: Failure, name: &SecretName) -> SecretError {
        match failure {
            Failure::NoBus(why) => unavailable(UnavailableCause::NoBus(why)),
            Failure::NoService => unavailable(UnavailableCause::NoService),
            Failure::NoCollection => unavailable(UnavailableCause::NoCollection(self.program())),
            Failure::NoItem => SecretError::Missing {
                place: Place::Keyring,
                name: name.clone(),
                program: Some(self.program()),
            },
            Failure::Locked => locked(LockedCause::NoDisplay(self.program())),
            Failure::Refused(said) => SecretError::Denied {
                place: Place::Keyring,
                cause: DeniedCause::Keyring {
                    program: self.program(),
                    said,
                },
            },
            Failure::Failed(said) => unavailable(UnavailableCause::Keyring {
                program: self.program(),
                said,
            }),
            Failure::Silent(limit) => unavailable(UnavailableCause::Silent {
                program: self.program(),
                limit,
            }),
        }
    }
}

impl SecretStore for Keychain {
    fn get(&self, name: &SecretName) -> Result<SecretString, SecretError> {
        let limit = platform::CALL_LIMIT;
        let bytes = self.with(name, limit, |handle, item| {
            handle.get(item).map(Zeroizing::new)
        })?;
        let text = std::str::from_utf8(&bytes).map_err(|_| damaged(name, "it is not text"))?;
        Ok(SecretString::from(text))
    }

    fn set(&self, name: &SecretName, secret: &SecretString) -> Result<(), SecretError> {
        let secret = secret.clone();
        self.with(name, platform::CALL_LIMIT, move |handle, item| {
            handle.set(item, secret.expose_secret().as_bytes())
        })
    }

    fn delete(&self, name: &SecretName) -> Result<(), SecretError> {
        // KeePassXC asks before it deletes.
        let limit = match self.dialog {
            KeyringDialog::Seen if *name != SecretName::SealingKey => UNLOCK_LIMIT,
            _ => platform::CALL_LIMIT,
        };
        match self.with(name, limit, Handle::delete) {
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

fn damaged(name: &SecretName, reason: &'static str) -> SecretError {
    SecretError::Damaged {
        place: Place::Keyring,
        cause: DamagedCause::Item {
            name: name.clone(),
            reason,
        },
    }
}
