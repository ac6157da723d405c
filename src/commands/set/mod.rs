//! `leapp set ALIAS KEY=VALUE...`

mod questions;

use std::ffi::OsString;

use clap::ValueEnum;

use crate::app::App;
use crate::cli::{SetArgs, TypeArg};
use crate::commands::endpoint::note_endpoint;
use crate::commands::error::CommandError;
use crate::commands::ourselves::leapp;
use crate::commands::pick::{Named, choose};
use crate::commands::profile;
use crate::commands::secrets::note_left_behind;
use crate::model::Session;
use crate::model::plan::check_assumers;
use crate::model::session::{Kind, Type};
use crate::sessions::{ChangeError, Changes, Entry, check_ours, key_named};

/// Changes keys of a session: those that the words name, or those that a person names when asked.
pub(super) fn run(
    args: &SetArgs,
    app: &App,
    program: Option<&OsString>,
) -> Result<(), CommandError> {
    let catalog = app.catalog()?;
    let (alias, words) = split(args);
    let session = choose(Named::new(alias, false), &catalog, app)?;
    check_ours(&[session])?;
    let changes = read(&words, &args.unset)?;
    if changes.is_empty() {
        return questions::run(session, &catalog, &leapp(program)?, app);
    }
    let leapp = leapp(program)?;
    let after = apply(session, &changes, app)?;
    note(session, &after, &changes, app);
    note_endpoint(&after.alias, &app.catalog()?, app);
    profile::changed(session, &catalog, &leapp, app)?;
    note_left_behind(&catalog, app)
}

/// No alias has an `=`: where the first word has one, it is a change already, and the alias was left out.
fn split(args: &SetArgs) -> (Option<&str>, Vec<&str>) {
    let words = args.changes.iter().map(String::as_str);
    match args.alias.as_deref() {
        Some(first) if first.contains('=') => (None, [first].into_iter().chain(words).collect()),
        alias => (alias, words.collect()),
    }
}

fn read(words: &[&str], unset: &[String]) -> Result<Changes, CommandError> {
    let mut changes = Changes::default();
    for word in words {
        let (name, value) = word
            .split_once('=')
            .ok_or_else(|| CommandError::not_a_change(word))?;
        let key = key(name)?;
        if value.is_empty() {
            changes.unset(key)?;
        } else {
            // By its short name too, as with `leapp add`.
            let short = (key == "type").then(|| TypeArg::from_str(value, true));
            let value = match short {
                Some(Ok(kind)) => Type::from(kind).name(),
                _ => value,
            };
            let entry = Entry::read(key, value).map_err(|why| CommandError::value(key, &why))?;
            changes.set(key, entry)?;
        }
    }
    for name in unset {
        changes.unset(key(name)?)?;
    }
    Ok(changes)
}

/// The key that a word means.
pub(super) fn key(name: &str) -> Result<&'static str, CommandError> {
    key_named(name).ok_or_else(|| CommandError::no_such_key(name))
}

/// Writes changes, if the session is whole with them, its chain still leads somewhere, and its named
/// profile can go along.
pub(super) fn apply(
    session: &Session,
    changes: &Changes,
    app: &App,
) -> Result<Session, ChangeError<CommandError>> {
    let alias = &session.alias;
    let leads_elsewhere = changes
        .keys()
        .any(|key| ["type", "assumer_session"].contains(&key));
    app.sessions().change(alias, changes, |catalog| {
        if leads_elsewhere {
            check_assumers(catalog, alias.as_str())
                .map_err(|error| CommandError::leads_nowhere(alias, error))?;
        }
        let after = catalog.find(alias.as_str())?;
        if after.named_profile != session.named_profile {
            profile::check(alias, &after.named_profile, app)?;
        }
        Ok(())
    })
}

/// Says what has changed, and what a person may not expect of it.
pub(super) fn note(before: &Session, after: &Session, changes: &Changes, app: &App) {
    let keys: Vec<String> = changes.keys().map(|key| format!("`{key}`")).collect();
    let alias = &after.alias;
    let printer = &app.printer;
    printer.note(&format!("changed {} of `{alias}`", keys.join(", ")));
    let (old, new) = (before.kind.name(), after.kind.name());
    if old != new {
        printer.note(&format!(
            "`{alias}` was of type {old}, and is of type {new}"
        ));
    }
    if let Some(id) = id(after).filter(|new| id(before) != Some(new)) {
        let is_stored = (app.secrets().all()).is_ok_and(|all| all.iter().any(|(one, _)| one == id));
        if !is_stored {
            printer.note(&format!(
                "the secret of `{id}` is not stored yet: run `leapp add user {alias} --secret-access-key -`"
            ));
        }
    }
}

fn id(session: &Session) -> Option<&str> {
    match &session.kind {
        Kind::IamUser(user) => Some(&user.access_key_id),
        Kind::Federated(_) | Kind::Chained(_) => None,
    }
}
