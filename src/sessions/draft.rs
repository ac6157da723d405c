//! A session that is to be written, before it is one.

use toml_edit::{Array, InlineTable, Value};

use crate::model::session::Type;

/// What a session that is to be written says, key by key.
#[derive(Clone, Debug, Default)]
pub struct Draft(Vec<(&'static str, Entry)>);

/// The value of one key.
#[derive(Clone, Debug)]
pub enum Entry {
    /// A string.
    Text(String),
    /// `true` or `false`.
    Flag(bool),
    /// A list of strings.
    List(Vec<String>),
    /// A table of strings.
    Map(Vec<(String, String)>),
}

impl Draft {
    /// A session of this type that says nothing else yet.
    pub fn of_type(kind: Type) -> Self {
        Self(vec![("type", Entry::Text(kind.name().to_owned()))])
    }

    /// Adds all that another draft says.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Whether a key is said.
    pub fn has(&self, key: &str) -> bool {
        self.keys().any(|k| k == key)
    }

    /// What a key says, where it is text.
    pub fn get_text(&self, key: &str) -> Option<&str> {
        self.0.iter().find_map(|(k, entry)| match entry {
            Entry::Text(text) if *k == key => Some(text.as_str()),
            _ => None,
        })
    }

    /// The keys that are said.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(key, _)| *key)
    }

    /// Adds a key. Absent values leave the key out.
    pub fn set(&mut self, key: &'static str, entry: Option<Entry>) {
        self.0.extend(entry.map(|entry| (key, entry)));
    }

    /// Adds a key whose value is text.
    pub fn text(&mut self, key: &'static str, value: Option<&impl ToString>) {
        self.set(key, value.map(|v| Entry::Text(v.to_string())));
    }

    /// Each key with what it says.
    pub(super) fn into_entries(self) -> impl Iterator<Item = (&'static str, Entry)> {
        self.0.into_iter()
    }

    /// What it says, as TOML.
    pub(super) fn values(&self) -> impl Iterator<Item = (&'static str, Value)> {
        self.0.iter().map(|(key, entry)| (*key, entry.value()))
    }
}

impl Entry {
    pub(super) fn value(&self) -> Value {
        match self {
            Self::Text(text) => text.as_str().into(),
            Self::Flag(flag) => (*flag).into(),
            Self::List(items) => Value::Array(items.iter().map(String::as_str).collect::<Array>()),
            Self::Map(entries) => {
                let entries = entries.iter().map(|(k, v)| (k.as_str(), v.as_str()));
                Value::InlineTable(entries.collect::<InlineTable>())
            }
        }
    }
}
