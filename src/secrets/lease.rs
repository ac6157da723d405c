//! An unlocked key, kept by the Linux kernel for some hours, so that a warm run asks nothing.
//!
//! The keys lie in the user keyring (`@u`): every login of the user shares them, the kernel drops
//! each when its time is up, and nothing is ever on disk. Where the kernel refuses (most
//! containers), and on other systems, there is no lease, and nothing but speed changes: so no
//! function here returns an error.

use std::path::Path;
use std::time::Duration;

use crate::model::secret::SecretString;

/// The leases of one store: others with another service or directory never see them.
#[derive(Debug, Clone)]
pub(super) struct Lease {
    /// What the names of its keys begin with. Any process of the user can read names.
    scope: String,
}

impl Lease {
    /// Leases for the store of `service` in `dir`.
    pub(super) fn new(service: &str, dir: &Path) -> Self {
        Self {
            scope: format!("{service}:{}", dir.display()),
        }
    }

    /// Keeps `secret` under `name` until `ttl` has passed; a zero `ttl` keeps nothing.
    pub(super) fn put(&self, name: &str, secret: &SecretString, ttl: Duration) {
        // The kernel takes 0 for "no limit".
        if ttl.as_secs() > 0 {
            kernel::put(&self.key(name), secret, ttl);
        }
    }

    /// What is kept under `name`, if the lease still runs.
    pub(super) fn get(&self, name: &str) -> Option<SecretString> {
        kernel::get(&self.key(name))
    }

    /// Drops what is kept under `name`, now.
    pub(super) fn forget(&self, name: &str) {
        kernel::forget(&self.key(name));
    }

    fn key(&self, name: &str) -> String {
        format!("{}:{name}", self.scope)
    }
}

#[cfg(target_os = "linux")]
mod kernel {
    use std::time::Duration;

    use linux_keyutils::{
        Key, KeyError, KeyPermissionsBuilder, KeyRing, KeyRingIdentifier, Permission,
    };

    use crate::model::secret::{ExposeSecret, SecretString, Zeroizing};

    /// Ours are under 100 bytes. The kernel reports a longer key and copies what fits.
    const LONGEST: usize = 512;

    pub(super) fn put(name: &str, secret: &SecretString, ttl: Duration) {
        // Refused means no lease.
        let _ = try_put(name, secret, ttl);
    }

    /// The key is made in the process's own keyring, where it dies with us, and comes into the
    /// user's only when it has its limits: killed halfway, we leave no key without a time-out.
    fn try_put(name: &str, secret: &SecretString, ttl: Duration) -> Result<(), KeyError> {
        let own = KeyRing::from_special_id(KeyRingIdentifier::Process, true)?;
        let key = own.add_key(name, secret.expose_secret())?;
        let limited = limit(key, ttl).and_then(|()| user_keyring()?.link_key(key));
        // Our own link would only keep the key alive.
        let unlinked = own.unlink_key(key);
        limited.and(unlinked)
    }

    fn limit(key: Key, ttl: Duration) -> Result<(), KeyError> {
        // 0x3f0b0000. By default only those who *possess* a key may read it, that is, whose session
        // keyring leads to `@u`: not so under sudo, cron, systemd and some ssh logins. So the user
        // may view, read and find it too.
        let permissions = KeyPermissionsBuilder::builder()
            .posessor(Permission::ALL)
            .user(Permission::VIEW | Permission::READ | Permission::SEARCH)
            .build();
        key.set_perms(permissions)?;
        key.set_timeout(usize::try_from(ttl.as_secs()).unwrap_or(usize::MAX))
    }

    pub(super) fn get(name: &str) -> Option<SecretString> {
        let key = user_keyring().and_then(|ring| ring.search(name)).ok()?;
        let mut bytes = Zeroizing::new([0_u8; LONGEST]);
        let length = key.read(&mut *bytes).ok()?;
        let text = std::str::from_utf8(bytes.get(..length)?).ok()?;
        Some(SecretString::from(text))
    }

    pub(super) fn forget(name: &str) {
        if let Ok(key) = user_keyring().and_then(|ring| ring.search(name)) {
            // Gone at once and from every keyring; it needs no more than the right to find it.
            let _ = key.invalidate();
        }
    }

    fn user_keyring() -> Result<KeyRing, KeyError> {
        KeyRing::from_special_id(KeyRingIdentifier::User, true)
    }
}

#[cfg(not(target_os = "linux"))]
mod kernel {
    use std::time::Duration;

    use crate::model::secret::SecretString;

    pub(super) fn put(_: &str, _: &SecretString, _: Duration) {}

    pub(super) fn get(_: &str) -> Option<SecretString> {
        None
    }

    pub(super) fn forget(_: &str) {}
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::model::secret::ExposeSecret;

    const HOUR: Duration = Duration::from_hours(1);

    /// A scope of its own for each test, or `None` where the kernel refuses leases.
    fn lease(dir: &Path) -> Option<Lease> {
        let lease = Lease::new("test", dir);
        lease.put("probe", &SecretString::from("x"), HOUR);
        let kept = lease.get("probe").is_some();
        lease.forget("probe");
        kept.then_some(lease)
    }

    #[test]
    fn keeps_replaces_and_forgets() {
        let dir = tempfile::tempdir().unwrap();
        let Some(lease) = lease(dir.path()) else {
            return;
        };
        for text in ["one", "two"] {
            lease.put("key", &SecretString::from(text), HOUR);
            assert_eq!(lease.get("key").unwrap().expose_secret(), text);
        }
        lease.forget("key");
        assert!(lease.get("key").is_none());
    }

    #[test]
    fn another_store_sees_nothing_and_no_time_is_no_lease() {
        let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let Some(lease) = lease(dir.path()) else {
            return;
        };
        lease.put("key", &SecretString::from("one"), HOUR);
        assert!(Lease::new("test", other.path()).get("key").is_none());
        lease.forget("key");
        lease.put("key", &SecretString::from("one"), Duration::ZERO);
        assert!(lease.get("key").is_none());
    }
}
