//! The values in a table of a session file, each read as one of the types of TOML. Sessions are
//! unknown here.

use std::fmt::Display;
use std::str::FromStr;

use toml::Spanned;
use toml::de::DeValue;

use super::checks::Checked;
use super::error::{Problem, SessionsError};
use super::fields::{Fields, Located};
use crate::model::nearest;

impl<'d, 't> Fields<'d, 't> {
    /// An error at a value that is of another type.
    pub(super) fn wrong_type(
        &self,
        name: &str,
        expected: &'static str,
        found: &Spanned<DeValue<'_>>,
    ) -> SessionsError {
        let problem = Problem::WrongType {
            expected,
            found: article(found.get_ref().type_str()),
        };
        self.error_at(found.span().start, name, problem)
    }

    fn invalid(&self, at: usize, name: &str, why: impl Display) -> SessionsError {
        self.error_at(at, name, Problem::Invalid(why.to_string()))
    }

    /// What must be there.
    pub(super) fn required<T>(&self, name: &str, value: Option<T>) -> Result<T, SessionsError> {
        value.ok_or_else(|| self.error(name, Problem::Missing))
    }

    /// A string that is not empty and passes a check.
    fn located(
        &self,
        name: &str,
        check: impl Fn(&str) -> Checked,
    ) -> Result<Option<Located<&'d str>>, SessionsError> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        self.text(name, "a string", value, check).map(Some)
    }

    fn text(
        &self,
        name: &str,
        expected: &'static str,
        value: &'d Spanned<DeValue<'t>>,
        check: impl Fn(&str) -> Checked,
    ) -> Result<Located<&'d str>, SessionsError> {
        let at = value.span().start;
        match value.get_ref().as_str() {
            Some("") => Err(self.invalid(at, name, "is empty")),
            Some(text) => match check(text) {
                Ok(()) => Ok(Located { value: text, at }),
                Err(why) => Err(self.invalid(at, name, why)),
            },
            None => Err(self.wrong_type(name, expected, value)),
        }
    }

    /// A string that passes a check; the check's words are the error.
    pub(super) fn string(
        &self,
        name: &str,
        check: impl Fn(&str) -> Checked,
    ) -> Result<Option<String>, SessionsError> {
        let text = self.located(name, check)?;
        Ok(text.map(|text| text.value.to_owned()))
    }

    /// A string that is the text of a `T`.
    pub(super) fn parsed<T>(&self, name: &str) -> Result<Option<T>, SessionsError>
    where
        T: FromStr<Err: Display>,
    {
        let Some(Located { value, at }) = self.located(name, |_| Ok(()))? else {
            return Ok(None);
        };
        let parsed = value.parse().map(Some);
        parsed.map_err(|why: T::Err| self.invalid(at, name, why))
    }

    /// One of a few words.
    pub(super) fn word(
        &self,
        name: &str,
        known: &[&'static str],
    ) -> Result<Option<&'static str>, SessionsError> {
        let Some(Located { value: word, at }) = self.located(name, |_| Ok(()))? else {
            return Ok(None);
        };
        if let Some(found) = known.iter().find(|k| **k == word) {
            return Ok(Some(found));
        }
        let problem = Problem::UnknownWord {
            word: word.to_owned(),
            nearest: nearest(word, known.iter().copied()),
            known: known.to_vec(),
        };
        Err(self.error_at(at, name, problem))
    }

    /// `true` or `false`.
    pub(super) fn bool(&self, name: &str) -> Result<Option<bool>, SessionsError> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        match value.get_ref().as_bool() {
            Some(flag) => Ok(Some(flag)),
            None => Err(self.wrong_type(name, "true or false", value)),
        }
    }

    /// A whole number.
    pub(super) fn integer(&self, name: &str) -> Result<Option<i64>, SessionsError> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let integer = value.get_ref().as_integer();
        let number = integer.and_then(|i| i64::from_str_radix(i.as_str(), i.radix()).ok());
        match number {
            Some(number) => Ok(Some(number)),
            None => Err(self.wrong_type(name, "a whole number", value)),
        }
    }

    /// A list of strings that each pass a check; an absent one is empty.
    pub(super) fn strings(
        &self,
        name: &str,
        check: impl Fn(&str) -> Checked,
    ) -> Result<Vec<Located<&'d str>>, SessionsError> {
        const EXPECTED: &str = "a list of strings";
        let Some(value) = self.get(name) else {
            return Ok(Vec::new());
        };
        match value.get_ref().as_array() {
            Some(items) => items
                .iter()
                .map(|item| self.text(name, EXPECTED, item, &check))
                .collect(),
            None => Err(self.wrong_type(name, EXPECTED, value)),
        }
    }

    /// A table of strings that each pass a check, in the order of the file; an absent one is empty.
    pub(super) fn string_table(
        &self,
        name: &str,
        check: impl Fn(&str, &str) -> Checked,
    ) -> Result<Vec<(String, String)>, SessionsError> {
        let Some(table) = self.inside(name)? else {
            return Ok(Vec::new());
        };
        let mut strings = Vec::new();
        for (key, item) in table.entries() {
            let Some(text) = item.get_ref().as_str() else {
                return Err(table.wrong_type(key.value, "a string", item));
            };
            check(key.value, text).map_err(|why| table.invalid(key.at, key.value, why))?;
            strings.push((key.value.to_owned(), text.to_owned()));
        }
        Ok(strings)
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
