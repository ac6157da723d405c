//! Whether a signal was sent to us alone, or to all of our process group: the kernel does not say.
//!
//! It matters where a command lives beside us in the same group. What was sent to us alone is meant for it,
//! and is passed on; what was sent to the group (`kill %1`, `timeout`, a service that is stopped) has reached it
//! already. Twice is not the same as once: Terraform takes a second interrupt for an order to drop
//! everything.

use std::io;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{SigSet, SigmaskHow};

use super::signals::STOPPING;

/// How far apart two processes may learn of one signal.
const PATIENCE: Duration = Duration::from_millis(100);

const PAUSE: Duration = Duration::from_millis(1);

/// A process of the group that every signal ends which would be passed on.
pub(super) struct Canary {
    /// `None` where it cannot be started: then all is taken for sent to us alone.
    child: Option<Child>,
    /// When the last one was found dead.
    died: Option<Instant>,
}

impl Canary {
    /// In our own process group.
    pub(super) fn begin() -> Self {
        Self {
            child: start().ok(),
            died: None,
        }
    }

    /// Puts another one in the place of one that is dead.
    pub(super) fn tend(&mut self) {
        if let Some(child) = &mut self.child
            && let Ok(Some(_)) = child.try_wait()
        {
            self.died = Some(Instant::now());
            self.child = start().ok();
        }
    }

    /// Whether the signals that have just come were for the group.
    pub(super) fn has_died(&mut self) -> bool {
        let asked = Instant::now();
        loop {
            self.tend();
            if self.died.is_some_and(|died| died.elapsed() < PATIENCE) {
                return true;
            }
            if self.child.is_none() || asked.elapsed() > PATIENCE {
                return false;
            }
            thread::sleep(PAUSE);
        }
    }
}

/// It reads what nobody writes, so that it ends with us, however we end. Ctrl-Z does not stop it: where it came
/// between its birth and the shell in it, we would wait for that shell, stopped as it is.
fn start() -> io::Result<Child> {
    let stopping = SigSet::from_iter(STOPPING);
    let before = stopping.thread_swap_mask(SigmaskHow::SIG_BLOCK)?;
    let child = Command::new("/bin/sh")
        .args(["-c", "read -r line"])
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    before.thread_set_mask()?;
    child
}

impl Drop for Canary {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
