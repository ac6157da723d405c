//! What went wrong, as text: what is wrong, what had worked, why, and what to type next.

use anstyle::{AnsiColor, Style};

use super::page::Page;
use crate::model::visible;

/// The parts of an error that a person sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// What is wrong, in one line.
    pub headline: String,
    /// What had worked, what it is about; lines as they are to be shown.
    pub details: Vec<String>,
    /// Why, from the nearest cause to the last.
    pub causes: Vec<String>,
    /// What AWS's support would ask for.
    pub request_id: Option<String>,
    /// What to do next, each on its own.
    pub hints: Vec<String>,
}

const ERROR: Style = AnsiColor::Red.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();

impl Report {
    /// The report as `program` prints it.
    pub fn render(&self, program: &str) -> Page {
        let mut lines = vec![format!(
            "{program}: {ERROR}error:{ERROR:#} {}",
            visible(&self.headline)
        )];
        if !self.details.is_empty() {
            lines.push(String::new());
            lines.extend(self.details.iter().map(|line| visible(line).into_owned()));
            lines.push(String::new());
        }
        lines.extend(
            self.causes
                .iter()
                .map(|cause| format!("caused by: {}", visible(cause))),
        );
        lines.extend(
            self.request_id
                .iter()
                .map(|id| format!("request id: {}", visible(id))),
        );
        if !self.hints.is_empty() {
            // Details end in an empty line already.
            if lines.last().is_some_and(|last| !last.is_empty()) {
                lines.push(String::new());
            }
            lines.extend(
                self.hints
                    .iter()
                    .map(|hint| format!("{HINT}hint:{HINT:#} {}", visible(hint))),
            );
        }
        // The empty line behind details is for what follows, if anything does.
        while lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
        let lines = lines.iter();
        Page::laid_out(lines.fold(String::new(), |text, line| text + line + "\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_are_not_there_leave_no_trace() {
        let report = Report {
            headline: "no session named `prdo`".into(),
            ..Report::default()
        };
        let plain = anstream::adapter::strip_str(&report.render("leapp").to_string()).to_string();
        assert_eq!(plain, "leapp: error: no session named `prdo`\n");
        let report = Report {
            hints: vec!["did you mean `prod`?".into()],
            causes: vec!["x".into()],
            ..report
        };
        let plain = anstream::adapter::strip_str(&report.render("leapp").to_string()).to_string();
        assert_eq!(
            plain,
            "leapp: error: no session named `prdo`\ncaused by: x\n\nhint: did you mean `prod`?\n"
        );
    }

    #[test]
    fn no_text_can_pass_for_a_line_of_ours() {
        let odd = || "x\nhint: \u{1b}[2J\u{202e}".to_owned();
        let report = Report {
            headline: odd(),
            details: vec![odd()],
            causes: vec![odd()],
            request_id: Some(odd()),
            hints: vec![odd()],
        };
        let text = anstream::adapter::strip_str(&report.render("leapp").to_string()).to_string();
        let shown = r"x\nhint: \u{1b}[2J\u{202e}";
        assert_eq!(
            text,
            format!(
                "leapp: error: {shown}\n\n{shown}\n\ncaused by: {shown}\nrequest id: {shown}\n\nhint: {shown}\n"
            )
        );
    }
}
