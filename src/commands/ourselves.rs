//! The path by which others are to run us.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{self, Path, PathBuf};

use super::error::CommandError;
use crate::settings;

/// The path by which we were found, not the file behind its links: an upgrade puts another one there.
pub(super) fn ourselves(program: Option<&OsString>) -> Result<PathBuf, CommandError> {
    let named = program
        .map(Path::new)
        .filter(|name| !name.as_os_str().is_empty());
    let found = match named {
        Some(name) if name.components().count() > 1 => Some(path::absolute(name)?),
        Some(name) => on_path(name.as_os_str()),
        None => None,
    };
    match found {
        Some(path) => Ok(path),
        None => Ok(env::current_exe()?),
    }
}

/// The path of `leapp`, also where we are `leapp-exec`: beside it, as a rule.
pub(super) fn leapp(program: Option<&OsString>) -> Result<PathBuf, CommandError> {
    let here = ourselves(program)?;
    if here.file_name() != Some(OsStr::new("leapp-exec")) {
        return Ok(here);
    }
    let beside = here.with_file_name("leapp");
    if beside.is_file() {
        return Ok(beside);
    }
    match on_path(OsStr::new("leapp")) {
        Some(found) => Ok(found),
        None => Ok(env::current_exe()?.with_file_name("leapp")),
    }
}

fn on_path(name: &OsStr) -> Option<PathBuf> {
    settings::search_path()
        .into_iter()
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}
