//! The Secret Service (Linux): is it there, and is it open?
//!
//! The store of `keyring-core` unlocks whatever it meets that is locked, and waits for the desktop's
//! dialog without a limit. So before it is used we look for ourselves, on a connection of our own,
//! with calls that never open a dialog.

use std::collections::HashMap;
use std::time::Duration;

use keyring_core::api::CredentialStoreApi;
use keyring_core::error::PlatformError;
use keyring_core::{Entry, Error};
use serde::Serialize;
use zbus::Message;
use zbus::blocking::Connection;
use zbus::zvariant::{DynamicType, OwnedObjectPath, OwnedValue};
use zbus_secret_service_keyring_store::Store;

use super::SecretError;
use super::error::UnavailableCause;
use super::keyring::{self, Item, Keeper, State};

/// An open collection answers in milliseconds.
pub(super) const CALL_LIMIT: Duration = Duration::from_secs(2);

const SERVICE: &str = "org.freedesktop.secrets";
const SERVICE_PATH: &str = "/org/freedesktop/secrets";
const SERVICE_INTERFACE: &str = "org.freedesktop.Secret.Service";
const COLLECTION_INTERFACE: &str = "org.freedesktop.Secret.Collection";
const NO_OBJECT: &str = "/";

/// Whether an item can be reached without a dialog.
///
/// A Secret Service that D-Bus can start on demand is started by this. Locked means that the default
/// collection is, or another one that holds such an item.
pub(super) fn state(item: &Item) -> Result<State, UnavailableCause> {
    let bus = Connection::session().map_err(|error| UnavailableCause::NoBus(error.to_string()))?;
    let reply = call(
        &bus,
        SERVICE_PATH,
        SERVICE_INTERFACE,
        "ReadAlias",
        &"default",
    )?;
    let collection: OwnedObjectPath = reply.body().deserialize().map_err(unavailable)?;
    if collection.as_str() == NO_OBJECT {
        return Err(UnavailableCause::NoCollection);
    }
    let locked = (COLLECTION_INTERFACE, "Locked");
    let properties = "org.freedesktop.DBus.Properties";
    let reply = call(&bus, collection.as_str(), properties, "Get", &locked)?;
    let locked: OwnedValue = reply.body().deserialize().map_err(unavailable)?;
    if bool::try_from(locked).map_err(|error| unavailable(error.into()))? {
        return Ok(State::Locked);
    }
    let reply = call(
        &bus,
        SERVICE_PATH,
        SERVICE_INTERFACE,
        "SearchItems",
        &attributes(item),
    )?;
    let body = reply.body();
    let (_open, locked): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) =
        body.deserialize().map_err(unavailable)?;
    Ok(if locked.is_empty() {
        State::Open
    } else {
        State::Locked
    })
}

/// An item of ours, which need not exist; or one of Leapp's, which must.
pub(super) fn entry(item: &Item) -> keyring_core::Result<Entry> {
    let store = Store::new()?;
    match item.keeper {
        Keeper::Us => {
            // What a person sees in the desktop's keyring program.
            let label = format!("{}: {}", item.service, item.account);
            let label = HashMap::from([("label", label.as_str())]);
            store.build(&item.service, &item.account, Some(&label))
        }
        // `build` looks by our attributes. Where several collections have such an item, the Secret
        // Service names that of the default one first.
        Keeper::Leapp => {
            let found = store.search(&attributes(item))?;
            found.into_iter().next().ok_or(Error::NoEntry)
        }
    }
}

/// The attributes by which an item is found.
fn attributes(item: &Item) -> HashMap<&str, &str> {
    let account = match item.keeper {
        Keeper::Us => "username",
        Keeper::Leapp => "account",
    };
    HashMap::from([("service", &*item.service), (account, &*item.account)])
}

/// A failure of the service itself. What it forbids has an error of its own.
pub(super) fn failure(cause: &PlatformError) -> SecretError {
    keyring::unavailable(UnavailableCause::Keyring(cause.to_string()))
}

fn call<Body>(
    bus: &Connection,
    path: &str,
    interface: &str,
    method: &str,
    body: &Body,
) -> Result<Message, UnavailableCause>
where
    Body: Serialize + DynamicType,
{
    bus.call_method(Some(SERVICE), path, Some(interface), method, body)
        .map_err(unavailable)
}

fn unavailable(error: zbus::Error) -> UnavailableCause {
    match error {
        zbus::Error::MethodError(name, ..)
            if name.as_str() == "org.freedesktop.DBus.Error.ServiceUnknown" =>
        {
            UnavailableCause::NoService
        }
        other => UnavailableCause::Keyring(other.to_string()),
    }
}
