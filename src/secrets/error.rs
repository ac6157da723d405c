//! Why a secret could not be had. Hints are not written here: they are made from these values.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crate::disk::{DiskError, Holder};
use crate::ui::terminal::{AskError, NoTerminal};

use super::{KeyringProgram, Place, SecretName};

/// Why a store did not do as it was asked. Each kind has a different next step.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// The store answers, and has no such secret.
    #[error("{place} does not hold {name}")]
    Missing {
        /// The store that was asked.
        place: Place,
        /// What it was asked for.
        name: SecretName,
        /// The program that is the keyring now, where the keyring was asked.
        program: Option<KeyringProgram>,
    },
    /// The store must be unlocked, and nobody could be asked to, or nobody did.
    #[error("{place} is locked")]
    Locked {
        /// The store.
        place: Place,
        /// Why it stayed locked.
        #[source]
        cause: LockedCause,
    },
    /// The store refuses: a wrong passphrase, a dismissed dialog.
    #[error("{place} refused access")]
    Denied {
        /// The store.
        place: Place,
        /// What it refuses.
        #[source]
        cause: DeniedCause,
    },
    /// The store is out of reach.
    #[error("{place} cannot be reached")]
    Unavailable {
        /// The store.
        place: Place,
        /// What is missing.
        #[source]
        cause: UnavailableCause,
    },
    /// The store holds something that it cannot have been given.
    #[error("{place} is damaged")]
    Damaged {
        /// The store.
        place: Place,
        /// What is wrong with it.
        #[source]
        cause: DamagedCause,
    },
    /// The person pressed Ctrl-C at a question: end as if by SIGINT, with exit code 130.
    #[error("interrupted")]
    Interrupted,
}

/// Why a store stayed locked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LockedCause {
    /// The keyring's unlock dialog needs a graphical display, and there is none.
    #[error("the unlock dialog of {0} needs a graphical display")]
    NoDisplay(KeyringProgram),
    /// Nobody is asked to unlock the keyring for the cache, which only saves a call.
    #[error("nobody is asked to unlock {0} for the cache alone")]
    OnlyForCache(KeyringProgram),
    /// The dialog was shown once in this run, and not answered.
    #[error("nobody answered the dialog of {program} within {} s", limit.as_secs())]
    NoAnswer {
        /// Whose dialog it was.
        program: KeyringProgram,
        /// How long it was shown.
        limit: Duration,
    },
    /// The vault needs its passphrase, and there is no terminal to ask for it.
    #[error("its passphrase is needed")]
    NoTerminal(#[source] NoTerminal),
    /// A file of the vault is not the one that was last opened or written, so what would be written beside it
    /// may be lost; and there is no terminal to ask for the passphrase that would tell.
    #[error("`{}` has changed since the vault was last opened, so its passphrase is needed", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
        /// Why nobody could be asked.
        #[source]
        source: NoTerminal,
    },
    /// Nothing says that these two belong together, so what would be written may be lost; and there is no
    /// terminal to ask for the passphrase that would tell.
    #[error("`{}` may not belong to `{}`, so its passphrase is needed", recipient.display(), identity.display())]
    Unproven {
        /// `identity.age`.
        identity: PathBuf,
        /// `recipient.txt`.
        recipient: PathBuf,
        /// Why nobody could be asked.
        #[source]
        source: NoTerminal,
    },
    /// Another terminal is asked for the passphrase, and this process cannot wait for that.
    #[error("another leapp is at it ({0})")]
    HeldUp(Holder),
    /// Nobody answered the question or the dialog.
    #[error("nobody unlocked it within {} s", .0.as_secs())]
    Unanswered(Duration),
    /// The question was closed, or the terminal failed.
    #[error("its passphrase was not given")]
    NotAsked(#[source] AskError),
}

/// What a store refuses.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeniedCause {
    /// The passphrase does not open the identity.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// An empty passphrase protects nothing.
    #[error("the passphrase is empty")]
    EmptyPassphrase,
    /// A new passphrase was not repeated exactly.
    #[error("the two passphrases differ")]
    PassphrasesDiffer,
    /// The identity is not the one the vault is sealed to.
    #[error("the vault is sealed to another identity than the one in `{}`", .0.display())]
    WrongIdentity(PathBuf),
    /// `recipient.txt` is of another identity than the vault's: what is sealed to it, nobody can open.
    #[error("`{}` does not belong to the identity in `{}`", recipient.display(), identity.display())]
    ForeignRecipient {
        /// `recipient.txt`.
        recipient: PathBuf,
        /// The identity's file.
        identity: PathBuf,
    },
    /// A file of the vault is sealed to another identity than the vault's.
    #[error("`{}` is sealed to another identity than the one in `{}`", path.display(), identity.display())]
    ForeignFile {
        /// The file.
        path: PathBuf,
        /// The identity's file.
        identity: PathBuf,
    },
    /// The passphrase does not open an identity that another program has put there since it was last opened.
    #[error("`{}` was replaced since it was last opened, and the passphrase does not open it", .0.display())]
    ReplacedIdentity(PathBuf),
    /// The file that the caller names as the identity is none.
    #[error("`{}` holds no age identity", .0.display())]
    NoIdentityInside(PathBuf),
    /// The file that the caller names as the passphrase holds something else.
    #[error("`{}` holds no passphrase: it is not text", .0.display())]
    NoPassphraseInside(PathBuf),
    /// A file with an unprotected key, or with the passphrase, can be read by others, or is not ours.
    #[error("`{}` must belong to you, with mode 0600 or 0400 (its mode is {mode:04o})", path.display())]
    UnsafeFile {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// To open the identity would take too much memory and time: 2^`work_factor` KiB.
    #[error("`{}` has scrypt work factor {work_factor}, above the limit of {limit}", path.display())]
    TooCostly {
        /// The identity file.
        path: PathBuf,
        /// The work factor it was made with.
        work_factor: u8,
        /// The highest one that is accepted.
        limit: u8,
    },
    /// The keyring said no; most often, its dialog was dismissed.
    #[error("{program} said: {said}")]
    Keyring {
        /// The program that is the keyring.
        program: KeyringProgram,
        /// Its words, or those of what stands before it.
        said: String,
    },
}

/// What keeps a store out of reach.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UnavailableCause {
    /// There is no D-Bus session bus to speak to the keyring over.
    #[error("there is no D-Bus session bus: {0}")]
    NoBus(String),
    /// There is a bus, and no program on it offers the Secret Service.
    #[error("no program offers `org.freedesktop.secrets` on the D-Bus session bus")]
    NoService,
    /// The Secret Service has no default collection to put secrets into.
    #[error("{0} has no default collection")]
    NoCollection(KeyringProgram),
    /// No answer within the limit.
    #[error("{program} did not answer within {} s", limit.as_secs())]
    Silent {
        /// The program that is the keyring.
        program: KeyringProgram,
        /// How long it had.
        limit: Duration,
    },
    /// The keyring failed in some other way.
    #[error("{program} said: {said}")]
    Keyring {
        /// The program that is the keyring.
        program: KeyringProgram,
        /// Its words, or those of what stands before it.
        said: String,
    },
    /// The vault's identity is nowhere, so nothing can be opened.
    #[error("`{}` is missing, and the vault opens with nothing else", .0.display())]
    NoIdentity(PathBuf),
    /// The system has no random numbers to make a key from.
    #[error("the system gives no random numbers")]
    NoRandom,
    /// A file could not be read, written or locked.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

/// What is wrong in a store.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DamagedCause {
    /// A file is not what was written to it.
    #[error("`{}` cannot be read: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the reader said; never part of a secret.
        reason: String,
    },
    /// An item of the keyring is not what was written to it.
    #[error("its item for {name}: {reason}")]
    Item {
        /// The item.
        name: SecretName,
        /// What is wrong with it; never part of a secret.
        reason: &'static str,
    },
}

impl SecretError {
    /// A file of the vault, or of the memory of places, that the system refused.
    pub(super) fn disk(error: DiskError) -> Self {
        Self::Unavailable {
            place: Place::File,
            cause: error.into(),
        }
    }

    /// As [`SecretError::disk`], made for `map_err`.
    pub(super) fn io(
        operation: &'static str,
        path: &std::path::Path,
    ) -> impl FnOnce(io::Error) -> Self {
        let disk = DiskError::io(operation, path);
        move |error| Self::disk(disk(error))
    }

    /// Says why the vault had to be opened for a write, where nobody could be asked to.
    pub(super) fn because(self, why: impl FnOnce(NoTerminal) -> LockedCause) -> Self {
        match self {
            Self::Locked {
                place,
                cause: LockedCause::NoTerminal(none),
            } => Self::Locked {
                place,
                cause: why(none),
            },
            other => other,
        }
    }

    pub(super) fn damaged_file(path: &std::path::Path, reason: impl Into<String>) -> Self {
        Self::Damaged {
            place: Place::File,
            cause: DamagedCause::File {
                path: path.to_owned(),
                reason: reason.into(),
            },
        }
    }

    pub(super) fn denied(cause: DeniedCause) -> Self {
        Self::Denied {
            place: Place::File,
            cause,
        }
    }
}
