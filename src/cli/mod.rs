//! The command line: what may be typed, and nothing that is done about it.

mod add;
pub mod begun;
pub mod complete;
mod env;
mod exec;
mod hook;
mod list;
mod login;
mod remove;
mod secrets;
mod serve;
mod session_type;
mod show;
mod wishes;

use clap::{Parser, Subcommand};

pub use add::{AddArgs, FromLoginArgs, SecretArg};
pub use env::{EnvArgs, Format};
pub use exec::{ExecArgs, verb};
pub use hook::{HookShell, InitArgs, OffArgs, PromptArgs, UseArgs};
pub use list::ListArgs;
pub use login::{LoginArgs, LogoutArgs};
pub use remove::RemoveArgs;
pub use secrets::{PlaceArg, SecretsArgs, SecretsVerb};
pub use serve::ServeArgs;
pub use session_type::TypeArg;
pub use show::ShowArgs;
pub use wishes::{NarrowingArgs, WishArgs};

/// Be who you want to be in AWS, one command at a time
///
/// Sessions say how to become an identity: an IAM user, a role behind a SAML login, or a role chained on another session.
/// `leapp-exec ALIAS -- COMMAND` runs a command as one; `eval "$(leapp env ALIAS)"` makes the shell one.
#[derive(Debug, Parser)]
#[command(
    name = "leapp",
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
    Remove(RemoveArgs),
    Exec(ExecArgs),
    Serve(ServeArgs),
    Env(EnvArgs),
    Use(UseArgs),
    Off(OffArgs),
    Init(InitArgs),
    Prompt(PromptArgs),
    #[command(hide = true)]
    Complete(complete::CompleteArgs),
    Login(LoginArgs),
    Logout(LogoutArgs),
    /// Forget the keys that are unlocked now
    Lock,
    Secrets(SecretsArgs),
}
