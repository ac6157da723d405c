//! A session that is to be written, before it is one.

use std::path::Path;

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value};

use super::document::Document;
use super::error::{Doing, SessionsError};
use super::source::Source;
use crate::model::session::{Ownership, Type};
use crate::model::{Alias, Catalog, Region, Session};

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

    /// The session that it would be by itself, in the user's own file: nothing else is looked at, so
    /// its assumer need not be there.
    ///
    /// # Errors
    /// What is wrong with it, or missing.
    pub fn check(
        &self,
        alias: &Alias,
        default_region: Option<&Region>,
    ) -> Result<Session, SessionsError> {
        let mut sessions = Table::new();
        sessions.insert(alias.as_str(), Item::Table(self.table()));
        let mut document = DocumentMut::new();
        if let Some(region) = default_region {
            let mut defaults = Table::new();
            defaults.insert("region", region.as_str().into());
            document.insert("defaults", Item::Table(defaults));
        }
        document.insert("sessions", Item::Table(sessions));
        let text = document.to_string();
        let source = Source::new(Path::new("").into(), Ownership::Own, text.as_bytes());
        let read = || {
            let document = Document::parse(&source, &text)?;
            let mut catalog = Catalog::default();
            document.sessions_into(&mut catalog, &document.defaults()?)?;
            let session = catalog.get(alias.as_str()).cloned();
            session.ok_or_else(|| SessionsError::Lost(alias.clone()))
        };
        read().map_err(|error| error.of_draft(Doing::Add, alias))
    }

    /// Its table, as it is written.
    pub(super) fn table(&self) -> Table {
        let mut table = Table::new();
        for (key, value) in self.values() {
            table.insert(key, Item::Value(value));
        }
        table
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
