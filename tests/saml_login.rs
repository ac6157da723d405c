//! A login in a real browser: once for all, silent while it is remembered, forgotten on request.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::{Duration, Instant};

use insta::assert_snapshot;
use serde_json::json;

use crate::support::aws::Aws;
use crate::support::idp::{PASSWORD, USER};
use crate::support::login::Login;
use crate::support::person::Person;
use crate::support::world::{account, trust};

const WINDOW: &str = "waiting for the login in your browser";

#[test]
fn a_login_makes_the_role_and_the_role_behind_it() {
    let Some(login) = Login::in_browser("as=alice") else {
        return;
    };
    let there = account();
    let next = Aws::shared().role(&there, "Next", &trust(&login.federation.role), &[]);
    let add = [
        "add",
        "chained",
        "next",
        "--assumer-session",
        "fed",
        "--role-arn",
    ];
    let sandbox = &login.sandbox;
    sandbox
        .leapp(&[&add[..], &[&next]].concat())
        .run()
        .assert_ok();
    let who = [
        "aws",
        "sts",
        "get-caller-identity",
        "--query",
        "Arn",
        "--output",
        "text",
    ];
    let run = |alias| {
        let words = [&[alias, "--"], &who[..]].concat();
        sandbox.leapp_exec(&words).run().assert_ok()
    };
    let first = run("next");
    assert_eq!(
        first.stdout,
        format!("arn:aws:sts::{there}:assumed-role/Next/leapp-alice\n")
    );
    let account = &login.federation.account;
    let second = run("fed");
    assert_eq!(
        second.stdout,
        format!("arn:aws:sts::{account}:assumed-role/Fed/alice\n")
    );
    assert_eq!(
        (login.idp.count("logins"), login.idp.count("delivered")),
        (1, 1)
    );
    login.assert_no_browser();
}

#[test]
fn the_second_login_is_silent_and_after_logout_somebody_is_asked_again() {
    let Some(login) = Login::in_browser("as=alice") else {
        return;
    };
    login.idp.set(&json!({ "keeps_cookies": false }));
    let again = || login.sandbox.leapp(&["login", "fed"]);
    let first = again().run().assert_ok();
    assert!(first.stderr.contains(WINDOW), "{}", first.stderr);
    let second = again().args(&["--refresh"]).run().assert_ok();
    assert!(!second.stderr.contains(WINDOW), "{}", second.stderr);
    assert_eq!(
        (login.idp.count("logins"), login.idp.count("silent")),
        (1, 1)
    );
    let profiles = login.profiles();
    assert_eq!(profiles.len(), 1);
    let mode = profiles[0].metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);

    let out = login.sandbox.leapp(&["logout", "fed"]).run().assert_ok();
    assert_snapshot!(out.stderr, @"leapp: forgot 1 set of credentials and 1 SAML login
");
    assert_eq!(login.profiles().len(), 0);
    let third = again().run().assert_ok();
    assert!(third.stderr.contains(WINDOW), "{}", third.stderr);
    assert_eq!(login.idp.count("logins"), 2);
    login.sandbox.leapp(&["logout"]).run().assert_ok();
    assert_eq!(login.profiles().len(), 0);
    login.assert_no_browser();
}

#[test]
fn a_page_that_asks_for_a_person_is_not_waited_for() {
    let Some(mut login) = Login::in_browser("") else {
        return;
    };
    let person = Person::new(USER, &[PASSWORD; 2]);
    login.sandbox.set("LEAPP_BROWSER", person.browser());
    login.run(&[]).run().assert_ok();
    login.idp.log_everybody_out();
    let again = login.run(&["--refresh"]).run().assert_ok();
    assert!(again.stderr.contains(WINDOW), "{}", again.stderr);
    let counts = ["window", "silent", "typed"].map(|what| person.count(what));
    assert_eq!(counts, [2, 1, 2]);
    // The page that nobody saw was not even there for five of the eight seconds that it might have.
    assert_eq!(login.idp.count("asked"), 3);
    assert_eq!(login.idp.count("still"), 0);
}

#[test]
fn a_script_that_logs_in_slowly_is_still_silent() {
    let Some(login) = Login::in_browser("as=alice&end=slow") else {
        return;
    };
    login.run(&[]).run().assert_ok();
    // On a machine with much else to do the eight seconds can be over before the script is through.
    for _ in 0..3 {
        let start = Instant::now();
        let again = login.run(&["--refresh"]).run().assert_ok();
        if start.elapsed() < Duration::from_secs(8) {
            assert_snapshot!(again.stderr, @"");
            return assert!(login.idp.count("silent") > 0);
        }
    }
    panic!("three logins took more than eight seconds each");
}

#[test]
fn one_login_serves_all_sessions_of_the_page() {
    let Some(login) = Login::in_browser("as=alice") else {
        return;
    };
    login.define("other", "as=alice", &["--duration", "2h"]);
    login.sandbox.leapp(&["login", "fed"]).run().assert_ok();
    let other = login.sandbox.leapp(&["login", "other"]).run().assert_ok();
    // The clock goes on between the answer of STS and ours.
    let said = other.stderr.replace("1h59m", "2h");
    assert_eq!(said, "leapp: logged in as `other` for 2h\n");
    assert_eq!(login.idp.count("delivered"), 1);
}

#[test]
fn many_shells_at_once_open_one_window() {
    let Some(login) = Login::in_browser("as=alice") else {
        return;
    };
    login.define("other", "as=alice", &["--duration", "2h"]);
    let alias = |n: usize| if n.is_multiple_of(2) { "fed" } else { "other" };
    let start = |n| login.sandbox.leapp_exec(&[alias(n), "--", "true"]).start();
    let running: Vec<_> = (0..8).map(start).collect();
    let windows = running
        .into_iter()
        .map(|shell| shell.wait().assert_ok())
        .filter(|ended| ended.stderr.contains(WINDOW));
    assert_eq!(windows.count(), 1);
    assert_eq!(login.idp.count("delivered"), 1);
}

/// As a crash leaves it, where the machine has another name since, or was a container.
#[test]
fn a_profile_that_a_browser_elsewhere_has_not_let_go_of_is_used() {
    let Some(login) = Login::in_browser("as=alice") else {
        return;
    };
    login.run(&[]).run().assert_ok();
    let profiles = login.profiles();
    symlink("elsewhere-4242", profiles[0].join("SingletonLock")).unwrap();
    symlink("/nowhere/socket", profiles[0].join("SingletonSocket")).unwrap();
    let again = login.run(&["--refresh"]).run().assert_ok();
    assert_eq!(again.stderr, "");
    assert_eq!(login.idp.count("silent"), 1);
}

#[test]
fn a_fresh_profile_remembers_nothing_and_is_gone() {
    let Some(login) = Login::in_browser("as=alice") else {
        return;
    };
    let file = "home/.config/leapp/config.toml";
    let settings = login.sandbox.read(file) + "saml_profile = \"fresh\"\n";
    login.sandbox.write(file, &settings);
    for logins in 1..=2 {
        let run = login.run(&["--refresh"]).run().assert_ok();
        assert!(run.stderr.contains(WINDOW), "{}", run.stderr);
        assert_eq!(login.idp.count("logins"), logins);
        assert_eq!(login.profiles().len(), 0);
    }
}

#[test]
fn nothing_of_the_assertion_is_left_anywhere() {
    let Some(mut login) = Login::in_browser("as=alice") else {
        return;
    };
    // It is in every response, and in base64 at some offset of what is posted.
    let marker = "LEAKED.inside.the.assertion";
    login
        .idp
        .set(&json!({ "session_name": marker, "forbids_storing": false }));
    login.sandbox = login.sandbox.watch(marker);
    login.run(&[]).run().assert_ok();
    login.run(&["--refresh"]).run().assert_ok();
    assert_eq!(login.idp.count("delivered"), 2);
}

/// A signal that the login would have been ended by, had nobody told us to ignore it.
#[test]
fn a_command_behind_a_login_ignores_what_we_were_told_to() {
    let Some(login) = Login::in_browser("as=alice") else {
        return;
    };
    let script = "trap '' QUIT; leapp-exec fed -- sh -c 'kill -QUIT $$; echo alive'";
    let run = login.sandbox.sh(script).run().assert_ok();
    assert_eq!(run.stdout, "alive\n");
}
