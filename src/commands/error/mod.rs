//! What a person sees of an error, and every hint. A room's error becomes a [`CommandError`] here and
//! nowhere else, so that none reaches a person without the next command to type.

pub(super) mod aws_files;
mod command;
mod console;
mod denied;
mod elsewhere;
mod idp;
mod import;
mod manage;
mod network;
mod resolve;
mod rooms;
mod secrets;
mod serve;
mod sessions;
mod walk;
mod words;

use std::error::Error;
use std::io;
use std::path::Path;

use nix::sys::signal::Signal;

use crate::disk::DiskError;
use crate::shell::paste;
use crate::ui::page::Page;
use crate::ui::report::Report;

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
    Clap(Page),
    /// `--help` or `--version`: no failure at all.
    Shown(Page),
    /// A login is needed and nobody can be asked.
    LoginNeeded,
    /// The command is not there.
    NotFound,
    /// The command is there, and cannot be run.
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

    /// Wrong usage that clap cannot see.
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

    /// How a file is made usable.
    fn mending_file(self, error: &DiskError) -> Self {
        match error {
            DiskError::Exposed { path, .. } => {
                let path = path.to_string_lossy();
                self.hint(format!("run `{}`", paste(["chmod", "go-w", &path])))
            }
            DiskError::Foreign { .. } => {
                self.hint("check `HOME`, `LEAPP_CONFIG_DIR` and the variables that begin with `XDG_`: they name these files")
            }
            DiskError::Strange { path } => {
                let path = path.to_string_lossy();
                self.hint(format!("remove it: `{}`", paste(["rm", &path])))
            }
            DiskError::NoLocks { path, .. } => {
                let folder = path.parent().unwrap_or(path).display();
                self.hint(format!(
                    "move `{folder}` to a local disk, and set `XDG_DATA_HOME` to the directory above it there"
                ))
            }
            DiskError::Busy { holder, .. } => match holder.pid() {
                Some(pid) if holder.is_stopped => self.hint(format!(
                    "continue it with `fg` where it was started, or end it with `kill -9 {pid}`"
                )),
                _ => self.hint("end that process, then try again"),
            },
            DiskError::Io { path, source, .. } => match hint_of(source, path) {
                Some(hint) => self.hint(hint),
                None => self,
            },
            _ => self,
        }
    }

    fn because_of(mut self, error: &dyn Error) -> Self {
        self.report.causes.push(error.to_string());
        self
    }
}

/// What to do about what the system said of a file, where that is known.
fn hint_of(said: &io::Error, path: &Path) -> Option<String> {
    let (path, folder) = (
        path.to_string_lossy(),
        path.parent().unwrap_or(path).to_string_lossy(),
    );
    match said.kind() {
        io::ErrorKind::StorageFull => Some(format!(
            "make room there: `{}` shows how full it is",
            paste(["df", &folder])
        )),
        io::ErrorKind::QuotaExceeded => {
            Some("make room there: `quota` shows how much is yours".to_owned())
        }
        io::ErrorKind::FileTooLarge => {
            Some("raise the limit on the size of files: `ulimit -f` shows it".to_owned())
        }
        io::ErrorKind::ReadOnlyFilesystem => Some(format!(
            "let it be written to: `{}` shows what is mounted there, and it is mounted read-only",
            paste(["df", &folder])
        )),
        io::ErrorKind::PermissionDenied => Some(format!(
            "see who may use it: `{}`",
            paste(["ls", "-ld", &folder, &path])
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_decides_the_hint() {
        let hint = |kind: io::ErrorKind| hint_of(&kind.into(), Path::new("/data/vault.age"));
        for (kind, expected) in [
            (io::ErrorKind::StorageFull, "`df /data` shows how full"),
            (io::ErrorKind::QuotaExceeded, "`quota`"),
            (io::ErrorKind::ReadOnlyFilesystem, "mounted read-only"),
            (
                io::ErrorKind::PermissionDenied,
                "`ls -ld /data /data/vault.age`",
            ),
        ] {
            assert!(hint(kind).is_some_and(|hint| hint.contains(expected)));
        }
        assert_eq!(hint(io::ErrorKind::NotFound), None);
    }

    #[test]
    fn a_hint_names_a_path_that_can_be_pasted() {
        let full = io::ErrorKind::StorageFull.into();
        let hint = hint_of(&full, Path::new("/it's $(id)/vault.age")).unwrap();
        assert!(hint.contains(r"`df '/it'\''s $(id)'`"), "{hint}");
    }
}
