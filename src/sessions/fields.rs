//! One table of a session file, read key by key, so that every error knows its line and its key.

use std::fmt::Display;
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{Problem, SessionsError};
use super::schema::Document;
use crate::model::nearest;

/// A value and the byte where it stands in its file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Located<T> {
    pub(super) value: T,
    pub(super) at: usize,
}

/// A table whose keys are all known ones.
pub(super) struct Fields<'d, 't> {
    document: &'d Document<'t>,
    /// The dotted name of the table, empty at the top.
    path: String,
    /// Where the table begins: what is missing is reported there.
    at: usize,
    table: &'d DeTable<'t>,
}

impl<'d, 't> Fields<'d, 't> {
    /// Opens a table.
    ///
    /// # Errors
    /// The first key in the file that is not in `known`, with the nearest that is.
    pub(super) fn open(
        document: &'d Document<'t>,
        path: String,
        at: usize,
        table: &'d DeTable<'t>,
        known: &[&[&'static str]],
    ) -> Result<Self, SessionsError> {
        let fields = Self {
            document,
            path,
            at,
            table,
        };
        let known = || known.iter().copied().flatten().copied();
        let stranger = table
            .keys()
            .filter(|key| !known().any(|k| k == key.get_ref().as_ref()))
            .min_by_key(|k| k.span().start);
        match stranger {
            None => Ok(fields),
            Some(key) => {
                let word = key.get_ref().as_ref();
                let problem = if word.contains("secret") || word.contains("password") {
                    Problem::Secret
                } else {
                    Problem::UnknownKey {
                        nearest: nearest(word, known()),
                        known: known().collect(),
                    }
                };
                Err(document.error(key.span().start, &fields.key(word), problem))
            }
        }
    }

    fn key(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    fn get(&self, name: &str) -> Option<&'d Spanned<DeValue<'t>>> {
        self.table.get(name)
    }

    /// The line of a key, or of the table where the key is absent.
    pub(super) fn line(&self, name: &str) -> u32 {
        let at = self.get(name).map_or(self.at, |value| value.span().start);
        u32::try_from(self.document.line(at)).unwrap_or(u32::MAX)
    }

    /// An error at a key of this table.
    pub(super) fn error(&self, name: &str, problem: Problem) -> SessionsError {
        let at = self.get(name).map_or(self.at, |value| value.span().start);
        self.document.error(at, &self.key(name), problem)
    }

    fn wrong_type(&self, name: &str, expected: &'static str, found: &DeValue<'_>) -> SessionsError {
        self.error(
            name,
            Problem::WrongType {
                expected,
                found: article(found.type_str()),
            },
        )
    }

    /// What must be there.
    pub(super) fn required<T>(&self, name: &str, value: Option<T>) -> Result<T, SessionsError> {
        value.ok_or_else(|| self.error(name, Problem::Missing))
    }

    /// A string that is not empty.
    pub(super) fn string(&self, name: &str) -> Result<Option<&'d str>, SessionsError> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        match value.get_ref().as_str() {
            Some("") => Err(self.error(name, Problem::Invalid("is empty".to_owned()))),
            Some(text) => Ok(Some(text)),
            None => Err(self.wrong_type(name, "a string", value.get_ref())),
        }
    }

    /// A string that is the text of a `T`.
    pub(super) fn parsed<T>(&self, name: &str) -> Result<Option<T>, SessionsError>
    where
        T: FromStr<Err: Display>,
    {
        let parse = |text: &str| {
            text.parse()
                .map_err(|e: T::Err| self.error(name, Problem::Invalid(e.to_string())))
        };
        self.string(name)?.map(parse).transpose()
    }

    /// A string that passes a check; the check's words are the error.
    pub(super) fn checked(
        &self,
        name: &str,
        check: impl Fn(&str) -> Result<(), String>,
    ) -> Result<Option<String>, SessionsError> {
        let Some(text) = self.string(name)? else {
            return Ok(None);
        };
        check(text).map_err(|why| self.error(name, Problem::Invalid(why)))?;
        Ok(Some(text.to_owned()))
    }

    /// One of a few words.
    pub(super) fn word(
        &self,
        name: &str,
        known: &[&'static str],
    ) -> Result<Option<&'d str>, SessionsError> {
        let Some(word) = self.string(name)? else {
            return Ok(None);
        };
        if known.contains(&word) {
            return Ok(Some(word));
        }
        let nearest = nearest(word, known.iter().copied());
        Err(self.error(
            name,
            Problem::UnknownWord {
                word: word.to_owned(),
                nearest,
                known: known.to_vec(),
            },
        ))
    }

    /// `true` or `false`.
    pub(super) fn bool(&self, name: &str) -> Result<Option<bool>, SessionsError> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        value
            .get_ref()
            .as_bool()
            .map(Some)
            .ok_or_else(|| self.wrong_type(name, "true or false", value.get_ref()))
    }

    /// A whole number.
    pub(super) fn integer(&self, name: &str) -> Result<Option<i64>, SessionsError> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let wrong = || self.wrong_type(name, "a whole number", value.get_ref());
        let integer = value.get_ref().as_integer().ok_or_else(wrong)?;
        i64::from_str_radix(integer.as_str(), integer.radix())
            .map(Some)
            .map_err(|_| wrong())
    }

    /// A list of strings; an absent one is empty.
    pub(super) fn strings(&self, name: &str) -> Result<Vec<Located<&'d str>>, SessionsError> {
        let Some(value) = self.get(name) else {
            return Ok(Vec::new());
        };
        let wrong = |found: &DeValue<'_>| self.wrong_type(name, "a list of strings", found);
        let items = value
            .get_ref()
            .as_array()
            .ok_or_else(|| wrong(value.get_ref()))?;
        items
            .iter()
            .map(|item| {
                let value = item
                    .get_ref()
                    .as_str()
                    .ok_or_else(|| wrong(item.get_ref()))?;
                Ok(Located {
                    value,
                    at: item.span().start,
                })
            })
            .collect()
    }

    /// A table of strings, in the order of the file; an absent one is empty.
    pub(super) fn string_table(&self, name: &str) -> Result<Vec<(String, String)>, SessionsError> {
        let Some(value) = self.get(name) else {
            return Ok(Vec::new());
        };
        let wrong = |found: &DeValue<'_>| self.wrong_type(name, "a table of strings", found);
        let table = value
            .get_ref()
            .as_table()
            .ok_or_else(|| wrong(value.get_ref()))?;
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        entries
            .into_iter()
            .map(|(key, item)| {
                let text = item
                    .get_ref()
                    .as_str()
                    .ok_or_else(|| wrong(item.get_ref()))?;
                Ok((key.get_ref().to_string(), text.to_owned()))
            })
            .collect()
    }

    /// A table within this one, whose keys are all in `known`.
    pub(super) fn table(
        &self,
        name: &str,
        known: &[&[&'static str]],
    ) -> Result<Option<Fields<'d, 't>>, SessionsError> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let table = value
            .get_ref()
            .as_table()
            .ok_or_else(|| self.wrong_type(name, "a table", value.get_ref()))?;
        Fields::open(
            self.document,
            self.key(name),
            value.span().start,
            table,
            known,
        )
        .map(Some)
    }
}

fn article(kind: &'static str) -> &'static str {
    match kind {
        "integer" => "an integer",
        "string" => "a string",
        "boolean" => "true or false",
        "array" => "a list",
        "table" => "a table",
        "float" => "a float",
        _ => "a date",
    }
}
