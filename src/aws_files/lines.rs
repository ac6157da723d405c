//! What each line of an AWS file is, by the rules of the AWS CLI, and where its bytes stand.
//!
//! The AWS CLI and boto3 read both files with `botocore.configloader` (botocore 1.44), which is Python's
//! `configparser.RawConfigParser` (3.11) with its defaults, on a text file with universal newlines:
//!
//! - A line ends with LF, CR LF or CR.
//! - A header is `[`, then all up to the *last* `]` of the line; what follows is ignored. Its name keeps its
//!   spaces.
//! - Only a line that begins with `#` or `;` is a comment. A `#` behind a value is part of the value.
//! - A line that stands further right than the key above it goes on with that key's value, whatever it holds.
//!   Blank lines in between belong to the value, comments do not.
//!
//! Other SDKs read some of this differently: they end a value before ` #` or ` ;`, and take spaces off the
//! names of sections.

use std::ops::Range;

use secrecy::SecretString;

/// A line, with its end.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) bytes: Range<usize>,
    /// How many characters of white space it begins with.
    pub(super) indent: usize,
    pub(super) kind: LineKind,
}

/// What a line is. Any value may be a secret.
#[derive(Debug)]
pub(super) enum LineKind {
    /// All that stands between the brackets.
    Header(String),
    /// `name = value`; the name in lower case.
    Key { name: String, value: SecretString },
    /// More of the value above, by its indentation.
    Continuation(SecretString),
    /// A comment, from its first character on.
    Comment(String),
    /// Nothing.
    Blank,
    /// What the AWS CLI cannot read.
    Odd,
}

/// All lines of a file.
pub(super) fn lines(text: &[u8]) -> Vec<Line> {
    let mut lines = Vec::new();
    // The indentation of the key whose value may go on; more than it is a continuation.
    let mut open_key: Option<usize> = None;
    for bytes in ranges(text) {
        let line = String::from_utf8_lossy(&text[bytes.clone()]);
        // Editors on Windows put this before the first character of a file.
        let mark = line.strip_prefix('\u{feff}').filter(|_| bytes.start == 0);
        let line = mark.unwrap_or(&line);
        let indent = line.chars().take_while(|&c| is_space(c)).count();
        let kind = match strip(line) {
            "" => LineKind::Blank,
            comment if comment.starts_with(['#', ';']) => LineKind::Comment(comment.to_owned()),
            more if open_key.is_some_and(|key| indent > key) => LineKind::Continuation(more.into()),
            other => header(other)
                .or_else(|| key(other))
                .unwrap_or(LineKind::Odd),
        };
        match kind {
            LineKind::Header(_) | LineKind::Odd => open_key = None,
            LineKind::Key { .. } => open_key = Some(indent),
            _ => {}
        }
        lines.push(Line {
            bytes,
            indent,
            kind,
        });
    }
    lines
}

/// Where each line stands, with its end: LF, CR LF or CR.
fn ranges(text: &[u8]) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let mut start = 0;
    for (at, byte) in text.iter().enumerate() {
        let ends = match byte {
            b'\n' => true,
            b'\r' => text.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        if ends {
            all.push(start..at + 1);
            start = at + 1;
        }
    }
    if start < text.len() {
        all.push(start..text.len());
    }
    all
}

/// What Python takes for white space: more than Unicode's property.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}

/// A text without the white space around it.
pub(super) fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

fn header(line: &str) -> Option<LineKind> {
    let (name, _) = line.strip_prefix('[')?.rsplit_once(']')?;
    (!name.is_empty()).then(|| LineKind::Header(name.to_owned()))
}

fn key(line: &str) -> Option<LineKind> {
    let (name, value) = line.split_once(['=', ':'])?;
    let name = strip(name);
    (!name.is_empty()).then(|| LineKind::Key {
        name: name.to_lowercase(),
        value: strip(value).into(),
    })
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
        let text = b"\xef\xbb\xbf[a]\r\n\tx=1\n\r\r\n\n;c\rno end \xff";
        let ranges: Vec<_> = lines(text).into_iter().map(|line| line.bytes).collect();
        let joined: Vec<u8> = ranges
            .iter()
            .flat_map(|r| text[r.clone()].to_vec())
            .collect();
        assert_eq!(joined, text);
        assert_eq!(ranges.len(), 7);
        assert!(matches!(&lines(text)[0].kind, LineKind::Header(name) if name == "a"));
    }

    #[test]
    fn a_header_reaches_to_the_last_bracket_of_its_line() {
        assert_eq!(
            kinds("[team #2]\n[ a ] ; mine\n[a]b]=c\n[]\n[]]\n[a\n"),
            ["[team #2]", "[ a ]", "[a]b]", "odd", "[]]", "odd"]
        );
    }

    #[test]
    fn indented_lines_go_on_with_the_value_above() {
        assert_eq!(
            kinds("[profile a]\ns3 =\n  use = 1 # x\n# one\n\n  [x]\nRegion: eu # here\n"),
            [
                "[profile a]",
                "s3=",
                "+use = 1 # x",
                "# one",
                "blank",
                "+[x]",
                "region=eu # here",
            ]
        );
    }

    #[test]
    fn a_whole_section_may_be_indented() {
        assert_eq!(
            kinds("  [a]\n  x = 1\n  y = 2\n [b]\nodd\n  z = 1\n"),
            ["[a]", "x=1", "y=2", "[b]", "odd", "z=1"]
        );
    }
}
