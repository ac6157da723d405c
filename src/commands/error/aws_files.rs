//! Errors of named profiles, with their hints.

use super::{CommandError, Kind};
use crate::aws_files::AwsFilesError;

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
