//! A store in memory: the test double of the others.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::error::UnavailableCause;
use super::keychain::Asked;
use super::{
    Choice, Door, KeyringDialog, OpenedVault, PassphraseSource, Place, SecretError, SecretName,
    SecretStore, Secrets, SecretsConfig,
};
use crate::model::secret::SecretString;

/// Clones share their secrets, so that a test can look inside, or break it, after giving it away.
#[derive(Clone)]
pub(super) struct MemoryStore {
    place: Place,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    secrets: BTreeMap<String, SecretString>,
    out_of_reach: bool,
}

impl MemoryStore {
    pub(super) fn new(place: Place) -> Self {
        Self {
            place,
            state: Arc::default(),
        }
    }

    /// From now on, every use of the store fails as if it were gone.
    pub(super) fn take_away(&self) {
        self.state.lock().unwrap().out_of_reach = true;
    }

    pub(super) fn bring_back(&self) {
        self.state.lock().unwrap().out_of_reach = false;
    }

    /// The names of what it holds.
    pub(super) fn items(&self) -> Vec<String> {
        self.state.lock().unwrap().secrets.keys().cloned().collect()
    }

    fn with<T>(&self, use_it: impl FnOnce(&mut State) -> T) -> Result<T, SecretError> {
        let mut state = self.state.lock().unwrap();
        if state.out_of_reach {
            return Err(SecretError::Unavailable {
                place: self.place,
                cause: UnavailableCause::NoService,
            });
        }
        Ok(use_it(&mut state))
    }
}

impl SecretStore for MemoryStore {
    fn get(&self, name: &SecretName) -> Result<SecretString, SecretError> {
        self.with(|state| state.secrets.get(name.item()).cloned())?
            .ok_or_else(|| SecretError::Missing {
                place: self.place,
                name: name.clone(),
                program: None,
            })
    }

    fn set(&self, name: &SecretName, secret: &SecretString) -> Result<(), SecretError> {
        self.with(|state| state.secrets.insert(name.item().to_owned(), secret.clone()))
            .map(drop)
    }

    fn delete(&self, name: &SecretName) -> Result<(), SecretError> {
        self.with(|state| state.secrets.remove(name.item()))
            .map(drop)
    }

    fn probe(&self) -> Result<Door, SecretError> {
        self.with(|_| Door::Open)
    }
}

impl Secrets {
    /// Secrets in memory, for the tests of other rooms. `dir` is for locks.
    pub(crate) fn in_memory(dir: &Path) -> Self {
        let config = SecretsConfig {
            choice: Choice::Always(Place::File),
            service: "test".to_owned(),
            dir: dir.to_owned(),
            passphrase: PassphraseSource::default(),
            identity_file: None,
            dialog: KeyringDialog::Unseen,
            sealing_key_lease: Duration::ZERO,
            identity_lease: Duration::ZERO,
            waiting: Arc::new(|_| {}),
            opened: OpenedVault::default(),
        };
        let store = |place| Box::new(MemoryStore::new(place));
        Self::with_stores(
            config,
            store(Place::Keyring),
            store(Place::File),
            Asked::default(),
        )
    }
}
