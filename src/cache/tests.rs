use std::cell::Cell;
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, Instant};

use secrecy::ExposeSecret;

use super::*;
use crate::model::chain::{Hop, Step, StsAddress};
use crate::model::{Answered, Chain};
use crate::secrets::Place;

/// One key in memory that counts how often it is asked for.
struct OneKey(SealingKey, Cell<u32>);

impl OneKey {
    fn new() -> Self {
        Self(SealingKey::generate(Place::File).unwrap(), Cell::new(0))
    }
}

impl SealingKeys for OneKey {
    fn current(&self) -> Result<SealingKey, SecretError> {
        Ok(self.0.clone())
    }
    fn by_id(&self, id: &str) -> Result<Option<SealingKey>, SecretError> {
        self.1.set(self.1.get() + 1);
        Ok((id == self.0.id()).then(|| self.0.clone()))
    }
}

fn fingerprint(access_key_id: &str) -> Fingerprint {
    let sts = StsAddress {
        region: "eu-west-1".parse().unwrap(),
        endpoint_url: None,
    };
    let step = Step::AccessKey {
        access_key_id: access_key_id.to_owned(),
    };
    let chain = Chain {
        target: "a".parse().unwrap(),
        region: "eu-west-1".parse().unwrap(),
        endpoint_url: None,
        account: None,
        hops: vec![Hop {
            name: "a".into(),
            is_session: true,
            step,
            sts,
            endpoint_source: crate::model::EndpointSource::Region,
        }],
        cuts: Vec::new(),
    };
    Fingerprint::of_hops(&chain)[0]
}

fn credentials() -> Credentials {
    living(1000, 4600)
}

fn living(issued: i64, expiration: i64) -> Credentials {
    let answered = Answered {
        access_key_id: "ASIAEXAMPLE".into(),
        secret_access_key: "very-secret".to_owned().into(),
        session_token: "token".to_owned().into(),
        issued: Timestamp(issued),
        expiration: Timestamp(expiration),
    };
    answered.checked().unwrap()
}

#[test]
fn what_is_kept_comes_back_and_lies_sealed() {
    let home = tempfile::tempdir().unwrap();
    let cache = Cache::new(home.path().join("cache"));
    let (keys, name) = (OneKey::new(), fingerprint("AKIA1"));
    cache
        .put(&name, "a", &credentials(), keys.current())
        .unwrap();
    let back = cache.get(&name, Timestamp(2000), &keys).unwrap().unwrap();
    assert_eq!(
        (back.access_key_id.as_str(), back.expiration),
        ("ASIAEXAMPLE", Timestamp(4600))
    );
    let entry = fs::read(cache.file(&name)).unwrap();
    assert!(!entry.windows(11).any(|w| w == b"very-secret"));
}

#[test]
fn any_changed_byte_and_any_other_name_is_a_miss() {
    let home = tempfile::tempdir().unwrap();
    let cache = Cache::new(home.path().to_owned());
    let (keys, name) = (OneKey::new(), fingerprint("AKIA1"));
    cache
        .put(&name, "a", &credentials(), keys.current())
        .unwrap();
    let file = cache.file(&name);
    let good = fs::read(&file).unwrap();
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 1;
        fs::write(&file, bad).unwrap();
        assert!(
            cache.get(&name, Timestamp(2000), &keys).unwrap().is_none(),
            "byte {at}"
        );
    }
    for length in 0..good.len() {
        fs::write(&file, &good[..length]).unwrap();
        assert!(
            cache.get(&name, Timestamp(2000), &keys).unwrap().is_none(),
            "length {length}"
        );
    }
    fs::write(cache.file(&fingerprint("AKIA2")), &good).unwrap();
    assert!(
        cache
            .get(&fingerprint("AKIA2"), Timestamp(2000), &keys)
            .unwrap()
            .is_none()
    );
}

#[test]
fn another_spelling_of_the_same_header_is_a_miss() {
    let home = tempfile::tempdir().unwrap();
    let (cache, keys) = (Cache::new(home.path().join("c")), OneKey::new());
    let name = fingerprint("AKIA1");
    cache
        .put(&name, "a", &credentials(), keys.current())
        .unwrap();
    let file = cache.file(&name);
    let entry = fs::read(&file).unwrap();
    let end = entry.iter().position(|&b| b == b'\n').unwrap();
    let (line, rest) = entry.split_at(end);
    let line = str::from_utf8(line).unwrap();
    for odd in [
        line.replacen(' ', "  ", 1),
        line.replace(" 4600", " +4600"),
        line.replace(" 4600", " 04600"),
        format!("{line} "),
        format!("{line}\r"),
    ] {
        assert_ne!(odd, line);
        fs::write(&file, [odd.as_bytes(), rest].concat()).unwrap();
        let found = cache.get(&name, Timestamp(2000), &keys).unwrap();
        assert!(found.is_none(), "{odd:?}");
    }
}

#[test]
fn an_entry_that_lacks_a_member_is_a_miss() {
    let home = tempfile::tempdir().unwrap();
    let cache = Cache::new(home.path().to_owned());
    let (keys, name) = (OneKey::new(), fingerprint("AKIA1"));
    let spoil: [fn(&mut Credentials); 4] = [
        |it| it.access_key_id.clear(),
        |it| it.secret_access_key = "".into(),
        |it| it.session_token = "".into(),
        |it| it.expiration = Timestamp(i64::MAX),
    ];
    for spoil in spoil {
        // As a version wrote it that did not check.
        let mut kept = credentials();
        spoil(&mut kept);
        cache.put(&name, "a", &kept, keys.current()).unwrap();
        assert!(cache.get(&name, Timestamp(2000), &keys).unwrap().is_none());
    }
}

#[test]
fn what_has_expired_asks_for_no_key_and_is_swept() {
    let home = tempfile::tempdir().unwrap();
    let cache = Cache::new(home.path().to_owned());
    let (keys, old, new) = (OneKey::new(), fingerprint("AKIA1"), fingerprint("AKIA2"));
    cache
        .put(&old, "a", &credentials(), keys.current())
        .unwrap();
    assert!(cache.get(&old, Timestamp(4600), &keys).unwrap().is_none());
    assert_eq!(keys.1.get(), 0);
    let later = living(5000, 9000);
    cache.put(&new, "b", &later, keys.current()).unwrap();
    assert!(cache.header(&old).is_none() && cache.header(&new).is_some());
}

#[test]
fn hops_are_dropped_by_name_or_all() {
    let home = tempfile::tempdir().unwrap();
    let cache = Cache::new(home.path().to_owned());
    let keys = OneKey::new();
    cache
        .put(&fingerprint("AKIA1"), "a", &credentials(), keys.current())
        .unwrap();
    cache
        .put(&fingerprint("AKIA2"), "b", &credentials(), keys.current())
        .unwrap();
    assert_eq!(cache.forget_named(&["a"]).unwrap(), 1);
    assert_eq!(cache.forget_all().unwrap(), 1);
}

#[test]
fn locks_that_nobody_uses_are_swept_and_others_stay() {
    let home = tempfile::tempdir().unwrap();
    let cache = Cache::new(home.path().to_owned());
    let keys = OneKey::new();
    let board = |name| {
        let wait = Wait {
            purpose: "asking",
            since: Instant::now(),
            for_one: Duration::ZERO,
            in_all: Duration::ZERO,
            goes_on_alone: false,
            waiting: &|_| (),
        };
        cache.board(&fingerprint(name), Turn::Call, &wait).unwrap()
    };
    drop(board("AKIA1"));
    let held = board("AKIA2");
    let locks = || fs::read_dir(cache.locks()).unwrap().count();
    let made = fs::metadata(cache.locks()).unwrap().mtime();
    let at = |seconds| living(made + seconds, made + seconds + 60);
    cache
        .put(&fingerprint("AKIA3"), "a", &at(3600), keys.current())
        .unwrap();
    assert_eq!(locks(), 2);
    cache
        .put(&fingerprint("AKIA3"), "a", &at(2 * 86400), keys.current())
        .unwrap();
    assert_eq!(locks(), 1);
    drop(held);
}

#[test]
fn an_assertion_lies_sealed_like_credentials_and_is_dropped_with_all() {
    let home = tempfile::tempdir().unwrap();
    let cache = Cache::new(home.path().to_owned());
    let keys = OneKey::new();
    let name = Fingerprint::of_login(&"https://idp.example".parse().unwrap(), None);
    let kept = KeptAssertion {
        encoded: "very-secret".into(),
        received: Timestamp(1000),
        good_until: Timestamp(1300),
    };
    cache.put_assertion(&name, &kept, &keys).unwrap();
    let entry = fs::read(cache.file(&name)).unwrap();
    assert!(!entry.windows(11).any(|w| w == b"very-secret"));
    let back = cache.assertion(&name, Timestamp(1299), &keys).unwrap();
    assert_eq!(back.unwrap().encoded.expose_secret(), "very-secret");
    assert!(
        cache
            .assertion(&name, Timestamp(1300), &keys)
            .unwrap()
            .is_none()
    );
    assert_eq!(cache.forget_all().unwrap(), 0);
    assert!(cache.header(&name).is_none());
    cache.forget(&name).unwrap();
}

#[test]
fn a_login_is_known_by_its_page_and_its_command() {
    let url = |text: &str| text.parse().unwrap();
    let name = Fingerprint::of_login(&url("https://idp.example/a"), None);
    for other in [
        Fingerprint::of_login(&url("https://idp.example/b"), None),
        Fingerprint::of_login(&url("https://idp.example/a"), Some("x")),
    ] {
        assert_ne!(name, other);
    }
}
