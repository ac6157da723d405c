//! Long-lived secrets: the secret half of access keys, and the key that seals the cache.
//!
//! Two stores hold them: the operating system's keyring, and a vault file sealed with age. [`Secrets`]
//! is the way in; it knows which store holds what (`places`), and opens none before it must. On
//! Linux the kernel leases the keys that a warm run needs (`lease`), so that such a run speaks to
//! no store at all.
//!
//! This room never prints, never reads the environment, and never falls back: if the store that holds
//! a secret is out of reach, that is the answer. Errors are values ([`SecretError`]); what to do about
//! them is written elsewhere.

mod error;
mod front;
mod identity;
mod identity_file;
mod keychain;
mod keyring;
mod known;
mod lease;
#[cfg(target_os = "macos")]
mod macos_keychain;
#[cfg(test)]
mod memory;
mod passphrase;
mod places;
mod recorded;
mod sealing;
mod sealing_key;
#[cfg(target_os = "linux")]
mod secret_service;
mod trial;
mod vault;
mod vault_locks;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use error::{DamagedCause, DeniedCause, LockedCause, SecretError, UnavailableCause};
pub use front::{Secrets, Unlocked};
pub use identity::OpenedVault;
pub use keyring::KeyringProgram;
pub use passphrase::PassphraseSource;
pub use sealing_key::SealingKey;

use lease::Lease;

use crate::model::secret::SecretString;

/// A store of secrets.
///
/// Every method may take as long as a person takes to unlock the store.
pub trait SecretStore {
    /// The secret of this name.
    ///
    /// # Errors
    /// [`SecretError::Missing`] when the store has none; the others when it cannot tell.
    fn get(&self, name: &SecretName) -> Result<SecretString, SecretError>;

    /// Keeps the secret under this name, in place of the one before.
    ///
    /// # Errors
    /// Any but [`SecretError::Missing`]; the store is then as it was.
    fn set(&self, name: &SecretName, secret: &SecretString) -> Result<(), SecretError>;

    /// Deletes the secret of this name; that there is none is no error.
    ///
    /// # Errors
    /// Any but [`SecretError::Missing`]; the store is then as it was.
    fn delete(&self, name: &SecretName) -> Result<(), SecretError>;

    /// Whether the store answers, and can be used as it is. Asks nobody; a locked store answers.
    ///
    /// # Errors
    /// [`SecretError::Unavailable`], with what is missing.
    fn probe(&self) -> Result<Door, SecretError>;
}

/// How a store is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// It can be used without a question.
    Open,
    /// Somebody has to unlock it first.
    Locked,
    /// It is to be set up with the first secret.
    New,
}

/// What a secret is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretName {
    /// The secret access key that belongs to this access key id.
    AccessKey(String),
    /// The key that seals the cache. Every store has its own.
    SealingKey,
    /// What Leapp keeps in the OS keyring under this account. It is Leapp's: we only read it.
    OfLeapp(String),
    /// No secret at all: put into a store to see whether it comes back.
    Trial(String),
}

impl SecretName {
    /// The name of its item in a store: an access key's is its id.
    pub fn item(&self) -> &str {
        match self {
            Self::AccessKey(id) => id,
            Self::SealingKey => "sealing-key",
            Self::OfLeapp(account) => account,
            Self::Trial(item) => item,
        }
    }
}

impl fmt::Display for SecretName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AccessKey(id) => write!(f, "the secret of access key `{id}`"),
            Self::SealingKey => f.write_str("the key that seals the cache"),
            Self::OfLeapp(account) => write!(f, "Leapp's secret `{account}`"),
            Self::Trial(_) => f.write_str("what was put there for a trial"),
        }
    }
}

/// One of the two stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The operating system's keyring.
    Keyring,
    /// The file vault.
    File,
}

impl Place {
    /// The store that is not this one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Keyring => Self::File,
            Self::File => Self::Keyring,
        }
    }

    /// The word for it in settings and files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Keyring => "keyring",
            Self::File => "file",
        }
    }

    /// The place that a word means.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "keyring" => Some(Self::Keyring),
            "file" => Some(Self::File),
            _ => None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keyring => "the OS keyring",
            Self::File => "the file vault",
        })
    }
}

/// Where new secrets go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Choice {
    /// To the keyring if one answers, else to the file; decided once, and remembered.
    #[default]
    Auto,
    /// To this store.
    Always(Place),
}

/// Whether a person would see the keyring's unlock dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyringDialog {
    /// There is a graphical display.
    Seen,
    /// There is none: a locked keyring is an error at once.
    Unseen,
}

/// How long a process waits for a question to another one where nobody can answer this one's.
const UNATTENDED_LIMIT: Duration = Duration::from_millis(1200);

/// Called when another process is waited for, with what that process says of itself.
pub type WaitNotice = Arc<dyn Fn(&str) + Send + Sync>;

/// All that [`Secrets`] needs to know.
#[derive(Clone)]
pub struct SecretsConfig {
    /// Where new secrets go.
    pub choice: Choice,
    /// The service name of the keyring's items and of leases.
    pub service: String,
    /// The directory of the vault, of the memory of places and of the room's locks. Created private
    /// when the first secret is kept.
    pub dir: PathBuf,
    /// The vault's passphrase, as far as it is given.
    pub passphrase: PassphraseSource,
    /// An unprotected identity file to open the vault with, instead of `identity.age`.
    pub identity_file: Option<PathBuf>,
    /// Whether the keyring's unlock dialog would be seen.
    pub dialog: KeyringDialog,
    /// How long the kernel keeps the sealing key.
    pub sealing_key_lease: Duration,
    /// How long the kernel keeps the vault's identity.
    pub identity_lease: Duration,
    /// Told whom we wait for.
    pub waiting: WaitNotice,
    /// The vault, if this process has opened it before.
    pub opened: OpenedVault,
}
