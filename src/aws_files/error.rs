//! What can be wrong with the AWS CLI's files.

use std::io;
use std::path::PathBuf;

use super::problem::Problem;
use crate::disk::DiskError;

/// A named profile that could not be written, or not be read.
#[derive(Debug, thiserror::Error)]
pub enum AwsFilesError {
    /// There is one of that name, and it is not ours.
    #[error("the named profile `{profile}` is not leapp's")]
    Foreign {
        /// The name.
        profile: String,
        /// The file that has it.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// One of the files cannot be read.
    #[error("cannot read `{}`", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The AWS CLI reads nothing of one of the files.
    #[error("the AWS CLI cannot read `{}`", file.display())]
    Rejected {
        /// The file.
        file: PathBuf,
        /// Why: at least one.
        problems: Vec<Problem>,
    },
    /// `[DEFAULT]` would give the profile other credentials than those of its session.
    #[error("`[DEFAULT]` sets `{key}` for every profile")]
    Inherited {
        /// The key.
        key: String,
        /// The file that has it.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// The profile would be no profile: the AWS CLI gives its keys to every other one.
    #[error("`[DEFAULT]` in a credentials file sets keys for every profile")]
    Defaults,
    /// The variable that names a file that is to be written is empty.
    #[error("`{0}` is empty, and so the AWS CLI reads no such file")]
    Empty(&'static str),
    /// A file that is to be written would be made in the working directory.
    #[error("`{}` is a relative path to a file that does not exist", path.display())]
    Relative {
        /// The variable that names it.
        variable: Option<&'static str>,
        /// The path.
        path: PathBuf,
    },
    /// One of the files is a device or a directory.
    #[error("`{}` is not a file that can hold a profile", .0.display())]
    NotAFile(PathBuf),
    /// The config file is a copy that ends with a command.
    #[error("`{}` is a copy, which ends with the command that runs here", .0.display())]
    Copy(PathBuf),
    /// Our own path cannot be written into a config file.
    #[error("the AWS SDKs could not read the path `{}` in a config file", .0.display())]
    Path(PathBuf),
    /// One of the files cannot be written.
    #[error(transparent)]
    Disk(#[from] DiskError),
}
