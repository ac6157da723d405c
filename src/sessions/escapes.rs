//! TOML in which every character can be seen. Whoever gets such a file reads what a parser reads.

use std::fmt::Write;

use toml_edit::visit_mut::{VisitMut, visit_table_like_kv_mut};
use toml_edit::{DocumentMut, Formatted, Item, KeyMut, Value};

use crate::model::is_hidden;

/// The document as text, its strings unchanged in meaning; in comments, too, hidden characters are
/// written as escapes.
pub(super) fn escaped(mut document: DocumentMut) -> String {
    if document.to_string().contains(is_escaped) {
        Strings.visit_document_mut(&mut document);
    }
    // In strings none is left, so this is about keys, which stand between quotes, and about comments.
    let text = document.to_string();
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        push(&mut escaped, c);
    }
    escaped
}

/// Line ends and tabs give a file its form.
fn is_escaped(c: char) -> bool {
    is_hidden(c) && !matches!(c, '\n' | '\r' | '\t')
}

fn push(text: &mut String, c: char) {
    match u32::from(c) {
        code if is_escaped(c) && code > 0xffff => {
            let _ = write!(text, "\\U{code:08X}");
        }
        code if is_escaped(c) => {
            let _ = write!(text, "\\u{code:04X}");
        }
        _ => text.push(c),
    }
}

/// Gives strings with hidden characters the form in which TOML has escapes.
struct Strings;

impl VisitMut for Strings {
    fn visit_table_like_kv_mut(&mut self, mut key: KeyMut<'_>, node: &mut Item) {
        if key.get().contains(is_escaped) {
            key.fmt();
        }
        visit_table_like_kv_mut(self, key, node);
    }

    fn visit_string_mut(&mut self, node: &mut Formatted<String>) {
        if !node.value().contains(is_escaped) {
            return;
        }
        let mut basic = String::from("\"");
        for c in node.value().chars() {
            match c {
                '"' | '\\' => basic.extend(['\\', c]),
                '\n' => basic += "\\n",
                '\r' => basic += "\\r",
                '\t' => basic += "\\t",
                c => push(&mut basic, c),
            }
        }
        basic.push('"');
        if let Ok(Value::String(mut string)) = basic.parse::<Value>() {
            std::mem::swap(string.decor_mut(), node.decor_mut());
            *node = string;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_mean_the_same_and_nothing_is_hidden() {
        let text = "# a\u{202e}b\n[a]\nb = 'x\u{2066}\"\\'   # \u{200b}\nc = \"\"\"one\ntwo\u{e0041}\"\"\"\n\
                    d = { 'e\u{2028}' = [\"\u{85}\", \"é\"] }\nplain = 'x\\y'\n";
        let document: DocumentMut = text.parse().unwrap();
        let written = escaped(document.clone());
        assert!(!written.contains(is_escaped), "{written}");
        let value = |text: &str| toml::from_str::<toml::Value>(text).unwrap();
        assert_eq!(value(&written), value(text));
        insta::assert_snapshot!(written, @r#"
        # a\u202Eb
        [a]
        b = "x\u2066\"\\"   # \u200B
        c = "one\ntwo\U000E0041"
        d = { "e\u2028" = ["\u0085", "é"] }
        plain = 'x\y'
        "#);
    }

    #[test]
    fn a_file_without_them_is_left_as_it_is() {
        let text = "# é\r\n\ta = 'x'\t# y\r\n";
        let document: DocumentMut = text.parse().unwrap();
        assert_eq!(escaped(document.clone()), document.to_string());
    }
}
