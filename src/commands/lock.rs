//! `leapp lock`

use super::error::CommandError;
use crate::app::App;

/// Forgets the keys that are unlocked now.
#[expect(clippy::unnecessary_wraps, reason = "every verb has this shape")]
pub(super) fn run(app: &App) -> Result<(), CommandError> {
    app.secrets().lock();
    app.printer
        .note("locked: the next command unlocks the secret store again");
    Ok(())
}
