//! Sealed entries: whoever can write to the cache can make a miss, and nothing else.
#![no_main]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use leapp::cache::{Cache, Fingerprint, SealingKeys};
use leapp::model::secret::ExposeSecret;
use leapp::model::{Answered, Timestamp};
use leapp::secrets::{
    Choice, KeyringDialog, OpenedVault, PassphraseSource, Place, SealingKey, SecretError, Secrets,
    SecretsConfig,
};
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

/// The identity of the tests' own vault. It protects nothing.
const IDENTITY: &str =
    "AGE-SECRET-KEY-189GQ0SCC503H9CUF8Q967MP5Q3WTVXLE004E9Z76N0ER8G6FAJQQ79S0JL\n";

/// One key, whatever it is asked for by: an entry must not open because its header names a key well.
struct OneKey(SealingKey);

impl SealingKeys for OneKey {
    fn current(&self) -> Result<SealingKey, SecretError> {
        Ok(self.0.clone())
    }

    fn by_id(&self, _: &str) -> Result<Option<SealingKey>, SecretError> {
        Ok(Some(self.0.clone()))
    }
}

struct World {
    _home: TempDir,
    cache: Cache,
    file: PathBuf,
    fingerprint: Fingerprint,
    entry: Vec<u8>,
    keys: OneKey,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let home = tempfile::tempdir().expect("a folder");
    let identity = home.path().join("identity.txt");
    fs::write(&identity, IDENTITY).expect("a file");
    fs::set_permissions(&identity, Permissions::from_mode(0o600)).expect("a mode");
    let secrets = Secrets::new(SecretsConfig {
        choice: Choice::Always(Place::File),
        service: "leapp-fuzz".to_owned(),
        dir: home.path().join("data"),
        passphrase: PassphraseSource::default(),
        identity_file: Some(identity),
        dialog: KeyringDialog::Unseen,
        sealing_key_lease: Duration::ZERO,
        identity_lease: Duration::ZERO,
        waiting: Arc::new(|_| {}),
        opened: OpenedVault::default(),
    });
    let keys = OneKey(secrets.sealing_key().expect("a key"));
    let cache = Cache::new(home.path().join("cache"));
    let url = "https://idp.example.com/".parse().expect("a URL");
    let fingerprint = Fingerprint::of_login(&url, None);
    let answered = Answered {
        access_key_id: "ASIAIOSFODNN7EXAMPLE".to_owned(),
        secret_access_key: "secret".into(),
        session_token: "token".into(),
        issued: Timestamp(1_000),
        expiration: Timestamp(5_000),
    };
    let credentials = answered.checked().expect("credentials");
    cache
        .put(&fingerprint, "corp", &credentials, keys.current())
        .expect("an entry");
    let file = home.path().join("cache").join(fingerprint.to_string());
    World {
        cache,
        entry: fs::read(&file).expect("an entry"),
        file,
        fingerprint,
        keys,
        _home: home,
    }
});

fuzz_target!(|input: (bool, u16, u16, &[u8])| {
    let (from_nothing, at, until, bytes) = input;
    let world = &*WORLD;
    // Half of the time a part of a good entry is replaced, so that the header is often right.
    let entry = if from_nothing {
        bytes.to_vec()
    } else {
        let length = world.entry.len();
        let (at, until) = (
            usize::from(at) % (length + 1),
            usize::from(until) % (length + 1),
        );
        let (at, until) = (at.min(until), at.max(until));
        [&world.entry[..at], bytes, &world.entry[until..]].concat()
    };
    fs::write(&world.file, &entry).expect("a file");
    let _ = world.cache.header(&world.fingerprint);
    let now = Timestamp(2_000);
    let credentials = world.cache.get(&world.fingerprint, now, &world.keys);
    match credentials.expect("no store is asked") {
        None => assert_ne!(entry, world.entry),
        Some(credentials) => {
            assert_eq!(entry, world.entry);
            assert_eq!(credentials.secret_access_key.expose_secret(), "secret");
        }
    }
    if entry != world.entry {
        let assertion = world.cache.assertion(&world.fingerprint, now, &world.keys);
        assert!(assertion.expect("no store is asked").is_none());
    }
});
