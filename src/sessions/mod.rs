//! The session store: `sessions.toml`, and the shared files that it includes.
//!
//! It never holds a secret. It is made to be read and edited by hand, so every error names the file,
//! the line and the key, and every edit made by the program keeps comments and order.

mod batch;
mod change;
mod changes;
mod checks;
mod defaults;
mod document;
mod draft;
mod edit;
mod error;
mod export;
mod fields;
mod here;
mod keys;
mod kinds;
mod layout;
mod recent;
mod rotation;
mod source;
mod table;
mod values;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::model::Catalog;
use crate::model::session::Ownership;

use document::Document;
use fields::Located;
use source::{Source, read};

pub use batch::{Batch, Preview};
pub use changes::{Changes, SaidTwice};
pub use checks::access_key_id as check_access_key_id;
pub use checks::policy_arn as check_policy_arn;
pub use draft::{Draft, Entry};
pub use edit::check_ours;
pub use error::{ChangeError, Doing, Problem, SessionsError};
pub use export::{Export, Needed};
pub use here::{HereError, session_here};
pub use keys::{COMMON_KEYS, TYPES, all_keys, key_named, keys_of, required_keys};
pub use recent::Recent;
pub use rotation::{Rotation, Rotations};

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
        match read(&self.file(), Ownership::Own)? {
            Some(text) => self.load_from(&text),
            None => Ok(Catalog::default()),
        }
    }

    /// Reads all sessions, with `text` standing for the user's own file.
    fn load_from(&self, text: &str) -> Result<Catalog, SessionsError> {
        let mut catalog = Catalog::default();
        let file = self.file();
        let source = Source::new(file.as_path().into(), Ownership::Own, text.as_bytes());
        let own = Document::parse(&source, text)?;
        let defaults = own.defaults()?;
        catalog.set_default_region(defaults.region.clone());
        own.sessions_into(&mut catalog, &defaults)?;
        // Two patterns may name one file, and a wide one our own.
        let mut seen = HashSet::from([file]);
        for include in own.includes()? {
            for file in self.matching(&own, include)? {
                if !seen.insert(file.clone()) {
                    continue;
                }
                let Some(text) = read(&file, Ownership::Shared)? else {
                    let why = format!("`{}` is a link that leads nowhere", file.display());
                    return Err(own.include_error(include.at, why));
                };
                let source = Source::new(file.into(), Ownership::Shared, text.as_bytes());
                let shared = Document::parse(&source, &text)?;
                shared.includes()?;
                let defaults = shared.defaults()?.or(&defaults);
                shared.sessions_into(&mut catalog, &defaults)?;
            }
        }
        Ok(catalog)
    }

    /// The patterns of `include`, and the files that each names now.
    ///
    /// # Errors
    /// What is wrong in the user's own file.
    pub fn included(&self) -> Result<Vec<(String, Vec<PathBuf>)>, SessionsError> {
        let file = self.file();
        let Some(text) = read(&file, Ownership::Own)? else {
            return Ok(Vec::new());
        };
        let source = Source::new(file.as_path().into(), Ownership::Own, text.as_bytes());
        let own = Document::parse(&source, &text)?;
        let patterns = own.includes()?.into_iter();
        patterns
            .map(|include| {
                let pattern = include.value.to_owned();
                Ok((pattern, self.matching(&own, include)?))
            })
            .collect()
    }

    /// The files that one pattern of `include` names, in the order of their names.
    fn matching(
        &self,
        own: &Document<'_>,
        include: Located<&str>,
    ) -> Result<Vec<PathBuf>, SessionsError> {
        let Located { value: wanted, at } = include;
        // A folder may hold characters that are special in a pattern, so only the user's part is one.
        let root = glob::Pattern::escape(&self.directory.to_string_lossy());
        let pattern = if Path::new(wanted).is_absolute() {
            wanted.to_owned()
        } else {
            format!("{root}/{wanted}")
        };
        let found =
            glob::glob(&pattern).map_err(|why| own.include_error(at, why.msg.to_owned()))?;
        let files: Vec<PathBuf> = found
            .collect::<Result<_, _>>()
            .map_err(|why| own.include_error(at, why.to_string()))?;
        if files.is_empty() && !wanted.contains(['*', '?', '[']) {
            return Err(own.include_error(at, format!("there is no file `{wanted}`")));
        }
        Ok(files)
    }
}
