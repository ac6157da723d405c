//! `leapp use` and `leapp off`, as a shell's hook runs them: statements to evaluate, and before them
//! what stands now, so that the hook can bring it back.

use std::ffi::OsString;
use std::io::{self, IsTerminal};

use super::error::{CommandError, Kind};
use super::resolve::resolve;
use crate::app::App;
use crate::cli::{self, HookShell, OffArgs, UseArgs};
use crate::model::Environment;
use crate::settings::{self, Directory};
use crate::shell::{self, Shell};
use crate::ui::printer::exact;

/// Prints what makes the shell the session.
pub(super) fn run(args: UseArgs, app: &App) -> Result<(), CommandError> {
    let shell = hooked(args.shell)?;
    if args.cut_off {
        return Err(CommandError::cut_off());
    }
    let args = match args.begun_with.clone() {
        Some(options) => {
            let (args, from) = args.as_begun(&options)?;
            if from != app.settings.other_config_dir {
                return Err(CommandError::other_sessions(from.as_deref()));
            }
            args
        }
        None => args,
    };
    if args.alias.as_deref() == Some("-") {
        // The hook knows which session was before, and names it.
        return Err(CommandError::new(
            Kind::User,
            "this shell was no session before",
        ));
    }
    let resolved = resolve(args.alias.as_deref(), &args.wishes, app)?;
    let standing = settings::standing_outside(&Environment::touched());
    let environment = resolved.environment(args.region.as_ref(), app);
    let statements = shell::statements(shell, &environment);
    Ok(exact(&(shell::standing(shell, &standing) + &statements))?)
}

/// Prints what makes the shell no session.
pub(super) fn off(args: &OffArgs) -> Result<(), CommandError> {
    let shell = hooked(args.shell)?;
    let none = Environment::none(settings::inherited());
    let touched = Environment::touched();
    let tools = Directory::inherited();
    let here = shell::directory(
        shell,
        &tools.inside(&touched),
        tools.brings_back(&Environment::of_sessions()),
    );
    Ok(exact(&(here + &shell::statements(shell, &none)))?)
}

/// Whether a hook evaluates the output of this command line: `--help` must not go there then.
pub(super) fn is_evaluated(arguments: &[OsString]) -> bool {
    cli::verb(arguments).is_some_and(|verb| verb == "use" || verb == "off")
        && !io::stdout().is_terminal()
}

/// The shell whose hook runs us. A program cannot change the shell that it was started from.
fn hooked(shell: Option<HookShell>) -> Result<Shell, CommandError> {
    match shell {
        Some(shell) if !io::stdout().is_terminal() => Ok(shell.into()),
        _ => Err(CommandError::no_hook(shell::parent().ok().flatten())),
    }
}
