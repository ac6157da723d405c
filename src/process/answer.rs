//! What a command prints that the user has named for it: `mfa_process`, `saml_process`.

use std::io::{self, Read};
use std::os::fd::AsFd;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use zeroize::Zeroizing;

use crate::model::environment::OWN_SECRETS;

/// How long it may tidy up after it was told to end.
const GRACE: Duration = Duration::from_secs(1);
/// How long we wait for more after it has ended, where a program that it left behind could still print.
const DRAIN: Duration = Duration::from_millis(250);
/// The end of a process cannot be waited for with a limit, so it is looked for.
const PAUSE: Duration = Duration::from_millis(5);

/// The command gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// It cannot be run.
    #[error("cannot run the `{key}` command `{program}`")]
    CanNotRun {
        /// The key that names it.
        key: &'static str,
        /// The first word of the command.
        program: String,
        /// Why.
        source: io::Error,
    },
    /// It failed.
    #[error("the `{key}` command `{program}` failed ({status})")]
    Failed {
        /// The key that names it.
        key: &'static str,
        /// The first word of the command.
        program: String,
        /// How it ended.
        status: String,
    },
    /// It did not end.
    #[error("the `{key}` command `{program}` gave no answer within {} s", limit.as_secs())]
    TimedOut {
        /// The key that names it.
        key: &'static str,
        /// The first word of the command.
        program: String,
        /// How long we waited.
        limit: Duration,
    },
}

/// A command of a session file.
#[derive(Debug)]
pub struct Question<'a> {
    /// The key that names it, for errors.
    pub key: &'static str,
    /// The command as it is written there. No shell reads it.
    pub command: &'a str,
    /// What it reads.
    pub stdin: Stdio,
    /// Of what it prints, so many bytes are taken; one that prints on gets `SIGPIPE`.
    pub longest: usize,
    /// How long it may take.
    pub limit: Duration,
}

impl Question<'_> {
    /// Runs the command and takes what it prints. Its questions and errors go to the terminal as
    /// usual; it gets none of our own secrets. After its time it is ended. A program that it leaves behind
    /// may keep its output open: nobody waits for that.
    ///
    /// # Errors
    /// [`AnswerError`].
    pub fn ask(self) -> Result<Zeroizing<Vec<u8>>, AnswerError> {
        let Self {
            key,
            longest,
            limit,
            ..
        } = self;
        // The schema has split it before, so this cannot fail; an empty program name would.
        let words = shell_words::split(self.command).unwrap_or_default();
        let program = words.first().cloned().unwrap_or_default();
        let mut command = Command::new(&program);
        command.args(words.iter().skip(1));
        command.stdin(self.stdin).stdout(Stdio::piped());
        for name in OWN_SECRETS {
            command.env_remove(name);
        }
        let deadline = Instant::now() + limit;
        let can_not_run = |source| AnswerError::CanNotRun {
            key,
            program: program.clone(),
            source,
        };
        let mut child = command.spawn().map_err(can_not_run)?;
        let read = child
            .stdout
            .take()
            .map(|from| read(from, &mut child, longest, deadline));
        let read = read.transpose().map_err(can_not_run)?;
        let printed = read.unwrap_or(Some(Zeroizing::default()));
        let ended = end_of(&mut child, deadline).map_err(can_not_run)?;
        let (Some(printed), Some(status)) = (printed, ended) else {
            end(&mut child);
            return Err(AnswerError::TimedOut {
                key,
                program,
                limit,
            });
        };
        if status.success() {
            Ok(printed)
        } else {
            let status = status.to_string();
            Err(AnswerError::Failed {
                key,
                program,
                status,
            })
        }
    }
}

/// All that is printed, or as much as is wanted; `None` where there is no end of it in time. The end is
/// that of the output, or soon after that of the child.
fn read(
    mut from: ChildStdout,
    child: &mut Child,
    longest: usize,
    deadline: Instant,
) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    // Never grows, which would leave copies behind.
    let mut printed = Zeroizing::new(vec![0; longest]);
    let mut length = 0;
    let mut drained = None;
    while length < longest {
        if drained.is_none() && child.try_wait()?.is_some() {
            drained = Some(Instant::now() + DRAIN);
        }
        let now = Instant::now();
        if drained.is_some_and(|drained| now >= drained) {
            break;
        }
        if now >= deadline {
            return Ok(None);
        }
        let wait = PollTimeout::try_from(PAUSE).unwrap_or(PollTimeout::ZERO);
        match poll(&mut [PollFd::new(from.as_fd(), PollFlags::POLLIN)], wait) {
            Ok(0) | Err(nix::errno::Errno::EINTR) => {}
            Ok(_) => match from.read(&mut printed[length..])? {
                0 => break,
                count => length += count,
            },
            Err(errno) => return Err(errno.into()),
        }
    }
    printed.truncate(length);
    Ok(Some(printed))
}

/// How it ended; `None` where it has not by then.
fn end_of(child: &mut Child, deadline: Instant) -> io::Result<Option<std::process::ExitStatus>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            return Ok(None);
        }
        thread::sleep(PAUSE);
    }
}

/// Ends it: with the chance to put back a terminal that it may have changed, first.
fn end(child: &mut Child) {
    if let Ok(pid) = i32::try_from(child.id()) {
        let _ = kill(Pid::from_raw(pid), Signal::SIGTERM);
    }
    if !matches!(end_of(child, Instant::now() + GRACE), Ok(Some(_))) {
        let _ = child.kill();
        let _ = child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(command: &str) -> Question<'_> {
        Question {
            key: "mfa_process",
            command,
            stdin: Stdio::null(),
            longest: 100,
            limit: Duration::from_mins(1),
        }
    }

    #[test]
    fn what_is_printed_is_the_answer() {
        let answer = question("printf '%s' 'a b'").ask().unwrap();
        assert_eq!(*answer, b"a b");
        assert_eq!(*question("true").ask().unwrap(), b"");
    }

    #[test]
    fn each_failure_is_told_apart() {
        let missing = question("/nonexistent/command").ask().unwrap_err();
        assert!(matches!(missing, AnswerError::CanNotRun { .. }));
        let failed = question("sh -c 'echo 123456; exit 3'").ask().unwrap_err();
        assert!(matches!(failed, AnswerError::Failed { .. }));
        assert_eq!(
            failed.to_string(),
            "the `mfa_process` command `sh` failed (exit status: 3)"
        );
    }

    #[test]
    fn one_that_prints_without_end_is_stopped() {
        let answer = question("sh -c 'yes yyyy; exit 0'").ask().unwrap();
        assert_eq!(answer.len(), 100);
    }

    #[test]
    fn one_that_leaves_a_program_behind_has_answered() {
        let started = Instant::now();
        for command in [
            "sh -c 'sleep 20 & echo 123456'",
            "sh -c '(sleep 0.1; echo 123456; exec sleep 20) &'",
        ] {
            assert_eq!(*question(command).ask().unwrap(), b"123456\n", "{command}");
        }
        assert!(started.elapsed() < Duration::from_secs(15));
    }

    #[test]
    fn one_that_gives_no_answer_is_ended_and_killed_where_it_does_not_want_to() {
        let limit = Duration::from_millis(50);
        for command in [
            "sleep 600",
            "sh -c 'echo 123456; exec >&-; exec sleep 600'",
            "sh -c 'trap : TERM; while :; do sleep 0.01; done'",
        ] {
            let question = Question {
                limit,
                ..question(command)
            };
            let silent = question.ask().unwrap_err();
            assert!(matches!(silent, AnswerError::TimedOut { .. }), "{silent}");
        }
    }
}
