//! The secret store: which, whether it is open, whether what is put there comes back, and whether the
//! secrets of all access keys are there.

use std::collections::HashSet;

use super::{list, words};
use crate::app::App;
use crate::commands::error::CommandError;
use crate::doctor::Check;
use crate::model::Catalog;
use crate::model::session::Kind;
use crate::secrets::{Door, Place, SecretError, SecretName, Secrets};

pub(super) fn checks(catalog: &Catalog, app: &App) -> Vec<Check> {
    let secrets = app.secrets();
    let mut doors = Doors::of(secrets);
    let mut checks = vec![store(&mut doors)];
    checks.extend(access_keys(catalog, &mut doors));
    checks.push(lease(secrets));
    checks
}

/// The stores, each of them tried once: one that does not answer takes its time at every trial.
struct Doors<'s> {
    secrets: &'s Secrets,
    /// The store for new secrets, or what keeps it from being told.
    usual: Result<Place, Check>,
    tried: Vec<(Place, Result<Door, Check>)>,
}

impl<'s> Doors<'s> {
    fn of(secrets: &'s Secrets) -> Self {
        Self {
            secrets,
            usual: secrets.place().map_err(failed),
            tried: Vec::new(),
        }
    }

    fn door(&mut self, place: Place) -> Result<Door, Check> {
        if let Some((_, door)) = self.tried.iter().find(|(tried, _)| *tried == place) {
            return door.clone();
        }
        let door = self.secrets.probe(place).map_err(failed);
        self.tried.push((place, door.clone()));
        door
    }

    /// Where a secret lies, or would, without a look into a store.
    fn place_of(&self, key: &SecretName) -> Option<Place> {
        match self.secrets.remembers(key) {
            Ok(true) => self.secrets.place_of(key).ok(),
            Ok(false) => self.usual.as_ref().ok().copied(),
            Err(_) => None,
        }
    }
}

const STORE: &str = "secret store";

fn failed(error: SecretError) -> Check {
    words::of_error(STORE, CommandError::from(error))
}

/// The store for new secrets.
fn store(doors: &mut Doors<'_>) -> Check {
    let name = STORE;
    let examined = doors.usual.clone();
    let examined = examined.and_then(|place| Ok((place, doors.door(place)?)));
    match examined {
        Err(failed) => failed,
        Ok((place, Door::New)) => Check::ok(name, format!("{place}, set up with the first secret")),
        Ok((place, Door::Locked)) => {
            let said = format!("{place}, locked; so nothing was put there for a trial");
            Check::warning(name, said).next(match place {
                Place::Keyring => words::LOCKED_KEYRING,
                Place::File => words::LOCKED_VAULT,
            })
        }
        Ok((place, Door::Open)) => match doors.secrets.round_trip(place) {
            Ok(()) => Check::ok(name, format!("{place}, open; what is put there comes back")),
            Err(error) => failed(error),
        },
    }
}

/// Whether every access key has its secret. Nothing is said of those in a store that would have to be
/// unlocked: that is another check.
fn access_keys(catalog: &Catalog, doors: &mut Doors<'_>) -> Vec<Check> {
    let name = "access keys";
    let (mut found, mut missing, mut seen) = (0, Vec::new(), HashSet::new());
    let mut out_of_reach: Vec<Place> = Vec::new();
    for session in catalog.iter() {
        let Kind::IamUser(user) = &session.kind else {
            continue;
        };
        if !seen.insert(&user.access_key_id) {
            continue;
        }
        let key = SecretName::AccessKey(user.access_key_id.clone());
        let Some(place) = doors.place_of(&key) else {
            continue;
        };
        match doors.door(place) {
            Ok(Door::Open | Door::New) => {}
            Ok(Door::Locked) => continue,
            Err(_) => {
                out_of_reach.push(place);
                continue;
            }
        }
        match doors.secrets.get(&key) {
            Ok(_) => found += 1,
            Err(SecretError::Missing { .. }) => missing.push((&session.alias, &user.access_key_id)),
            Err(error) => return vec![words::of_error(name, error.into())],
        }
    }
    let mut checks = Vec::new();
    if !missing.is_empty() {
        let keys = list(missing.iter().map(|(_, key)| key));
        let check = Check::failed(name, format!("the secret is missing of {keys}"));
        checks.push(missing.iter().fold(check, |check, (alias, _)| {
            check.next(words::missing_secret(alias.as_str()))
        }));
    } else if found > 0 {
        checks.push(Check::ok(name, format!("{found}, each with its secret")));
    }
    checks.extend(unlooked_at(name, &out_of_reach, doors));
    checks
}

/// What is said of keys in stores that cannot be used: how many, and of another store than that for new
/// secrets also why.
fn unlooked_at(name: &str, keys: &[Place], doors: &mut Doors<'_>) -> Vec<Check> {
    let mut checks = Vec::new();
    for place in [Place::Keyring, Place::File] {
        let count = keys.iter().filter(|of_key| **of_key == place).count();
        if count == 0 {
            continue;
        }
        if doors.usual.as_ref().ok() != Some(&place) {
            checks.extend(doors.door(place).err());
        }
        let said = format!("{count} in {place}, which was asked once and no more");
        checks.push(Check::not_tried(name, said));
    }
    checks
}

fn lease(secrets: &Secrets) -> Check {
    let name = "kernel lease";
    if secrets.can_lease() {
        Check::ok(name, "the kernel keeps unlocked keys")
    } else if cfg!(target_os = "linux") {
        Check::warning(
            name,
            "the kernel keeps no keys, so that every run opens the secret store",
        )
        .next(words::NO_LEASE)
    } else {
        Check::ok(name, "there is none on this system")
    }
}
