//! The lines of a section that are ours: a mark, and the keys that follow it.

use std::ops::Range;

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
    /// The indices of the mark's line and of those below it.
    pub(super) lines: Range<usize>,
}

/// What stands below a mark.
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

/// What we write, by file.
fn our_keys(file: AwsFile) -> &'static [&'static str] {
    match file {
        AwsFile::Config => &["credential_process", "region", "endpoint_url"],
        AwsFile::Credentials => &[
            "aws_access_key_id",
            "aws_secret_access_key",
            "aws_session_token",
            "region",
            "endpoint_url",
        ],
    }
}

impl Run {
    /// Our lines in a section, if it has the mark.
    pub(super) fn of(file: AwsFile, lines: &[Line], section: &Section) -> Option<Self> {
        let range = section.lines.clone();
        let marked = |index: &usize| match &lines[*index].kind {
            LineKind::Comment(comment) => mark::alias(comment).map(|alias| (*index, alias)),
            _ => None,
        };
        let (start, alias) = range.clone().find_map(|index| marked(&index))?;
        let is_ours = |index: &usize| match &lines[*index].kind {
            LineKind::Key { name, .. } => our_keys(file).contains(&name.as_str()),
            _ => false,
        };
        let length = (start + 1..range.end).take_while(is_ours).count();
        let ours = start..start + 1 + length;
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
            content: if length == 0 {
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
