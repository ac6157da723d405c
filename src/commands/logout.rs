//! `leapp logout [ALIAS]`

use super::error::CommandError;
use crate::app::App;
use crate::cli::LogoutArgs;
use crate::model::plan::{Wishes, plan};

/// Forgets cached credentials: of one chain, or of all.
pub(super) fn run(args: &LogoutArgs, app: &App) -> Result<(), CommandError> {
    let cache = app.cache();
    let dropped = match &args.alias {
        None => cache.drop_hops(None)?,
        Some(alias) => {
            let chain = plan(
                &app.catalog()?,
                alias,
                &Wishes::default(),
                &app.settings.caller,
            )?;
            let names: Vec<&str> = chain.hops.iter().map(|hop| hop.name.as_str()).collect();
            cache.drop_hops(Some(&names))?
        }
    };
    app.printer.note(&match dropped {
        0 => "nothing was cached".to_owned(),
        1 => "forgot 1 set of credentials".to_owned(),
        n => format!("forgot {n} sets of credentials"),
    });
    Ok(())
}
