//! What was looked at, one line each: how it is, what it is, what was found. Below a line stands what else
//! there is to say of it.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::page::Page;
use crate::model::visible;

/// One line, and what stands below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// How it is.
    pub mark: Mark,
    /// What it is.
    pub name: String,
    /// What was found.
    pub detail: String,
    /// Lines below it.
    pub more: Vec<String>,
}

/// How it is. The word says it; a colour only helps to find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Well.
    Ok,
    /// To be looked into.
    Warning,
    /// Not well.
    Failed,
    /// Not looked at.
    NotTried,
}

impl Mark {
    fn word(self) -> (&'static str, Style) {
        match self {
            Self::Ok => ("ok", AnsiColor::Green.on_default()),
            Self::Warning => ("warning", AnsiColor::Yellow.on_default().bold()),
            Self::Failed => ("failed", AnsiColor::Red.on_default().bold()),
            Self::NotTried => ("-", Style::new()),
        }
    }
}

/// So wide is the column of marks, with the space behind it.
const MARKS: usize = 9;

/// The items, their names in one column.
pub fn checklist(items: &[Item]) -> Page {
    let widest = items.iter().map(|item| visible(&item.name).width()).max();
    let widest = widest.unwrap_or(0);
    let mut lines = Vec::new();
    for item in items {
        let (word, style) = item.mark.word();
        let gap = MARKS - word.len();
        let (name, detail) = (visible(&item.name), visible(&item.detail));
        let space = widest.saturating_sub(name.width());
        let line = format!("{name}{:space$}  {detail}", "");
        let line = line.trim_end();
        lines.push(format!("{style}{word}{style:#}{:gap$}{line}\n", ""));
        let more = item.more.iter();
        lines.extend(more.map(|line| format!("{:MARKS$}{}\n", "", visible(line))));
    }
    Page::laid_out(lines.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_line_up_and_what_is_said_below_stands_in() {
        let item = |mark, name: &str, more: &[&str]| Item {
            mark,
            name: name.to_owned(),
            detail: "a\nb\u{1b}[2J".to_owned(),
            more: more.iter().map(|line| (*line).to_owned()).collect(),
        };
        let text = checklist(&[
            item(Mark::Ok, "clock", &[]),
            item(Mark::Failed, "secret store", &["next: {", "  \"x\"", "}"]),
            item(Mark::NotTried, "x", &[]),
        ]);
        assert_eq!(
            anstream::adapter::strip_str(&text.to_string()).to_string(),
            "ok       clock         a\\nb\\u{1b}[2J\n\
             failed   secret store  a\\nb\\u{1b}[2J\n         next: {\n           \"x\"\n         }\n\
             -        x             a\\nb\\u{1b}[2J\n"
        );
    }
}
