//! Temporary credentials of every hop, and SAML assertions while they are good: sealed, one file each.
//!
//! A damaged, foreign or unreadable entry is a miss: credentials can be made again. What must not
//! happen is a stale answer, or one to another question; see [`Fingerprint`].

mod entry;
mod failure;
mod fingerprint;
mod flight;
mod forget;
mod seal;

use std::fs;
use std::io;
use std::path::PathBuf;

pub use entry::KeptAssertion;
pub use failure::Mark;
pub use fingerprint::Fingerprint;
pub use flight::{Boarded, Turn, Wait};
pub use seal::Header;

use crate::disk::{self, DiskError};
use crate::model::{Credentials, Timestamp};
use crate::secrets::{SealingKey, SecretError, Secrets};
use entry::Entry;

/// The keys that entries are sealed with. Each secret store has its own.
pub trait SealingKeys {
    /// The key for new entries; made where there is none yet.
    ///
    /// # Errors
    /// Where the secret store cannot be used.
    fn current(&self) -> Result<SealingKey, SecretError>;

    /// The key of that id; `None` where it is gone.
    ///
    /// # Errors
    /// Where the secret store that holds it cannot be used.
    fn by_id(&self, id: &str) -> Result<Option<SealingKey>, SecretError>;
}

impl SealingKeys for Secrets {
    fn current(&self) -> Result<SealingKey, SecretError> {
        self.sealing_key()
    }

    fn by_id(&self, id: &str) -> Result<Option<SealingKey>, SecretError> {
        match self.sealing_key_by_id(id) {
            Ok(key) => Ok(Some(key)),
            Err(SecretError::Missing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The cache in one directory.
#[derive(Clone, Debug)]
pub struct Cache {
    directory: PathBuf,
}

/// Credentials were made, and could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum NotKept {
    /// The directory or the file cannot be written.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// There is no key to seal them with.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The cryptography itself failed.
    #[error("sealing failed")]
    Seal,
}

/// More bytes than any entry has: the longest assertion, sealed.
const LONGEST: u64 = 256 * 1024;

/// The name of assertions, in place of a hop's: no alias begins like this.
const ASSERTION: &str = "@saml";

/// An entry, as far as it can be read without opening it.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The fingerprint that it is kept under, in hexadecimal.
    pub fingerprint: String,
    /// What it says of itself.
    pub header: Header,
    /// Whether it is an assertion, and not credentials.
    pub is_login: bool,
}

impl Cache {
    /// A cache in `directory`; nothing is opened yet.
    pub fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// The entry's header, without opening it. `None` where there is no such entry.
    pub fn header(&self, fingerprint: &Fingerprint) -> Option<Header> {
        Header::read(&self.file(fingerprint))
    }

    /// All that is kept and has not expired, without opening it. What is no entry is left out.
    ///
    /// # Errors
    /// Where the cache cannot be read.
    pub fn kept(&self, now: Timestamp) -> Result<Vec<Kept>, DiskError> {
        let kept = |(file, header): (PathBuf, Option<Header>)| {
            let is_name = |header: &Header| !header.name.contains(char::is_control);
            let header = header.filter(|header| header.expiration > now && is_name(header))?;
            Some(Kept {
                fingerprint: file.file_name()?.to_string_lossy().into_owned(),
                is_login: header.name == ASSERTION,
                header,
            })
        };
        Ok(self.entries()?.into_iter().filter_map(kept).collect())
    }

    /// Credentials that are kept under this fingerprint. Whether they still serve is not asked here.
    ///
    /// # Errors
    /// Only where the secret store that holds the entry's key cannot be used: then asking AWS
    /// again would fail as well.
    pub fn get(
        &self,
        fingerprint: &Fingerprint,
        now: Timestamp,
        keys: &dyn SealingKeys,
    ) -> Result<Option<Credentials>, SecretError> {
        self.read(fingerprint, now, keys)
    }

    /// The assertion that is kept under this fingerprint; see [`Cache::get`].
    ///
    /// # Errors
    /// As there.
    pub fn assertion(
        &self,
        fingerprint: &Fingerprint,
        now: Timestamp,
        keys: &dyn SealingKeys,
    ) -> Result<Option<KeptAssertion>, SecretError> {
        self.read(fingerprint, now, keys)
    }

    fn read<E: Entry>(
        &self,
        fingerprint: &Fingerprint,
        now: Timestamp,
        keys: &dyn SealingKeys,
    ) -> Result<Option<E>, SecretError> {
        let Ok(entry) = disk::read_ours(&self.file(fingerprint), LONGEST) else {
            return Ok(None);
        };
        let Some((header, rest)) = Header::split(&entry) else {
            return Ok(None);
        };
        // What has expired is not worth unlocking anything for.
        if header.expiration <= now {
            return Ok(None);
        }
        let key = keys.by_id(&header.key)?;
        Ok(key.and_then(|key| seal::open(&key, fingerprint, &header, rest)))
    }

    /// Keeps credentials, sealed with `key`. A caller that holds a lock for this has asked for the
    /// key before: a secret store may have to be unlocked, which takes a person minutes.
    ///
    /// # Errors
    /// [`NotKept`]: to be said, not to fail for.
    pub fn put(
        &self,
        fingerprint: &Fingerprint,
        name: &str,
        credentials: &Credentials,
        key: Result<SealingKey, SecretError>,
    ) -> Result<(), NotKept> {
        self.write(fingerprint, name, credentials, &key?)
    }

    /// Keeps an assertion, for the sessions that share its login.
    ///
    /// # Errors
    /// As for [`Cache::put`].
    pub fn put_assertion(
        &self,
        fingerprint: &Fingerprint,
        assertion: &KeptAssertion,
        keys: &dyn SealingKeys,
    ) -> Result<(), NotKept> {
        self.write(fingerprint, ASSERTION, assertion, &keys.current()?)
    }

    fn write(
        &self,
        fingerprint: &Fingerprint,
        name: &str,
        what: &impl Entry,
        key: &SealingKey,
    ) -> Result<(), NotKept> {
        let entry = seal::seal(key, fingerprint, name, what).ok_or(NotKept::Seal)?;
        disk::private_dir(&self.directory)?;
        disk::put(&self.file(fingerprint), &entry)?;
        self.forget_failure(fingerprint);
        self.sweep(what.issued());
        Ok(())
    }

    fn file(&self, fingerprint: &Fingerprint) -> PathBuf {
        self.directory.join(fingerprint.to_string())
    }

    fn locks(&self) -> PathBuf {
        self.directory.join("locks")
    }

    /// All files that are named like entries, with the header of those that are some.
    fn entries(&self) -> Result<Vec<(PathBuf, Option<Header>)>, DiskError> {
        let named_like_one =
            |name: &str| name.len() == 64 && name.bytes().all(|b| b.is_ascii_hexdigit());
        let files = match fs::read_dir(&self.directory) {
            Ok(files) => files,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(DiskError::io("read", &self.directory)(error)),
        };
        let files = files
            .flatten()
            .filter(|file| file.file_name().to_str().is_some_and(named_like_one));
        Ok(files
            .map(|file| (file.path(), Header::read(&file.path())))
            .collect())
    }
}

#[cfg(test)]
mod tests;
