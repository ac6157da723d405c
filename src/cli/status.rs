//! The arguments of `leapp status`.

use clap::Args;

/// Show what is active, started, cached and unlocked now
///
/// Opens no keyring and asks nothing of AWS.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
