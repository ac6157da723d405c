//! What stands in the environment, and the browser.

use super::{list, words};
use crate::app::App;
use crate::commands::error::CommandError;
use crate::doctor::Check;
use crate::idp::BrowserError;
use crate::model::Catalog;
use crate::model::environment::RIVALS;
use crate::model::session::Kind;
use crate::settings;

/// Credentials that somebody has put into the environment.
const CREDENTIALS: [&str; 3] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
];

/// Variables that decide beside us who an AWS program is.
pub(super) fn variables() -> Vec<Check> {
    let name = "environment";
    if settings::inherits_failure() {
        let said = "a switch of this shell has failed, so that no AWS program finds credentials";
        return vec![Check::warning(name, said).next(words::FAILED_SWITCH)];
    }
    let rivals = settings::standing(&RIVALS);
    let mut standing: Vec<&str> = rivals.iter().map(|(name, _)| *name).collect();
    let session = settings::inherited_session();
    if session.is_none() {
        // Only the names: a value can be a secret.
        standing.extend(
            settings::standing(&CREDENTIALS)
                .iter()
                .map(|(name, _)| *name),
        );
    }
    vec![match (standing.is_empty(), session) {
        (true, None) => Check::ok(name, "no variable of another tool"),
        (true, Some(session)) => Check::ok(name, format!("session `{}`", session.alias)),
        (false, _) => Check::warning(
            name,
            format!(
                "AWS programs use {}, unless `leapp-exec` or `leapp use` removes them",
                list(&standing)
            ),
        )
        .next(words::unset(&standing)),
    }]
}

/// The browser, which SAML logins need.
pub(super) fn browser(catalog: &Catalog, app: &App) -> Check {
    let name = "browser";
    let needs_one = catalog.iter().any(|session| match &session.kind {
        Kind::Federated(login) => login.saml_process.is_none(),
        Kind::IamUser(_) | Kind::Chained(_) => false,
    });
    match app.browser().find() {
        Ok(file) => Check::ok(name, format!("`{}`", file.display())),
        Err(BrowserError::NoBrowser) if !needs_one => {
            Check::ok(name, "none is found, and no session needs one")
        }
        Err(error) => words::of_error(name, CommandError::from(crate::idp::IdpError::from(error))),
    }
}
