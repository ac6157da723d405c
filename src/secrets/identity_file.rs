//! Identities as they lie in files: under a passphrase, or unprotected.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use age::DecryptError;
use age::x25519::Identity;
use nix::unistd::geteuid;

use super::error::DeniedCause;
use super::passphrase::{Attempt, PassphraseSource};
use super::{SecretError, sealing};
use crate::model::secret::{SecretString, Zeroizing};

/// Wrong passphrases that are forgiven to a person; each try costs half a second of scrypt.
const TRIES: usize = 3;

/// Asks for the passphrase of `sealed`, until it opens.
pub(super) fn ask_until_right(
    path: &Path,
    sealed: &[u8],
    passphrase: &PassphraseSource,
) -> Result<Identity, SecretError> {
    let mut attempt = Attempt::First;
    for _ in 1..TRIES {
        match decrypt(path, sealed, passphrase.ask(attempt)?) {
            Err(SecretError::Denied {
                cause: DeniedCause::WrongPassphrase,
                ..
            }) => attempt = Attempt::AfterAWrongOne,
            opened => return opened,
        }
    }
    decrypt(path, sealed, passphrase.ask(attempt)?)
}

pub(super) fn decrypt(
    path: &Path,
    sealed: &[u8],
    passphrase: SecretString,
) -> Result<Identity, SecretError> {
    let mut key = age::scrypt::Identity::new(passphrase);
    key.set_max_work_factor(sealing::MAX_WORK_FACTOR);
    let text = sealing::open(&key, sealed).map_err(|error| match error {
        // The file key under the passphrase did not open: that is a wrong passphrase.
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => {
            SecretError::denied(DeniedCause::WrongPassphrase)
        }
        DecryptError::ExcessiveWork { required, .. } => {
            SecretError::denied(DeniedCause::TooCostly {
                path: path.to_owned(),
                work_factor: required,
                limit: sealing::MAX_WORK_FACTOR,
            })
        }
        other => SecretError::damaged_file(path, sealing::describe(&other)),
    })?;
    parse(&text).ok_or_else(|| SecretError::damaged_file(path, "it holds no X25519 identity"))
}

/// More bytes than an identity file has, its comments included.
const LONGEST: usize = 64 * 1024;

/// The caller's identity file, which only its owner may be able to read.
pub(super) fn read_unprotected(path: &Path) -> Result<Identity, SecretError> {
    let file = File::open(path).map_err(SecretError::io("read", path))?;
    // Of the open file, so that nobody can exchange it in between.
    let found = file.metadata().map_err(SecretError::io("examine", path))?;
    let mode = found.mode() & 0o7777;
    let is_ours_alone = found.uid() == geteuid().as_raw() && matches!(mode, 0o600 | 0o400);
    if !is_ours_alone && !found.is_dir() {
        return Err(SecretError::denied(DeniedCause::UnsafeFile {
            path: path.to_owned(),
            mode,
        }));
    }
    let mut text = Zeroizing::new(Vec::with_capacity(LONGEST));
    file.take(LONGEST as u64)
        .read_to_end(&mut text)
        .map_err(SecretError::io("read", path))?;
    parse(&text).ok_or_else(|| SecretError::denied(DeniedCause::NoIdentityInside(path.to_owned())))
}

/// The first identity in the text; its other lines are comments.
fn parse(text: &[u8]) -> Option<Identity> {
    let text = std::str::from_utf8(text).ok()?;
    let mut lines = text.lines();
    let line = lines.find(|line| line.starts_with("AGE-SECRET-KEY-1"))?;
    line.trim_end().parse().ok()
}
