//! Many new sessions at once: all of them or none.

use toml_edit::{Item, Table};

use super::SessionStore;
use super::draft::Draft;
use super::edit::{Edit, sessions_table};
use super::error::{ChangeError, SessionsError};
use crate::model::{Alias, Catalog, Region};

/// Sessions that are to be written together.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// In the order in which they will stand in the file.
    pub sessions: Vec<(Alias, Draft)>,
    /// The region that `[defaults]` is to name, where it names none yet.
    pub default_region: Option<Region>,
    /// The text of the user's own file for which all of this was planned.
    pub before: String,
}

/// The user's own file before and after a change that nobody has made.
#[derive(Clone, Debug)]
pub struct Preview {
    /// What it holds now; empty where it is not there.
    pub before: String,
    /// What it would hold.
    pub after: String,
}

impl SessionStore {
    /// What [`SessionStore::add_all`] would write. It writes nothing, and waits for nobody.
    ///
    /// # Errors
    /// Those of [`SessionStore::add_all`], but for those of writing.
    pub fn preview(&self, batch: &Batch) -> Result<Preview, SessionsError> {
        let edit = self.look()?;
        let before = if self.file().exists() {
            edit.text.clone()
        } else {
            String::new()
        };
        let (after, _) = self.with_batch(&edit, batch)?;
        Ok(Preview { before, after })
    }

    /// Writes new sessions, all in one replacement of the file. `keep` runs when they have been checked
    /// and lie ready: where it fails, the file stays as it was.
    ///
    /// # Errors
    /// [`SessionsError::Overtaken`] where the file says something else by now than it did when the batch was
    /// planned; or where an alias is taken, where a draft is not a whole session, or where the file cannot
    /// be written. Nothing is written then.
    pub fn add_all<E>(
        &self,
        batch: &Batch,
        keep: impl FnOnce() -> Result<(), E>,
    ) -> Result<Catalog, ChangeError<E>> {
        let edit = self.begin()?;
        if edit.text != batch.before {
            return Err(SessionsError::Overtaken(self.file()).into());
        }
        let (text, catalog) = self.with_batch(&edit, batch)?;
        let replacement = self.prepare(&text)?;
        keep().map_err(ChangeError::Kept)?;
        replacement
            .commit()
            .map_err(|source| self.unwritable(source))?;
        Ok(catalog)
    }

    /// The file's text with the batch in it.
    fn with_batch(&self, edit: &Edit, batch: &Batch) -> Result<(String, Catalog), SessionsError> {
        let mut layout = edit.layout()?;
        if let Some(region) = &batch.default_region
            && edit.catalog.default_region().is_none()
        {
            let defaults = layout.document().entry("defaults");
            let defaults = defaults.or_insert_with(|| Item::Table(Table::new()));
            if let Some(defaults) = defaults.as_table_like_mut() {
                defaults.insert("region", region.as_str().into());
            }
        }
        for (alias, draft) in &batch.sessions {
            if let Some(taken) = edit.catalog.get(alias.as_str()) {
                return Err(SessionsError::Taken {
                    origin: taken.origin.clone(),
                    alias: alias.clone(),
                });
            }
            let mut table = draft.table();
            layout.put_last(&mut table);
            sessions_table(layout.document()).insert(alias.as_str(), Item::Table(table));
        }
        self.check(&layout)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::session::Type;
    use std::fs;

    fn user(id: &str) -> Draft {
        let mut draft = Draft::of_type(Type::IamUser);
        draft.text("access_key_id", Some(&id));
        draft
    }

    fn batch(aliases: &[&str], store: &SessionStore) -> Batch {
        let session = |alias: &&str| (alias.parse().unwrap(), user("AKIAIOSFODNN7EXAMPLE"));
        Batch {
            sessions: aliases.iter().map(session).collect(),
            default_region: Some("eu-west-1".parse().unwrap()),
            before: store.text().unwrap(),
        }
    }

    fn store() -> (tempfile::TempDir, SessionStore) {
        let home = tempfile::tempdir().unwrap();
        let store = SessionStore::new(home.path().join("config"), home.path().join("data/lock"));
        (home, store)
    }

    #[test]
    fn a_preview_is_what_will_be_written_and_writes_nothing() {
        let (home, store) = store();
        let preview = store.preview(&batch(&["a", "b/c"], &store)).unwrap();
        assert_eq!(preview.before, "");
        assert!(fs::read_dir(home.path()).unwrap().next().is_none());
        store
            .add_all(&batch(&["a", "b/c"], &store), || Ok::<_, ()>(()))
            .unwrap();
        let written = fs::read_to_string(store.file()).unwrap();
        assert_eq!(written, preview.after);
        insta::assert_snapshot!(written, @r#"
        version = 1

        [defaults]
        region = "eu-west-1"

        [sessions.a]
        type = "iam-user"
        access_key_id = "AKIAIOSFODNN7EXAMPLE"

        [sessions."b/c"]
        type = "iam-user"
        access_key_id = "AKIAIOSFODNN7EXAMPLE"
        "#);
    }

    #[test]
    fn all_or_none() {
        let (_home, store) = store();
        store
            .add_all(&batch(&["a"], &store), || Ok::<_, ()>(()))
            .unwrap();
        let before = fs::read_to_string(store.file()).unwrap();
        let taken = store.add_all(&batch(&["b", "a"], &store), || Ok::<_, ()>(()));
        assert!(matches!(
            taken,
            Err(ChangeError::Sessions(SessionsError::Taken { .. }))
        ));
        let refused = store.add_all(&batch(&["b"], &store), || Err("no"));
        assert!(matches!(refused, Err(ChangeError::Kept("no"))));
        assert_eq!(fs::read_to_string(store.file()).unwrap(), before);
    }

    #[test]
    fn a_batch_that_was_planned_for_another_file_is_refused() {
        let (_home, store) = store();
        let planned = batch(&["a"], &store);
        let other = batch(&["b"], &store);
        store.add_all(&other, || Ok::<_, ()>(())).unwrap();
        let before = fs::read_to_string(store.file()).unwrap();
        let overtaken = store.add_all(&planned, || -> Result<(), ()> { panic!("too late") });
        assert!(matches!(
            overtaken,
            Err(ChangeError::Sessions(SessionsError::Overtaken(_)))
        ));
        assert_eq!(fs::read_to_string(store.file()).unwrap(), before);
    }

    #[test]
    fn what_stands_in_the_file_stays() {
        let (_home, store) = store();
        fs::create_dir_all(store.file().parent().unwrap()).unwrap();
        let text = "# mine\r\nversion = 1\r\n[defaults] # all\r\nrole_session_name = \"x{user}\"\r\n# the end\r\n";
        fs::write(store.file(), text).unwrap();
        store
            .add_all(&batch(&["a"], &store), || Ok::<_, ()>(()))
            .unwrap();
        insta::assert_snapshot!(fs::read_to_string(store.file()).unwrap().replace("\r\n", "\n"), @r#"
        # mine
        version = 1
        [defaults] # all
        role_session_name = "x{user}"
        region = "eu-west-1"
        # the end

        [sessions.a]
        type = "iam-user"
        access_key_id = "AKIAIOSFODNN7EXAMPLE"
        "#);
    }
}
