//! Somebody who can be asked for what the command line leaves open, or nobody.

use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use super::error::CommandError;
use crate::model::secret::SecretString;
use crate::ui::terminal::{NoTerminal, Terminal};

/// To define a session one looks things up; still, no question stands for ever.
const ANSWER_LIMIT: Duration = Duration::from_mins(10);

/// Who is asked, if anybody is there.
pub(super) struct Person {
    terminal: Result<Terminal, NoTerminal>,
}

impl Person {
    /// Whoever sits at the terminal.
    pub(super) fn at_terminal() -> Self {
        Self {
            terminal: Terminal::open(),
        }
    }

    /// Whether there is anybody.
    pub(super) fn is_there(&self) -> bool {
        self.terminal.is_ok()
    }

    /// Shows a line above the next question, if anybody is there.
    pub(super) fn say(&mut self, text: &str) {
        if let Ok(terminal) = &mut self.terminal {
            terminal.say(text);
        }
    }

    /// Asks until the answer is a `T`. `flag` would have said it.
    pub(super) fn ask<T: FromStr<Err: Display>>(
        &mut self,
        question: &str,
        flag: &str,
    ) -> Result<T, CommandError> {
        let parse = |text: &str| text.parse().map_err(|why: T::Err| why.to_string());
        self.ask_with(question, flag, parse)
    }

    /// Asks until the answer makes sense; where it does not, `read` says why.
    pub(super) fn ask_with<T>(
        &mut self,
        question: &str,
        flag: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, CommandError> {
        let terminal = self.terminal(question, flag)?;
        let prompt = format!("{question}: ");
        loop {
            let answer = terminal.ask(&prompt, ANSWER_LIMIT)?;
            match read(answer.trim()) {
                Ok(answer) => return Ok(answer),
                Err(why) => terminal.say(&why),
            }
        }
    }

    /// As [`Person::ask_with`], and nothing of the answer is shown.
    pub(super) fn ask_secret(
        &mut self,
        question: &str,
        flag: &str,
        read: impl Fn(&SecretString) -> Result<SecretString, String>,
    ) -> Result<SecretString, CommandError> {
        let terminal = self.terminal(question, flag)?;
        let prompt = format!("{question} (not shown): ");
        loop {
            match read(&terminal.ask_secret(&prompt, ANSWER_LIMIT)?) {
                Ok(secret) => return Ok(secret),
                Err(why) => terminal.say(&why),
            }
        }
    }

    /// Asks for what may be left out: by Enter, or by nobody being there.
    pub(super) fn offer<T: FromStr<Err: Display>>(
        &mut self,
        question: &str,
    ) -> Result<Option<T>, CommandError> {
        if !self.is_there() {
            return Ok(None);
        }
        self.ask_with(&format!("{question} (Enter for none)"), "", |text| {
            if text.is_empty() {
                return Ok(None);
            }
            text.parse()
                .map(Some)
                .map_err(|why: T::Err| why.to_string())
        })
    }

    fn terminal(&mut self, question: &str, flag: &str) -> Result<&mut Terminal, CommandError> {
        self.terminal
            .as_mut()
            .map_err(|none| CommandError::missing(question, flag, none))
    }
}
