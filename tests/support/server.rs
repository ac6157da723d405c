//! Servers that would outlive a test: a shell watches the test for them.

use std::ffi::{OsStr, OsString};
use std::process::{Child, Command, Stdio};

use super::collected::Collected;

/// The shell's input ends with the test, however that ends; then the server is ended too.
const WATCH: &str = r#""$@" 2>&1 &
trap "kill $!; wait" EXIT
read -r _"#;

/// A running server and what it says.
pub(crate) struct Server {
    shell: Child,
    log: Collected,
}

impl Server {
    pub(crate) fn start<S: AsRef<OsStr>>(
        words: &[S],
        variables: impl IntoIterator<Item = (&'static str, OsString)>,
    ) -> Self {
        let mut shell = Command::new("sh")
            .args(["-c", WATCH, "sh"])
            .args(words)
            .envs(variables)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell to start");
        let log = Collected::from(shell.stdout.take().expect("a pipe"));
        Self { shell, log }
    }

    pub(crate) fn log(&self) -> String {
        self.log.text()
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.log.has_ended()
    }

    /// The port that it says to listen on, once it does: at the end of the URL behind `before`.
    pub(crate) fn port_behind(&self, before: &str) -> Option<u16> {
        let log = self.log();
        let (_, url) = log.split_once(before)?;
        let (_, port) = url.split_once("127.0.0.1:")?;
        // The digit may be the last that has come so far.
        let end = port.find(|character: char| !character.is_ascii_digit())?;
        port[..end].parse().ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}
