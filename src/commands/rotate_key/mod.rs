//! `leapp rotate-key ALIAS`

mod signer;
mod steps;

use std::time::Duration;

use crate::app::App;
use crate::cli::RotateKeyArgs;
use crate::commands::error::CommandError;
use crate::commands::mfa_code;
use crate::commands::pick::{Named, choose};
use crate::model::session::Kind;
use crate::model::{Catalog, Session};
use crate::sessions::{Rotation, check_ours};
use signer::Signing;
use steps::Steps;

/// A question unanswered for this long is withdrawn.
const ANSWER_LIMIT: Duration = Duration::from_mins(2);

/// Exchanges the access key of an IAM user, or goes on where an earlier run was interrupted.
pub(super) fn run(args: &RotateKeyArgs, app: &App) -> Result<(), CommandError> {
    let catalog = app.catalog()?;
    let alias = &choose(Named::new(args.alias.as_deref(), false), &catalog, app)?.alias;
    let alone = app.rotations().begin_alone(alias);
    let _alone = alone.map_err(|error| CommandError::rotating(alias, error))?;
    // As they are now: whoever was at it before us may have just finished.
    let catalog = app.catalog()?;
    let session = catalog.find(alias.as_str())?;
    let Kind::IamUser(user) = &session.kind else {
        return Err(CommandError::no_access_key(session));
    };
    let current = user.access_key_id.as_str();
    let begun = app.rotations().of(current)?;
    let old = begun.as_ref().map_or(current, |begun| begun.old.as_str());
    // Before anything is made: a shared file that names the key could not follow.
    let users = users_of(old, &catalog);
    check_ours(&users)?;
    if !args.yes {
        confirm(session, &users, begun.as_ref(), app)?;
    }
    let signing = Signing::of(
        session,
        &catalog,
        mfa_code::given(args.mfa_code.as_deref()),
        app,
    )?;
    Steps {
        app,
        catalog: &catalog,
        session,
        signing: &signing,
    }
    .run(current, begun)
}

/// The sessions whose access key this is.
pub(super) fn users_of<'a>(access_key_id: &str, catalog: &'a Catalog) -> Vec<&'a Session> {
    let uses = |session: &&Session| matches!(&session.kind, Kind::IamUser(user) if user.access_key_id == access_key_id);
    catalog.iter().filter(uses).collect()
}

fn confirm(
    session: &Session,
    users: &[&Session],
    begun: Option<&Rotation>,
    app: &App,
) -> Result<(), CommandError> {
    let alias = &session.alias;
    let others: Vec<String> = users
        .iter()
        .filter(|user| user.alias != *alias)
        .map(|user| format!("`{}`", user.alias))
        .collect();
    let question = match begun {
        Some(begun) => format!(
            "Go on with the exchange of the access key `{}` of `{alias}`?",
            begun.old
        ),
        None => format!("Make a new access key for `{alias}`, and delete the one that it has?"),
    };
    let terminal = app.questions.terminal();
    let mut terminal = terminal.map_err(|none| CommandError::rotation_unconfirmed(&none))?;
    if !others.is_empty() {
        terminal.say(&format!(
            "The new key goes to {} as well: they have the same one now.",
            others.join(", ")
        ));
    }
    if terminal.confirm(&question, ANSWER_LIMIT)? {
        Ok(())
    } else {
        Err(CommandError::not_rotated())
    }
}
