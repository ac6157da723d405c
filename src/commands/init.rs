//! `leapp init SHELL`

use std::ffi::OsString;

use super::error::CommandError;
use super::ourselves::ourselves;
use crate::cli::InitArgs;
use crate::shell;
use crate::ui::printer::exact;

/// Prints the hook.
pub(super) fn run(args: &InitArgs, program: Option<&OsString>) -> Result<(), CommandError> {
    let hook = shell::hook(args.shell.into(), &ourselves(program)?);
    Ok(exact(&hook.unwrap_or_default())?)
}
