//! `leapp add --from-env`: a key pair out of the environment of another tool.

use insta::assert_snapshot;

use crate::manage::{KEY, SECRET};
use crate::removing::vault;
use crate::sessions::{CORP, FILE, line, with};
use crate::support::run::Run;
use crate::support::sandbox::Sandbox;

fn key_pair(run: Run<'_>) -> Run<'_> {
    run.env("AWS_ACCESS_KEY_ID", KEY)
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
}

#[test]
fn a_key_pair_of_the_environment_becomes_a_session() {
    let sandbox = Sandbox::new();
    // As `aws-vault exec --no-session corp -- leapp add user corp --from-env` runs it.
    let add = key_pair(sandbox.leapp(&["add", "user", "corp", "--from-env"]));
    let add = add.env("AWS_VAULT", "corp").env("AWS_REGION", "eu-west-1");
    assert_snapshot!(add.run().transcript(), @"
    exit 0
    --- stderr
    leapp: added `corp`
    leapp: `eu-west-1` is the default region from now on
    leapp: stored the secret of `[ACCESS-KEY-ID]` in the file vault
    leapp: without MFA, AWS lets its temporary credentials call nothing of IAM
    ");
    assert_eq!(sandbox.read(FILE), CORP);
    let kept = vault(&sandbox);
    assert!(kept.contains(KEY) && kept.contains(SECRET));
}

#[test]
fn the_secret_of_a_session_that_is_defined_comes_from_there_too() {
    let sandbox = with(CORP);
    let add = key_pair(sandbox.leapp(&["add", "user", "corp", "--from-env"]));
    assert_snapshot!(add.run().transcript(), @"
    exit 0
    --- stderr
    leapp: stored the secret of `[ACCESS-KEY-ID]` in the file vault
    ");
    assert_eq!(sandbox.read(FILE), CORP);
    assert!(vault(&sandbox).contains(SECRET));
}

#[test]
fn what_is_no_long_lived_key_is_refused_with_the_reason() {
    let sandbox = with(CORP);
    let add = |words: &str| sandbox.leapp(&line(words));
    let temporary = key_pair(add("add user alice --from-env")).env("AWS_SESSION_TOKEN", "token");
    assert_snapshot!(temporary.run().transcript(), @"
    exit 2
    --- stderr
    leapp: error: the credentials in the environment are temporary: `AWS_SESSION_TOKEN` is set

    hint: a session wants the long-lived key; from aws-vault, add `--no-session`
    ");
    assert_snapshot!(add("add user alice --from-env").run().transcript(), @"
    exit 2
    --- stderr
    leapp: error: there is no access key in `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`

    hint: from aws-vault: `aws-vault exec --no-session NAME -- leapp add user ALIAS --from-env`
    ");
    let asia =
        key_pair(add("add user alice --from-env")).env("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE");
    assert_snapshot!(asia.run().transcript(), @"
    exit 2
    --- stderr
    leapp: error: `AWS_ACCESS_KEY_ID`: belongs to temporary credentials; a session wants the long-lived key, `AKIA...`
    ");
    let role = key_pair(add("add chained alice --from-env"));
    assert_snapshot!(role.run().transcript(), @"
    exit 2
    --- stderr
    leapp: error: `--from-env` says nothing of a session of type iam-role-chained
    ");
    let twice = key_pair(add(
        "add user alice --from-env --access-key-id AKIAIOSFODNN7EXAMPLE",
    ));
    twice.run().assert_code(2);
    assert_eq!(sandbox.read(FILE), CORP);
    assert!(!sandbox.path("home/.local/share/leapp/vault.age").exists());
}
