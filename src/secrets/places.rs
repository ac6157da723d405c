//! Where each secret lies.
//!
//! `places.toml` is the memory of it, so that a store that is out of reach is an error, not a
//! reason to look elsewhere. It holds names, never secrets:
//!
//! ```toml
//! # Which store holds which secret. Written by the program; it holds no secret.
//! version = 1
//! auto = "keyring"            # what `auto` chose, once
//!
//! [secrets]
//! AKIAIOSFODNN7EXAMPLE = "file"
//!
//! [leaving]                   # old copies that are still to be deleted
//! AKIAIOSFODNN7EXAMPLE = "keyring"
//! ```

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use toml_edit::{DocumentMut, Item, table, value};

use super::{Place, SecretError};
use crate::disk::{self, DiskError, Lock};

const EMPTY: &str =
    "# Which store holds which secret. Written by the program; it holds no secret.\nversion = 1\n";
const SECRETS: &str = "secrets";
const LEAVING: &str = "leaving";
/// More bytes than the places of a hundred thousand secrets.
const LONGEST: u64 = 16 << 20;
/// Every holder only rewrites a small file.
const LOCK_LIMIT: Duration = Duration::from_secs(10);

/// The file of places in one data directory. It is read at every question: another process may
/// have changed it.
#[derive(Debug)]
pub(super) struct Places {
    file: PathBuf,
    lock: PathBuf,
}

impl Places {
    pub(super) fn new(dir: &Path) -> Self {
        Self {
            file: dir.join("places.toml"),
            lock: dir.join("places.lock"),
        }
    }

    /// What `auto` chose before, if it did.
    pub(super) fn auto(&self) -> Result<Option<Place>, SecretError> {
        self.place_in(self.read()?.get("auto"))
    }

    /// Where this item lies, if we know.
    pub(super) fn of(&self, item: &str) -> Result<Option<Place>, SecretError> {
        let document = self.read()?;
        self.place_in(document.get(SECRETS).and_then(|secrets| secrets.get(item)))
    }

    /// Every item whose place is known, with its place.
    pub(super) fn all(&self) -> Result<Vec<(String, Place)>, SecretError> {
        self.entries(SECRETS)
    }

    /// Every item with an old copy that is still to be deleted, with the place of that copy.
    pub(super) fn leaving(&self) -> Result<Vec<(String, Place)>, SecretError> {
        self.entries(LEAVING)
    }

    /// Remembers what `auto` chose.
    pub(super) fn set_auto(&self, place: Place) -> Result<(), SecretError> {
        // Whoever else writes it without a lock chooses the same.
        let lock = Lock::if_possible(self.lock()).map_err(SecretError::disk)?;
        self.change(lock, |document| document["auto"] = value(place.word()))
    }

    /// Remembers where the item lies now. A copy elsewhere is noted as one to be deleted.
    pub(super) fn remember(&self, item: &str, place: Place) -> Result<(), SecretError> {
        self.locked_change(|document| {
            let before = document
                .get(SECRETS)
                .and_then(|secrets| secrets.get(item))
                .and_then(Item::as_str)
                .and_then(Place::from_word);
            document[SECRETS].or_insert(table())[item] = value(place.word());
            if let Some(before) = before.filter(|before| *before != place) {
                document[LEAVING].or_insert(table())[item] = value(before.word());
            }
        })
    }

    /// Forgets an item that was deleted.
    pub(super) fn forget(&self, item: &str) -> Result<(), SecretError> {
        self.drop_entry(SECRETS, item)
    }

    /// Forgets the old copy of an item: it was deleted.
    pub(super) fn left(&self, item: &str) -> Result<(), SecretError> {
        self.drop_entry(LEAVING, item)
    }

    fn drop_entry(&self, table: &str, item: &str) -> Result<(), SecretError> {
        self.locked_change(|document| {
            if let Some(entries) = document.get_mut(table).and_then(Item::as_table_like_mut) {
                entries.remove(item);
                if entries.is_empty() {
                    document.remove(table);
                }
            }
        })
    }

    fn entries(&self, table: &str) -> Result<Vec<(String, Place)>, SecretError> {
        let document = self.read()?;
        let Some(entries) = document.get(table).and_then(Item::as_table_like) else {
            return Ok(Vec::new());
        };
        entries
            .iter()
            .map(|(item, place)| {
                let place = self.place_in(Some(place))?;
                Ok(place.map(|place| (item.to_owned(), place)))
            })
            .filter_map(Result::transpose)
            .collect()
    }

    fn place_in(&self, item: Option<&Item>) -> Result<Option<Place>, SecretError> {
        let Some(item) = item else { return Ok(None) };
        let place = item.as_str().and_then(Place::from_word);
        place.map(Some).ok_or_else(|| {
            SecretError::damaged_file(&self.file, "a place is neither `keyring` nor `file`")
        })
    }

    fn read(&self) -> Result<DocumentMut, SecretError> {
        let text = match disk::read_ours(&self.file, LONGEST) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => EMPTY.as_bytes().to_vec(),
            read => read.map_err(SecretError::io("read", &self.file))?,
        };
        let text = String::from_utf8(text)
            .map_err(|_| SecretError::damaged_file(&self.file, "it is not text"))?;
        text.parse().map_err(|error: toml_edit::TomlError| {
            SecretError::damaged_file(&self.file, error.message())
        })
    }

    fn lock(&self) -> Result<Lock, DiskError> {
        Lock::acquire(&self.lock, "writing places.toml", LOCK_LIMIT, |_| {})
    }

    fn locked_change(&self, change: impl FnOnce(&mut DocumentMut)) -> Result<(), SecretError> {
        let lock = self.lock().map_err(SecretError::disk)?;
        self.change(Some(lock), change)
    }

    fn change(
        &self,
        _lock: Option<Lock>,
        change: impl FnOnce(&mut DocumentMut),
    ) -> Result<(), SecretError> {
        let mut document = self.read()?;
        let before = document.to_string();
        change(&mut document);
        let after = document.to_string();
        if after == before {
            return Ok(());
        }
        disk::put(&self.file, after.as_bytes()).map_err(SecretError::disk)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn remembers_across_openings() {
        let dir = tempfile::tempdir().unwrap();
        let places = Places::new(dir.path());
        assert_eq!(places.of("AKIA1").unwrap(), None);
        assert_eq!(places.auto().unwrap(), None);
        places.remember("AKIA1", Place::Keyring).unwrap();
        places.set_auto(Place::File).unwrap();
        let places = Places::new(dir.path());
        assert_eq!(places.of("AKIA1").unwrap(), Some(Place::Keyring));
        assert_eq!(places.auto().unwrap(), Some(Place::File));
        places.forget("AKIA1").unwrap();
        assert_eq!(places.all().unwrap(), []);
    }

    #[test]
    fn a_copy_left_behind_is_noted_until_it_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let places = Places::new(dir.path());
        places.remember("AKIA1", Place::Keyring).unwrap();
        places.remember("AKIA1", Place::File).unwrap();
        assert_eq!(
            places.leaving().unwrap(),
            [("AKIA1".to_owned(), Place::Keyring)]
        );
        places.left("AKIA1").unwrap();
        assert_eq!(places.leaving().unwrap(), []);
        assert_eq!(places.all().unwrap(), [("AKIA1".to_owned(), Place::File)]);
    }

    #[test]
    fn nonsense_is_an_error_not_an_empty_memory() {
        let dir = tempfile::tempdir().unwrap();
        for text in ["auto = ", "auto = \"moon\""] {
            fs::write(dir.path().join("places.toml"), text).unwrap();
            let read = Places::new(dir.path()).auto();
            assert!(matches!(read, Err(SecretError::Damaged { .. })));
        }
    }
}
