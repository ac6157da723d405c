//! The arguments of `leapp rename`.

use clap::Args;

use crate::model::Alias;

/// Rename a session
///
/// The sessions that are assumed from it follow, and what is cached stays good.
#[derive(Debug, Args)]
pub struct RenameArgs {
    /// The session
    pub alias: Alias,
    /// Its new name
    pub to: Alias,
}
