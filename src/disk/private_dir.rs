//! A directory that only its owner can use.

use std::fs::{self, DirBuilder, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::Path;

use nix::unistd::geteuid;

use super::{DiskError, trust};

/// Mode bits by which group and others can write.
const WRITABLE: u32 = 0o022;
/// The mode bit by which all others can write.
const WRITABLE_BY_ALL: u32 = 0o002;
/// The mode bit by which a name can only be taken away by who put it there: that of `/tmp`.
const STICKY: u32 = 0o1000;

/// Makes sure that `path` is a directory of ours that nobody else can write to, or put another one
/// in the place of.
///
/// What is missing is created with mode 0700 whatever the umask, parents included, as the XDG
/// specification asks. An existing directory is only examined, never changed. A symbolic link is
/// followed: people keep such directories elsewhere, and the rules are then those of the place it
/// leads to.
///
/// # Errors
/// [`DiskError::NotADirectory`], [`DiskError::Foreign`], [`DiskError::Exposed`], or
/// [`DiskError::Io`] when it can be neither created nor examined.
pub fn private_dir(path: &Path) -> Result<(), DiskError> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            create(path).map_err(DiskError::io("create", path))?;
        }
        Err(error) => return Err(DiskError::io("examine", path)(error)),
        Ok(_) => {}
    }
    // Examined after the creation too: another process may have been faster.
    check_private_dir(path)
}

/// Looks whether `path` is a directory of ours that nobody else can write to. Nothing is created.
///
/// # Errors
/// As [`private_dir`]; one that is not there cannot be examined.
pub fn check_private_dir(path: &Path) -> Result<(), DiskError> {
    let found = fs::metadata(path).map_err(DiskError::io("examine", path))?;
    examine(path, &found, |owner| owner == geteuid().as_raw())
}

/// Makes sure that what is read in `path` was put there by us or by the administrator: the same as
/// [`private_dir`], for a directory that may be root's, and that need not exist.
///
/// # Errors
/// As for [`private_dir`].
pub fn trusted_dir(path: &Path) -> Result<(), DiskError> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(DiskError::io("examine", path)(error)),
        Ok(found) => examine(path, &found, |owner| {
            owner == 0 || owner == geteuid().as_raw()
        }),
    }
}

/// Checks a directory of the user's configuration, which need not exist: who can write there decides which
/// programs we run. Others must not be able to write to it, nor to put another one in its place.
///
/// # Errors
/// As for [`private_dir`].
pub fn own_dir(path: &Path) -> Result<(), DiskError> {
    // Most paths have no links, and to resolve some costs as many system calls again.
    if path.is_absolute()
        && let Some(checked) = check_own(path)
    {
        return checked;
    }
    let real = match fs::canonicalize(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        real => real.map_err(DiskError::io("examine", path))?,
    };
    check_own(&real).unwrap_or_else(|| {
        let changed = io::Error::other("its path changes while it is read");
        Err(DiskError::io("examine", path)(changed))
    })
}

/// `None` where there is a link in the path.
fn check_own(path: &Path) -> Option<Result<(), DiskError>> {
    for place in path.ancestors() {
        let found = match fs::symlink_metadata(place) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Some(Ok(())),
            Err(error) => return Some(Err(DiskError::io("examine", place)(error))),
            Ok(found) if found.is_symlink() => return None,
            Ok(found) => found,
        };
        let checked = match place == path {
            true if found.is_dir() => trust::check(place, &found),
            true => Err(DiskError::NotADirectory {
                path: place.to_owned(),
            }),
            false => check_parent(place, &found),
        };
        if checked.is_err() {
            return Some(checked);
        }
    }
    Some(Ok(()))
}

/// Creates a directory and its parents, each for its owner only.
fn create(path: &Path) -> io::Result<()> {
    if let Some(parent) = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        && !parent.exists()
    {
        create(parent)?;
    }
    match DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => {}
        // By another process, which had the same in mind.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
        Err(error) => return Err(error),
    }
    // A umask can take our own rights away, and then nothing could be put into it.
    if fs::symlink_metadata(path)?.mode() & 0o700 != 0o700 {
        fs::set_permissions(path, Permissions::from_mode(0o700))?;
    }
    Ok(())
}

fn examine(path: &Path, found: &Metadata, may_own: impl Fn(u32) -> bool) -> Result<(), DiskError> {
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if !found.is_dir() {
        return Err(DiskError::NotADirectory { path: real });
    }
    if !may_own(found.uid()) {
        return Err(DiskError::Foreign {
            path: real,
            owner: found.uid(),
        });
    }
    if found.mode() & WRITABLE != 0 {
        return Err(exposed(&real, found.mode()));
    }
    for parent in real.ancestors().skip(1) {
        let found = fs::metadata(parent).map_err(DiskError::io("examine", parent))?;
        check_parent(parent, &found)?;
    }
    Ok(())
}

/// Where anybody may rename what they do not own, they can put their directory in the place of ours. A group
/// may do so too, but there are homes in which everything is its user's own group's.
fn check_parent(parent: &Path, found: &Metadata) -> Result<(), DiskError> {
    let mode = found.mode();
    if mode & WRITABLE_BY_ALL != 0 && mode & STICKY == 0 {
        return Err(exposed(parent, mode));
    }
    Ok(())
}

fn exposed(path: &Path, mode: u32) -> DiskError {
    DiskError::Exposed {
        path: path.to_owned(),
        mode: mode & 0o7777,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{chown, symlink};

    #[test]
    fn creates_parents_for_the_owner_only() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a/b");
        private_dir(&path).unwrap();
        private_dir(&path).unwrap();
        for dir in [home.path().join("a"), path] {
            assert_eq!(fs::metadata(dir).unwrap().mode() & 0o777, 0o700);
        }
    }

    #[test]
    fn refuses_what_others_can_write() {
        let home = tempfile::tempdir().unwrap();
        fs::set_permissions(home.path(), Permissions::from_mode(0o770)).unwrap();
        let refused = private_dir(home.path());
        assert!(matches!(
            refused,
            Err(DiskError::Exposed { mode: 0o770, .. })
        ));
    }

    #[test]
    fn refuses_a_place_that_anybody_can_exchange() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("shared/a/ours");
        private_dir(&path).unwrap();
        let shared = home.path().join("shared");
        for (mode, good) in [(0o777, false), (0o1777, true), (0o775, true)] {
            fs::set_permissions(&shared, Permissions::from_mode(mode)).unwrap();
            for examined in [private_dir(&path), trusted_dir(&path), own_dir(&path)] {
                match examined {
                    Ok(()) => assert!(good, "{mode:o}"),
                    Err(DiskError::Exposed { path, .. }) => {
                        assert!(!good && path.ends_with("shared"), "{mode:o}");
                    }
                    Err(other) => panic!("{other}"),
                }
            }
        }
    }

    #[test]
    fn what_is_only_read_may_be_missing_or_the_administrators() {
        let home = tempfile::tempdir().unwrap();
        trusted_dir(&home.path().join("none")).unwrap();
        trusted_dir(Path::new("/usr/bin")).unwrap();
        if chown(home.path(), Some(65534), None).is_ok() {
            assert!(matches!(
                trusted_dir(home.path()),
                Err(DiskError::Foreign { owner: 65534, .. })
            ));
        }
    }

    #[test]
    fn follows_a_link_and_judges_where_it_leads() {
        let home = tempfile::tempdir().unwrap();
        let (target, link) = (home.path().join("target"), home.path().join("link"));
        private_dir(&target).unwrap();
        symlink(&target, &link).unwrap();
        private_dir(&link).unwrap();
        // Giving a directory away takes root.
        if chown(&target, Some(65534), None).is_ok() {
            let refused = private_dir(&link);
            assert!(matches!(
                refused,
                Err(DiskError::Foreign { owner: 65534, .. })
            ));
        }
    }

    #[test]
    fn configuration_behind_a_link_is_judged_where_it_is() {
        let home = tempfile::tempdir().unwrap();
        let (shared, link) = (home.path().join("shared"), home.path().join("link"));
        private_dir(&shared.join("ours")).unwrap();
        symlink(&shared, &link).unwrap();
        for (mode, good) in [(0o755, true), (0o777, false)] {
            fs::set_permissions(&shared, Permissions::from_mode(mode)).unwrap();
            assert_eq!(own_dir(&link.join("ours")).is_ok(), good, "{mode:o}");
            assert_eq!(own_dir(&link).is_ok(), good, "{mode:o}");
        }
        own_dir(&home.path().join("none")).unwrap();
    }

    #[test]
    fn refuses_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let refused = private_dir(file.path());
        assert!(matches!(refused, Err(DiskError::NotADirectory { .. })));
    }
}
