//! `leapp login ALIAS`

use super::error::CommandError;
use super::resolve::{Resolved, resolve};
use crate::app::{self, App};
use crate::cli::LoginArgs;
use crate::model::Span;

/// Fills the cache for a session, asking whatever has to be asked now.
pub(super) fn run(args: &LoginArgs, app: &App) -> Result<(), CommandError> {
    let Resolved {
        chain, credentials, ..
    } = resolve(args.alias.as_deref(), &args.wishes, app)?;
    let left = credentials.left(app::now()).unwrap_or(Span(0)).rounded();
    app.printer
        .note(&format!("logged in as `{}` for {left}", chain.target));
    Ok(())
}
