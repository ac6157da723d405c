//! Other programs: becoming one, asking one, living beside one, and keeping what we hold from the rest.

mod answer;
mod canary;
mod exec;
mod open;
mod signals;
mod supervise;

use std::io;

pub use answer::{AnswerError, Question};
pub use exec::{ExecError, InterpreterMissing, become_command};
pub use open::{Opener, Opening};
pub use signals::{Continued, Reprieve, Signals, ending, survive_file_size_limit, suspend};
pub use supervise::{Ended, SuperviseError, supervise};

/// Keeps other processes of the same user from reading our memory, and the kernel from dumping it.
/// A command that we become starts afresh: the kernel makes it dumpable again. `RLIMIT_CORE` is not
/// touched, because that one the command would inherit.
///
/// # Errors
/// Where the kernel refuses.
pub fn hide_memory() -> io::Result<()> {
    #[cfg(target_os = "linux")]
    nix::sys::prctl::set_dumpable(false)?;
    Ok(())
}
