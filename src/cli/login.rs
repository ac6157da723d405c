//! The arguments of `leapp login` and `leapp logout`.

use clap::Args;

use super::WishArgs;

/// Get a session's credentials now, so that nothing asks later
#[derive(Debug, Args)]
pub struct LoginArgs {
    /// The session
    pub alias: Option<String>,
    /// What is wanted of the credentials.
    #[command(flatten)]
    pub wishes: WishArgs,
}

/// Forget cached credentials and SAML logins
///
/// Without an alias, those of all sessions. AWS goes on honouring them until they expire: it has no call to end them.
#[derive(Debug, Args)]
pub struct LogoutArgs {
    /// The session; everything on its chain is forgotten
    pub alias: Option<String>,
}
