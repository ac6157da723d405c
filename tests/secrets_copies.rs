//! The same secret several times in the OS keyring: in two collections, in a locked one, with more attributes.

#![cfg(target_os = "linux")]

use std::collections::HashMap;

use secret_service::EncryptionType;
use secret_service::blocking::SecretService as Service;
use zbus::blocking::Connection;
use zbus::blocking::connection::Builder;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

use crate::support::aws::Aws;
use crate::support::sandbox::Sandbox;
use crate::support::secret_service::SecretService;
use crate::support::world::{User, account};

const LOGIN: &str = "/org/freedesktop/secrets/collection/login";
const WRONG: &str = "wrong/wrong/wrong/wrong/wrong/wrong/wron";

/// A keyring with the secret of `corp`, and a second collection.
struct World {
    sandbox: Sandbox,
    user: User,
    bus: Connection,
    other: OwnedObjectPath,
    _keyring: SecretService,
}

impl World {
    fn new() -> Option<Self> {
        let aws = Aws::shared();
        let user = aws.user(&account(), "u1", &[]);
        let mut sandbox = Sandbox::new().endpoint(&aws.url());
        let keyring = SecretService::unlocked(&mut sandbox)?;
        sandbox.add_user("corp", &user);
        let bus = Builder::address(keyring.address())
            .and_then(Builder::build)
            .expect("the bus");
        let other = create_collection(&bus);
        Some(Self {
            sandbox,
            user,
            bus,
            other,
            _keyring: keyring,
        })
    }

    fn service(&self) -> Service<'static> {
        Service::connect_with_existing(EncryptionType::Plain, self.bus.clone()).expect("a session")
    }

    /// Puts an item there as another program would.
    fn put(&self, collection: &str, more: &[(&str, &str)], secret: &str) {
        let service = self.service();
        let path = collection.try_into().expect("a path");
        let collection = service.get_collection_by_path(path).expect("a collection");
        let mut attributes = HashMap::from([
            ("service", "leapp"),
            ("username", self.user.access_key_id.as_str()),
        ]);
        attributes.extend(more.iter().copied());
        collection
            .create_item("a copy", attributes, secret.as_bytes(), false, "text/plain")
            .expect("an item");
    }

    /// The secrets of all open items of `corp`, in the order of their paths.
    fn secrets(&self) -> Vec<String> {
        let service = self.service();
        let attributes = HashMap::from([("username", self.user.access_key_id.as_str())]);
        let mut found = service.search_items(attributes).expect("items").unlocked;
        found.sort_by_key(|item| item.item_path.as_str().to_owned());
        let secret = |item: &secret_service::blocking::Item<'_>| {
            String::from_utf8(item.get_secret().expect("a secret")).expect("text")
        };
        found.iter().map(secret).collect()
    }

    fn set_secret(&self, secret: &str) {
        self.sandbox
            .leapp(&["add", "user", "corp", "--secret-access-key", "-"])
            .stdin(secret)
            .run()
            .assert_ok();
    }

    fn remove_own(&self) {
        let service = self.service();
        let collection = service.get_default_collection().expect("a collection");
        for item in collection.get_all_items().expect("items") {
            item.delete().expect("the item to go");
        }
    }

    fn logs_in(&self) {
        self.sandbox
            .leapp(&["login", "corp", "--refresh"])
            .run()
            .assert_ok();
    }
}

/// gnome-keyring makes a collection without a dialog for its own tests, by this interface.
fn create_collection(bus: &Connection) -> OwnedObjectPath {
    let service = Some("org.freedesktop.secrets");
    let root = "/org/freedesktop/secrets";
    let session = bus
        .call_method(
            service,
            root,
            Some("org.freedesktop.Secret.Service"),
            "OpenSession",
            &("plain", Value::from("")),
        )
        .expect("a session");
    let body = session.body();
    let (_, session): (OwnedValue, OwnedObjectPath) = body.deserialize().expect("a path");
    let label = "org.freedesktop.Secret.Collection.Label";
    let properties = HashMap::from([(label, Value::from("other"))]);
    let password = (session, Vec::<u8>::new(), b"test".to_vec(), "text/plain");
    let made = bus
        .call_method(
            service,
            root,
            Some("org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"),
            "CreateWithMasterPassword",
            &(properties, password),
        )
        .expect("a collection");
    made.body().deserialize().expect("a path")
}

#[test]
fn the_item_of_the_default_collection_wins_over_a_copy() {
    let Some(world) = World::new() else { return };
    world.put(world.other.as_str(), &[], WRONG);
    world.logs_in();
    // Setting replaces it, and it alone.
    world.set_secret(WRONG);
    assert_eq!(world.secrets(), [WRONG, WRONG]);
    world.set_secret(&world.user.secret_access_key);
    assert_eq!(world.secrets(), [&world.user.secret_access_key, WRONG]);
    world.logs_in();
    world
        .sandbox
        .leapp(&["remove", "corp", "--yes"])
        .run()
        .assert_ok();
    assert_eq!(world.secrets(), [""; 0], "no copy is left");
}

#[test]
fn a_copy_in_a_locked_collection_is_not_in_the_way() {
    let Some(world) = World::new() else { return };
    world.put(world.other.as_str(), &[], WRONG);
    let service = world.service();
    let path = world.other.clone();
    let other = service.get_collection_by_path(path).expect("a collection");
    other.lock().expect("it to be locked");
    world.logs_in();
    world.set_secret(&world.user.secret_access_key);
    world
        .sandbox
        .leapp(&["secrets", "move", "--to", "file"])
        .run()
        .assert_ok();
    assert_eq!(world.secrets(), [""; 0]);
}

#[test]
fn an_item_with_more_attributes_is_another_item() {
    let Some(world) = World::new() else { return };
    world.put(LOGIN, &[("target", "something else")], WRONG);
    world.logs_in();
    world.set_secret(&world.user.secret_access_key);
    assert_eq!(world.secrets(), [&world.user.secret_access_key, WRONG]);
}

#[test]
fn an_item_that_another_program_has_put_there_serves_where_there_is_no_other() {
    let Some(world) = World::new() else { return };
    world.remove_own();
    let more = [("xdg:schema", "org.example"), ("note", "from a backup")];
    world.put(LOGIN, &more, &world.user.secret_access_key);
    world.logs_in();
    // It is the one that is set, then.
    world.set_secret(WRONG);
    assert_eq!(world.secrets(), [WRONG]);
    world.remove_own();
    world.put(world.other.as_str(), &[], &world.user.secret_access_key);
    world.logs_in();
}
