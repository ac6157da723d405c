//! Text from outside, as it may be shown to a person.

use std::borrow::Cow;

/// The text as one line in which every character can be seen: controls, line ends, bidirectional
/// controls and invisible characters become escapes such as `\n` and `\u{202e}`.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) || !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        if is_hidden(c) && !is_emoji_style(before, c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
        before = c;
    }
    Cow::Owned(shown)
}

/// Whether a terminal obeys the character, reorders text because of it, or does not show it at all:
/// control characters, line and paragraph separators, and what Unicode lets a display ignore.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || is_noncharacter(c)
        || matches!(c,
            '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Code points that Unicode keeps free of characters for ever.
fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe
}

/// Whether `c` only chooses between the coloured and the plain picture of the symbol before it, as in
/// most descriptions with a warning sign or a heart.
fn is_emoji_style(before: char, c: char) -> bool {
    matches!(c, '\u{fe0e}'..='\u{fe0f}')
        && !is_hidden(before)
        && matches!(before,
            '\u{a9}' | '\u{ae}' | '\u{203c}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}'
            | '\u{1f000}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_escaped() {
        for (text, shown) in [
            ("a\u{1b}[2J\u{9b}b", r"a\u{1b}[2J\u{9b}b"),
            ("a\r\n\tb\u{7f}\u{85}", r"a\r\n\tb\u{7f}\u{85}"),
            ("\u{2028}\u{2029}", r"\u{2028}\u{2029}"),
            (
                "\u{202e}\u{2066}\u{61c}\u{200f}",
                r"\u{202e}\u{2066}\u{61c}\u{200f}",
            ),
            (
                "a\u{200b}b\u{200d}\u{feff}\u{ad}",
                r"a\u{200b}b\u{200d}\u{feff}\u{ad}",
            ),
            ("\u{e0041}\u{e0100}\u{fe00}", r"\u{e0041}\u{e0100}\u{fe00}"),
            (
                "\u{3164}\u{ffff}\u{1fffe}\u{fdd0}",
                r"\u{3164}\u{ffff}\u{1fffe}\u{fdd0}",
            ),
            ("a\u{fe0f}", r"a\u{fe0f}"),
            ("\u{26a0}\u{fe0f}\u{fe0f}", "\u{26a0}\u{fe0f}\\u{fe0f}"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn text_of_any_language_stays_as_it_is() {
        for text in [
            "",
            "plain ASCII, 'quotes' and \\backslashes\\",
            "Zoë, e\u{301}, naïve",
            "生産環境　ガ ｶﾞ",
            "производство",
            "פרודקשן ייצור",
            "إنتاج",
            "उत्पादन",
            "\u{26a0}\u{fe0f} prod \u{2764}\u{fe0f} 🚀 \u{e0b0}",
            "a\u{a0}b",
        ] {
            assert!(
                matches!(visible(text), Cow::Borrowed(_)) || visible(text) == text,
                "{text}"
            );
        }
    }
}
