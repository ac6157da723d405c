//! `leapp list` and `leapp show`, for people and for programs.

use insta::assert_snapshot;
use serde_json::json;

use crate::sessions::{CORP, line, with};
use crate::support::sandbox::Sandbox;

/// A sandbox with some sessions of each type.
fn some() -> Sandbox {
    with(&format!(
        r#"{CORP}labels = ["people"]

[sessions.dev]
type = "iam-role-federated"
saml_url = "https://idp.example:8443/saml"
idp_arn = "arn:aws:iam::111122223333:saml-provider/Okta"
role_arn = "arn:aws:iam::111122223333:role/Dev"
labels = ["people", "dev"]

[sessions."team/prod.eu"]
type = "iam-role-chained"
assumer_session = "corp"
role_arn = "arn:aws:iam::444455556666:role/Admin"
region = "eu-central-1"
description = "The production of the platform team, über alles, in Frankfurt"
"#
    ))
}

#[test]
fn a_list_is_for_people() {
    assert_snapshot!(some().leapp(&["list"]).run().transcript(), @"
    exit 0
    --- stdout
    ALIAS         TYPE                ACCOUNT       ROLE   FROM                  REGION        DESCRIPT…
    corp          iam-user            -             -      [ACCESS-KEY-ID]  eu-west-1
    dev           iam-role-federated  111122223333  Dev    idp.example           eu-west-1
    team/prod.eu  iam-role-chained    444455556666  Admin  corp                  eu-central-1  The prod…
    ");
    let narrow = some();
    let list = narrow
        .leapp(&["list"])
        .env("COLUMNS", "60")
        .run()
        .assert_ok();
    assert!(list.stdout.lines().all(|line| line.chars().count() <= 60));
}

#[test]
fn a_list_is_for_programs() {
    let sandbox = some();
    let list = sandbox.leapp(&["list", "--json"]).run().assert_ok().json();
    assert_eq!(list["version"], 1);
    let sessions = list["sessions"].as_array().expect("a list");
    for session in sessions {
        let alias = session["alias"].as_str().expect("an alias");
        let show = sandbox.leapp(&["show", alias, "--json"]).run().assert_ok();
        let mut show = show.json();
        show.as_object_mut().expect("an object").remove("version");
        assert_eq!(*session, show);
    }
    assert_eq!(sessions.len(), 3);
}

#[test]
fn a_list_is_narrowed_by_label_and_type() {
    let sandbox = some();
    let aliases = |flags: &[&str]| {
        let output = sandbox.leapp(&["list"]).args(flags).run().assert_ok();
        let rows = output.stdout.lines().skip(1);
        rows.map(|row| row.split(' ').next().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(aliases(&["--label", "people"]), "corp dev");
    assert_eq!(aliases(&["--type", "chained"]), "team/prod.eu");
    assert_eq!(aliases(&line("--type iam-user --label people")), "corp");
    let none = sandbox.leapp(&["list", "--label", "peple"]);
    assert_snapshot!(none.run().transcript(), @"
    exit 0
    --- stderr
    leapp: no session of this kind
    ");
    let json = line("list --label none --json");
    let json = sandbox.leapp(&json).run().assert_ok().json();
    assert_eq!(json, json!({ "version": 1, "sessions": [] }));
}

#[test]
fn an_empty_list_says_how_to_begin() {
    let sandbox = Sandbox::new();
    assert_snapshot!(sandbox.leapp(&["list"]).run().transcript(), @"
    exit 0
    --- stderr
    leapp: no session yet; `leapp add` defines one
    ");
    let json = sandbox.leapp(&["list", "--json"]).run().assert_ok().json();
    assert_eq!(json, json!({ "version": 1, "sessions": [] }));
    assert_snapshot!(sandbox.leapp(&["show", "corp"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: no session named `corp`

    hint: there is no session yet; run `leapp add` to define one
    ");
}

#[test]
fn a_session_that_is_not_there_has_a_nearest() {
    assert_snapshot!(some().leapp(&["show", "crop"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: no session named `crop`

    hint: did you mean `corp`?
    hint: run `leapp list` to see every alias
    ");
    assert_snapshot!(some().leapp(&["remove", "team/prod.us", "--yes"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: no session named `team/prod.us`

    hint: did you mean `team/prod.eu`?
    hint: run `leapp list` to see every alias
    ");
}
