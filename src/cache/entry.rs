//! What the cache keeps, as the bytes that are sealed.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::Header;
use crate::model::{Answered, Credentials, Timestamp};

/// A SAML assertion that other sessions with the same login may use.
#[derive(Clone, Debug)]
pub struct KeptAssertion {
    /// The base64 text.
    pub encoded: SecretString,
    /// When it came.
    pub received: Timestamp,
    /// When AWS begins to refuse it.
    pub good_until: Timestamp,
}

/// Something that can be kept.
pub(super) trait Entry: Sized {
    /// When it was asked for.
    fn issued(&self) -> Timestamp;

    /// When AWS begins to refuse it.
    fn expiration(&self) -> Timestamp;

    /// The bytes to be sealed.
    fn plain(&self) -> Option<Zeroizing<Vec<u8>>>;

    /// The same from those bytes; `None` where they are none of it.
    fn from_plain(header: &Header, plain: &[u8]) -> Option<Self>;
}

/// Credentials as they are sealed. Borrowed on the way in and out, so that no copy is left behind.
#[derive(Serialize, Deserialize)]
struct Triple<'a> {
    id: &'a str,
    secret: &'a str,
    token: &'a str,
}

impl Entry for Credentials {
    fn issued(&self) -> Timestamp {
        self.issued
    }

    fn expiration(&self) -> Timestamp {
        self.expiration
    }

    fn plain(&self) -> Option<Zeroizing<Vec<u8>>> {
        let triple = Triple {
            id: &self.access_key_id,
            secret: self.secret_access_key.expose_secret(),
            token: self.session_token.expose_secret(),
        };
        serde_json::to_vec(&triple).ok().map(Zeroizing::new)
    }

    fn from_plain(header: &Header, plain: &[u8]) -> Option<Self> {
        let triple: Triple<'_> = serde_json::from_slice(plain).ok()?;
        let answered = Answered {
            access_key_id: triple.id.to_owned(),
            secret_access_key: SecretString::from(triple.secret),
            session_token: SecretString::from(triple.token),
            issued: header.issued,
            expiration: header.expiration,
        };
        // Older versions kept what lacked a member.
        answered.checked().ok()
    }
}

impl Entry for KeptAssertion {
    fn issued(&self) -> Timestamp {
        self.received
    }

    fn expiration(&self) -> Timestamp {
        self.good_until
    }

    fn plain(&self) -> Option<Zeroizing<Vec<u8>>> {
        Some(Zeroizing::new(
            self.encoded.expose_secret().as_bytes().to_vec(),
        ))
    }

    fn from_plain(header: &Header, plain: &[u8]) -> Option<Self> {
        Some(Self {
            encoded: SecretString::from(str::from_utf8(plain).ok()?),
            received: header.issued,
            good_until: header.expiration,
        })
    }
}
