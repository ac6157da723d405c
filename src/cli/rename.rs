//! The arguments of `leapp rename`.

use clap::Args;

use crate::model::Alias;

/// Rename a session
///
/// The sessions that are assumed from it follow, and what is cached stays good. Its named profile is
/// renamed with it, unless `named_profile` says another.
#[derive(Debug, Args)]
pub struct RenameArgs {
    /// The session
    pub alias: Alias,
    /// Its new name
    pub to: Alias,
}
