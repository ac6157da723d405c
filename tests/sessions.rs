//! `sessions.toml`: all that may stand in it, as `leapp show --json` reads it back.

use serde_json::{Value, json};

use crate::support::sandbox::Sandbox;

/// Where a sandbox has its sessions.
pub(crate) const FILE: &str = "home/.config/leapp/sessions.toml";

/// A user to chain roles on, and a region for all.
pub(crate) const CORP: &str = r#"version = 1

[defaults]
region = "eu-west-1"

[sessions.corp]
type = "iam-user"
access_key_id = "AKIAIOSFODNN7EXAMPLE"
"#;

/// A sandbox with these sessions.
pub(crate) fn with(text: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(FILE, text);
    sandbox
}

/// The words of a command line.
pub(crate) fn line(words: &str) -> Vec<&str> {
    words.split(' ').collect()
}

/// What a session says, without where it says so.
pub(crate) fn shown(sandbox: &Sandbox, alias: &str) -> Value {
    let mut session = sandbox
        .leapp(&["show", alias, "--json"])
        .run()
        .assert_ok()
        .json();
    let fields = session.as_object_mut().expect("an object");
    assert_eq!(fields.remove("version"), Some(json!(1)));
    let file = sandbox.path(FILE).display().to_string();
    assert_eq!(fields.remove("file"), Some(json!(file)));
    fields.remove("line");
    session
}

#[test]
fn every_key_of_an_iam_user_is_read() {
    let sandbox = with(
        r#"
        [sessions.corp]
        type = "iam-user"
        access_key_id = "AKIAIOSFODNN7EXAMPLE"
        mfa_device = "arn:aws:iam::111122223333:mfa/alice"
        mfa_process = "ykman oath accounts code --single 'AWS corp'"
        named_profile = "corp-root"
        region = "eu-west-1"
        sts_region = "us-east-1"
        endpoint_url = "http://127.0.0.1:5000"
        duration = "36h"
        description = "Zoë's own user"
        labels = ["people", "mfa"]
        protected = true
        "#,
    );
    let expected = json!({
        "alias": "corp",
        "type": "iam-user",
        "access_key_id": "AKIAIOSFODNN7EXAMPLE",
        "mfa_device": "arn:aws:iam::111122223333:mfa/alice",
        "mfa_process": "ykman oath accounts code --single 'AWS corp'",
        "account": "111122223333",
        "named_profile": "corp-root",
        "region": "eu-west-1",
        "sts_region": "us-east-1",
        "endpoint_url": "http://127.0.0.1:5000",
        "duration": "36h",
        "description": "Zoë's own user",
        "labels": ["people", "mfa"],
        "protected": true,
    });
    assert_eq!(shown(&sandbox, "corp"), expected);
}

#[test]
fn every_key_of_a_federated_role_is_read() {
    let sandbox = with(
        r#"
        [sessions."idp/dev"]
        type = "iam-role-federated"
        saml_url = "https://idp.example/saml?app=aws"
        idp_arn = "arn:aws-cn:iam::111122223333:saml-provider/Okta"
        role_arn = "arn:aws-cn:iam::111122223333:role/path/Dev"
        saml_process = "saml-login --quiet"
        region = "cn-north-1"
        duration = "12h"
        "#,
    );
    let expected = json!({
        "alias": "idp/dev",
        "type": "iam-role-federated",
        "saml_url": "https://idp.example/saml?app=aws",
        "idp_arn": "arn:aws-cn:iam::111122223333:saml-provider/Okta",
        "role_arn": "arn:aws-cn:iam::111122223333:role/path/Dev",
        "saml_process": "saml-login --quiet",
        "account": "111122223333",
        "named_profile": "idp/dev",
        "region": "cn-north-1",
        "duration": "12h",
    });
    assert_eq!(shown(&sandbox, "idp/dev"), expected);
}

#[test]
fn every_key_of_a_chained_role_is_read() {
    let sandbox = with(&format!(
        r#"{CORP}
        [sessions.prod]
        type = "iam-role-chained"
        assumer_session = "corp"
        role_arn = "arn:aws:iam::444455556666:role/Admin"
        role_session_name = "{{user}}@{{host}}"
        external_id = "a/b:c"
        source_identity = "alice"
        tags = {{ Team = "a b", "cost center" = "" }}
        transitive_tags = ["Team"]
        policy = '{{"Version": "2012-10-17"}}'
        policy_arns = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
        duration = "15m"
        "#
    ));
    let expected = json!({
        "alias": "prod",
        "type": "iam-role-chained",
        "role_arn": "arn:aws:iam::444455556666:role/Admin",
        "assumer_session": "corp",
        "role_session_name": "{user}@{host}",
        "external_id": "a/b:c",
        "source_identity": "alice",
        "tags": { "Team": "a b", "cost center": "" },
        "transitive_tags": ["Team"],
        "policy": "{\"Version\": \"2012-10-17\"}",
        "policy_arns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
        "account": "444455556666",
        "named_profile": "prod",
        "region": "eu-west-1",
        "duration": "15m",
    });
    assert_eq!(shown(&sandbox, "prod"), expected);
}

#[test]
fn defaults_hold_where_a_session_says_nothing_else() {
    let sandbox = with(
        r#"
        [defaults]
        region = "eu-west-1"
        role_session_name = "{user}-at-{host}"

        [defaults.duration]
        iam-user = "8h"
        iam-role-federated = "4h"
        iam-role-chained = "30m"

        [sessions.user]
        type = "iam-user"
        access_key_id = "AKIAIOSFODNN7EXAMPLE"

        [sessions.short]
        type = "iam-user"
        access_key_id = "AKIAIOSFODNN7EXAMPLE"
        duration = "15m"
        region = "eu-west-2"

        [sessions.saml]
        type = "iam-role-federated"
        saml_url = "http://localhost:8080/saml"
        idp_arn = "arn:aws:iam::111122223333:saml-provider/Okta"
        role_arn = "arn:aws:iam::111122223333:role/Dev"

        [sessions.role]
        type = "iam-role-chained"
        assumer_session = "user"
        role_arn = "arn:aws:iam::111122223333:role/Dev"

        [sessions.named]
        type = "iam-role-chained"
        assumer_session = "user"
        role_arn = "arn:aws:iam::111122223333:role/Dev"
        role_session_name = "me"
        duration = "2h"
        "#,
    );
    let said = |alias: &str| {
        let session = shown(&sandbox, alias);
        ["region", "duration", "role_session_name"]
            .map(|key| session[key].as_str().unwrap_or("-").to_owned())
            .join(" ")
    };
    assert_eq!(said("user"), "eu-west-1 8h -");
    assert_eq!(said("short"), "eu-west-2 15m -");
    assert_eq!(said("saml"), "eu-west-1 4h -");
    assert_eq!(said("role"), "eu-west-1 30m {user}-at-{host}");
    assert_eq!(said("named"), "eu-west-1 2h me");
}

#[test]
fn a_session_may_be_written_in_every_way_of_toml() {
    for text in [
        r#"sessions = { corp = { type = "iam-user", access_key_id = "AKIAIOSFODNN7EXAMPLE" } }
           defaults = { region = "eu-west-1" }"#,
        r#"defaults.region = "eu-west-1"
           sessions.corp.type = "iam-user"
           sessions.corp.access_key_id = 'AKIAIOSFODNN7EXAMPLE'"#,
        "[defaults]\r\nregion = \"eu-west-1\"\r\n[sessions.\"corp\"]\r\ntype = \"iam-user\"\r\n\
         access_key_id = \"\"\"\\\r\n  AKIAIOSFODNN7EXAMPLE\"\"\"\r\n",
        &format!("\u{feff}{CORP}"),
    ] {
        let session = shown(&with(text), "corp");
        assert_eq!(session["access_key_id"], "AKIAIOSFODNN7EXAMPLE", "{text}");
        assert_eq!(session["region"], "eu-west-1", "{text}");
    }
}

#[test]
fn every_character_of_an_alias_is_quoted_where_toml_wants_it() {
    let sandbox = with(CORP);
    for alias in ["a.b", "a/b@c+d", "0", "A-b_c", "dev.eu-west-1"] {
        let role = "arn:aws:iam::444455556666:role/Admin";
        let words = ["add", "chained", alias, "--assumer-session", "corp"];
        let added = sandbox.leapp(&words).args(&["--role-arn", role]).run();
        added.assert_ok();
        assert_eq!(shown(&sandbox, alias)["alias"], alias);
        let removed = sandbox.leapp(&["remove", alias, "--yes"]).run();
        removed.assert_ok();
        assert_eq!(sandbox.read(FILE), CORP, "{alias}");
    }
}

#[test]
fn the_file_is_found_where_the_environment_says() {
    let sandbox = Sandbox::new();
    sandbox.write("elsewhere/sessions.toml", CORP);
    let elsewhere = sandbox.path("elsewhere");
    let list = || sandbox.leapp(&["list"]);
    let named = list().env("LEAPP_CONFIG_DIR", &elsewhere).run().assert_ok();
    assert!(named.stdout.contains("corp"));
    sandbox.write("xdg/leapp/sessions.toml", CORP);
    let xdg = list().env("XDG_CONFIG_HOME", sandbox.path("xdg")).run();
    assert!(xdg.assert_ok().stdout.contains("corp"));
    // A relative one would mean another place in every folder: the specification says to ignore it.
    let relative = list()
        .env("XDG_CONFIG_HOME", "xdg")
        .folder(sandbox.path(""));
    assert_eq!(relative.run().assert_ok().stdout, "");
    let neither = list()
        .env_remove("XDG_CONFIG_HOME")
        .env("HOME", sandbox.path("xdg"))
        .run();
    assert_eq!(neither.assert_ok().stdout, "");
}
