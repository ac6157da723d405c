//! The lines of a section that are ours: a mark, and keys of ours below it.
//!
//! Somebody may have added lines between ours. What leads to credentials is known for ours wherever it
//! stands; a region could be anybody's, so it is written above that: one further below is not ours.

use secrecy::ExposeSecret;

use super::lines::{Line, LineKind};
use super::mark;
use super::read::{AwsFile, Section};
use crate::model::Alias;

/// Our lines in a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// Whose they are.
    pub(super) alias: Alias,
    /// The named profile.
    pub(super) profile: String,
    /// The line of the section's header, from 1.
    pub(super) line: usize,
    /// Whether there is more than the mark: a section that somebody has added to keeps the mark, so that
    /// the next start finds its place.
    pub(super) content: Content,
    /// Whether the section has other keys.
    pub(super) company: Company,
    /// The index of the header's line.
    pub(super) header: usize,
    /// The indices of the mark's line and of ours below it, in their order.
    pub(super) lines: Vec<usize>,
}

/// What of ours stands below a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Our lines.
    Lines,
    /// Nothing: this is where they stood.
    MarkAlone,
}

/// Who else has written into a section of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Company {
    /// Nobody.
    Ours,
    /// Somebody.
    Others,
}

/// What we write above the keys that lead to credentials.
const SETTINGS: [&str; 2] = ["region", "endpoint_url"];

/// Whether a line below a mark leads to credentials that we give: it runs us, or it is one of the keys
/// that we have written.
fn gives_ours(file: AwsFile, mark: &str, line: &LineKind) -> bool {
    let LineKind::Key { name, value } = line else {
        return false;
    };
    match (file, name.as_str()) {
        (AwsFile::Config, "credential_process") => {
            let mut words = value.expose_secret().split_whitespace();
            words.any(|word| word == "credential-process")
        }
        (
            AwsFile::Credentials,
            "aws_access_key_id" | "aws_secret_access_key" | "aws_session_token",
        ) => mark::is_of_keys(mark),
        _ => false,
    }
}

impl Run {
    /// Our lines in a section, if it has the mark.
    pub(super) fn of(file: AwsFile, lines: &[Line], section: &Section) -> Option<Self> {
        let range = section.lines.clone();
        let marked = |index: usize| match &lines[index].kind {
            LineKind::Comment(comment) => mark::alias(comment).map(|alias| (index, comment, alias)),
            _ => None,
        };
        let (start, mark, alias) = range.clone().find_map(marked)?;
        let gives = |index: &usize| gives_ours(file, mark, &lines[*index].kind);
        let last = (start..range.end).rfind(gives).unwrap_or(start);
        let is_ours = |index: &usize| match &lines[*index].kind {
            LineKind::Key { name, .. } => SETTINGS.contains(&name.as_str()) || gives(index),
            _ => *index == start,
        };
        let ours: Vec<usize> = (start..=last).filter(is_ours).collect();
        let is_other = |index: usize| {
            !ours.contains(&index)
                && matches!(
                    lines[index].kind,
                    LineKind::Key { .. } | LineKind::Continuation(_) | LineKind::Odd
                )
        };
        Some(Self {
            alias,
            profile: section.name.clone(),
            line: section.line,
            content: if last == start {
                Content::MarkAlone
            } else {
                Content::Lines
            },
            company: if range.clone().any(is_other) {
                Company::Others
            } else {
                Company::Ours
            },
            header: range.start,
            lines: ours,
        })
    }
}
