use super::*;
use crate::model::secret::ExposeSecret;
use crate::secrets::memory::MemoryStore;
use crate::secrets::{KeyringDialog, OpenedVault, PassphraseSource};
use std::sync::Arc;

struct Rig {
    dir: tempfile::TempDir,
    keyring: MemoryStore,
    file: MemoryStore,
}

impl Rig {
    fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            keyring: MemoryStore::new(Place::Keyring),
            file: MemoryStore::new(Place::File),
        }
    }

    /// A process of its own, as it were: nothing is remembered but on disk. Without leases.
    fn secrets(&self, choice: Choice) -> Secrets {
        let config = SecretsConfig {
            choice,
            service: "test".to_owned(),
            dir: self.dir.path().join("data"),
            passphrase: PassphraseSource::default(),
            identity_file: None,
            dialog: KeyringDialog::Unseen,
            sealing_key_lease: Duration::ZERO,
            identity_lease: Duration::ZERO,
            waiting: Arc::new(|_| {}),
            opened: OpenedVault::default(),
        };
        Secrets::with_stores(
            config,
            Box::new(self.keyring.clone()),
            Box::new(self.file.clone()),
            Asked::default(),
        )
    }
}

fn key(id: &str) -> SecretName {
    SecretName::AccessKey(id.to_owned())
}

#[test]
fn auto_takes_a_keyring_that_answers_and_stays_with_it() {
    let rig = Rig::new();
    rig.secrets(Choice::Auto)
        .set(&key("A"), &"one".into())
        .unwrap();
    assert_eq!(rig.keyring.items(), ["A"]);
    rig.keyring.take_away();
    let secrets = rig.secrets(Choice::Auto);
    for used in [
        secrets.get(&key("A")).map(drop),
        secrets.set(&key("B"), &"two".into()),
    ] {
        assert!(matches!(
            used,
            Err(SecretError::Unavailable {
                place: Place::Keyring,
                ..
            })
        ));
    }
    assert!(rig.file.items().is_empty());
}

#[test]
fn auto_takes_the_file_without_a_keyring_and_stays_with_it() {
    let rig = Rig::new();
    rig.keyring.take_away();
    rig.secrets(Choice::Auto)
        .set(&key("A"), &"one".into())
        .unwrap();
    rig.keyring.bring_back();
    rig.secrets(Choice::Auto).sealing_key().unwrap();
    assert_eq!(rig.file.items(), ["A", "sealing-key"]);
}

#[test]
fn a_secret_is_read_where_it_lies_whatever_is_chosen_now() {
    let rig = Rig::new();
    rig.secrets(Choice::Always(Place::Keyring))
        .set(&key("A"), &"one".into())
        .unwrap();
    let secret = rig
        .secrets(Choice::Always(Place::File))
        .get(&key("A"))
        .unwrap();
    assert_eq!(secret.expose_secret(), "one");
}

#[test]
fn each_store_has_one_sealing_key_of_its_own() {
    let rig = Rig::new();
    let keyring = rig
        .secrets(Choice::Always(Place::Keyring))
        .sealing_key()
        .unwrap();
    let file = rig
        .secrets(Choice::Always(Place::File))
        .sealing_key()
        .unwrap();
    assert_ne!(keyring.id(), file.id());
    let secrets = rig.secrets(Choice::Always(Place::File));
    assert_eq!(secrets.sealing_key().unwrap().bytes(), file.bytes());
    assert_eq!(
        secrets.sealing_key_by_id(keyring.id()).unwrap().bytes(),
        keyring.bytes()
    );
    for foreign in ["", "keyring-0123456789abcdef"] {
        let found = secrets.sealing_key_by_id(foreign);
        assert!(matches!(found, Err(SecretError::Missing { .. })));
    }
}

#[test]
fn moves_everything_and_leaves_nothing_behind() {
    let rig = Rig::new();
    let secrets = rig.secrets(Choice::Auto);
    secrets.set(&key("A"), &"one".into()).unwrap();
    secrets.set(&key("B"), &"two".into()).unwrap();
    secrets.sealing_key().unwrap();
    assert_eq!(secrets.move_all(Place::File).unwrap(), 2);
    assert!(rig.keyring.items().is_empty());
    assert_eq!(rig.file.items(), ["A", "B"]);
    assert_eq!(secrets.get(&key("B")).unwrap().expose_secret(), "two");
    assert_eq!(secrets.place().unwrap(), Place::File);
    assert_eq!(secrets.move_all(Place::File).unwrap(), 0);
}

#[test]
fn a_move_that_was_cut_off_goes_on() {
    let rig = Rig::new();
    let secrets = rig.secrets(Choice::Auto);
    secrets.set(&key("A"), &"one".into()).unwrap();
    // Killed between the remembering of the new place and the deletion of the old copy.
    rig.file.set(&key("A"), &"one".into()).unwrap();
    secrets.places.remember("A", Place::File).unwrap();
    assert_eq!(secrets.move_all(Place::File).unwrap(), 0);
    assert!(rig.keyring.items().is_empty());
    assert_eq!(secrets.get(&key("A")).unwrap().expose_secret(), "one");
}

#[test]
fn a_move_to_a_store_out_of_reach_changes_nothing() {
    let rig = Rig::new();
    let secrets = rig.secrets(Choice::Auto);
    secrets.set(&key("A"), &"one".into()).unwrap();
    rig.file.take_away();
    assert!(secrets.move_all(Place::File).is_err());
    assert_eq!(secrets.get(&key("A")).unwrap().expose_secret(), "one");
    assert_eq!(secrets.place().unwrap(), Place::Keyring);
}

#[test]
fn deletes_old_copies_too() {
    let rig = Rig::new();
    let secrets = rig.secrets(Choice::Always(Place::Keyring));
    secrets.set(&key("A"), &"one".into()).unwrap();
    rig.keyring.take_away();
    rig.secrets(Choice::Always(Place::File))
        .set(&key("A"), &"two".into())
        .unwrap();
    assert_eq!(secrets.get(&key("A")).unwrap().expose_secret(), "two");
    rig.keyring.bring_back();
    secrets.delete(&key("A")).unwrap();
    assert!(rig.keyring.items().is_empty() && rig.file.items().is_empty());
    assert!(matches!(
        secrets.get(&key("A")),
        Err(SecretError::Missing { .. })
    ));
}
