//! Many imports at once: nothing is lost, nothing is doubled, and the later ones say so.

use std::fmt::Write;

use crate::import_leapp::{ELSEWHERE, seal, simple};
use crate::manage::{KEY, SECRET};
use crate::removing::vault;
use crate::sessions::FILE;
use crate::support::output::Output;
use crate::support::run::Running;
use crate::support::sandbox::Sandbox;

const CONFIG: &str = "home/.aws/config";
const CREDENTIALS: &str = "home/.aws/credentials";
const ALREADY: &str = "leapp: there is nothing to add: everything is already imported\n";

/// Two users, and twenty roles on them.
fn aws_files(sandbox: &Sandbox) {
    let (mut config, mut credentials) = (String::new(), String::new());
    for user in ["one", "two"] {
        let _ = write!(
            credentials,
            "[{user}]\naws_access_key_id = {KEY}{}\naws_secret_access_key = {SECRET}{user}\n",
            user.to_uppercase()
        );
        for role in 0..10 {
            let _ = write!(
                config,
                "[profile {user}-{role}]\nrole_arn = arn:aws:iam::444455556666:role/R{role}\nsource_profile = {user}\n"
            );
        }
    }
    sandbox.write(CONFIG, &config);
    sandbox.write(CREDENTIALS, &credentials);
}

fn start<'a>(sandbox: &'a Sandbox, words: &[&str]) -> Running<'a> {
    sandbox.leapp(words).may_write_secrets().start()
}

const AWS: [&str; 5] = ["import", "aws-config", "--yes", "--region", "eu-west-1"];

fn all(running: Vec<Running<'_>>) -> Vec<Output> {
    let ended = running.into_iter().map(|one| one.wait().assert_ok());
    ended.collect()
}

/// How many of them have said this.
fn count(outputs: &[Output], text: &str) -> usize {
    let said = |output: &&Output| output.stderr.contains(text);
    outputs.iter().filter(said).count()
}

#[test]
fn one_of_ten_imports_and_the_others_find_everything_there() {
    let alone = Sandbox::new();
    aws_files(&alone);
    start(&alone, &AWS).wait().assert_ok();
    let sandbox = Sandbox::new();
    aws_files(&sandbox);
    let outputs = all((0..10).map(|_| start(&sandbox, &AWS)).collect());
    assert_eq!(
        count(&outputs, "leapp: added 22 sessions, stored 2 secrets"),
        1
    );
    assert_eq!(count(&outputs, ALREADY), 9);
    // Each tells one story: nobody announces what another has added.
    assert_eq!(count(&outputs, "leapp: new: `one`"), 1);
    assert_eq!(count(&outputs, "leapp: already there: `one`"), 9);
    assert_eq!(sandbox.read(FILE), alone.read(FILE));
    // From here on the sandbox looks for secrets in every file.
    std::fs::remove_file(sandbox.path(CREDENTIALS)).expect("a file");
    let vault = vault(&sandbox);
    for user in ["one", "two"] {
        assert!(vault.contains(&format!("{SECRET}{user}")));
    }
}

#[test]
fn imports_and_other_changes_at_once_lose_nothing() {
    let sandbox = Sandbox::new();
    seal(&sandbox, &simple(), ELSEWHERE);
    aws_files(&sandbox);
    let mut running = Vec::new();
    for n in 0..5 {
        let alias = format!("own-{n}");
        let key = format!("{KEY}{n}");
        let add = [
            "add",
            "user",
            &alias,
            "--access-key-id",
            &key,
            "--region=eu-west-1",
        ];
        let add = [&add[..], &["--secret-access-key", "-"]].concat();
        running.push(
            sandbox
                .leapp(&add)
                .stdin(SECRET)
                .may_write_secrets()
                .start(),
        );
        running.push(start(&sandbox, &AWS));
        let leapp = ["import", "leapp", "--yes", "--machine-id", ELSEWHERE];
        running.push(start(&sandbox, &leapp));
    }
    let outputs = all(running);
    assert_eq!(count(&outputs, "leapp: added 22 sessions"), 1);
    assert_eq!(count(&outputs, "leapp: added 3 sessions"), 1);
    assert_eq!(count(&outputs, ALREADY), 8);
    let sessions = sandbox.read(FILE);
    assert_eq!(
        sessions.matches("\n[sessions.").count(),
        22 + 3 + 5,
        "{sessions}"
    );
    for n in 0..5 {
        assert!(
            sessions.contains(&format!("[sessions.own-{n}]")),
            "{sessions}"
        );
    }
}

#[test]
fn who_is_asked_meanwhile_is_told_that_another_was_first() {
    let sandbox = Sandbox::new();
    aws_files(&sandbox);
    let mut terminal = sandbox
        .leapp(&["import", "aws-config", "--region", "eu-west-1"])
        .may_write_secrets()
        .on_terminal();
    terminal.expect("Add 22 sessions to `");
    terminal.expect("[y/N] ");
    start(&sandbox, &AWS).wait().assert_ok();
    let after = sandbox.read(FILE);
    terminal.send_line("y");
    terminal.expect("already there: `one`");
    terminal.expect("everything is already imported");
    // It goes on to ask about the secrets in the files.
    terminal.expect("[y/N] ");
    terminal.send_line("n");
    terminal.wait();
    assert_eq!(sandbox.read(FILE), after);
}
