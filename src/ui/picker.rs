//! A list to choose from by typing parts of what one looks for.

use std::fs::OpenOptions;
use std::io;

use inquire::{InquireError, MultiSelect, Select};

use super::put_back::PutBack;
use crate::model::visible;

/// Nothing was chosen.
#[derive(Debug, thiserror::Error)]
pub enum PickError {
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// Escape.
    #[error("nothing was chosen")]
    Cancelled,
    /// The terminal failed.
    #[error("the terminal failed")]
    Terminal(#[source] io::Error),
}

/// As many rows as still leave what was typed before in sight.
const ROWS: usize = 12;

/// Lets a person choose one of `rows`; its index. All of a row is searched. Call it where
/// [`Terminal::open`](super::terminal::Terminal::open) has found a terminal: this draws on stderr, and
/// reads keys from the terminal even where stdin is something else.
///
/// # Errors
/// Where nothing was chosen.
pub fn pick(prompt: &str, rows: Vec<String>) -> Result<usize, PickError> {
    let select = Select::new(prompt, shown(rows))
        .with_page_size(ROWS)
        .without_help_message();
    let _put_back = put_back()?;
    Ok(select.raw_prompt()?.index)
}

/// As [`pick`], for as many of the rows as a person wants; at least one.
///
/// # Errors
/// Where nothing was chosen.
pub fn pick_some(prompt: &str, rows: Vec<String>) -> Result<Vec<usize>, PickError> {
    let select = MultiSelect::new(prompt, shown(rows))
        .with_page_size(ROWS)
        .with_help_message("space: choose, arrows: move, right: all, letters: search, enter: done");
    let put_back = put_back()?;
    let chosen = select.raw_prompt()?;
    drop(put_back);
    if chosen.is_empty() {
        return Err(PickError::Cancelled);
    }
    Ok(chosen.into_iter().map(|row| row.index).collect())
}

fn shown(rows: Vec<String>) -> Vec<String> {
    let shown = rows.into_iter().map(|row| visible(&row).into_owned());
    shown.collect()
}

/// Watches for signals while rows are shown, and the cursor is not.
fn put_back() -> Result<PutBack, PickError> {
    let tty = OpenOptions::new().read(true).write(true).open("/dev/tty");
    tty.and_then(|tty| PutBack::watch(&tty, "\x1b[?25h\n"))
        .map_err(PickError::Terminal)
}

impl From<InquireError> for PickError {
    fn from(error: InquireError) -> Self {
        match error {
            InquireError::OperationInterrupted => Self::Interrupted,
            InquireError::OperationCanceled => Self::Cancelled,
            InquireError::IO(error) => Self::Terminal(error),
            other => Self::Terminal(io::Error::other(other)),
        }
    }
}
