//! Assertions up to the length that AWS takes, and beyond it.

use insta::assert_snapshot;
use serde_json::json;

use crate::support::login::Login;

/// A response that grants so many roles and ours, each in some 170 characters.
fn granting(login: &Login, roles: usize) -> String {
    let federation = &login.federation;
    let role = |n| format!("arn:aws:iam::{}:role/Role{n:04}", federation.account);
    let grant = |n| format!("{},{}", role(n), federation.provider);
    let all: Vec<String> = (0..roles).map(grant).chain([federation.grant()]).collect();
    login.idp.response(&json!({ "roles": all }))
}

#[test]
fn one_that_is_longer_than_a_pipe_comes_whole_through_it() {
    let login = Login::new("");
    let long = granting(&login, 500);
    assert!((80_000..100_000).contains(&long.len()), "{}", long.len());
    let run = login.run(&["--assertion", "-"]).stdin(long);
    run.run().assert_ok();
}

#[test]
fn one_that_is_longer_than_aws_takes_is_not_sent() {
    let login = Login::new("");
    let long = granting(&login, 700);
    assert!(long.len() > 100_000, "{}", long.len());
    let run = login.run(&["--assertion", "-"]).stdin(long);
    assert_snapshot!(run.run().assert_code(125).stderr, @"
    leapp-exec: error: the assertion has over 100000 characters, which is the most that AWS takes; it grants too many roles

    hint: let somebody narrow at the provider which roles it sends
    ");
}
