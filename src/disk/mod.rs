//! Files as this program keeps them: private directories, whole replacements, locks.
//!
//! The room knows nothing of what the files hold. It never deletes a user's file, and it never
//! leaves a half-written one: a reader sees the old bytes or the new.

mod holder;
mod lock;
mod private_dir;
mod private_file;
mod read;
mod replace;
mod temporary;
mod trust;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use holder::Holder;
pub use lock::{Held, Lock};
pub use private_dir::{check_private_dir, own_dir, private_dir, trusted_dir};
pub use private_file::PrivateFile;
pub use read::{read_file, read_given, read_ours, read_trusted};
pub use replace::{Replacement, put, replace};

/// Why a file or directory could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DiskError {
    /// The system refused an operation.
    #[error("cannot {operation} `{}`", path.display())]
    Io {
        /// What was tried, as a verb: `create`, `read`, `replace`, `lock`.
        operation: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The path exists and is no directory.
    #[error("`{}` is not a directory", path.display())]
    NotADirectory {
        /// The path.
        path: PathBuf,
    },
    /// Another user owns it, so another user can read and change what we put there.
    #[error("`{}` belongs to user id {owner}, not to you", path.display())]
    Foreign {
        /// The path, after symbolic links.
        path: PathBuf,
        /// The user id of its owner.
        owner: u32,
    },
    /// Group or others may write to it.
    #[error("`{}` can be written by others (mode {mode:04o})", path.display())]
    Exposed {
        /// The path, after symbolic links.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Under the name of a lock file stands something that we have not put there.
    #[error("`{}` is not a lock file of ours", path.display())]
    Strange {
        /// The path.
        path: PathBuf,
    },
    /// The file system cannot lock files: some network file systems, and FUSE.
    #[error("the file system of `{}` has no locks", path.display())]
    NoLocks {
        /// The lock file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A lock was not free within the time given.
    #[error("`{}` was still locked after {} s, by {holder}", path.display(), waited.as_secs())]
    Busy {
        /// The lock file.
        path: PathBuf,
        /// How long we waited.
        waited: Duration,
        /// Who holds it.
        holder: Holder,
    },
}

impl DiskError {
    /// Adds the operation and the path to what the system said; made for `map_err`.
    pub fn io(operation: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            operation,
            path,
            source,
        }
    }
}
