//! A browser as a process of ours: how it is started, and that it never outlives the login.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use command_fds::{CommandFdExt, FdMapping};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use super::pipe::Pipe;
use crate::model::environment::OWN_SECRETS;

/// What we ask of every browser of the family.
///
/// The cookies are not encrypted with a key from the OS keyring: a browser without a window could
/// not ask for it, and would take them for lost. They are as safe as the directory, which is 0700.
const FLAGS: &[&str] = &[
    "--remote-debugging-pipe",
    "--no-startup-window",
    "--no-first-run",
    "--no-default-browser-check",
    "--hide-crash-restore-bubble",
    "--password-store=basic",
    "--use-mock-keychain",
    // It is there for one login, and asks nobody but the provider: not even what fields a form like
    // this may have, or whether the network has a television. What no switch stops, such as the look
    // at Google's accounts, is sent to a port where nobody listens.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-pings",
    "--disable-features=AutofillServerCommunication,MediaRouter,NetworkTimeServiceQuerying,\
     OptimizationGuideModelDownloading,OptimizationHints",
    "--gaia-url=http://127.0.0.1:9",
    "--component-updater=url-source=http://127.0.0.1:9/",
];

/// Whether a person is to see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Visibility {
    Window,
    Headless,
}

/// How long an orderly end may take before we end it.
const END_LIMIT: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(5);

/// The running browser.
pub(super) struct Running {
    child: Child,
    /// What it says of itself: the only place where it tells why it does not work.
    said: File,
}

impl Running {
    /// Starts it, with a pipe to talk to it. It shows nothing by itself.
    pub(super) fn start(
        program: &Path,
        arguments: &[String],
        profile: &Path,
        visibility: Visibility,
    ) -> io::Result<(Self, Pipe)> {
        let (their_input, to_browser) = io::pipe()?;
        let (from_browser, their_output) = io::pipe()?;
        let said = tempfile::tempfile()?;
        let mut command = Command::new(program);
        command
            .args(FLAGS)
            .args((visibility == Visibility::Headless).then_some("--headless=new"))
            .arg(format!("--user-data-dir={}", profile.display()))
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(said.try_clone()?)
            // Ctrl-C at our terminal is for us, who then close it in order.
            .process_group(0);
        for name in OWN_SECRETS {
            command.env_remove(name);
        }
        let fd = |parent_fd, child_fd| FdMapping {
            parent_fd,
            child_fd,
        };
        command
            .fd_mappings(vec![fd(their_input.into(), 3), fd(their_output.into(), 4)])
            .map_err(io::Error::other)?;
        // Dropping the command closes their ends here, so that the browser's end is an end.
        let child = command.spawn()?;
        drop(command);
        let file = |fd: OwnedFd| File::from(fd);
        let pipe = Pipe::new(file(from_browser.into()), file(to_browser.into()));
        Ok((Self { child, said }, pipe))
    }

    /// Waits for its end, which it has been asked for; `None` where it has to be forced. After an end in
    /// order its helpers end as well, and write the cookies before; after any other they would go on
    /// writing to the profile.
    pub(super) fn end(&mut self) -> Option<ExitStatus> {
        let status = self.wait();
        if !status.is_some_and(|status| status.success()) {
            self.kill();
        }
        status
    }

    /// Ends what is left of it: itself, where it did not end by itself, and its helpers.
    fn kill(&mut self) {
        if let Ok(id) = i32::try_from(self.child.id()) {
            let _ = killpg(Pid::from_raw(id), Signal::SIGKILL);
        }
        let _ = self.child.wait();
    }

    fn wait(&mut self) -> Option<ExitStatus> {
        let deadline = Instant::now() + END_LIMIT;
        while Instant::now() < deadline {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) => thread::sleep(PAUSE),
                Err(_) => break,
            }
        }
        None
    }

    /// What it said of the pipe, else the last line of what it said, which may be about anything.
    pub(super) fn last_words(&mut self) -> Option<String> {
        let mut text = Vec::new();
        self.said.rewind().ok()?;
        self.said.read_to_end(&mut text).ok()?;
        let text = String::from_utf8_lossy(&text);
        let lines = || text.lines().rev().filter(|line| !line.trim().is_empty());
        let line = lines()
            .find(|line| line.contains("DevTools"))
            .or_else(|| lines().next())?;
        Some(line.trim().chars().take(300).collect())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}
