//! Reading, with an eye on what is read.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use nix::fcntl::OFlag;
use nix::unistd::geteuid;

use super::DiskError;

/// Reads a file that only we write, `limit` bytes of it at most. What somebody has put in its place
/// is not followed, where it is a link, and not waited for, where it is a pipe.
///
/// # Errors
/// What the system says.
pub fn read_ours(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let flags = OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK;
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits())
        .open(path)?;
    let mut bytes = Vec::new();
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads a file of the user's by which programs are run: it must be theirs or the administrator's,
/// and nobody else may be able to write to it. `None` where there is none.
///
/// Root may use anybody's: it meets them in containers that have a home mounted.
///
/// # Errors
/// [`DiskError::Foreign`], [`DiskError::Exposed`], or [`DiskError::Io`].
pub fn read_trusted(path: &Path) -> Result<Option<Vec<u8>>, DiskError> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(DiskError::io("read", path)(error)),
    };
    // Of the open file, so that nobody can exchange it in between.
    let found = file.metadata().map_err(DiskError::io("examine", path))?;
    let we = geteuid();
    if found.uid() != we.as_raw() && found.uid() != 0 && !we.is_root() {
        return Err(DiskError::Foreign {
            path: path.to_owned(),
            owner: found.uid(),
        });
    }
    // Not the group: there are homes in which everything is its user's own group's.
    if found.is_file() && found.mode() & 0o002 != 0 {
        return Err(DiskError::Exposed {
            path: path.to_owned(),
            mode: found.mode() & 0o7777,
        });
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)
        .map_err(DiskError::io("read", path))?;
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};

    use nix::sys::stat::Mode;
    use nix::unistd::mkfifo;

    use super::*;

    #[test]
    fn what_is_ours_is_no_link_and_no_pipe_and_not_endless() {
        let dir = tempfile::tempdir().unwrap();
        let (file, link, pipe) = (
            dir.path().join("file"),
            dir.path().join("link"),
            dir.path().join("pipe"),
        );
        fs::write(&file, "0123456789").unwrap();
        symlink(&file, &link).unwrap();
        mkfifo(&pipe, Mode::S_IRWXU).unwrap();
        assert_eq!(read_ours(&file, 4).unwrap(), b"0123");
        assert!(read_ours(&link, 4).is_err());
        assert_eq!(read_ours(&pipe, 4).unwrap(), b"");
    }

    #[test]
    fn what_anybody_can_write_to_is_not_obeyed() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        assert_eq!(read_trusted(&file).unwrap(), None);
        fs::write(&file, "text").unwrap();
        for (mode, good) in [(0o664, true), (0o400, true), (0o666, false)] {
            fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
            assert_eq!(read_trusted(&file).is_ok(), good, "{mode:o}");
        }
    }
}
