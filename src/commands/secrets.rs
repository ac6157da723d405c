//! `leapp secrets`: which are stored, away with one, and from one store to the other.

use std::time::Duration;

use serde_json::{Value, json};

use super::error::{CommandError, Kind as ErrorKind};
use crate::app::App;
use crate::cli::{PlaceArg, SecretsArgs, SecretsVerb};
use crate::model::session::Kind;
use crate::model::{Alias, Catalog, nearest};
use crate::secrets::{Place, SecretName};
use crate::shell::paste;
use crate::ui::table::table;
use crate::ui::terminal::Terminal;

/// A question unanswered for this long is withdrawn.
const ANSWER_LIMIT: Duration = Duration::from_mins(2);

/// Looks after the secret stores.
pub(super) fn run(args: &SecretsArgs, app: &App) -> Result<(), CommandError> {
    match &args.verb {
        SecretsVerb::List { json: true } => list_for_programs(app),
        SecretsVerb::List { json: false } => list(app),
        SecretsVerb::Move { to } => move_all(*to, app),
        SecretsVerb::Remove { id, yes } => {
            check_unused(id, app)?;
            if !yes {
                confirm(id)?;
            }
            remove(id, app)
        }
    }
}

fn list(app: &App) -> Result<(), CommandError> {
    let stored = app.secrets().all()?;
    if stored.is_empty() {
        app.printer.note("no secret is stored");
        return Ok(());
    }
    let catalog = app.catalog()?;
    let row = |(id, place): &(String, Place)| {
        let users: Vec<&str> = users(id, &catalog).map(Alias::as_str).collect();
        let users = match &users[..] {
            [] => "-".to_owned(),
            some => some.join(", "),
        };
        vec![id.clone(), place.word().to_owned(), users]
    };
    let rows: Vec<Vec<String>> = stored.iter().map(row).collect();
    let width = app.settings.columns.or_else(|| app.printer.width());
    let header = ["ACCESS KEY", "STORE", "SESSIONS"];
    let text = table(&header, &rows, width.unwrap_or(usize::MAX));
    Ok(app.printer.data(&text)?)
}

/// Fields are only ever added.
fn list_for_programs(app: &App) -> Result<(), CommandError> {
    let catalog = app.catalog()?;
    let one = |(id, place): &(String, Place)| {
        let users: Vec<&str> = users(id, &catalog).map(Alias::as_str).collect();
        json!({ "access_key_id": id, "store": place.word(), "sessions": users })
    };
    let all: Vec<Value> = app.secrets().all()?.iter().map(one).collect();
    Ok(app.printer.json(&json!({ "version": 1, "secrets": all }))?)
}

/// The sessions that sign with an access key.
fn users<'a>(id: &'a str, catalog: &'a Catalog) -> impl Iterator<Item = &'a Alias> {
    let has = move |kind: &Kind| matches!(kind, Kind::IamUser(user) if user.access_key_id == id);
    let sessions = catalog.iter();
    sessions
        .filter(move |session| has(&session.kind))
        .map(|session| &session.alias)
}

/// Says which secrets no session uses any more, since the sessions were those of `before`.
pub(super) fn note_left_behind(before: &Catalog, app: &App) -> Result<(), CommandError> {
    let after = app.catalog()?;
    for (id, place) in app.secrets().all()? {
        if users(&id, before).next().is_some() && users(&id, &after).next().is_none() {
            app.printer.note(&format!(
                "the secret of `{id}` stays in {place}; `{}` removes it",
                paste(["leapp", "secrets", "remove", &id])
            ));
        }
    }
    Ok(())
}

/// Whether there is such a secret, and no session that would be without it.
fn check_unused(id: &str, app: &App) -> Result<(), CommandError> {
    let stored = app.secrets().all()?;
    if !stored.iter().any(|(other, _)| other == id) {
        let ids = stored.iter().map(|(id, _)| id.as_str());
        return Err(CommandError::no_such_secret(id, nearest(id, ids)));
    }
    match users(id, &app.catalog()?).next() {
        Some(user) => Err(CommandError::secret_in_use(id, user)),
        None => Ok(()),
    }
}

fn confirm(id: &str) -> Result<(), CommandError> {
    let mut terminal = Terminal::open().map_err(|none| CommandError::unconfirmed(&none))?;
    terminal.say(&format!("AWS does not show the secret of `{id}` again."));
    if terminal.confirm("Remove it from here?", ANSWER_LIMIT)? {
        Ok(())
    } else {
        Err(CommandError::new(ErrorKind::User, "nothing was removed"))
    }
}

/// Says where secrets are still to be found that were deleted in the keyring.
pub(super) fn note_deleted_in(places: &[Place], app: &App) {
    if !places.contains(&Place::Keyring) {
        return;
    }
    if let Some(program) = app.secrets().keeps_what_is_deleted() {
        app.printer.note(&format!(
            "{program} keeps deleted secrets in its recycle bin: empty it there"
        ));
    }
}

fn remove(id: &str, app: &App) -> Result<(), CommandError> {
    let name = SecretName::AccessKey(id.to_owned());
    let place = app.secrets().place_of(&name)?;
    app.secrets().delete(&name)?;
    note_deleted_in(&[place], app);
    app.printer.note(&format!(
        "removed the secret of `{id}`; AWS still honours that key until somebody deletes it there"
    ));
    Ok(())
}

fn move_all(to: PlaceArg, app: &App) -> Result<(), CommandError> {
    let to = match to {
        PlaceArg::Keyring => Place::Keyring,
        PlaceArg::File => Place::File,
    };
    let moved = app.secrets().move_all(to)?;
    if moved > 0 {
        note_deleted_in(&[to.other()], app);
    }
    app.printer.note(&match moved {
        0 => format!("nothing was to be moved; new secrets go to {to}"),
        1 => format!("moved 1 secret to {to}; new ones go there too"),
        n => format!("moved {n} secrets to {to}; new ones go there too"),
    });
    Ok(())
}
