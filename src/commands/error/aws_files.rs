//! Errors of named profiles, with their hints.

use std::path::Path;

use super::{CommandError, Kind};
use crate::aws_files::{AwsFilesError, Fault, Problem};

/// How many lines of a file are named at most: one of another kind may have thousands.
const NAMED: usize = 8;

/// What to do about a fault of a whole file.
pub(in crate::commands) fn fix(fault: &Fault) -> Option<&'static str> {
    match fault {
        Fault::NotUtf8 => Some("save the file as UTF-8"),
        Fault::ByteOrderMark => Some("save the file as UTF-8 without a byte order mark"),
        _ => None,
    }
}

impl From<AwsFilesError> for CommandError {
    fn from(error: AwsFilesError) -> Self {
        let new = Self::from_room(Kind::User, &error);
        match error {
            AwsFilesError::Foreign {
                profile,
                file,
                line,
            } => new
                .standing_at(format!("  {}:{line}", file.display()))
                .hint("rename it there, or give the session another name: `named_profile`")
                .hint(format!(
                    "to leave it to leapp, take the keys that give `{profile}` credentials out of it, and write \
                     `# leapp start ALIAS` below its header"
                )),
            AwsFilesError::Rejected { file, problems } => new.rejected(&file, &problems),
            AwsFilesError::Inherited { key, file, line } => new
                .standing_at(format!("  {}:{line}", file.display()))
                .hint(format!(
                    "move `{key}` from `[DEFAULT]` to the profiles that need it"
                )),
            AwsFilesError::Defaults => {
                new.hint("set another name: `leapp set ALIAS named_profile=NAME`")
            }
            AwsFilesError::Empty(variable) => new.hint(format!("unset it: `unset {variable}`")),
            AwsFilesError::Relative { variable, .. } => match variable {
                Some(variable) => new.hint(format!(
                    "set `{variable}` to an absolute path; a `$NAME` or `~name` in it that is not known stays as it is"
                )),
                None => new.hint("set `HOME` to an absolute path"),
            },
            AwsFilesError::NotAFile(_) => {
                new.hint("see `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE`")
            }
            AwsFilesError::Copy(_) => new
                .hint("`leapp-exec --serve` has put it in the place of yours: run this in another terminal"),
            AwsFilesError::Path(_) => {
                new.hint("install leapp where the path has no `#`, `;`, `!`, `$`, quote or backslash")
            }
            AwsFilesError::Disk(error) => error.into(),
            AwsFilesError::Unreadable { .. } => new,
        }
    }
}

impl CommandError {
    /// Names the lines for which the AWS CLI reads nothing of a file, and what to do about them.
    fn rejected(mut self, file: &Path, problems: &[Problem]) -> Self {
        for Problem { line, fault } in problems.iter().take(NAMED) {
            self = self.standing_at(format!("  {}:{line}: {fault}", file.display()));
        }
        if let Some(more) = problems.len().checked_sub(NAMED).filter(|more| *more > 0) {
            self = self.standing_at(format!("  and {more} more"));
        }
        let mut fixes: Vec<_> = problems.iter().filter_map(|one| fix(&one.fault)).collect();
        fixes.dedup();
        if fixes.len() < problems.len() {
            self = self.hint("fix the lines above: until then, every `aws` command fails");
        }
        fixes.into_iter().fold(self, Self::hint)
    }

    /// Adds where the trouble is.
    fn standing_at(mut self, place: String) -> Self {
        self.report.details.push(place);
        self
    }

    /// An option of `leapp-exec` that a named profile cannot carry.
    pub(crate) fn not_of_a_profile(option: &str) -> Self {
        Self::new(
            Kind::Usage,
            format!("`{option}` cannot go with `--profile`"),
        )
        .with_cause("a named profile is the same to every program that uses it".to_owned())
        .hint("define a session that has it, and use that one's profile")
        .hint("without `--profile`, it holds for this run alone")
    }

    /// `leapp credential-process` by hand.
    pub(crate) fn for_programs(alias: &str) -> Self {
        Self::new(Kind::Usage, "secrets are not printed on a terminal")
            .hint(format!(
                "programs run this by themselves, after `leapp start {alias}`"
            ))
            .hint(format!(
                "to see them nevertheless: `leapp env {alias} --show`"
            ))
    }
}
