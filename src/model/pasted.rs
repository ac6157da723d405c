//! Text that a person has copied from somewhere: what comes along with it unseen.

/// White space, and characters that a terminal or a browser does not show: zero-width spaces and joiners,
/// byte order marks, soft hyphens, marks of direction, control characters.
pub fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
        )
}

/// The text without the unseen characters at its ends, and without one pair of quotes around it.
pub fn bare(text: &str) -> &str {
    const QUOTES: [(char, char); 5] = [
        ('"', '"'),
        ('\'', '\''),
        ('`', '`'),
        ('\u{201c}', '\u{201d}'),
        ('\u{2018}', '\u{2019}'),
    ];
    let text = text.trim_matches(is_unseen);
    let unquoted = QUOTES.into_iter().find_map(|(open, close)| {
        let inside = text.strip_prefix(open)?.strip_suffix(close)?;
        Some(inside.trim_matches(is_unseen))
    });
    unquoted.unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_along_is_dropped() {
        for (text, expected) in [
            ("x", "x"),
            (" x\r\n", "x"),
            ("\u{feff}x\u{200b}", "x"),
            ("\u{a0}'x y'\n", "x y"),
            ("\"x\"", "x"),
            ("\u{201c}x\u{201d}", "x"),
            ("`x`", "x"),
            // Half a pair is part of the text.
            ("\"x", "\"x"),
            ("\"", "\""),
            ("''", ""),
            ("", ""),
        ] {
            assert_eq!(bare(text), expected, "{text:?}");
        }
    }
}
