//! Reading, with an eye on what is read.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::{DiskError, trust};

/// More bytes than any file has that a person writes: ten thousand sessions are some two million.
const LONGEST: u64 = 16 << 20;

/// Reads a file that only we write, `limit` bytes of it at most. What somebody has put in its place
/// is not followed, where it is a link, and not waited for, where it is a pipe.
///
/// # Errors
/// What the system says; that it is no file.
pub fn read_ours(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let file = match open(path, OFlag::O_NOFOLLOW) {
        Err(error) if error.raw_os_error() == Some(Errno::ELOOP as i32) => {
            return Err(io::Error::other("it is a link"));
        }
        file => file?,
    };
    only_files(&file.metadata()?)?;
    let mut bytes = Vec::new();
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads a file of the user's, or one that came with somebody's repository: also by a link, but never
/// a pipe or a device, and nothing that would not end.
///
/// # Errors
/// What the system says; that it is no file, or too large.
pub fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let file = open(path, OFlag::empty())?;
    let found = file.metadata()?;
    read_open(file, &found)
}

/// Reads a file of the user's configuration, by which programs are run: nobody else may be able to write
/// to it. Otherwise as [`read_file`]. `None` where there is none.
///
/// # Errors
/// [`DiskError::Foreign`], [`DiskError::Exposed`], or [`DiskError::Io`].
pub fn read_trusted(path: &Path) -> Result<Option<Vec<u8>>, DiskError> {
    let file = match open(path, OFlag::empty()) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(DiskError::io("read", path)(error)),
    };
    // Of the open file, so that nobody can exchange it in between.
    let found = file.metadata().map_err(DiskError::io("examine", path))?;
    if found.is_file() {
        trust::check(path, &found)?;
    }
    let bytes = read_open(file, &found).map_err(DiskError::io("read", path))?;
    Ok(Some(bytes))
}

/// How long a pipe may take that was named for one run.
const PIPE_LIMIT: Duration = Duration::from_secs(30);

/// Reads what a person named for one run: a file, or a pipe, such as that of `<(command)` in a shell. It is
/// not endless, and a pipe has half a minute.
///
/// # Errors
/// What the system says; that it is too large or takes too long.
pub fn read_given(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = open(path, OFlag::empty())?;
    let deadline = Instant::now() + PIPE_LIMIT;
    let mut bytes = Vec::new();
    while let Err(error) = (&mut file)
        .take(LONGEST + 1 - bytes.len() as u64)
        .read_to_end(&mut bytes)
    {
        if error.kind() != io::ErrorKind::WouldBlock {
            return Err(error);
        }
        wait(&file, deadline)?;
    }
    if bytes.len() as u64 > LONGEST {
        return Err(too_large());
    }
    Ok(bytes)
}

/// Waits until there is more to read.
fn wait(file: &File, deadline: Instant) -> io::Result<()> {
    let left = deadline.saturating_duration_since(Instant::now());
    let left = PollTimeout::try_from(left).unwrap_or(PollTimeout::ZERO);
    match poll(&mut [PollFd::new(file.as_fd(), PollFlags::POLLIN)], left) {
        Ok(0) => Err(io::Error::other("nothing came for half a minute")),
        Ok(_) | Err(Errno::EINTR) => Ok(()),
        Err(errno) => Err(errno.into()),
    }
}

fn too_large() -> io::Error {
    io::Error::other(format!("it is larger than {} MiB", LONGEST >> 20))
}

/// Opens without waiting for whoever would write into a pipe.
fn open(path: &Path, flags: OFlag) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .custom_flags((flags | OFlag::O_NONBLOCK).bits())
        .open(path)
}

fn read_open(file: File, found: &Metadata) -> io::Result<Vec<u8>> {
    only_files(found)?;
    let room = found.len().min(LONGEST) + 1;
    let mut bytes = Vec::with_capacity(usize::try_from(room).unwrap_or_default());
    // One byte more tells a file that is too large, whatever its size is said to be.
    file.take(LONGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST {
        return Err(too_large());
    }
    Ok(bytes)
}

/// Of a directory the system itself says what it is.
fn only_files(found: &Metadata) -> io::Result<()> {
    if found.is_file() || found.is_dir() {
        Ok(())
    } else {
        Err(io::Error::other(
            "it is a pipe or a device, and no regular file",
        ))
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::io::Write;
    use std::os::fd::AsRawFd;
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
        assert!(read_ours(&pipe, 4).is_err());
    }

    #[test]
    fn a_file_of_a_person_may_be_a_link_and_no_pipe_and_not_endless() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        fs::write(path("file"), "text").unwrap();
        symlink("file", path("link")).unwrap();
        symlink("/dev/zero", path("zero")).unwrap();
        mkfifo(&path("pipe"), Mode::S_IRUSR | Mode::S_IWUSR).unwrap();
        let large = File::create(path("large")).unwrap();
        for (name, good) in [
            ("file", true),
            ("link", true),
            ("zero", false),
            ("pipe", false),
            (".", false),
        ] {
            assert_eq!(read_file(&path(name)).is_ok(), good, "{name}");
            assert_eq!(read_trusted(&path(name)).is_ok(), good, "{name}");
        }
        large.set_len(LONGEST).unwrap();
        assert_eq!(read_file(&path("large")).unwrap().len() as u64, LONGEST);
        large.set_len(LONGEST + 1).unwrap();
        let refused = read_file(&path("large")).unwrap_err().to_string();
        assert_eq!(refused, "it is larger than 16 MiB");
    }

    #[test]
    fn what_is_named_for_a_run_may_be_a_pipe_and_is_not_endless() {
        let (from, to) = io::pipe().unwrap();
        let writer = std::thread::spawn(move || {
            let mut to = to;
            for part in ["{", "}"] {
                to.write_all(part.as_bytes()).unwrap();
                std::thread::yield_now();
            }
        });
        let path = format!("/dev/fd/{}", from.as_fd().as_raw_fd());
        assert_eq!(read_given(Path::new(&path)).unwrap(), b"{}");
        writer.join().unwrap();
        let refused = read_given(Path::new("/dev/zero")).unwrap_err().to_string();
        assert_eq!(refused, "it is larger than 16 MiB");
        let dir = tempfile::tempdir().unwrap();
        let pipe = dir.path().join("pipe");
        mkfifo(&pipe, Mode::S_IRUSR | Mode::S_IWUSR).unwrap();
        // Nobody writes to it.
        assert_eq!(read_given(&pipe).unwrap(), b"");
        assert!(read_given(dir.path()).is_err());
    }

    #[test]
    fn what_anybody_can_write_to_is_not_obeyed() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        assert_eq!(read_trusted(&file).unwrap(), None);
        fs::write(&file, "text").unwrap();
        for (mode, good) in [(0o644, true), (0o400, true), (0o666, false)] {
            fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
            assert_eq!(read_trusted(&file).is_ok(), good, "{mode:o}");
        }
    }
}
