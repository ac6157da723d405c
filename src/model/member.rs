//! The checks of what came from outside, one member of an answer at a time. Libraries fill in empty text and
//! 1970 for what an answer lacks, so a value is believed only after one of these.

use super::Span;

/// A member of an answer that is missing or wrong. Its value is never part of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMember {
    /// It is not there, or has no text.
    #[error("`{0}` is missing or empty")]
    Missing(&'static str),
    /// It has spaces, line ends, control characters or characters outside ASCII.
    #[error("`{0}` contains spaces or characters that are not ASCII")]
    Characters(&'static str),
    /// It exceeds so many characters.
    #[error("`{0}` is longer than {1} characters")]
    TooLong(&'static str, usize),
    /// It is not what AWS writes there.
    #[error("`{0}` is not {1}")]
    Form(&'static str, &'static str),
    /// It is about something else than what was asked for.
    #[error("`{0}` is not that of {1}")]
    Mismatch(&'static str, &'static str),
    /// The credentials ended before they came.
    #[error("`Expiration` is in the past")]
    Expired,
    /// The credentials would live longer than AWS grants.
    #[error("`Expiration` is more than {0} ahead, which is more than was asked for")]
    TooFar(Span),
}

/// A text of at most `longest` visible ASCII characters, and at least one.
///
/// # Errors
/// [`InvalidMember`], which names it.
pub fn ascii_text<'a>(
    name: &'static str,
    value: &'a str,
    longest: usize,
) -> Result<&'a str, InvalidMember> {
    if value.is_empty() {
        Err(InvalidMember::Missing(name))
    } else if value.len() > longest {
        Err(InvalidMember::TooLong(name, longest))
    } else if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
        Err(InvalidMember::Characters(name))
    } else {
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_visible_ascii_of_a_bounded_length_is_taken() {
        assert_eq!(ascii_text("A", "abc+/=", 6), Ok("abc+/="));
        assert_eq!(ascii_text("A", "", 6), Err(InvalidMember::Missing("A")));
        assert_eq!(
            ascii_text("A", "abcdefg", 6),
            Err(InvalidMember::TooLong("A", 6))
        );
        for odd in [" ", "a b", "a\n", "\u{1b}[m", "a\u{a0}", "é", "\0"] {
            let refused = Err(InvalidMember::Characters("A"));
            assert_eq!(ascii_text("A", odd, 6), refused, "{odd:?}");
        }
    }
}
