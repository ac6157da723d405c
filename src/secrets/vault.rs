//! The file vault: secrets sealed with age, readable without this program.
//!
//! `vault.age` is a JSON object, each name with its secret, sealed to an X25519 recipient;
//! `age -d -i identity.age vault.age` shows it. Where the keys come from is in [`super::identity`].
//!
//! **Writing needs no passphrase.** A sealed file cannot be changed by one who cannot open it. So a
//! write with the identity at hand (this process has it, the kernel leases it, or it can be had
//! without asking) rewrites `vault.age`; any other becomes a *patch*, sealed to the same recipient,
//! in `vault.d/`: the same kind of object, with `null` for a secret that was deleted. Patches are
//! numbered, apply in order over `vault.age`, and are merged into it the next time it is opened. In
//! the normal case there are none; while there are, each opens with `age -d` as well. A patch is written only
//! where everything is known to belong together ([`super::known`], `recipient.txt`): otherwise the vault is
//! opened first, and what does not fit is said before anything is written.
//!
//! **Nothing is lost.** Every file is replaced whole, and writers hold `vault.lock`. A merge writes
//! `vault.age` first and removes the patches after; cut off in between, it is repeated, and applying
//! a patch twice changes nothing. A reader looks for patches before it reads `vault.age`; with none
//! it needs no lock, for the vault by itself is then whole.
//!
//! **A deletion** without the identity hides the secret at once; it leaves `vault.age` at the next
//! merge. Age proves who may read, not who wrote: whoever can write to the directory can put another
//! vault there. The directory is therefore ours alone ([`disk::private_dir`]). A link in it is one that
//! the user has made, who keeps the vault elsewhere: it is followed, to what nobody else can write.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use age::DecryptError;
use age::x25519::{Identity, Recipient};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use super::error::{DeniedCause, LockedCause};
use super::identity::Identities;
use super::known::{Known, Sealed};
use super::{Door, Place, SecretError, SecretName, SecretStore, sealing};
use crate::disk::{self, DiskError, Lock};
use crate::model::secret::{ExposeSecret, SecretString, Zeroizing};

/// Holders only read and write small files; questions are asked before the lock is taken.
const LOCK_LIMIT: Duration = Duration::from_secs(10);

/// Names with their secrets; `None` is a deletion, and occurs in patches only.
type Contents = BTreeMap<String, Option<Text>>;

/// The text of one secret, wiped when dropped.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Text(String);

impl Drop for Text {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// The file vault in one directory.
pub(super) struct Vault {
    dir: PathBuf,
    identities: Identities,
}

impl Vault {
    pub(super) fn new(identities: Identities) -> Self {
        Self {
            dir: identities.dir.clone(),
            identities,
        }
    }

    fn write(&self, name: &SecretName, secret: Option<Text>) -> Result<(), SecretError> {
        let recipient = self.identities.recipient(
            || self.exists(),
            |identity| self.replay(&self.patches()?, identity).map(drop),
        )?;
        let mut identity = self.identities.for_write()?;
        disk::private_dir(&self.dir).map_err(SecretError::disk)?;
        if identity.is_none()
            && let Some(path) = self.unknown(&recipient)?
        {
            let unlocked = self.identities.unlock();
            let why = |source| LockedCause::Changed { path, source };
            identity = Some(unlocked.map_err(|error| error.because(why))?);
        }
        let lock = match name {
            // One that others overwrite costs them a miss in the cache. Where there are no locks, nothing
            // else is written to the vault.
            SecretName::SealingKey => Lock::if_possible(self.lock()),
            _ => self.lock().map(Some),
        };
        let _lock = lock.map_err(SecretError::disk)?;
        let Some(identity) = identity else {
            let patch = Contents::from([(name.item().to_owned(), secret)]);
            return self.put(&self.next_patch()?, &patch, &recipient);
        };
        let patches = self.patches()?;
        let mut contents = self.replay(&patches, identity)?;
        contents.insert(name.item().to_owned(), secret);
        self.settle(&mut contents, &patches, &recipient)
    }

    /// Everything in the vault; patches are merged on the way.
    fn contents(&self, identity: &Identity) -> Result<Contents, SecretError> {
        if self.patches()?.is_empty() {
            return self.open(&self.main(), identity);
        }
        let lock = match self.lock() {
            // A vault that is mounted read-only, or has no locks, is only read.
            Err(DiskError::Io { .. } | DiskError::NoLocks { .. }) => {
                return self.replay(&self.patches()?, identity);
            }
            lock => lock.map_err(SecretError::disk)?,
        };
        let patches = self.patches()?;
        let mut contents = self.replay(&patches, identity)?;
        // A merge that fails is tried again at the next opening; what was asked for is known.
        let _ = self.settle(&mut contents, &patches, &identity.to_public());
        drop(lock);
        Ok(contents)
    }

    fn replay(&self, patches: &[PathBuf], identity: &Identity) -> Result<Contents, SecretError> {
        let mut contents = self.open(&self.main(), identity)?;
        for patch in patches {
            contents.append(&mut self.open(patch, identity)?);
        }
        Ok(contents)
    }

    /// Makes `contents` the whole vault. The lock must be held.
    fn settle(
        &self,
        contents: &mut Contents,
        patches: &[PathBuf],
        recipient: &Recipient,
    ) -> Result<(), SecretError> {
        contents.retain(|_, secret| secret.is_some());
        self.put(&self.main(), contents, recipient)?;
        for patch in patches {
            fs::remove_file(patch).map_err(SecretError::io("remove", patch))?;
        }
        Ok(())
    }

    /// The contents of one sealed file; a file that is not there is empty.
    fn open(&self, path: &Path, identity: &Identity) -> Result<Contents, SecretError> {
        let Some(sealed) = disk::read_trusted(path).map_err(SecretError::disk)? else {
            return Ok(Contents::new());
        };
        let text = sealing::open(identity, &sealed).map_err(|error| match error {
            DecryptError::NoMatchingKeys => SecretError::denied(DeniedCause::ForeignFile {
                path: path.to_owned(),
                identity: self.identities.source(),
            }),
            other => SecretError::damaged_file(path, sealing::describe(&other)),
        })?;
        // The parser's own message could quote a secret.
        serde_json::from_slice(&text).map_err(|_| {
            SecretError::damaged_file(path, "it is not an object of names and secrets")
        })
    }

    /// Replaces a file by `contents`, sealed, which is known to open from then on. The lock must be held.
    fn put(&self, path: &Path, contents: &Contents, to: &Recipient) -> Result<(), SecretError> {
        let bytes = seal(path, contents, to)?;
        let mut known = self.sealed()?;
        known.push(Sealed {
            path: path.to_owned(),
            bytes: bytes.clone(),
        });
        Known::in_dir(&self.dir).name(to, &known)?;
        disk::replace(path, &bytes, 0o600).map_err(SecretError::disk)
    }

    /// A sealed file that is not known to open with the identity of `recipient`.
    fn unknown(&self, recipient: &Recipient) -> Result<Option<PathBuf>, SecretError> {
        let _lock = Lock::if_possible(self.lock()).map_err(SecretError::disk)?;
        let sealed = self.sealed()?;
        let Some(Sealed { path, bytes }) = Known::in_dir(&self.dir).lacks(recipient, &sealed)
        else {
            return Ok(None);
        };
        sealing::check_header(bytes)
            .map_err(|error| SecretError::damaged_file(path, sealing::describe(&error)))?;
        Ok(Some(path.clone()))
    }

    /// The vault's sealed files, as they are.
    fn sealed(&self) -> Result<Vec<Sealed>, SecretError> {
        let mut all = Vec::new();
        for path in std::iter::once(self.main()).chain(self.patches()?) {
            if let Some(bytes) = disk::read_trusted(&path).map_err(SecretError::disk)? {
                all.push(Sealed { path, bytes });
            }
        }
        Ok(all)
    }

    /// The patches in the order of their numbers.
    fn patches(&self) -> Result<Vec<PathBuf>, SecretError> {
        let dir = self.patch_dir();
        let entries = match fs::read_dir(&dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            read => read.map_err(SecretError::io("read", &dir))?,
        };
        let mut patches = Vec::new();
        for entry in entries {
            let path = entry.map_err(SecretError::io("read", &dir))?.path();
            // A writer that was killed leaves a temporary file, which is no patch.
            if number(&path).is_some() {
                patches.push(path);
            }
        }
        patches.sort_by_key(|path| number(path));
        Ok(patches)
    }

    /// The name of the next patch. The lock must be held.
    fn next_patch(&self) -> Result<PathBuf, SecretError> {
        let dir = self.patch_dir();
        disk::private_dir(&dir).map_err(SecretError::disk)?;
        let last = self.patches()?.last().and_then(|path| number(path));
        let next = last.unwrap_or(0).checked_add(1).ok_or_else(|| {
            SecretError::damaged_file(&dir, "there is a patch with the highest number")
        })?;
        Ok(dir.join(format!("{next:06}.age")))
    }

    fn exists(&self) -> bool {
        self.main().exists() || self.patches().is_ok_and(|patches| !patches.is_empty())
    }

    fn main(&self) -> PathBuf {
        self.dir.join("vault.age")
    }

    fn patch_dir(&self) -> PathBuf {
        self.dir.join("vault.d")
    }

    fn lock(&self) -> Result<Lock, DiskError> {
        let path = self.dir.join("vault.lock");
        Lock::acquire(&path, "writing the vault", LOCK_LIMIT, |_| {})
    }
}

impl SecretStore for Vault {
    fn get(&self, name: &SecretName) -> Result<SecretString, SecretError> {
        let missing = || SecretError::Missing {
            place: Place::File,
            name: name.clone(),
            program: None,
        };
        if !self.exists() {
            return Err(missing());
        }
        // Whoever else can write there can put a secret of theirs in the place of ours.
        disk::trusted_dir(&self.dir).map_err(SecretError::disk)?;
        let contents = self.contents(self.identities.unlock()?)?;
        match contents.get(name.item()) {
            Some(Some(Text(secret))) => Ok(SecretString::from(secret.as_str())),
            _ => Err(missing()),
        }
    }

    fn set(&self, name: &SecretName, secret: &SecretString) -> Result<(), SecretError> {
        self.write(name, Some(Text(secret.expose_secret().to_owned())))
    }

    fn delete(&self, name: &SecretName) -> Result<(), SecretError> {
        if self.exists() {
            self.write(name, None)
        } else {
            Ok(())
        }
    }

    fn probe(&self) -> Result<Door, SecretError> {
        // An identity that cannot be used is told also where there is nothing to open yet.
        let unlocks = self.identities.can_unlock_unasked()?;
        Ok(match (self.exists(), unlocks) {
            (false, _) => Door::New,
            (true, true) => Door::Open,
            (true, false) => Door::Locked,
        })
    }
}

/// `contents`, sealed; `path` is where they go, for errors.
fn seal(path: &Path, contents: &Contents, to: &Recipient) -> Result<Vec<u8>, SecretError> {
    let texts = contents
        .iter()
        .map(|(name, secret)| name.len() + secret.as_ref().map_or(0, |secret| secret.0.len()));
    // Room for every character escaped, so that the buffer never grows and leaves copies.
    let mut json = Zeroizing::new(Vec::with_capacity(texts.map(|bytes| 6 * bytes + 16).sum()));
    serde_json::to_writer_pretty(&mut *json, contents)
        .map_err(io::Error::from)
        .and_then(|()| sealing::to_recipient(to, &json))
        .map_err(SecretError::io("seal", path))
}

/// The number in a patch's name: six digits and `.age`.
fn number(path: &Path) -> Option<u32> {
    path.file_name()?
        .to_str()?
        .strip_suffix(".age")?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests;
