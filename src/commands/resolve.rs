//! From an alias and wishes to credentials: what `exec`, `env` and `login` have in common.

use std::time::Duration;

use secrecy::SecretString;

use super::error::CommandError;
use crate::app::{self, App};
use crate::cli::args::WishArgs;
use crate::model::plan::{Wishes, plan};
use crate::model::{Chain, Credentials, Session};
use crate::resolver::{Freshness, Renew};
use crate::ui::terminal::Terminal;

/// A question unanswered for this long is withdrawn.
const ANSWER_LIMIT: Duration = Duration::from_mins(2);

/// A chain and the credentials at its end.
pub(super) struct Resolved {
    pub(super) chain: Chain,
    pub(super) credentials: Credentials,
}

/// Resolves a session.
pub(super) fn resolve(alias: &str, wishes: &WishArgs, app: &App) -> Result<Resolved, CommandError> {
    let catalog = app.catalog()?;
    let wanted = Wishes {
        duration: wishes.duration,
        min_ttl: wishes.min_ttl,
        ..Wishes::default()
    };
    let chain = plan(&catalog, alias, &wanted, &app.settings.caller)?;
    if let Some(session) = catalog
        .get(alias)
        .filter(|session| session.protected && !wishes.yes)
    {
        confirm(session)?;
    }
    let freshness = Freshness {
        min_ttl: wishes.min_ttl,
        renew: if wishes.refresh {
            Renew::AllButMfa
        } else {
            Renew::WhatIsStale
        },
    };
    let started = app::now();
    let code = wishes.mfa_code.clone().map(SecretString::from);
    let credentials = app.with_resolver(code, |resolver| resolver.resolve(&chain, freshness))?;
    // Told where the credentials are made, not at every use of them.
    if credentials.issued >= started {
        for cut in &chain.cuts {
            app.printer.note(&format!(
                "`{}` asks for {}; AWS gives {} to a role that is not assumed by a long-lived key",
                cut.hop, cut.wanted, cut.allowed
            ));
        }
    }
    Ok(Resolved { chain, credentials })
}

fn confirm(session: &Session) -> Result<(), CommandError> {
    let alias = &session.alias;
    let mut terminal =
        Terminal::open().map_err(|none| CommandError::protected(alias, Some(none)))?;
    if terminal.confirm(&format!("`{alias}` is protected. Use it?"), ANSWER_LIMIT)? {
        Ok(())
    } else {
        Err(CommandError::protected(alias, None))
    }
}
