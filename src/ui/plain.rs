//! Text of others, made harmless to a terminal.

use std::borrow::Cow;

/// Control characters as they are written in source code. A terminal obeys them, and what we say
/// quotes shared files, answers of servers and output of commands. Line ends and tabs stay.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    let is_odd = |c: char| c.is_control() && c != '\n' && c != '\t';
    if !text.contains(is_odd) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if is_odd(c) {
            plain.extend(c.escape_default());
        } else {
            plain.push(c);
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_a_terminal_would_obey_is_spelled_out() {
        assert_eq!(
            plain("a\u{1b}[2J\u{9b}b\r\n\té"),
            "a\\u{1b}[2J\\u{9b}b\\r\n\té"
        );
        assert_eq!(plain("Zoë"), "Zoë");
    }
}
