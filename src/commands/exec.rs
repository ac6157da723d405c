//! `leapp-exec ALIAS -- COMMAND...`

use std::ffi::{OsStr, OsString};

use super::error::CommandError;
use super::resolve::resolve;
use crate::app::App;
use crate::cli::ExecArgs;
use crate::process;

/// Becomes the command.
pub(super) fn run(args: &ExecArgs, app: &App) -> Result<(), CommandError> {
    let environment = resolve(args.alias.as_deref(), &args.wishes, app)?
        .environment(args.region.as_ref(), app)
        .for_child();
    let shell = [app
        .settings
        .shell
        .clone()
        .unwrap_or_else(|| OsString::from("/bin/sh"))];
    let (program, arguments): (&OsStr, &[OsString]) = match args.command.split_first() {
        Some((program, arguments)) => (program, arguments),
        None => (&shell[0], &[]),
    };
    match process::become_command(program, arguments, &environment)? {}
}
