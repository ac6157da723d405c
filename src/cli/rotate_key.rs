//! The arguments of `leapp rotate-key`.

use clap::Args;

/// Give an IAM user a new access key
///
/// Makes a new key, stores its secret, waits until AWS accepts it, lets every session of yours that has the
/// old key use the new one, and then deactivates and deletes the old one. Interrupted at any moment, it leaves a
/// key that works; run again, it goes on where it stopped.
#[derive(Debug, Args)]
pub struct RotateKeyArgs {
    /// The session of the IAM user
    pub alias: Option<String>,
    /// Read an MFA code from a line of standard input, where IAM lets the key do this with MFA only; a CODE here can be seen by other processes
    #[arg(long, value_name = "-|CODE")]
    pub mfa_code: Option<String>,
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
}
