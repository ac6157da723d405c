//! Exchanges of access keys that have begun, so that one that was interrupted can be finished. No secret
//! is in them.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::disk::{self, DiskError, Lock};
use crate::model::{Alias, Timestamp};

/// More bytes than a note has.
const LONGEST: u64 = 4096;

/// Where exchanges that have begun are noted.
#[derive(Clone, Debug)]
pub struct Rotations {
    directory: PathBuf,
}

/// One exchange of an access key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rotation {
    /// The id of the key that is to go.
    pub old: String,
    /// The id of the key that is to come, once AWS has told it.
    pub new: Option<String>,
    /// When the new key was first asked for, in seconds since 1970.
    pub begun: i64,
}

impl Rotation {
    /// An exchange that begins now.
    pub fn begin(old: &str, now: Timestamp) -> Self {
        Self {
            old: old.to_owned(),
            new: None,
            begun: now.0,
        }
    }

    /// Whether a key that was made then may be the one that was asked for, where the answer was lost.
    /// The two clocks may differ by what AWS tolerates.
    pub fn may_have_made(&self, created: Timestamp) -> bool {
        const TOLERANCE: i64 = 5 * 60;
        (self.begun - TOLERANCE..=self.begun + TOLERANCE).contains(&created.0)
    }
}

impl Rotations {
    /// Noted in `directory`, which need not exist.
    pub fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// Keeps other exchanges out, as long as it is held: a second one would take the first for
    /// interrupted, and its new key for lost. It waits for nobody.
    ///
    /// # Errors
    /// [`DiskError::Busy`] where one is at work, with what that says about itself.
    pub fn begin_alone(&self, alias: &Alias) -> Result<Lock, DiskError> {
        if let Some(parent) = self.directory.parent() {
            disk::private_dir(parent)?;
        }
        let file = self.directory.with_extension("lock");
        let purpose = format!("exchanging the access key of `{alias}`");
        Lock::acquire(&file, &purpose, Duration::ZERO, |_| {})
    }

    /// The exchange that a key is part of, if one has begun.
    ///
    /// # Errors
    /// Where the notes cannot be read. What is no note is none.
    pub fn of(&self, access_key_id: &str) -> Result<Option<Rotation>, DiskError> {
        let files = match fs::read_dir(&self.directory) {
            Ok(files) => files,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(DiskError::io("read", &self.directory)(error)),
        };
        for file in files.flatten() {
            let path = file.path();
            let text = disk::read_ours(&path, LONGEST).map_err(DiskError::io("read", &path))?;
            let Ok(rotation) = serde_json::from_slice::<Rotation>(&text) else {
                continue;
            };
            if rotation.old == access_key_id || rotation.new.as_deref() == Some(access_key_id) {
                return Ok(Some(rotation));
            }
        }
        Ok(None)
    }

    /// Notes how far an exchange is.
    ///
    /// # Errors
    /// Where that cannot be written; nothing should be done then that would have to be remembered.
    pub fn note(&self, rotation: &Rotation) -> Result<(), DiskError> {
        disk::private_dir(&self.directory)?;
        let text = serde_json::json!(rotation).to_string();
        disk::put(&self.file(rotation), text.as_bytes())
    }

    /// Forgets an exchange that is finished.
    ///
    /// # Errors
    /// Where the note cannot be removed.
    pub fn forget(&self, rotation: &Rotation) -> Result<(), DiskError> {
        let file = self.file(rotation);
        match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(DiskError::io("remove", &file)(error))
            }
            _ => Ok(()),
        }
    }

    fn file(&self, rotation: &Rotation) -> PathBuf {
        self.directory.join(&rotation.old)
    }
}
