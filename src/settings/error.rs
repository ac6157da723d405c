//! What the environment or `config.toml` says, and makes no sense.

use std::io;
use std::path::PathBuf;

use crate::disk::DiskError;
use crate::model::InvalidUrl;

/// What the environment or `config.toml` says makes no sense.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// There is no place for our files.
    #[error("neither `HOME` nor `{0}` says where files are to be kept")]
    NoHome(&'static str),
    /// `config.toml` cannot be read.
    #[error("cannot read `{}`", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Others can change `config.toml`, or what stands beside it.
    #[error(transparent)]
    Untrusted(DiskError),
    /// `config.toml` says something that means nothing.
    #[error("{}:{line}: {problem}", file.display())]
    Invalid {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// A variable holds something that means nothing.
    #[error("`{variable}` is `{value}`, which is none of `auto`, `keyring`, `file`")]
    Word {
        /// The variable.
        variable: &'static str,
        /// What it holds.
        value: String,
    },
    /// A variable holds something that is not text.
    #[error("`{0}` is not UTF-8")]
    NotText(&'static str),
    /// An endpoint variable holds no URL.
    #[error("`{variable}` names no endpoint")]
    Endpoint {
        /// The variable.
        variable: &'static str,
        /// Why not.
        source: InvalidUrl,
    },
}
