//! A failure, kept beside the locks for the processes that wait for the one that has failed.
//!
//! It is in clear and holds no secret. It is for processes that were at work before it was written:
//! each remembers the [`Mark`] of the file that it found first, and believes only a later one.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::{Cache, Fingerprint};
use crate::disk;

/// Longer ones are not shared: each process then asks for itself.
const LONGEST: usize = 32 * 1024;

/// Which state of a file it is: every replacement has another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    inode: u64,
    seconds: i64,
    nanoseconds: i64,
}

impl Mark {
    /// `None` where there is no file.
    pub(super) fn of(file: &Path) -> Option<Self> {
        let found = fs::symlink_metadata(file).ok()?;
        Some(Self {
            inode: found.ino(),
            seconds: found.mtime(),
            nanoseconds: found.mtime_nsec(),
        })
    }
}

impl Cache {
    /// Which failure stands there now, if one does.
    pub fn failure_mark(&self, fingerprint: &Fingerprint) -> Option<Mark> {
        Mark::of(&self.failure_file(fingerprint))
    }

    /// The failure that was kept last. One that cannot be read is none.
    pub fn failure(&self, fingerprint: &Fingerprint) -> Option<Vec<u8>> {
        let limit = LONGEST as u64 + 1;
        disk::read_ours(&self.failure_file(fingerprint), limit).ok()
    }

    /// Keeps a failure in the place of the one before. One that cannot be written is not shared.
    pub fn put_failure(&self, fingerprint: &Fingerprint, told: &[u8]) {
        if told.len() <= LONGEST {
            let _ = disk::put(&self.failure_file(fingerprint), told);
        }
    }

    /// Drops what failed before: it has succeeded since.
    pub(super) fn forget_failure(&self, fingerprint: &Fingerprint) {
        let _ = fs::remove_file(self.failure_file(fingerprint));
    }

    pub(super) fn failure_file(&self, fingerprint: &Fingerprint) -> PathBuf {
        self.locks().join(format!("{fingerprint}.failed"))
    }
}
