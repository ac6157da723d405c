//! What a command says while it runs.

use std::io::Read;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

use super::POLL;

/// All that a pipe or a terminal brings, read by a thread so that nobody blocks.
pub(crate) struct Collected(Arc<Mutex<(Vec<u8>, bool)>>);

impl Collected {
    pub(crate) fn from(mut source: impl Read + Send + 'static) -> Self {
        let shared = Arc::new(Mutex::new((Vec::new(), false)));
        let collected = Self(shared.clone());
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            loop {
                // A terminal ends with an error (EIO), a pipe with nothing.
                let count = source.read(&mut buffer).unwrap_or(0);
                let mut shared = shared.lock().expect("no panic in the reader");
                if count == 0 {
                    shared.1 = true;
                    return;
                }
                shared.0.extend_from_slice(&buffer[..count]);
            }
        });
        collected
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.0.lock().expect("no panic in the reader").0.clone()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }

    /// Whether the other side has closed.
    pub(crate) fn has_ended(&self) -> bool {
        self.0.lock().expect("no panic in the reader").1
    }

    /// Waits for the other side to close; false at the deadline.
    pub(crate) fn wait_until(&self, deadline: Instant) -> bool {
        while !self.has_ended() {
            if Instant::now() >= deadline {
                return false;
            }
            thread::sleep(POLL);
        }
        true
    }
}
