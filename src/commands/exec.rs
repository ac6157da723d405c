//! `leapp-exec ALIAS -- COMMAND...`

use std::ffi::OsString;

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
