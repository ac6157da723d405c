//! What went wrong, as text: what is wrong, what had worked, why, and what to type next.

use anstyle::{AnsiColor, Style};

use super::plain::plain;

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
    pub fn render(&self, program: &str) -> String {
        let mut lines = vec![format!(
            "{program}: {ERROR}error:{ERROR:#} {}",
            plain(&self.headline)
        )];
        if !self.details.is_empty() {
            lines.push(String::new());
            lines.extend(self.details.iter().map(|line| plain(line).into_owned()));
            lines.push(String::new());
        }
        lines.extend(
            self.causes
                .iter()
                .map(|cause| format!("caused by: {}", plain(cause))),
        );
        lines.extend(self.request_id.iter().map(|id| format!("request id: {id}")));
        if !self.hints.is_empty() {
            // Details end in an empty line already.
            if lines.last().is_some_and(|last| !last.is_empty()) {
                lines.push(String::new());
            }
            lines.extend(
                self.hints
                    .iter()
                    .map(|hint| format!("{HINT}hint:{HINT:#} {}", plain(hint))),
            );
        }
        // The empty line behind details is for what follows, if anything does.
        while lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
        lines
            .iter()
            .fold(String::new(), |text, line| text + line + "\n")
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
        let plain = anstream::adapter::strip_str(&report.render("leapp")).to_string();
        assert_eq!(plain, "leapp: error: no session named `prdo`\n");
        let report = Report {
            hints: vec!["did you mean `prod`?".into()],
            causes: vec!["x".into()],
            ..report
        };
        let plain = anstream::adapter::strip_str(&report.render("leapp")).to_string();
        assert_eq!(
            plain,
            "leapp: error: no session named `prdo`\ncaused by: x\n\nhint: did you mean `prod`?\n"
        );
    }
}
