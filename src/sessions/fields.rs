//! One table of a session file: its keys, and where they stand.

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::error::{Problem, SessionsError};
use super::source::Source;
use crate::model::nearest;

/// A value and the byte where it stands in its file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Located<T> {
    pub(super) value: T,
    pub(super) at: usize,
}

/// A table and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Fields<'d, 't> {
    source: &'d Source,
    table: &'d DeTable<'t>,
    /// The table that this one stands in, and its key there; nothing at the top.
    above: Option<(&'d Self, &'d str)>,
    /// Where the table begins: what is missing is reported there.
    at: usize,
}

impl<'d, 't> Fields<'d, 't> {
    /// The table at the top of a file.
    pub(super) fn top(source: &'d Source, table: &'d DeTable<'t>) -> Self {
        Self {
            source,
            table,
            above: None,
            at: 0,
        }
    }

    /// Looks for keys that mean nothing: neither one of `known`, nor of those `elsewhere` that have
    /// no place here, which is another error.
    ///
    /// # Errors
    /// The first such key in the file, with the nearest that is known.
    pub(super) fn only(
        self,
        known: &[&'static str],
        elsewhere: &[&'static str],
    ) -> Result<Self, SessionsError> {
        let stranger = self
            .table
            .keys()
            .filter(|key| {
                !known
                    .iter()
                    .chain(elsewhere)
                    .any(|k| *k == key.get_ref().as_ref())
            })
            .min_by_key(|key| key.span().start);
        let Some(key) = stranger else {
            return Ok(self);
        };
        let word = key.get_ref().as_ref();
        let problem = if ["secret", "password", "token"]
            .iter()
            .any(|w| word.contains(w))
        {
            Problem::Secret
        } else {
            Problem::UnknownKey {
                nearest: nearest(word, known.iter().copied()),
                known: known.to_vec(),
            }
        };
        Err(self.error_at(key.span().start, word, problem))
    }

    /// Its keys.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'d str> {
        self.table.keys().map(|key| -> &'d str {
            let key: &DeString<'t> = key.get_ref();
            key
        })
    }

    /// Whether a key is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.table.contains_key(name)
    }

    /// A table in this one.
    pub(super) fn inside<'p>(
        &'p self,
        name: &'p str,
    ) -> Result<Option<Fields<'p, 't>>, SessionsError> {
        let Some(value) = self.table.get(name) else {
            return Ok(None);
        };
        let Some(table) = value.get_ref().as_table() else {
            return Err(self.wrong_type(name, "a table", value));
        };
        Ok(Some(Fields {
            source: self.source,
            table,
            above: Some((self, name)),
            at: value.span().start,
        }))
    }

    /// Its keys with their values, in the order of the file.
    pub(super) fn entries(&self) -> Vec<(Located<&'d str>, &'d Spanned<DeValue<'t>>)> {
        let located = |key: &'d Spanned<_>| -> Located<&'d str> {
            let at = key.span().start;
            let value: &DeString<'t> = key.get_ref();
            Located { value, at }
        };
        let mut entries: Vec<_> = self.table.iter().map(|(k, v)| (located(k), v)).collect();
        entries.sort_by_key(|(key, _)| key.at);
        entries
    }

    /// The line of a key, or of the table where the key is absent.
    pub(super) fn line(&self, name: &str) -> u32 {
        self.source.line(self.place(name))
    }

    /// An error at a key of this table.
    pub(super) fn error(&self, name: &str, problem: Problem) -> SessionsError {
        self.error_at(self.place(name), name, problem)
    }

    /// An error at a byte that belongs to a key of this table.
    pub(super) fn error_at(&self, at: usize, name: &str, problem: Problem) -> SessionsError {
        self.source.error(at, &self.path_of(name), problem)
    }

    /// The dotted name of a key of this table, each part quoted where TOML wants it to be.
    fn path_of(&self, name: &str) -> String {
        let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let name = if !name.is_empty() && name.chars().all(bare) {
            name.to_owned()
        } else {
            format!("{name:?}")
        };
        match self.above {
            Some((table, key)) => format!("{}.{name}", table.path_of(key)),
            None => name,
        }
    }

    /// The value of a key.
    pub(super) fn get(&self, name: &str) -> Option<&'d Spanned<DeValue<'t>>> {
        self.table.get(name)
    }

    fn place(&self, name: &str) -> usize {
        let value = self.table.get(name);
        value.map_or(self.at, |value| value.span().start)
    }
}
