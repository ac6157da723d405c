//! `leapp credential-process ALIAS`: what the AWS SDKs run for a named profile.
//!
//! They come again when fifteen minutes are left (AWS CLI, boto3), or five, or none (Go, and so Terraform).
//! What the cache holds serves down to those fifteen minutes, so whoever comes because of them gets
//! new credentials, and none comes in vain. Where credentials live for less than that they come
//! for every request of theirs, and get what is in the cache until a third of its life is left: that
//! costs a process, and no call.

use std::io::{self, IsTerminal};

use super::env::credential_process;
use super::error::{CommandError, Kind};
use super::resolve::Planned;
use crate::app::{self, App, GivenForRun};
use crate::cli::CredentialProcessArgs;
use crate::model::Span;
use crate::ui::printer::exact;

/// Prints credentials for a program, or nothing at all.
pub(super) fn run(args: &CredentialProcessArgs, app: &App) -> Result<(), CommandError> {
    let alias = args.alias.as_deref();
    if io::stdout().is_terminal() {
        return Err(CommandError::for_programs(alias.unwrap_or("ALIAS")));
    }
    let planned = Planned::new(alias, &args.wishes, app)?;
    let credentials = match planned.credentials(&args.wishes, app) {
        Ok(credentials) => credentials,
        Err(error) if may_use_the_last(args, &error) => {
            // A program in the middle of its work is better served by what still lasts than by an error.
            let last = app.with_resolver(GivenForRun::default(), |resolver| {
                resolver.last(&planned.chain)
            });
            let Some(last) = last else {
                return Err(error);
            };
            app.printer.warn(&format!(
                "{}; the credentials of before end in {}",
                error.report.headline,
                last.left(app::now()).unwrap_or(Span(0)).rounded()
            ));
            last
        }
        Err(error) => return Err(error),
    };
    Ok(exact(&credential_process(&credentials)?)?)
}

fn may_use_the_last(args: &CredentialProcessArgs, error: &CommandError) -> bool {
    let is_ended = matches!(error.kind, Kind::Interrupted | Kind::Ended(_));
    !args.wishes.refresh && !is_ended
}
