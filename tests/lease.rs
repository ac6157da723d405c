//! The kernel's keyring: what is unlocked stays so for some hours, in every kind of session, and
//! nothing but speed and questions changes where the kernel refuses.

use crate::support::aws::Aws;
use crate::support::output::Output;
use crate::support::pty::Ended;
use crate::support::sandbox::Sandbox;
use crate::support::secret_service::SecretService;
use crate::support::world::Chain;
use crate::support::{VENV_BIN, WITHOUT_KEYCTL, program};

const RUN: [&str; 4] = ["leapp-exec", "r1", "--", "true"];

/// A vault under a passphrase, with credentials in the cache, and the passphrase no longer given:
/// what runs now, runs by the lease.
fn leased() -> Sandbox {
    let aws = Aws::shared();
    let sandbox = Sandbox::new()
        .endpoint(&aws.url())
        .env_remove("LEAPP_IDENTITY_FILE")
        .env("LEAPP_PASSPHRASE", "of the vault");
    Chain::new(aws, 1).define(&sandbox);
    sandbox.leapp_exec(&["r1", "--", "true"]).run().assert_ok();
    sandbox.env_remove("LEAPP_PASSPHRASE")
}

fn locked(output: &Output) {
    assert!(
        output.stderr.contains("the file vault is locked"),
        "{}",
        output.stderr
    );
}

#[test]
fn a_leased_key_opens_the_cache_until_it_is_locked() {
    let sandbox = leased();
    sandbox.leapp_exec(&["r1", "--", "true"]).run().assert_ok();
    sandbox.leapp(&["lock"]).run().assert_ok();
    locked(
        &sandbox
            .leapp_exec(&["r1", "--", "true"])
            .run()
            .assert_code(125),
    );
    locked(&sandbox.leapp(&["env", "r1"]).run().assert_code(3));
    // Once given again, it is leased again.
    sandbox
        .leapp_exec(&["r1", "--", "true"])
        .env("LEAPP_PASSPHRASE", "of the vault")
        .run()
        .assert_ok();
    sandbox.leapp_exec(&["r1", "--", "true"]).run().assert_ok();
}

#[test]
fn a_lease_is_seen_from_a_session_keyring_of_its_own() {
    let Some(keyctl) = program("keyctl") else {
        return;
    };
    let sandbox = leased();
    // As after sudo, in cron, or in some ssh sessions: a new session keyring without a link to ours.
    let run = sandbox
        .command(&keyctl.display().to_string())
        .args(&["session", "-"])
        .args(&RUN);
    run.run().assert_ok();
}

#[test]
fn where_the_kernel_refuses_there_is_a_question_and_no_failure() {
    let sandbox = leased();
    let python = format!("{VENV_BIN}/python");
    let refused = || {
        sandbox
            .command(&python)
            .args(&["-B", WITHOUT_KEYCTL])
            .args(&RUN)
    };
    locked(&refused().run().assert_code(125));
    refused()
        .env("LEAPP_PASSPHRASE", "of the vault")
        .run()
        .assert_ok();
    let mut terminal = refused().on_terminal();
    terminal.expect("Passphrase of the vault: ");
    assert!(!terminal.echoes());
    terminal.send_line("of the vault");
    assert_eq!(terminal.wait(), Ended::Code(0));
}

#[test]
fn a_lease_ends_when_the_settings_say_so() {
    let sandbox = leased();
    sandbox.write(
        "home/.config/leapp/config.toml",
        "[lease]\nsealing_key = \"1s\"\nidentity = \"1s\"\n",
    );
    sandbox.leapp(&["lock"]).run().assert_ok();
    sandbox
        .leapp_exec(&["r1", "--", "true"])
        .env("LEAPP_PASSPHRASE", "of the vault")
        .run()
        .assert_ok();
    crate::support::wait_for("the lease to end", || {
        let output = sandbox.leapp_exec(&["r1", "--", "true"]).run();
        (output.code != Some(0)).then(|| locked(&output))
    });
}

#[test]
fn a_warm_run_speaks_to_no_keyring() {
    let aws = Aws::shared();
    let mut sandbox = Sandbox::new()
        .endpoint(&aws.url())
        .env_remove("LEAPP_IDENTITY_FILE");
    let Some(service) = SecretService::unlocked(&mut sandbox) else {
        return;
    };
    Chain::new(aws, 1).define(&sandbox);
    sandbox.leapp_exec(&["r1", "--", "true"]).run().assert_ok();
    // A locked collection, and then no bus at all: neither is asked.
    service.lock();
    sandbox.leapp_exec(&["r1", "--", "true"]).run().assert_ok();
    sandbox
        .leapp_exec(&["r1", "--", "true"])
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .run()
        .assert_ok();
    sandbox.leapp(&["lock"]).run().assert_ok();
    let locked = sandbox
        .leapp_exec(&["r1", "--", "true"])
        .run()
        .assert_code(125);
    assert!(
        locked.stderr.contains("the OS keyring is locked"),
        "{}",
        locked.stderr
    );
}
