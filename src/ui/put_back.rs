//! The terminal, put back as it was when a signal ends us in the middle of a question.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use nix::sys::signal::Signal;
use nix::sys::termios::{SetArg, tcgetattr, tcsetattr};
use signal_hook::flag::register_conditional_default;
use signal_hook::iterator::{Handle, Signals};
use signal_hook::low_level::emulate_default_handler;

/// `kill`, a terminal that is gone, and Ctrl-C from elsewhere: at a question it is a byte.
const ENDING: [Signal; 4] = [
    Signal::SIGTERM,
    Signal::SIGHUP,
    Signal::SIGINT,
    Signal::SIGQUIT,
];

/// While this lives, a signal that ends us first finds the terminal as it was when this began: with
/// echo, with lines, and without what was typed so far.
pub(super) struct PutBack {
    /// Whether the signals do again what they always did: a handler cannot be taken back, only
    /// told so.
    over: Arc<AtomicBool>,
    signals: Handle,
    watcher: Option<JoinHandle<()>>,
}

impl PutBack {
    /// Begins; `last_words` are what the terminal must still be told then.
    pub(super) fn watch(tty: &File, last_words: &'static str) -> io::Result<Self> {
        let before = tcgetattr(tty)?;
        let mut tty = tty.try_clone()?;
        let over = Arc::new(AtomicBool::new(false));
        for signal in ENDING {
            register_conditional_default(signal as i32, over.clone())?;
        }
        let mut arriving = Signals::new(ENDING.map(|signal| signal as i32))?;
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
            over,
            signals,
            watcher: Some(watcher),
        })
    }
}

impl Drop for PutBack {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        self.signals.close();
        if let Some(watcher) = self.watcher.take() {
            let _ = watcher.join();
        }
    }
}
