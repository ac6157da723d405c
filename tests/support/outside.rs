//! Text from outside that does harm where it is printed as it is, and the check that it was not.

use std::collections::hash_map::RandomState;
use std::fmt::Write;
use std::hash::{BuildHasher, Hasher};

use super::output::Output;
use super::variable;

/// Lines that pretend to be the program's own.
const FORGED: [&str; 8] = [
    "\nhint: FORGED",
    "\r\nleapp: error: FORGED",
    "\n  leapp: FORGED",
    "\u{2028}error: FORGED",
    "\u{85}caused by: FORGED",
    "\u{1b}[2J\u{1b}[1;1Hleapp: FORGED",
    "\u{1b}]0;FORGED\u{7}",
    "\rhint: FORGED",
];

const PLAIN: [&str; 12] = [
    "prod",
    "生産",
    "ייצור",
    "🚀",
    "e\u{301}",
    "$(id)",
    "`x`",
    "it's",
    "\"q\"",
    "<&>",
    "{}%s",
    "\\x1b",
];

/// What a terminal obeys, reorders by or does not show, by hand and not by the program's own list.
const HIDDEN: [(u32, u32); 12] = [
    (0x01, 0x1f),
    (0x7f, 0x9f),
    (0xad, 0xad),
    (0x61c, 0x61c),
    (0x180e, 0x180e),
    (0x200b, 0x200f),
    (0x2028, 0x202e),
    (0x2060, 0x2064),
    (0x2066, 0x206f),
    (0xfeff, 0xfeff),
    (0xfff9, 0xfffb),
    (0xe0001, 0xe007f),
];

/// Random texts; the same ones for the same `LEAPP_TEST_SEED`.
pub(crate) struct Texts {
    pub(crate) seed: u64,
    state: u64,
}

impl Texts {
    pub(crate) fn new() -> Self {
        let random = || RandomState::new().build_hasher().finish();
        let seed = variable("LEAPP_TEST_SEED")
            .parse()
            .unwrap_or_else(|_| random());
        Self {
            seed,
            state: seed | 1,
        }
    }

    fn below(&mut self, limit: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state % limit as u64).expect("a small number")
    }

    fn hidden(&mut self) -> char {
        let (first, last) = HIDDEN[self.below(HIDDEN.len())];
        let within = self.below((last - first + 1) as usize);
        char::from_u32(first + u32::try_from(within).expect("small")).expect("a character")
    }

    /// A text with lines that it has no right to, and much that cannot be seen. It holds no NUL, which no
    /// argument can hold, and no slash, so that it can name a file.
    pub(crate) fn text(&mut self) -> String {
        let mut text = String::from("x");
        for _ in 0..3 {
            text.push(self.hidden());
            text += PLAIN[self.below(PLAIN.len())];
            let any = u32::try_from(self.below(0x11_0000)).expect("a code point");
            text.extend(char::from_u32(any).filter(|c| !matches!(c, '\0' | '/')));
        }
        text += FORGED[self.below(FORGED.len())];
        text.push('\u{202e}');
        text
    }

    /// The same without control characters, which most fields refuse.
    pub(crate) fn printable(&mut self) -> String {
        self.text().replace(char::is_control, "\u{2066}")
    }
}

/// A text as a string of TOML.
pub(crate) fn toml_string(text: &str) -> String {
    let mut string = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => string.extend(['\\', c]),
            c if c < ' ' || c == '\u{7f}' => {
                let _ = write!(string, "\\u{:04X}", u32::from(c));
            }
            c => string.push(c),
        }
    }
    string + "\""
}

impl Output {
    /// Fails where the command has printed a character that cannot be seen, or a line that a text from
    /// outside has put there. `structure` holds what the command's own format needs beside line ends.
    #[track_caller]
    pub(crate) fn assert_visible(&self, words: &str, texts: &Texts, structure: &[char]) {
        let seed = texts.seed;
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            assert_visible(text, structure).unwrap_or_else(|why| {
                panic!("`{words:?}` on {name} (LEAPP_TEST_SEED={seed}): {why}\n{text:?}")
            });
        }
    }
}

/// Whether all of a text can be seen, and no line of it is forged; else why not.
pub(crate) fn assert_visible(text: &str, structure: &[char]) -> Result<(), String> {
    let is_hidden = |c: &char| {
        let code = u32::from(*c);
        let is_listed = HIDDEN
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&code));
        (code == 0 || is_listed) && *c != '\n' && !structure.contains(c)
    };
    if let Some(hidden) = text.chars().find(is_hidden) {
        return Err(format!("{hidden:?} is printed as it is"));
    }
    let forged = FORGED.map(|text| text.trim_start_matches(|c: char| !c.is_ascii_alphabetic()));
    for line in text.lines() {
        let line = line.trim_start();
        if forged.iter().any(|forged| line.starts_with(forged)) {
            return Err(format!("{line:?} passes for a line of the program"));
        }
    }
    Ok(())
}

#[test]
fn what_is_printed_as_it_is_gets_found() {
    let mut texts = Texts::new();
    for _ in 0..1000 {
        let text = texts.text();
        assert!(assert_visible(&text, &[]).is_err(), "{text:?}");
    }
    assert!(assert_visible("leapp: error: x\\nhint: FORGED\n\nhint: y\n", &[]).is_ok());
    assert!(assert_visible("x\nhint: FORGED\n", &[]).is_err());
}
