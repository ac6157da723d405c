//! What can go wrong on the way to AWS: calls are counted, delayed, refused and broken.
//!
//! Stands before the local AWS (`AWS_ENDPOINT_URL`), or is the proxy of `HTTP_PROXY` and
//! `HTTPS_PROXY`. `proxy.rs` carries the bytes; here is decided what happens to them.

use std::fmt;
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use super::http::Message;
use super::proxy::{Verdict, serve};
use super::wait_for;

/// What goes wrong.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// Forwarded, but late.
    Delay(Duration),
    /// Forwarded once the test calls [`Faults::release`].
    Hold,
    /// Throttling as STS sends it: HTTP 400, with or without `Retry-After` in seconds.
    Throttle(Option<u32>),
    /// A server error of this status.
    Status(u16),
    /// `AccessDenied` as STS sends it, with a text.
    Deny(&'static str),
    /// Refused as STS does it, with this code and text.
    Refuse(&'static str, &'static str),
    /// HTTP 200 with a body that is no XML.
    Garbage,
    /// HTTP 200 with a body that goes on for longer than anybody should read.
    Endless,
    /// The head of an answer and half of its body, then the end.
    HalfAnswer,
    /// Forwarded, and the body of a good answer is changed on its way back.
    Rewrite(Rewrite),
    /// Forwarded, and the answer is lost.
    LoseAnswer,
    /// The key is not known, as AWS says of one that it has just made.
    UnknownKey,
    /// No answer: the connection closes.
    HangUp,
}

/// What is made of a body.
#[derive(Clone)]
pub(crate) struct Rewrite(Arc<dyn Fn(&str) -> String + Send + Sync>);

impl Rewrite {
    pub(crate) fn new(change: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        Self(Arc::new(change))
    }

    /// An answer of STS whose secret is empty.
    pub(crate) fn without_secret() -> Self {
        Self::new(|body| {
            let (before, rest) = body.split_once("<SecretAccessKey>").expect("a secret");
            let (_, after) = rest.split_once("</SecretAccessKey>").expect("its end");
            format!("{before}<SecretAccessKey></SecretAccessKey>{after}")
        })
    }
}

impl fmt::Debug for Rewrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rewrite")
    }
}

/// Which requests it happens to. Without further words: to all.
#[derive(Debug, Clone, Default)]
pub(crate) struct When {
    action: Option<String>,
    role_arn: Option<String>,
    nth: Option<usize>,
    first: Option<usize>,
}

impl When {
    pub(crate) fn always() -> Self {
        Self::default()
    }

    /// Calls of this action, such as `AssumeRole`.
    pub(crate) fn action(action: &str) -> Self {
        Self {
            action: Some(action.to_owned()),
            ..Self::default()
        }
    }

    /// `AssumeRole` of this role.
    pub(crate) fn role(arn: &str) -> Self {
        Self {
            role_arn: Some(arn.to_owned()),
            ..Self::default()
        }
    }

    /// Only the n-th of these, counted from 1.
    pub(crate) fn nth(self, nth: usize) -> Self {
        Self {
            nth: Some(nth),
            ..self
        }
    }

    /// Only the first n of these.
    pub(crate) fn first(self, first: usize) -> Self {
        Self {
            first: Some(first),
            ..self
        }
    }

    fn concerns(&self, seen: &Seen) -> bool {
        let same = |wanted: &Option<String>, found: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted == found)
        };
        same(&self.action, &seen.action) && same(&self.role_arn, &seen.role_arn)
    }

    /// Whether it is the turn of the `count`-th request that this concerns.
    fn is_due(&self, count: usize) -> bool {
        self.nth.is_none_or(|nth| count == nth) && self.first.is_none_or(|first| count <= first)
    }
}

/// One request that came through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The STS or IAM action; else method and target, as in `CONNECT example.com:443`.
    pub(crate) action: String,
    /// The role of an `AssumeRole`, else empty.
    pub(crate) role_arn: String,
}

#[derive(Default)]
struct State {
    rules: Vec<(When, Fault, usize)>,
    seen: Vec<Seen>,
    connections: usize,
    released: bool,
    closed: bool,
    elsewhere: Option<String>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

pub(crate) struct Faults {
    port: u16,
    shared: Arc<Shared>,
}

impl Faults {
    /// A proxy before `127.0.0.1:PORT` ([`Aws::address`](super::aws::Aws::address)).
    pub(crate) fn before(upstream: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let shared = Arc::new(Shared::default());
        let (accepting, upstream) = (shared.clone(), upstream.to_owned());
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if !accepting.admit() {
                    return;
                }
                let (shared, upstream) = (accepting.clone(), upstream.clone());
                // Errors are the point of this proxy; the client under test tells of them.
                thread::spawn(move || serve(&client, &upstream, |request| shared.judge(request)));
            }
        });
        Self { port, shared }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The first rule that fits a request decides.
    pub(crate) fn on(&self, when: When, fault: Fault) {
        self.state(|state| state.rules.push((when, fault, 0)));
    }

    /// As a proxy: leads every `CONNECT` to this `127.0.0.1:PORT`, whatever host was asked for.
    pub(crate) fn lead_to(&self, address: &str) {
        self.state(|state| state.elsewhere = Some(address.to_owned()));
    }

    /// Lets everything through again.
    pub(crate) fn clear(&self) {
        self.state(|state| state.rules.clear());
    }

    /// Forwards what is held, and holds nothing any more.
    pub(crate) fn release(&self) {
        self.state(|state| state.released = true);
        self.shared.changed.notify_all();
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.state(|state| state.seen.clone())
    }

    /// How many calls of an action came, answered or not.
    pub(crate) fn count(&self, action: &str) -> usize {
        self.seen()
            .iter()
            .filter(|seen| seen.action == action)
            .count()
    }

    pub(crate) fn connections(&self) -> usize {
        self.state(|state| state.connections)
    }

    /// Waits until so many requests have come in all.
    #[track_caller]
    pub(crate) fn wait_for_requests(&self, count: usize) {
        wait_for(&format!("{count} requests"), || {
            (self.seen().len() >= count).then_some(())
        });
    }

    fn state<T>(&self, use_it: impl FnOnce(&mut State) -> T) -> T {
        use_it(&mut self.shared.state.lock().expect("no panic"))
    }
}

impl Drop for Faults {
    fn drop(&mut self) {
        self.state(|state| state.closed = true);
        self.release();
        let _ = TcpStream::connect(("127.0.0.1", self.port)); // wakes `accept`
    }
}

impl Shared {
    /// Counts a connection; false once the test is over.
    fn admit(&self) -> bool {
        let mut state = self.state.lock().expect("no panic");
        state.connections += 1;
        !state.closed
    }

    /// Counts a request, and decides about it. Delays happen here.
    fn judge(&self, request: &Message) -> Verdict {
        match self.note(request) {
            None => return self.forward(request),
            Some(Fault::Delay(duration)) => thread::sleep(duration),
            Some(Fault::Hold) => {
                let state = self.state.lock().expect("no panic");
                drop(self.changed.wait_while(state, |state| !state.released));
            }
            Some(Fault::LoseAnswer) => return Verdict::ForwardAndClose,
            Some(Fault::Rewrite(Rewrite(change))) => return Verdict::ForwardAndChange(change),
            Some(fault) => return answer(&fault),
        }
        self.forward(request)
    }

    fn forward(&self, request: &Message) -> Verdict {
        let state = self.state.lock().expect("no panic");
        match &state.elsewhere {
            Some(address) if request.first_line().starts_with("CONNECT ") => {
                Verdict::TunnelTo(address.clone())
            }
            _ => Verdict::Forward,
        }
    }

    /// What is to go wrong with a request: the first rule whose turn it is.
    fn note(&self, request: &Message) -> Option<Fault> {
        let body = String::from_utf8_lossy(&request.body);
        let seen = Seen {
            action: form_field(&body, "Action").unwrap_or_else(|| {
                let line = request.first_line();
                line.rsplit_once(' ')
                    .map_or(line.clone(), |(start, _)| start.to_owned())
            }),
            role_arn: form_field(&body, "RoleArn").unwrap_or_default(),
        };
        let mut state = self.state.lock().expect("no panic");
        let mut due = None;
        for (when, fault, count) in &mut state.rules {
            if when.concerns(&seen) {
                *count += 1;
                if due.is_none() && when.is_due(*count) {
                    due = Some(fault.clone());
                }
            }
        }
        state.seen.push(seen);
        due
    }
}

/// The answer that a fault is.
fn answer(fault: &Fault) -> Verdict {
    match fault {
        Fault::Throttle(retry_after) => {
            let header = retry_after.map_or(String::new(), |s| format!("Retry-After: {s}\r\n"));
            error(400, &header, "Throttling", "Rate exceeded")
        }
        Fault::Status(status) => error(*status, "", "InternalFailure", "out of order"),
        Fault::UnknownKey => error(
            403,
            "",
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
        ),
        Fault::Deny(text) => error(403, "", "AccessDenied", text),
        Fault::Refuse(code, text) => error(400, "", code, text),
        Fault::Garbage => {
            Verdict::Answer("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n\u{7}{[<>\"x".into())
        }
        Fault::Endless => Verdict::AnswerWithoutEnd(
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n".into(),
        ),
        Fault::HalfAnswer => Verdict::AnswerAndClose(
            "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n<AssumeRoleResponse".into(),
        ),
        Fault::Delay(_) | Fault::Hold | Fault::Rewrite(_) | Fault::LoseAnswer | Fault::HangUp => {
            Verdict::AnswerAndClose(String::new())
        }
    }
}

fn error(status: u16, headers: &str, code: &str, text: &str) -> Verdict {
    let body = format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{text}</Message>\
         </Error><RequestId>8c1f4c1e-0000-4000-8000-000000000000</RequestId></ErrorResponse>"
    );
    Verdict::Answer(format!(
        "HTTP/1.1 {status} Fault\r\nContent-Type: text/xml\r\n\
         x-amzn-RequestId: 8c1f4c1e-0000-4000-8000-000000000000\r\n{headers}\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    ))
}

/// A field of a form, percent-decoded.
fn form_field(form: &str, name: &str) -> Option<String> {
    let value = form
        .split('&')
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    let mut parts = value.split('%');
    let mut decoded = parts.next()?.as_bytes().to_vec();
    for part in parts {
        decoded.push(u8::from_str_radix(part.get(..2)?, 16).ok()?);
        decoded.extend_from_slice(&part.as_bytes()[2..]);
    }
    String::from_utf8(decoded).ok()
}
