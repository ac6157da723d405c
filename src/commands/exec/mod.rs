//! `leapp-exec ALIAS -- COMMAND...`

mod served;

use std::ffi::OsString;

use crate::app::{self, App};
use crate::cli::{ExecArgs, NarrowingArgs, WishArgs};
use crate::commands::error::CommandError;
use crate::commands::ourselves::leapp;
use crate::commands::profile::start_process;
use crate::commands::renewals;
use crate::commands::resolve::resolve;
use crate::model::Environment;
use crate::model::environment::Access;
use crate::model::programs::{Renewal, ignores};
use crate::process;

/// Becomes the command.
pub(super) fn run(
    args: &ExecArgs,
    app: &App,
    ourselves: Option<&OsString>,
) -> Result<(), CommandError> {
    if args.serve {
        return served::run(args, app);
    }
    let environment = if args.profile {
        by_profile(args, app, ourselves)?
    } else {
        resolve(args.alias.as_deref(), &args.wishes, app)?
            .environment(args.region.as_ref(), app)
            .for_child()
            .begun_by(std::process::id(), app::now())
    };
    let (program, arguments) = command(args, app);
    match process::become_command(&program, arguments, &environment)? {}
}

/// The command and its arguments; the user's shell where none was given.
pub(super) fn command<'a>(args: &'a ExecArgs, app: &App) -> (OsString, &'a [OsString]) {
    if let Some((program, arguments)) = args.command.split_first() {
        return (program.clone(), arguments);
    }
    let shell = app.settings.shell.clone();
    (shell.unwrap_or_else(|| OsString::from("/bin/sh")), &[])
}

/// Starts the session's named profile for the command. The credentials are made now: a person can be
/// asked here, and what is wrong is said here, not by the command.
fn by_profile(
    args: &ExecArgs,
    app: &App,
    ourselves: Option<&OsString>,
) -> Result<Environment, CommandError> {
    if let Some(option) = of_this_run_alone(&args.wishes) {
        return Err(CommandError::not_of_a_profile(option));
    }
    // Before anybody is asked for anything.
    app.aws_files().check_syntax()?;
    let resolved = resolve(args.alias.as_deref(), &args.wishes, app)?;
    warn_of_program(args, Renewal::NamedProfile, app);
    start_process(&resolved.session, &leapp(ourselves)?, app)?;
    renewals::foretell(&resolved, app);
    let access = Access::NamedProfile(&resolved.session.named_profile);
    Ok(resolved
        .environment_by(access, args.region.as_ref(), app)
        .for_child_that_calls_us())
}

/// Says beforehand where the command will not be the session, as far as that is known of it.
fn warn_of_program(args: &ExecArgs, renewal: Renewal, app: &App) {
    let program = args.command.first().and_then(|word| word.to_str());
    if let Some(program) = program.filter(|program| ignores(program, renewal)) {
        app.printer.warn(&format!(
            "`{program}` ignores what `{option}` sets, and may find other credentials or none; \
             run it without `{option}`",
            option = renewal.option()
        ));
    }
}

/// An option that shapes the credentials of one run. A named profile has no place for it, and a run
/// with another one would change it for this.
fn of_this_run_alone(wishes: &WishArgs) -> Option<&'static str> {
    let WishArgs {
        duration,
        min_ttl,
        narrowing:
            NarrowingArgs {
                read_only,
                policy,
                policy_arn,
            },
        assume,
        refresh: _,
        mfa_code: _,
        assertion: _,
        here: _,
        yes: _,
    } = wishes;
    let given = [
        ("--duration", duration.is_some()),
        ("--min-ttl", min_ttl.is_some()),
        ("--read-only", *read_only),
        ("--policy", policy.is_some()),
        ("--policy-arn", !policy_arn.is_empty()),
        ("--assume", !assume.is_empty()),
    ];
    given
        .into_iter()
        .find_map(|(option, given)| given.then_some(option))
}
