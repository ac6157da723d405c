//! One process at a time.

use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process;
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::unistd::geteuid;

use super::{DiskError, Holder};

/// A wait that is shorter than this is not worth a word.
const PATIENCE: Duration = Duration::from_secs(1);
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// Whether the holder is stopped is not looked at before.
const FIRST_LOOK: Duration = Duration::from_millis(200);

/// More bytes than a holder writes about itself.
const LONGEST_LINE: u64 = 1024;

/// An advisory lock on a file, held until it is dropped.
///
/// The kernel lets go of it when the holder ends, however it ends; the descriptor is closed on
/// `exec`, so a child never keeps it. The file itself stays: if it were removed, one process could
/// lock the old file and another a new one, both believing themselves alone.
#[derive(Debug)]
#[must_use = "the lock is free as soon as this value is dropped"]
pub struct Lock {
    _file: File,
}

/// A lock that another process holds, as it was found.
#[derive(Debug)]
pub struct Held {
    /// How long it has been waited for.
    pub waited: Duration,
    /// Who holds it.
    pub holder: Holder,
}

impl Lock {
    /// Locks the file at `path`, which is created with mode 0600 where it is missing.
    ///
    /// `purpose` says what the holder is about to do, as in `unlocking the vault`. When another
    /// process holds the lock for over a second, `waiting` is called once with what that process
    /// wrote about itself: `pid 4242, unlocking the vault`. After `limit` it is an error, and at once
    /// where that process is stopped: it does not go on before somebody continues it.
    ///
    /// # Errors
    /// [`DiskError::Busy`] after `limit`, [`DiskError::Strange`] for what is no file of ours (a link
    /// is not followed: to sign the lock is to overwrite a file), [`DiskError::NoLocks`],
    /// [`DiskError::Io`] when it cannot be locked at all.
    pub fn acquire(
        path: &Path,
        purpose: &str,
        limit: Duration,
        waiting: impl FnOnce(&str),
    ) -> Result<Self, DiskError> {
        let mut waiting = Some(waiting);
        Self::acquire_unless(path, purpose, |held| {
            let Held { waited, holder } = held;
            if *waited >= limit || (*waited >= PATIENCE && holder.is_stopped) {
                return Some(DiskError::Busy {
                    path: path.to_owned(),
                    waited: *waited,
                    holder: holder.clone(),
                });
            }
            if *waited >= PATIENCE
                && let Some(waiting) = waiting.take()
            {
                waiting(&holder.to_string());
            }
            None
        })?
    }

    /// Locks the file, or waits for it until `instead` has something better: it is asked every 50 ms
    /// at least, with a look at who holds the lock.
    ///
    /// The lock is polled, in growing pauses: a blocking call has no limit without signals.
    ///
    /// # Errors
    /// [`DiskError::Strange`], [`DiskError::Io`]: see [`Lock::acquire`].
    pub fn acquire_unless<T>(
        path: &Path,
        purpose: &str,
        mut instead: impl FnMut(&Held) -> Option<T>,
    ) -> Result<Result<Self, T>, DiskError> {
        let started = Instant::now();
        let mut file = LockFile::open(path)?;
        let mut pause = FIRST_PAUSE;
        loop {
            file = match file.try_lock(purpose)? {
                Ok(lock) => return Ok(Ok(lock)),
                Err(held) => held,
            };
            let waited = started.elapsed();
            let holder = file.holder();
            // Who is about to be through costs no look.
            let holder = if waited >= FIRST_LOOK {
                holder.looked_at()
            } else {
                holder
            };
            if let Some(instead) = instead(&Held { waited, holder }) {
                return Ok(Err(instead));
            }
            thread::sleep(pause);
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// `None` where the file system has no locks. For what two processes may do at the same time: that
    /// costs a question or a call more, and loses nothing.
    ///
    /// # Errors
    /// Any other error of [`Lock::acquire`].
    pub fn if_possible(acquired: Result<Self, DiskError>) -> Result<Option<Self>, DiskError> {
        match acquired {
            Err(DiskError::NoLocks { .. }) => Ok(None),
            acquired => acquired.map(Some),
        }
    }

    /// Locks the file if nobody else holds it; `None` if somebody does. See [`Lock::acquire`].
    ///
    /// # Errors
    /// [`DiskError::Io`] when the file cannot be locked at all.
    pub fn try_acquire(path: &Path, purpose: &str) -> Result<Option<Self>, DiskError> {
        Ok(LockFile::open(path)?.try_lock(purpose)?.ok())
    }
}

/// Whether the system says that there are no locks here: NFS without its lock service, FUSE, others.
fn has_no_locks(error: &io::Error) -> bool {
    let errno = error.raw_os_error().map(Errno::from_raw);
    matches!(
        errno,
        Some(Errno::ENOLCK | Errno::EOPNOTSUPP | Errno::ENOSYS)
    )
}

/// The file while it is not ours yet.
struct LockFile {
    path: PathBuf,
    file: File,
}

impl LockFile {
    fn open(path: &Path) -> Result<Self, DiskError> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .custom_flags((OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK).bits())
            .open(path);
        let strange = || DiskError::Strange {
            path: path.to_owned(),
        };
        let file = match file {
            Err(error) if error.raw_os_error() == Some(Errno::ELOOP as i32) => {
                return Err(strange());
            }
            file => file.map_err(DiskError::io("lock", path))?,
        };
        let found = file.metadata().map_err(DiskError::io("lock", path))?;
        // No link at all is a lock that a sweep has just removed.
        if !found.is_file() || found.nlink() > 1 || found.uid() != geteuid().as_raw() {
            return Err(strange());
        }
        // A umask can take our own rights away, and the next one could not open it.
        if found.mode() & 0o600 != 0o600 {
            file.set_permissions(Permissions::from_mode(0o600))
                .map_err(DiskError::io("lock", path))?;
        }
        Ok(Self {
            path: path.to_owned(),
            file,
        })
    }

    fn try_lock(mut self, purpose: &str) -> Result<Result<Lock, Self>, DiskError> {
        match self.file.try_lock() {
            Ok(()) => {
                // The line is a courtesy to those who wait; without it the lock is as good.
                let _ = self.sign(purpose);
                Ok(Ok(Lock { _file: self.file }))
            }
            Err(TryLockError::WouldBlock) => Ok(Err(self)),
            Err(TryLockError::Error(source)) if has_no_locks(&source) => Err(DiskError::NoLocks {
                path: self.path,
                source,
            }),
            Err(TryLockError::Error(error)) => Err(DiskError::io("lock", &self.path)(error)),
        }
    }

    fn sign(&mut self, purpose: &str) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        writeln!(self.file, "pid {}, {purpose}", process::id())
    }

    /// What the holder wrote about itself.
    fn holder(&self) -> Holder {
        let mut text = String::new();
        let mut file = &self.file;
        // What cannot be read is not told.
        let _ = file
            .rewind()
            .and_then(|()| file.take(LONGEST_LINE).read_to_string(&mut text));
        Holder::of(text.lines().next().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn one_holder_at_a_time_and_free_on_drop() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let held = Lock::try_acquire(&path, "testing").unwrap().unwrap();
        assert!(Lock::try_acquire(&path, "testing").unwrap().is_none());
        drop(held);
        assert!(Lock::try_acquire(&path, "testing").unwrap().is_some());
    }

    #[test]
    fn names_the_holder_after_the_limit() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let _held = Lock::try_acquire(&path, "unlocking the vault").unwrap();
        let limit = Duration::from_millis(20);
        let refused = Lock::acquire(&path, "testing", limit, |_| {});
        let expected = format!("pid {}, unlocking the vault", process::id());
        assert!(
            matches!(refused, Err(DiskError::Busy { holder, .. }) if holder.to_string() == expected)
        );
    }

    #[test]
    fn what_stands_in_its_place_is_neither_followed_nor_written_to() {
        let dir = tempfile::tempdir().unwrap();
        let (other, path) = (dir.path().join("other"), dir.path().join("lock"));
        std::fs::write(&other, "theirs").unwrap();
        for plant in [
            |other: &Path, path: &Path| std::os::unix::fs::symlink(other, path),
            |other: &Path, path: &Path| std::fs::hard_link(other, path),
            |_: &Path, path: &Path| {
                nix::unistd::mkfifo(path, nix::sys::stat::Mode::S_IRWXU).map_err(io::Error::from)
            },
        ] {
            plant(&other, &path).unwrap();
            let refused = Lock::try_acquire(&path, "testing");
            assert!(matches!(refused, Err(DiskError::Strange { .. })));
            assert_eq!(std::fs::read(&other).unwrap(), b"theirs");
            std::fs::remove_file(&path).unwrap();
        }
    }

    #[test]
    fn says_once_whom_it_waits_for_and_then_gets_the_lock() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let held = Lock::try_acquire(&path, "thinking").unwrap();
        let (said, heard) = mpsc::channel();
        let waiter = thread::spawn(move || {
            Lock::acquire(&path, "waiting", Duration::from_secs(20), |holder| {
                said.send(holder.to_owned()).unwrap();
            })
        });
        assert!(heard.recv().unwrap().ends_with(", thinking"));
        drop(held);
        let _held = waiter.join().unwrap().unwrap();
    }
}
