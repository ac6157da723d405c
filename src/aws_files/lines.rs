//! What each line of an AWS file is, by the rules of the AWS CLI, and where its bytes stand.

use std::ops::Range;

use secrecy::SecretString;

/// A line, with its end.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) bytes: Range<usize>,
    /// How much white space it begins with.
    pub(super) indent: usize,
    pub(super) kind: LineKind,
}

/// What a line is. Any value may be a secret.
#[derive(Debug)]
pub(super) enum LineKind {
    /// What stands between the brackets, without spaces around it.
    Header(String),
    /// `name = value`; the name in lower case, the value without a comment behind it.
    Key { name: String, value: SecretString },
    /// More of the value above, by its indentation.
    Continuation(SecretString),
    /// A comment, from its mark on.
    Comment(String),
    /// Nothing.
    Blank,
    /// What the AWS CLI cannot read.
    Odd,
}

/// All lines of a file.
pub(super) fn lines(text: &[u8]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut at = 0;
    // The indentation of the key whose value may go on; more than it is a continuation.
    let mut open_key: Option<usize> = None;
    for bytes in text.split_inclusive(|&b| b == b'\n') {
        let line = String::from_utf8_lossy(bytes);
        // Editors on Windows put this before the first character of a file.
        let line = line.strip_prefix('\u{feff}').unwrap_or(&line);
        let indent = line.len() - line.trim_start().len();
        let kind = match line.trim() {
            "" => LineKind::Blank,
            comment if comment.starts_with(['#', ';']) => LineKind::Comment(comment.to_owned()),
            more if open_key.is_some_and(|key| indent > key) => LineKind::Continuation(more.into()),
            other => header(other)
                .or_else(|| key(other))
                .unwrap_or(LineKind::Odd),
        };
        match kind {
            LineKind::Header(_) => open_key = None,
            LineKind::Key { .. } => open_key = Some(indent),
            _ => {}
        }
        lines.push(Line {
            bytes: at..at + bytes.len(),
            indent,
            kind,
        });
        at += bytes.len();
    }
    lines
}

fn header(line: &str) -> Option<LineKind> {
    let inside = without_comment(line.strip_prefix('[')?);
    let (name, _) = inside.rsplit_once(']')?;
    Some(LineKind::Header(name.trim().to_owned()))
}

fn key(line: &str) -> Option<LineKind> {
    let (name, value) = line.split_once(['=', ':'])?;
    let name = name.trim();
    (!name.is_empty()).then(|| LineKind::Key {
        name: name.to_lowercase(),
        value: without_comment(value).trim().into(),
    })
}

/// A comment behind something begins with a space: ` #` or ` ;`.
fn without_comment(text: &str) -> &str {
    let begins = |(at, c): (usize, char)| {
        let spaced = text[..at].ends_with(char::is_whitespace);
        (spaced && matches!(c, '#' | ';')).then_some(at)
    };
    text.char_indices()
        .find_map(begins)
        .map_or(text, |at| &text[..at])
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn kinds(text: &str) -> Vec<String> {
        let shown = |line: Line| match line.kind {
            LineKind::Header(header) => format!("[{header}]"),
            LineKind::Key { name, value } => format!("{name}={}", value.expose_secret()),
            LineKind::Continuation(more) => format!("+{}", more.expose_secret()),
            LineKind::Comment(comment) => comment,
            LineKind::Blank => "blank".to_owned(),
            LineKind::Odd => "odd".to_owned(),
        };
        lines(text.as_bytes()).into_iter().map(shown).collect()
    }

    #[test]
    fn every_byte_is_in_one_line() {
        let text = b"\xef\xbb\xbf[a]\r\n\tx=1\n\n;c\nno end \xff";
        let ranges: Vec<_> = lines(text).into_iter().map(|line| line.bytes).collect();
        let joined: Vec<u8> = ranges
            .iter()
            .flat_map(|r| text[r.clone()].to_vec())
            .collect();
        assert_eq!(joined, text);
        assert!(matches!(&lines(text)[0].kind, LineKind::Header(name) if name == "a"));
    }

    #[test]
    fn indented_lines_go_on_with_the_value_above() {
        assert_eq!(
            kinds("[profile a] ; mine\ns3 =\n  use = 1 # x\n# one\n\n  [x]\nRegion: eu # here\n"),
            [
                "[profile a]",
                "s3=",
                "+use = 1 # x",
                "# one",
                "blank",
                "+[x]",
                "region=eu",
            ]
        );
    }

    #[test]
    fn a_whole_section_may_be_indented() {
        assert_eq!(
            kinds("  [a]\n  x = 1\n  y = 2\n [b]\nodd\n"),
            ["[a]", "x=1", "y=2", "[b]", "odd"]
        );
    }

    #[test]
    fn only_a_spaced_mark_begins_a_comment() {
        assert_eq!(
            kinds("a = x#y;z\na = x\t;z\na = #\n"),
            ["a=x#y;z", "a=x", "a="]
        );
    }
}
