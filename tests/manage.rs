//! `leapp add` by flags alone, with nobody there to ask.

use insta::assert_snapshot;
use serde_json::json;

use crate::sessions::{CORP, FILE, line, shown, with};
use crate::support::leaks::LONG_LIVED;
use crate::support::run::Run;
use crate::support::sandbox::Sandbox;

/// A secret that the sandbox looks for after every command.
pub(crate) const SECRET: &str = "LEAKEDlongLivedKey/0123456789+abcdefghij";

pub(crate) const KEY: &str = "AKIAIOSFODNN7EXAMPLE";

const ADMIN: &str = "arn:aws:iam::444455556666:role/Admin";

/// `leapp add user ALIAS` with the key and its secret, and a region.
pub(crate) fn add_user<'a>(sandbox: &'a Sandbox, alias: &str) -> Run<'a> {
    let words = ["add", "user", alias, "--access-key-id", KEY];
    let rest = line("--secret-access-key - --region eu-west-1");
    sandbox
        .leapp(&words)
        .args(&rest)
        .stdin(format!("{SECRET}\n"))
}

#[test]
fn the_secret_of_these_tests_is_one_that_is_looked_for() {
    assert!(SECRET.starts_with(LONG_LIVED));
}

#[test]
fn a_user_and_a_role_on_it_are_defined_by_flags() {
    let sandbox = Sandbox::new();
    assert_snapshot!(add_user(&sandbox, "corp").run().transcript(), @"
    exit 0
    --- stderr
    leapp: added `corp`
    leapp: `eu-west-1` is the default region from now on
    leapp: stored the secret of `[ACCESS-KEY-ID]` in the file vault
    leapp: without MFA, AWS lets its temporary credentials call nothing of IAM
    ");
    let words = line(
        "add chained prod --assumer-session corp --role-arn arn:aws:iam::444455556666:role/Admin",
    );
    assert_snapshot!(sandbox.leapp(&words).run().transcript(), @"
    exit 0
    --- stderr
    leapp: added `prod`
    ");
    assert_snapshot!(sandbox.read(FILE), @r#"
    version = 1

    [defaults]
    region = "eu-west-1"

    [sessions.corp]
    type = "iam-user"
    access_key_id = "AKIAIOSFODNN7EXAMPLE"

    [sessions.prod]
    type = "iam-role-chained"
    role_arn = "arn:aws:iam::444455556666:role/Admin"
    assumer_session = "corp"
    "#);
}

#[test]
fn every_flag_becomes_a_key() {
    let sandbox = with(CORP);
    let user =
        line("add iam-user alice --access-key-id AKIAIOSFODNN7EXAMPLE --secret-access-key -");
    let flags = [
        "--mfa-device",
        "arn:aws:iam::111122223333:mfa/alice",
        "--mfa-process",
        "otp 'alice'",
        "--named-profile",
        "me",
        "--region",
        "eu-west-2",
        "--sts-region",
        "eu-west-3",
        "--endpoint-url",
        "https://sts.example",
        "--duration",
        "90m",
        "--description",
        "it's \"me\"",
        "--labels",
        "a",
        "--labels",
        "b",
        "--protected",
    ];
    sandbox
        .leapp(&user)
        .args(&flags)
        .stdin(SECRET)
        .run()
        .assert_ok();
    let expected = json!({
        "alias": "alice", "type": "iam-user", "access_key_id": KEY,
        "mfa_device": "arn:aws:iam::111122223333:mfa/alice", "mfa_process": "otp 'alice'",
        "account": "111122223333", "named_profile": "me", "region": "eu-west-2",
        "sts_region": "eu-west-3", "endpoint_url": "https://sts.example", "duration": "1h30m",
        "description": "it's \"me\"", "labels": ["a", "b"], "protected": true,
    });
    assert_eq!(shown(&sandbox, "alice"), expected);

    let role = line(
        "add iam-role-chained prod --assumer-session corp --role-arn arn:aws:iam::444455556666:role/Admin",
    );
    let flags = [
        "--role-session-name",
        "{user}",
        "--external-id",
        "x=y",
        "--source-identity",
        "alice",
        "--tags",
        "Team=a=b",
        "--tags",
        "Empty=",
        "--transitive-tags",
        "Team",
        "--policy",
        "{\"Version\":\"2012-10-17\"}",
        "--policy-arns",
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
    ];
    sandbox.leapp(&role).args(&flags).run().assert_ok();
    let expected = json!({
        "alias": "prod", "type": "iam-role-chained", "role_arn": ADMIN, "assumer_session": "corp",
        "role_session_name": "{user}", "external_id": "x=y", "source_identity": "alice",
        "tags": { "Team": "a=b", "Empty": "" }, "transitive_tags": ["Team"],
        "policy": "{\"Version\":\"2012-10-17\"}",
        "policy_arns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
        "account": "444455556666", "named_profile": "prod", "region": "eu-west-1",
    });
    assert_eq!(shown(&sandbox, "prod"), expected);

    let saml = line(
        "add federated dev --saml-url https://idp.example --role-arn arn:aws:iam::444455556666:role/Admin",
    );
    let flags = line("--idp-arn arn:aws:iam::444455556666:saml-provider/x --saml-process saml");
    sandbox.leapp(&saml).args(&flags).run().assert_ok();
    let dev = shown(&sandbox, "dev");
    assert_eq!(
        (&dev["saml_process"], &dev["type"]),
        (&json!("saml"), &json!("iam-role-federated"))
    );
}

#[test]
fn the_secret_alone_is_stored_for_a_session_that_is_defined_already() {
    let sandbox = with(CORP);
    let words = line("add user corp --secret-access-key -");
    assert_snapshot!(sandbox.leapp(&words).stdin(SECRET).run().transcript(), @"
    exit 0
    --- stderr
    leapp: stored the secret of `[ACCESS-KEY-ID]` in the file vault
    ");
    assert_eq!(sandbox.read(FILE), CORP);
    assert_ne!(sandbox.read("home/.local/share/leapp/places.toml"), "");
    let other = [&words[..], &["--access-key-id", "AKIAIOSFODNN7EXAMPL2"]].concat();
    sandbox.leapp(&other).stdin(SECRET).run().assert_code(1);
}
