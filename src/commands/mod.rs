//! One verb a file: `run(&Args, &App) -> Result<(), CommandError>`.

mod add;
mod add_flags;
mod add_from_login;
mod add_questions;
mod add_secret;
mod env;
mod error;
mod exec;
mod exit;
mod list;
mod lock;
mod login;
mod logout;
mod person;
mod pick;
mod remove;
mod resolve;
mod secrets;
mod show;
mod show_json;

use std::ffi::OsString;
use std::process::ExitCode;

use crate::app::App;
use crate::cli::{ExecArgs, Global, Leapp, Verb};
use crate::process;
use crate::settings::Settings;
use crate::ui::printer::{Printer, Verbosity};

pub use error::{CommandError, Kind};
pub use exit::Program;

/// Runs one of the two programs.
pub fn run(program: Program, arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    // Where the kernel refuses (an old container), everything else still holds.
    let _ = process::hide_memory();
    let codes = program.codes_of(&arguments);
    match start(program, &arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if program == Program::Leapp && env::is_wanted(&arguments) => {
            exit::end(codes, program, &env::fail_closed(&arguments, error))
        }
        Err(error) => exit::end(codes, program, &error),
    }
}

fn start(program: Program, arguments: &[OsString]) -> Result<(), CommandError> {
    let words = arguments.iter().cloned();
    let (global, verb) = match program {
        Program::LeappExec => {
            ExecArgs::parse(words).map(|(global, args)| (global, Verb::Exec(args)))?
        }
        Program::Leapp => Leapp::parse_arguments(words).map(|leapp| (leapp.global, leapp.verb))?,
    };
    let app = App::new(Settings::read()?, printer(program, global));
    match &verb {
        Verb::Add(args) => add::run(args, &app),
        Verb::List(args) => list::run(args, &app),
        Verb::Show(args) => show::run(args, &app),
        Verb::Remove(args) => remove::run(args, &app),
        Verb::Exec(args) => exec::run(args, &app),
        Verb::Env(args) => env::run(args, &app),
        Verb::Login(args) => login::run(args, &app),
        Verb::Logout(args) => logout::run(args, &app),
        Verb::Lock => lock::run(&app),
        Verb::Secrets(args) => secrets::run(args, &app),
    }
}

fn printer(program: Program, global: Global) -> Printer {
    Printer::new(
        program.name(),
        if global.quiet {
            Verbosity::Quiet
        } else {
            Verbosity::Normal
        },
    )
}
