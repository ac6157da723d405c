//! `leapp remove ALIAS`

use std::time::Duration;

use super::error::{CommandError, Kind as ErrorKind};
use crate::app::App;
use crate::cli::RemoveArgs;
use crate::model::session::Kind;
use crate::model::{Catalog, Session};
use crate::secrets::SecretName;
use crate::ui::terminal::Terminal;

/// A question unanswered for this long is withdrawn.
const ANSWER_LIMIT: Duration = Duration::from_mins(2);

/// Removes a session, and the access key that no other session uses.
pub(super) fn run(args: &RemoveArgs, app: &App) -> Result<(), CommandError> {
    let catalog = app.catalog()?;
    let doomed = with_dependents(&catalog, catalog.find(&args.alias)?);
    let names = |sessions: &[&Session]| {
        sessions
            .iter()
            .map(|s| format!("`{}`", s.alias))
            .collect::<Vec<_>>()
            .join(", ")
    };
    if doomed.len() > 1 && !args.cascade {
        return Err(CommandError::still_assumed(
            &args.alias,
            &names(&doomed[1..]),
        ));
    }
    if !args.yes {
        let mut terminal = Terminal::open().map_err(|none| CommandError::unconfirmed(&none))?;
        if !terminal.confirm(&format!("Remove {}?", names(&doomed)), ANSWER_LIMIT)? {
            return Err(CommandError::new(ErrorKind::User, "nothing was removed"));
        }
    }
    app.sessions().remove(&doomed)?;
    for session in &doomed {
        if let Kind::IamUser(user) = &session.kind {
            let id = &user.access_key_id;
            let stays = |s: &&Session| !doomed.iter().any(|d| d.alias == s.alias);
            let uses = |s: &Session| matches!(&s.kind, Kind::IamUser(u) if u.access_key_id == *id);
            if !catalog.iter().filter(stays).any(uses) {
                app.secrets().delete(&SecretName::AccessKey(id.clone()))?;
            }
        }
    }
    let dropped: Vec<&str> = doomed.iter().map(|s| s.alias.as_str()).collect();
    app.cache().drop_hops(Some(&dropped))?;
    app.printer.note(&format!("removed {}", names(&doomed)));
    Ok(())
}

/// The session and everything that is chained on it, at any depth; the session first.
fn with_dependents<'a>(catalog: &'a Catalog, session: &'a Session) -> Vec<&'a Session> {
    let mut found = vec![session];
    let mut next = 0;
    while next < found.len() {
        for dependent in catalog.chained_on(&found[next].alias) {
            // Sessions may be chained in a circle; that is an error elsewhere.
            if !found.iter().any(|s| s.alias == dependent.alias) {
                found.push(dependent);
            }
        }
        next += 1;
    }
    found
}
