//! `sessions.toml`: whatever the file says, it is read or refused, and an edit of ours keeps every
//! other session as it was.
#![no_main]

use std::collections::BTreeMap;
use std::fs;
use std::sync::LazyLock;

use leapp::model::Catalog;
use leapp::model::session::Type;
use leapp::sessions::{Draft, SessionStore};
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

static HOME: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));

/// What is known of each session, but for the line that it stands on.
fn sessions(catalog: &Catalog) -> BTreeMap<String, String> {
    let told = |text: String| match text.split_once("origin: ") {
        Some((before, _)) => before.to_owned(),
        None => text,
    };
    catalog
        .iter()
        .map(|session| (session.alias.to_string(), told(format!("{session:?}"))))
        .collect()
}

fuzz_target!(|text: &str| {
    // A pattern could name any file of the machine; which files it names is not what is tested here.
    if text.contains("include") {
        return;
    }
    let store = SessionStore::new(HOME.path().to_owned(), HOME.path().join("lock"));
    fs::write(store.file(), text).expect("a file");
    let Ok(before) = store.load() else { return };

    let alias = "fuzz-added".parse().expect("an alias");
    if before.get("fuzz-added").is_some() {
        return;
    }
    let mut draft = Draft::of_type(Type::IamUser);
    draft.text("access_key_id", Some(&"AKIAIOSFODNN7EXAMPLE"));
    draft.text("region", Some(&"eu-west-1"));
    let added = store.add::<std::convert::Infallible>(&alias, &draft, |_| Ok(()));
    let written = fs::read_to_string(store.file()).expect("text");
    let Ok(added) = added else {
        // Refused, so nothing was written.
        assert_eq!(written, text);
        return;
    };
    for comment in text.lines().filter(|line| line.starts_with('#')) {
        assert!(written.contains(comment.trim_end()), "lost {comment:?}");
    }
    let between = store.load().expect("what we have written ourselves");
    let mut expected = sessions(&before);
    let found = sessions(&between);
    expected.insert("fuzz-added".to_owned(), found["fuzz-added"].clone());
    assert_eq!(found, expected);

    store
        .remove::<std::convert::Infallible>(&[&added], || Ok(()))
        .expect("a session of ours can be removed");
    let after = store.load().expect("what we have written ourselves");
    assert_eq!(sessions(&after), sessions(&before));
});
