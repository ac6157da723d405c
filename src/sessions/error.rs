//! What can be wrong in a session file, and where.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::disk::DiskError;
use crate::model::plan::PlanError;
use crate::model::session::{Kind, Origin, Type};
use crate::model::{Alias, Session};

/// A session file could not be read, understood or written.
#[derive(Debug, thiserror::Error)]
pub enum SessionsError {
    /// The file is there and cannot be read.
    #[error("cannot read `{}`", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file may say what somebody else wants.
    #[error(transparent)]
    Untrusted(DiskError),
    /// Something in the file is wrong.
    #[error("{}:{line}: {}{problem}", file.display(), located(key))]
    Invalid {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: u32,
        /// The key, dotted from the top; empty where the file cannot be parsed at all.
        key: String,
        /// What is wrong.
        problem: Problem,
    },
    /// A session that is to be written makes no sense.
    #[error("cannot {verb} `{alias}`: `{key}`: {problem}")]
    Draft {
        /// What was to be done.
        verb: Doing,
        /// The alias.
        alias: Alias,
        /// The key, within the session.
        key: String,
        /// What is wrong.
        problem: Problem,
    },
    /// The file could not be written.
    #[error("cannot write `{}`", file.display())]
    Unwritable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: DiskError,
    },
    /// The alias is taken.
    #[error("there is a session `{alias}` already ({}:{})", origin.file.display(), origin.line)]
    Taken {
        /// The alias.
        alias: Alias,
        /// Where it is defined.
        origin: Origin,
    },
    /// A change would leave a session whose chain leads nowhere.
    #[error(transparent)]
    Chain(#[from] Box<PlanError>),
    /// The chain of the session that is to be written leads nowhere.
    #[error("cannot {verb} `{alias}`: {error}")]
    DraftChain {
        /// What was to be done.
        verb: Doing,
        /// The alias.
        alias: Alias,
        /// What is wrong. It stands in no file, so its line is not to be named.
        error: Box<PlanError>,
    },
    /// A session that was there a moment ago is not: another process has taken it away.
    #[error("session `{0}` is gone")]
    Lost(Alias),
    /// The file was edited by hand, and by somebody else meanwhile.
    #[error("`{}` was changed by another program meanwhile", .0.display())]
    Overtaken(PathBuf),
    /// A session that is to be renamed is named in a shared file, which is never written by us.
    #[error("`{follower}` in the shared file `{}` is assumed from `{alias}`, by that name", file.display())]
    SharedFollower {
        /// The session that is to be renamed.
        alias: Alias,
        /// The session that names it.
        follower: Alias,
        /// The shared file.
        file: PathBuf,
        /// Where it names it, from 1.
        line: u32,
    },
    /// The session is defined in a shared file, which is never written by us.
    #[error("session `{alias}` is defined in the shared file `{}`, which is not ours to write", file.display())]
    Shared {
        /// The session.
        alias: String,
        /// The shared file.
        file: PathBuf,
    },
}

/// What was to be done with a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// It was to be added.
    Add,
    /// It was there, and to be changed.
    Change,
}

impl fmt::Display for Doing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Add => "add",
            Self::Change => "change",
        })
    }
}

/// A session could not be added, changed or removed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError<E> {
    /// The session file is at fault.
    #[error(transparent)]
    Sessions(#[from] SessionsError),
    /// What is kept with the session, and not in the file, could not be changed.
    #[error("{0}")]
    Kept(E),
}

impl SessionsError {
    /// Refuses a session that is about to be written, and that no chain could begin with. One that
    /// stands in a file is refused when it is used: it is not in the way of the others.
    pub(super) fn check_reachable(verb: Doing, session: &Session) -> Result<(), Self> {
        match &session.kind {
            Kind::Federated(role) if role.role_arn.is_of_identity_center() => Err(Self::Draft {
                verb,
                alias: session.alias.clone(),
                key: "role_arn".to_owned(),
                problem: Problem::IdentityCenter,
            }),
            _ => Ok(()),
        }
    }

    /// What a chain that leads nowhere says of a change to one session.
    pub(super) fn of_chain(verb: Doing, alias: &Alias, error: PlanError) -> Self {
        let error = Box::new(error);
        match &*error {
            PlanError::OtherPartition { session, .. } if session == alias => Self::DraftChain {
                verb,
                alias: alias.clone(),
                error,
            },
            _ => Self::Chain(error),
        }
    }

    /// The line of `file` that is at fault, from 1.
    pub fn line_of(&self, file: &Path) -> Option<u32> {
        match self {
            Self::Invalid { line, file: at, .. } if at == file => Some(*line),
            Self::Chain(error) => {
                let origin = error.origin().filter(|origin| *origin.file == *file);
                origin.map(|origin| origin.line)
            }
            _ => None,
        }
    }

    /// The same about a session that was never in the file: its lines are nowhere to be seen. Where another
    /// session is at fault after the change, the key says which.
    pub(super) fn of_draft(self, verb: Doing, alias: &Alias) -> Self {
        match self {
            Self::Invalid { key, problem, .. } => Self::Draft {
                verb,
                alias: alias.clone(),
                key: match key.strip_prefix("sessions.") {
                    Some(of) if !of.trim_start_matches('"').starts_with(alias.as_str()) => key,
                    _ => key.rsplit('.').next().unwrap_or_default().to_owned(),
                },
                problem,
            },
            other => other,
        }
    }
}

fn located(key: &str) -> String {
    if key.is_empty() {
        String::new()
    } else {
        format!("`{key}`: ")
    }
}

/// What is wrong with one key.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// Not UTF-8.
    #[error("is not UTF-8 text")]
    NotText,
    /// Not TOML.
    #[error("{0}")]
    Syntax(String),
    /// The version is one we do not know.
    #[error("version {0} was written by a newer leapp")]
    Version(i64),
    /// No such key here.
    #[error("unknown key")]
    UnknownKey {
        /// The key that was probably meant.
        nearest: Option<&'static str>,
        /// The keys that there are.
        known: Vec<&'static str>,
    },
    /// A key of other types than the session's.
    #[error("a session of type `{}` has no such key", kind.name())]
    OtherType {
        /// The session's type.
        kind: Type,
        /// The types that have it.
        belongs: Vec<Type>,
    },
    /// A secret where only identifiers belong.
    #[error("a secret does not belong into this file")]
    Secret,
    /// The value is of another type.
    #[error("should be {expected}, and is {found}")]
    WrongType {
        /// What it should be.
        expected: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// A key that must be there is not.
    #[error("is missing")]
    Missing,
    /// The value is of the right type, and means nothing.
    #[error("{0}")]
    Invalid(String),
    /// A word that is none of the few that may stand here.
    #[error("`{word}` is none of {}", words(known))]
    UnknownWord {
        /// What stands there.
        word: String,
        /// The word that was probably meant.
        nearest: Option<&'static str>,
        /// The words that may stand there.
        known: Vec<&'static str>,
    },
    /// The alias is taken.
    #[error("there is a session of this name already ({}:{})", .0.file.display(), .0.line)]
    Duplicate(Origin),
    /// In a shared file, a key that could run or redirect something on the user's machine.
    #[error("is refused in a shared file: it could run a command here, or send requests elsewhere")]
    NotInShared,
    /// A role that no login of ours leads to.
    #[error("belongs to IAM Identity Center, which lets nobody else log in to it")]
    IdentityCenter,
    /// An `include` names nothing that can be read.
    #[error("{0}")]
    Include(String),
}

fn words(known: &[&str]) -> String {
    known
        .iter()
        .map(|word| format!("`{word}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
