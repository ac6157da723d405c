//! What stands in our directory for a profile: the profile itself, or a link to where a confined
//! browser may write.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::disk::DiskError;

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
                gone(fs::remove_dir_all(&place), &place)?;
            }
            gone(fs::remove_file(entry), entry)
        }
        Err(_) => gone(fs::remove_dir_all(entry), entry),
    }
}
