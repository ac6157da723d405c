//! One session file as far as errors must know it: its name, whose it is, where its lines begin.

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::error::{Problem, SessionsError};
use crate::disk::{self, DiskError};
use crate::model::session::{Origin, Ownership};

/// A session file, without what it says.
pub(super) struct Source {
    file: Arc<Path>,
    ownership: Ownership,
    /// The byte after each line end, to find lines without counting again.
    line_starts: Vec<usize>,
}

impl Source {
    pub(super) fn new(file: Arc<Path>, ownership: Ownership, text: &[u8]) -> Self {
        let ends = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        Self {
            file,
            ownership,
            line_starts: ends.map(|(at, _)| at + 1).collect(),
        }
    }

    pub(super) fn ownership(&self) -> Ownership {
        self.ownership
    }

    /// The line of a byte, from 1.
    pub(super) fn line(&self, at: usize) -> u32 {
        let line = self.line_starts.partition_point(|&start| start <= at) + 1;
        u32::try_from(line).unwrap_or(u32::MAX)
    }

    /// What is defined at this byte is defined here.
    pub(super) fn origin(&self, at: usize) -> Origin {
        Origin {
            file: self.file.clone(),
            line: self.line(at),
            ownership: self.ownership,
        }
    }

    /// An error in this file. `key` is dotted from the top, and empty where no key is at fault.
    pub(super) fn error(&self, at: usize, key: &str, problem: Problem) -> SessionsError {
        SessionsError::Invalid {
            file: self.file.to_path_buf(),
            line: self.line(at),
            key: key.to_owned(),
            problem,
        }
    }
}

/// The text of a file; `None` where there is no such file. The user's own one names programs to be
/// run, so that nobody else may have written it; a shared one can name none.
pub(super) fn read(path: &Path, ownership: Ownership) -> Result<Option<String>, SessionsError> {
    let bytes = match ownership {
        Ownership::Own => disk::read_trusted(path),
        Ownership::Shared => match disk::read_file(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            read => read.map(Some).map_err(DiskError::io("read", path)),
        },
    };
    let bytes = match bytes {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Ok(None),
        Err(DiskError::Io { source, .. }) => {
            let file = path.to_owned();
            return Err(SessionsError::Unreadable { file, source });
        }
        Err(untrusted) => return Err(SessionsError::Untrusted(untrusted)),
    };
    let text = String::from_utf8(bytes).map_err(|error| {
        let source = Source::new(path.into(), ownership, error.as_bytes());
        source.error(error.utf8_error().valid_up_to(), "", Problem::NotText)
    });
    text.map(Some)
}
