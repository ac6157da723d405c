//! `leapp list`

use serde::Serialize;

use super::error::CommandError;
use crate::app::App;
use crate::cli::ListArgs;
use crate::commands::show::json::{Shown, Started};
use crate::model::Session;
use crate::model::session::{Kind, Type};
use crate::ui::table::table;

/// Lists the sessions that are asked for.
pub(super) fn run(args: &ListArgs, app: &App) -> Result<(), CommandError> {
    let catalog = app.catalog()?;
    let wanted = |session: &&Session| {
        args.kind
            .is_none_or(|kind| Type::from(kind) == session.kind.type_of())
            && args
                .label
                .as_ref()
                .is_none_or(|label| session.labels.contains(label))
    };
    let sessions: Vec<&Session> = catalog.iter().filter(wanted).collect();
    if args.json {
        let started = &Started::of(app);
        let sessions = sessions.into_iter();
        let answer = Answer {
            version: 1,
            sessions: sessions.map(|session| Shown { session, started }).collect(),
        };
        return Ok(app.printer.json(&answer)?);
    }
    if sessions.is_empty() {
        let all = catalog.iter().next().is_none();
        app.printer.note(if all {
            "no session yet; `leapp add` defines one"
        } else {
            "no session of this kind"
        });
        return Ok(());
    }
    let rows: Vec<Vec<String>> = sessions.into_iter().map(row).collect();
    let width = app
        .settings
        .columns
        .or_else(|| app.printer.width())
        .unwrap_or(usize::MAX);
    let header = [
        "ALIAS",
        "TYPE",
        "ACCOUNT",
        "ROLE",
        "FROM",
        "REGION",
        "DESCRIPTION",
    ];
    Ok(app.printer.data(&table(&header, &rows, width))?)
}

/// What `--json` prints.
#[derive(Serialize)]
struct Answer<'a> {
    version: u32,
    sessions: Vec<Shown<'a>>,
}

fn row(session: &Session) -> Vec<String> {
    let from = match &session.kind {
        Kind::IamUser(user) => user.access_key_id.clone(),
        Kind::Federated(role) => role.saml_url.host().to_owned(),
        Kind::Chained(role) => role.assumer_session.to_string(),
    };
    vec![
        session.alias.to_string(),
        session.kind.name().to_owned(),
        session.kind.account().unwrap_or("-").to_owned(),
        session
            .kind
            .role_arn()
            .map_or("-", |role| role.name())
            .to_owned(),
        from,
        session.region.to_string(),
        session.description.clone().unwrap_or_default(),
    ]
}
