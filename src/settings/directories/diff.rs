//! The formats in which direnv and mise write a change of the environment: text, compressed, in base 64. direnv has JSON
//! inside (`gzenv.go`, 2.32), mise `MessagePack` (`env_diff.rs`, 2026.9). Neither is promised to stay.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::{alphabet, engine::DecodePaddingMode};
use serde::Deserialize;

/// More than an environment has.
const LONGEST: usize = 4 << 20;

/// Either tool, with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

type Values = HashMap<String, String>;

/// The values of the variables that a tool has changed.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Diff {
    #[serde(rename = "p", default)]
    before: Values,
    #[serde(rename = "n", default)]
    after: Values,
}

impl Diff {
    /// Reads `DIRENV_DIFF`.
    pub(super) fn of_direnv(text: &str) -> Option<Self> {
        serde_json::from_slice(&unpacked(text)?).ok()
    }

    /// Reads `__MISE_DIFF`.
    pub(super) fn of_mise(text: &str) -> Option<Self> {
        let bytes = unpacked(text)?;
        let mut reader = Reader(&bytes);
        let mut diff = Self::default();
        for _ in 0..reader.length(0x80, 0xde)? {
            match reader.string()?.as_str() {
                "old" => diff.before = reader.values()?,
                "new" => diff.after = reader.values()?,
                // What comes behind these is of no interest here.
                _ => break,
            }
        }
        Some(diff)
    }

    pub(super) fn before(&self, name: &str) -> Option<&String> {
        self.before.get(name)
    }

    pub(super) fn after(&self, name: &str) -> Option<&String> {
        self.after.get(name)
    }

    pub(super) fn changes(&self, name: &str) -> bool {
        self.before.contains_key(name) || self.after.contains_key(name)
    }

    /// Whether it was this tool that gave the variable this value.
    pub(super) fn made(&self, name: &str, value: Option<&String>) -> bool {
        self.changes(name) && self.after(name) == value
    }
}

fn unpacked(text: &str) -> Option<Vec<u8>> {
    let text = text.replace('+', "-").replace('/', "_");
    let packed = BASE64.decode(text).ok()?;
    miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(&packed, LONGEST).ok()
}

/// The little of `MessagePack` that a change of the environment needs.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn bytes(&mut self, count: usize) -> Option<&[u8]> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }

    fn number(&mut self, bytes: usize) -> Option<usize> {
        let bytes = self.bytes(bytes)?;
        Some(bytes.iter().fold(0, |n, &byte| n << 8 | usize::from(byte)))
    }

    /// The number of members of a map: a few in the low bits of `fixed`, more behind `long`.
    fn length(&mut self, fixed: u8, long: u8) -> Option<usize> {
        match self.number(1)? {
            byte if byte & 0xf0 == usize::from(fixed) => Some(byte & 0x0f),
            byte if byte == usize::from(long) => self.number(2),
            byte if byte == usize::from(long) + 1 => self.number(4),
            _ => None,
        }
    }

    fn string(&mut self) -> Option<String> {
        let length = match self.number(1)? {
            byte @ 0xa0..=0xbf => byte & 0x1f,
            0xd9 => self.number(1)?,
            0xda => self.number(2)?,
            0xdb => self.number(4)?,
            _ => return None,
        };
        String::from_utf8(self.bytes(length)?.to_vec()).ok()
    }

    fn values(&mut self) -> Option<Values> {
        let count = self.length(0x80, 0xde)?;
        (0..count)
            .map(|_| Some((self.string()?, self.string()?)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Written by direnv 2.32.1: `export AWS_PROFILE=dir`, `unset AWS_REGION`, which was `outside`.
    const DIRENV: &str = "eJxEyruuokAYAOB3-evDYkRgJLEY5SoCOggqzUQFXHCBCTcR47tvc4z1972AgfICfPAp0QzLc0GBqmubLE7g_QPlB7fE062NBgrEWQ0_oFpEc0OqWgQU4Pi2YHzBx1_4zR_g_yRlX1-_fsD7lan5oECyfjpjPbeHEe-wtxS6S4k2JXf2JUmuONypRdn5t5bZ06K59Xkn32fcA6epNCZI3MirpZsL8XwgyDZNYVc5yBxsQTjrz-BUPLgBGZ7KznIvLUO3N2k1UvewTVh0RSEbA9FvpaOe1_0RETXgpqE2Mey0Of1lkdOlUX6RZusoy3QjH5xB3x8tUrDE_ud7-j0QSUNpKHKPCcZbSima0D1eLOD9_h8AAP__phFrdQ==";

    // Written by mise 2026.9.15: the profile `dir`, the region `us-east-1` in place of `outside`.
    const MISE: &str = "eAFrXpyfk9K4yjE8OD7I1d3T3295fmlJcWZK6uK81PKm1SDxgCB/N08f18UpmUVI6laWFuumJhaX6BouKUgsyZgAAEN8HPw";

    fn is(text: Option<&String>, expected: &str) -> bool {
        text.is_some_and(|text| text == expected)
    }

    #[test]
    fn what_both_tools_write_is_read() {
        let direnv = Diff::of_direnv(DIRENV).unwrap();
        let [dir, other] = ["dir", "other"].map(str::to_owned);
        assert!(direnv.made("AWS_PROFILE", Some(&dir)));
        assert!(direnv.made("AWS_REGION", None));
        assert!(is(direnv.before("AWS_REGION"), "outside"));
        let mise = Diff::of_mise(MISE).unwrap();
        assert!(mise.made("AWS_PROFILE", Some(&dir)));
        assert!(!mise.made("AWS_PROFILE", Some(&other)));
        assert_eq!(mise.before("AWS_PROFILE"), None);
        assert!(is(mise.before("AWS_REGION"), "outside"));
        assert!(!mise.changes("AWS_ACCESS_KEY_ID"));
    }

    #[test]
    fn what_neither_has_written_changes_nothing() {
        for odd in ["", "x", "eJw=", "{}", &DIRENV[..80], &MISE[..40], MISE] {
            assert!(Diff::of_direnv(odd).is_none(), "{odd}");
        }
        for odd in ["", "eJw=", &MISE[..40]] {
            assert!(Diff::of_mise(odd).is_none(), "{odd}");
        }
        for cut in 0..40 {
            let mut bytes = vec![0x82, 0xa3, b'o', b'l', b'd', 0x81, 0xa1, b'A', 0xda];
            bytes.resize(cut, 0xff);
            let mut reader = Reader(&bytes);
            let read = reader
                .length(0x80, 0xde)
                .and(reader.string())
                .and(reader.values());
            assert!(read.is_none(), "{cut}");
        }
    }
}
