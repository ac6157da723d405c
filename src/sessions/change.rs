//! Changes to sessions that are there: their keys, their aliases, or the whole file by hand.

use toml_edit::Item;

use super::SessionStore;
use super::changes::Changes;
use super::edit::{check_ours, sessions_table};
use super::error::{ChangeError, Doing, SessionsError};
use super::source::read;
use super::table;
use crate::model::plan::check_change;
use crate::model::session::{Kind, Ownership};
use crate::model::{Alias, Catalog, Session};

impl SessionStore {
    /// Changes keys of a session. `check` sees the sessions as they will be: where it fails, the file
    /// stays as it was.
    ///
    /// # Errors
    /// Where the session is not there or not ours to write, where it would not be one any more, or
    /// where the file cannot be written. Nothing is written then.
    pub fn change<E>(
        &self,
        alias: &Alias,
        changes: &Changes,
        check: impl FnOnce(&Catalog) -> Result<(), E>,
    ) -> Result<Session, ChangeError<E>> {
        self.change_all(&[(alias.clone(), changes.clone())], check)?
            .pop()
            .ok_or_else(|| SessionsError::Lost(alias.clone()).into())
    }

    /// As [`SessionStore::change`], for several sessions in one write.
    ///
    /// # Errors
    /// As there.
    pub fn change_all<E>(
        &self,
        changes: &[(Alias, Changes)],
        check: impl FnOnce(&Catalog) -> Result<(), E>,
    ) -> Result<Vec<Session>, ChangeError<E>> {
        let edit = self.begin()?;
        let mut layout = edit.layout()?;
        for (alias, changes) in changes {
            check_ours(&[there(&edit.catalog, alias)?])?;
            let sessions = sessions_table(layout.document());
            let item = sessions.get_mut(alias.as_str());
            let position = item.as_ref().and_then(|item| item.as_table()?.position());
            let fields = item.and_then(Item::as_table_like_mut);
            let fields = fields.ok_or_else(|| SessionsError::Lost(alias.clone()))?;
            let mut homeless = Vec::new();
            for (key, entry) in changes.iter() {
                match entry {
                    Some(entry) => table::put(fields, key, entry),
                    None => homeless.extend(table::take(fields, key)),
                }
            }
            for comments in homeless {
                layout.keep_comments(&comments, position);
            }
        }
        // What was there before is whole, so what is wrong now is the change.
        let first = changes.first().map(|(alias, _)| alias);
        let (text, catalog) = self.check(&layout).map_err(|error| match first {
            Some(alias) => error.of_draft(Doing::Change, alias),
            None => error,
        })?;
        let after: Vec<Session> = changes
            .iter()
            .map(|(alias, _)| there(&catalog, alias).cloned())
            .collect::<Result<_, _>>()?;
        for session in &after {
            SessionsError::check_reachable(Doing::Change, session)?;
        }
        check(&catalog).map_err(ChangeError::Kept)?;
        check_change(&edit.catalog, &catalog).map_err(|error| match first {
            Some(alias) => SessionsError::of_chain(Doing::Change, alias, error),
            None => SessionsError::Chain(Box::new(error)),
        })?;
        self.write(&text)?;
        Ok(after)
    }

    /// Gives a session another alias. The sessions that are assumed from it follow; how many those are.
    ///
    /// # Errors
    /// Where the session is not there or not ours to write, where the new alias is taken, where a
    /// shared file names the old one, or where the file cannot be written. Nothing is written then.
    pub fn rename(&self, from: &Alias, to: &Alias) -> Result<usize, SessionsError> {
        let edit = self.begin()?;
        check_ours(&[there(&edit.catalog, from)?])?;
        if let Some(taken) = edit.catalog.get(to.as_str()) {
            return Err(SessionsError::Taken {
                alias: to.clone(),
                origin: taken.origin.clone(),
            });
        }
        let followers: Vec<&Session> = edit.catalog.chained_on(from).collect();
        let is_shared = |session: &&&Session| session.origin.ownership == Ownership::Shared;
        if let Some(shared) = followers.iter().find(is_shared) {
            let line = match &shared.kind {
                Kind::Chained(chained) => chained.assumer_line,
                _ => shared.origin.line,
            };
            return Err(SessionsError::SharedFollower {
                alias: from.clone(),
                follower: shared.alias.clone(),
                file: shared.origin.file.to_path_buf(),
                line,
            });
        }
        let mut layout = edit.layout()?;
        let sessions = sessions_table(layout.document());
        for follower in &followers {
            let fields = sessions.get_mut(follower.alias.as_str());
            if let Some(fields) = fields.and_then(Item::as_table_like_mut) {
                let new = super::Entry::Text(to.to_string());
                table::put(fields, "assumer_session", &new);
            }
        }
        if let Some(sessions) = layout.document().get_mut("sessions") {
            table::rename(sessions, from.as_str(), to.as_str());
        }
        let (text, catalog) = self.check(&layout)?;
        there(&catalog, to)?;
        self.write(&text)?;
        Ok(followers.len())
    }

    /// The text of the user's own file; that of an empty one where there is none.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn text(&self) -> Result<String, SessionsError> {
        Ok(read(&self.file(), Ownership::Own)?.unwrap_or_else(empty))
    }

    /// Puts `text` in the place of the file, if that still says `before`.
    ///
    /// # Errors
    /// [`SessionsError::Overtaken`] where it says something else by now; what is wrong with the text; or
    /// where the file cannot be written. Nothing is written then.
    pub fn replace(&self, before: &str, text: &str) -> Result<(), SessionsError> {
        let _lock = self.lock()?;
        if self.text()? != before {
            return Err(SessionsError::Overtaken(self.file()));
        }
        let after = self.load_from(text)?;
        // Of a file that could not be read, nobody knows what was whole.
        if let Ok(before) = self.load_from(before) {
            check_change(&before, &after).map_err(Box::new)?;
        }
        self.write(text)
    }

    fn write(&self, text: &str) -> Result<(), SessionsError> {
        let replacement = self.prepare(text)?;
        replacement
            .commit()
            .map_err(|source| self.unwritable(source))
    }
}

/// What a file says that is not there.
pub(super) fn empty() -> String {
    "version = 1\n".to_owned()
}

/// A session that was there when its change began, and may have gone while nobody kept others out.
fn there<'a>(catalog: &'a Catalog, alias: &Alias) -> Result<&'a Session, SessionsError> {
    let found = catalog.get(alias.as_str());
    found.ok_or_else(|| SessionsError::Lost(alias.clone()))
}
