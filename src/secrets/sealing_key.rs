//! The key that seals the cache.

use std::fmt;

use aws_lc_rs::rand;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Place;
use crate::model::secret::{ExposeSecret, SecretString, Zeroizing};

/// A 256-bit key, and the id by which what it sealed names it.
///
/// The id begins with the store that holds the key, as in `keyring-0f3a9c51e2b47d88`: so a sealed
/// file alone tells where its key is.
#[derive(Clone)]
pub struct SealingKey {
    id: String,
    key: Zeroizing<[u8; 32]>,
}

impl SealingKey {
    /// The id of the key: no secret, safe in file names.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The key itself.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.key
    }

    /// The store that an id names, or `None` if it is no id of ours.
    pub(super) fn place_of(id: &str) -> Option<Place> {
        let (place, number) = id.split_once('-')?;
        let ours = number.len() == 16 && number.bytes().all(|byte| byte.is_ascii_hexdigit());
        Place::from_word(place).filter(|_| ours)
    }

    /// A new key from the system's random numbers; `None` if it has none to give.
    pub(crate) fn generate(place: Place) -> Option<Self> {
        let (mut number, mut key) = ([0_u8; 8], Zeroizing::new([0_u8; 32]));
        rand::fill(&mut number).ok()?;
        rand::fill(&mut *key).ok()?;
        Some(Self {
            id: format!("{}-{:016x}", place.word(), u64::from_be_bytes(number)),
            key,
        })
    }

    /// The form in which a store keeps it: `ID:BASE64`.
    pub(super) fn to_text(&self) -> SecretString {
        // 44 characters of base64 for 32 bytes.
        let mut text = Zeroizing::new(String::with_capacity(self.id.len() + 45));
        text.push_str(&self.id);
        text.push(':');
        STANDARD.encode_string(*self.key, &mut text);
        SecretString::from(text.as_str())
    }

    pub(super) fn from_text(text: &SecretString) -> Option<Self> {
        let (id, base64) = text.expose_secret().split_once(':')?;
        Self::place_of(id)?;
        let mut key = Zeroizing::new([0_u8; 32]);
        let length = STANDARD.decode_slice(base64, &mut *key).ok()?;
        (length == key.len()).then(|| Self {
            id: id.to_owned(),
            key,
        })
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealingKey")
            .field("id", &self.id)
            .field("key", &"[redacted]")
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_from_its_text() {
        let key = SealingKey::generate(Place::File).unwrap();
        let again = SealingKey::from_text(&key.to_text()).unwrap();
        assert_eq!((again.id(), again.bytes()), (key.id(), key.bytes()));
        assert_eq!(SealingKey::place_of(key.id()), Some(Place::File));
    }

    #[test]
    fn each_is_another_and_none_shows_its_bytes() {
        let (one, two) = (
            SealingKey::generate(Place::File),
            SealingKey::generate(Place::File),
        );
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_ne!(one.id(), two.id());
        assert_ne!(one.bytes(), two.bytes());
        assert!(format!("{one:?}").contains("[redacted]"));
    }

    #[test]
    fn foreign_text_is_no_key() {
        for text in [
            "",
            "file-1",
            "file-0123456789abcdef:",
            "file-0123456789abcdef:AAAA",
            "moon-0123456789abcdef:AAAA",
        ] {
            assert!(
                SealingKey::from_text(&SecretString::from(text)).is_none(),
                "{text}"
            );
        }
    }
}
