//! One verb a file: `run(&Args, &App) -> Result<(), CommandError>`.

mod add;
mod add_flags;
mod add_from_login;
mod add_questions;
mod add_secret;
mod complete;
mod env;
mod error;
mod exec;
mod exec_served;
mod exit;
mod init;
mod list;
mod lock;
mod login;
mod logout;
mod person;
mod pick;
mod prompt;
mod remove;
mod renewals;
mod resolve;
mod secrets;
mod serve;
mod show;
mod show_json;
mod unattended;
mod use_session;

use std::ffi::OsString;
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

use crate::app::{self, App};
use crate::cli::{ExecArgs, Global, Leapp, Verb};
use crate::process;
use crate::settings::{Settings, inherited_session};
use crate::ui::printer::{Printer, Verbosity};
use crate::ui::terminal::Questions;

pub use error::{CommandError, Kind};
pub use exit::Program;

/// Runs one of the two programs.
pub fn run(program: Program, arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    // Where the kernel refuses (an old container), everything else still holds.
    let _ = process::hide_memory();
    let codes = program.codes_of(&arguments);
    match guarded(|| start(program, &arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(CommandError {
            kind: Kind::Shown(text),
            ..
        }) if use_session::is_evaluated(&arguments) => {
            Printer::new(program.name(), Verbosity::Normal).report(&text);
            ExitCode::SUCCESS
        }
        Err(error) if program == Program::Leapp && env::is_wanted(&arguments) => {
            exit::end(codes, program, &env::fail_closed(&arguments, error))
        }
        Err(error) => exit::end(codes, program, &error),
    }
}

/// A panic is our own mistake, and must not look like success to a shell: it becomes an error like any
/// other. What it says has been printed by then.
fn guarded(work: impl FnOnce() -> Result<(), CommandError>) -> Result<(), CommandError> {
    std::panic::catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(CommandError::panicked()))
}

fn start(program: Program, arguments: &[OsString]) -> Result<(), CommandError> {
    let words = arguments.iter().cloned();
    let (global, verb) = match program {
        Program::LeappExec => {
            ExecArgs::parse(words).map(|(global, args)| (global, Verb::Exec(args)))?
        }
        Program::Leapp => Leapp::parse_arguments(words).map(|leapp| (leapp.global, leapp.verb))?,
    };
    let printer = printer(program, global);
    let app = move |questions| -> Result<App, CommandError> {
        Ok(App::new(Settings::read()?, printer, questions))
    };
    let open = || app(Questions::Welcome);
    match verb {
        Verb::Add(args) => add::run(&args, &open()?),
        Verb::List(args) => list::run(&args, &open()?),
        Verb::Show(args) => show::run(&args, &open()?),
        Verb::Remove(args) => remove::run(&args, &open()?),
        Verb::Exec(args) if args.serve => exec_served::run(&args, &open()?),
        Verb::Exec(args) => exec::run(&args, &open()?),
        Verb::Serve(args) => serve::run(&args, &open()?),
        Verb::Env(args) => env::run(&args, &open()?),
        Verb::Use(args) if args.unattended => {
            unattended::in_time(move || use_session::run(args, &app(Questions::Unwelcome)?))
        }
        Verb::Use(args) => use_session::run(args, &open()?),
        Verb::Complete(args) => complete::run(args, &open()?),
        // These three read no file.
        Verb::Off(args) => use_session::off(&args),
        Verb::Init(args) => init::run(&args, arguments.first()),
        Verb::Prompt(args) => prompt::run(&args, inherited_session().as_ref(), app::now(), printer),
        Verb::Login(args) => login::run(&args, &open()?),
        Verb::Logout(args) => logout::run(&args, &open()?),
        Verb::Lock => lock::run(&open()?),
        Verb::Secrets(args) => secrets::run(&args, &open()?),
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
