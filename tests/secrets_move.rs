//! `leapp secrets move`: from one store to the other and back, losing nothing.

use crate::support::aws::Aws;
use crate::support::sandbox::Sandbox;
use crate::support::secret_service::SecretService;
use crate::support::world::Chain;

#[test]
fn a_move_to_a_keyring_that_is_not_there_is_an_error_and_changes_nothing() {
    let mut sandbox = Sandbox::new();
    let Some(_bus) = SecretService::bus_only(&mut sandbox) else {
        return;
    };
    let refused = sandbox
        .leapp(&["secrets", "move", "--to", "keyring"])
        .run()
        .assert_code(1);
    let why = "no program offers `org.freedesktop.secrets`";
    assert!(refused.stderr.contains(why), "{}", refused.stderr);
    assert!(!sandbox.path("home/.local/share/leapp/places.toml").exists());
    // The next secret goes where it would have gone.
    let added = crate::manage::add_user(&sandbox, "corp").run().assert_ok();
    assert!(
        added.stderr.contains("in the file vault"),
        "{}",
        added.stderr
    );
}

#[test]
fn secrets_move_there_and_back() {
    let aws = Aws::shared();
    let mut sandbox = Sandbox::new().endpoint(&aws.url());
    let Some(service) = SecretService::unlocked(&mut sandbox) else {
        return;
    };
    Chain::new(aws, 1).define(&sandbox);
    sandbox.add_user("other", &Chain::new(aws, 1).user);
    let refreshed = |sandbox: &Sandbox| {
        sandbox.leapp(&["logout"]).run().assert_ok();
        sandbox.leapp_exec(&["r1", "--", "true"]).run().assert_ok();
        sandbox
            .leapp_exec(&["other", "--", "true"])
            .run()
            .assert_ok();
    };
    let said = sandbox
        .leapp(&["secrets", "move", "--to", "file"])
        .run()
        .assert_ok();
    assert_eq!(
        said.stderr,
        "leapp: moved 2 secrets to the file vault; new ones go there too\n"
    );
    refreshed(&sandbox);
    let again = sandbox
        .leapp(&["secrets", "move", "--to", "file"])
        .run()
        .assert_ok();
    assert_eq!(
        again.stderr,
        "leapp: nothing was to be moved; new secrets go to the file vault\n"
    );
    sandbox
        .leapp(&["secrets", "move", "--to", "keyring"])
        .run()
        .assert_ok();
    refreshed(&sandbox);
    // Nothing of them is left in the file: without the keyring, they are out of reach.
    sandbox.leapp(&["logout"]).run().assert_ok();
    drop(service);
    let gone = sandbox
        .leapp_exec(&["r1", "--", "true"])
        .run()
        .assert_code(125);
    assert!(
        gone.stderr.contains("the OS keyring cannot be reached"),
        "{}",
        gone.stderr
    );
}

#[test]
fn a_move_to_a_store_that_is_not_there_moves_nothing() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    Chain::new(aws, 1).define(&sandbox);
    let failed = sandbox
        .leapp(&["secrets", "move", "--to", "keyring"])
        .run()
        .assert_code(1);
    assert!(
        failed.stderr.contains("there is no D-Bus session bus"),
        "{}",
        failed.stderr
    );
    sandbox.leapp_exec(&["r1", "--", "true"]).run().assert_ok();
}
