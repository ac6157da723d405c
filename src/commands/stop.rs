//! `leapp stop ALIAS`

use super::error::CommandError;
use super::pick::{Named, choose};
use super::profile::stop;
use crate::app::App;
use crate::cli::StopArgs;
use crate::model::Alias;

/// Takes away what `leapp start` has written. What is not started needs no stop: that is said, and
/// is no failure.
pub(super) fn run(args: &StopArgs, app: &App) -> Result<(), CommandError> {
    if args.all {
        if !stop(|_| true, app)? {
            app.printer.note("no session is started");
        }
        return Ok(());
    }
    let alias = named(args, app)?;
    if !stop(|other| *other == alias, app)? {
        app.printer.note(&format!("`{alias}` is not started"));
    }
    Ok(())
}

/// A session that is started can be stopped, also where it is defined no more.
fn named(args: &StopArgs, app: &App) -> Result<Alias, CommandError> {
    if let Some(alias) = &args.alias
        && let Ok(alias) = alias.parse::<Alias>()
        && app
            .aws_files()
            .started()?
            .iter()
            .any(|one| one.alias == alias)
    {
        return Ok(alias);
    }
    let catalog = app.catalog()?;
    let session = choose(Named::new(args.alias.as_deref(), false), &catalog, app)?;
    Ok(session.alias.clone())
}
