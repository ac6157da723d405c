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
mod escapes;
mod export;
mod fields;
mod here;
mod includes;
mod keys;
mod kinds;
mod layout;
mod recent;
mod rotation;
mod secret_key;
mod source;
mod table;
mod values;

use std::collections::HashSet;
use std::path::PathBuf;

use crate::model::session::Ownership;
use crate::model::{Alias, Catalog};

use document::Document;
use source::{Source, read};

pub use batch::{Batch, Preview};
pub use changes::{Changes, SaidTwice};
pub use checks::access_key_id as check_access_key_id;
pub use checks::access_key_id_elsewhere as check_access_key_id_elsewhere;
pub use checks::policy_arn as check_policy_arn;
pub use checks::profile_name as check_profile_name;
pub use draft::{Draft, Entry};
pub use edit::check_ours;
pub use error::{ChangeError, Doing, Problem, SessionsError};
pub use export::{Export, Needed};
pub use here::{HereError, session_here};
pub use keys::{COMMON_KEYS, TYPES, all_keys, key_named, keys_of, required_keys};
pub use recent::Recent;
pub use rotation::{Rotation, Rotations};
pub use secret_key::secret_access_key as check_secret_access_key;

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
        let mut too_long = own.sessions_into(&mut catalog, &defaults)?;
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
                too_long.extend(shared.sessions_into(&mut catalog, &defaults)?);
            }
        }
        // All files have to be read to know where a chain leads.
        let is_of_aws = |(alias, _): &(Alias, _)| {
            let session = catalog.get(alias.as_str());
            session.is_none_or(|session| catalog.elsewhere(session).is_none())
        };
        match too_long.into_iter().find(is_of_aws) {
            Some((_, error)) => Err(error),
            None => Ok(catalog),
        }
    }
}
