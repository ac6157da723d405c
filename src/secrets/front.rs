//! The way in: which store, when, and in which order.

mod moving;

use std::path::PathBuf;
use std::time::Duration;

use super::error::{DamagedCause, LockedCause, UnavailableCause};
use super::identity::Identities;
use super::keychain::{Asked, Keychain};
use super::keyring::Keeper;
use super::places::Places;
use super::vault::Vault;
use super::{
    Choice, KeyringProgram, Lease, Place, SealingKey, SecretError, SecretName, SecretStore,
    SecretsConfig, UNATTENDED_LIMIT, WaitNotice,
};
use crate::disk::{self, Lock};
use crate::model::secret::SecretString;
use crate::ui::terminal::Questions;

type Store = Box<dyn SecretStore + Send + Sync>;

/// A holder may wait for a question or for a dialog, and there may be many before us.
const MAKING_LIMIT: Duration = Duration::from_mins(3);

/// The secrets of this user on this machine.
///
/// Nothing is opened before it is needed: to make this value costs nothing, and a warm run touches
/// the lease only.
pub struct Secrets {
    choice: Choice,
    dir: PathBuf,
    keyring: Store,
    file: Store,
    leapp: Keychain,
    pub(super) lease: Lease,
    sealing_key_lease: Duration,
    places: Places,
    questions: Questions,
    waiting: WaitNotice,
}

/// What opens without a question now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unlocked {
    /// The stores whose key for the cache is leased.
    pub sealing_keys: Vec<Place>,
    /// Whether the file vault's identity is.
    pub vault: bool,
}

impl Secrets {
    /// The secrets as `config` says. Opens nothing.
    pub fn new(config: SecretsConfig) -> Self {
        let asked = Asked::default();
        let keyring = Box::new(Keychain {
            service: config.service.clone(),
            keeper: Keeper::Us,
            dialog: config.dialog,
            dir: config.dir.clone(),
            waiting: config.waiting.clone(),
            asked: asked.clone(),
        });
        let file = Box::new(Vault::new(Identities {
            dir: config.dir.clone(),
            file: config.identity_file.clone(),
            passphrase: config.passphrase.clone(),
            lease: Lease::new(&config.service, &config.dir),
            ttl: config.identity_lease,
            waiting: config.waiting.clone(),
            opened: config.opened.clone(),
        }));
        Self::with_stores(config, keyring, file, asked)
    }

    pub(super) fn with_stores(
        config: SecretsConfig,
        keyring: Store,
        file: Store,
        asked: Asked,
    ) -> Self {
        Self {
            choice: config.choice,
            keyring,
            file,
            leapp: Keychain {
                service: "Leapp".to_owned(),
                keeper: Keeper::Leapp,
                dialog: config.dialog,
                dir: config.dir.clone(),
                waiting: config.waiting.clone(),
                asked,
            },
            lease: Lease::new(&config.service, &config.dir),
            sealing_key_lease: config.sealing_key_lease,
            places: Places::new(&config.dir),
            dir: config.dir,
            questions: config.passphrase.questions,
            waiting: config.waiting,
        }
    }

    /// Where new secrets go: as chosen, or else as `auto` finds or found it.
    ///
    /// # Errors
    /// When what is remembered cannot be read.
    pub fn place(&self) -> Result<Place, SecretError> {
        if let Choice::Always(place) = self.choice {
            return Ok(place);
        }
        if let Some(place) = self.places.auto()? {
            return Ok(place);
        }
        Ok(match self.keyring.probe() {
            Ok(_) => Place::Keyring,
            Err(_) => Place::File,
        })
    }

    /// The secret of this name, from the store that holds it.
    ///
    /// # Errors
    /// [`SecretError`], from that store only: no other one is tried.
    pub fn get(&self, name: &SecretName) -> Result<SecretString, SecretError> {
        let place = self.place_of(name)?;
        tracing::info!(
            secret = name.item(),
            place = place.word(),
            "asking the secret store"
        );
        self.store(place).get(name)
    }

    /// The store that holds a secret, if any does.
    ///
    /// # Errors
    /// When what is remembered cannot be read.
    pub fn place_of(&self, name: &SecretName) -> Result<Place, SecretError> {
        match self.places.of(name.item())? {
            Some(place) => Ok(place),
            // Put there by hand, or the memory of places is lost.
            None => self.place(),
        }
    }

    /// The program that keeps what it has deleted, where that is the keyring.
    pub fn keeps_what_is_deleted(&self) -> Option<KeyringProgram> {
        let program = self.leapp.program();
        (program == KeyringProgram::KeePassXc).then_some(program)
    }

    /// A secret that Leapp keeps in the OS keyring, under this account.
    ///
    /// # Errors
    /// [`SecretError`]; [`SecretError::Missing`] where it keeps none.
    pub fn of_leapp(&self, account: &str) -> Result<SecretString, SecretError> {
        self.leapp.get(&SecretName::OfLeapp(account.to_owned()))
    }

    /// Whether it is remembered where this secret lies. Opens no store, so one that was put there by
    /// hand is not known.
    ///
    /// # Errors
    /// When what is remembered cannot be read.
    pub fn remembers(&self, name: &SecretName) -> Result<bool, SecretError> {
        Ok(self.places.of(name.item())?.is_some())
    }

    /// Keeps a secret in the store for new ones, and remembers that it lies there.
    ///
    /// # Errors
    /// [`SecretError`]; what was there before is then still there.
    pub fn set(&self, name: &SecretName, secret: &SecretString) -> Result<(), SecretError> {
        let place = self.place()?;
        disk::private_dir(&self.dir).map_err(SecretError::disk)?;
        self.store(place).set(name, secret)?;
        self.places.remember(name.item(), place)?;
        self.remember_auto(place)?;
        // An old copy in a store that is out of reach now stays noted for the next time.
        let _ = self.delete_old_copies();
        Ok(())
    }

    /// Deletes a secret from the store that holds it; that there is none is no error.
    ///
    /// # Errors
    /// [`SecretError`]; the secret is then still remembered.
    pub fn delete(&self, name: &SecretName) -> Result<(), SecretError> {
        let Some(place) = self.places.of(name.item())? else {
            return self.store(self.place()?).delete(name);
        };
        self.store(place).delete(name)?;
        self.places.forget(name.item())?;
        self.delete_old_copies()
    }

    /// The key to seal new cache entries with. Made once, by one process, in the store for new
    /// secrets; then leased.
    ///
    /// # Errors
    /// [`SecretError`], when that store cannot give or keep it.
    pub fn sealing_key(&self) -> Result<SealingKey, SecretError> {
        let place = self.place()?;
        if let Some(key) = self.leased(place) {
            return Ok(key);
        }
        match self.stored(place) {
            Err(SecretError::Missing { .. }) => self.make_sealing_key(place),
            stored => stored,
        }
    }

    /// The key that sealed a cache entry, from the lease or from the store that the id names. A key
    /// that is not there any more is [`SecretError::Missing`].
    ///
    /// # Errors
    /// [`SecretError`], when that store cannot give it.
    pub fn sealing_key_by_id(&self, id: &str) -> Result<SealingKey, SecretError> {
        let place = SealingKey::place_of(id).ok_or_else(|| missing_key(Place::File))?;
        let key = match self.leased(place).filter(|key| key.id() == id) {
            Some(key) => key,
            None => match self.stored(place) {
                // A store that is not in use any more is not worth an error: what its key has sealed
                // can be made again.
                Err(_) if self.place().is_ok_and(|current| current != place) => {
                    return Err(missing_key(place));
                }
                // Nobody is asked for the cache alone. If a secret of the keyring is needed next, one dialog
                // unlocks both.
                Err(SecretError::Locked {
                    cause: LockedCause::OnlyForCache(_),
                    ..
                }) => return Err(missing_key(place)),
                stored => stored?,
            },
        };
        if key.id() == id {
            Ok(key)
        } else {
            Err(missing_key(place))
        }
    }

    /// Forgets every key that is unlocked now, at once.
    pub fn lock(&self) {
        for name in [
            lease_name(Place::Keyring),
            lease_name(Place::File),
            super::identity::LEASE_NAME,
        ] {
            self.lease.forget(name);
        }
    }

    /// What is unlocked now, as far as the kernel tells: no store is asked.
    pub fn unlocked(&self) -> Unlocked {
        let leased = |place: &Place| self.leased(*place).is_some();
        Unlocked {
            sealing_keys: [Place::Keyring, Place::File]
                .into_iter()
                .filter(leased)
                .collect(),
            vault: self.lease.get(super::identity::LEASE_NAME).is_some(),
        }
    }

    pub(super) fn store(&self, place: Place) -> &dyn SecretStore {
        match place {
            Place::Keyring => &*self.keyring,
            Place::File => &*self.file,
        }
    }

    fn leased(&self, place: Place) -> Option<SealingKey> {
        SealingKey::from_text(&self.lease.get(lease_name(place))?)
    }

    fn stored(&self, place: Place) -> Result<SealingKey, SecretError> {
        let text = self.store(place).get(&SecretName::SealingKey)?;
        let key = SealingKey::from_text(&text).ok_or(SecretError::Damaged {
            place,
            cause: DamagedCause::Item {
                name: SecretName::SealingKey,
                reason: "it is no such key",
            },
        })?;
        self.lease
            .put(lease_name(place), &text, self.sealing_key_lease);
        Ok(key)
    }

    fn make_sealing_key(&self, place: Place) -> Result<SealingKey, SecretError> {
        disk::private_dir(&self.dir).map_err(SecretError::disk)?;
        let path = self.dir.join("sealing-key.lock");
        let purpose = "making the key that seals the cache";
        let limit = if self.questions.may_be_watched() {
            MAKING_LIMIT
        } else {
            UNATTENDED_LIMIT
        };
        let lock = Lock::acquire(&path, purpose, limit, |holder| {
            (self.waiting)(holder);
        });
        let _lock = Lock::if_possible(lock).map_err(SecretError::disk)?;
        // Whoever held the lock before us has made it.
        match self.stored(place) {
            Err(SecretError::Missing { .. }) => {}
            stored => return stored,
        }
        let key = SealingKey::generate(place).ok_or(SecretError::Unavailable {
            place,
            cause: UnavailableCause::NoRandom,
        })?;
        let text = key.to_text();
        self.store(place).set(&SecretName::SealingKey, &text)?;
        self.remember_auto(place)?;
        self.lease
            .put(lease_name(place), &text, self.sealing_key_lease);
        Ok(key)
    }

    /// A decision of `auto` is remembered with the first secret that follows it.
    fn remember_auto(&self, place: Place) -> Result<(), SecretError> {
        match self.choice {
            Choice::Auto => self.places.set_auto(place),
            Choice::Always(_) => Ok(()),
        }
    }
}

fn lease_name(place: Place) -> &'static str {
    match place {
        Place::Keyring => "sealing-key.keyring",
        Place::File => "sealing-key.file",
    }
}

fn missing_key(place: Place) -> SecretError {
    SecretError::Missing {
        place,
        name: SecretName::SealingKey,
        program: None,
    }
}

#[cfg(test)]
mod tests;
