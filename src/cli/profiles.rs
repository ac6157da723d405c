//! The arguments of `leapp start`, `leapp stop` and `leapp credential-process`.

use clap::Args;

use super::WishArgs;

/// Make a session usable as a named profile: `aws --profile NAME`
///
/// Writes `[profile NAME]` into the AWS CLI's config file, where NAME is the session's `named_profile`, which is its alias by default.
/// Programs that use the profile run `leapp credential-process ALIAS` for credentials, which are always fresh; no secret is on disk.
/// A profile of that name that is not leapp's is never touched. `leapp stop` takes away what was written.
#[derive(Debug, Args)]
pub struct StartArgs {
    /// The session
    pub alias: Option<String>,
    /// Write temporary keys into the credentials file instead, for programs that know nothing else
    #[arg(long)]
    pub write_credentials: bool,
    /// What is wanted of the credentials that are written.
    #[command(flatten)]
    pub keys: KeysArgs,
    /// Use a protected session without asking, also when programs use its profile
    #[arg(long, short)]
    pub yes: bool,
}

/// What is wanted of credentials that are written.
#[derive(Clone, Debug, Default, Args)]
pub struct KeysArgs {
    /// Renew every role on the way
    #[arg(long, requires = "write_credentials")]
    pub refresh: bool,
    /// Read the MFA code from a line of standard input; a CODE here can be seen by other processes [env: `LEAPP_MFA_CODE`]
    #[arg(long, value_name = "-|CODE", requires = "write_credentials")]
    pub mfa_code: Option<String>,
}

/// Take away the named profile of a session
///
/// Every byte that `leapp start` did not write stays as it is.
#[derive(Debug, Args)]
pub struct StopArgs {
    /// The session
    #[arg(conflicts_with = "all")]
    pub alias: Option<String>,
    /// All sessions
    #[arg(long)]
    pub all: bool,
}

/// Print credentials as the AWS SDKs want them of a `credential_process`
///
/// This is what `leapp start` writes into the AWS CLI's config file. It may ask for an MFA code on the terminal, and opens no browser window.
/// Where the credentials cannot be renewed, it gives those of before while they last.
#[derive(Debug, Args)]
pub struct CredentialProcessArgs {
    /// The session
    pub alias: Option<String>,
    /// What is wanted of the credentials.
    #[command(flatten)]
    pub wishes: WishArgs,
}
