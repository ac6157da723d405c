//! `leapp logout [ALIAS]`

use super::error::CommandError;
use crate::app::App;
use crate::cache::Fingerprint;
use crate::cli::LogoutArgs;
use crate::model::chain::{SamlStep, Step};
use crate::model::plan::{Wishes, plan};

/// Forgets cached credentials and SAML logins: of one chain, or of all.
pub(super) fn run(args: &LogoutArgs, app: &App) -> Result<(), CommandError> {
    let (dropped, logins) = match &args.alias {
        None => everything(app)?,
        Some(alias) => one_chain(alias, app)?,
    };
    let credentials = counted(dropped, "set of credentials", "sets of credentials");
    let logins = counted(logins, "SAML login", "SAML logins");
    app.printer.note(&match (credentials, logins) {
        (None, None) => "nothing was cached".to_owned(),
        (Some(one), None) | (None, Some(one)) => format!("forgot {one}"),
        (Some(one), Some(other)) => format!("forgot {one} and {other}"),
    });
    Ok(())
}

/// How many sets of credentials and how many logins were forgotten.
fn everything(app: &App) -> Result<(usize, usize), CommandError> {
    let dropped = app.cache().forget_all()?;
    let logins = app
        .profiles()
        .forget_all(|holder| app.note_waiting(holder))?;
    Ok((dropped, logins))
}

fn one_chain(alias: &str, app: &App) -> Result<(usize, usize), CommandError> {
    let caller = &app.settings.caller;
    let chain = plan(&app.catalog()?, alias, &Wishes::default(), caller)?;
    let names: Vec<&str> = chain.hops.iter().map(|hop| hop.name.as_str()).collect();
    // Entries are shared by sessions of the same definition, and bear the name of one of them; those of
    // other durations and policies bear the name, and have other fingerprints.
    let cache = app.cache();
    let mut dropped = cache.forget_named(&names)?;
    for fingerprint in Fingerprint::of_hops(&chain) {
        dropped += usize::from(cache.forget(&fingerprint)?);
    }
    let logins = match &chain.hops[0].step {
        Step::Saml(saml) => usize::from(forget_login(saml, app)?),
        _ => 0,
    };
    Ok((dropped, logins))
}

/// Forgets a login, in the cache and in the browser: other sessions that share it are logged out too.
fn forget_login(saml: &SamlStep, app: &App) -> Result<bool, CommandError> {
    let name = Fingerprint::of_login(&saml.saml_url, saml.saml_process.as_deref());
    app.cache().forget(&name)?;
    Ok(app
        .profiles()
        .forget(&saml.saml_url, |holder| app.note_waiting(holder))?)
}

fn counted(count: usize, one: &str, many: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        n => Some(format!("{n} {many}")),
    }
}
