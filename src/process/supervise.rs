//! A command that runs while we live on beside it, and that behaves as if the shell had started it.
//!
//! It stays in our process group, so the terminal is its terminal: Ctrl-C, Ctrl-\ and Ctrl-Z go from
//! the keyboard to it, a new window size too, and nothing of that has to be passed on. What we do is to
//! keep out of its way. We do not die of what is meant for it; we stop when it has stopped, so that the
//! shell takes the terminal back, and not a moment earlier: an editor puts the screen in order first.
//!
//! Where we are killed by SIGKILL the command lives on, as every command does whose parent is killed.
//! Linux could end it with us (`PR_SET_PDEATHSIG`), but that can only be said between `fork` and `exec`,
//! where Rust admits no code that is safe; and a `terraform apply` that is cut off in the middle is worse
//! than one that is refused credentials at the next renewal.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill, raise};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Pid, getpgrp, tcgetpgrp};
use signal_hook::iterator::Signals as Arriving;

use super::canary::Canary;
use super::exec::{ExecError, command};
use super::signals::{Ignored, Reprieve, STOPPING};
use crate::model::Environment;

/// How the command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// By itself, with this exit code.
    Code(u8),
    /// By this signal.
    Signal(Signal),
}

/// The command could not be started, or not be watched over.
#[derive(Debug, thiserror::Error)]
pub enum SuperviseError {
    /// It did not start.
    #[error(transparent)]
    Exec(#[from] ExecError),
    /// The system did not let us wait for it.
    #[error("cannot wait for the command")]
    Wait(#[from] io::Error),
}

/// What the keyboard sends to the whole process group: to the command too, then.
const FROM_THE_KEYBOARD: [Signal; 2] = [Signal::SIGINT, Signal::SIGQUIT];

/// What somebody sends to us, and means for the command.
const FORWARDED: [Signal; 4] = [
    Signal::SIGTERM,
    Signal::SIGHUP,
    Signal::SIGUSR1,
    Signal::SIGUSR2,
];

/// Runs the command in our environment with these changes, and waits for its end.
///
/// # Errors
/// [`SuperviseError`]: mostly that it could not be started.
pub fn supervise(
    program: &OsStr,
    arguments: &[OsString],
    environment: &Environment,
) -> Result<Ended, SuperviseError> {
    let _reprieve = Reprieve::begin();
    let ignored = Ignored::by_our_parent();
    let watched = watched().filter(|&signal| !ignored.has(signal));
    let mut arriving = Arriving::new(watched.map(|signal| signal as i32))?;
    let mut canary = Canary::begin();
    let child = command(program, arguments, environment)
        .spawn()
        .map_err(|error| ExecError::of(program, arguments, error))?;
    let child = Pid::from_raw(child.id().cast_signed());
    loop {
        match waitpid(child, Some(WaitPidFlag::WNOHANG | WaitPidFlag::WUNTRACED)) {
            Ok(WaitStatus::Exited(_, code)) => {
                return Ok(Ended::Code(u8::try_from(code).unwrap_or(u8::MAX)));
            }
            Ok(WaitStatus::Signaled(_, signal, _)) => return Ok(Ended::Signal(signal)),
            Ok(WaitStatus::Stopped(..)) => stop_with(child),
            Ok(_) | Err(Errno::EINTR) => {
                let arrived = arriving.wait().filter_map(|n| Signal::try_from(n).ok());
                let for_it: Vec<Signal> = arrived.filter(|&signal| is_for(signal)).collect();
                // Ctrl-C ends it as well, and is nothing to be passed on.
                canary.tend();
                if for_it.is_empty() || canary.has_died() {
                    continue;
                }
                for signal in for_it {
                    // It may have ended by now, and nobody but us takes its number from it.
                    let _ = kill(child, signal);
                }
            }
            Err(errno) => return Err(io::Error::from(errno).into()),
        }
    }
}

fn watched() -> impl Iterator<Item = Signal> {
    let all = FROM_THE_KEYBOARD.into_iter().chain(FORWARDED);
    all.chain(STOPPING).chain([Signal::SIGCHLD])
}

/// Whether a signal that has reached us is meant for the command. One from the keyboard has reached it
/// as well; where we are not in the foreground of a terminal, it came from somebody else.
fn is_for(signal: Signal) -> bool {
    FORWARDED.contains(&signal) || (FROM_THE_KEYBOARD.contains(&signal) && !in_foreground())
}

fn in_foreground() -> bool {
    File::open("/dev/tty").is_ok_and(|tty| tcgetpgrp(&tty) == Ok(getpgrp()))
}

/// Stops with the command, and goes on with it: the shell continues its whole process group, but the
/// command may have made a group of its own by then, as an interactive shell does.
fn stop_with(child: Pid) {
    // Whether this or that fails, the loop goes on to wait.
    let _ = raise(Signal::SIGSTOP);
    let _ = kill(child, Signal::SIGCONT);
}
