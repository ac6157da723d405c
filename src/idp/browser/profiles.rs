//! The browser's profile directories: one for each login page, used by one login at a time.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};

use super::entry::{link, remove};
use super::find::Program;
use super::profile::{Keep, Profile};
use crate::disk::{self, DiskError, Lock};
use crate::model::Url;

/// As long as a login may take, from the silent try to the browser's end.
const HOLDER_LIMIT: Duration = Duration::from_mins(6);

/// How the directory of a profile ends that is not to be kept.
const FRESH: &str = ".fresh";

/// The directory of the locks, among those of the profiles.
const LOCKS: &str = "locks";

/// All profiles.
#[derive(Clone, Debug)]
pub struct Profiles {
    directory: PathBuf,
}

impl Profiles {
    /// Profiles in `directory`; nothing is made yet.
    pub fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// Drops the profile of a login page, with all its cookies; whether there was one.
    ///
    /// # Errors
    /// Where it cannot be removed, or a login goes on in it.
    pub fn forget(&self, url: &Url, waiting: impl FnOnce(&str)) -> Result<bool, DiskError> {
        self.forget_entry(&name(url), waiting)
    }

    /// Drops all profiles; returns how many those were.
    ///
    /// # Errors
    /// Where one cannot be removed, or a login goes on in it.
    pub fn forget_all(&self, waiting: impl Fn(&str)) -> Result<usize, DiskError> {
        let mut forgotten = 0;
        for name in self.names() {
            forgotten += usize::from(self.forget_entry(&name, &waiting)?);
        }
        Ok(forgotten)
    }

    fn forget_entry(&self, name: &str, waiting: impl FnOnce(&str)) -> Result<bool, DiskError> {
        let entry = self.directory.join(name);
        if fs::symlink_metadata(&entry).is_err() {
            return Ok(false);
        }
        let _lock = self.lock(name, "forgetting a login", waiting)?;
        remove(&entry)?;
        Ok(true)
    }

    /// Opens the profile of a login page; waits while another login is using it.
    pub(super) fn open(
        &self,
        url: &Url,
        keep: Keep,
        program: &Program,
        waiting: impl FnOnce(&str),
    ) -> Result<Profile, DiskError> {
        let mut name = name(url);
        let lock = self.lock(&name, &format!("logging in at {}", url.host()), waiting)?;
        self.sweep();
        if keep == Keep::Fresh {
            name.push_str(FRESH);
            // What a kill has left, if it has.
            remove(&self.directory.join(&name))?;
        }
        let entry = self.directory.join(&name);
        let directory = match &program.confined_to {
            None => entry.clone(),
            Some(place) => link(&entry, &place.join("leapp").join(&name))?,
        };
        Profile::open(entry, directory, keep, lock)
    }

    fn lock(
        &self,
        name: &str,
        purpose: &str,
        waiting: impl FnOnce(&str),
    ) -> Result<Option<Lock>, DiskError> {
        let file = self.lock_file(name)?;
        // The browser has a lock of its own, by another means.
        Lock::if_possible(Lock::acquire(&file, purpose, HOLDER_LIMIT, waiting))
    }

    fn lock_file(&self, name: &str) -> Result<PathBuf, DiskError> {
        let locks = self.directory.join(LOCKS);
        disk::private_dir(&self.directory)?;
        disk::private_dir(&locks)?;
        Ok(locks.join(name.trim_end_matches(FRESH)))
    }

    /// Removes the fresh profiles whose login was killed before it could. A failure only means that
    /// it is tried again next time.
    fn sweep(&self) {
        for name in self.names().filter(|name| name.ends_with(FRESH)) {
            let lock = self.lock_file(&name);
            if let Ok(Ok(Some(_free))) = lock.map(|file| Lock::try_acquire(&file, "sweeping")) {
                let _ = remove(&self.directory.join(name));
            }
        }
    }

    fn names(&self) -> impl Iterator<Item = String> {
        let entries = fs::read_dir(&self.directory)
            .into_iter()
            .flatten()
            .flatten();
        entries
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| name != LOCKS)
    }
}

/// The name of a login page's profile: its URL is too long for one, and nobody else's business.
fn name(url: &Url) -> String {
    let hash = digest(&SHA256, url.as_str().as_bytes());
    let mut name = String::new();
    for byte in &hash.as_ref()[..16] {
        let _ = write!(name, "{byte:02x}");
    }
    name
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::fs::symlink;

    use super::*;

    fn profiles() -> (tempfile::TempDir, Profiles) {
        let home = tempfile::tempdir().unwrap();
        let profiles = Profiles::new(home.path().join("browser"));
        (home, profiles)
    }

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    fn program(confined_to: Option<PathBuf>) -> Program {
        Program {
            file: "/usr/bin/true".into(),
            confined_to,
        }
    }

    fn open(profiles: &Profiles, at: &str, keep: Keep) -> Profile {
        profiles
            .open(&url(at), keep, &program(None), |_| {})
            .unwrap()
    }

    #[test]
    fn each_login_page_has_one_of_its_own_for_nobody_else() {
        let (_home, profiles) = profiles();
        let one = open(&profiles, "https://a.test/1", Keep::Kept);
        let other = open(&profiles, "https://a.test/2", Keep::Kept);
        assert_ne!(one.directory(), other.directory());
        for profile in [one, other] {
            let mode = fs::metadata(profile.directory())
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o700);
        }
    }

    #[test]
    fn preferences_of_the_browser_stay_and_its_open_pages_do_not() {
        let (_home, profiles) = profiles();
        let directory = {
            let profile = open(&profiles, "https://a.test", Keep::Kept);
            profile.directory().join("Default")
        };
        fs::write(directory.join("Preferences"), "theirs").unwrap();
        fs::create_dir(directory.join("Sessions")).unwrap();
        fs::write(directory.join("Sessions/Tabs_1"), "").unwrap();
        drop(open(&profiles, "https://a.test", Keep::Kept));
        assert_eq!(fs::read(directory.join("Preferences")).unwrap(), b"theirs");
        assert!(!directory.join("Sessions").exists());
    }

    #[test]
    fn a_fresh_one_is_gone_at_its_end_or_at_the_next_login() {
        let (_home, profiles) = profiles();
        let place = {
            let profile = open(&profiles, "https://a.test", Keep::Fresh);
            profile.directory().to_owned()
        };
        assert!(!place.exists());
        // As a kill leaves it.
        fs::create_dir(&place).unwrap();
        drop(open(&profiles, "https://b.test", Keep::Kept));
        assert!(!place.exists());
        // But not while it is used.
        let used = open(&profiles, "https://a.test", Keep::Fresh);
        drop(open(&profiles, "https://b.test", Keep::Kept));
        assert!(used.directory().exists());
    }

    #[test]
    fn a_confined_browser_gets_it_where_it_may_write_and_it_is_found_there() {
        let (home, profiles) = profiles();
        let place = home.path().join("snap/chromium/common");
        let snap = program(Some(place.clone()));
        let at = url("https://a.test");
        // One that was made for another browser before is of no use to this.
        drop(open(&profiles, "https://a.test", Keep::Kept));
        let profile = profiles.open(&at, Keep::Kept, &snap, |_| {}).unwrap();
        let directory = profile.directory().to_owned();
        assert!(directory.starts_with(&place) && directory.join("Default").exists());
        drop(profile);
        assert!(profiles.forget(&at, |_| {}).unwrap());
        assert!(!directory.exists());
        assert!(!profiles.forget(&at, |_| {}).unwrap());
    }

    #[test]
    fn a_link_that_is_not_ours_goes_and_what_it_leads_to_stays() {
        let (home, profiles) = profiles();
        drop(open(&profiles, "https://a.test", Keep::Kept));
        let documents = home.path().join("documents");
        fs::create_dir(&documents).unwrap();
        symlink(&documents, home.path().join("browser/planted")).unwrap();
        assert_eq!(profiles.forget_all(|_| {}).unwrap(), 2);
        assert!(documents.exists());
    }

    #[test]
    fn all_are_forgotten_at_once() {
        let (_home, profiles) = profiles();
        drop(open(&profiles, "https://a.test", Keep::Kept));
        drop(open(&profiles, "https://b.test", Keep::Kept));
        assert_eq!(profiles.forget_all(|_| {}).unwrap(), 2);
        assert_eq!(profiles.forget_all(|_| {}).unwrap(), 0);
    }
}
