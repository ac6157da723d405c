//! A file replaced as a whole.

use std::fs::{self, File, Metadata, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::{DiskError, temporary};

/// More links than this in a row are taken for a loop, as the kernel does.
const MAX_LINKS: usize = 40;

/// How the names of our temporary files begin, in directories that are not ours as well.
const TEMPORARY: &str = ".leapp-tmp-";

/// Puts `bytes` into the file at `path`: all of them or none, whatever happens meanwhile.
///
/// The bytes go to a temporary file in the same directory, to the disk, and then to the name.
/// Where `path` is a symbolic link its target is replaced, and the link stays. An existing file
/// keeps its mode, and its owner and group as far as we may give files away; a new one gets `mode`
/// exactly, whatever the umask.
///
/// # Errors
/// [`DiskError::Io`]; the file is then as it was.
pub fn replace(path: &Path, bytes: &[u8], mode: u32) -> Result<(), DiskError> {
    Replacement::prepare(path, bytes, mode)?.commit()
}

/// Puts `bytes` into a file that is ours alone, as a whole and with mode 0600, whatever stands under
/// that name: a link gives way, and nothing is written to where it leads.
///
/// It is for what can be made again. It does not wait for the disk, so after a power failure the file may be empty.
/// Waiting would cost two `fsync` calls for each hop of a chain.
///
/// # Errors
/// [`DiskError::Io`]; the file is then as it was.
pub fn put(path: &Path, bytes: &[u8]) -> Result<(), DiskError> {
    let file = write(path, bytes, 0o600, None).map_err(DiskError::io("replace", path))?;
    file.persist(path)
        .map_err(|failed| DiskError::io("replace", path)(failed.error))?;
    Ok(())
}

/// A file's next contents, on the disk and under another name: all that can go wrong for lack of
/// rights or room has gone well. Dropped, it leaves no trace.
#[derive(Debug)]
#[must_use = "nothing is replaced before `commit`"]
pub struct Replacement {
    /// As it was asked for, for errors.
    path: PathBuf,
    target: PathBuf,
    file: NamedTempFile,
}

impl Replacement {
    /// Writes what [`replace`] would put there.
    ///
    /// # Errors
    /// [`DiskError::Io`].
    pub fn prepare(path: &Path, bytes: &[u8], mode: u32) -> Result<Self, DiskError> {
        let target = target(path)?;
        let on_disk = || {
            let file = next(&target, bytes, mode)?;
            file.as_file().sync_all()?;
            Ok(file)
        };
        let file = on_disk().map_err(DiskError::io("replace", path))?;
        Ok(Self {
            path: path.to_owned(),
            target,
            file,
        })
    }

    /// Gives it the name.
    ///
    /// # Errors
    /// [`DiskError::Io`]; the file is then as it was.
    pub fn commit(self) -> Result<(), DiskError> {
        // Opened before the name changes, because that may take the last file that we may open.
        let directory = File::open(directory_of(&self.target));
        self.file
            .persist(&self.target)
            .map_err(|failed| DiskError::io("replace", &self.path)(failed.error))?;
        // The new name is itself data, of the directory. Not every file system can sync a directory, and not
        // every directory can be opened: the file has its new contents all the same.
        if let Ok(directory) = directory {
            let _ = directory.sync_all();
        }
        Ok(())
    }
}

fn directory_of(target: &Path) -> &Path {
    match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// What is there already, if anything is.
fn found(target: &Path) -> io::Result<Option<Metadata>> {
    match fs::metadata(target) {
        // As root, it could be taken from everybody.
        Ok(existing) if !existing.is_file() && !existing.is_dir() => Err(io::Error::other(
            "it is a pipe or a device, and no regular file",
        )),
        Ok(existing) => Ok(Some(existing)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The next contents of a file that keeps its mode and its owner, or of a new one.
fn next(target: &Path, bytes: &[u8], new: u32) -> io::Result<NamedTempFile> {
    let old = found(target)?;
    let mode = old.as_ref().map_or(new, |old| old.mode() & 0o7777);
    write(target, bytes, mode, old.as_ref())
}

/// `old` is the file whose place it takes, and whose owner it keeps.
fn write(
    target: &Path,
    bytes: &[u8],
    mode: u32,
    old: Option<&Metadata>,
) -> io::Result<NamedTempFile> {
    // Readable by nobody else before it has its final mode.
    let mut file = temporary::create(directory_of(target), TEMPORARY)?;
    // On the file itself, as the library's own errors name it, and nobody has asked for it.
    file.as_file_mut().write_all(bytes)?;
    if let Some(old) = old {
        keep_owner(file.as_file(), old)?;
    }
    file.as_file()
        .set_permissions(Permissions::from_mode(mode))?;
    Ok(file)
}

/// Whoever had the file has the new one: behind `sudo`, they could not read their own file any more.
/// Others cannot give files away, and keep what they may: the group, where they are in it.
fn keep_owner(file: &File, old: &Metadata) -> io::Result<()> {
    let new = file.metadata()?;
    if (new.uid(), new.gid()) != (old.uid(), old.gid())
        && fchown(file, Some(old.uid()), Some(old.gid())).is_err()
    {
        let _ = fchown(file, None, Some(old.gid()));
    }
    Ok(())
}

/// The file that `path` leads to, which need not exist.
fn target(path: &Path) -> Result<PathBuf, DiskError> {
    let mut target = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&target) {
            // A relative link is relative to the directory it lies in; `join` keeps an absolute one.
            Ok(next) => target = target.parent().unwrap_or(Path::new("")).join(next),
            // Not a link, or nothing there yet.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::InvalidInput | io::ErrorKind::NotFound
                ) =>
            {
                return Ok(target);
            }
            Err(error) => return Err(DiskError::io("follow", path)(error)),
        }
    }
    let error = io::Error::other("too many levels of symbolic links");
    Err(DiskError::io("follow", path)(error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    use nix::sys::stat::Mode;
    use nix::unistd::mkfifo;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn a_new_file_gets_the_mode_and_leaves_nothing_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("new");
        replace(&path, b"one", 0o640).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert_eq!(mode(&path), 0o640);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_existing_file_keeps_its_mode() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("old");
        fs::write(&path, "one").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o604)).unwrap();
        replace(&path, b"two", 0o600).unwrap();
        assert_eq!(
            (fs::read(&path).unwrap().as_slice(), mode(&path)),
            (&b"two"[..], 0o604)
        );
    }

    #[test]
    fn an_existing_file_keeps_its_owner() {
        if !nix::unistd::geteuid().is_root() {
            let _ = io::Write::write_all(
                &mut io::stderr(),
                b"skipped: only root can give a file away\n",
            );
            return;
        }
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("old");
        fs::write(&path, "one").unwrap();
        std::os::unix::fs::chown(&path, Some(1000), Some(2000)).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        replace(&path, b"two", 0o600).unwrap();
        let found = fs::metadata(&path).unwrap();
        assert_eq!((found.uid(), found.gid(), mode(&path)), (1000, 2000, 0o640));
        // What is ours alone does not become theirs.
        put(&path, b"three").unwrap();
        let found = fs::metadata(&path).unwrap();
        assert_eq!((found.uid(), mode(&path)), (0, 0o600));
    }

    #[test]
    fn links_stay_and_their_target_changes() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("repo")).unwrap();
        let (real, link) = (dir.path().join("repo/real"), dir.path().join("link"));
        symlink("repo/real", &link).unwrap();
        for bytes in [b"dangling at first", b"then an old file."] {
            replace(&link, bytes, 0o600).unwrap();
            assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
            assert_eq!(fs::read(&real).unwrap(), bytes);
        }
    }

    #[test]
    fn a_file_of_ours_alone_takes_the_place_of_links_and_of_loose_modes() {
        let dir = tempfile::tempdir().unwrap();
        let (other, path) = (dir.path().join("other"), dir.path().join("ours"));
        fs::write(&other, "theirs").unwrap();
        fs::set_permissions(&other, Permissions::from_mode(0o666)).unwrap();
        for plant in [
            |other: &Path, path: &Path| symlink(other, path),
            |other: &Path, path: &Path| fs::hard_link(other, path),
        ] {
            plant(&other, &path).unwrap();
            put(&path, b"secret").unwrap();
            assert_eq!(fs::read(&other).unwrap(), b"theirs");
            assert_eq!(fs::read(&path).unwrap(), b"secret");
            assert!(fs::symlink_metadata(&path).unwrap().is_file());
            assert_eq!(mode(&path), 0o600);
            fs::remove_file(&path).unwrap();
        }
    }

    #[test]
    fn a_device_at_the_end_of_a_link_stays_one() {
        let dir = tempfile::tempdir().unwrap();
        let pipe = dir.path().join("pipe");
        mkfifo(&pipe, Mode::S_IRWXU).unwrap();
        let link = dir.path().join("link");
        symlink(&pipe, &link).unwrap();
        assert!(replace(&link, b"", 0o600).is_err());
        assert!(!fs::metadata(&pipe).unwrap().is_file());
    }

    #[test]
    fn an_error_names_no_temporary_file() {
        let dir = tempfile::tempdir().unwrap();
        let failed = replace(&dir.path().join("gone/file"), b"", 0o600).unwrap_err();
        let DiskError::Io { source, .. } = failed else {
            panic!("{failed}");
        };
        assert_eq!(source.to_string(), "No such file or directory (os error 2)");
    }

    #[test]
    fn a_loop_of_links_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let (a, b) = (dir.path().join("a"), dir.path().join("b"));
        symlink(&a, &b).unwrap();
        symlink(&b, &a).unwrap();
        assert!(replace(&a, b"", 0o600).is_err());
    }
}
