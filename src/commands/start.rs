//! `leapp start ALIAS`

use std::ffi::OsString;

use super::error::CommandError;
use super::ourselves::leapp;
use super::pick::{Named, choose};
use super::profile::{start_keys, start_process};
use super::resolve::{confirm, resolve};
use crate::app::{self, App};
use crate::cli::{StartArgs, WishArgs};
use crate::model::plan::{Wishes, plan};
use crate::model::session::{Federated, Kind};
use crate::model::{Session, Span};

/// Makes the session usable as a named profile.
pub(super) fn run(
    args: &StartArgs,
    app: &App,
    program: Option<&OsString>,
) -> Result<(), CommandError> {
    if args.write_credentials {
        return write_credentials(args, app);
    }
    let catalog = app.catalog()?;
    let session = choose(Named::new(args.alias.as_deref(), false), &catalog, app)?;
    // What could never work is said now, not by the first program that uses it.
    plan(
        &catalog,
        session.alias.as_str(),
        &Wishes::default(),
        &app.settings.caller,
    )?;
    app.aws_files().check(&session.named_profile)?;
    if session.protected && !args.yes {
        confirm(session, app)?;
    }
    start_process(session, &leapp(program)?, app)?;
    say(session, app);
    if let Kind::Federated(Federated {
        saml_process: None, ..
    }) = &session.kind
    {
        app.printer.note(&format!(
            "programs open no browser: when its login has ended, run `leapp login {}`",
            session.alias
        ));
    }
    Ok(())
}

fn write_credentials(args: &StartArgs, app: &App) -> Result<(), CommandError> {
    let wishes = WishArgs {
        refresh: args.keys.refresh,
        mfa_code: args.keys.mfa_code.clone(),
        yes: args.yes,
        ..WishArgs::default()
    };
    // Before anybody is asked for anything.
    app.aws_files().check_syntax()?;
    let resolved = resolve(args.alias.as_deref(), &wishes, app)?;
    start_keys(&resolved.session, &resolved.credentials, app)?;
    say(&resolved.session, app);
    let left = resolved
        .credentials
        .left(app::now())
        .unwrap_or(Span(0))
        .rounded();
    app.printer.note(&format!(
        "its keys end in {left}; the same command writes new ones"
    ));
    Ok(())
}

fn say(session: &Session, app: &App) {
    let Session {
        alias,
        named_profile,
        ..
    } = session;
    app.printer.note(&match named_profile.as_str() {
        "default" => format!("started `{alias}`: it is what `aws` uses by default"),
        name if name.contains(' ') => format!("started `{alias}`: `aws --profile '{name}'`"),
        name => format!("started `{alias}`: `aws --profile {name}`"),
    });
}
