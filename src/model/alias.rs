//! The name of a session, checked once where it enters.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

/// The longest alias that is accepted, in bytes (all admitted characters are ASCII).
const MAX_LEN: usize = 128;

/// The unique name of a session: `[A-Za-z0-9][A-Za-z0-9._@/+-]{0,127}`.
///
/// The first character is never a dash, so an alias cannot be taken for an option, and no admitted
/// character means anything to a shell.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Alias(String);

/// The text is not an [`Alias`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAlias {
    /// Nothing at all.
    #[error("an alias cannot be empty")]
    Empty,
    /// More than 128 characters.
    #[error("an alias has at most {MAX_LEN} characters, this one has {0}")]
    TooLong(usize),
    /// The first character is not a letter or a digit.
    #[error("an alias starts with a letter or a digit, not with {0:?}")]
    FirstCharacter(char),
    /// A later character is not admitted.
    #[error("an alias is made of letters, digits and `._@/+-`, not {0:?}")]
    Character(char),
}

impl Alias {
    /// The alias as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Alias {
    type Err = InvalidAlias;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let first = text.chars().next().ok_or(InvalidAlias::Empty)?;
        if !first.is_ascii_alphanumeric() {
            return Err(InvalidAlias::FirstCharacter(first));
        }
        let admitted = |c: char| c.is_ascii_alphanumeric() || "._@/+-".contains(c);
        if let Some(odd) = text.chars().find(|&c| !admitted(c)) {
            return Err(InvalidAlias::Character(odd));
        }
        if text.len() > MAX_LEN {
            return Err(InvalidAlias::TooLong(text.len()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Alias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for Alias {
    fn borrow(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_admitted_character_is_admitted() {
        for text in ["a", "0", "corp/prod.eu@x+y_z-1", &"x".repeat(MAX_LEN)] {
            assert_eq!(text.parse::<Alias>().unwrap().as_str(), text);
        }
    }

    #[test]
    fn what_a_shell_or_an_option_parser_could_misread_is_refused() {
        assert_eq!("".parse::<Alias>(), Err(InvalidAlias::Empty));
        assert_eq!(
            "-x".parse::<Alias>(),
            Err(InvalidAlias::FirstCharacter('-'))
        );
        assert_eq!("a b".parse::<Alias>(), Err(InvalidAlias::Character(' ')));
        assert_eq!("a$(b)".parse::<Alias>(), Err(InvalidAlias::Character('$')));
        assert_eq!("é".parse::<Alias>(), Err(InvalidAlias::FirstCharacter('é')));
        assert_eq!(
            "x".repeat(129).parse::<Alias>(),
            Err(InvalidAlias::TooLong(129))
        );
    }
}
