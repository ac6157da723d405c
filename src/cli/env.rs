//! The arguments of `leapp env`.

use clap::{Args, ValueEnum};

use super::WishArgs;
use crate::model::Region;
use crate::shell;

/// Print what makes a shell a session: `eval "$(leapp env ALIAS)"`
///
/// In bash, zsh and dash: `eval "$(leapp env ALIAS)"`; in fish: `eval (leapp env ALIAS)`; the README has the lines for tcsh, elvish, xonsh, nushell and PowerShell.
/// Where it fails, it prints statements after which no AWS program finds credentials, and which end in a failure.
#[derive(Debug, Args)]
pub struct EnvArgs {
    /// The session
    pub alias: Option<String>,
    /// What is wanted of the credentials.
    #[command(flatten)]
    pub wishes: WishArgs,
    /// The region, instead of the session's
    #[arg(long, value_name = "REGION")]
    pub region: Option<Region>,
    /// The shell; the one it runs in by default
    #[arg(long, value_parser = shell::NAMES)]
    pub shell: Option<String>,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Shell)]
    pub format: Format,
    /// Print what makes the shell no session at all
    #[arg(long, conflicts_with_all = ["alias", "region"])]
    pub unset: bool,
    /// Print secrets even though standard output is a terminal
    #[arg(long)]
    pub show: bool,
}

/// What `leapp env` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Statements of a shell
    Shell,
    /// What to set and to unset
    Json,
    /// Lines of `NAME=VALUE`, for docker and others
    Dotenv,
    /// What the AWS CLI's `credential_process` expects
    CredentialProcess,
}
