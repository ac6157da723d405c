//! Work that nobody waits for long: what a shell's hook asks for between two commands.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::error::CommandError;

/// A person who pressed Enter waits two seconds at most, our own start and end included.
const LIMIT: Duration = Duration::from_millis(1900);

/// Does the work, or gives it up: a network that hangs, a keyring that does not answer, another
/// process that holds the lock. What was begun ends with this process, and its locks with it.
pub(super) fn in_time(
    work: impl FnOnce() -> Result<(), CommandError> + Send + 'static,
) -> Result<(), CommandError> {
    let (done, outcome) = mpsc::channel();
    thread::spawn(move || done.send(work()));
    outcome
        .recv_timeout(LIMIT)
        .unwrap_or_else(|_| Err(CommandError::too_slow(LIMIT)))
}
