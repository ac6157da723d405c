//! The session store: `sessions.toml`, and the shared files that it includes.
//!
//! It never holds a secret. It is made to be read and edited by hand, so every error names the file,
//! the line and the key, and every edit made by the program keeps comments and order.

mod edit;
mod error;
mod fields;
mod here;
mod recent;
mod schema;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::model::Catalog;
use crate::model::session::Ownership;

pub use edit::{Draft, Entry};
pub use error::{AddError, Problem, SessionsError};
pub use here::{HereError, session_here};
pub use recent::Recent;
pub use schema::{CHAINED_KEYS, COMMON_KEYS, FEDERATED_KEYS, TYPES, USER_KEYS};

/// The name of the user's own file.
const FILE_NAME: &str = "sessions.toml";

/// Where sessions are kept.
#[derive(Clone, Debug)]
pub struct SessionStore {
    directory: PathBuf,
    lock: PathBuf,
}

impl SessionStore {
    /// A store in `directory`, whose writers keep out of each other's way by the file `lock`.
    /// Nothing is opened yet.
    pub fn new(directory: PathBuf, lock: PathBuf) -> Self {
        Self { directory, lock }
    }

    /// The user's own file; it need not exist.
    pub fn file(&self) -> PathBuf {
        self.directory.join(FILE_NAME)
    }

    /// Reads all sessions. Where there is no file, there are none.
    ///
    /// # Errors
    /// What is wrong in which file, line and key.
    pub fn load(&self) -> Result<Catalog, SessionsError> {
        match read(&self.file())? {
            Some(text) => self.load_from(&text),
            None => Ok(Catalog::default()),
        }
    }

    /// Reads all sessions, with `text` standing for the user's own file.
    fn load_from(&self, text: &str) -> Result<Catalog, SessionsError> {
        let mut catalog = Catalog::default();
        let path: Arc<Path> = self.file().into();
        let own = schema::Document::parse(path, text, Ownership::Own)?;
        let defaults = own.defaults()?;
        let shared = own.includes()?;
        catalog.set_default_region(defaults.region());
        own.sessions_into(&mut catalog, &defaults)?;
        for include in shared {
            for file in self.matching(&own, &include)? {
                let text = read(&file)?.unwrap_or_default();
                let document = schema::Document::parse(file.into(), &text, Ownership::Shared)?;
                let defaults = document.defaults()?.or(&defaults);
                document.sessions_into(&mut catalog, &defaults)?;
            }
        }
        Ok(catalog)
    }

    /// The files that one pattern of `include` names, in the order of their names.
    fn matching(
        &self,
        own: &schema::Document<'_>,
        include: &fields::Located<&str>,
    ) -> Result<Vec<PathBuf>, SessionsError> {
        let problem = |text: String| own.error(include.at, "include", Problem::Include(text));
        // A folder may hold characters that are special in a pattern, so only the user's part is one.
        let root = glob::Pattern::escape(&self.directory.to_string_lossy());
        let pattern = if Path::new(include.value).is_absolute() {
            include.value.to_owned()
        } else {
            format!("{root}/{}", include.value)
        };
        let found = glob::glob(&pattern).map_err(|e| problem(e.to_string()))?;
        let files: Vec<PathBuf> = found
            .collect::<Result<_, _>>()
            .map_err(|e| problem(e.to_string()))?;
        if files.is_empty() && !include.value.contains(['*', '?', '[']) {
            return Err(problem(format!("there is no file `{}`", include.value)));
        }
        Ok(files)
    }
}

/// The text of a file; `None` where there is no such file.
fn read(path: &Path) -> Result<Option<String>, SessionsError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SessionsError::Unreadable {
            file: path.to_owned(),
            source: error,
        }),
    }
}
