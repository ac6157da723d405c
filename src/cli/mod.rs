//! The command line: what may be typed, and nothing that is done about it.

pub mod args;
pub mod begun;
pub mod complete;
pub mod exec;
pub mod hook;

use clap::{Parser, Subcommand};

pub use args::{
    AddArgs, EnvArgs, ListArgs, LoginArgs, LogoutArgs, RemoveArgs, SecretsArgs, ShowArgs,
};
pub use exec::{ExecArgs, verb};
pub use hook::{HookShell, InitArgs, OffArgs, PromptArgs, UseArgs};

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
    #[arg(short, long, global = true)]
    pub quiet: bool,
}

/// The verbs of `leapp`.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Define a session
    Add(Box<AddArgs>),
    /// List sessions
    List(ListArgs),
    /// Show one session
    Show(ShowArgs),
    /// Remove a session
    Remove(RemoveArgs),
    /// Run a command as a session, as `leapp-exec` does
    Exec(ExecArgs),
    /// Print what makes a shell a session: `eval "$(leapp env ALIAS)"`
    Env(EnvArgs),
    /// Make this shell a session; `-`: the one before
    Use(UseArgs),
    /// Leave the session: what stood before it comes back
    Off(OffArgs),
    /// Print the hook for a shell's start-up file
    Init(InitArgs),
    /// Print the session of this environment, for a prompt
    Prompt(PromptArgs),
    /// Print what can follow on a command line: for the hooks
    #[command(hide = true)]
    Complete(complete::CompleteArgs),
    /// Get a session's credentials now, so that nothing asks later
    Login(LoginArgs),
    /// Forget cached credentials and SAML logins
    Logout(LogoutArgs),
    /// Forget the keys that are unlocked now
    Lock,
    /// Look after the secret stores
    Secrets(SecretsArgs),
}
