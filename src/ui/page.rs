//! Lines that may be shown to a person. The only way into a [`Page`] leads over [`visible`], so no text
//! from outside can control a terminal, hide, or begin a line of its own.

use std::fmt;
use std::ops::Add;

use crate::model::visible;

/// Lines that may be shown to a person, perhaps with colours of our own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page(String);

impl Page {
    /// One line; line ends in the text are shown as escapes.
    pub fn line(text: &str) -> Self {
        Self(format!("{}\n", visible(text)))
    }

    /// Text whose line structure is meant, such as a diff.
    pub fn lines(text: &str) -> Self {
        text.lines().map(Self::line).collect()
    }

    /// Lines that `ui` itself has laid out and coloured; `visible` has been applied to all that is in them.
    pub(super) fn laid_out(text: String) -> Self {
        Self(text)
    }

    /// What a library has laid out and coloured; `given` is all that it quotes from outside.
    pub fn styled(text: &str, given: &[String]) -> Self {
        let mut odd: Vec<(&String, String)> = given
            .iter()
            .map(|part| (part, visible(part).into_owned()))
            .filter(|(part, shown)| *part != shown)
            .collect();
        // One part may hold another.
        odd.sort_by_key(|(part, _)| std::cmp::Reverse(part.len()));
        let text = odd.iter().fold(text.to_owned(), |text, (part, shown)| {
            text.replace(part.as_str(), shown)
        });
        let lines = text.lines().map(|line| visible_but_for_styles(line) + "\n");
        Self(lines.collect())
    }

    /// The same as comments of a shell.
    #[must_use]
    pub fn commented(self) -> Self {
        let lines = self.0.lines().map(|line| format!("# {line}\n"));
        Self(lines.collect())
    }
}

/// A line in which colours stay, and nothing else that cannot be seen.
fn visible_but_for_styles(line: &str) -> String {
    const BEGIN: &str = "\x1b[";
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, code)) = rest.split_once(BEGIN) {
        shown += &visible(before);
        let parameters = code.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        let length = code.len() - parameters.len();
        if let Some(after) = parameters.strip_prefix('m') {
            shown.extend([BEGIN, &code[..length], "m"]);
            rest = after;
        } else {
            shown += &visible(BEGIN);
            rest = code;
        }
    }
    shown + &visible(rest)
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Add for Page {
    type Output = Self;

    fn add(self, below: Self) -> Self {
        Self(self.0 + &below.0)
    }
}

impl FromIterator<Page> for Page {
    fn from_iter<I: IntoIterator<Item = Page>>(pages: I) -> Self {
        Self(pages.into_iter().map(|page| page.0).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line() {
        let page = Page::line("a\nhint: b\r") + Page::lines("c\n\u{202e}d\r\n\x1b[2J");
        assert_eq!(
            page.to_string(),
            "a\\nhint: b\\r\nc\n\\u{202e}d\n\\u{1b}[2J\n"
        );
    }

    #[test]
    fn of_what_a_library_has_coloured_only_the_colours_stay() {
        let given = ["x\nhint: \x1b[31my".to_owned(), "y".to_owned()];
        let text =
            "\x1b[1m\x1b[31merror:\x1b[0m bad 'x\nhint: \x1b[31my'\n\n\x1b[2J\u{9b}\u{2066}\n";
        assert_eq!(
            Page::styled(text, &given).to_string(),
            "\x1b[1m\x1b[31merror:\x1b[0m bad 'x\\nhint: \\u{1b}[31my'\n\n\\u{1b}[2J\\u{9b}\\u{2066}\n"
        );
    }
}
