//! Renewals whose root is a SAML login: in silence while the provider remembers, by a person where not.

use std::time::Duration;

use serde_json::json;

use crate::support::aws::Aws;
use crate::support::endpoint::{ASKABLE, Endpoint};
use crate::support::idp::{PASSWORD, USER};
use crate::support::login::{Login, chromium};
use crate::support::person::Person;
use crate::support::pty::Pty;
use crate::support::wait_for_limit;

/// A provider and an STS whose assertions and credentials live for seconds: each renewal takes a login.
fn short_lived(how: &str) -> Option<(Aws, Login)> {
    if !chromium() {
        return None;
    }
    let aws = Aws::start();
    let login = Login::at(&aws, how);
    login.idp.set(&json!({ "lifetime": 15 }));
    aws.set_max_lifetime(16);
    Some((aws, login))
}

fn serve(login: &Login) -> (Pty<'_>, Endpoint) {
    let words = ["--serve", "fed", "--", "sh", "-c", ASKABLE];
    let mut terminal = login.sandbox.leapp_exec(&words).on_terminal();
    terminal.expect("ready");
    let endpoint = Endpoint::from_lines(&terminal.screen());
    (terminal, endpoint)
}

#[test]
fn a_login_that_the_provider_remembers_is_repeated_without_anybody() {
    let Some((_aws, login)) = short_lived("as=alice") else {
        return;
    };
    let (mut terminal, endpoint) = serve(&login);
    let mut keys = vec![endpoint.access_key_id()];
    wait_for_limit(Duration::from_mins(1), "two renewals", || {
        let key = endpoint.access_key_id();
        if !keys.contains(&key) {
            keys.push(key);
        }
        (keys.len() > 2).then_some(())
    });
    terminal.send_line("");
    let (_, screen) = terminal.wait_and_read();
    assert!(screen.contains("unless 127.0.0.1"), "{screen}");
    // One window at the start; nobody has typed or heard anything since.
    assert_eq!(
        screen.matches("waiting for the login").count(),
        1,
        "{screen}"
    );
    assert_eq!(screen.matches("leapp-exec:").count(), 2, "{screen}");
    assert_eq!(login.idp.count("logins"), 1);
    assert!(login.idp.count("silent") >= 2);
    login.assert_no_browser();
}

#[test]
fn a_provider_that_has_forgotten_is_asked_once_and_a_person_is_called() {
    let Some((aws, mut login)) = short_lived("") else {
        return;
    };
    let person = Person::new(USER, &[PASSWORD; 2]);
    login.sandbox.set("LEAPP_BROWSER", person.browser());
    let (mut terminal, endpoint) = serve(&login);
    let first = endpoint.access_key_id();
    login.idp.log_everybody_out();
    terminal.expect("renewing them needs you: run `leapp login fed` in another terminal");
    terminal.expect("have expired, and there are no new ones yet");
    // Whoever asks meanwhile looks for what somebody has done; no browser is started for it.
    for _ in 0..3 {
        assert_eq!(endpoint.ask(Some(&endpoint.token), "localhost").0, 503);
    }
    let counts = || ["window", "silent", "typed"].map(|what| person.count(what));
    assert_eq!(counts(), [1, 1, 1]);
    // What is looked for every quarter of a minute lives for longer than that.
    aws.set_max_lifetime(900);
    login.sandbox.leapp(&["login", "fed"]).run().assert_ok();
    terminal.expect("the credentials of `fed` are renewed");
    assert_ne!(endpoint.access_key_id(), first);
    terminal.send_line("");
    let (_, screen) = terminal.wait_and_read();
    assert_eq!(screen.matches("needs you").count(), 1, "{screen}");
    login.assert_no_browser();
}

#[test]
fn a_browser_ends_with_the_command_that_it_logs_in_for() {
    let Some((_aws, login)) = short_lived("as=alice&end=slow") else {
        return;
    };
    let (mut terminal, _endpoint) = serve(&login);
    login.assert_no_browser();
    wait_for_limit(Duration::from_secs(20), "a login without a window", || {
        login.browser()
    });
    terminal.send_line("");
    terminal.wait();
    login.assert_no_browser();
}

#[test]
fn a_command_that_makes_assertions_is_not_run_where_it_could_ask() {
    let aws = Aws::start();
    let login = Login::at(&aws, "");
    login.idp.set(&json!({ "lifetime": 15 }));
    aws.set_max_lifetime(16);
    let file = login.assertion(&json!({}));
    let process = format!("saml_process=sh -c 'echo ran >> runs; cat {file}'");
    login
        .sandbox
        .leapp(&["set", "fed", &process])
        .run()
        .assert_ok();
    let (mut terminal, _endpoint) = serve(&login);
    terminal.expect("renewing them needs you: run `leapp login fed`");
    terminal.send_line("");
    let (_, screen) = terminal.wait_and_read();
    assert!(!screen.contains("unless"), "{screen}");
    assert_eq!(login.sandbox.read("home/runs"), "ran\n");
}
