//! Blocks of labelled lines for people: a heading, and below it what there is to say, wrapped.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use super::page::Page;
use crate::model::visible;

/// One labelled text of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// One short word.
    pub label: &'static str,
    /// What there is to say.
    pub text: String,
    /// How it is meant. The words say it as well.
    pub tone: Tone,
}

/// How a text is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// As it stands there.
    #[default]
    Plain,
    /// It is well.
    Good,
    /// It deserves a look.
    Careful,
}

impl Tone {
    fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Careful => AnsiColor::Yellow.on_default(),
        }
    }
}

const HEADING: Style = Style::new().bold();

/// Below a heading, rows stand in so far.
const INDENT: usize = 3;
/// So wide is the column of labels, with the space behind it.
const LABELS: usize = 7;

/// A heading and the rows below it, in lines of at most `width` characters; a word that is longer
/// than that stands whole.
pub fn block(heading: &str, rows: &[Row], width: usize) -> Page {
    let mut text = String::new();
    for line in wrap(&visible(heading), width.saturating_sub(INDENT)) {
        let indent = if text.is_empty() { 0 } else { INDENT };
        let _ = writeln!(text, "{:indent$}{HEADING}{line}{HEADING:#}", "");
    }
    let room = width.saturating_sub(INDENT + LABELS);
    for Row {
        label,
        text: row,
        tone,
    } in rows
    {
        let style = tone.style();
        let mut label = *label;
        for line in wrap(&visible(row), room) {
            let _ = writeln!(text, "{:INDENT$}{label:LABELS$}{style}{line}{style:#}", "");
            label = "";
        }
    }
    Page::laid_out(text)
}

/// A text in lines of at most `width` characters, broken at spaces.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last_mut().map_or(0, |line| line.chars().count());
        let fits = last == 0 || last + 1 + word.chars().count() <= width;
        match lines.last_mut() {
            Some(line) if fits => {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_goes_on_below() {
        let rows = [
            Row {
                label: "life",
                text: "one hour, and not a minute more".into(),
                tone: Tone::Careful,
            },
            Row {
                label: "call",
                text: "a-word-that-is-longer-than-a-line x".into(),
                tone: Tone::Plain,
            },
        ];
        let shown = block("1  corp", &rows, 30).to_string();
        assert!(shown.contains("\u{1b}[33mone hour, and not a"));
        let shown = anstream::adapter::strip_str(&shown).to_string();
        assert_eq!(
            shown,
            "1  corp\n   life   one hour, and not a\n          minute more\n   \
             call   a-word-that-is-longer-than-a-line\n          x\n"
        );
    }
}
