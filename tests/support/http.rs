//! As much of HTTP/1.1 as loopback needs: whole messages, read and written as they came.

use std::io::{BufRead, BufReader, Read, Result, Write};
use std::net::TcpStream;

/// A request or an answer. `head` ends with the blank line; both parts are the bytes as they
/// came, because a signature covers them.
pub(crate) struct Message {
    pub(crate) head: Vec<u8>,
    pub(crate) body: Vec<u8>,
}

impl Message {
    /// The next message, or `None` where the peer has closed. A body that only ends with the
    /// connection is not supported: neither the SDKs nor the local AWS send one.
    pub(crate) fn read(from: &mut impl BufRead) -> Result<Option<Self>> {
        match Self::read_head(from)? {
            Some(head) => head.with_body(from).map(Some),
            None => Ok(None),
        }
    }

    pub(crate) fn read_head(from: &mut impl BufRead) -> Result<Option<Self>> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            if from.read_until(b'\n', &mut head)? == 0 {
                return Ok(None);
            }
        }
        Ok(Some(Self {
            head,
            body: Vec::new(),
        }))
    }

    pub(crate) fn with_body(mut self, from: &mut impl BufRead) -> Result<Self> {
        if let Some(length) = self.header("content-length") {
            self.body.resize(length.parse().expect("a length"), 0);
            from.read_exact(&mut self.body)?;
        } else if self.header("transfer-encoding").is_some() {
            self.body = read_chunks(from)?;
        }
        Ok(self)
    }

    pub(crate) fn first_line(&self) -> String {
        let end = self
            .head
            .iter()
            .position(|byte| *byte == b'\r')
            .unwrap_or(self.head.len());
        String::from_utf8_lossy(&self.head[..end]).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let head = String::from_utf8_lossy(&self.head);
        head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name)
                .then(|| value.trim().to_owned())
        })
    }

    /// Changes the body of an answer with status 200, and its length.
    pub(crate) fn change(&mut self, change: &dyn Fn(&str) -> String) {
        if !self.first_line().contains(" 200 ") {
            return;
        }
        self.body = change(&String::from_utf8_lossy(&self.body)).into_bytes();
        let head = String::from_utf8_lossy(&self.head).into_owned();
        let is_length = |line: &&str| line.to_ascii_lowercase().starts_with("content-length:");
        let kept = head.trim_end().lines().filter(|line| !is_length(line));
        let length = format!("Content-Length: {}\r\n\r\n", self.body.len());
        let lines: Vec<&str> = kept.chain([length.as_str()]).collect();
        self.head = lines.join("\r\n").into_bytes();
    }

    pub(crate) fn write(&self, to: &mut impl Write) -> Result<()> {
        // One write: a head alone would wait for the peer's delayed ACK.
        to.write_all(&[self.head.as_slice(), self.body.as_slice()].concat())
    }
}

/// A chunked body with its framing.
fn read_chunks(from: &mut impl BufRead) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let start = body.len();
        from.read_until(b'\n', &mut body)?;
        let size = String::from_utf8_lossy(&body[start..]);
        let size = size.split([';', '\r']).next().expect("a first part");
        let size = usize::from_str_radix(size, 16).expect("a chunk size");
        let start = body.len();
        body.resize(start + size + 2, 0);
        from.read_exact(&mut body[start..])?;
        if size == 0 {
            return Ok(body);
        }
    }
}

/// One call on a connection of its own; the body of the answer. Anything but 200 is a mistake
/// in the test.
pub(crate) fn call(port: u16, method: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the server to answer");
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    // One write: PHP hangs up on a request that comes in pieces, now and then.
    stream
        .write_all(request.as_bytes())
        .expect("the server to listen");
    let mut stream = BufReader::new(stream);
    let mut answer = Message::read(&mut stream)
        .expect("a readable answer")
        .expect("an answer");
    // PHP's answers end with the connection.
    stream.read_to_end(&mut answer.body).expect("the rest");
    let text = String::from_utf8(answer.body.clone()).expect("text");
    assert!(
        answer.first_line().contains(" 200 "),
        "{method} {path}: {text}"
    );
    text
}
