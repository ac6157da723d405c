//! The questions of `leapp set`: which key, and what it is to be. Each answer is written when it is given.

use std::path::Path;

use serde_json::Value;

use super::{apply, key, note};
use crate::app::App;
use crate::commands::add::questions::{ask_type, fill_required};
use crate::commands::error::CommandError;
use crate::commands::person::Person;
use crate::commands::profile;
use crate::commands::secrets::note_left_behind;
use crate::commands::show::json::{Shown, Started};
use crate::model::session::Type;
use crate::model::{Catalog, Session};
use crate::sessions::{COMMON_KEYS, ChangeError, Changes, Draft, Entry, SessionsError, keys_of};

/// What removes a key. No key has this for a value.
const REMOVE: &str = "-";

/// Asks for one change after the other, until there is none.
pub(super) fn run(
    session: &Session,
    catalog: &Catalog,
    leapp: &Path,
    app: &App,
) -> Result<(), CommandError> {
    if let Err(none) = app.questions.terminal() {
        return Err(CommandError::no_change(&session.alias, &none));
    }
    let mut person = Person::at_terminal();
    let mut session = session.clone();
    let question = "Key to change (Enter for none)";
    for line in overview(&session) {
        person.say(&line);
    }
    loop {
        let answer = person.ask_with(question, "KEY=VALUE", |text| {
            if text.is_empty() {
                return Ok(None);
            }
            key(text).map(Some).map_err(|error| reason(&error))
        })?;
        let before = app.catalog()?;
        let after = match answer {
            None => return note_left_behind(catalog, app),
            Some("type") => change_type(&session, catalog, &mut person, app)?,
            Some(key) => change_key(&session, key, &mut person, app)?,
        };
        profile::changed(&session, &before, leapp, app)?;
        session = after;
    }
}

/// Every key that the session may have, with what it is now.
fn overview(session: &Session) -> Vec<String> {
    let keys = [COMMON_KEYS, keys_of(session.kind.type_of())].concat();
    let widest = keys.iter().map(|key| key.len()).max().unwrap_or_default();
    let line = |key: &&str| {
        let value = now(session, key).unwrap_or_else(|| REMOVE.to_owned());
        format!("{key:widest$}  {value}")
    };
    keys.iter().map(line).collect()
}

/// A key's value as it would be typed.
fn now(session: &Session, key: &str) -> Option<String> {
    let started = &Started::default();
    let fields = Shown { session, started }.fields();
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    Some(match fields.get(key)? {
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(","),
        Value::Object(pairs) => {
            let pairs = pairs
                .iter()
                .map(|(key, value)| format!("{key}={}", text(value)));
            pairs.collect::<Vec<_>>().join(",")
        }
        value => text(value),
    })
}

fn change_key(
    session: &Session,
    key: &'static str,
    person: &mut Person,
    app: &App,
) -> Result<Session, CommandError> {
    let question = match now(session, key) {
        Some(now) => format!("{key}, now {now} (`{REMOVE}` removes it, Enter leaves it)"),
        None => format!("{key} (Enter for none)"),
    };
    let after = person.ask_with(&question, "KEY=VALUE", |text| {
        let mut changes = Changes::default();
        let said = match text {
            "" => return Ok(Ok(None)),
            REMOVE => changes.unset(key),
            text => changes.set(key, Entry::read(key, text)?),
        };
        said.map_err(|why| why.to_string())?;
        match apply(session, &changes, app) {
            Ok(after) => Ok(Ok(Some((after, changes)))),
            // What the answer is at fault for is asked again; the rest is not the answer's fault.
            Err(ChangeError::Sessions(SessionsError::Draft { key, problem, .. })) => {
                Err(format!("`{key}`: {problem}"))
            }
            Err(ChangeError::Kept(why)) => Err(why.report.headline.clone()),
            Err(error) => Ok(Err(CommandError::from(error))),
        }
    })?;
    Ok(match after? {
        Some((after, changes)) => {
            note(session, &after, &changes, app);
            after
        }
        None => session.clone(),
    })
}

/// Another type has other keys: those that it cannot do without are asked for, the others go.
fn change_type(
    session: &Session,
    catalog: &Catalog,
    person: &mut Person,
    app: &App,
) -> Result<Session, CommandError> {
    let (old, new) = (session.kind.type_of(), ask_type(person)?);
    if old == new {
        return Ok(session.clone());
    }
    let mut draft = Draft::of_type(new);
    if let Some(role) = session.kind.role_arn().filter(|_| new != Type::IamUser) {
        draft.text("role_arn", Some(role));
    }
    fill_required(new, catalog, person, &mut draft)?;
    let mut changes = Changes::from(draft);
    for key in keys_of(old) {
        if !keys_of(new).contains(key) {
            changes.unset(key)?;
        }
    }
    let after = apply(session, &changes, app)?;
    note(session, &after, &changes, app);
    Ok(after)
}

/// An error in the words that go before a question that is asked again.
fn reason(error: &CommandError) -> String {
    let report = &error.report;
    match report.hints.first() {
        Some(hint) => format!("{}; {hint}", report.headline),
        None => report.headline.clone(),
    }
}
