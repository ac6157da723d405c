//! The arguments of `leapp doctor`.

use clap::Args;

use super::WishArgs;

/// Look what is wrong, on this machine and on the way to a session
///
/// Looks at files, secrets, the way to AWS, the clock, the shell, browsers and the environment. With a session it goes its whole chain too, and asks for MFA codes as `leapp exec` would. Where AWS denies a hop it reads the policies of both sides, as far as it may, says which condition fails, and prints the statement to add.
///
/// The identity that was denied looks for itself, and so into its own account at most; `--with` names sessions that look into others. Exits with 1 where anything failed.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// The session
    pub alias: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Look at policies as this session too, such as an administrator's of a role's account; may be repeated
    #[arg(long, value_name = "ALIAS", requires = "alias")]
    pub with: Vec<String>,
    /// What is wanted of the credentials.
    #[command(flatten)]
    pub wishes: WishArgs,
}
