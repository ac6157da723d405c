//! `leapp add [TYPE] [ALIAS]`

mod flags;
mod from_login;
pub(super) mod questions;
mod secret;

use crate::app::App;
use crate::cli::AddArgs;
use crate::cli::{SecretArg, TypeArg};
use crate::commands::endpoint::note_endpoint;
use crate::commands::error::CommandError;
use crate::commands::person::Person;
use crate::model::secret::SecretString;
use crate::model::session::Kind;
use crate::model::{Catalog, Session};
use crate::secrets::SecretName;

/// Defines a session; asks for what is missing, where there is a terminal.
pub(super) fn run(args: &AddArgs, app: &App) -> Result<(), CommandError> {
    if args.secret_access_key == Some(SecretArg::Given) {
        return Err(CommandError::secret_in_argument());
    }
    if let Some(url) = &args.from_login.url {
        return from_login::run(url, args, app);
    }
    let catalog = app.catalog()?;
    let mut person = Person::at_terminal();
    // Sessions without an endpoint of their own ask the caller's.
    let caller_is_elsewhere = app.settings.caller.endpoint_url.is_some();
    if let Some((session, id)) = secret_of_existing(args, &catalog)? {
        let is_elsewhere = session.endpoint_url.is_some() || caller_is_elsewhere;
        let secret = if args.from_env {
            secret::from_environment(is_elsewhere)?.secret_access_key
        } else {
            secret::read(args, &mut person, is_elsewhere)?
        };
        return store(app, &id, &secret);
    }
    let new = questions::complete(args, &catalog, &mut person, caller_is_elsewhere)?;
    let keep = |_: &_| match &new.access_key {
        Some((id, secret)) => app
            .secrets()
            .set(&SecretName::AccessKey(id.clone()), secret),
        None => Ok(()),
    };
    let session = app.sessions().add(&new.alias, &new.draft, keep)?;
    app.printer.note(&format!("added `{}`", session.alias));
    let after = app.catalog()?;
    note_endpoint(&session.alias, &after, app);
    if after.default_region() != catalog.default_region() {
        let region = &session.region;
        let note = format!("`{region}` is the default region from now on");
        app.printer.note(&note);
    }
    if let Some((id, _)) = &new.access_key {
        note_stored(app, id)?;
    }
    // Who was asked for the alias was asked for all that there is no doing without.
    if args.alias.is_none() {
        let note = format!(
            "`leapp set {}` asks for what else it can say",
            session.alias
        );
        app.printer.note(&note);
    }
    if let Kind::IamUser(user) = &session.kind
        && user.mfa.is_none()
        && after.elsewhere(&session).is_none()
    {
        app.printer
            .note("without MFA, AWS lets its temporary credentials call nothing of IAM");
    }
    Ok(())
}

/// Stores the secret of a session that is defined already.
fn store(app: &App, id: &str, secret: &SecretString) -> Result<(), CommandError> {
    let name = SecretName::AccessKey(id.to_owned());
    app.secrets().set(&name, secret)?;
    note_stored(app, id)
}

fn note_stored(app: &App, id: &str) -> Result<(), CommandError> {
    let place = app.secrets().place()?;
    let note = format!("stored the secret of `{id}` in {place}");
    app.printer.note(&note);
    Ok(())
}

/// `leapp add user ALIAS --secret-access-key -` for a session that is defined already, by hand or in
/// a shared file: only its secret is missing.
fn secret_of_existing<'c>(
    args: &AddArgs,
    catalog: &'c Catalog,
) -> Result<Option<(&'c Session, String)>, CommandError> {
    let alias = args.alias.as_ref();
    let Some(session) = alias.and_then(|alias| catalog.get(alias.as_str())) else {
        return Ok(None);
    };
    let Kind::IamUser(user) = &session.kind else {
        return Ok(None);
    };
    let given = match &args.access_key_id {
        // Any length: only the id is looked at here.
        None if args.from_env => Some(secret::from_environment(true)?.access_key_id),
        given => given.clone(),
    };
    let same = given.is_none_or(|id| id == user.access_key_id);
    let nothing_else = flags::draft(args).keys().all(|key| key == "access_key_id");
    let secret_comes = args.kind == Some(TypeArg::User) && args.secret_access_key.is_some();
    let stored = (secret_comes || args.from_env) && same && nothing_else;
    Ok(stored.then(|| (session, user.access_key_id.clone())))
}
