//! Which sessions were used last, for the order of the picker.
//!
//! It is written where a person has chosen, or credentials were made: never on the warm path. Losing
//! it costs nothing but that order, so nothing here can fail.

use std::collections::HashMap;
use std::path::PathBuf;

use crate::disk;
use crate::model::{Alias, Session};

/// How many are remembered.
const LENGTH: usize = 200;
/// More bytes than they need.
const LONGEST: u64 = 1 << 16;

/// The aliases that were used last, the last first; one a line.
#[derive(Clone, Debug)]
pub struct Recent {
    file: PathBuf,
}

impl Recent {
    /// Remembered in `file`, whose directory need not exist.
    pub fn new(file: PathBuf) -> Self {
        Self { file }
    }

    /// Puts an alias first.
    pub fn note(&self, alias: &Alias) {
        let before = self.read();
        if before.lines().next() == Some(alias.as_str()) {
            return;
        }
        let others = before
            .lines()
            .filter(|line| *line != alias.as_str())
            .take(LENGTH - 1);
        let lines = [alias.as_str()].into_iter().chain(others);
        let text: String = lines.flat_map(|line| [line, "\n"]).collect();
        let _ = disk::put(&self.file, text.as_bytes());
    }

    /// Lets a session that has another alias now keep its place.
    pub fn rename(&self, from: &Alias, to: &Alias) {
        let before = self.read();
        if !before.lines().any(|line| line == from.as_str()) {
            return;
        }
        let renamed = |line| {
            if line == from.as_str() {
                to.as_str()
            } else {
                line
            }
        };
        let lines = before.lines().map(renamed);
        let text: String = lines.flat_map(|line| [line, "\n"]).collect();
        let _ = disk::put(&self.file, text.as_bytes());
    }

    /// Orders sessions: those used last first, then the rest as they were.
    pub fn order(&self, sessions: &mut [&Session]) {
        let text = self.read();
        let places: HashMap<&str, usize> = text
            .lines()
            .enumerate()
            .map(|(place, line)| (line, place))
            .collect();
        sessions.sort_by_key(|s| places.get(s.alias.as_str()).copied().unwrap_or(usize::MAX));
    }

    /// The lines as they are; none where there is no file of ours.
    fn read(&self) -> String {
        let read = disk::read_ours(&self.file, LONGEST).unwrap_or_default();
        String::from_utf8(read).unwrap_or_default()
    }
}
