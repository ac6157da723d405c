//! The arguments of `leapp edit`.

use clap::Args;

/// Edit the sessions by hand
///
/// Opens a copy of sessions.toml in $VISUAL or $EDITOR. What you save is checked before it takes the
/// place of the file; where something is wrong with it, you can go on editing.
#[derive(Debug, Args)]
pub struct EditArgs {
    /// The session to begin at
    pub alias: Option<String>,
}
