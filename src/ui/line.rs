//! A line while it is being typed: what each byte does to it. No input or output.

use crate::model::secret::Zeroizing;

/// The longest answer that is taken, in bytes; what is typed beyond it is dropped.
const CAPACITY: usize = 4096;

/// What the terminal must show after a byte.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Echo {
    /// Nothing.
    Nothing,
    /// This byte, which is part of a character.
    Byte(u8),
    /// So many characters fewer at the end of the line.
    Erase(usize),
}

/// What one byte did.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The line goes on.
    More(Echo),
    /// Enter, or Ctrl-D after some text.
    Done,
    /// Ctrl-D, with no text.
    Ended,
    /// Ctrl-C.
    Interrupted,
    /// Ctrl-Z.
    Suspended,
}

/// Keys such as the arrows send several bytes, which are no text.
#[derive(Clone, Copy)]
enum Sequence {
    None,
    Escape,
    Parameters,
}

/// The typed text, wiped when dropped.
pub(super) struct Line {
    /// Never grows beyond its first allocation, which would leave a copy in memory.
    text: Zeroizing<Vec<u8>>,
    sequence: Sequence,
}

impl Line {
    pub(super) fn new() -> Self {
        Self {
            text: Zeroizing::new(Vec::with_capacity(CAPACITY)),
            sequence: Sequence::None,
        }
    }

    pub(super) fn into_bytes(self) -> Zeroizing<Vec<u8>> {
        self.text
    }

    /// What was typed so far.
    pub(super) fn typed(&self) -> &[u8] {
        &self.text
    }

    pub(super) fn push(&mut self, byte: u8) -> Step {
        let (sequence, swallowed) = match (self.sequence, byte) {
            (Sequence::Escape, b'[' | b'O') | (Sequence::Parameters, 0x20..=0x3f) => {
                (Sequence::Parameters, true)
            }
            (Sequence::Escape | Sequence::Parameters, 0x20..) => (Sequence::None, true),
            (_, 0x1b) => (Sequence::Escape, true),
            (_, _) => (Sequence::None, false),
        };
        self.sequence = sequence;
        if swallowed {
            return Step::More(Echo::Nothing);
        }
        match byte {
            0x03 => Step::Interrupted,
            0x1a => Step::Suspended,
            0x04 if self.text.is_empty() => Step::Ended,
            b'\n' | b'\r' | 0x04 => Step::Done,
            0x08 | 0x7f => Step::More(Echo::Erase(self.erase_character())),
            0x15 => Step::More(Echo::Erase(self.erase_while(|_| true))),
            0x17 => {
                let blanks = self.erase_while(|byte| byte == b' ');
                Step::More(Echo::Erase(blanks + self.erase_while(|byte| byte != b' ')))
            }
            0x00..=0x1f => Step::More(Echo::Nothing),
            _ if self.text.len() == CAPACITY => Step::More(Echo::Nothing),
            _ => {
                self.text.push(byte);
                Step::More(Echo::Byte(byte))
            }
        }
    }

    /// Drops the last character, all its bytes, and returns how many characters went: 0 or 1.
    fn erase_character(&mut self) -> usize {
        while let Some(byte) = self.text.pop() {
            let continues = byte & 0b1100_0000 == 0b1000_0000;
            if !continues {
                return 1;
            }
        }
        0
    }

    fn erase_while(&mut self, wanted: impl Fn(u8) -> bool) -> usize {
        let mut erased = 0;
        while self.text.last().is_some_and(|byte| wanted(*byte)) {
            erased += self.erase_character();
        }
        erased
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(bytes: &[u8]) -> (String, Step) {
        let mut line = Line::new();
        for byte in bytes {
            match line.push(*byte) {
                Step::More(_) => {}
                end => return (String::from_utf8(line.into_bytes().to_vec()).unwrap(), end),
            }
        }
        panic!("the line did not end");
    }

    #[test]
    fn enter_ends_and_the_rest_of_a_paste_is_not_read() {
        assert_eq!(typed(b"one\ntwo\n"), ("one".into(), Step::Done));
        assert_eq!(typed(b"\r"), (String::new(), Step::Done));
    }

    #[test]
    fn editing_keys() {
        assert_eq!(typed("añ\x7fb\n".as_bytes()), ("ab".into(), Step::Done));
        assert_eq!(typed(b"\x7f\x08ab\n"), ("ab".into(), Step::Done));
        assert_eq!(typed(b"wrong\x15right\n"), ("right".into(), Step::Done));
        assert_eq!(
            typed("one tw\u{f6} \x17x\n".as_bytes()),
            ("one x".into(), Step::Done)
        );
    }

    #[test]
    fn erasing_counts_characters_not_bytes() {
        let mut line = Line::new();
        for byte in "ñandú".bytes() {
            line.push(byte);
        }
        assert_eq!(line.push(0x7f), Step::More(Echo::Erase(1)));
        assert_eq!(line.push(0x15), Step::More(Echo::Erase(4)));
    }

    #[test]
    fn control_keys() {
        assert_eq!(typed(b"abc\x03").1, Step::Interrupted);
        assert_eq!(typed(b"\x04").1, Step::Ended);
        assert_eq!(typed(b"abc\x04"), ("abc".into(), Step::Done));
        assert_eq!(typed(b"a\x19\x00b\n"), ("ab".into(), Step::Done));
    }

    #[test]
    fn arrows_and_function_keys_are_no_text() {
        assert_eq!(
            typed(b"a\x1b[A\x1b[1;5C\x1bOPb\n"),
            ("ab".into(), Step::Done)
        );
        // Ctrl-C is heard even when Escape was pressed before.
        assert_eq!(typed(b"\x1b\x03").1, Step::Interrupted);
    }

    #[test]
    fn too_long_an_answer_is_cut_where_it_stands() {
        let mut long = vec![b'x'; CAPACITY + 10];
        long.push(b'\n');
        assert_eq!(typed(&long).0.len(), CAPACITY);
    }
}
