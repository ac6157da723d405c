//! Leapp's lock file, opened.
//!
//! It is base64 of what `openssl enc -aes-256-cbc -md md5` writes: `Salted__`, eight bytes of salt, and
//! the text. The passphrase is the SHA-256 of the machine's id, in hexadecimal. Such a file has no
//! checksum: that an id is wrong shows in bytes that are not text.

use aws_lc_rs::cipher::{AES_256, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::iv::FixedLength;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};

use super::machine_id::MachineId;
use crate::model::secret::Zeroizing;

const MAGIC: &[u8] = b"Salted__";
const SALT: usize = 8;
const KEY: usize = 32;
const IV: usize = 16;

/// A lock file could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LockFileError {
    /// It is something else.
    #[error("is not a lock file of Leapp: {0}")]
    Foreign(&'static str),
    /// Nothing says which machine this is.
    #[error("is sealed with the id of its machine, and this machine has none")]
    NoMachineId,
    /// None of the ids opens it.
    #[error("was sealed on another machine, or is damaged: the id of this one does not open it")]
    OtherMachine,
}

/// The text of a lock file.
///
/// # Errors
/// [`LockFileError`].
pub fn open(sealed: &str, ids: &[MachineId]) -> Result<Zeroizing<String>, LockFileError> {
    let sealed: String = sealed.split_whitespace().collect();
    let sealed = (STANDARD.decode(sealed))
        .map_err(|_| LockFileError::Foreign("it is not base64, as such a file is"))?;
    let rest = (sealed.strip_prefix(MAGIC))
        .filter(|rest| rest.len() > SALT && (rest.len() - SALT).is_multiple_of(IV))
        .ok_or(LockFileError::Foreign(
            "it does not hold what OpenSSL would have sealed",
        ))?;
    if ids.is_empty() {
        return Err(LockFileError::NoMachineId);
    }
    let (salt, text) = rest.split_at(SALT);
    (ids.iter())
        .find_map(|id| open_with(id, salt, text))
        .ok_or(LockFileError::OtherMachine)
}

/// `None` where the id is not the one: one wrong id in 256 looks right until the text is seen.
fn open_with(id: &MachineId, salt: &[u8], sealed: &[u8]) -> Option<Zeroizing<String>> {
    let passphrase = hexadecimal(digest(&SHA256, id.as_str().as_bytes()).as_ref());
    let (key, iv) = key_and_iv(passphrase.as_bytes(), salt);
    let key = UnboundCipherKey::new(&AES_256, &*key).ok()?;
    let key = PaddedBlockDecryptingKey::cbc_pkcs7(key).ok()?;
    let mut buffer = Zeroizing::new(sealed.to_vec());
    let context = DecryptionContext::Iv128(FixedLength::from(iv));
    let text = key.decrypt(&mut buffer, context).ok()?;
    let text = std::str::from_utf8(text).ok()?;
    // What it seals is always one JSON object.
    text.trim_start()
        .starts_with('{')
        .then(|| Zeroizing::new(text.to_owned()))
}

/// OpenSSL's `EVP_BytesToKey`, with MD5 and one round.
fn key_and_iv(passphrase: &[u8], salt: &[u8]) -> (Zeroizing<[u8; KEY]>, [u8; IV]) {
    let mut bytes: Zeroizing<Vec<u8>> = Zeroizing::new(Vec::with_capacity(KEY + IV));
    let mut block = Vec::new();
    while bytes.len() < KEY + IV {
        let mut hash = Md5::new();
        hash.update(&block);
        hash.update(passphrase);
        hash.update(salt);
        block = hash.finalize().to_vec();
        bytes.extend_from_slice(&block);
    }
    let (mut key, mut iv) = (Zeroizing::new([0; KEY]), [0; IV]);
    key.copy_from_slice(&bytes[..KEY]);
    iv.copy_from_slice(&bytes[KEY..KEY + IV]);
    (key, iv)
}

fn hexadecimal(bytes: &[u8]) -> Zeroizing<String> {
    let digit = |four: u8| char::from_digit(u32::from(four), 16).unwrap_or_default();
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    Zeroizing::new(digits.map(digit).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with `openssl enc -aes-256-cbc -md md5 -a -A -pass pass:$(printf %s
    /// 00ff00ff | sha256sum | cut -d' ' -f1)`, from `{"a":1}`.
    const SEALED: &str = "U2FsdGVkX1+wF5XxuNcjE/tzH8RTl2iTR276781wNes=";

    fn ids(text: &str) -> Vec<MachineId> {
        MachineId::candidates_of(text)
    }

    #[test]
    fn what_openssl_sealed_is_opened() {
        // Either half of a doubled id will do.
        for id in ["00ff00ff", "00FF\n00ff\n", "00ff"] {
            assert_eq!(*open(SEALED, &ids(id)).unwrap(), "{\"a\":1}", "{id}");
        }
    }

    #[test]
    fn a_wrong_id_is_told_from_a_wrong_file() {
        // Each of 300 wrong ids: about one of them ends in a padding that looks right.
        for n in 0..300 {
            let wrong = open(SEALED, &ids(&format!("{n:x}")));
            assert_eq!(wrong.unwrap_err(), LockFileError::OtherMachine);
        }
        assert_eq!(open(SEALED, &[]).unwrap_err(), LockFileError::NoMachineId);
        for text in ["", "{}", "not base64!", "U2FsdGVkX18=", "AAAA"] {
            let foreign = open(text, &ids("a")).unwrap_err();
            assert!(matches!(foreign, LockFileError::Foreign(_)), "{text}");
        }
    }
}
