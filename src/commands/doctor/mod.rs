//! `leapp doctor [ALIAS]`

mod chain;
mod denied;
mod environment;
mod files;
mod iam;
mod json;
mod look;
mod lookers;
mod network;
mod profiles;
mod secrets;
mod shell;
mod terms;
mod text;
mod words;

use super::error::CommandError;
use crate::app::App;
use crate::cli::DoctorArgs;
use crate::doctor::{Check, Report, Verdict};
use crate::ui::printer::Printer;
use chain::Unwalked;
use iam::Iam;

/// Looks at everything, says what it has found, and fails where anything has.
pub(super) fn run(
    args: &DoctorArgs,
    app: Result<App, CommandError>,
    printer: Printer,
) -> Result<(), CommandError> {
    let report = match app {
        Ok(app) => examine(args, &app)?,
        // Nothing can be looked at where settings say nothing that makes sense: that is the finding.
        Err(error) => Report {
            checks: vec![words::of_error("settings", error)],
            chain: None,
        },
    };
    if args.json {
        printer.json(&json::report(&report))?;
    } else {
        printer.data(&text::report(&report))?;
    }
    match report.verdict() {
        Verdict::Failed => Err(CommandError::said()),
        _ => Ok(()),
    }
}

fn examine(args: &DoctorArgs, app: &App) -> Result<Report, CommandError> {
    let (catalog, mut checks) = files::sessions(app);
    let is_readable = catalog.is_some();
    let catalog = catalog.unwrap_or_default();
    checks.extend(files::directories(app));
    checks.extend(secrets::checks(&catalog, app));
    let network = network::look(&catalog, app);
    checks.extend(network.checks);
    checks.push(shell::check());
    checks.push(environment::browser(&catalog, app));
    checks.extend(environment::variables());
    checks.push(profiles::check(&catalog, app));
    let is_wanted = args.alias.is_some() || args.wishes.here;
    let mut chain = None;
    if is_wanted && is_readable {
        let iam = Iam::new(app.iam());
        match chain::walk(args, &catalog, app, &iam, &network.dead) {
            Ok(walked) => chain = Some(walked),
            // All that was looked at before is to be said as well.
            Err(Unwalked::Finding(error)) => checks.push(words::of_error("chain", error)),
            Err(Unwalked::Error(error)) => return Err(error),
        }
        checks.extend(iam.checks());
    }
    Ok(Report { checks, chain })
}

/// A path as people know it.
fn shown(path: &std::path::Path, app: &App) -> String {
    match app
        .settings
        .home
        .as_deref()
        .and_then(|home| path.strip_prefix(home).ok())
    {
        Some(inside) => format!("~/{}", inside.display()),
        None => path.display().to_string(),
    }
}

/// Several things in one line.
fn list<T: std::fmt::Display>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| format!("`{item}`")).collect();
    items.join(", ")
}

/// A check that is well unless something was found to look into.
fn unless(name: &str, well: String, odd: &[String], next: Vec<String>) -> Check {
    if odd.is_empty() {
        return Check::ok(name, well);
    }
    next.into_iter()
        .fold(Check::warning(name, odd.join("; ")), Check::next)
}
