//! The identity that opens the vault, and the recipient that it is sealed to.
//!
//! `identity.age` is what `age-keygen | age -p` makes: the text of an X25519 identity under a
//! passphrase. `recipient.txt` is its public half in clear, so that writing needs no passphrase.
//! An identity file given by the caller (CI, containers) takes the place of `identity.age`.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use age::DecryptError;
use age::x25519::{Identity, Recipient};
use nix::unistd::geteuid;

use super::error::{DeniedCause, UnavailableCause};
use super::passphrase::{Attempt, PassphraseSource, QUESTION_LIMIT};
use super::{Lease, Place, SecretError, WaitNotice, sealing};
use crate::disk::{self, DiskError, Lock};
use crate::model::secret::{ExposeSecret, SecretString, Zeroizing};

pub(super) const LEASE_NAME: &str = "identity";
/// Wrong passphrases that are forgiven to a person; each try costs half a second of scrypt.
const TRIES: usize = 3;
/// The holder may ask two questions, and others may be before us.
const LOCK_LIMIT: Duration = QUESTION_LIMIT.saturating_mul(3);

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
        let _lock = match self.lock("unlocking the vault") {
            // Without a lock, a person may be asked once more.
            Err(error) if is_impossible(&error) => None,
            lock => Some(lock.map_err(SecretError::disk)?),
        };
        // Whoever held the lock before us may have left a lease.
        match self.at_hand()? {
            Some(identity) => Ok(identity),
            None => self.open_protected(),
        }
    }

    /// The identity if it can be had without asking a person: for a write, which needs none.
    pub(super) fn unlock_unasked(&self) -> Option<&Identity> {
        if let Ok(Some(identity)) = self.at_hand() {
            return Some(identity);
        }
        self.passphrase.given().ok()??;
        self.unlock().ok()
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
    /// new passphrase; `sealed` says whether something is already sealed to a lost one.
    pub(super) fn recipient(&self, sealed: impl Fn() -> bool) -> Result<Recipient, SecretError> {
        if let Some(recipient) = self.recorded()? {
            return Ok(recipient);
        }
        disk::private_dir(&self.dir).map_err(SecretError::disk)?;
        let lock = self.lock("setting up the vault");
        let _lock = lock.map_err(SecretError::disk)?;
        if let Some(recipient) = self.recorded()? {
            return Ok(recipient);
        }
        let identity = match self.at_hand()? {
            Some(identity) => identity,
            None if self.protected().exists() => self.open_protected()?,
            None if sealed() => return Err(self.no_identity()),
            None => self.create()?,
        };
        let recipient = identity.to_public();
        self.write("recipient.txt", format!("{recipient}\n").as_bytes())?;
        Ok(recipient)
    }

    /// The identity from where it lies open: this process, the caller's file, the kernel.
    fn at_hand(&self) -> Result<Option<&Identity>, SecretError> {
        if let Some(identity) = self.opened.0.get() {
            return Ok(Some(identity));
        }
        if let Some(path) = &self.file {
            return self.accept(read_unprotected(path)?).map(Some);
        }
        let leased = self.lease.get(LEASE_NAME);
        let leased = leased.and_then(|text| text.expose_secret().parse::<Identity>().ok());
        // A lease can outlive the vault it was made for, and is then of no use.
        match (leased, self.recorded()?) {
            (Some(identity), Some(recipient)) if identity.to_public() == recipient => {
                Ok(Some(self.opened.0.get_or_init(|| identity)))
            }
            _ => Ok(None),
        }
    }

    /// Keeps the identity for this process, if it is the one that the vault is sealed to: what is
    /// written to one identity and read with another is lost.
    fn accept(&self, identity: Identity) -> Result<&Identity, SecretError> {
        match self.recorded()? {
            Some(recipient) if recipient != identity.to_public() => Err(SecretError::denied(
                DeniedCause::WrongIdentity(self.source()),
            )),
            _ => Ok(self.opened.0.get_or_init(|| identity)),
        }
    }

    fn open_protected(&self) -> Result<&Identity, SecretError> {
        let path = self.protected();
        let sealed = disk::read_trusted(&path).map_err(SecretError::disk)?;
        let sealed = sealed.ok_or_else(|| self.no_identity())?;
        let identity = match self.passphrase.given()? {
            Some(passphrase) => decrypt(&path, &sealed, passphrase)?,
            None => ask_until_right(&path, &sealed, &self.passphrase)?,
        };
        self.lease.put(LEASE_NAME, &identity.to_string(), self.ttl);
        self.accept(identity)
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

    /// The recipient that everything is sealed to, if it is set up.
    fn recorded(&self) -> Result<Option<Recipient>, SecretError> {
        let path = self.dir.join("recipient.txt");
        let Some(text) = disk::read_trusted(&path).map_err(SecretError::disk)? else {
            return Ok(None);
        };
        let recipient = String::from_utf8_lossy(&text).trim().parse();
        recipient
            .map(Some)
            .map_err(|reason: &str| SecretError::damaged_file(&path, reason))
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

    fn lock(&self, purpose: &str) -> Result<Lock, DiskError> {
        let path = self.dir.join("unlock.lock");
        Lock::acquire(&path, purpose, LOCK_LIMIT, |holder| (self.waiting)(holder))
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

fn ask_until_right(
    path: &Path,
    sealed: &[u8],
    passphrase: &PassphraseSource,
) -> Result<Identity, SecretError> {
    let mut attempt = Attempt::First;
    for _ in 1..TRIES {
        match decrypt(path, sealed, passphrase.ask(attempt)?) {
            Err(SecretError::Denied {
                cause: DeniedCause::WrongPassphrase,
                ..
            }) => attempt = Attempt::AfterAWrongOne,
            opened => return opened,
        }
    }
    decrypt(path, sealed, passphrase.ask(attempt)?)
}

fn decrypt(path: &Path, sealed: &[u8], passphrase: SecretString) -> Result<Identity, SecretError> {
    let mut key = age::scrypt::Identity::new(passphrase);
    key.set_max_work_factor(sealing::MAX_WORK_FACTOR);
    let text = sealing::open(&key, sealed).map_err(|error| match error {
        // The file key under the passphrase did not open: that is a wrong passphrase.
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => {
            SecretError::denied(DeniedCause::WrongPassphrase)
        }
        DecryptError::ExcessiveWork { required, .. } => {
            SecretError::denied(DeniedCause::TooCostly {
                path: path.to_owned(),
                work_factor: required,
                limit: sealing::MAX_WORK_FACTOR,
            })
        }
        other => SecretError::damaged_file(path, sealing::describe(&other)),
    })?;
    parse(&text).ok_or_else(|| SecretError::damaged_file(path, "it holds no X25519 identity"))
}

/// The caller's identity file, which only its owner may be able to read.
fn read_unprotected(path: &Path) -> Result<Identity, SecretError> {
    let mut file = File::open(path).map_err(SecretError::io("read", path))?;
    // Of the open file, so that nobody can exchange it in between.
    let found = file.metadata().map_err(SecretError::io("examine", path))?;
    let mode = found.mode() & 0o7777;
    let is_ours_alone = found.uid() == geteuid().as_raw() && matches!(mode, 0o600 | 0o400);
    if !is_ours_alone && !found.is_dir() {
        return Err(SecretError::denied(DeniedCause::UnsafeFile {
            path: path.to_owned(),
            mode,
        }));
    }
    let mut text = Zeroizing::new(Vec::with_capacity(4096));
    file.read_to_end(&mut text)
        .map_err(SecretError::io("read", path))?;
    parse(&text).ok_or_else(|| SecretError::denied(DeniedCause::NoIdentityInside(path.to_owned())))
}

/// The first identity in the text; its other lines are comments.
fn parse(text: &[u8]) -> Option<Identity> {
    let text = std::str::from_utf8(text).ok()?;
    let mut lines = text.lines();
    let line = lines.find(|line| line.starts_with("AGE-SECRET-KEY-1"))?;
    line.trim_end().parse().ok()
}
