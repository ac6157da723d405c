//! Where secrets must not be: in output that nobody asked for, and in files.
//!
//! The local AWS begins every secret it makes with one of two markers, so nothing has to be
//! registered. They are looked for as they are, in base64 and in hexadecimal.

use std::fs;
use std::path::{Path, PathBuf};

/// In step with `tests/aws/markers.py`.
pub(crate) const LONG_LIVED: &str = "LEAKEDlongLivedKey";
pub(crate) const TEMPORARY: &str = "LEAKEDtemporaryKey";

/// Every form in which a secret may be hiding.
pub(crate) struct Needles(Vec<Vec<u8>>);

impl Needles {
    pub(crate) fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let mut needles = Vec::new();
        for secret in secrets {
            let bytes = secret.as_bytes();
            needles.push(bytes.to_vec());
            needles.push(
                bytes
                    .iter()
                    .flat_map(|byte| format!("{byte:02x}").into_bytes())
                    .collect(),
            );
            // Base64 looks different at each of three offsets into what was encoded.
            needles.extend((0..3).map(|skip| base64_inside(&bytes[skip..])));
        }
        Self(needles)
    }

    pub(crate) fn are_in(&self, haystack: &[u8]) -> bool {
        self.0
            .iter()
            .any(|needle| haystack.windows(needle.len()).any(|part| part == needle))
    }

    // A file may vanish while we look: what is gone leaks nothing.
    fn are_in_file(&self, path: &Path) -> bool {
        fs::read(path).is_ok_and(|bytes| self.are_in(&bytes))
    }

    /// The files below a folder that hold a secret.
    pub(crate) fn files_under(&self, folder: &Path) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => found.extend(self.files_under(&path)),
                Ok(kind) if kind.is_file() && self.are_in_file(&path) => found.push(path),
                _ => {}
            }
        }
        found
    }
}

/// The base64 of the whole groups of three: what is the same, whatever comes after.
fn base64_inside(bytes: &[u8]) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |three: &[u8]| {
        let bits = three
            .iter()
            .fold(0, |bits, byte| bits << 8 | usize::from(*byte));
        [18, 12, 6, 0].map(|shift| ALPHABET[bits >> shift & 63])
    };
    bytes.chunks_exact(3).flat_map(group).collect()
}

#[test]
fn secrets_are_found_in_every_form() {
    let needles = Needles::new([LONG_LIVED]);
    assert!(needles.are_in(b"key=LEAKEDlongLivedKeyABC"));
    assert!(needles.are_in(b"4c45414b45446c6f6e674c697665644b6579"));
    for base64 in [
        "TEVBS0VEbG9uZ0xpdmVkS2V5",
        "eExFQUtFRGxvbmdMaXZlZEtleQ==",
        "eHhMRUFLRURsb25nTGl2ZWRLZXk=",
    ] {
        assert!(needles.are_in(base64.as_bytes()), "{base64}");
    }
    assert!(!needles.are_in(b"LEAKED nothing"));
}
