//! Where a file is, and who says so.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::AwsFilesError;

/// Where a file is. It need not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The path; empty where the variable is, for which the AWS CLI reads no file at all.
    pub path: PathBuf,
    /// The variable that names it; `None` where it is the usual one.
    pub variable: Option<&'static str>,
}

impl Place {
    /// Whether a variable names it, and nothing is there. A device is there: people name `/dev/null` to
    /// have no file.
    pub fn is_missing(&self) -> bool {
        let found = fs::metadata(&self.path);
        self.variable.is_some() && found.is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
    }

    /// Refuses a place where the AWS CLI would not look, or would look in this directory alone: nobody meant
    /// a new file there.
    pub(super) fn check_creatable(&self) -> Result<(), AwsFilesError> {
        if self.path.is_absolute() || self.path.exists() {
            return Ok(());
        }
        Err(match self.variable {
            Some(variable) if self.path == Path::new("") => AwsFilesError::Empty(variable),
            variable => AwsFilesError::Relative {
                variable,
                path: self.path.clone(),
            },
        })
    }
}
