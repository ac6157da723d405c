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
    let mut checks = vec![store(secrets)];
    checks.extend(access_keys(catalog, secrets));
    checks.push(lease(secrets));
    checks
}

/// The store for new secrets.
fn store(secrets: &Secrets) -> Check {
    let name = "secret store";
    let failed = |error: SecretError| words::of_error(name, CommandError::from(error));
    let examined = secrets
        .place()
        .and_then(|place| Ok((place, secrets.probe(place)?)));
    match examined {
        Err(error) => failed(error),
        Ok((place, Door::New)) => Check::ok(name, format!("{place}, set up with the first secret")),
        Ok((place, Door::Locked)) => {
            let said = format!("{place}, locked; so nothing was put there for a trial");
            Check::warning(name, said).next(match place {
                Place::Keyring => words::LOCKED_KEYRING,
                Place::File => words::LOCKED_VAULT,
            })
        }
        Ok((place, Door::Open)) => match secrets.round_trip(place) {
            Ok(()) => Check::ok(name, format!("{place}, open; what is put there comes back")),
            Err(error) => failed(error),
        },
    }
}

/// Whether every access key has its secret. Nothing is said of those in a store that would have to be
/// unlocked, or does not answer: that is another check.
fn access_keys(catalog: &Catalog, secrets: &Secrets) -> Option<Check> {
    let name = "access keys";
    let can_be_read = |key: &SecretName| {
        let place = secrets.place_of(key);
        let door = place.and_then(|place| secrets.probe(place));
        door.is_ok_and(|door| door != Door::Locked)
    };
    let (mut found, mut missing, mut seen) = (0, Vec::new(), HashSet::new());
    for session in catalog.iter() {
        let Kind::IamUser(user) = &session.kind else {
            continue;
        };
        if !seen.insert(&user.access_key_id) {
            continue;
        }
        let key = SecretName::AccessKey(user.access_key_id.clone());
        if !can_be_read(&key) {
            continue;
        }
        match secrets.get(&key) {
            Ok(_) => found += 1,
            Err(SecretError::Missing { .. }) => missing.push((&session.alias, &user.access_key_id)),
            Err(error) => return Some(words::of_error(name, error.into())),
        }
    }
    if missing.is_empty() {
        return (found > 0).then(|| Check::ok(name, format!("{found}, each with its secret")));
    }
    let keys = list(missing.iter().map(|(_, key)| key));
    let check = Check::failed(name, format!("the secret is missing of {keys}"));
    Some(missing.iter().fold(check, |check, (alias, _)| {
        check.next(words::missing_secret(alias.as_str()))
    }))
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
