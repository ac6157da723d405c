//! The errors of the small rooms.

use std::error::Error;
use std::io;

use clap::error::ContextValue;

use super::{CommandError, Kind};
use crate::disk::DiskError;
use crate::sessions::HereError;
use crate::settings::SettingsError;
use crate::ui::page::Page;
use crate::ui::picker::PickError;
use crate::ui::terminal::AskError;

impl From<clap::Error> for CommandError {
    fn from(error: clap::Error) -> Self {
        let page = Page::styled(&error.render().ansi().to_string(), &quoted(&error));
        let kind = if error.use_stderr() {
            Kind::Clap(page)
        } else {
            Kind::Shown(page)
        };
        Self {
            kind,
            report: Box::default(),
        }
    }
}

/// What an error of clap repeats of the command line, and what our own parsers say of that.
fn quoted(error: &clap::Error) -> Vec<String> {
    let mut quoted: Vec<String> = error
        .source()
        .map(ToString::to_string)
        .into_iter()
        .collect();
    for (_, value) in error.context() {
        match value {
            ContextValue::String(text) => quoted.push(text.clone()),
            ContextValue::Strings(texts) => quoted.extend(texts.iter().cloned()),
            _ => {}
        }
    }
    quoted
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
                format!("cannot write to standard output: {error}"),
            ),
        }
    }
}
