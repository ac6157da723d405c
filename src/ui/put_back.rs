//! The terminal, put back as it was when a signal ends us in the middle of a question.

use std::fs::File;
use std::io::{self, Write};
use std::thread::{self, JoinHandle};

use nix::sys::termios::{SetArg, tcgetattr, tcsetattr};
use signal_hook::iterator::{Handle, Signals};
use signal_hook::low_level::emulate_default_handler;

use crate::process::{Reprieve, ending};

/// While this lives, a signal that ends us first finds the terminal as it was when this began: with
/// echo, with lines, and without what was typed so far.
pub(super) struct PutBack {
    reprieve: Option<Reprieve>,
    signals: Handle,
    watcher: Option<JoinHandle<()>>,
}

impl PutBack {
    /// Begins; `last_words` are what the terminal must still be told then.
    pub(super) fn watch(tty: &File, last_words: &'static str) -> io::Result<Self> {
        let before = tcgetattr(tty)?;
        let mut tty = tty.try_clone()?;
        let reprieve = Some(Reprieve::for_a_while()?);
        // Ctrl-C and Ctrl-\ come from elsewhere: at a question they are bytes.
        let mut arriving = Signals::new(ending().map(|signal| signal as i32))?;
        let signals = arriving.handle();
        let watcher = thread::spawn(move || {
            for signal in arriving.forever() {
                // Who has taken the terminal away needs nothing.
                let _ = tcsetattr(&tty, SetArg::TCSAFLUSH, &before);
                let _ = tty.write_all(last_words.as_bytes());
                let _ = emulate_default_handler(signal);
            }
        });
        Ok(Self {
            reprieve,
            signals,
            watcher: Some(watcher),
        })
    }
}

impl Drop for PutBack {
    fn drop(&mut self) {
        // First: a signal in between is not lost, it ends us.
        self.reprieve.take();
        self.signals.close();
        if let Some(watcher) = self.watcher.take() {
            let _ = watcher.join();
        }
    }
}
