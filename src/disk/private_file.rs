//! A file of ours that lives no longer than we do.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::{DiskError, private_dir};

/// A file that only its owner can read, under a name of its own, and that is gone when this value is.
///
/// It is locked as long as we live. What a process has left that was killed is locked by nobody, and is
/// removed when the next one is made.
#[derive(Debug)]
#[must_use = "the file is removed as soon as this value is dropped"]
pub struct PrivateFile {
    file: NamedTempFile,
}

impl PrivateFile {
    /// Makes one in `directory`, which is made too, and holds nothing else.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn create(directory: &Path, bytes: &[u8]) -> Result<Self, DiskError> {
        private_dir(directory)?;
        sweep(directory);
        let file = locked(directory)
            .and_then(|mut file| {
                file.write_all(bytes)?;
                file.flush()?;
                Ok(file)
            })
            .map_err(DiskError::io("write to", directory))?;
        Ok(Self { file })
    }

    /// Where it is.
    pub fn path(&self) -> PathBuf {
        self.file.path().to_owned()
    }
}

/// A new file, and ours: another process that sweeps may take it before it is locked.
fn locked(directory: &Path) -> io::Result<NamedTempFile> {
    loop {
        let file = tempfile::Builder::new()
            .prefix("of-")
            .tempfile_in(directory)?;
        file.as_file().lock()?;
        if file.path().exists() {
            return Ok(file);
        }
    }
}

/// Removes what nobody lives for. A failure only means that it is tried again next time.
fn sweep(directory: &Path) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        if let Ok(file) = File::open(entry.path())
            && file.try_lock().is_ok()
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn it_is_private_and_ends_with_its_value() {
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join("private");
        let one = PrivateFile::create(&directory, b"one").unwrap();
        let two = PrivateFile::create(&directory, b"two").unwrap();
        assert_eq!(fs::read(one.path()).unwrap(), b"one");
        let mode = fs::metadata(two.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        drop((one, two));
        assert_eq!(fs::read_dir(directory).unwrap().count(), 0);
    }

    #[test]
    fn what_a_killed_process_has_left_is_swept() {
        let home = tempfile::tempdir().unwrap();
        let left = home.path().join("of-somebody");
        fs::write(&left, "old").unwrap();
        let _new = PrivateFile::create(home.path(), b"new").unwrap();
        assert!(!left.exists());
    }
}
