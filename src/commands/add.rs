//! `leapp add [TYPE] [ALIAS]`

use super::add_flags;
use super::add_questions;
use super::add_secret::secret_from_stdin;
use super::error::CommandError;
use crate::app::App;
use crate::cli::AddArgs;
use crate::cli::args::TypeArg;
use crate::model::Catalog;
use crate::model::session::Kind;
use crate::secrets::SecretName;

/// Defines a session; asks for what is missing, where there is a terminal.
pub(super) fn run(args: &AddArgs, app: &App) -> Result<(), CommandError> {
    let catalog = app.catalog()?;
    if let Some(id) = secret_of_existing(args, &catalog) {
        let secret = secret_from_stdin()?;
        app.secrets()
            .set(&SecretName::AccessKey(id.clone()), &secret)?;
        app.printer.note(&format!(
            "stored the secret of `{id}` in {}",
            app.secrets().place()?
        ));
        return Ok(());
    }
    let new = add_questions::complete(args, &catalog)?;
    let keep = |_: &_| match &new.access_key {
        Some((id, secret)) => app
            .secrets()
            .set(&SecretName::AccessKey(id.clone()), secret),
        None => Ok(()),
    };
    let session = app.sessions().add(&new.alias, &new.draft, keep)?;
    app.printer.note(&format!("added `{}`", session.alias));
    if catalog.iter().next().is_none() && catalog.default_region().is_none() {
        app.printer.note(&format!(
            "`{}` is the default region from now on",
            session.region
        ));
    }
    if let Some((id, _)) = &new.access_key {
        app.printer.note(&format!(
            "stored the secret of `{id}` in {}",
            app.secrets().place()?
        ));
    }
    if let Kind::IamUser(user) = &session.kind
        && user.mfa.is_none()
    {
        app.printer
            .note("without MFA, AWS lets its temporary credentials call nothing of IAM");
    }
    Ok(())
}

/// `leapp add user ALIAS --secret-access-key -` for a session that is defined already, by hand or in
/// a shared file: only its secret is missing.
fn secret_of_existing(args: &AddArgs, catalog: &Catalog) -> Option<String> {
    let session = catalog.get(args.alias.as_ref()?.as_str())?;
    let Kind::IamUser(user) = &session.kind else {
        return None;
    };
    let same = args
        .access_key_id
        .as_ref()
        .is_none_or(|id| *id == user.access_key_id);
    let nothing_else = add_flags::draft(args)
        .keys()
        .all(|key| key == "access_key_id");
    (args.kind == Some(TypeArg::User) && args.secret_access_key.is_some() && same && nothing_else)
        .then(|| user.access_key_id.clone())
}
