//! Shells with the hook, as people have them: interactive, on a terminal, set up by a start-up file.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::pty::Pty;
use super::run::Run;
use super::sandbox::Sandbox;
use super::{program, skip};

/// The shells that have a hook.
pub(crate) const HOOKED: [&str; 3] = ["bash", "zsh", "fish"];

/// A hooked shell on a terminal.
pub(crate) struct Hooked<'a> {
    pub(crate) pty: Pty<'a>,
    /// Distinguishes the answers to one question asked twice.
    asked: usize,
}

/// The line of the README for a shell's start-up file.
pub(crate) fn init_line(shell: &str) -> String {
    match shell {
        "fish" => "leapp init fish | source".to_owned(),
        _ => format!("eval \"$(leapp init {shell})\""),
    }
}

impl Sandbox {
    /// The shell with this start-up file, or `None` after a printed skip.
    pub(crate) fn interactive(&self, shell: &str, start_up: &str) -> Option<Run<'_>> {
        program(shell)?;
        let rc = match shell {
            "fish" => "home/.config/fish/config.fish",
            "zsh" => "home/.zshrc",
            _ => "home/.bashrc",
        };
        // Without it fish reads all manuals at its first start, in the background.
        self.write(
            "home/.local/share/fish/generated_completions/empty.fish",
            "",
        );
        let rc = self.write(rc, start_up).display().to_string();
        let arguments = match shell {
            "bash" => vec!["--noprofile", "--rcfile", &rc, "-i"],
            "zsh" => vec!["-d", "-i"],
            _ => vec!["-i"],
        };
        Some(self.command(shell).args(&arguments).env("TERM", "xterm"))
    }

    /// The shell with the hook, ready for its first command.
    pub(crate) fn hooked(&self, shell: &str) -> Option<Hooked<'_>> {
        let run = self.interactive(shell, &init_line(shell))?;
        Some(Hooked::on_terminal(run))
    }
}

impl<'a> Hooked<'a> {
    pub(crate) fn on_terminal(run: Run<'a>) -> Self {
        let mut hooked = Self {
            pty: run.on_terminal(),
            asked: 0,
        };
        hooked.ask("ready");
        hooked
    }

    /// Types a command; its output is awaited by what is asked next.
    pub(crate) fn type_line(&mut self, line: &str) {
        self.pty.send_line(line);
    }

    /// Types a command, and an answer to what it asks. A question throws away what is typed too early
    /// for it, and too late.
    #[track_caller]
    pub(crate) fn answer(&mut self, line: &str, question: &str, answer: &str) {
        self.type_line(&format!("{line}; echo 'answer''ed'"));
        self.pty.expect(question);
        self.type_line(answer);
        self.pty.expect("answered");
    }

    /// What a word is to this shell: `$LEAPP_SESSION`. The shells agree on `echo` and double quotes.
    #[track_caller]
    pub(crate) fn ask(&mut self, word: &str) -> String {
        self.asked += 1;
        let number = self.asked;
        // What is typed appears on the screen as well, but not with the quotes gone.
        self.pty
            .send_line(&format!("echo 'answer'\"-{number}[{word}]\"'end'"));
        self.pty.expect(&format!("answer-{number}["));
        let answer = self.pty.expect("]end");
        answer.trim_end_matches("]end").to_owned()
    }

    /// Types a command, and what `$?` is then.
    #[track_caller]
    pub(crate) fn code_of(&mut self, shell: &str, line: &str) -> String {
        self.type_line(line);
        self.ask(code(shell))
    }

    /// Leaves the shell; all that its terminal has shown.
    #[track_caller]
    pub(crate) fn leave(mut self) -> String {
        self.type_line("exit 0");
        self.pty.wait_and_read().1
    }
}

/// The statement that exports a variable; its value has no quote in it.
pub(crate) fn export(shell: &str, name: &str, value: &str) -> String {
    match shell {
        "fish" => format!("set -gx {name} '{value}'"),
        _ => format!("export {name}='{value}'"),
    }
}

/// The exit code of the last command.
pub(crate) fn code(shell: &str) -> &'static str {
    if shell == "fish" { "$status" } else { "$?" }
}

/// A clock for everything that runs in a sandbox, which a test moves while it runs.
pub(crate) struct Clock(std::path::PathBuf);

impl Clock {
    /// `None` after a printed skip where there is no libfaketime.
    pub(crate) fn of(sandbox: &mut Sandbox) -> Option<Self> {
        let library = ["x86_64-linux-gnu", "aarch64-linux-gnu"]
            .map(|machine| format!("/usr/lib/{machine}/faketime/libfaketime.so.1"))
            .into_iter()
            .find(|path| Path::new(path).exists());
        let Some(library) = library else {
            skip("no libfaketime on this machine");
            return None;
        };
        remove_leftovers();
        let file = sandbox.write("run/clock", "+0");
        sandbox.set("LD_PRELOAD", library);
        sandbox.set("FAKETIME_TIMESTAMP_FILE", &file);
        sandbox.set("FAKETIME_NO_CACHE", "1");
        // What bounds a wait must not jump.
        sandbox.set("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        Some(Self(file))
    }

    /// It is so much later now than when the test began.
    pub(crate) fn advance_to(&self, later: Duration) {
        fs::write(&self.0, format!("+{}", later.as_secs())).expect("a file of the sandbox");
    }

    /// It is so much earlier now than it should be.
    pub(crate) fn set_back(&self, by: Duration) {
        fs::write(&self.0, format!("-{}", by.as_secs())).expect("a file of the sandbox");
    }
}

/// libfaketime names shared memory by the process that makes it, and leaves it there where that process becomes another
/// program. A later process with the same id finds it, and works without a clock. What is young may still be in use.
fn remove_leftovers() {
    let Ok(objects) = fs::read_dir("/dev/shm") else {
        return;
    };
    for object in objects.flatten() {
        let name = object.file_name();
        let name = name.to_string_lossy();
        let is_clock = ["faketime_shm_", "sem.faketime_sem_"]
            .iter()
            .any(|start| name.starts_with(start));
        let made = object.metadata().and_then(|found| found.modified());
        let age = made.ok().and_then(|made| made.elapsed().ok());
        if is_clock && age.is_some_and(|age| age > Duration::from_mins(2)) {
            let _ = fs::remove_file(object.path());
        }
    }
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "the rule is for the product")]
    let now = SystemTime::now();
    now.duration_since(SystemTime::UNIX_EPOCH)
        .expect("a clock")
        .as_secs()
}
