//! One profile of the browser: what it is told before its first start, what it may keep.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::entry::remove;
use crate::disk::{self, DiskError, Lock};

/// What a profile begins with. Without the first a browser forgets at its end the cookies that have
/// no date, and with most providers that is the login itself. The others keep it from storing the
/// password that is typed, from asking Google whether it is a stolen one, and from opening a
/// connection to AWS ahead of the form that we stop.
const PREFERENCES: &[u8] = br#"{
  "session": { "restore_on_startup": 1 },
  "credentials_enable_service": false,
  "net": { "network_prediction_options": 2 },
  "profile": { "password_manager_leak_detection": false }
}"#;

/// Whether a login is remembered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// Its cookies make the next one silent.
    #[default]
    Kept,
    /// Each begins with a new profile, which is removed at its end.
    Fresh,
}

/// A profile, ours alone until it is dropped.
#[derive(Debug)]
pub(super) struct Profile {
    /// What stands in our directory: the profile, or a link to it.
    entry: PathBuf,
    /// The profile itself.
    directory: PathBuf,
    keep: Keep,
    _lock: Option<Lock>,
}

impl Profile {
    /// A profile in `directory`, made ready for the browser. `entry` leads there from ours.
    pub(super) fn open(
        entry: PathBuf,
        directory: PathBuf,
        keep: Keep,
        lock: Option<Lock>,
    ) -> Result<Self, DiskError> {
        disk::private_dir(&directory)?;
        let this = Self {
            entry,
            directory,
            keep,
            _lock: lock,
        };
        this.prepare()?;
        Ok(this)
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Whether an earlier login may have left something in it that logs in silently.
    pub(super) fn has_cookies(&self) -> bool {
        ["Default/Network/Cookies", "Default/Cookies"]
            .iter()
            .any(|file| self.directory.join(file).exists())
    }

    /// Tells the browser how to behave, before it starts for the first time.
    fn prepare(&self) -> Result<(), DiskError> {
        let default = self.directory.join("Default");
        disk::private_dir(&default)?;
        let preferences = default.join("Preferences");
        if !preferences.exists() {
            disk::replace(&preferences, PREFERENCES, 0o600)?;
        }
        self.forget_owner()?;
        self.forget_pages()
    }

    /// Forgets whom the profile belonged to. A browser that crashed leaves that behind, and where the
    /// machine has another name since, or it was a container, the next one takes it for one that still
    /// runs elsewhere, and ends. Our own lock says that none does.
    fn forget_owner(&self) -> Result<(), DiskError> {
        for link in ["SingletonLock", "SingletonCookie", "SingletonSocket"] {
            let link = self.directory.join(link);
            match fs::remove_file(&link) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(DiskError::io("remove", &link)(error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Forgets what the browser notes of open pages, and the pages themselves. To keep its cookies it
    /// has to keep the notes too, and would open the pages again; and there is the form in both that
    /// was posted to AWS.
    pub(super) fn forget_pages(&self) -> Result<(), DiskError> {
        for pages in ["Default/Sessions", "Default/Cache"] {
            remove(&self.directory.join(pages))?;
        }
        Ok(())
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        if self.keep == Keep::Fresh {
            // The sweep of a later login would find it.
            let _ = remove(&self.entry);
        }
    }
}
