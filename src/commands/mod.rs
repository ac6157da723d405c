//! One verb a file, or a folder where it has several parts: `run(&Args, &App) -> Result<(), CommandError>`.

mod add;
mod clock;
mod complete;
mod console;
mod credential_process;
mod doctor;
mod edit;
mod endpoint;
mod env;
mod error;
mod exec;
mod exit;
mod explain;
mod export;
mod generate;
mod import;
mod init;
mod list;
mod lock;
mod login;
mod logout;
mod mfa_code;
mod ourselves;
mod person;
mod pick;
mod profile;
mod prompt;
mod remove;
mod rename;
mod renewals;
mod resolve;
mod rotate_key;
mod secrets;
mod serve;
mod set;
mod show;
mod start;
mod status;
mod stop;
mod unattended;
mod use_session;
mod whoami;

use std::ffi::OsString;
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

use crate::app::{self, App};
use crate::cli::{ExecArgs, Global, Leapp, Verb};
use crate::process;
use crate::settings::{Settings, inherited_session, log_word};
use crate::ui::log::{self, Detail};
use crate::ui::printer::{Printer, Verbosity, visible_panics};
use crate::ui::terminal::Questions;

pub use error::{CommandError, Kind};
pub use exit::Program;

/// Runs one of the two programs.
pub fn run(program: Program, arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    // Where the kernel refuses (an old container), everything else still holds.
    let _ = process::hide_memory();
    process::survive_file_size_limit();
    visible_panics();
    let codes = program.codes_of(&arguments);
    match guarded(|| start(program, &arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(CommandError {
            kind: Kind::Shown(help),
            ..
        }) if use_session::is_evaluated(&arguments) => {
            Printer::new(program.name(), Verbosity::Normal).aside(&help);
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
    if let Some(detail) = detail(global)? {
        log::start(detail);
    }
    let app = move |questions| -> Result<App, CommandError> {
        Ok(App::new(Settings::read()?, printer, questions))
    };
    let open = || app(Questions::Welcome);
    let program_path = arguments.first();
    match verb {
        Verb::Add(args) => add::run(&args, &open()?),
        Verb::List(args) => list::run(&args, &open()?),
        Verb::Show(args) => show::run(&args, &open()?),
        Verb::Set(args) => set::run(&args, &open()?, program_path),
        Verb::Edit(args) => edit::run(&args, &open()?),
        Verb::Rename(args) => rename::run(&args, &open()?, program_path),
        Verb::Explain(args) => explain::run(&args, &open()?),
        Verb::Remove(args) => remove::run(&args, &open()?),
        Verb::Exec(args) => exec::run(&args, &open()?, program_path),
        Verb::Start(args) => start::run(&args, &open()?, program_path),
        Verb::Stop(args) => stop::run(&args, &open()?),
        Verb::CredentialProcess(args) => {
            credential_process::run(&args, &app(Questions::OnTerminal)?)
        }
        Verb::RotateKey(args) => rotate_key::run(&args, &open()?),
        Verb::Serve(args) => serve::run(&args, &open()?),
        Verb::Env(args) => env::run(&args, &open()?),
        Verb::Console(args) => console::run(&args, &open()?),
        Verb::Use(args) if args.unattended => {
            unattended::in_time(move || use_session::run(args, &app(Questions::Unwelcome)?))
        }
        Verb::Use(args) => use_session::run(args, &open()?),
        Verb::Complete(args) => complete::run(args, &open()?),
        // These four read no file of ours.
        Verb::Off(args) => use_session::off(&args),
        Verb::Init(args) => init::run(&args, program_path),
        Verb::Prompt(args) => prompt::run(&args, inherited_session().as_ref(), app::now()),
        Verb::Status(args) => status::run(&args, &open()?),
        Verb::Whoami(args) => whoami::run(&args, &open()?),
        Verb::Generate(args) => generate::run(&args),
        Verb::Login(args) => login::run(&args, &open()?),
        Verb::Logout(args) => logout::run(&args, &open()?),
        Verb::Doctor(args) => doctor::run(&args, open(), printer),
        Verb::Lock => lock::run(&open()?),
        Verb::Import(args) => import::run(&args, &open()?),
        Verb::Export(args) => export::run(&args, &open()?),
        Verb::Secrets(args) => secrets::run(&args, &open()?),
    }
}

/// How much is to be told of what we do; the command line comes before the environment.
fn detail(global: Global) -> Result<Option<Detail>, CommandError> {
    match (Detail::of_count(global.verbose), log_word()) {
        (None, Some(word)) if !global.quiet => Detail::of_word(&word)
            .map(Some)
            .ok_or_else(|| CommandError::log_word(&word)),
        (of_line, _) => Ok(of_line),
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
