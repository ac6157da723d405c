//! `include`: which files its patterns name, now and once they are there.

use std::fs;
use std::path::{Path, PathBuf};

use super::SessionStore;
use super::document::Document;
use super::error::SessionsError;
use super::fields::Located;
use super::source::{Source, read};
use crate::model::session::Ownership;

impl SessionStore {
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
    pub(super) fn matching(
        &self,
        own: &Document<'_>,
        include: Located<&str>,
    ) -> Result<Vec<PathBuf>, SessionsError> {
        let Located { value: wanted, at } = include;
        if wanted.starts_with("~/") {
            let why = "`~` is no home in this file: write the path from `/`, or from the folder of the file";
            return Err(own.include_error(at, why.to_owned()));
        }
        let found = glob::glob(&self.whole(wanted))
            .map_err(|why| own.include_error(at, why.msg.to_owned()))?;
        let files: Vec<PathBuf> = found
            .collect::<Result<_, _>>()
            .map_err(|why| own.include_error(at, why.to_string()))?;
        if files.is_empty() && !wanted.contains(['*', '?', '[']) {
            return Err(own.include_error(at, format!("there is no file `{wanted}`")));
        }
        Ok(files)
    }

    /// The pattern of `include` that names `file`, or would if it were there. Links make no difference.
    ///
    /// # Errors
    /// What is wrong in the user's own file.
    pub fn pattern_naming(&self, file: &Path) -> Result<Option<String>, SessionsError> {
        let there = fs::canonicalize(file).ok();
        for (pattern, files) in self.included()? {
            let is_it = |one: &PathBuf| there.is_some() && fs::canonicalize(one).ok() == there;
            if files.iter().any(is_it) || self.would_name(&pattern, file) {
                return Ok(Some(pattern));
            }
        }
        Ok(None)
    }

    /// Whether a pattern names a file that need not be there: in one of its folders, by such a name.
    fn would_name(&self, pattern: &str, file: &Path) -> bool {
        let folder = match file.parent() {
            Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
            Some(folder) => folder,
            None => return false,
        };
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let whole = self.whole(pattern);
        let Some((folders, names)) = whole.rsplit_once('/') else {
            return false;
        };
        let (Ok(folder), Ok(names)) = (fs::canonicalize(folder), glob::Pattern::new(names)) else {
            return false;
        };
        // At the very top, nothing is left of it.
        let folders = if folders.is_empty() { "/" } else { folders };
        let mut folders = glob::glob(folders).into_iter().flatten().flatten();
        names.matches(&name)
            && folders.any(|one| fs::canonicalize(one).is_ok_and(|one| one == folder))
    }

    /// A pattern from the top. A folder may hold characters that are special in a pattern, so only the
    /// user's part is one.
    fn whole(&self, wanted: &str) -> String {
        if Path::new(wanted).is_absolute() {
            return wanted.to_owned();
        }
        let root = glob::Pattern::escape(&self.directory.to_string_lossy());
        format!("{root}/{wanted}")
    }
}
