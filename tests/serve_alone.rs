//! `leapp serve`: an endpoint for programs that are started elsewhere.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use insta::assert_snapshot;

use crate::exec::with_r1;
use crate::exec_environment::WHO;
use crate::support::endpoint::{Endpoint, exported};
use crate::support::faults::Faults;
use crate::support::pty::Ended;
use crate::support::run::Run;
use crate::support::sandbox::Sandbox;
use crate::support::wait_for;

/// The AWS CLI, with these variables and no keys.
fn cli<'a>(sandbox: &'a Sandbox, variables: &[(&str, &str)]) -> Run<'a> {
    let run = sandbox.command("aws").args(&WHO);
    let run = run.env("AWS_DEFAULT_REGION", "eu-west-1");
    variables
        .iter()
        .fold(run, |run, (name, value)| run.env(name, *value))
}

#[test]
fn what_it_prints_to_a_program_is_all_that_another_needs() {
    let sandbox = with_r1();
    let running = sandbox
        .leapp(&["serve", "r1", "--region", "us-east-1"])
        .start();
    Endpoint::of(&running);
    let printed = exported(&running.stdout());
    let variables: Vec<(&str, &str)> = printed
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(printed["AWS_REGION"], "us-east-1");
    let who = cli(&sandbox, &variables).run().assert_ok();
    assert!(who.stdout.contains("assumed-role/R1/test"));
    running.signal("TERM");
    let output = running.wait().assert_ok();
    let token = &printed["AWS_CONTAINER_AUTHORIZATION_TOKEN"];
    assert_snapshot!(output.transcript().replace(token, "[TOKEN]"), @r"
    exit 0
    --- stdout
    export AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:[PORT]/credentials
    export AWS_CONTAINER_AUTHORIZATION_TOKEN=[TOKEN]
    export AWS_REGION=us-east-1
    export AWS_DEFAULT_REGION=us-east-1
    --- stderr
    leapp: serving `r1` to programs that have these variables, and none of the keys; Ctrl-C ends it
    ");
}

#[test]
fn a_terminal_shows_a_file_instead_of_the_token() {
    let sandbox = with_r1();
    let mut terminal = sandbox.leapp(&["serve", "r1"]).on_terminal();
    terminal.expect("Ctrl-C ends it");
    let lines = exported(&terminal.screen());
    let file = lines["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"].clone();
    let token = fs::read_to_string(&file).unwrap();
    assert_eq!(token.len(), 43);
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let url = &lines["AWS_CONTAINER_CREDENTIALS_FULL_URI"];
    let variables = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", url.as_str()),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", &file),
    ];
    let who = cli(&sandbox, &variables).run().assert_ok();
    assert!(who.stdout.contains("assumed-role/R1/test"));
    terminal.ctrl_c();
    let (ended, screen) = terminal.wait_and_read();
    assert_eq!(ended, Ended::Code(0));
    assert!(!screen.contains(&token), "the token is on the screen");
    assert!(!fs::exists(&file).unwrap());
}

#[test]
fn a_named_token_file_is_private_and_is_removed() {
    let sandbox = with_r1();
    let file = sandbox.path("home/token");
    for signal in ["INT", "TERM", "HUP", "QUIT"] {
        let running = sandbox
            .leapp(&["serve", "r1", "--token-file", "token"])
            .start();
        let endpoint = Endpoint::of(&running);
        assert_eq!(endpoint.token, "");
        let shown = &exported(&running.stdout())["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"];
        assert_eq!(shown, &file.display().to_string());
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let token = fs::read_to_string(&file).unwrap();
        assert_eq!(endpoint.ask(Some(&token), "localhost").0, 200);
        running.signal(signal);
        running.wait().assert_ok();
        assert!(!file.exists(), "{signal}");
    }
}

#[test]
fn a_file_that_is_there_is_not_overwritten_unless_we_have_left_it() {
    let sandbox = with_r1();
    sandbox.write("home/mine", "not a token");
    let run = sandbox.leapp(&["serve", "r1", "--token-file", "mine"]);
    assert_snapshot!(run.run().transcript(), @r"
    exit 1
    --- stderr
    leapp: error: cannot write the token to `mine`
    caused by: File exists (os error 17)

    hint: name a file that is not there yet; it is removed at the end
    ");
    assert_eq!(sandbox.read("home/mine"), "not a token");
    let start = || {
        let run = sandbox.leapp(&["serve", "r1", "--token-file", "token"]);
        let running = run.start();
        Endpoint::of(&running);
        (running, sandbox.read("home/token"))
    };
    let (killed, old) = start();
    killed.signal("KILL");
    killed.wait().assert_signal(9);
    assert_eq!(sandbox.read("home/token"), old);
    let (running, new) = start();
    assert_ne!(new, old);
    running.signal("TERM");
    running.wait().assert_ok();
}

#[test]
fn it_can_be_asked_through_a_relay_on_another_port() {
    let sandbox = with_r1();
    let running = sandbox.leapp(&["serve", "r1"]).start();
    let endpoint = Endpoint::of(&running);
    // As `ssh -R 9911:127.0.0.1:PORT host` does it, there.
    let relay = Faults::before(&endpoint.address);
    let url = format!("{}/credentials", relay.url());
    let variables = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", url.as_str()),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", &endpoint.token),
    ];
    let who = cli(&sandbox, &variables).run().assert_ok();
    assert!(who.stdout.contains("assumed-role/R1/test"));
    assert_eq!(relay.count("GET /credentials"), 1);
    running.signal("TERM");
    running.wait().assert_ok();
}

#[test]
fn a_port_can_be_chosen() {
    let sandbox = with_r1();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let words = ["serve", "r1", "--port", &port.to_string()];
    let running = sandbox.leapp(&words).start();
    assert_eq!(Endpoint::of(&running).port(), port);
    running.signal("TERM");
    running.wait().assert_ok();
    // The same port again, at once.
    let running = sandbox.leapp(&words).start();
    assert_eq!(Endpoint::of(&running).port(), port);
    running.signal("TERM");
    running.wait().assert_ok();
    wait_for("its end", || {
        std::net::TcpStream::connect(("127.0.0.1", port))
            .is_err()
            .then_some(())
    });
}

#[test]
fn options_that_make_no_sense_together_are_refused() {
    let sandbox = with_r1();
    let output = sandbox.leapp(&["env", "r1", "--serve"]).run();
    output.assert_code(2);
    let output = sandbox.leapp(&["serve", "r1", "--port", "0"]).run();
    output.assert_code(2);
}
