//! A secret URL on its way to the browser. What is opened is an address of this machine that cannot
//! be guessed; who of this user asks there first is sent on, and nobody after that.

use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use aws_lc_rs::rand;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::{ConsoleError, peer};

/// A browser that has not come after this long will not come.
const LIMIT: Duration = Duration::from_mins(1);
/// How often is looked whether the program that opens the browser still thinks it can.
const PAUSE: Duration = Duration::from_millis(200);
/// No browser's request is longer.
const LONGEST: usize = 16 * 1024;
/// Browsers connect ahead, and to more than they ask. More than this at once is nobody's browser.
const VISITORS: usize = 16;

/// A listener on loopback that waits for one request.
pub struct Handoff {
    listener: TcpListener,
    own: SocketAddr,
    host: String,
    path: String,
}

/// Somebody who is connected, and what they have said so far.
struct Visitor {
    stream: TcpStream,
    said: Vec<u8>,
}

/// What a visitor wants.
#[derive(Debug, PartialEq, Eq)]
enum Wish {
    /// They are still talking.
    Unknown,
    /// What we wait for.
    Ours,
    /// Something else.
    Other,
}

impl Handoff {
    /// Listens.
    ///
    /// # Errors
    /// [`ConsoleError::NoPort`].
    pub fn open() -> Result<Self, ConsoleError> {
        let open = || {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
            listener.set_nonblocking(true)?;
            let own = listener.local_addr()?;
            Ok((listener, own))
        };
        let (listener, own) = open().map_err(ConsoleError::NoPort)?;
        let mut random = [0; 32];
        rand::fill(&mut random)
            .map_err(|_| ConsoleError::NoPort(io::Error::other("no random numbers")))?;
        let path = random.iter().fold(String::from("/"), |mut path, byte| {
            let _ = write!(path, "{byte:02x}");
            path
        });
        Ok(Self {
            listener,
            own,
            host: own.to_string(),
            path,
        })
    }

    /// The address that a browser is to open. Good once.
    pub fn address(&self) -> String {
        format!("http://{}{}", self.host, self.path)
    }

    /// Sends the first who comes on to `url`, and closes. `opener_fails` is asked now and then.
    ///
    /// # Errors
    /// Where nobody comes within a minute, or nobody will.
    pub fn send_on(
        self,
        url: &SecretString,
        mut opener_fails: impl FnMut() -> Option<ConsoleError>,
    ) -> Result<(), ConsoleError> {
        let deadline = Instant::now() + LIMIT;
        let mut visitors: Vec<Visitor> = Vec::new();
        while Instant::now() < deadline {
            self.wait(&visitors).map_err(ConsoleError::NoPort)?;
            while visitors.len() < VISITORS
                && let Ok((stream, peer)) = self.listener.accept()
            {
                // The address may be seen where it is opened: by other users of this machine as well.
                if peer::may_be_ours(peer, self.own) && stream.set_nonblocking(true).is_ok() {
                    let said = Vec::new();
                    visitors.push(Visitor { stream, said });
                }
            }
            let mut staying = Vec::new();
            for mut visitor in visitors {
                match visitor.listen(&self.host, &self.path) {
                    // A browser that has gone meanwhile comes again no more: the address is used up.
                    Some(Wish::Ours) => {
                        let _ = visitor.answer(&redirect(url));
                        tracing::info!("the browser was sent on to the console");
                        return Ok(());
                    }
                    Some(Wish::Other) => drop(visitor.answer(NOT_FOUND)),
                    Some(Wish::Unknown) => staying.push(visitor),
                    None => {}
                }
            }
            visitors = staying;
            if let Some(error) = opener_fails() {
                return Err(error);
            }
        }
        Err(ConsoleError::NobodyCame { limit: LIMIT })
    }

    /// Until somebody comes or says something.
    fn wait(&self, visitors: &[Visitor]) -> io::Result<()> {
        let mut fds = vec![PollFd::new(self.listener.as_fd(), PollFlags::POLLIN)];
        fds.extend(
            visitors
                .iter()
                .map(|visitor| PollFd::new(visitor.stream.as_fd(), PollFlags::POLLIN)),
        );
        let pause = PollTimeout::try_from(PAUSE).unwrap_or(PollTimeout::ZERO);
        match poll(&mut fds, pause) {
            Ok(_) | Err(nix::errno::Errno::EINTR) => Ok(()),
            Err(errno) => Err(errno.into()),
        }
    }
}

const NOT_FOUND: &str = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

fn redirect(url: &SecretString) -> Zeroizing<String> {
    Zeroizing::new(format!(
        "HTTP/1.1 302 Found\r\nLocation: {}\r\nCache-Control: no-store\r\n\
         Referrer-Policy: no-referrer\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        url.expose_secret()
    ))
}

impl Visitor {
    /// What they want; `None` where they have left.
    fn listen(&mut self, host: &str, path: &str) -> Option<Wish> {
        let mut buffer = [0; 4096];
        loop {
            match self.stream.read(&mut buffer) {
                Ok(0) => return None,
                Ok(length) => self.said.extend(&buffer[..length]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return None,
            }
            if self.said.len() > LONGEST {
                return Some(Wish::Other);
            }
        }
        Some(wish(&self.said, host, path))
    }

    fn answer(&mut self, text: &str) -> io::Result<()> {
        self.stream.set_nonblocking(false)?;
        self.stream
            .set_write_timeout(Some(Duration::from_secs(5)))?;
        self.stream.write_all(text.as_bytes())?;
        self.stream.flush()
    }
}

/// What a request wants. Its `Host` has to be ours: a page of the web can make a browser ask here
/// under a name of its own.
fn wish(request: &[u8], host: &str, path: &str) -> Wish {
    let Some(end) = request.windows(4).position(|part| part == b"\r\n\r\n") else {
        return Wish::Unknown;
    };
    let Ok(head) = str::from_utf8(&request[..end]) else {
        return Wish::Other;
    };
    let mut lines = head.split("\r\n");
    let asks = lines.next().and_then(|line| line.strip_prefix("GET "));
    let path_asked = asks.and_then(|rest| rest.strip_suffix(" HTTP/1.1"));
    let mut hosts = lines.filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("host").then(|| value.trim())
    });
    if path_asked == Some(path) && hosts.next() == Some(host) {
        Wish::Ours
    } else {
        Wish::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    fn ask(address: &str) -> io::Result<String> {
        let (host, path) = address["http://".len()..].split_once('/').unwrap();
        let mut stream = TcpStream::connect(host)?;
        write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }

    #[test]
    fn the_first_who_knows_the_address_is_sent_on_and_nobody_else() {
        let handoff = Handoff::open().unwrap();
        let address = handoff.address();
        let host = handoff.host.clone();
        let url = SecretString::from("https://signin.example/?token=t");
        let server = thread::spawn(move || handoff.send_on(&url, || None));
        let idle = TcpStream::connect(&host).unwrap();
        assert!(
            ask(&format!("http://{host}/favicon.ico"))
                .unwrap()
                .contains(" 404 ")
        );
        let answer = ask(&address).unwrap();
        assert!(answer.starts_with("HTTP/1.1 302 "), "{answer}");
        assert!(answer.contains("\r\nLocation: https://signin.example/?token=t\r\n"));
        server.join().unwrap().unwrap();
        drop(idle);
        assert!(ask(&address).is_err());
    }

    #[test]
    fn another_host_or_method_is_not_ours() {
        let of = |line: &str, host: &str| {
            let request = format!("{line}\r\nHost: {host}\r\n\r\n");
            wish(request.as_bytes(), "127.0.0.1:1", "/x")
        };
        assert_eq!(of("GET /x HTTP/1.1", "127.0.0.1:1"), Wish::Ours);
        assert_eq!(of("GET /x HTTP/1.1", "evil.example:1"), Wish::Other);
        assert_eq!(of("POST /x HTTP/1.1", "127.0.0.1:1"), Wish::Other);
        assert_eq!(of("GET /xy HTTP/1.1", "127.0.0.1:1"), Wish::Other);
        assert_eq!(wish(b"GET /x HTTP/1.1\r\n", "h", "/x"), Wish::Unknown);
    }

    #[test]
    fn an_opener_that_fails_ends_the_wait() {
        let handoff = Handoff::open().unwrap();
        let failed = || {
            Some(ConsoleError::OpenerFailed {
                program: "xdg-open".into(),
                status: "exit status: 3".into(),
            })
        };
        let ended = handoff.send_on(&SecretString::from("x"), failed);
        assert!(matches!(ended, Err(ConsoleError::OpenerFailed { .. })));
    }
}
