//! The arguments of `leapp whoami`.

use clap::Args;

use super::WishArgs;

/// Ask AWS who you are
///
/// As a session, or, without an alias, with the credentials in the environment.
#[derive(Debug, Args)]
pub struct WhoamiArgs {
    /// The session
    pub alias: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// What is wanted of the credentials.
    #[command(flatten)]
    pub wishes: WishArgs,
}
