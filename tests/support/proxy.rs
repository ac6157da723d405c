//! The bytes of a proxy on loopback: request by request, each judged before it is forwarded.
//!
//! What is forwarded is unchanged: a signature covers the `Host` header, and the local AWS checks
//! the one that it gets.

use std::io::{BufReader, Result, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::thread;

use super::http::Message;

/// What becomes of a request.
pub(crate) enum Verdict {
    Forward,
    ForwardAndClose,
    /// The body of an answer with status 200 becomes another one.
    ForwardAndChange(Arc<dyn Fn(&str) -> String + Send + Sync>),
    /// A `CONNECT`, to an address that is not the one that was asked for.
    TunnelTo(String),
    Answer(String),
    AnswerAndClose(String),
    /// And then more and more, until nobody reads it.
    AnswerWithoutEnd(String),
}

/// Serves one connection of a client, over at most one to the upstream.
pub(crate) fn serve(
    client: &TcpStream,
    upstream: &str,
    judge: impl Fn(&Message) -> Verdict,
) -> Result<()> {
    client.set_nodelay(true)?;
    let mut requests = BufReader::new(client.try_clone()?);
    let mut answers = client.try_clone()?;
    let mut connected: Option<BufReader<TcpStream>> = None;
    while let Some(mut request) = read_request(&mut requests, &mut answers)? {
        let verdict = judge(&request);
        match verdict {
            Verdict::Answer(ref text) => {
                answers.write_all(text.as_bytes())?;
                continue;
            }
            Verdict::AnswerAndClose(ref text) => {
                answers.write_all(text.as_bytes())?;
                return client.shutdown(Shutdown::Both);
            }
            Verdict::AnswerWithoutEnd(ref text) => {
                answers.write_all(text.as_bytes())?;
                loop {
                    answers.write_all(&[b'x'; 8 * 1024])?;
                }
            }
            Verdict::TunnelTo(address) => return tunnel(&address, client),
            Verdict::Forward | Verdict::ForwardAndClose | Verdict::ForwardAndChange(_) => {}
        }
        if let Some(target) = request.first_line().strip_prefix("CONNECT ") {
            return tunnel(target, client);
        }
        if connected.is_none() {
            let stream = TcpStream::connect(upstream)?;
            stream.set_nodelay(true)?;
            connected = Some(BufReader::new(stream));
        }
        let upstream = connected.as_mut().expect("just connected");
        to_origin_form(&mut request);
        request.write(upstream.get_mut())?;
        match read_answer(&request, upstream)? {
            Some(mut answer) if !matches!(verdict, Verdict::ForwardAndClose) => {
                if let Verdict::ForwardAndChange(change) = &verdict {
                    answer.change(&**change);
                }
                answer.write(&mut answers)?;
            }
            _ => return client.shutdown(Shutdown::Both),
        }
    }
    Ok(())
}

/// A request with its body, asked for where the client waits to be asked.
fn read_request(
    requests: &mut BufReader<TcpStream>,
    answers: &mut TcpStream,
) -> Result<Option<Message>> {
    let Some(head) = Message::read_head(requests)? else {
        return Ok(None);
    };
    if head.header("expect").is_some() {
        answers.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    head.with_body(requests).map(Some)
}

/// The answer to a forwarded request. We have asked for its body ourselves, so the upstream's
/// own "100 Continue" goes nowhere.
fn read_answer(request: &Message, from: &mut BufReader<TcpStream>) -> Result<Option<Message>> {
    while let Some(head) = Message::read_head(from)? {
        if request.first_line().starts_with("HEAD ") {
            return Ok(Some(head));
        }
        if !head.first_line().contains(" 100 ") {
            return head.with_body(from).map(Some);
        }
    }
    Ok(None)
}

/// `POST http://host/path` (what a proxy is sent) becomes `POST /path`.
fn to_origin_form(request: &mut Message) {
    let line = request.first_line();
    let mut words = line.split(' ');
    let (Some(method), Some(url)) = (words.next(), words.next()) else {
        return;
    };
    if let Some(rest) = url.strip_prefix("http://") {
        let path = rest.find('/').map_or("/", |at| &rest[at..]);
        let head = format!("{method} {path} HTTP/1.1").into_bytes();
        request.head.splice(..line.len(), head);
    }
}

/// A proxy's `CONNECT`: bytes both ways, or 502 where nobody listens.
fn tunnel(target: &str, client: &TcpStream) -> Result<()> {
    let mut client_side = client.try_clone()?;
    let address = target.split(' ').next().unwrap_or_default();
    let Ok(server) = TcpStream::connect(address) else {
        return client_side.write_all(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
    };
    client_side.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    let (mut up_from, mut up_to) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || {
        let _ = std::io::copy(&mut up_from, &mut up_to);
        up_to.shutdown(Shutdown::Write)
    });
    std::io::copy(&mut &server, &mut client_side)?;
    client_side.shutdown(Shutdown::Both)
}
