//! The process that holds a lock: what it has written about itself, and whether it can go on.

use std::fmt;
use std::fs;
use std::process::{Command, Stdio};

/// The process that holds a lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// What it wrote into the lock file, as in `pid 4242, unlocking the vault`; empty where it cannot be read.
    line: String,
    /// Whether it was stopped when it was looked at.
    pub is_stopped: bool,
}

impl Holder {
    pub(super) fn of(line: &str) -> Self {
        Self {
            line: line.to_owned(),
            is_stopped: false,
        }
    }

    /// Looks at the process. One in another container is not seen, and then taken for running.
    pub(super) fn looked_at(mut self) -> Self {
        self.is_stopped = self.pid().is_some_and(is_stopped);
        self
    }

    /// Its process id, where it is known.
    pub fn pid(&self) -> Option<u32> {
        let pid = self.line.strip_prefix("pid ")?.split(',').next()?;
        pid.parse().ok()
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line.is_empty() {
            return f.write_str("another process");
        }
        match self.line.split_once(',') {
            Some((pid, purpose)) if self.is_stopped => write!(f, "{pid}, stopped,{purpose}"),
            _ => f.write_str(&self.line),
        }
    }
}

/// Whether a process was stopped, by Ctrl-Z or SIGSTOP. One that a debugger holds is not meant.
fn is_stopped(pid: u32) -> bool {
    let state = if cfg!(target_os = "linux") {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        // The name before it is in brackets, and may itself hold some.
        let behind_name = stat.rsplit_once(") ").map(|(_, rest)| rest.to_owned());
        behind_name.unwrap_or_default()
    } else {
        let ps = Command::new("/bin/ps")
            .args(["-o", "state=", "-p", &pid.to_string()])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output();
        ps.map(|ps| String::from_utf8_lossy(&ps.stdout).into_owned())
            .unwrap_or_default()
    };
    state.trim_start().starts_with('T')
}

#[cfg(test)]
mod tests {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;

    use super::*;

    #[test]
    fn a_stopped_process_is_told_from_one_that_runs() {
        let mut child = Command::new("sleep").arg("600").spawn().unwrap();
        let line = format!("pid {}, asking for `a`, `b`", child.id());
        let look = || Holder::of(&line).looked_at();
        assert_eq!(look().to_string(), line);
        let send = |signal| kill(Pid::from_raw(child.id().cast_signed()), signal).unwrap();
        send(Signal::SIGSTOP);
        while !look().is_stopped {
            std::thread::yield_now();
        }
        let stopped = format!("pid {}, stopped, asking for `a`, `b`", child.id());
        assert_eq!(look().to_string(), stopped);
        send(Signal::SIGCONT);
        while look().is_stopped {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn what_cannot_be_read_names_nobody() {
        assert_eq!(Holder::of("").to_string(), "another process");
        assert_eq!(Holder::of("").looked_at().pid(), None);
        assert_eq!(Holder::of("pid x, y").pid(), None);
    }
}
