//! The looks of a session file, which every change keeps: line ends, comments, the order of tables.
//!
//! `toml_edit` keeps what stands inside tables. It knows one line end only, and to it a comment is
//! part of the table below; both are made good here.

use toml_edit::{DocumentMut, Table, TomlError};

/// Some editors on Windows begin a file with it.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A file's text as a document, and how to write it back.
pub(super) struct Layout {
    document: DocumentMut,
    /// As it was, with simple line ends.
    before: String,
    starts_with: &'static str,
    line_end: &'static str,
}

impl Layout {
    pub(super) fn parse(text: &str) -> Result<Self, TomlError> {
        let (starts_with, text) = match text.strip_prefix(BYTE_ORDER_MARK) {
            Some(rest) => (BYTE_ORDER_MARK, rest),
            None => ("", text),
        };
        // A file with both line ends gets the one of its first line.
        let first_line = text.split_inclusive('\n').next().unwrap_or_default();
        let line_end = if first_line.ends_with("\r\n") {
            "\r\n"
        } else {
            "\n"
        };
        let before = text.replace("\r\n", "\n");
        Ok(Self {
            document: before.parse()?,
            before,
            starts_with,
            line_end,
        })
    }

    pub(super) fn document(&mut self) -> &mut DocumentMut {
        &mut self.document
    }

    pub(super) fn text(&self) -> String {
        let text = self.document.to_string().replace('\n', self.line_end);
        format!("{}{text}", self.starts_with)
    }

    /// Prepares a table to be the last of the file. What stands at the file's end stays above it.
    pub(super) fn put_last(&mut self, table: &mut Table) {
        let mut above = text_of(Some(self.document.trailing()));
        self.document.set_trailing("");
        if !above.is_empty() && !above.ends_with('\n') {
            above.push('\n');
        }
        table.decor_mut().set_prefix(above + "\n");
        table.set_position(Some(isize::MAX));
    }

    /// Keeps the comments above a table that was removed, but for those that touch its header: they
    /// are about it. The text goes above the next table, or to the end of the file.
    pub(super) fn keep_comments_of(&mut self, removed: &Table) {
        let above = text_of(removed.decor().prefix());
        let kept = match above.rfind("\n\n") {
            Some(gap) => &above[..gap + 2],
            None if above.starts_with('\n') => "\n",
            // The first lines of a file are about the file.
            None if self.before.starts_with(&above) => &above,
            None => "",
        };
        self.keep_comments(kept, removed.position());
    }

    /// Keeps comments that stood above something that was removed, in or at the table of that position.
    pub(super) fn keep_comments(&mut self, kept: &str, behind: Option<isize>) {
        if !kept.contains('#') {
            return;
        }
        if let Some(next) = next_table(self.document.as_table_mut(), behind) {
            let below = text_of(next.decor().prefix());
            next.decor_mut().set_prefix(join(kept, &below));
        } else {
            let below = text_of(Some(self.document.trailing()));
            let all = join(kept, &below);
            // Nothing is kept apart from the end of the file.
            let end = if below.is_empty() {
                all.trim_end_matches('\n').len() + 1
            } else {
                all.len()
            };
            self.document.set_trailing(&all[..end]);
        }
    }
}

/// One empty line between the two is enough.
fn join(above: &str, below: &str) -> String {
    let is_apart = above.ends_with("\n\n");
    let below = below
        .strip_prefix('\n')
        .filter(|_| is_apart)
        .unwrap_or(below);
    format!("{above}{below}")
}

fn text_of(raw: Option<&toml_edit::RawString>) -> String {
    raw.and_then(|raw| raw.as_str())
        .unwrap_or_default()
        .to_owned()
}

/// The table whose header is the first in the file behind `position`.
fn next_table(table: &mut Table, behind: Option<isize>) -> Option<&mut Table> {
    let inner = table.iter_mut().filter_map(|(_, item)| item.as_table_mut());
    let mut found: Option<&mut Table> = None;
    for table in inner {
        // Two looks, because a table cannot be lent out twice.
        let is_candidate = |t: &Table| !t.is_implicit() && !t.is_dotted() && t.position() > behind;
        let candidate = if is_candidate(table) {
            Some(table)
        } else {
            next_table(table, behind)
        };
        if let Some(candidate) = candidate
            && found
                .as_ref()
                .is_none_or(|best| candidate.position() < best.position())
        {
            found = Some(candidate);
        }
    }
    found
}
