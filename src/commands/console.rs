//! `leapp console ALIAS`: the AWS console as a session, in the user's browser.

use std::io::{self, IsTerminal};
use std::path::Path;

use super::error::CommandError;
use super::resolve::{Planned, given};
use crate::app::{self, App};
use crate::cli::{ConsoleArgs, WishArgs};
use crate::console::{ConsoleError, Handoff, Place, Service, SignIn};
use crate::model::chain::Step;
use crate::model::{Chain, Credentials, Span, is_elsewhere};
use crate::process::Opener;
use crate::settings::Display;
use crate::ui::printer::exact;
use secrecy::ExposeSecret;

/// Opens the console.
pub(super) fn run(args: &ConsoleArgs, app: &App) -> Result<(), CommandError> {
    let service = args.service.as_deref().map(str::parse::<Service>);
    let service = service.transpose().map_err(|e| CommandError::usage(&e))?;
    // Before anything is asked: nothing would be opened or printed anyway.
    let opener = if args.print {
        if io::stdout().is_terminal() && !args.show {
            return Err(CommandError::url_on_terminal());
        }
        None
    } else {
        Some(opener(args, app)?)
    };
    let mut wishes = args.wishes.clone();
    let planned = Planned::new(args.alias.as_deref(), &wishes, app)?;
    let chain = &planned.chain;
    let elsewhere = chain.endpoint_url.as_ref().filter(|url| is_elsewhere(url));
    if let Some(service) = elsewhere.filter(|_| app.settings.config.console_endpoint.is_none()) {
        return Err(CommandError::no_console(&chain.target, service));
    }
    let target = &chain.hops[chain.hops.len() - 1];
    let region = args.region.as_ref().unwrap_or(&chain.region);
    let role = target.step.role_arn();
    let place = Place::new(
        role.map_or_else(|| target.sts.region.partition(), |role| role.partition()),
        region,
    )?;
    let duration = duration(chain);
    if duration.is_none() && wishes.min_ttl.is_none() {
        // The console closes with these credentials: few minutes left would be a nuisance.
        wishes.min_ttl = target.step.lifetime().map(|life| Span(life.0 / 2));
    }
    let sign_in = SignIn {
        place,
        service: service.as_ref(),
        duration,
    };
    let credentials = credentials(&planned, &wishes, app)?;
    let url = app.console().url(&sign_in, &credentials)?;
    let Some(opener) = opener else {
        return Ok(exact(&format!("{}\n", url.expose_secret()))?);
    };
    let handoff = Handoff::open()?;
    let address = handoff.address();
    let mut opening = opener
        .open(&address)
        .map_err(|error| CommandError::no_opener(&opener.program, &error))?;
    handoff.send_on(&url, || {
        let (program, status) = opening.failure()?;
        Some(ConsoleError::OpenerFailed { program, status })
    })?;
    let left = credentials.left(app::now()).unwrap_or(Span(0)).rounded();
    app.printer.note(&format!(
        "opened the console as `{}` for {}",
        planned.chain.target,
        duration.unwrap_or(left)
    ));
    Ok(())
}

/// How long the console may be asked to stay open: AWS takes no word on it for a role that a role or an
/// MFA session has assumed, nor for an IAM user.
fn duration(chain: &Chain) -> Option<Span> {
    match &chain.hops[..] {
        [root] if matches!(root.step, Step::Saml(_)) => root.step.lifetime(),
        [root, role] if matches!(root.step, Step::AccessKey { .. }) => role.step.lifetime(),
        _ => None,
    }
}

fn credentials(
    planned: &Planned,
    wishes: &WishArgs,
    app: &App,
) -> Result<Credentials, CommandError> {
    let chain = &planned.chain;
    if chain.hops[0].step.role_arn().is_some() || chain.hops.len() > 1 {
        return planned.credentials(wishes, app);
    }
    let name = format!("leapp-{}", app.settings.caller.user);
    let made = app.with_resolver(given(wishes), |resolver| resolver.federate(chain, &name));
    made.map_err(CommandError::no_federation)
}

/// What opens the browser.
fn opener(args: &ConsoleArgs, app: &App) -> Result<Opener, CommandError> {
    let (settings, surroundings) = (&app.settings, app.surroundings());
    let config = &settings.config;
    let named = settings.browser.as_deref().or(config.browser.as_deref());
    let browser = |program| Opener {
        program,
        arguments: config.browser_args.iter().map(Into::into).collect(),
    };
    let found = if args.private {
        let private = surroundings.private_browser(named);
        private.map(|private| {
            let mut opener = browser(private.program);
            opener.arguments.push(private.argument.into());
            opener
        })
    } else if let Some(name) = named {
        surroundings.program_named(name).map(browser)
    } else {
        let openers = ["wslview", "xdg-open", "open"].iter();
        let mut openers = openers.filter(|name| **name != "open" || cfg!(target_os = "macos"));
        let desktop = openers.find_map(|name| surroundings.program_named(Path::new(name)));
        let desktop = desktop.map(|program| Opener {
            program,
            arguments: Vec::new(),
        });
        desktop.or_else(|| {
            let private = surroundings.private_browser(None);
            private.map(|private| browser(private.program))
        })
    };
    let opener = found.ok_or_else(|| CommandError::no_browser(named))?;
    // Windows has a screen of its own, which WSL does not see.
    if settings.display != Display::Present && !opener.program.ends_with("wslview") {
        return Err(CommandError::no_screen(settings.display));
    }
    Ok(opener)
}
