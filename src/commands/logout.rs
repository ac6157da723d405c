//! `leapp logout [ALIAS]`

use super::error::CommandError;
use crate::app::App;
use crate::cache::Fingerprint;
use crate::cli::LogoutArgs;
use crate::model::plan::{Wishes, plan};

/// Forgets cached credentials: of one chain, or of all.
pub(super) fn run(args: &LogoutArgs, app: &App) -> Result<(), CommandError> {
    let cache = app.cache();
    let dropped = match &args.alias {
        None => cache.forget_all()?,
        Some(alias) => {
            let chain = plan(
                &app.catalog()?,
                alias,
                &Wishes::default(),
                &app.settings.caller,
            )?;
            let names: Vec<&str> = chain.hops.iter().map(|hop| hop.name.as_str()).collect();
            // Entries are shared by sessions of the same definition, and bear the name of one of them;
            // those of other durations and policies bear the name, and have other fingerprints.
            let mut dropped = cache.forget_named(&names)?;
            for fingerprint in Fingerprint::of_hops(&chain) {
                dropped += usize::from(cache.forget(&fingerprint)?);
            }
            dropped
        }
    };
    app.printer.note(&match dropped {
        0 => "nothing was cached".to_owned(),
        1 => "forgot 1 set of credentials".to_owned(),
        n => format!("forgot {n} sets of credentials"),
    });
    Ok(())
}
