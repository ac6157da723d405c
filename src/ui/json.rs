//! JSON for programs and terminals: what cannot be seen is escaped, and means the same to a parser.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{Formatter, PrettyFormatter};

use crate::model::is_hidden;

/// Writes a value in lines, without a line end behind the last one.
///
/// # Errors
/// Where it cannot be written.
pub fn write(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    let visible = Visible(PrettyFormatter::new());
    let mut serializer = Serializer::with_formatter(out, visible);
    Ok(value.serialize(&mut serializer)?)
}

/// A value as text.
pub fn text(value: &serde_json::Value) -> String {
    let mut bytes = Vec::new();
    // Memory takes everything, and such a value has only keys that are text.
    let _ = write(&mut bytes, value);
    String::from_utf8(bytes).unwrap_or_default()
}

/// As [`PrettyFormatter`] does it, but for the characters of strings.
struct Visible(PrettyFormatter<'static>);

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(is_hidden) {
            let (before, after) = rest.split_at(at);
            out.write_all(before.as_bytes())?;
            let mut characters = after.chars();
            if let Some(hidden) = characters.next() {
                for unit in hidden.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}")?;
                }
            }
            rest = characters.as_str();
        }
        out.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn hidden_characters_are_escaped_and_mean_the_same() {
        let value = json!({ "a\u{202e}": ["\u{7f}\u{85}\u{2028}é\"\\\n\u{1b}\u{e0041}"], "b": {}, "c": [1, null] });
        let written = text(&value);
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&written).unwrap(),
            value
        );
        assert!(!written.replace('\n', "").contains(is_hidden), "{written}");
        assert!(
            written.contains(r#""a\u202e""#) && written.contains(r"\udb40\udc41"),
            "{written}"
        );
        let plain = json!({ "a": [1, "é", []], "b": { "c": {} } });
        assert_eq!(text(&plain), format!("{plain:#}"));
    }
}
