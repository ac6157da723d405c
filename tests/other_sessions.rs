//! Sessions of a directory that `LEAPP_CONFIG_DIR` names: an alias may be somebody else in another one.

use std::fs;

use insta::assert_snapshot;

use crate::exec::with_r1;
use crate::exec_environment::WHO;
use crate::support::run::Run;
use crate::support::sandbox::Sandbox;

/// `r1` is only there where the variable says so.
fn elsewhere() -> (Sandbox, String) {
    let sandbox = with_r1();
    let directory = sandbox.path("home/my own");
    fs::rename(sandbox.path("home/.config/leapp"), &directory).expect("the same file system");
    let directory = directory.display().to_string();
    (sandbox, directory)
}

fn switch<'a>(sandbox: &'a Sandbox, more: &[&str]) -> Run<'a> {
    let run = sandbox.leapp(&[&["use", "--shell", "bash"], more].concat());
    run.may_print_secrets()
}

#[test]
fn a_shell_is_not_renewed_by_other_sessions() {
    let (sandbox, directory) = elsewhere();
    let first = switch(&sandbox, &["r1"]).env("LEAPP_CONFIG_DIR", &directory);
    let first = first.run().assert_ok().stdout;
    let script = "eval \"$1\"; printf %s \"$LEAPP_SESSION_OPTIONS\"";
    let read = sandbox
        .command("bash")
        .args(&["-c", script, "bash", &first]);
    let options = read.may_print_secrets().run().assert_ok().stdout;
    let begun = format!("--begun-with={options}");
    let again = ["--refresh", &begun, "--", "r1"];
    let refused = switch(&sandbox, &again).run().assert_code(1).stderr;
    assert_snapshot!(refused.replace(&directory, "[DIRECTORY]"), @"
    leapp: error: this shell became its session by the sessions of another directory

    hint: set `LEAPP_CONFIG_DIR` to '[DIRECTORY]' again
    hint: or switch anew, with `leapp use ALIAS`
    hint: run `leapp off` to bring back what this shell had; until then, AWS programs in it find no credentials
    ");
    let renewed = switch(&sandbox, &again).env("LEAPP_CONFIG_DIR", &directory);
    renewed.run().assert_ok();
    // The other way round, too.
    let usual = switch(&sandbox, &["--begun-with=", "--", "r1"]);
    let usual = usual.env("LEAPP_CONFIG_DIR", &directory).run();
    assert_snapshot!(usual.assert_code(1).stderr, @"
    leapp: error: this shell became its session by the sessions of another directory

    hint: unset `LEAPP_CONFIG_DIR`
    hint: or switch anew, with `leapp use ALIAS`
    hint: run `leapp off` to bring back what this shell had; until then, AWS programs in it find no credentials
    ");
}

#[test]
fn a_started_profile_finds_its_sessions_without_the_variable() {
    let (sandbox, directory) = elsewhere();
    let start = sandbox.leapp(&["start", "r1"]);
    start.env("LEAPP_CONFIG_DIR", &directory).run().assert_ok();
    let config = sandbox.read("home/.aws/config");
    let with = format!("\ncredential_process = /usr/bin/env 'LEAPP_CONFIG_DIR={directory}' ");
    assert!(config.contains(&with), "{config}");
    let who = sandbox.command("aws").args(&WHO);
    let answer = who.args(&["--profile", "r1"]).run().assert_ok();
    assert!(answer.stdout.contains("assumed-role/R1/test"));
}

#[test]
fn a_secret_that_other_sessions_may_need_stays() {
    let (sandbox, directory) = elsewhere();
    let remove = sandbox.leapp(&["remove", "u1", "--cascade", "--yes"]);
    let remove = remove.env("LEAPP_CONFIG_DIR", &directory).run();
    assert_snapshot!(remove.transcript(), @"
    exit 0
    --- stderr
    leapp: removed `u1`, `r1`
    leapp: the secret of `[ACCESS-KEY-ID]` stays, as sessions of another directory may need it; `leapp secrets remove [ACCESS-KEY-ID]` removes it
    ");
    let listed = sandbox.leapp(&["secrets", "list"]).run().assert_ok();
    assert!(listed.stdout.contains("file"), "{}", listed.stdout);
}
