//! The command line: what may be typed, and nothing that is done about it.

mod add;
pub mod begun;
pub mod complete;
mod console;
mod doctor;
mod edit;
mod env;
mod exec;
mod explain;
mod export;
mod generate;
mod hook;
mod import;
mod list;
mod login;
mod profiles;
mod remove;
mod rename;
mod rotate_key;
mod secrets;
mod serve;
mod session_type;
mod set;
mod show;
mod status;
mod whoami;
mod wishes;

use clap::{Parser, Subcommand};

pub use add::{AddArgs, FromLoginArgs, SecretArg};
pub use console::ConsoleArgs;
pub use doctor::DoctorArgs;
pub use edit::EditArgs;
pub use env::{EnvArgs, Format};
pub use exec::{ExecArgs, verb};
pub use explain::ExplainArgs;
pub use export::ExportArgs;
pub use generate::{GenerateArgs, Generated, pages};
pub use hook::{HookShell, InitArgs, OffArgs, PromptArgs, UseArgs};
pub use import::{ImportArgs, ImportAwsConfigArgs, ImportHow, ImportLeappArgs, ImportSource};
pub use list::ListArgs;
pub use login::{LoginArgs, LogoutArgs};
pub use profiles::{CredentialProcessArgs, KeysArgs, StartArgs, StopArgs};
pub use remove::RemoveArgs;
pub use rename::RenameArgs;
pub use rotate_key::RotateKeyArgs;
pub use secrets::{PlaceArg, SecretsArgs, SecretsVerb};
pub use serve::ServeArgs;
pub use session_type::TypeArg;
pub use set::SetArgs;
pub use show::ShowArgs;
pub use status::StatusArgs;
pub use whoami::WhoamiArgs;
pub use wishes::{NarrowingArgs, WishArgs};

/// Be who you want to be in AWS, one command at a time
///
/// Sessions say how to become an identity: an IAM user, a role behind a SAML login, or a role chained on another session.
/// `leapp-exec ALIAS -- COMMAND` runs a command as one; `eval "$(leapp env ALIAS)"` makes the shell one.
#[derive(Debug, Parser)]
#[command(
    name = "leapp",
    // Without it, clap would take the name that the program was started by.
    bin_name = "leapp",
    version,
    max_term_width = 100,
    arg_required_else_help = true
)]
pub struct Leapp {
    #[command(flatten)]
    /// What every verb takes.
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// What every verb takes.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Global {
    /// Print errors only
    #[arg(short, long, global = true, overrides_with = "quiet")]
    pub quiet: bool,
    /// Say what is done, on standard error; `-vv` says why, `-vvv` what the network does [env: `LEAPP_LOG`]
    #[arg(short, long, global = true, action = clap::ArgAction::Count, conflicts_with = "quiet")]
    pub verbose: u8,
}

/// The verbs of `leapp`. Their help stands at their arguments.
#[derive(Debug, Subcommand)]
#[expect(
    missing_docs,
    reason = "a text here would hide the longer one of the arguments"
)]
pub enum Verb {
    Add(Box<AddArgs>),
    List(ListArgs),
    Show(ShowArgs),
    Set(SetArgs),
    Edit(EditArgs),
    Rename(RenameArgs),
    Explain(ExplainArgs),
    Remove(RemoveArgs),
    RotateKey(RotateKeyArgs),
    Exec(ExecArgs),
    Serve(ServeArgs),
    Env(EnvArgs),
    Start(StartArgs),
    Stop(StopArgs),
    CredentialProcess(CredentialProcessArgs),
    Console(Box<ConsoleArgs>),
    Use(UseArgs),
    Off(OffArgs),
    Init(InitArgs),
    Prompt(PromptArgs),
    #[command(hide = true)]
    Complete(complete::CompleteArgs),
    Status(StatusArgs),
    Whoami(WhoamiArgs),
    Login(LoginArgs),
    Logout(LogoutArgs),
    Doctor(Box<DoctorArgs>),
    /// Forget the keys that are unlocked now
    Lock,
    Import(ImportArgs),
    Export(ExportArgs),
    Secrets(SecretsArgs),
    Generate(GenerateArgs),
}
