//! Why the AWS CLI reads nothing of a file, line by line.

use std::collections::HashMap;
use std::fmt;

use secrecy::ExposeSecret;

use super::lines::{Line, LineKind, strip};
use super::read::{Section, SectionKind};

/// One line for which the AWS CLI rejects a whole file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Bytes that are no UTF-8.
    NotUtf8,
    /// Bytes before the first character, as some editors on Windows put them there.
    ByteOrderMark,
    /// A key above the first header.
    NoSection,
    /// Neither a header nor a key nor a comment.
    Unknown,
    /// A section that is there already.
    SectionTwice {
        /// What stands between its brackets.
        header: String,
        /// The line of the first one.
        first: usize,
    },
    /// A key that its section has already.
    KeyTwice {
        /// The key.
        key: String,
        /// The line of the first one.
        first: usize,
    },
    /// An indented line below a key without a value that sets nothing.
    Nested {
        /// The key.
        key: String,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 => f.write_str("not valid UTF-8"),
            Self::ByteOrderMark => f.write_str("a byte order mark"),
            Self::NoSection => f.write_str("a key above the first `[section]`"),
            Self::Unknown => f.write_str("not a `[section]`, `key = value` or comment"),
            Self::SectionTwice { header, first } => {
                write!(f, "section `[{header}]` is already on line {first}")
            }
            Self::KeyTwice { key, first } => write!(f, "`{key}` is already on line {first}"),
            Self::Nested { key } => {
                write!(f, "not `key = value`, and indented below `{key}`")
            }
        }
    }
}

/// All that is wrong with a file, in the order of its lines.
pub(super) fn problems(text: &[u8], lines: &[Line], sections: &[Section]) -> Vec<Problem> {
    let mut all: Vec<Problem> = encoding(text, lines).into_iter().collect();
    let first_header = lines
        .iter()
        .position(|line| matches!(line.kind, LineKind::Header(_)))
        .unwrap_or(lines.len());
    let has_content = |line: &Line| !matches!(line.kind, LineKind::Blank | LineKind::Comment(_));
    let above = lines[..first_header].iter().position(has_content);
    all.extend(above.map(|index| Problem {
        line: index + 1,
        fault: match lines[index].kind {
            LineKind::Odd => Fault::Unknown,
            _ => Fault::NoSection,
        },
    }));
    for (index, line) in lines.iter().enumerate().skip(first_header) {
        if matches!(line.kind, LineKind::Odd) {
            all.push(Problem {
                line: index + 1,
                fault: Fault::Unknown,
            });
        }
    }
    all.extend(repeated(sections));
    all.extend(nested(lines, sections));
    all.sort_by_key(|problem| problem.line);
    all
}

fn encoding(text: &[u8], lines: &[Line]) -> Option<Problem> {
    if text.starts_with(b"\xef\xbb\xbf") {
        return Some(Problem {
            line: 1,
            fault: Fault::ByteOrderMark,
        });
    }
    let valid = std::str::from_utf8(text).err()?.valid_up_to();
    let index = lines.iter().position(|line| line.bytes.contains(&valid))?;
    Some(Problem {
        line: index + 1,
        fault: Fault::NotUtf8,
    })
}

/// Sections and keys that are there twice. `[DEFAULT]` may be, but not with the same key.
fn repeated(sections: &[Section]) -> Vec<Problem> {
    let mut all = Vec::new();
    let mut headers: HashMap<&str, usize> = HashMap::new();
    let mut of_all: HashMap<&str, usize> = HashMap::new();
    for section in sections {
        let mut own = HashMap::new();
        let keys = if section.kind == SectionKind::Defaults {
            &mut of_all
        } else {
            if let Some(&first) = headers.get(section.header.as_str()) {
                all.push(Problem {
                    line: section.line,
                    fault: Fault::SectionTwice {
                        header: section.header.clone(),
                        first,
                    },
                });
            }
            headers.entry(&section.header).or_insert(section.line);
            &mut own
        };
        for key in &section.keys {
            if let Some(&first) = keys.get(key.name.as_str()) {
                all.push(Problem {
                    line: key.line,
                    fault: Fault::KeyTwice {
                        key: key.name.clone(),
                        first,
                    },
                });
            }
            keys.entry(&key.name).or_insert(key.line);
        }
    }
    all
}

/// The lines of a block that set nothing: botocore splits each at its `=`. A block that no section has is
/// never looked at.
fn nested(lines: &[Line], sections: &[Section]) -> Vec<Problem> {
    let of_section = |section: &Section| section.kind != SectionKind::Defaults;
    let used = sections.iter().filter(|section| of_section(section));
    let mut blocks: Vec<_> = used
        .flat_map(|section| section.keys.iter().chain(&section.inherited))
        .filter(|key| key.value().starts_with('\n'))
        .collect();
    blocks.sort_by_key(|key| key.line);
    blocks.dedup_by_key(|key| key.line);
    let mut all = Vec::new();
    for key in blocks {
        let below = lines.iter().enumerate().skip(key.line);
        let block = below.take_while(|(_, line)| {
            matches!(
                line.kind,
                LineKind::Continuation(_) | LineKind::Blank | LineKind::Comment(_)
            )
        });
        for (index, line) in block {
            if let LineKind::Continuation(more) = &line.kind
                && !sets_something(more.expose_secret())
            {
                all.push(Problem {
                    line: index + 1,
                    fault: Fault::Nested {
                        key: key.name.clone(),
                    },
                });
            }
        }
    }
    all
}

/// Python ends lines inside a value at more characters than in a file.
fn sets_something(line: &str) -> bool {
    let ends = |c| {
        matches!(
            c,
            '\x0b' | '\x0c' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
    };
    line.split(ends)
        .all(|part| strip(part).is_empty() || part.contains('='))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws_files::{AwsFile, Document};

    fn told(text: &[u8]) -> Vec<String> {
        let document = Document::parse(AwsFile::Config, text);
        let told = |problem: &Problem| format!("{}: {}", problem.line, problem.fault);
        document.problems().iter().map(told).collect()
    }

    #[test]
    fn every_line_that_is_wrong_is_named_with_its_reason() {
        let text = b"region = x\n[a]\nx = 1\nX = 2\nodd\n[b]\ns3 =\n  y = 1\n  no\n[a]\n# \xff\n";
        insta::assert_snapshot!(told(text).join("\n"), @"
        1: a key above the first `[section]`
        4: `x` is already on line 3
        5: not a `[section]`, `key = value` or comment
        9: not `key = value`, and indented below `s3`
        10: section `[a]` is already on line 2
        11: not valid UTF-8
        ");
        assert_eq!(told(b"\xef\xbb\xbf[a]\n"), ["1: a byte order mark"]);
        assert_eq!(told(b"\n# c\n\r[a]\r[DEFAULT]\n[DEFAULT]\n"), [""; 0]);
    }
}
