//! The arguments of `leapp console`.

use clap::Args;

use super::WishArgs;
use crate::model::Region;

/// Open the AWS console as a session, in your browser
///
/// An IAM user's console has the rights of the user but for those that demand MFA; a role that is assumed from a role keeps the console open for an hour at most.
/// The browser is given an address of this machine that sends it on, once: what signs it in stands in no list of processes.
#[derive(Debug, Args)]
pub struct ConsoleArgs {
    /// The session
    pub alias: Option<String>,
    /// The part of the console: `s3`, `ec2`, or a path such as `systems-manager/parameters`
    #[arg(long, value_name = "SERVICE")]
    pub service: Option<String>,
    /// The region, instead of the session's
    #[arg(long, value_name = "REGION")]
    pub region: Option<Region>,
    /// Open a window that remembers nothing
    #[arg(long, conflicts_with = "print")]
    pub private: bool,
    /// Print the URL that signs in, instead of opening a browser; for a quarter of an hour it is a secret
    #[arg(long)]
    pub print: bool,
    /// Print it even though standard output is a terminal
    #[arg(long, requires = "print")]
    pub show: bool,
    /// What is wanted of the credentials.
    #[command(flatten)]
    pub wishes: WishArgs,
}
