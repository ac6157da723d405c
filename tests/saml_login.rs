//! A login in a real browser: once for all, silent while it is remembered, forgotten on request.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::aws::Aws;
use crate::support::login::Login;
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
fn one_login_serves_all_sessions_of_the_page() {
    let Some(login) = Login::in_browser("as=alice") else {
        return;
    };
    login.define("other", "as=alice", &["--duration", "2h"]);
    login.sandbox.leapp(&["login", "fed"]).run().assert_ok();
    let other = login.sandbox.leapp(&["login", "other"]).run().assert_ok();
    assert_snapshot!(other.stderr, @"leapp: logged in as `other` for 2h
");
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
fn the_browser_asks_nobody_but_the_provider() {
    let Some(login) = Login::in_browser("as=alice") else {
        return;
    };
    let log = login.sandbox.path("home/net.json");
    let file = "home/.config/leapp/config.toml";
    let argument = format!("browser_args = [ \"--log-net-log={}\",", log.display());
    let settings = login
        .sandbox
        .read(file)
        .replace("browser_args = [", &argument);
    login.sandbox.write(file, &settings);
    for _ in 0..2 {
        login.run(&["--refresh"]).run().assert_ok();
        let log = login.sandbox.read("home/net.json");
        let log: Value = serde_json::from_str(&log).expect("the browser's network log");
        let hosts: BTreeSet<&str> = log["events"]
            .as_array()
            .expect("events")
            .iter()
            .filter_map(|event| event["params"]["url"].as_str()?.split_once("://"))
            .filter_map(|(_, rest)| rest.split(['/', ':']).next())
            .collect();
        assert_eq!(hosts, BTreeSet::from(["127.0.0.1"]));
    }
}

#[test]
fn nothing_of_the_assertion_is_left_anywhere() {
    let Some(mut login) = Login::in_browser("as=alice") else {
        return;
    };
    // It is in every response, and in base64 at some offset of what is posted.
    let marker = "LEAKED.inside.the.assertion";
    login.idp.set(&json!({ "session_name": marker }));
    login.sandbox = login.sandbox.watch(marker);
    login.run(&[]).run().assert_ok();
    login.run(&["--refresh"]).run().assert_ok();
    assert_eq!(login.idp.count("delivered"), 2);
}
