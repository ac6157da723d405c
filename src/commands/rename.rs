//! `leapp rename A B`

use std::ffi::OsString;

use super::error::CommandError;
use super::ourselves::leapp;
use super::profile;
use crate::app::App;
use crate::cli::RenameArgs;

/// Gives a session another alias. What is cached stays good: no fingerprint knows of aliases.
pub(super) fn run(
    args: &RenameArgs,
    app: &App,
    program: Option<&OsString>,
) -> Result<(), CommandError> {
    let RenameArgs { alias, to } = args;
    if alias == to {
        app.printer.note(&format!("`{alias}` is its alias already"));
        return Ok(());
    }
    // A better error than the store's, with what is near.
    let catalog = app.catalog()?;
    let session = catalog.find(alias.as_str())?;
    profile::check_renaming(session, to, app)?;
    let followers = app.sessions().rename(alias, to)?;
    // Whatever else knows the session by its alias follows here.
    app.recent().rename(alias, to);
    app.printer.note(&match followers {
        0 => format!("`{alias}` is `{to}` now"),
        1 => format!("`{alias}` is `{to}` now, also where 1 session is assumed from it"),
        n => format!("`{alias}` is `{to}` now, also where {n} sessions are assumed from it"),
    });
    let catalog = app.catalog()?;
    let session = catalog.find(to.as_str())?;
    profile::follow(alias, session, &leapp(program)?, app)
}
