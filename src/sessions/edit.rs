//! Changes to the user's own file that keep its comments, its order, and every byte that is not
//! part of the change.

use std::path::PathBuf;
use std::time::Duration;

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value};

use super::SessionStore;
use super::error::{AddError, Problem, SessionsError};
use super::source::read;
use crate::disk::{self, Lock};
use crate::model::session::{Ownership, Type};
use crate::model::{Alias, Catalog, Session};

/// How long a writer waits for another one; each holds the lock for milliseconds.
const LOCK_LIMIT: Duration = Duration::from_secs(10);

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
}

impl SessionStore {
    /// Writes a new session. `keep` runs when the session has been checked and before it is written:
    /// where it fails, the file stays as it was.
    ///
    /// # Errors
    /// Where the alias is taken, where the draft is not a whole session, or where the file can not
    /// be written. Nothing is written then.
    pub fn add<E>(
        &self,
        alias: &Alias,
        draft: &Draft,
        keep: impl FnOnce(&Session) -> Result<(), E>,
    ) -> Result<Session, AddError<E>> {
        let edit = self.begin()?;
        if let Some(taken) = edit.catalog.get(alias.as_str()) {
            return Err(AddError::Sessions(SessionsError::Taken {
                origin: taken.origin.clone(),
                alias: alias.clone(),
            }));
        }
        let mut document = edit.document()?;
        // The first session's region is that of those to come, until `[defaults]` says otherwise.
        let is_first =
            edit.catalog.iter().next().is_none() && edit.catalog.default_region().is_none();
        let mut table = Table::new();
        for (key, entry) in &draft.0 {
            match *key {
                "region" if is_first => set_default_region(&mut document, value(entry)),
                key => drop(table.insert(key, Item::Value(value(entry)))),
            }
        }
        sessions_table(&mut document).insert(alias.as_str(), Item::Table(table));
        let (text, catalog) = self.check(&document)?;
        let session = catalog
            .find(alias.as_str())
            .cloned()
            .map_err(|_| SessionsError::Lost(alias.clone()))?;
        keep(&session).map_err(AddError::Keep)?;
        self.write(&text)?;
        Ok(session)
    }

    /// Removes sessions.
    ///
    /// # Errors
    /// Where one of them is defined in a shared file, or the file can not be written. Nothing is
    /// written then.
    pub fn remove(&self, sessions: &[&Session]) -> Result<(), SessionsError> {
        if let Some(shared) = sessions
            .iter()
            .find(|s| s.origin.ownership == Ownership::Shared)
        {
            return Err(SessionsError::Shared {
                alias: shared.alias.to_string(),
                file: shared.origin.file.to_path_buf(),
            });
        }
        let mut document = self.begin()?.document()?;
        let table = sessions_table(&mut document);
        for session in sessions {
            table.remove(session.alias.as_str());
        }
        let (text, _) = self.check(&document)?;
        self.write(&text)
    }

    /// Keeps other writers out, and reads what there is.
    fn begin(&self) -> Result<Edit, SessionsError> {
        let file = self.file();
        let unwritable = |source| SessionsError::Unwritable {
            file: file.clone(),
            source,
        };
        disk::private_dir(&self.directory).map_err(unwritable)?;
        if let Some(parent) = self.lock.parent() {
            disk::private_dir(parent).map_err(unwritable)?;
        }
        let lock = Lock::acquire(&self.lock, "changing sessions", LOCK_LIMIT, |_| ())
            .map_err(unwritable)?;
        let text = read(&file)?.unwrap_or_else(|| "version = 1\n".to_owned());
        // Before any change: the reader's errors know lines and keys, and what is wrong already is
        // not the change's fault.
        let catalog = self.load_from(&text)?;
        Ok(Edit {
            file,
            text,
            catalog,
            _lock: lock,
        })
    }

    /// The text of a changed document, once it is known to be whole.
    fn check(&self, document: &DocumentMut) -> Result<(String, Catalog), SessionsError> {
        let text = document.to_string();
        let catalog = self.load_from(&text)?;
        Ok((text, catalog))
    }

    fn write(&self, text: &str) -> Result<(), SessionsError> {
        let file = self.file();
        disk::replace(&file, text.as_bytes(), 0o600)
            .map_err(|source| SessionsError::Unwritable { file, source })
    }
}

/// The file as it was when nobody else could write it any more.
struct Edit {
    file: PathBuf,
    text: String,
    catalog: Catalog,
    _lock: Lock,
}

impl Edit {
    fn document(&self) -> Result<DocumentMut, SessionsError> {
        self.text
            .parse()
            .map_err(|error: toml_edit::TomlError| SessionsError::Invalid {
                file: self.file.clone(),
                line: 1,
                key: String::new(),
                problem: Problem::Syntax(error.to_string()),
            })
    }
}

fn set_default_region(document: &mut DocumentMut, region: Value) {
    let defaults = document
        .entry("defaults")
        .or_insert_with(|| Item::Table(Table::new()));
    if let Some(defaults) = defaults.as_table_like_mut() {
        defaults.insert("region", Item::Value(region));
    }
}

/// `[sessions]`, made where it is not there; its own header is not written, only its members'.
fn sessions_table(document: &mut DocumentMut) -> &mut dyn toml_edit::TableLike {
    let item = document.entry("sessions").or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    if !item.is_table_like() {
        // `load_from` has refused a `sessions` that is no table already.
        *item = Item::Table(Table::new());
    }
    item.as_table_like_mut().expect("made a table just now")
}

fn value(entry: &Entry) -> Value {
    match entry {
        Entry::Text(text) => text.as_str().into(),
        Entry::Flag(flag) => (*flag).into(),
        Entry::List(items) => Value::Array(items.iter().map(String::as_str).collect::<Array>()),
        Entry::Map(entries) => {
            let table: InlineTable = entries
                .iter()
                .map(|(k, v)| (k.as_str(), Value::from(v.as_str())))
                .collect();
            Value::InlineTable(table)
        }
    }
}
