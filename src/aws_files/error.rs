//! What can be wrong with the AWS CLI's files.

use std::io;
use std::path::PathBuf;

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
