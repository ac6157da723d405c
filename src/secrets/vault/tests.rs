use super::*;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use crate::secrets::error::UnavailableCause;
use crate::secrets::{Lease, OpenedVault, PassphraseSource};

/// A vault whose identity nobody can come by, as long as no file is given: there is no terminal in
/// a test, no lease of its own, and no passphrase.
fn vault(dir: &Path, identity_file: Option<PathBuf>) -> Vault {
    Vault::new(Identities {
        dir: dir.to_owned(),
        file: identity_file,
        passphrase: PassphraseSource::default(),
        lease: Lease::new("test", dir),
        ttl: Duration::ZERO,
        waiting: Arc::new(|_| {}),
        opened: OpenedVault::default(),
    })
}

struct Home {
    dir: tempfile::TempDir,
}

impl Home {
    fn new() -> Self {
        let home = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        home.write_identity("identity", &Identity::generate());
        home
    }

    fn write_identity(&self, name: &str, identity: &Identity) {
        let text = format!("# a comment\n{}\n", identity.to_string().expose_secret());
        fs::write(self.path(name), text).unwrap();
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn open(&self) -> Vault {
        vault(&self.path("data"), Some(self.path("identity")))
    }

    fn closed(&self) -> Vault {
        vault(&self.path("data"), None)
    }

    /// A vault under a passphrase, and how it is opened: as by a process that has opened it before.
    fn protected() -> (Self, impl Fn() -> Vault + Sync) {
        let home = Self::new();
        let first = home.with("correct horse");
        first.set(&key("first"), &"x".into()).unwrap();
        let (data, opened) = (home.path("data"), first.identities.opened.clone());
        let open = move || {
            let mut vault = vault(&data, None);
            vault.identities.opened = opened.clone();
            vault
        };
        (home, open)
    }

    fn with(&self, passphrase: &str) -> Vault {
        let mut vault = self.closed();
        vault.identities.passphrase.value = Some(passphrase.into());
        vault
    }

    fn patches(&self) -> usize {
        fs::read_dir(self.path("data/vault.d")).map_or(0, Iterator::count)
    }
}

fn key(id: &str) -> SecretName {
    SecretName::AccessKey(id.to_owned())
}

fn read(vault: &Vault, id: &str) -> Option<String> {
    match vault.get(&key(id)) {
        Ok(secret) => Some(secret.expose_secret().to_owned()),
        Err(SecretError::Missing { .. }) => None,
        Err(error) => panic!("{error:?}"),
    }
}

#[test]
fn keeps_replaces_and_deletes() {
    let home = Home::new();
    home.open()
        .set(&key("A"), &"one \"quoted\"\n".into())
        .unwrap();
    home.open().set(&key("B"), &"two".into()).unwrap();
    assert_eq!(read(&home.open(), "A").unwrap(), "one \"quoted\"\n");
    home.open().set(&key("A"), &"three".into()).unwrap();
    home.open().delete(&key("B")).unwrap();
    assert_eq!(read(&home.open(), "A").unwrap(), "three");
    assert_eq!(read(&home.open(), "B"), None);
    assert_eq!(home.patches(), 0);
}

#[test]
fn an_empty_vault_misses_without_asking() {
    let home = Home::new();
    assert_eq!(read(&home.closed(), "A"), None);
    home.closed().delete(&key("A")).unwrap();
}

#[test]
fn writing_needs_no_identity_and_the_next_opening_merges() {
    let (home, open) = Home::protected();
    open().set(&key("A"), &"one".into()).unwrap();
    open().set(&key("B"), &"two".into()).unwrap();
    home.closed().set(&key("A"), &"newer".into()).unwrap();
    home.closed().set(&key("C"), &"three".into()).unwrap();
    home.closed().set(&key("A"), &"newest".into()).unwrap();
    home.closed().delete(&key("B")).unwrap();
    assert_eq!(home.patches(), 4);
    let all = ["A", "B", "C"].map(|id| read(&open(), id));
    assert_eq!(all, [Some("newest".into()), None, Some("three".into())]);
    assert_eq!(home.patches(), 0);
    assert_eq!(read(&open(), "A").unwrap(), "newest");
    // What the merge has written is known as well.
    home.closed().set(&key("D"), &"four".into()).unwrap();
    assert_eq!(read(&open(), "D").unwrap(), "four");
}

#[test]
fn a_merge_that_was_cut_off_is_repeated() {
    let (home, open) = Home::protected();
    open().set(&key("A"), &"one".into()).unwrap();
    home.closed().set(&key("A"), &"two".into()).unwrap();
    let patch = home.path("data/vault.d/000001.age");
    let sealed = fs::read(&patch).unwrap();
    assert_eq!(read(&open(), "A").unwrap(), "two");
    // As if we had been killed between the writing of the vault and the removal of the patch, and
    // a writer before that had left half a file.
    fs::write(&patch, sealed).unwrap();
    fs::write(home.path("data/vault.d/.leapp-tmp-x"), "").unwrap();
    assert_eq!(read(&open(), "A").unwrap(), "two");
    assert_eq!(home.patches(), 1);
}

#[test]
fn writers_at_once_lose_nothing() {
    let (home, open) = Home::protected();
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let (home, open) = (&home, &open);
            scope.spawn(move || {
                for turn in 0..5 {
                    let vault = if turn % 2 == 0 { open() } else { home.closed() };
                    vault
                        .set(&key(&format!("{writer}-{turn}")), &"x".into())
                        .unwrap();
                }
            });
        }
    });
    let contents = open();
    let contents = contents
        .contents(contents.identities.unlock().unwrap())
        .unwrap();
    assert_eq!(contents.len(), 41);
}

#[test]
fn damage_is_named_and_is_not_overwritten() {
    let home = Home::new();
    home.open().set(&key("A"), &"one".into()).unwrap();
    let path = home.path("data/vault.age");
    let mut sealed = fs::read(&path).unwrap();
    sealed.pop();
    fs::write(&path, &sealed).unwrap();
    for used in [
        home.open().get(&key("A")).map(drop),
        home.open().set(&key("B"), &"two".into()),
    ] {
        assert!(matches!(used, Err(SecretError::Damaged { .. })));
    }
    assert_eq!(fs::read(&path).unwrap(), sealed);
}

#[test]
fn another_identity_is_refused_before_anything_is_sealed_to_it() {
    let home = Home::new();
    home.open().set(&key("A"), &"one".into()).unwrap();
    home.write_identity("identity", &Identity::generate());
    let Err(SecretError::Denied { cause, .. }) = home.open().get(&key("A")) else {
        panic!("accepted");
    };
    assert!(matches!(cause, DeniedCause::WrongIdentity(_)));
    // Also where nothing is recorded any more: what is sealed tells.
    fs::remove_file(home.path("data/recipient.txt")).unwrap();
    let Err(SecretError::Denied { cause, .. }) = home.open().set(&key("B"), &"x".into()) else {
        panic!("accepted");
    };
    assert!(matches!(cause, DeniedCause::ForeignFile { .. }));
    assert!(!home.path("data/recipient.txt").exists());
}

/// Without the identity, a write is refused where it could be lost, and nothing is written.
#[test]
fn a_write_that_could_not_be_read_is_refused() {
    let (home, open) = Home::protected();
    home.closed().set(&key("A"), &"one".into()).unwrap();
    let data = home.path("data");
    let foreign = sealing::to_recipient(&Identity::generate().to_public(), b"{}").unwrap();
    for name in [
        "identity.age",
        "recipient.txt",
        "vault.age",
        "vault.d/000001.age",
        "vault.known",
    ] {
        let path = data.join(name);
        let before = fs::read(&path).unwrap();
        let cut = before[..before.len() / 2].to_vec();
        for wrong in [Vec::new(), cut, foreign.clone()] {
            fs::write(&path, &wrong).unwrap();
            let set = home.closed().set(&key("B"), &"two".into());
            assert!(set.is_err(), "{name}");
            assert_eq!(home.patches(), 1, "{name}");
            fs::write(&path, &before).unwrap();
        }
    }
    // Nor by a process that has the identity now, but not for long.
    fs::remove_file(data.join("identity.age")).unwrap();
    let Err(SecretError::Unavailable { cause, .. }) = open().set(&key("B"), &"two".into()) else {
        panic!("went on");
    };
    assert!(matches!(cause, UnavailableCause::NoIdentity(_)));
}

/// A vault of an earlier version, or from a backup: opened once, it is known.
#[test]
fn what_was_opened_once_is_known_from_then_on() {
    let (home, open) = Home::protected();
    fs::remove_file(home.path("data/vault.known")).unwrap();
    let recipient = fs::read_to_string(home.path("data/recipient.txt")).unwrap();
    let first_line = recipient.lines().next().unwrap();
    fs::write(home.path("data/recipient.txt"), format!("{first_line}\n")).unwrap();
    assert!(home.closed().set(&key("A"), &"one".into()).is_err());
    home.with("correct horse")
        .set(&key("A"), &"one".into())
        .unwrap();
    let now = fs::read_to_string(home.path("data/recipient.txt")).unwrap();
    assert_eq!(now, recipient);
    home.closed().set(&key("B"), &"two".into()).unwrap();
    assert_eq!(read(&open(), "B").unwrap(), "two");
}

#[test]
fn an_identity_that_others_can_read_is_refused() {
    let home = Home::new();
    fs::set_permissions(home.path("identity"), fs::Permissions::from_mode(0o640)).unwrap();
    let set = home.open().set(&key("A"), &"one".into());
    let Err(SecretError::Denied { cause, .. }) = set else {
        panic!("accepted");
    };
    assert!(matches!(cause, DeniedCause::UnsafeFile { mode: 0o640, .. }));
}

#[test]
fn a_lost_identity_is_missed_and_not_made_anew() {
    let home = Home::new();
    home.open().set(&key("A"), &"one".into()).unwrap();
    fs::remove_file(home.path("data/recipient.txt")).unwrap();
    for used in [
        home.closed().get(&key("A")).map(drop),
        home.closed().set(&key("B"), &"x".into()),
    ] {
        let Err(SecretError::Unavailable { cause, .. }) = used else {
            panic!("went on");
        };
        assert!(matches!(cause, UnavailableCause::NoIdentity(_)));
    }
}

#[test]
fn a_passphrase_opens_what_it_closed_and_a_wrong_one_does_not() {
    let home = Home::new();
    home.with("correct horse")
        .set(&key("A"), &"one".into())
        .unwrap();
    assert_eq!(read(&home.with("correct horse"), "A").unwrap(), "one");
    // A wrong one that was given is said also where none is needed.
    for used in [
        home.with("wrong").get(&key("A")).map(drop),
        home.with("wrong").set(&key("B"), &"two".into()),
    ] {
        let Err(SecretError::Denied { cause, .. }) = used else {
            panic!("opened");
        };
        assert!(matches!(cause, DeniedCause::WrongPassphrase));
    }
    home.closed().set(&key("B"), &"two".into()).unwrap();
    assert_eq!(read(&home.with("correct horse"), "B").unwrap(), "two");
}
