//! Somebody at the keyboard of a real browser, who logs in at pages that are not ours.

use std::fs;
use std::path::PathBuf;

use serde_json::json;
use tempfile::TempDir;

use super::VENV_BIN;
use super::sandbox::private;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/idp/person.py");

/// A program that leapp takes for a browser: the real one, with somebody before it
/// (`tests/idp/person.py`). What it notes and knows lies outside of every sandbox.
pub(crate) struct Person {
    folder: TempDir,
}

impl Person {
    /// Types these passwords, one after the other, into the forms that come.
    pub(crate) fn new(user: &str, passwords: &[&str]) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let this = Self { folder };
        let words = [
            &format!("{VENV_BIN}/python"),
            "-B",
            SCRIPT,
            &this.notes().display().to_string(),
            user,
            &json!(passwords).to_string(),
            "chromium",
        ]
        .map(shell_word)
        .join(" ");
        fs::write(this.browser(), format!("#!/bin/sh\nexec {words} \"$@\"\n")).expect("a script");
        private(&this.browser(), 0o700);
        this
    }

    /// For `LEAPP_BROWSER`.
    pub(crate) fn browser(&self) -> PathBuf {
        self.folder.path().join("browser")
    }

    /// How often a browser was started with a `window` or `silent`, and a form was `typed` into.
    pub(crate) fn count(&self, what: &str) -> usize {
        let notes = fs::read_to_string(self.notes()).unwrap_or_default();
        notes.lines().filter(|line| *line == what).count()
    }

    fn notes(&self) -> PathBuf {
        self.folder.path().join("notes")
    }
}

fn shell_word(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}
