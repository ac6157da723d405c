//! The file vault with an identity file: CI and containers. The standard `age` opens it.

use std::fs;

use insta::assert_snapshot;

use crate::manage::{KEY, SECRET, add_user};
use crate::sessions::{CORP, FILE, with};
use crate::support::program;
use crate::support::run::Run;
use crate::support::sandbox::{Sandbox, private};

pub(crate) const DATA: &str = "home/.local/share/leapp";

/// Something that needs the secret.
pub(crate) fn login(sandbox: &Sandbox) -> Run<'_> {
    sandbox.leapp(&["login", "corp"])
}

#[test]
fn the_standard_age_opens_it() {
    if program("age").is_none() {
        return;
    }
    let sandbox = Sandbox::new();
    add_user(&sandbox, "corp").run().assert_ok();
    let script = format!("age -d -i \"$LEAPP_IDENTITY_FILE\" ../{DATA}/vault.age");
    let opened = sandbox.sh(&script).may_print_secrets().run().assert_ok();
    assert_eq!(opened.json(), serde_json::json!({ KEY: SECRET }));
}

#[test]
fn an_identity_file_that_others_can_read_is_refused() {
    let sandbox = with(CORP);
    private(&sandbox.path("identity.txt"), 0o644);
    let output = add_user(&sandbox, "other").run();
    assert_snapshot!(output.transcript(), @"
    exit 1
    --- stderr
    leapp: error: the file vault refused access
    caused by: `[ROOT]/identity.txt` must belong to you, with mode 0600 or 0400 (its mode is 0644)

    hint: run `chmod 600 [ROOT]/identity.txt`
    ");
    assert_eq!(sandbox.read(FILE), CORP);
    private(&sandbox.path("identity.txt"), 0o400);
    add_user(&sandbox, "other").run().assert_ok();
}

#[test]
fn another_identity_than_the_vaults_is_refused() {
    let sandbox = Sandbox::new();
    add_user(&sandbox, "corp").run().assert_ok();
    let other = sandbox.path("other.txt");
    let made = sandbox.sh("age-keygen -o ../other.txt && chmod 600 ../other.txt");
    if program("age-keygen").is_none() {
        return;
    }
    made.run().assert_ok();
    let output = login(&sandbox).env("LEAPP_IDENTITY_FILE", &other).run();
    assert_snapshot!(output.transcript(), @"
    exit 1
    --- stderr
    leapp: error: the file vault refused access
    caused by: the vault is sealed to another identity than the one in `[ROOT]/other.txt`

    hint: set `LEAPP_IDENTITY_FILE` to the identity that the vault was made with
    ");
}

/// What the caller names wrongly is no fault of the vault, which nobody should throw away for it.
#[test]
fn a_file_that_is_no_identity_is_not_a_damaged_vault() {
    let sandbox = Sandbox::new();
    add_user(&sandbox, "corp").run().assert_ok();
    let other = sandbox.write("other.txt", "ssh-ed25519 AAAA\n");
    private(&other, 0o600);
    let output = login(&sandbox).env("LEAPP_IDENTITY_FILE", &other).run();
    assert_snapshot!(output.transcript(), @"
    exit 1
    --- stderr
    leapp: error: the file vault refused access
    caused by: `[ROOT]/other.txt` holds no age identity

    hint: set `LEAPP_IDENTITY_FILE` to a file that `age-keygen` has made; the vault itself is as it was
    ");
    let folder = sandbox.path("home");
    let output = login(&sandbox).env("LEAPP_IDENTITY_FILE", &folder).run();
    assert_snapshot!(output.transcript(), @"
    exit 1
    --- stderr
    leapp: error: the file vault cannot be reached
    caused by: cannot read `[ROOT]/home`
    caused by: Is a directory (os error 21)

    hint: make `[ROOT]/home` usable; if `LEAPP_PASSPHRASE_FILE` or `LEAPP_IDENTITY_FILE` names it, mend that
    ");
}

#[test]
fn a_vault_that_was_damaged_is_said_to_be() {
    let sandbox = Sandbox::new();
    add_user(&sandbox, "corp").run().assert_ok();
    sandbox.write(&format!("{DATA}/vault.age"), "not age at all");
    assert_snapshot!(login(&sandbox).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: the file vault is damaged
    caused by: `[ROOT]/home/.local/share/leapp/vault.age` cannot be read: its age header is invalid

    hint: restore `[ROOT]/home/.local/share/leapp/vault.age` from a backup, or remove it and run `leapp add` again with each access key
    ");
}

#[test]
fn a_secret_that_is_not_in_the_vault_is_missing() {
    assert_snapshot!(login(&with(CORP)).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: the file vault does not hold the secret of access key `[ACCESS-KEY-ID]`

    hint: run `leapp add user corp --secret-access-key -` and give its secret
    ");
}

#[test]
fn a_folder_of_secrets_that_others_can_write_is_refused() {
    let sandbox = with(CORP);
    fs::create_dir_all(sandbox.path(DATA)).unwrap();
    private(&sandbox.path(DATA), 0o777);
    let output = add_user(&sandbox, "other").run();
    assert_snapshot!(output.transcript(), @"
    exit 1
    --- stderr
    leapp: error: cannot write `[ROOT]/home/.config/leapp/sessions.toml`
    caused by: `[ROOT]/home/.local/share/leapp` can be written by others (mode 0777)

    hint: run `chmod go-w [ROOT]/home/.local/share/leapp`
    ");
    assert_eq!(sandbox.read(FILE), CORP);
}
