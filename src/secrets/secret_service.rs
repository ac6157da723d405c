//! The Secret Service (Linux): gnome-keyring, `KWallet`, `KeePassXC`.
//!
//! What is locked is unlocked by a dialog of the program, which may stand for ever. So what needs a dialog is
//! found out first, by calls that open none, and one dialog unlocks all that a run needs.
//!
//! Who let a program through, let its connection through: `KeePassXC` asks for each, and `KWallet`
//! opens a wallet for each. So a process has one.

mod choice;
mod kwallet;
mod program;
mod prompt;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use secret_service::blocking::{Collection, Item as StoredItem, SecretService};
use secret_service::{EncryptionType, Error};
use zbus::blocking::Connection;
use zbus::zvariant::OwnedObjectPath;

use super::keyring::{Failure, Item, Keeper, KeyringProgram, State};
use choice::{Candidate, best};

/// An open collection answers in milliseconds.
pub(super) const CALL_LIMIT: Duration = Duration::from_secs(2);

const SERVICE: &str = "org.freedesktop.secrets";
const SERVICE_PATH: &str = "/org/freedesktop/secrets";
const SERVICE_INTERFACE: &str = "org.freedesktop.Secret.Service";
const NO_OBJECT: &str = "/";
const CONTENT_TYPE: &str = "application/octet-stream";

/// The connection of this process to the session bus, once there is one.
#[derive(Clone, Default)]
pub(super) struct Handle(Arc<OnceLock<Connection>>);

impl Handle {
    fn bus(&self) -> Result<Connection, Failure> {
        if let Some(bus) = self.0.get() {
            return Ok(bus.clone());
        }
        let bus = Connection::session().map_err(|error| Failure::NoBus(error.to_string()))?;
        Ok(self.0.get_or_init(|| bus).clone())
    }

    /// A session in which secrets are encrypted on their way over the bus.
    fn open(&self) -> Result<SecretService<'static>, Failure> {
        SecretService::connect_with_existing(EncryptionType::Dh, self.bus()?).map_err(failure)
    }

    /// One for questions that no secret answers: it costs less.
    fn look(&self) -> Result<SecretService<'static>, Failure> {
        SecretService::connect_with_existing(EncryptionType::Plain, self.bus()?).map_err(failure)
    }

    /// The program that is the keyring now.
    pub(super) fn program(&self) -> KeyringProgram {
        self.bus()
            .ok()
            .and_then(|bus| program::owner_of(&bus, SERVICE))
            .unwrap_or_default()
    }

    /// Whether an item can be used without a dialog. A Secret Service that D-Bus can start on demand is
    /// started by this.
    pub(super) fn state(&self, item: &Item) -> Result<State, Failure> {
        let service = self.look()?;
        let collection = service.get_default_collection().map_err(failure)?;
        if collection.is_locked().map_err(failure)? {
            return Ok(State::Locked);
        }
        Ok(match chosen(&service, &collection, item)? {
            Some((_, true)) => State::Locked,
            _ => State::Open,
        })
    }

    /// Unlocks what stands in the way to an item; `beside` is let through by the same dialog, where there
    /// is one. Waits for the person.
    pub(super) fn unlock(
        &self,
        item: &Item,
        beside: Option<&Item>,
        may_ask: bool,
    ) -> Result<(), Failure> {
        let bus = self.bus()?;
        let service = self.look()?;
        let collection = service.get_default_collection().map_err(failure)?;
        let mut locked = Vec::new();
        if collection.is_locked().map_err(failure)? {
            locked.push(collection.collection_path.clone());
        } else {
            for item in [Some(item), beside].into_iter().flatten() {
                if let Some((path, true)) = chosen(&service, &collection, item)? {
                    locked.push(path);
                }
            }
        }
        if locked.is_empty() {
            return Ok(());
        }
        let interface = Some(SERVICE_INTERFACE);
        let reply = bus
            .call_method(Some(SERVICE), SERVICE_PATH, interface, "Unlock", &locked)
            .map_err(|error| failure(error.into()))?;
        let body = reply.body();
        let (_, prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) = body
            .deserialize()
            .map_err(|error: zbus::Error| failure(error.into()))?;
        if prompt.as_str() == NO_OBJECT {
            return Ok(());
        }
        if !may_ask && !self.is_open_wallet(&bus, &collection) {
            return Err(Failure::Locked);
        }
        prompt::run(&bus, &prompt)
    }

    fn is_open_wallet(&self, bus: &Connection, collection: &Collection<'_>) -> bool {
        let name = collection.get_label();
        self.program() == KeyringProgram::KWallet
            && name.is_ok_and(|name| kwallet::is_open(bus, &name))
    }

    /// The secret of an item.
    pub(super) fn get(&self, item: &Item) -> Result<Vec<u8>, Failure> {
        let service = self.open()?;
        let collection = service.get_default_collection().map_err(failure)?;
        let (path, _) = chosen(&service, &collection, item)?.ok_or(Failure::NoItem)?;
        let found = service.get_item_by_path(path).map_err(failure)?;
        found.get_secret().map_err(failure)
    }

    /// Sets the secret of the item that [`Handle::get`] would read, or of a new one in the default collection.
    pub(super) fn set(&self, item: &Item, secret: &[u8]) -> Result<(), Failure> {
        let service = self.open()?;
        let collection = service.get_default_collection().map_err(failure)?;
        if let Some((path, _)) = chosen(&service, &collection, item)?
            && choice::is_in(path.as_str(), collection.collection_path.as_str())
        {
            let found = service.get_item_by_path(path).map_err(failure)?;
            return found.set_secret(secret, CONTENT_TYPE).map_err(failure);
        }
        // What a person sees in the program of the keyring.
        let label = format!("{}: {}", item.service, item.account);
        // Not `replace`: that would take an item that has more attributes for this one.
        collection
            .create_item(&label, attributes(item), secret, false, CONTENT_TYPE)
            .map(drop)
            .map_err(failure)
    }

    /// Deletes an item, and every copy of it that is open.
    pub(super) fn delete(&self, item: &Item) -> Result<(), Failure> {
        let service = self.open()?;
        let found = service.search_items(attributes(item)).map_err(failure)?;
        for copy in &found.unlocked {
            copy.delete().map_err(failure)?;
        }
        if found.unlocked.is_empty() {
            Err(Failure::NoItem)
        } else {
            Ok(())
        }
    }
}

/// Of all items that match, the one that is meant, and whether it is locked.
fn chosen(
    service: &SecretService<'_>,
    collection: &Collection<'_>,
    item: &Item,
) -> Result<Option<(OwnedObjectPath, bool)>, Failure> {
    let wanted = attributes(item);
    let found = service.search_items(wanted.clone()).map_err(failure)?;
    let default = collection.collection_path.as_str();
    let candidate = |found: &StoredItem<'_>, is_locked: bool| Candidate {
        path: found.item_path.clone(),
        is_in_default: choice::is_in(found.item_path.as_str(), default),
        is_locked,
        // Those of a locked item may be hidden.
        more_attributes: found.get_attributes().map_or(usize::MAX, |all| {
            let schema = usize::from(all.contains_key("xdg:schema"));
            all.len().saturating_sub(wanted.len() + schema)
        }),
        modified: found.get_modified().unwrap_or_default(),
    };
    let open = found.unlocked.iter().map(|found| candidate(found, false));
    let locked = found.locked.iter().map(|found| candidate(found, true));
    Ok(best(open.chain(locked)).map(|best| (best.path, best.is_locked)))
}

/// The attributes by which an item is found.
fn attributes(item: &Item) -> HashMap<&str, &str> {
    let account = match item.keeper {
        Keeper::Us => "username",
        Keeper::Leapp => "account",
    };
    HashMap::from([("service", &*item.service), (account, &*item.account)])
}

fn failure(error: Error) -> Failure {
    match error {
        Error::Zbus(zbus::Error::MethodError(name, ..))
            if name.as_str() == "org.freedesktop.DBus.Error.ServiceUnknown" =>
        {
            Failure::NoService
        }
        Error::ZbusFdo(zbus::fdo::Error::ServiceUnknown(_)) => Failure::NoService,
        Error::Locked => Failure::Locked,
        Error::NoResult => Failure::NoCollection,
        Error::Prompt | Error::PromptDisconnected => Failure::Refused(error.to_string()),
        Error::Zbus(zbus::Error::MethodError(name, text, _)) => {
            let name = name.as_str();
            if name == "org.freedesktop.Secret.Error.IsLocked" {
                return Failure::Locked;
            }
            Failure::Failed(text.unwrap_or_else(|| name.to_owned()))
        }
        other => Failure::Failed(other.to_string()),
    }
}
