//! TLS before a local AWS, by an authority that nobody believes unless told to.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::VENV_BIN;
use super::sandbox::Sandbox;

/// A running TLS front; it ends with this value.
pub(crate) struct Tls {
    port: u16,
    front: Child,
}

impl Tls {
    /// TLS before `127.0.0.1:PORT`. The authority's certificate is `ca.pem` in the sandbox.
    pub(crate) fn before(upstream: &str, sandbox: &Sandbox) -> Self {
        Self::start(upstream, sandbox, None)
    }

    /// The same with a key and its certificate, which stand in a file.
    pub(crate) fn with_chain(upstream: &str, sandbox: &Sandbox, chain: &Path) -> Self {
        Self::start(upstream, sandbox, Some(chain))
    }

    fn start(upstream: &str, sandbox: &Sandbox, chain: Option<&Path>) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/aws/tls.py");
        let mut front = Command::new(format!("{VENV_BIN}/python"))
            .args(["-B", script, upstream])
            .arg(sandbox.path(""))
            .args(chain)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python to start");
        let mut port = String::new();
        BufReader::new(front.stdout.take().expect("a pipe"))
            .read_line(&mut port)
            .expect("the port");
        Self {
            port: port.trim().parse().expect("a port"),
            front,
        }
    }

    /// The `127.0.0.1:PORT` that a proxy leads to.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }
}

impl Drop for Tls {
    fn drop(&mut self) {
        drop(self.front.stdin.take());
        let _ = self.front.wait();
    }
}
