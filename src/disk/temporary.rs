//! Files under names of their own that end with their process, also where it is killed.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use tempfile::NamedTempFile;

/// A new file of mode 0600 in `directory`, under a name that begins with `prefix`.
///
/// It is locked as long as we live. What a killed process has left under such a name is locked by nobody, and is
/// removed now; on a file system without locks it stays.
pub(super) fn create(directory: &Path, prefix: &str) -> io::Result<NamedTempFile> {
    sweep(directory, prefix);
    loop {
        let file = tempfile::Builder::new()
            .prefix(prefix)
            // By us, as the library's own errors name the file, which nobody has asked for.
            .make_in(directory, |name| {
                let mut options = OpenOptions::new();
                options.read(true).write(true).create_new(true).mode(0o600);
                options.open(name)
            })?;
        let _ = file.as_file().lock();
        // Another process that sweeps may have taken it before it was locked.
        if file.path().exists() {
            return Ok(file);
        }
    }
}

/// Removes what nobody lives for. A failure only means that it is tried again next time.
fn sweep(directory: &Path, prefix: &str) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let is_one = entry
            .file_name()
            .as_encoded_bytes()
            .starts_with(prefix.as_bytes())
            && entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_one
            && let Ok(file) = File::open(entry.path())
            && file.try_lock().is_ok()
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_process_has_left_is_swept_and_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        let [left, theirs] = ["of-somebody", "off"].map(|name| home.path().join(name));
        fs::write(&left, "old").unwrap();
        fs::write(&theirs, "theirs").unwrap();
        let first = create(home.path(), "of-").unwrap();
        let second = create(home.path(), "of-").unwrap();
        assert!(!left.exists() && theirs.exists());
        assert!(first.path().exists() && second.path().exists());
    }
}
