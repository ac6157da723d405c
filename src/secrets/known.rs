//! Which sealed files of the vault its identity opens, for writers that do not have the identity.
//!
//! `vault.known` names the recipient and, by their SHA-256, the files that were sealed to it or opened by
//! its identity. A file that is not named may be from a backup, or of another vault: what is written
//! beside it could be lost. It is written before the file that it names, so that a writer that is killed in
//! between leaves nothing unnamed.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use age::x25519::Recipient;
use aws_lc_rs::digest::{SHA256, digest};

use super::SecretError;
use crate::disk;

/// Room for some ten thousand files.
const LONGEST: u64 = 1 << 20;

/// A sealed file of the vault, as it is or is about to be.
pub(super) struct Sealed {
    pub(super) path: PathBuf,
    pub(super) bytes: Vec<u8>,
}

/// The file `vault.known` of one vault.
pub(super) struct Known(PathBuf);

impl Known {
    pub(super) fn in_dir(dir: &Path) -> Self {
        Self(dir.join("vault.known"))
    }

    /// The first of these files that is not known to open with the identity of `recipient`.
    pub(super) fn lacks<'a>(
        &self,
        recipient: &Recipient,
        sealed: &'a [Sealed],
    ) -> Option<&'a Sealed> {
        // Where it cannot be read, nothing is known.
        let text = disk::read_ours(&self.0, LONGEST).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let mut lines = text.lines();
        let is_ours = lines.next() == Some(recipient.to_string().as_str());
        let named: Vec<&str> = lines.collect();
        let is_named = |file: &&Sealed| is_ours && named.contains(&sum(&file.bytes).as_str());
        sealed.iter().find(|file| !is_named(file))
    }

    /// Names these, and no others. The vault's lock must be held.
    pub(super) fn name(&self, recipient: &Recipient, sealed: &[Sealed]) -> Result<(), SecretError> {
        let mut text = format!("{recipient}\n");
        for file in sealed {
            text += &sum(&file.bytes);
            text.push('\n');
        }
        disk::put(&self.0, text.as_bytes()).map_err(SecretError::disk)
    }
}

/// The SHA-256 of a file, in hexadecimal.
pub(super) fn sum(bytes: &[u8]) -> String {
    digest(&SHA256, bytes)
        .as_ref()
        .iter()
        .fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use age::x25519::Identity;

    #[test]
    fn a_file_that_is_not_named_or_is_of_another_recipient_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let known = Known::in_dir(dir.path());
        let [ours, theirs] = [(); 2].map(|()| Identity::generate().to_public());
        let files = ["one", "two"].map(|name| Sealed {
            path: name.into(),
            bytes: name.into(),
        });
        let lacks = |recipient: &Recipient, files| {
            let file = known.lacks(recipient, files);
            file.map(|file| file.path.clone())
        };
        assert_eq!(lacks(&ours, &[]), None);
        assert_eq!(lacks(&ours, &files), Some("one".into()));
        known.name(&ours, &files[..1]).unwrap();
        assert_eq!(lacks(&ours, &files[..1]), None);
        assert_eq!(lacks(&ours, &files), Some("two".into()));
        assert_eq!(lacks(&theirs, &files[..1]), Some("one".into()));
    }
}
