//! One command in a sandbox: how it is started, what it may do, what it left.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use super::collected::Collected;
use super::output::Output;
use super::sandbox::Sandbox;
use super::{LIMIT, variable, wait_for};

/// A command before it runs. It gets no terminal: see [`Run::on_terminal`](super::pty).
#[must_use]
pub(crate) struct Run<'a> {
    pub(super) sandbox: &'a Sandbox,
    program: String,
    arguments: Vec<String>,
    env: BTreeMap<String, Option<OsString>>,
    folder: PathBuf,
    stdin: Vec<u8>,
    pub(super) limit: Duration,
    pub(super) may_print_secrets: bool,
    pub(super) may_write_secrets: bool,
}

impl<'a> Run<'a> {
    pub(super) fn new(sandbox: &'a Sandbox, program: &str) -> Self {
        Self {
            sandbox,
            program: program.to_owned(),
            arguments: Vec::new(),
            env: BTreeMap::new(),
            folder: sandbox.home(),
            stdin: Vec::new(),
            limit: LIMIT,
            may_print_secrets: false,
            may_write_secrets: false,
        }
    }

    pub(crate) fn args<S: AsRef<str>>(mut self, arguments: &[S]) -> Self {
        self.arguments.extend(
            arguments
                .iter()
                .map(|argument| argument.as_ref().to_owned()),
        );
        self
    }

    /// What it was given so far, for a program that runs it in its turn.
    pub(crate) fn arguments(&self) -> &[String] {
        &self.arguments
    }

    pub(crate) fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.env.insert(name.to_owned(), Some(value.into()));
        self
    }

    pub(crate) fn env_remove(mut self, name: &str) -> Self {
        self.env.insert(name.to_owned(), None);
        self
    }

    /// Where it runs; in the sandbox's home otherwise.
    pub(crate) fn folder(mut self, folder: PathBuf) -> Self {
        self.folder = folder;
        self
    }

    /// What it reads; nothing otherwise.
    pub(crate) fn stdin(mut self, text: impl Into<Vec<u8>>) -> Self {
        self.stdin = text.into();
        self
    }

    /// It is killed after this, and the test fails.
    pub(crate) fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Secrets were asked for on stdout. On stderr they are always a leak.
    pub(crate) fn may_print_secrets(mut self) -> Self {
        self.may_print_secrets = true;
        self
    }

    /// Secrets were asked for in a file.
    pub(crate) fn may_write_secrets(mut self) -> Self {
        self.may_write_secrets = true;
        self
    }

    #[track_caller]
    pub(crate) fn run(self) -> Output {
        self.start().wait()
    }

    /// Runs it beside the test.
    #[track_caller]
    pub(crate) fn start(self) -> Running<'a> {
        let mut command = self.command(no_terminal());
        command.stdin(if self.stdin.is_empty() {
            Stdio::null()
        } else {
            Stdio::piped()
        });
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start `{}`: {error}", self.program));
        if let Some(mut stdin) = child.stdin.take() {
            let text = self.stdin.clone();
            // Nobody has to read it: a broken pipe is no failure of the test.
            thread::spawn(move || stdin.write_all(&text));
        }
        Running {
            stdout: Collected::from(child.stdout.take().expect("a pipe")),
            stderr: Collected::from(child.stderr.take().expect("a pipe")),
            child,
            run: self,
        }
    }

    /// The words of the command, for messages.
    pub(super) fn words(&self) -> String {
        [std::slice::from_ref(&self.program), &self.arguments]
            .concat()
            .join(" ")
    }

    /// `prefix` is a command that sets something up and then becomes the command proper.
    pub(super) fn command(&self, prefix: &[&str]) -> Command {
        let mut words = prefix.iter().copied().chain([self.program.as_str()]);
        let mut command = Command::new(words.next().expect("at least the program"));
        command.args(words);
        command.args(&self.arguments).current_dir(&self.folder);
        command.env_clear().envs(&self.sandbox.env);
        for (name, value) in &self.env {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
    }
}

/// A session of its own has no controlling terminal, so that a test behaves the same on a
/// terminal and in CI. `setsid` becomes the command: the pid is the command's.
fn no_terminal() -> &'static [&'static str] {
    static FOUND: OnceLock<bool> = OnceLock::new();
    let found = FOUND.get_or_init(|| {
        std::env::split_paths(&variable("PATH")).any(|folder| folder.join("setsid").is_file())
    });
    if *found { &["setsid"] } else { &[] }
}

/// A command at work. Dropped, it is killed with all that it started.
#[must_use]
pub(crate) struct Running<'a> {
    run: Run<'a>,
    child: Child,
    stdout: Collected,
    stderr: Collected,
}

impl Running<'_> {
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal (`"TERM"`, `"KILL"`...) to the command alone.
    pub(crate) fn signal(&self, name: &str) {
        send_signal(name, &self.pid().to_string());
    }

    /// What it has said on stderr so far.
    pub(crate) fn stderr(&self) -> String {
        self.stderr.text()
    }

    /// What it has said on stdout so far.
    pub(crate) fn stdout(&self) -> String {
        self.stdout.text()
    }

    /// Waits until it has said this on stderr.
    #[track_caller]
    pub(crate) fn wait_for_stderr(&self, text: &str) {
        wait_for(&format!("`{text}` on stderr"), || {
            self.stderr.text().contains(text).then_some(())
        });
    }

    #[track_caller]
    pub(crate) fn wait_for_stdout(&self, text: &str) {
        wait_for(&format!("`{text}` on stdout"), || {
            self.stdout.text().contains(text).then_some(())
        });
    }

    #[track_caller]
    pub(crate) fn wait(mut self) -> Output {
        let deadline = Instant::now() + self.run.limit;
        let ended = self.stdout.wait_until(deadline) && self.stderr.wait_until(deadline);
        let (stdout, stderr) = (self.stdout.bytes(), self.stderr.bytes());
        let words = self.run.words();
        assert!(
            ended,
            "`{words}` did not end in {:?}\n{}{}",
            self.run.limit,
            String::from_utf8_lossy(&stdout),
            String::from_utf8_lossy(&stderr)
        );
        // Its pipes are closed, so what is left of its life is short.
        let status = wait_for(&words, || self.child.try_wait().expect("a child"));
        let sandbox = self.run.sandbox;
        let printed: &[u8] = if self.run.may_print_secrets {
            &[]
        } else {
            &stdout
        };
        sandbox.assert_no_leak(
            &words,
            &[("stdout", printed), ("stderr", &stderr)],
            !self.run.may_write_secrets,
        );
        Output::new(status, &stdout, &stderr, sandbox.names.clone())
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            send_signal("KILL", &format!("-{}", self.pid()));
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// std has no signals but KILL, and the tests no unsafe code.
pub(crate) fn send_signal(name: &str, target: &str) {
    let _ = Command::new("sh")
        .args(["-c", "kill -s \"$0\" -- \"$1\"", name, target])
        .stderr(Stdio::null())
        .status();
}
