//! Who may own, and write to, the files that decide which programs we run.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::unistd::{Gid, Group, Uid, User, geteuid};

use super::DiskError;

const WRITABLE_BY_GROUP: u32 = 0o020;
const WRITABLE_BY_ALL: u32 = 0o002;

/// Checks a file or directory of the user's configuration. It belongs to the user or to root, and nobody
/// else can write to it, except through the user's own group: where the umask is 002, all files of a user
/// are like that.
///
/// Root may use anybody's: containers run as root with a user's home mounted.
///
/// # Errors
/// [`DiskError::Foreign`] or [`DiskError::Exposed`].
pub(super) fn check(path: &Path, found: &Metadata) -> Result<(), DiskError> {
    let user = geteuid();
    if found.uid() != user.as_raw() && found.uid() != 0 && !user.is_root() {
        return Err(DiskError::Foreign {
            path: path.to_owned(),
            owner: found.uid(),
        });
    }
    let others = found.mode() & WRITABLE_BY_ALL != 0;
    let group = found.mode() & WRITABLE_BY_GROUP != 0;
    if others || group && !is_own_group(found.gid(), found.uid()) {
        return Err(DiskError::Exposed {
            path: path.to_owned(),
            mode: found.mode() & 0o7777,
        });
    }
    Ok(())
}

/// Whether a group has one member, the user that it is named after.
fn is_own_group(group: u32, user: u32) -> bool {
    let (Ok(Some(user)), Ok(Some(group))) = (
        User::from_uid(Uid::from_raw(user)),
        Group::from_gid(Gid::from_raw(group)),
    ) else {
        return false;
    };
    user.gid == group.gid
        && user.name == group.name
        && group.mem.iter().all(|member| *member == user.name)
}
