//! What a person sees of an error, and every hint. A room's error becomes a [`CommandError`] here and
//! nowhere else, so that none reaches a person without the next command to type.

mod aws_files;
mod console;
mod idp;
mod import;
mod manage;
mod network;
mod resolve;
mod secrets;
mod serve;
mod sessions;

use std::error::Error;
use std::io;
use std::time::Duration;

use nix::sys::signal::Signal;

use crate::disk::DiskError;
use crate::model::Alias;
use crate::process::ExecError;
use crate::sessions::HereError;
use crate::settings::SettingsError;
use crate::shell::Shell;
use crate::ui::log::Detail;
use crate::ui::picker::PickError;
use crate::ui::report::Report;
use crate::ui::terminal::{AskError, NoTerminal};

/// So many characters of what was typed are repeated in an error.
const SHOWN: usize = 40;

/// A verb that did not do what was asked.
#[derive(Debug)]
pub struct CommandError {
    /// What kind of failure: it decides the exit code.
    pub kind: Kind,
    /// What is said.
    pub report: Box<Report>,
}

/// The kinds of failures, by exit code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The user can act.
    User,
    /// The command line makes no sense.
    Usage,
    /// Clap refused the command line, with its own words.
    Clap(String),
    /// `--help` or `--version`: no failure at all.
    Shown(String),
    /// A login is needed and nobody can be asked.
    LoginNeeded,
    /// The command is not there.
    NotFound,
    /// The command is there, and can not be run.
    NotExecutable,
    /// Ctrl-C.
    Interrupted,
    /// A signal that ends us, which has come while there was something to be tidied up first.
    Ended(Signal),
    /// The command that we lived beside has ended, with this code: no failure of ours.
    Command(u8),
    /// Nobody reads what we print.
    ClosedPipe,
    /// All has been said already.
    Said,
}

impl CommandError {
    /// An error with a headline alone.
    pub fn new(kind: Kind, headline: impl Into<String>) -> Self {
        Self {
            kind,
            report: Box::new(Report {
                headline: headline.into(),
                ..Report::default()
            }),
        }
    }

    /// An error from a room: its words, and those of its causes.
    fn from_room(kind: Kind, error: &dyn Error) -> Self {
        Self::new(kind, error.to_string()).because(error)
    }

    /// Adds the causes of an error.
    fn because(mut self, error: &dyn Error) -> Self {
        let mut cause = error.source();
        while let Some(error) = cause {
            let text = error.to_string();
            // Transparent errors repeat their source's words.
            if text != self.report.headline && !self.report.causes.contains(&text) {
                self.report.causes.push(text);
            }
            cause = error.source();
        }
        self
    }

    /// Adds a hint.
    #[must_use]
    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.report.hints.push(hint.into());
        self
    }

    /// Adds "did you mean", where there is something near.
    fn nearest(self, nearest: Option<impl AsRef<str>>) -> Self {
        match nearest {
            Some(word) => self.hint(format!("did you mean `{}`?", word.as_ref())),
            None => self,
        }
    }

    /// Wrong usage that clap can not see.
    pub(super) fn usage(error: &dyn Error) -> Self {
        Self::from_room(Kind::Usage, error)
    }

    /// What was looked at is not well, and has been printed.
    pub(super) fn said() -> Self {
        Self::new(Kind::Said, "not all is well")
    }

    /// A mistake of ours.
    pub(super) fn panicked() -> Self {
        Self::new(Kind::User, "leapp has failed, and that is its own mistake")
            .hint("please report what is printed above, and the command")
    }

    /// No alias, and nobody to choose one.
    pub(super) fn no_alias() -> Self {
        Self::new(Kind::Usage, "no session was named")
            .hint("name one; on a terminal, you can pick it from a list")
            .hint("run `leapp list` to see every alias")
    }

    /// `--policy` is neither a policy nor a file with one.
    pub(super) fn policy(given: &str, error: &dyn Error) -> Self {
        // What was given may be a whole document: its beginning tells which one it is.
        let shown: String = given.chars().take(SHOWN).collect();
        let cut = if shown.len() < given.len() { "..." } else { "" };
        Self::new(Kind::Usage, format!("`{shown}{cut}` is no policy"))
            .because_of(error)
            .hint("give `--policy` a JSON object, or a file that holds one")
    }

    /// `LEAPP_LOG` says something that means nothing.
    pub(super) fn log_word(word: &str) -> Self {
        let words = Detail::WORDS.map(|word| format!("`{word}`")).join(", ");
        Self::new(
            Kind::Usage,
            format!("`LEAPP_LOG` is `{word}`, which is none of {words}"),
        )
        .hint("unset it, or set it to one of these; `-v` does the same for one run")
    }

    /// `leapp env` on a terminal.
    pub(super) fn secrets_on_terminal(alias: &str, shell: Shell) -> Self {
        let usage = match shell {
            Shell::Bash | Shell::Zsh | Shell::Sh => format!("eval \"$(leapp env {alias})\""),
            Shell::Fish => format!("eval (leapp env {alias})"),
            Shell::Nu => {
                format!(
                    "let e = (leapp env {alias} --format json | from json); \
                     hide-env --ignore-errors ...$e.unset; load-env $e.set"
                )
            }
            Shell::Pwsh => format!("leapp env {alias} | Out-String | Invoke-Expression"),
        };
        Self::new(Kind::Usage, "secrets are not printed on a terminal")
            .hint(format!("to make this shell `{alias}`, run `{usage}`"))
            .hint("to see them nevertheless, add `--show`")
    }

    /// `leapp use` or `leapp off`, by hand.
    pub(super) fn no_hook(shell: Option<Shell>) -> Self {
        let new = Self::new(
            Kind::Usage,
            "only the shell itself can switch, and it has no hook of ours",
        );
        match shell {
            Some(Shell::Fish) => {
                new.hint("add `leapp init fish | source` to `~/.config/fish/config.fish`")
            }
            Some(Shell::Zsh) => new.hint("add `eval \"$(leapp init zsh)\"` to `~/.zshrc`"),
            Some(Shell::Bash) => new.hint("add `eval \"$(leapp init bash)\"` to `~/.bashrc`"),
            _ => new.hint("in scripts and other shells, evaluate what `leapp env ALIAS` prints"),
        }
    }

    /// A format with a name that `leapp prompt` has nothing for.
    pub(super) fn prompt_format(name: &str) -> Self {
        Self::new(
            Kind::Usage,
            format!("`{{{name}}}` is not in a prompt's format"),
        )
        .hint("the names are `{alias}`, `{account}`, `{region}` and `{left}`")
    }

    /// What nobody waits for took too long.
    pub(super) fn too_slow(limit: Duration) -> Self {
        Self::new(
            Kind::User,
            format!("given up after {} ms", limit.as_millis()),
        )
    }

    /// A protected session that nobody has confirmed.
    pub(super) fn protected(alias: &Alias, no_terminal: Option<NoTerminal>) -> Self {
        match no_terminal {
            Some(why) => Self::new(
                Kind::LoginNeeded,
                format!("session `{alias}` is protected, and there is nobody to ask"),
            )
            .because_of(&why)
            .hint("add `--yes` to use it without a question"),
            None => Self::new(
                Kind::User,
                format!("session `{alias}` is protected, and was not confirmed"),
            ),
        }
    }

    /// Something is missing that only a person could give.
    pub(super) fn missing(what: &str, flag: &str, why: &NoTerminal) -> Self {
        Self::new(Kind::Usage, format!("no answer to `{what}`"))
            .because_of(why)
            .hint(format!("give it as `{flag}`"))
    }

    /// A secret where every process of the machine could read it.
    pub(super) fn secret_in_argument() -> Self {
        Self::new(
            Kind::Usage,
            "`--secret-access-key` takes only `-`: a secret is never an argument",
        )
        .hint("write it to standard input, or leave the flag out to be asked for it")
        .hint("it may be in the history of your shell by now: delete it there")
    }

    /// Sessions that would lose what they are assumed from.
    pub(super) fn still_assumed(alias: &Alias, dependents: &str) -> Self {
        Self::new(
            Kind::User,
            format!("{dependents} would have nothing to be assumed from"),
        )
        .hint(format!(
            "to remove them as well, run `leapp remove {alias} --cascade`"
        ))
    }

    /// A removal that nobody could confirm.
    pub(super) fn unconfirmed(why: &NoTerminal) -> Self {
        Self::new(Kind::User, "nothing was removed: there is nobody to ask")
            .because_of(why)
            .hint("add `--yes` to remove it without a question")
    }

    /// How a file is made usable.
    fn mending_file(self, error: &DiskError) -> Self {
        match error {
            DiskError::Exposed { path, .. } => {
                self.hint(format!("run `chmod go-w '{}'`", path.display()))
            }
            DiskError::Foreign { .. } => {
                self.hint("see whether `HOME` and the variables that begin with `XDG_` are yours")
            }
            DiskError::Strange { path } => {
                self.hint(format!("remove it: `rm '{}'`", path.display()))
            }
            _ => self,
        }
    }

    fn because_of(mut self, error: &dyn Error) -> Self {
        self.report.causes.push(error.to_string());
        self
    }
}

impl From<clap::Error> for CommandError {
    fn from(error: clap::Error) -> Self {
        let text = error.render().ansi().to_string();
        let kind = if error.use_stderr() {
            Kind::Clap(text)
        } else {
            Kind::Shown(text)
        };
        Self {
            kind,
            report: Box::default(),
        }
    }
}

impl From<SettingsError> for CommandError {
    fn from(error: SettingsError) -> Self {
        let new = Self::from_room(Kind::User, &error);
        match error {
            SettingsError::NoHome(variable) => {
                new.hint(format!("set `HOME`, or `{variable}` to an absolute path"))
            }
            SettingsError::Endpoint { variable, .. } => {
                new.hint(format!("unset `{variable}`, or set it to an https URL"))
            }
            SettingsError::NotText(variable) => {
                new.hint(format!("unset `{variable}`, or set it to text"))
            }
            SettingsError::Untrusted(error) => new.mending_file(&error),
            SettingsError::Unreadable { .. }
            | SettingsError::Invalid { .. }
            | SettingsError::Word { .. } => new,
        }
    }
}

impl From<PickError> for CommandError {
    fn from(error: PickError) -> Self {
        let kind = if matches!(error, PickError::Interrupted) {
            Kind::Interrupted
        } else {
            Kind::User
        };
        Self::from_room(kind, &error)
    }
}

impl From<HereError> for CommandError {
    fn from(error: HereError) -> Self {
        let new = Self::from_room(Kind::User, &error);
        match error {
            HereError::Missing(_) | HereError::Invalid { .. } | HereError::Alias { .. } => {
                new.hint("write `session = \"ALIAS\"` into it, and nothing else")
            }
            HereError::Foreign { .. } | HereError::Unreadable { .. } => new,
        }
    }
}

impl From<ExecError> for CommandError {
    fn from(error: ExecError) -> Self {
        let kind = match error {
            ExecError::NotFound { .. } => Kind::NotFound,
            ExecError::NotExecutable { .. } => Kind::NotExecutable,
        };
        Self::from_room(kind, &error)
    }
}

impl From<DiskError> for CommandError {
    fn from(error: DiskError) -> Self {
        Self::from_room(Kind::User, &error).mending_file(&error)
    }
}

impl From<AskError> for CommandError {
    fn from(error: AskError) -> Self {
        let kind = if matches!(error, AskError::Interrupted) {
            Kind::Interrupted
        } else {
            Kind::LoginNeeded
        };
        Self::from_room(kind, &error)
    }
}

/// Writing to stdout is the only IO that a verb does itself.
impl From<io::Error> for CommandError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::new(Kind::ClosedPipe, "stdout was closed"),
            _ => Self::new(
                Kind::User,
                format!("can not write to standard output: {error}"),
            ),
        }
    }
}
