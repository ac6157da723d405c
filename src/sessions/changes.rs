//! What is to be different about a session that is there, before it is.

use toml_edit::Value;

use super::draft::{Draft, Entry};
use super::keys::{Shape, shape_of};

/// What is to be different, key by key.
#[derive(Clone, Debug, Default)]
pub struct Changes(Vec<(&'static str, Option<Entry>)>);

impl Changes {
    /// Whether nothing is to be different.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The keys that are set or removed.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(key, _)| *key)
    }

    /// Sets a key. What is said of one list or table in several pieces is joined.
    ///
    /// # Errors
    /// Where the key has a value or is removed already, and cannot have two.
    pub fn set(&mut self, key: &'static str, entry: Entry) -> Result<(), SaidTwice> {
        let before = self.0.iter_mut().find(|(k, _)| *k == key);
        match (before.map(|(_, before)| before), entry) {
            (None, entry) => self.0.push((key, Some(entry))),
            (Some(Some(Entry::List(before))), Entry::List(more)) => before.extend(more),
            (Some(Some(Entry::Map(before))), Entry::Map(more)) => before.extend(more),
            (Some(_), _) => return Err(SaidTwice(key)),
        }
        Ok(())
    }

    /// Removes a key.
    ///
    /// # Errors
    /// Where something else is said of the key already.
    pub fn unset(&mut self, key: &'static str) -> Result<(), SaidTwice> {
        if self.keys().any(|k| k == key) {
            return Err(SaidTwice(key));
        }
        self.0.push((key, None));
        Ok(())
    }

    /// Each key with its new value, `None` where it is removed.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, Option<&Entry>)> {
        self.0.iter().map(|(key, entry)| (*key, entry.as_ref()))
    }
}

impl From<Draft> for Changes {
    fn from(draft: Draft) -> Self {
        let entries = draft.into_entries();
        Self(entries.map(|(key, entry)| (key, Some(entry))).collect())
    }
}

/// Two values for a key that has one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is said twice")]
pub struct SaidTwice(&'static str);

impl Entry {
    /// Reads the value of a key as a person types it: a list as `a,b`, a table as `A=x,B=y`; or both as
    /// TOML writes them, for what has a comma in it.
    ///
    /// # Errors
    /// Why it is none. Whether it means anything to AWS is not asked here.
    pub fn read(key: &str, text: &str) -> Result<Self, String> {
        match shape_of(key) {
            Shape::Text => Ok(Self::Text(text.to_owned())),
            Shape::Flag => match text {
                "true" | "yes" => Ok(Self::Flag(true)),
                "false" | "no" => Ok(Self::Flag(false)),
                _ => Err(format!("`{text}` is neither `true` nor `false`")),
            },
            Shape::List => list(text).map(Self::List),
            Shape::Map => map(text).map(Self::Map),
        }
    }
}

fn list(text: &str) -> Result<Vec<String>, String> {
    if !text.starts_with('[') {
        return Ok(pieces(text).map(str::to_owned).collect());
    }
    let items = text.parse().ok().and_then(|value: Value| {
        let items = value.as_array()?.iter();
        items
            .map(|item| item.as_str().map(str::to_owned))
            .collect::<Option<_>>()
    });
    items.ok_or_else(|| "a list is written `a,b` or `[\"a\", \"b\"]`".to_owned())
}

fn map(text: &str) -> Result<Vec<(String, String)>, String> {
    let odd = || "tags are written `KEY=VALUE,KEY=VALUE` or `{ KEY = \"VALUE\" }`".to_owned();
    if !text.starts_with('{') {
        let pair = |piece: &str| {
            let (key, value) = piece.split_once('=')?;
            Some((key.trim().to_owned(), value.trim().to_owned()))
        };
        let pairs = pieces(text).map(pair).collect::<Option<_>>();
        return pairs.ok_or_else(odd);
    }
    let pairs = text.parse().ok().and_then(|value: Value| {
        let pairs = value.as_inline_table()?.iter();
        pairs
            .map(|(key, value)| Some((key.to_owned(), value.as_str()?.to_owned())))
            .collect::<Option<_>>()
    });
    pairs.ok_or_else(odd)
}

fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(str::trim)
        .filter(|piece| !piece.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_tables_are_read_as_they_are_typed_and_as_toml() {
        for text in ["a, b", "a,b,", "[\"a\", 'b']"] {
            assert_eq!(list(text), Ok(vec!["a".to_owned(), "b".to_owned()]));
        }
        assert_eq!(list("[\"a,b\"]"), Ok(vec!["a,b".to_owned()]));
        assert!(list("[a").is_err() && list("[1]").is_err());
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        for text in ["A=x=y, B=", "{ A = \"x=y\", B = '' }"] {
            assert_eq!(map(text), Ok(vec![pair("A", "x=y"), pair("B", "")]));
        }
        assert!(map("A").is_err() && map("{ A = 1 }").is_err());
    }

    #[test]
    fn only_lists_and_tables_are_said_in_pieces() {
        let mut changes = Changes::default();
        let entry = |key, text| Entry::read(key, text).unwrap();
        for text in ["a", "b"] {
            changes.set("labels", entry("labels", text)).unwrap();
        }
        let text = format!("{:?}", changes.iter().next());
        assert!(text.contains("\"a\", \"b\""), "{text}");
        changes.set("region", entry("region", "x")).unwrap();
        assert!(changes.set("region", entry("region", "y")).is_err());
        assert!(changes.unset("region").is_err());
    }
}
