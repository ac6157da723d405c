//! `leapp init SHELL`

use std::env;
use std::ffi::OsString;
use std::path::{self, Path, PathBuf};

use super::env::print;
use super::error::CommandError;
use crate::cli::InitArgs;
use crate::settings;
use crate::shell;

/// Prints the hook.
pub(super) fn run(args: &InitArgs, program: Option<&OsString>) -> Result<(), CommandError> {
    let hook = shell::hook(args.shell.into(), &ourselves(program)?);
    Ok(print(&hook.unwrap_or_default())?)
}

/// The path by which we were found, not the file behind its links: an upgrade puts another one there.
fn ourselves(program: Option<&OsString>) -> Result<PathBuf, CommandError> {
    let named = program
        .map(Path::new)
        .filter(|name| !name.as_os_str().is_empty());
    let found = match named {
        Some(name) if name.components().count() > 1 => Some(path::absolute(name)?),
        Some(name) => settings::search_path()
            .into_iter()
            .map(|folder| folder.join(name))
            .find(|path| path.is_absolute() && path.is_file()),
        None => None,
    };
    match found {
        Some(path) => Ok(path),
        None => Ok(env::current_exe()?),
    }
}
