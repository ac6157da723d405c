//! `leapp edit [ALIAS]`

mod program;

use std::fs;
use std::path::Path;
use std::time::Duration;

use tempfile::NamedTempFile;

use crate::app::App;
use crate::cli::EditArgs;
use crate::commands::error::CommandError;
use crate::commands::profile;
use crate::commands::secrets::note_left_behind;
use crate::disk::{self, DiskError};
use crate::model::Catalog;
use crate::sessions::{SessionsError, check_ours};

/// A question unanswered for this long is withdrawn.
const ANSWER_LIMIT: Duration = Duration::from_mins(10);

/// Lets a person edit a copy of the sessions, and puts it in their place once it is whole.
pub(super) fn run(args: &EditArgs, app: &App) -> Result<(), CommandError> {
    let line = first_line(args, app)?;
    let before = app.sessions().text()?;
    let copy = copy_of(&before, app)?;
    let mut line = line;
    loop {
        if let Err(error) = program::edit(app.settings.editor.as_deref(), copy.path(), line) {
            return Err(kept_if_changed(error, copy, &before));
        }
        let text = match read(copy.path()) {
            Ok(text) => text,
            Err(error) => return Err(kept(error, copy)),
        };
        if text == before {
            app.printer.note("nothing was changed");
            return Ok(());
        }
        // As in git: whoever empties the file wants none of it.
        if text.trim().is_empty() {
            return Err(CommandError::edited_to_nothing());
        }
        let there = app.catalog().ok();
        let error = match app.sessions().replace(&before, &text) {
            Ok(()) => {
                app.printer.note("the sessions are as you have edited them");
                if let Some(there) = there {
                    name_the_removed(&there, app)?;
                    note_left_behind(&there, app)?;
                    profile::note_edited(&there, app)?;
                }
                return Ok(());
            }
            Err(error) => error,
        };
        // In the copy, the lines are the same as they would be in the file.
        let wrong_at = error.line_of(&app.sessions().file());
        let again = wrong_at.is_some() && wants_to_go_on(&error, app)?;
        match wrong_at.filter(|_| again) {
            Some(at) => line = at,
            None => return Err(kept(CommandError::from(error), copy)),
        }
    }
}

/// Says which sessions are there no more.
fn name_the_removed(before: &Catalog, app: &App) -> Result<(), CommandError> {
    let catalog = app.catalog()?;
    let gone = before
        .iter()
        .filter(|session| catalog.get(session.alias.as_str()).is_none());
    let gone: Vec<String> = gone.map(|session| format!("`{}`", session.alias)).collect();
    if !gone.is_empty() {
        app.printer
            .note(&format!("no more defined: {}", gone.join(", ")));
    }
    Ok(())
}

/// Where the named session begins. Without one, a person may be mending a file that cannot be read.
fn first_line(args: &EditArgs, app: &App) -> Result<u32, CommandError> {
    let Some(alias) = &args.alias else {
        return Ok(1);
    };
    let catalog = app.catalog()?;
    let session = catalog.find(alias)?;
    check_ours(&[session])?;
    Ok(session.origin.line)
}

/// A copy that nobody else can read, with the ending by which editors know the language.
fn copy_of(text: &str, app: &App) -> Result<NamedTempFile, CommandError> {
    let directory = app.settings.data_dir.join("edit");
    disk::private_dir(&directory)?;
    let copy = tempfile::Builder::new()
        .prefix("sessions-")
        .suffix(".toml")
        .tempfile_in(&directory)
        .map_err(DiskError::io("create", &directory))?;
    fs::write(copy.path(), text).map_err(DiskError::io("write", copy.path()))?;
    Ok(copy)
}

fn read(copy: &Path) -> Result<String, CommandError> {
    // What is not UTF-8 fails here: put right by guessing, it would be something else.
    Ok(fs::read_to_string(copy).map_err(DiskError::io("read", copy))?)
}

fn wants_to_go_on(error: &SessionsError, app: &App) -> Result<bool, CommandError> {
    let Ok(mut terminal) = app.questions.terminal() else {
        return Ok(false);
    };
    terminal.say(&error.to_string());
    Ok(terminal.confirm("Edit it again?", ANSWER_LIMIT)?)
}

/// Keeps the copy where it is, and says so: what was typed is not lost with the error. An editor can
/// have deleted it, and then there is nothing to be found.
fn kept(error: CommandError, copy: NamedTempFile) -> CommandError {
    if !copy.path().exists() {
        return error;
    }
    match copy.keep() {
        Ok((_, path)) => error.edit_kept(&path),
        Err(_) => error,
    }
}

fn kept_if_changed(error: CommandError, copy: NamedTempFile, before: &str) -> CommandError {
    if fs::read(copy.path()).is_ok_and(|text| text == before.as_bytes()) {
        return error;
    }
    kept(error, copy)
}
