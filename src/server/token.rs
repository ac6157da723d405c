//! What whoever asks must know.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::rand;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// A secret of one run: 256 random bits, as text that needs no quoting anywhere.
pub(super) struct Token(SecretString);

impl Token {
    /// A new one; `None` where the system has no random bytes.
    pub(super) fn new() -> Option<Self> {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        rand::fill(&mut *bytes).ok()?;
        let text = Zeroizing::new(BASE64_URL_SAFE_NO_PAD.encode(bytes.as_slice()));
        Some(Self(SecretString::from(text.as_str())))
    }

    /// For the one who may ask.
    pub(super) fn to_secret(&self) -> SecretString {
        self.0.clone()
    }

    /// Whether this is it. How much of it is right cannot be told from the time that it takes.
    pub(super) fn is(&self, given: &[u8]) -> bool {
        verify_slices_are_equal(self.0.expose_secret().as_bytes(), given).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_token_is_taken() {
        let (token, other) = (Token::new().unwrap(), Token::new().unwrap());
        let text = token.to_secret();
        let text = text.expose_secret();
        assert_eq!(text.len(), 43);
        assert!(token.is(text.as_bytes()));
        let swapped = text.to_ascii_uppercase();
        for near in [
            "",
            &text[..42],
            &format!("{text}="),
            &format!("Bearer {text}"),
            &swapped,
            other.to_secret().expose_secret(),
        ] {
            assert!(!token.is(near.as_bytes()));
        }
    }
}
