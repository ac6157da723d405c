//! Secrets in the OS keyring: a real Secret Service, a locked one, a bus without one, no bus at all.

use insta::assert_snapshot;

use crate::manage::{KEY, SECRET, add_user};
use crate::sessions::{CORP, FILE, line, with};
use crate::support::aws::Aws;
use crate::support::output::Output;
use crate::support::sandbox::Sandbox;
use crate::support::secret_service::SecretService;
use crate::support::world::account;

const PLACES: &str = "home/.local/share/leapp/places.toml";
const VAULT: &str = "home/.local/share/leapp/vault.age";

/// Something that needs the secret, and gets no further without it.
fn use_secret(sandbox: &Sandbox) -> Output {
    sandbox.leapp(&["login", "corp"]).run()
}

/// Adds `corp`, whose secret then lies in the keyring.
fn stored(sandbox: &Sandbox) {
    let added = add_user(sandbox, "corp").run().assert_ok();
    let note = "stored the secret of `AKIAIOSFODNN7EXAMPLE` in the OS keyring";
    assert!(added.stderr.contains(note), "{}", added.transcript());
}

#[test]
fn a_secret_in_the_keyring_opens_a_session() {
    let aws = Aws::shared();
    let user = aws.user(&account(), "u1", &[]);
    let mut sandbox = Sandbox::new().endpoint(&aws.url());
    let Some(_keyring) = SecretService::unlocked(&mut sandbox) else {
        return;
    };
    let words = line("add user corp --region eu-west-1 --secret-access-key -");
    let key = ["--access-key-id", &user.access_key_id];
    let run = sandbox
        .leapp(&words)
        .args(&key)
        .stdin(user.secret_access_key);
    run.run().assert_ok();
    use_secret(&sandbox).assert_ok();
}

#[test]
fn a_keyring_that_answers_keeps_the_secret_and_gives_it_back_to_be_deleted() {
    let mut sandbox = Sandbox::new();
    let Some(_keyring) = SecretService::unlocked(&mut sandbox) else {
        return;
    };
    stored(&sandbox);
    let lookup = format!("secret-tool lookup service leapp username {KEY}");
    let found = sandbox.sh(&lookup).may_print_secrets().run();
    assert_eq!(found.assert_ok().stdout.trim(), SECRET);
    assert!(!sandbox.path(VAULT).exists());
    sandbox
        .leapp(&["remove", "corp", "--yes"])
        .run()
        .assert_ok();
    assert_eq!(sandbox.sh(&lookup).run().stdout, "");
    assert!(!sandbox.read(PLACES).contains(KEY));
}

#[test]
fn the_service_name_of_the_items_is_a_setting() {
    let mut sandbox = Sandbox::new();
    sandbox.write(
        "home/.config/leapp/config.toml",
        "keyring_service = \"work\"\n",
    );
    let Some(_keyring) = SecretService::unlocked(&mut sandbox) else {
        return;
    };
    stored(&sandbox);
    let lookup = format!("secret-tool lookup service work username {KEY}");
    let found = sandbox.sh(&lookup).may_print_secrets().run();
    assert_eq!(found.assert_ok().stdout.trim(), SECRET);
}

#[test]
fn a_secret_that_is_not_in_the_keyring_is_missing() {
    let mut sandbox = with(CORP);
    let Some(_keyring) = SecretService::unlocked(&mut sandbox) else {
        return;
    };
    assert_snapshot!(use_secret(&sandbox).transcript(), @"
    exit 1
    --- stderr
    leapp: error: the OS keyring does not hold the secret of access key `[ACCESS-KEY-ID]`

    hint: run `leapp add user corp --secret-access-key -` and give its secret
    hint: gnome-keyring is the keyring now; if the secret is in another program (KWallet, KeePassXC), start that one in its place
    ");
}

#[test]
fn a_locked_keyring_is_an_error_at_once_and_nothing_falls_back() {
    let mut sandbox = Sandbox::new();
    let Some(keyring) = SecretService::unlocked(&mut sandbox) else {
        return;
    };
    stored(&sandbox);
    keyring.lock();
    assert_snapshot!(use_secret(&sandbox).transcript(), @"
    exit 3
    --- stderr
    leapp: error: the OS keyring is locked
    caused by: the unlock dialog of gnome-keyring needs a graphical display

    hint: unlock it in your desktop session, or with `gnome-keyring-daemon --unlock`
    hint: to keep new secrets in an encrypted file instead, set `LEAPP_SECRETS=file`
    ");
    let before = sandbox.read(FILE);
    let removed = sandbox.leapp(&["remove", "corp", "--yes"]).run();
    removed.assert_code(3);
    assert_eq!(sandbox.read(FILE), before);
    assert!(!sandbox.path(VAULT).exists());
}

#[test]
fn a_keyring_that_was_always_locked_takes_no_new_secret() {
    let mut sandbox = Sandbox::new();
    let Some(_keyring) = SecretService::locked(&mut sandbox) else {
        return;
    };
    assert_snapshot!(add_user(&sandbox, "corp").run().transcript(), @"
    exit 3
    --- stderr
    leapp: error: the OS keyring is locked
    caused by: the unlock dialog of gnome-keyring needs a graphical display

    hint: unlock it in your desktop session, or with `gnome-keyring-daemon --unlock`
    hint: to keep new secrets in an encrypted file instead, set `LEAPP_SECRETS=file`
    ");
    assert_eq!(sandbox.read(FILE), "");
    assert!(!sandbox.path(VAULT).exists());
}

#[test]
fn a_bus_without_a_keyring_means_the_file_vault() {
    let mut sandbox = Sandbox::new();
    let Some(_bus) = SecretService::bus_only(&mut sandbox) else {
        return;
    };
    let added = add_user(&sandbox, "corp").run().assert_ok();
    assert!(
        added.stderr.contains("in the file vault"),
        "{}",
        added.transcript()
    );
}

#[test]
fn no_bus_at_all_means_the_file_vault() {
    let sandbox = Sandbox::new().env("LEAPP_SECRETS", "auto");
    let added = add_user(&sandbox, "corp").run().assert_ok();
    assert!(
        added.stderr.contains("in the file vault"),
        "{}",
        added.transcript()
    );
    let places = sandbox.read(PLACES);
    assert!(places.contains("auto = \"file\""), "{places}");
}

#[test]
fn a_keyring_that_was_asked_for_and_is_not_there_is_an_error() {
    let sandbox = Sandbox::new().env("LEAPP_SECRETS", "keyring");
    let bus = format!("unix:path={}", sandbox.path("no-bus").display());
    let sandbox = sandbox.env("DBUS_SESSION_BUS_ADDRESS", bus);
    assert_snapshot!(add_user(&sandbox, "corp").run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: the OS keyring cannot be reached
    caused by: there is no D-Bus session bus: Failed to connect to address `unix:path=[ROOT]/no-bus`: No such file or directory (os error 2)

    hint: log in to a desktop session, or start one: `dbus-run-session -- $SHELL`
    hint: to keep new secrets in an encrypted file instead, set `LEAPP_SECRETS=file`
    ");
    assert_eq!(sandbox.read(FILE), "");
    let mut sandbox = Sandbox::new();
    let Some(_bus) = SecretService::bus_only(&mut sandbox) else {
        return;
    };
    sandbox.set("LEAPP_SECRETS", "keyring");
    assert_snapshot!(add_user(&sandbox, "corp").run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: the OS keyring cannot be reached
    caused by: no program offers `org.freedesktop.secrets` on the D-Bus session bus

    hint: start a Secret Service: gnome-keyring, KWallet or KeePassXC
    hint: to keep new secrets in an encrypted file instead, set `LEAPP_SECRETS=file`
    ");
    assert_eq!(sandbox.read(FILE), "");
}

#[test]
fn where_a_secret_lies_is_remembered_and_nothing_falls_back() {
    let mut sandbox = Sandbox::new();
    let Some(keyring) = SecretService::unlocked(&mut sandbox) else {
        return;
    };
    stored(&sandbox);
    drop(keyring);
    // The bus is gone, and the vault would be at hand: it is not asked.
    let gone = use_secret(&sandbox).assert_code(1);
    assert!(
        gone.stderr.contains("the OS keyring cannot be reached"),
        "{}",
        gone.transcript()
    );
    sandbox.set("LEAPP_SECRETS", "file");
    let still = use_secret(&sandbox).assert_code(1);
    assert_eq!(still.stderr, gone.stderr);
    assert!(!sandbox.path(VAULT).exists());
}

#[test]
fn what_auto_chose_once_holds_when_a_keyring_comes_later() {
    let mut sandbox = Sandbox::new().env("LEAPP_SECRETS", "auto");
    add_user(&sandbox, "corp").run().assert_ok();
    let Some(_keyring) = SecretService::unlocked(&mut sandbox) else {
        return;
    };
    let words = line("add user other --access-key-id AKIAIOSFODNN7EXAMPL2");
    let rest = ["--secret-access-key", "-"];
    let added = sandbox.leapp(&words).args(&rest).stdin(SECRET).run();
    assert!(added.assert_ok().stderr.contains("in the file vault"));
}

#[test]
fn a_store_that_is_none_is_named() {
    let sandbox = Sandbox::new().env("LEAPP_SECRETS", "vault");
    assert_snapshot!(sandbox.leapp(&["list"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: `LEAPP_SECRETS` is `vault`, which is none of `auto`, `keyring`, `file`
    ");
}
