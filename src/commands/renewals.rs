//! Credentials that are renewed while a command runs: what `leapp-exec --serve` and `leapp serve` have in
//! common, and `--profile` where somebody will be needed.

use super::error::{CommandError, Kind};
use super::resolve::Resolved;
use crate::app::{self, App, GivenForRun};
use crate::cli::begun;
use crate::model::chain::Step;
use crate::model::{Chain, Credentials, Span, Timestamp};
use crate::resolver::{Freshness, Renew, Source};
use crate::secrets::OpenedVault;
use crate::server::{self, Endpoint, Event, Failure, Remedy, Renewal};
use crate::settings::Settings;
use crate::ui::printer::{Printer, Verbosity};
use crate::ui::terminal::Questions;

/// What a run may last without a word about who will be needed.
const LONG: Span = Span::HOUR;

/// How long a provider is left alone that wants to see a person, in seconds; it is tried anew then, as
/// it may have been the network's fault.
const ANEW: i64 = 5 * 60;

/// Serves what was resolved, on this port of the loopback, until the process ends.
pub(super) fn begin(resolved: &Resolved, port: u16, app: &App) -> Result<Endpoint, CommandError> {
    let login = login(resolved);
    foretell(resolved, app);
    let (settings, printer) = (app.settings.clone(), app.printer);
    let chain = resolved.chain.clone();
    let alias = chain.target.clone();
    // Where the kernel keeps the vault open, that ends when it is to end.
    let leased = app.secrets().unlocked().vault;
    let opened = if leased {
        OpenedVault::default()
    } else {
        app.opened.clone()
    };
    let mut refused = None;
    let renewal = Renewal {
        renew: Box::new(move |left| {
            let beside = |questions| beside(&settings, printer, &opened, questions);
            renew(beside, &chain, left, &mut refused)
        }),
        tell: Box::new(move |event| tell(event, alias.as_str(), &login, printer)),
        min_ttl: resolved.wishes.min_ttl,
        now: app::now,
    };
    Ok(server::start(port, resolved.credentials.clone(), renewal)?)
}

/// An app that works beside a command, in a process that has been at work for long: nothing that was given for
/// the first time is used again, and nothing but the outcome is said.
fn beside(
    settings: &Settings,
    printer: Printer,
    opened: &OpenedVault,
    questions: Questions,
) -> App {
    let settings = Settings {
        mfa_code: None,
        ..settings.clone()
    };
    let silent = Printer::new(printer.program(), Verbosity::Quiet);
    let mut app = App::new(settings, silent, questions);
    app.opened = opened.clone();
    app
}

/// The chain once more; nothing is asked.
///
/// `refused`: when it was last tried in vain to do without a person. Until it is tried anew, no browser is
/// started, and what a person has done elsewhere is looked for.
fn renew(
    beside: impl Fn(Questions) -> App,
    chain: &Chain,
    left: Span,
    refused: &mut Option<Timestamp>,
) -> Result<Credentials, Failure> {
    let anew = refused.is_none_or(|at| app::now().0 >= at.0 + ANEW);
    let app = beside(if anew {
        Questions::BesideCommand
    } else {
        Questions::Unwelcome
    });
    let freshness = Freshness {
        min_ttl: Some(left),
        renew: Renew::WhatIsStale,
    };
    let resolution = app.with_resolver(GivenForRun::default(), |resolver| {
        resolver.resolve(chain, freshness)
    });
    let failure = match resolution {
        Ok(resolution) => {
            *refused = None;
            return Ok(resolution.credentials);
        }
        Err(error) => failure(&CommandError::from(error)),
    };
    if anew && failure.remedy == Remedy::Person {
        *refused = Some(app::now());
    }
    Err(failure)
}

fn failure(error: &CommandError) -> Failure {
    let mut why = error.report.headline.clone();
    for cause in &error.report.causes {
        why = why + ": " + cause;
    }
    Failure {
        remedy: match error.kind {
            Kind::LoginNeeded => Remedy::Person,
            _ => Remedy::Time,
        },
        why,
    }
}

fn tell(event: &Event<'_>, alias: &str, login: &str, printer: Printer) {
    let ahead = |left: &Option<Span>| match left.map(Span::rounded) {
        Some(left) => format!("the credentials of `{alias}` end in {left}"),
        None => format!("the credentials of `{alias}` have ended"),
    };
    match event {
        Event::Failing { why, left: None } => printer.warn(&format!("{why}; trying again")),
        Event::Failing {
            why,
            left: Some(left),
        } => printer.warn(&format!(
            "the credentials of `{alias}` could not be renewed; they are good for another {}, and \
             it is tried again: {why}",
            left.rounded()
        )),
        Event::PersonNeeded { left } => printer.call(&format!(
            "{}, and renewing them needs you: run `{login}` in another terminal",
            ahead(left)
        )),
        Event::Expired => printer.warn(&format!(
            "the credentials of `{alias}` have expired, and there are no new ones yet"
        )),
        Event::Renewed => printer.note(&format!("the credentials of `{alias}` are renewed")),
    }
}

/// What somebody has to type for the renewal to find what it needs: the very chain, options included.
fn login(resolved: &Resolved) -> String {
    let alias = &resolved.chain.target;
    match begun::options(&resolved.wishes, None) {
        Some(options) => format!("leapp login {alias} {options}"),
        None => format!("leapp login {alias}"),
    }
}

/// Says, when credentials were made and not at each use of them, that somebody will be needed soon.
pub(super) fn foretell(resolved: &Resolved, app: &App) {
    if resolved.source != Source::Aws {
        return;
    }
    let ends = app.with_resolver(GivenForRun::default(), |resolver| {
        resolver.attended_until(&resolved.chain)
    });
    let left = |ends: Timestamp| ends.after(app::now()).unwrap_or(Span(0)).rounded();
    if let Some(left) = ends.map(left).filter(|&left| left <= LONG) {
        let unless = provider(&resolved.chain)
            .map(|host| format!(", unless {host} remembers you"))
            .unwrap_or_default();
        let login = login(resolved);
        app.printer.note(&format!(
            "the login behind `{}` ends in {left}; a command that runs for longer will need you to run \
             `{login}` then, in any terminal{unless}",
            resolved.chain.target
        ));
    }
}

/// The provider behind the chain, where a login at it may need no person.
fn provider(chain: &Chain) -> Option<&str> {
    chain.hops.iter().find_map(|hop| match &hop.step {
        Step::Saml(saml) if saml.saml_process.is_none() => Some(saml.saml_url.host()),
        _ => None,
    })
}
