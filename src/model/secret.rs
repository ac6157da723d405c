//! The types that carry secrets.
//!
//! They are [`secrecy`]'s and [`zeroize`]'s own: none has a `Display`, [`SecretString`] has a
//! redacted `Debug`, and each wipes its memory when it is dropped. What must read a secret calls
//! [`ExposeSecret::expose_secret`], so a search for that word finds every such place.
//!
//! A `String` that grows leaves copies of itself behind. Build a secret in a [`Zeroizing`] buffer
//! of sufficient capacity, and make the [`SecretString`] from a borrow of it.

pub use secrecy::{ExposeSecret, SecretString};
pub use zeroize::Zeroizing;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_is_redacted() {
        let secret = SecretString::from("wJalrXUtnFEMI");
        assert!(!format!("{secret:?}").contains("wJalr"));
    }
}
