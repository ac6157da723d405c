//! A file of ours that lives no longer than we do.

use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::{DiskError, private_dir, temporary};

/// A file that only its owner can read, under a name of its own, and that is gone when this value is.
///
/// What a process has left that was killed is removed when the next one is made.
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
        let file = temporary::create(directory, "of-")
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

#[cfg(test)]
mod tests {
    use std::fs;
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
}
