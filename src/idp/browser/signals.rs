//! Signals that end us, noticed while there is a browser of ours to be closed first.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use nix::sys::signal::Signal;
use signal_hook::SigId;
use signal_hook::flag::{register_conditional_default, register_usize};
use signal_hook::low_level::{pipe, unregister};

/// Ctrl-C, `kill`, a terminal that is gone.
const ENDING: [Signal; 3] = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP];

/// While this lives, a signal that would end us is told instead.
pub(super) struct Signals {
    /// The number of the last one; 0 while there was none.
    arrived: Arc<AtomicUsize>,
    /// Readable once there was one.
    wake: UnixStream,
    hooks: Vec<SigId>,
    /// Whether they do again what they always did: a handler can not be taken back, only told so.
    over: Arc<AtomicBool>,
}

impl Signals {
    pub(super) fn watch() -> io::Result<Self> {
        let (wake, waker) = UnixStream::pair()?;
        let mut this = Self {
            arrived: Arc::default(),
            wake,
            hooks: Vec::new(),
            over: Arc::default(),
        };
        for signal in ENDING {
            let number = signal as i32;
            register_conditional_default(number, this.over.clone())?;
            let arrived = this.arrived.clone();
            this.hooks
                .push(register_usize(number, arrived, signal as usize)?);
            this.hooks.push(pipe::register(number, waker.try_clone()?)?);
        }
        Ok(this)
    }

    /// The signal that has come, if one has.
    pub(super) fn arrived(&self) -> Option<Signal> {
        let number = i32::try_from(self.arrived.load(Ordering::SeqCst)).ok()?;
        Signal::try_from(number).ok()
    }
}

impl AsFd for Signals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.wake.as_fd()
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        for hook in self.hooks.drain(..) {
            unregister(hook);
        }
    }
}
