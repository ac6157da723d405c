//! What is dropped: on request, or because its time is over.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::{ASSERTION, Cache, Fingerprint, Header};
use crate::disk::{DiskError, Lock};
use crate::model::Timestamp;

/// How long a lock file lies unused before it is removed, in seconds.
const LOCK_KEPT: i64 = 24 * 60 * 60;

impl Cache {
    /// Drops one entry; whether there was one.
    ///
    /// # Errors
    /// Where it cannot be removed.
    pub fn forget(&self, fingerprint: &Fingerprint) -> Result<bool, DiskError> {
        remove(&self.file(fingerprint))
    }

    /// Drops an entry, unless it was made later than this: by another process, since it was read.
    ///
    /// # Errors
    /// Where it cannot be removed.
    pub fn forget_until(
        &self,
        fingerprint: &Fingerprint,
        issued: Option<Timestamp>,
    ) -> Result<(), DiskError> {
        let is_newer = |header: Header| issued.is_some_and(|issued| header.issued > issued);
        if self.header(fingerprint).is_some_and(is_newer) {
            return Ok(());
        }
        self.forget(fingerprint).map(drop)
    }

    /// Drops what is kept of the named hops. Returns how many entries that were.
    ///
    /// # Errors
    /// Where the cache cannot be read, or an entry not be removed.
    pub fn forget_named(&self, names: &[&str]) -> Result<usize, DiskError> {
        let wanted =
            |header: Option<&Header>| header.is_some_and(|h| names.contains(&h.name.as_str()));
        self.forget_where(wanted)
    }

    /// Drops everything. Returns how many entries that were.
    ///
    /// # Errors
    /// Where the cache cannot be read, or an entry not be removed.
    pub fn forget_all(&self) -> Result<usize, DiskError> {
        self.forget_where(|_| true)
    }

    fn forget_where(&self, wanted: impl Fn(Option<&Header>) -> bool) -> Result<usize, DiskError> {
        let mut dropped = 0;
        for (file, header) in self.entries()? {
            if wanted(header.as_ref()) && remove(&file)? {
                // Assertions are logins, and are counted as such where they are asked for.
                dropped += usize::from(header.is_none_or(|header| header.name != ASSERTION));
            }
        }
        Ok(dropped)
    }

    /// Removes what has expired, and locks that nobody has touched for a day. A failure only means
    /// that it is tried again next time; a lock that is removed under somebody's feet, that two may
    /// ask for the same.
    pub(super) fn sweep(&self, now: Timestamp) {
        for (file, header) in self.entries().into_iter().flatten() {
            if header.is_some_and(|header| header.expiration <= now) {
                let _ = fs::remove_file(file);
            }
        }
        let old = |file: &fs::DirEntry| {
            file.metadata()
                .is_ok_and(|found| found.mtime() < now.0 - LOCK_KEPT)
        };
        for file in fs::read_dir(self.locks())
            .into_iter()
            .flatten()
            .flatten()
            .filter(old)
        {
            if let Ok(Some(_held)) = Lock::try_acquire(&file.path(), "sweeping") {
                let _ = fs::remove_file(file.path());
            }
        }
    }
}

/// Removes a file; whether it was there. That another process was faster is no failure.
fn remove(file: &Path) -> Result<bool, DiskError> {
    match fs::remove_file(file) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(DiskError::io("remove", file)(error)),
    }
}
