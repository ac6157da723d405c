//! Changes to the user's own file that keep its comments, its order, and every byte that is not
//! part of the change.

use std::path::PathBuf;
use std::time::Duration;

use toml_edit::{DocumentMut, Item, Table};

use super::SessionStore;
use super::draft::Draft;
use super::error::{ChangeError, Doing, Problem, SessionsError};
use super::layout::Layout;
use crate::disk::{self, DiskError, Lock, Replacement};
use crate::model::plan::check_change;
use crate::model::session::Ownership;
use crate::model::{Alias, Catalog, Session};

/// How long a writer waits for another one; each holds the lock for milliseconds.
const LOCK_LIMIT: Duration = Duration::from_secs(10);

impl SessionStore {
    /// Writes a new session. `keep` runs when the session has been checked and before it is written:
    /// where it fails, the file stays as it was.
    ///
    /// # Errors
    /// Where the alias is taken, where the draft is not a whole session, or where the file cannot
    /// be written. Nothing is written then.
    pub fn add<E>(
        &self,
        alias: &Alias,
        draft: &Draft,
        keep: impl FnOnce(&Session) -> Result<(), E>,
    ) -> Result<Session, ChangeError<E>> {
        let edit = self.begin()?;
        if let Some(taken) = edit.catalog.get(alias.as_str()) {
            return Err(ChangeError::Sessions(SessionsError::Taken {
                origin: taken.origin.clone(),
                alias: alias.clone(),
            }));
        }
        let mut layout = edit.layout()?;
        let mut table = Table::new();
        layout.put_last(&mut table);
        // The first session's region is that of those to come, until `[defaults]` says otherwise.
        let sets_default =
            edit.catalog.iter().next().is_none() && !layout.document().contains_key("defaults");
        for (key, value) in draft.values() {
            if key == "region" && sets_default {
                let mut defaults = Table::new();
                defaults.insert("region", Item::Value(value));
                layout.document().insert("defaults", Item::Table(defaults));
            } else {
                table.insert(key, Item::Value(value));
            }
        }
        sessions_table(layout.document()).insert(alias.as_str(), Item::Table(table));
        // What was there before is whole, so what is wrong now is the new session.
        let (text, catalog) = self
            .check(&layout)
            .map_err(|error| error.of_draft(Doing::Add, alias))?;
        check_change(&edit.catalog, &catalog)
            .map_err(|error| SessionsError::of_chain(Doing::Add, alias, error))?;
        let session = catalog
            .find(alias.as_str())
            .cloned()
            .map_err(|_| SessionsError::Lost(alias.clone()))?;
        SessionsError::check_reachable(Doing::Add, &session)?;
        let replacement = self.prepare(&text)?;
        keep(&session).map_err(ChangeError::Kept)?;
        replacement
            .commit()
            .map_err(|source| self.unwritable(source))?;
        Ok(session)
    }

    /// Removes sessions. `forget` runs when the new file lies ready beside the old one, so that what
    /// is forgotten is not forgotten in vain; where it fails, the file stays as it was, and still names
    /// what is to be forgotten.
    ///
    /// # Errors
    /// Where one of them is defined in a shared file, or the file cannot be written. Nothing is
    /// written then.
    pub fn remove<E>(
        &self,
        sessions: &[&Session],
        forget: impl FnOnce() -> Result<(), E>,
    ) -> Result<(), ChangeError<E>> {
        check_ours(sessions)?;
        let edit = self.begin()?;
        let mut layout = edit.layout()?;
        for session in sessions {
            let removed = sessions_table(layout.document()).remove(session.alias.as_str());
            if let Some(Item::Table(removed)) = removed {
                layout.keep_comments_of(&removed);
            }
        }
        let (text, _) = self.check(&layout)?;
        let replacement = self.prepare(&text)?;
        forget().map_err(ChangeError::Kept)?;
        Ok(replacement
            .commit()
            .map_err(|source| self.unwritable(source))?)
    }

    /// Keeps other writers out, and reads what there is.
    pub(super) fn begin(&self) -> Result<Edit, SessionsError> {
        let lock = self.lock()?;
        let edit = self.look()?;
        Ok(Edit {
            _lock: Some(lock),
            ..edit
        })
    }

    /// Reads what there is, for a change that nobody makes.
    pub(super) fn look(&self) -> Result<Edit, SessionsError> {
        let text = self.text()?;
        // Before any change: the reader's errors know lines and keys, and what is wrong already is
        // not the change's fault.
        let catalog = self.load_from(&text)?;
        Ok(Edit {
            file: self.file(),
            text,
            catalog,
            _lock: None,
        })
    }

    /// Keeps other writers out.
    pub(super) fn lock(&self) -> Result<Lock, SessionsError> {
        let unwritable = |source| self.unwritable(source);
        if !self.directory.exists() {
            disk::private_dir(&self.directory).map_err(unwritable)?;
        }
        if let Some(parent) = self.lock.parent() {
            disk::private_dir(parent).map_err(unwritable)?;
        }
        Lock::acquire(&self.lock, "changing sessions", LOCK_LIMIT, |_| ()).map_err(unwritable)
    }

    /// The text of a changed document, once it is known to be whole.
    pub(super) fn check(&self, layout: &Layout) -> Result<(String, Catalog), SessionsError> {
        let text = layout.text();
        let catalog = self.load_from(&text)?;
        Ok((text, catalog))
    }

    pub(super) fn prepare(&self, text: &str) -> Result<Replacement, SessionsError> {
        Replacement::prepare(&self.file(), text.as_bytes(), 0o600)
            .map_err(|source| self.unwritable(source))
    }

    /// Whether the file could be exchanged now: for what cannot be taken back, and has to be noted there.
    ///
    /// # Errors
    /// What a change would say.
    pub fn check_writable(&self) -> Result<(), SessionsError> {
        let _lock = self.lock()?;
        self.prepare(&self.text()?).map(drop)
    }

    pub(super) fn unwritable(&self, source: DiskError) -> SessionsError {
        SessionsError::Unwritable {
            file: self.file(),
            source,
        }
    }
}

/// The file as it was when nobody else could write it any more; or as it was found, without a lock.
pub(super) struct Edit {
    file: PathBuf,
    pub(super) text: String,
    pub(super) catalog: Catalog,
    _lock: Option<Lock>,
}

impl Edit {
    pub(super) fn layout(&self) -> Result<Layout, SessionsError> {
        // `load_from` has read it already; the two parsers are of one make.
        Layout::parse(&self.text).map_err(|error| SessionsError::Invalid {
            file: self.file.clone(),
            line: 1,
            key: String::new(),
            problem: Problem::Syntax(error.message().to_owned()),
        })
    }
}

/// Whether all of them are in the user's own file.
///
/// # Errors
/// The first that is not: shared files are never written by us.
pub fn check_ours(sessions: &[&Session]) -> Result<(), SessionsError> {
    let is_shared = |s: &&&Session| s.origin.ownership == Ownership::Shared;
    match sessions.iter().find(is_shared) {
        Some(shared) => Err(SessionsError::Shared {
            alias: shared.alias.to_string(),
            file: shared.origin.file.to_path_buf(),
        }),
        None => Ok(()),
    }
}

/// `[sessions]`, made where it is not there; its own header is not written, only its members'.
pub(super) fn sessions_table(document: &mut DocumentMut) -> &mut dyn toml_edit::TableLike {
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
