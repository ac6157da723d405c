//! The identity that opens the vault, and the recipient that it is sealed to.
//!
//! `identity.age` is what `age-keygen | age -p` makes: the text of an X25519 identity under a
//! passphrase. `recipient.txt` is its public half in clear, so that writing needs no passphrase; a comment in
//! it holds the SHA-256 of the `identity.age` that belongs to it. Where that file is another one, or missing,
//! a write has to open it first.
//! An identity file given by the caller (CI, containers) takes the place of `identity.age`.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use age::x25519::{Identity, Recipient};

use super::error::{DeniedCause, LockedCause, UnavailableCause};
use super::identity_file::{ask_until_right, decrypt, read_unprotected};
use super::known::sum;
use super::passphrase::PassphraseSource;
use super::recorded::Recorded;
use super::vault_locks::{VaultLocks, held_up};
use super::{Lease, Place, SecretError, WaitNotice, sealing};
use crate::disk::{self, DiskError, Lock};
use crate::model::secret::{ExposeSecret, Zeroizing};

pub(super) const LEASE_NAME: &str = "identity";

/// What is needed to come by the identity.
pub(super) struct Identities {
    /// Where `identity.age` and `recipient.txt` lie.
    pub(super) dir: PathBuf,
    /// An unprotected identity file that is used instead.
    pub(super) file: Option<PathBuf>,
    pub(super) passphrase: PassphraseSource,
    pub(super) lease: Lease,
    /// How long the kernel keeps an unlocked identity.
    pub(super) ttl: Duration,
    pub(super) waiting: WaitNotice,
    /// The identity, once this process has it.
    pub(super) opened: OpenedVault,
}

/// The identity that opens the vault, once this process has it: for all that have the same value of this.
#[derive(Clone, Default)]
pub struct OpenedVault(Arc<OnceLock<Identity>>);

impl fmt::Debug for OpenedVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpenedVault([REDACTED])")
    }
}

impl Identities {
    /// The identity; a person is asked for the passphrase when there is no other way.
    pub(super) fn unlock(&self) -> Result<&Identity, SecretError> {
        if let Some(identity) = self.at_hand()? {
            return Ok(identity);
        }
        let _lock = self.lock_to_unlock()?;
        // Whoever held the lock before us may have left a lease.
        match self.at_hand()? {
            Some(identity) => Ok(identity),
            None => self.open_protected(),
        }
    }

    /// The identity for a write, if it can be had without asking a person. What is written must open with
    /// the passphrase later: where `identity.age` is not the file that belongs to `recipient.txt`, as it was
    /// seen last, it has to be opened now.
    pub(super) fn for_write(&self) -> Result<Option<&Identity>, SecretError> {
        let at_hand = self.at_hand()?;
        if self.file.is_some() {
            return Ok(at_hand);
        }
        if !self.is_proven()? {
            let _lock = self.lock_to_unlock()?;
            return self.open_unproven().map(Some);
        }
        match at_hand {
            Some(identity) => Ok(Some(identity)),
            None if self.passphrase.given()?.is_some() => self.unlock().map(Some),
            None => Ok(None),
        }
    }

    /// Whether `identity.age` is the file that was opened, or made, with this `recipient.txt`.
    fn is_proven(&self) -> Result<bool, SecretError> {
        let sealed = disk::read_trusted(&self.protected()).map_err(SecretError::disk)?;
        let sealed = sealed.ok_or_else(|| self.no_identity())?;
        let proof = self.recorded()?.and_then(|recorded| recorded.proof);
        if proof == Some(sum(&sealed)) {
            return Ok(true);
        }
        let path = self.protected();
        sealing::check_header(&sealed)
            .map_err(|error| SecretError::damaged_file(&path, sealing::describe(&error)))?;
        Ok(false)
    }

    /// Whether the identity can be had without asking a person.
    pub(super) fn can_unlock_unasked(&self) -> Result<bool, SecretError> {
        Ok(self.at_hand()?.is_some() || self.passphrase.given()?.is_some())
    }

    /// The file that the identity comes from, for messages.
    pub(super) fn source(&self) -> PathBuf {
        self.file.clone().unwrap_or_else(|| self.protected())
    }

    /// The recipient to seal to. The first time ever, it and its identity are made, which takes a
    /// new passphrase; `fits` fails where something is already sealed that an identity does not open, and
    /// `sealed` says whether anything is.
    pub(super) fn recipient(
        &self,
        sealed: impl Fn() -> bool,
        fits: impl Fn(&Identity) -> Result<(), SecretError>,
    ) -> Result<Recipient, SecretError> {
        if let Some(recorded) = self.recorded()? {
            return Ok(recorded.recipient);
        }
        disk::private_dir(&self.dir).map_err(SecretError::disk)?;
        let (_lock, no_locks) = match self.locks().setting_up() {
            Err(error @ DiskError::NoLocks { .. }) => (None, Some(error)),
            lock => (Some(lock.map_err(held_up)?), None),
        };
        if let Some(recorded) = self.recorded()? {
            return Ok(recorded.recipient);
        }
        let identity = match self.at_hand()? {
            Some(identity) => identity,
            None if self.protected().exists() => self.open_unproven()?,
            None if sealed() => return Err(self.no_identity()),
            // Of two that are made at the same time, one is lost, with what is sealed to it.
            None => match no_locks {
                Some(error) => return Err(SecretError::disk(error)),
                None => self.create()?,
            },
        };
        fits(identity)?;
        let recipient = identity.to_public();
        let protected = disk::read_trusted(&self.protected()).map_err(SecretError::disk)?;
        self.record(
            &recipient,
            protected.as_deref().filter(|_| self.file.is_none()),
        )?;
        Ok(recipient)
    }

    /// The identity from where it lies open: this process, the caller's file, the kernel.
    fn at_hand(&self) -> Result<Option<&Identity>, SecretError> {
        if let Some(identity) = self.opened.0.get() {
            self.check(identity)?;
            return Ok(Some(identity));
        }
        if let Some(path) = &self.file {
            return self.accept(read_unprotected(path)?).map(Some);
        }
        let leased = self.lease.get(LEASE_NAME);
        let leased = leased.and_then(|text| text.expose_secret().parse::<Identity>().ok());
        // A lease can outlive the vault it was made for, and is then of no use.
        match (leased, self.recorded()?) {
            (Some(identity), Some(recorded)) if identity.to_public() == recorded.recipient => {
                Ok(Some(self.opened.0.get_or_init(|| identity)))
            }
            _ => Ok(None),
        }
    }

    /// Keeps the identity for this process, if it is the one that the vault is sealed to: what is
    /// written to one identity and read with another is lost.
    fn accept(&self, identity: Identity) -> Result<&Identity, SecretError> {
        self.check(&identity)?;
        Ok(self.opened.0.get_or_init(|| identity))
    }

    fn check(&self, identity: &Identity) -> Result<(), SecretError> {
        match self.recorded()? {
            Some(recorded) if recorded.recipient != identity.to_public() => {
                Err(SecretError::denied(self.mismatch(identity)))
            }
            _ => Ok(()),
        }
    }

    /// Which of the two is in the way, where identity and recipient do not belong together: the one that
    /// does not fit what is sealed already.
    fn mismatch(&self, identity: &Identity) -> DeniedCause {
        let sealed = disk::read_trusted(&self.dir.join("vault.age"));
        match sealed {
            Ok(Some(sealed)) if sealing::open(identity, &sealed).is_err() => {
                DeniedCause::WrongIdentity(self.source())
            }
            _ => DeniedCause::ForeignRecipient {
                recipient: self.recipient_file(),
                identity: self.source(),
            },
        }
    }

    /// As [`Identities::open_protected`], where nothing says that `recipient.txt` belongs to it.
    fn open_unproven(&self) -> Result<&Identity, SecretError> {
        let why = |source| LockedCause::Unproven {
            identity: self.protected(),
            recipient: self.recipient_file(),
            source,
        };
        self.open_protected().map_err(|error| error.because(why))
    }

    fn open_protected(&self) -> Result<&Identity, SecretError> {
        let path = self.protected();
        let sealed = disk::read_trusted(&path).map_err(SecretError::disk)?;
        let sealed = sealed.ok_or_else(|| self.no_identity())?;
        let recorded = self.recorded()?;
        let proof = sum(&sealed);
        let opened = match self.passphrase.given()? {
            Some(passphrase) => decrypt(&path, &sealed, passphrase),
            None => ask_until_right(&path, &sealed, &self.passphrase),
        };
        let was_replaced = |recorded: &Recorded| {
            let before = recorded.proof.as_ref();
            before.is_some_and(|before| *before != proof)
        };
        let identity = opened.map_err(|error| match error {
            SecretError::Denied {
                cause: DeniedCause::WrongPassphrase,
                ..
            } if recorded.as_ref().is_some_and(was_replaced) => {
                SecretError::denied(DeniedCause::ReplacedIdentity(path))
            }
            other => other,
        })?;
        let text = identity.to_string();
        let identity = self.accept(identity)?;
        self.lease.put(LEASE_NAME, &text, self.ttl);
        if let Some(Recorded {
            recipient,
            proof: before,
        }) = recorded
            && before.as_ref() != Some(&proof)
        {
            // Where nobody can write, the next write finds that out.
            let _ = self.record(&recipient, Some(&sealed));
        }
        Ok(identity)
    }

    fn create(&self) -> Result<&Identity, SecretError> {
        let passphrase = self.passphrase.new_passphrase()?;
        let identity = Identity::generate();
        let secret = identity.to_string();
        // The form of `age-keygen`.
        let text = Zeroizing::new(format!(
            "# public key: {}\n{}\n",
            identity.to_public(),
            secret.expose_secret()
        ));
        let sealed = sealing::with_passphrase(passphrase, text.as_bytes());
        let path = self.protected();
        self.write(
            "identity.age",
            &sealed.map_err(SecretError::io("seal", &path))?,
        )?;
        self.lease.put(LEASE_NAME, &secret, self.ttl);
        self.accept(identity)
    }

    /// What `recipient.txt` says, if the vault is set up.
    fn recorded(&self) -> Result<Option<Recorded>, SecretError> {
        Recorded::read(&self.recipient_file())
    }

    /// Writes `recipient.txt`; `protected` is the `identity.age` that belongs to it.
    fn record(&self, recipient: &Recipient, protected: Option<&[u8]>) -> Result<(), SecretError> {
        let recorded = Recorded {
            recipient: recipient.clone(),
            proof: protected.map(sum),
        };
        self.write("recipient.txt", recorded.text().as_bytes())
    }

    fn recipient_file(&self) -> PathBuf {
        self.dir.join("recipient.txt")
    }

    fn protected(&self) -> PathBuf {
        self.dir.join("identity.age")
    }

    fn no_identity(&self) -> SecretError {
        SecretError::Unavailable {
            place: Place::File,
            cause: UnavailableCause::NoIdentity(self.source()),
        }
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), SecretError> {
        disk::replace(&self.dir.join(name), bytes, 0o600).map_err(SecretError::disk)
    }

    fn lock_to_unlock(&self) -> Result<Option<Lock>, SecretError> {
        if self.passphrase.is_given() {
            // Nobody's question is waited for.
            return Ok(self.locks().opening());
        }
        self.locks().unlocking()
    }

    fn locks(&self) -> VaultLocks<'_> {
        VaultLocks {
            dir: &self.dir,
            questions: self.passphrase.questions,
            waiting: &self.waiting,
        }
    }
}
