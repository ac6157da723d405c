//! A directory that only its owner can use.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::Path;

use nix::unistd::geteuid;

use super::DiskError;

/// Makes sure that `path` is a directory of ours that nobody else can write to.
///
/// What is missing is created with mode 0700, parents included, as the XDG specification asks.
/// An existing directory is only examined, never changed. A symbolic link is followed: people
/// keep such directories elsewhere, and the rules are then those of the place it leads to.
///
/// # Errors
/// [`DiskError::NotADirectory`], [`DiskError::Foreign`], [`DiskError::Exposed`], or
/// [`DiskError::Io`] when it can be neither created nor examined.
pub fn private_dir(path: &Path) -> Result<(), DiskError> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(DiskError::io("create", path))?,
        Err(error) => return Err(DiskError::io("examine", path)(error)),
        Ok(_) => {}
    }
    // Examined after the creation too: another process may have been faster.
    let found = fs::metadata(path).map_err(DiskError::io("examine", path))?;
    let real = || fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if !found.is_dir() {
        return Err(DiskError::NotADirectory { path: real() });
    }
    if found.uid() != geteuid().as_raw() {
        return Err(DiskError::Foreign {
            path: real(),
            owner: found.uid(),
        });
    }
    if found.mode() & 0o022 != 0 {
        return Err(DiskError::Exposed {
            path: real(),
            mode: found.mode() & 0o7777,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt, chown, symlink};

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
    fn refuses_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let refused = private_dir(file.path());
        assert!(matches!(refused, Err(DiskError::NotADirectory { .. })));
    }
}
