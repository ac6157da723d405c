//! The arguments of `leapp export`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

/// Write sessions as a file that others can `include`
///
/// Without aliases, all roles of your own `sessions.toml`; with aliases, these and the roles that they
/// are assumed from. An IAM user is somebody's own, and goes along only where it is named. What a shared file may not
/// have is left out, and said. There is never a secret in it.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The sessions
    #[arg(value_name = "ALIAS")]
    pub aliases: Vec<String>,
    /// Write it to this file, in place of what is there
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
}
