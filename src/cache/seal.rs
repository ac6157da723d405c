//! One entry, sealed with AES-256-GCM.
//!
//! `leapp-cache 1 KEY ISSUED EXPIRES NAME`, a line end, the nonce, and what is sealed. The line and the
//! fingerprint are authenticated with it, so that no entry can pass for another, or for a younger one.

use std::path::Path;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use zeroize::Zeroizing;

use super::Fingerprint;
use super::entry::Entry;
use crate::disk;
use crate::model::Timestamp;
use crate::secrets::SealingKey;

const FORMAT: &str = "leapp-cache 1";

/// More bytes than any header has: the longest alias, a key's id, two numbers.
const LONGEST: usize = 512;

/// What can be read of an entry without its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The id of the key that opens it.
    pub key: String,
    /// When what is kept was asked for.
    pub issued: Timestamp,
    /// When AWS begins to refuse it.
    pub expiration: Timestamp,
    /// The name of the hop that it is of.
    pub name: String,
}

impl Header {
    fn line(&self) -> String {
        format!(
            "{FORMAT} {} {} {} {}\n",
            self.key, self.issued.0, self.expiration.0, self.name
        )
    }

    /// Reads the header of an entry's file, and no more of it.
    pub(super) fn read(file: &Path) -> Option<Self> {
        let start = disk::read_ours(file, LONGEST as u64).ok()?;
        Self::split(&start).map(|(header, _)| header)
    }

    /// Splits an entry into its header and the rest; `None` where it is not one of ours.
    pub(super) fn split(entry: &[u8]) -> Option<(Self, &[u8])> {
        let end = entry.iter().take(LONGEST).position(|&b| b == b'\n')?;
        let (line, rest) = entry.split_at(end + 1);
        let line = str::from_utf8(line).ok()?;
        let mut words = line.strip_prefix(FORMAT)?.split_ascii_whitespace();
        let header = Self {
            key: words.next()?.to_owned(),
            issued: Timestamp(words.next()?.parse().ok()?),
            expiration: Timestamp(words.next()?.parse().ok()?),
            name: words.next()?.to_owned(),
        };
        // What is authenticated is our own spelling: a sign or a space more would be nobody's.
        (header.line() == line).then_some((header, rest))
    }

    fn associated(&self, fingerprint: &Fingerprint) -> Aad<Vec<u8>> {
        let mut data = self.line().into_bytes();
        data.extend_from_slice(fingerprint.as_bytes());
        Aad::from(data)
    }
}

/// Seals what is to be kept under its fingerprint; `None` where the cryptography itself fails.
pub(super) fn seal(
    key: &SealingKey,
    fingerprint: &Fingerprint,
    name: &str,
    entry: &impl Entry,
) -> Option<Vec<u8>> {
    let header = Header {
        key: key.id().to_owned(),
        issued: entry.issued(),
        expiration: entry.expiration(),
        name: name.to_owned(),
    };
    let plain = entry.plain()?;
    // Room for the tag, or growing would leave a copy of the plain text behind.
    let mut body = Zeroizing::new(Vec::with_capacity(plain.len() + AES_256_GCM.tag_len()));
    body.extend_from_slice(&plain);
    let cipher = RandomizedNonceKey::new(&AES_256_GCM, key.bytes()).ok()?;
    let nonce = cipher
        .seal_in_place_append_tag(header.associated(fingerprint), &mut *body)
        .ok()?;
    let mut entry = header.line().into_bytes();
    entry.extend_from_slice(nonce.as_ref());
    entry.extend_from_slice(&body);
    Some(entry)
}

/// Opens what [`seal`] has made; `None` where it is damaged, or of another key or fingerprint.
pub(super) fn open<E: Entry>(
    key: &SealingKey,
    fingerprint: &Fingerprint,
    header: &Header,
    rest: &[u8],
) -> Option<E> {
    let (nonce, sealed) = rest.split_at_checked(NONCE_LEN)?;
    let cipher = RandomizedNonceKey::new(&AES_256_GCM, key.bytes()).ok()?;
    let mut body = Zeroizing::new(sealed.to_vec());
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let plain = cipher
        .open_in_place(nonce, header.associated(fingerprint), &mut body)
        .ok()?;
    E::from_plain(header, plain)
}
