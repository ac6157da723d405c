//! A list to choose from by typing parts of what one looks for.

use std::io;

use inquire::{InquireError, Select};

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
    let select = Select::new(prompt, rows)
        .with_page_size(ROWS)
        .without_help_message();
    match select.raw_prompt() {
        Ok(chosen) => Ok(chosen.index),
        Err(InquireError::OperationInterrupted) => Err(PickError::Interrupted),
        Err(InquireError::OperationCanceled) => Err(PickError::Cancelled),
        Err(InquireError::IO(error)) => Err(PickError::Terminal(error)),
        Err(other) => Err(PickError::Terminal(io::Error::other(other))),
    }
}
