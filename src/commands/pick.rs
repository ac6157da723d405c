//! Which session is meant: the one that was named, the one of this directory, or the one that a
//! person picks.

use super::error::CommandError;
use crate::app::App;
use crate::model::session::Kind;
use crate::model::{Alias, Catalog, Session};
use crate::sessions::{HereError, session_here};
use crate::ui::picker::pick;

/// How a session is named on a command line.
#[derive(Clone, Copy, Debug)]
pub(super) enum Named<'a> {
    /// By its alias.
    ByAlias(&'a str),
    /// By the nearest `.leapp.toml`: `--here`.
    Here,
    /// Not at all.
    Not,
}

impl<'a> Named<'a> {
    /// From the words of a command line.
    pub(super) fn new(alias: Option<&'a str>, here: bool) -> Self {
        match alias {
            Some(alias) => Self::ByAlias(alias),
            None if here => Self::Here,
            None => Self::Not,
        }
    }
}

/// The session that is meant.
pub(super) fn choose<'a>(
    named: Named<'_>,
    catalog: &'a Catalog,
    app: &App,
) -> Result<&'a Session, CommandError> {
    match named {
        Named::ByAlias(alias) => Ok(catalog.find(alias)?),
        Named::Here => Ok(catalog.find(here()?.as_str())?),
        Named::Not => picked(catalog, app),
    }
}

fn here() -> Result<Alias, CommandError> {
    let directory = std::env::current_dir().map_err(|source| HereError::Unreadable {
        file: ".".into(),
        source,
    })?;
    Ok(session_here(&directory, nix::unistd::getuid().as_raw())?)
}

fn picked<'a>(catalog: &'a Catalog, app: &App) -> Result<&'a Session, CommandError> {
    let mut sessions: Vec<&Session> = catalog.iter().collect();
    if sessions.is_empty() || app.questions.terminal().is_err() {
        return Err(CommandError::no_alias());
    }
    app.recent().order(&mut sessions);
    let widest = |part: fn(&Session) -> usize| sessions.iter().map(|s| part(s)).max().unwrap_or(0);
    let alias = widest(|s| s.alias.as_str().len());
    let kind = widest(|s| s.kind.name().len());
    let rows = sessions
        .iter()
        .map(|session| row(session, alias, kind))
        .collect();
    let chosen = sessions[pick("Session:", rows)?];
    app.recent().note(&chosen.alias);
    Ok(chosen)
}

/// What a person sees of a session, and can search: alias, type, account, role, labels, description.
fn row(session: &Session, alias: usize, kind: usize) -> String {
    let account = session.kind.account().unwrap_or("-");
    let who = match &session.kind {
        Kind::IamUser(user) => user.access_key_id.as_str(),
        Kind::Federated(role) => role.role_arn.name(),
        Kind::Chained(role) => role.role_arn.name(),
    };
    let labels = session
        .labels
        .iter()
        .fold(String::new(), |text, label| text + "  #" + label);
    let description = session
        .description
        .as_ref()
        .map(|text| format!("  {text}"))
        .unwrap_or_default();
    format!(
        "{:alias$}  {:kind$}  {account:12}  {who}{labels}{description}",
        session.alias,
        session.kind.name()
    )
}
