//! The arguments of `leapp show`.

use clap::Args;

/// Show one session
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The session
    pub alias: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
