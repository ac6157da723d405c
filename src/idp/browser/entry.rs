//! What stands in our directory for a profile: the profile itself, or a link to where a confined
//! browser may write.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::disk::DiskError;

/// More than what ends takes to be gone.
const DYING: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(5);

/// Lets `entry` lead to `place`. A profile that lies elsewhere could not be used from now on.
pub(super) fn link(entry: &Path, place: &Path) -> Result<PathBuf, DiskError> {
    if fs::read_link(entry).ok().as_deref() != Some(place) {
        remove(entry)?;
        symlink(place, entry).map_err(DiskError::io("create", entry))?;
    }
    Ok(place.to_owned())
}

/// Removes a directory with all that is in it, or a link and the profile that [`link`] made behind
/// it. A link to anything else is not ours, and neither is what it leads to.
pub(super) fn remove(entry: &Path) -> Result<(), DiskError> {
    let gone = |result: io::Result<()>, path: &Path| match result {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(DiskError::io("remove", path)(error))
        }
        _ => Ok(()),
    };
    match fs::read_link(entry) {
        Ok(place) => {
            let name = entry.file_name().unwrap_or_default();
            if place.ends_with(Path::new("leapp").join(name)) {
                gone(remove_all(&place), &place)?;
            }
            gone(fs::remove_file(entry), entry)
        }
        Err(_) => gone(remove_all(entry), entry),
    }
}

/// Removes a directory with all that is in it. Of a browser that ended or was killed a moment ago, a
/// process may still be writing to it.
fn remove_all(directory: &Path) -> io::Result<()> {
    let deadline = Instant::now() + DYING;
    loop {
        match fs::remove_dir_all(directory) {
            Err(error)
                if error.kind() == io::ErrorKind::DirectoryNotEmpty
                    && Instant::now() < deadline =>
            {
                thread::sleep(PAUSE);
            }
            result => return result,
        }
    }
}
