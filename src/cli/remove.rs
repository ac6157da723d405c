//! The arguments of `leapp remove`.

use clap::Args;

/// Remove a session
///
/// The access key of an IAM user goes with it, out of the secret store, unless another session uses it.
#[derive(Debug, Args)]
pub struct RemoveArgs {
    /// The session
    pub alias: Option<String>,
    /// Remove what is chained on it as well
    #[arg(long)]
    pub cascade: bool,
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
}
