//! A client for the browser's debugging protocol (`DevTools`): JSON in both directions over two pipes, each message ended by NUL.
//!
//! It is a conversation, not a set of calls: an answer is a message like any other, that comes when
//! it comes. Whoever stands and waits for one stops hearing the events that the browser may need
//! answered before it can give it. No TCP port is open, so nobody else can drive the browser.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::Signal;
use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::{Zeroize, Zeroizing};

use crate::process::Signals;

/// A message that is longer is none that we have asked for. A form with 400 roles is 200 KB in it.
const LONGEST: usize = 2 << 20;

/// Our end of the two pipes.
pub(super) struct Pipe {
    from_browser: File,
    to_browser: File,
    last_call: u32,
    /// Bytes that have come and were not handed out yet. Never grows beyond its first allocation:
    /// there is an assertion in it at last.
    buffer: Zeroizing<Vec<u8>>,
    /// How many of them the last message had, with its NUL.
    handed_out: usize,
}

/// Why no message came.
#[derive(Debug)]
pub(super) enum NoMessage {
    /// Not in time.
    TimedOut,
    /// The browser has closed its end, or speaks another language.
    Ended,
    /// We are told to end.
    Signal(Signal),
}

/// What all messages have, as far as we want to know.
#[derive(Debug, Deserialize)]
pub(super) struct Head {
    /// The call that this is the answer to.
    pub(super) id: Option<u32>,
    /// The event that this tells of.
    pub(super) method: Option<String>,
    /// Why the call was refused.
    pub(super) error: Option<Refusal>,
}

/// The browser's words for what it does not do.
#[derive(Debug, Deserialize)]
pub(super) struct Refusal {
    pub(super) message: String,
}

impl Pipe {
    pub(super) fn new(from_browser: File, to_browser: File) -> Self {
        Self {
            from_browser,
            to_browser,
            last_call: 0,
            buffer: Zeroizing::new(Vec::with_capacity(LONGEST)),
            handed_out: 0,
        }
    }

    /// Asks the browser for something; the number by which its answer is known. That nobody reads
    /// is found out by whoever waits for the answer.
    pub(super) fn call(&mut self, method: &str, params: &Value) -> u32 {
        self.send(json!({ "method": method, "params": params }))
    }

    /// Asks for something in one page, which has this session.
    pub(super) fn call_in(&mut self, session: &str, method: &str, params: &Value) -> u32 {
        self.send(json!({ "sessionId": session, "method": method, "params": params }))
    }

    fn send(&mut self, mut call: Value) -> u32 {
        self.last_call += 1;
        call["id"] = json!(self.last_call);
        let _ = self.to_browser.write_all(format!("{call}\0").as_bytes());
        self.last_call
    }

    /// The next message, without its NUL.
    pub(super) fn receive(
        &mut self,
        deadline: Instant,
        signals: &Signals,
    ) -> Result<&[u8], NoMessage> {
        self.forget_last();
        let mut searched = 0;
        loop {
            if let Some(at) = self.buffer[searched..].iter().position(|&b| b == 0) {
                self.handed_out = searched + at + 1;
                return Ok(&self.buffer[..searched + at]);
            }
            searched = self.buffer.len();
            self.wait(deadline, signals)?;
            self.read()?;
        }
    }

    fn forget_last(&mut self) {
        let rest = self.buffer.len() - self.handed_out;
        self.buffer.copy_within(self.handed_out.., 0);
        self.buffer[rest..].zeroize();
        self.buffer.truncate(rest);
        self.handed_out = 0;
    }

    fn wait(&self, deadline: Instant, signals: &Signals) -> Result<(), NoMessage> {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            // Rounded up: a time-out of 0 ms would spin through the last millisecond.
            let limit = PollTimeout::try_from(left + Duration::from_millis(1));
            let mut ready = [
                PollFd::new(self.from_browser.as_fd(), PollFlags::POLLIN),
                PollFd::new(signals.as_fd(), PollFlags::POLLIN),
            ];
            let count = poll(&mut ready, limit.unwrap_or(PollTimeout::MAX));
            if let Some(signal) = signals.arrived() {
                return Err(NoMessage::Signal(signal));
            }
            match count {
                Ok(0) if left.is_zero() => return Err(NoMessage::TimedOut),
                Ok(0) | Err(Errno::EINTR) => {}
                Ok(_) => return Ok(()),
                Err(_) => return Err(NoMessage::Ended),
            }
        }
    }

    fn read(&mut self) -> Result<(), NoMessage> {
        let (start, room) = (self.buffer.len(), LONGEST - self.buffer.len());
        let chunk = room.min(64 << 10);
        if chunk == 0 {
            return Err(NoMessage::Ended);
        }
        self.buffer.resize(start + chunk, 0);
        let count = match self.from_browser.read(&mut self.buffer[start..]) {
            Ok(0) => Err(NoMessage::Ended),
            Ok(count) => Ok(count),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(0),
            Err(_) => Err(NoMessage::Ended),
        };
        self.buffer
            .truncate(start + count.as_ref().copied().unwrap_or(0));
        count.map(|_| ())
    }
}

/// Reads a message, or as much of it as `T` wants to know; `None` where it is not one.
pub(super) fn parse<'a, T: Deserialize<'a>>(message: &'a [u8]) -> Option<T> {
    serde_json::from_slice(message).ok()
}

#[cfg(test)]
mod tests {
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixStream;
    use std::thread;

    use super::*;

    /// A pipe whose other end is in the hands of the test.
    fn pipe() -> (Pipe, UnixStream) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let end = |stream: &UnixStream| File::from(OwnedFd::from(stream.try_clone().unwrap()));
        (Pipe::new(end(&ours), end(&ours)), theirs)
    }

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(20)
    }

    #[test]
    fn messages_come_whole_however_they_were_cut() {
        let (mut pipe, mut browser) = pipe();
        let signals = Signals::watch().unwrap();
        browser
            .write_all(b"{\"id\":1}\0{\"method\":\"a\"}\0{\"me")
            .unwrap();
        assert_eq!(pipe.receive(soon(), &signals).unwrap(), b"{\"id\":1}");
        assert_eq!(
            pipe.receive(soon(), &signals).unwrap(),
            b"{\"method\":\"a\"}"
        );
        browser.write_all(b"thod\":\"b\"}\0").unwrap();
        let head: Head = parse(pipe.receive(soon(), &signals).unwrap()).unwrap();
        assert_eq!(head.method.as_deref(), Some("b"));
        drop(browser);
        assert!(matches!(
            pipe.receive(soon(), &signals),
            Err(NoMessage::Ended)
        ));
    }

    #[test]
    fn a_long_form_comes_whole_and_what_has_no_end_is_given_up() {
        let (mut pipe, mut browser) = pipe();
        let signals = Signals::watch().unwrap();
        let writer = thread::spawn(move || {
            let mut long = vec![b'x'; 1 << 20];
            long.push(0);
            browser.write_all(&long).unwrap();
            // Ends when the reader hangs up.
            while browser.write_all(&[b'y'; 1 << 14]).is_ok() {}
        });
        assert_eq!(pipe.receive(soon(), &signals).unwrap().len(), 1 << 20);
        assert!(matches!(
            pipe.receive(soon(), &signals),
            Err(NoMessage::Ended)
        ));
        drop(pipe);
        writer.join().unwrap();
    }

    #[test]
    fn silence_has_a_limit() {
        let (mut pipe, _browser) = pipe();
        let signals = Signals::watch().unwrap();
        assert!(matches!(
            pipe.receive(Instant::now(), &signals),
            Err(NoMessage::TimedOut)
        ));
    }

    #[test]
    fn calls_are_numbered_and_ended_by_nul() {
        let (mut pipe, mut browser) = pipe();
        assert_eq!(pipe.call("Browser.close", &json!({})), 1);
        assert_eq!(pipe.call("Fetch.enable", &json!({ "patterns": [] })), 2);
        drop(pipe);
        let mut said = String::new();
        browser.read_to_string(&mut said).unwrap();
        let expected = "{\"method\":\"Browser.close\",\"params\":{},\"id\":1}\0\
                        {\"method\":\"Fetch.enable\",\"params\":{\"patterns\":[]},\"id\":2}\0";
        assert_eq!(said, expected);
    }
}
