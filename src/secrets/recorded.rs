//! `recipient.txt`: what the vault is sealed to, and which `identity.age` belongs to it.

use std::path::Path;

use age::x25519::Recipient;

use super::SecretError;
use crate::disk;

/// Begins the line that tells the SHA-256 of `identity.age`: a comment, also to `age -R`.
const PROOF: &str = "# identity.age has the SHA-256 ";

/// What `recipient.txt` says.
pub(super) struct Recorded {
    /// What everything is sealed to.
    pub(super) recipient: Recipient,
    /// The SHA-256 of the `identity.age` that was seen to belong to it.
    pub(super) proof: Option<String>,
}

impl Recorded {
    /// What the file says; `None` where there is none.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, SecretError> {
        let Some(text) = disk::read_trusted(path).map_err(SecretError::disk)? else {
            return Ok(None);
        };
        let text = String::from_utf8_lossy(&text);
        let proof = text.lines().find_map(|line| line.strip_prefix(PROOF));
        let mut lines = text.lines().map(str::trim);
        let recipient = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
        let recipient = recipient.unwrap_or_default().parse();
        Ok(Some(Self {
            recipient: recipient.map_err(|reason: &str| SecretError::damaged_file(path, reason))?,
            proof: proof.map(str::to_owned),
        }))
    }

    /// The file that says this.
    pub(super) fn text(&self) -> String {
        let proof = self.proof.as_ref();
        let proof = proof.map_or(String::new(), |sum| format!("{PROOF}{sum}\n"));
        format!("{}\n{proof}", self.recipient)
    }
}
