//! `leapp add federated --from-login`: the roles of a login become sessions.

use insta::assert_snapshot;
use serde_json::json;

use crate::support::login::Login;
use crate::support::output::Output;
use crate::support::pty::Ended;
use crate::support::run::Run;

const OTHER: &str = "999988887777";

/// A login that grants four roles, one of which two accounts have, and one that leads nowhere.
fn login() -> Login {
    let login = Login::new("");
    let grant = |account: &str, role: &str| {
        format!("arn:aws:iam::{account}:role/{role},arn:aws:iam::{account}:saml-provider/Idp")
    };
    let here = login.federation.account.clone();
    login.idp.set(&json!({
        "session_duration": 7200,
        "roles": [
            login.federation.grant(),
            grant(OTHER, "Dev"),
            grant(&here, "team/Dev"),
            grant(&here, "aws-reserved/AWSReservedSSO_Admin_0a1b"),
        ],
    }));
    login
        .sandbox
        .leapp(&["remove", "fed", "--yes"])
        .run()
        .assert_ok();
    login
}

/// `leapp add federated --from-login`, with an assertion, and more options.
fn add<'a>(login: &'a Login, options: &[&str]) -> Run<'a> {
    let file = login.assertion(&json!({}));
    let url = login.idp.login_url("as=alice");
    let words = [
        "add",
        "federated",
        "--from-login",
        &url,
        "--assertion",
        &file,
    ];
    login.sandbox.leapp(&[&words[..], options].concat())
}

fn said(output: &Output) -> String {
    output.comparable(&output.stderr)
}

#[test]
fn each_role_becomes_a_session_once() {
    let login = login();
    let all = add(&login, &["--yes"]).run().assert_ok();
    assert_snapshot!(said(&all), @"
    leapp: left out arn:aws:iam::ACCOUNT:role/aws-reserved/AWSReservedSSO_Admin_0a1b: it belongs to IAM Identity Center, which lets nobody else log in to it
    leapp: added `Fed` for arn:aws:iam::ACCOUNT:role/Fed
    leapp: added `Dev` for arn:aws:iam::999988887777:role/Dev
    leapp: added `Dev-ACCOUNT` for arn:aws:iam::ACCOUNT:role/team/Dev
    ");
    let again = add(&login, &["--yes"]).run().assert_ok();
    assert_snapshot!(said(&again), @"
    leapp: left out arn:aws:iam::ACCOUNT:role/aws-reserved/AWSReservedSSO_Admin_0a1b: it belongs to IAM Identity Center, which lets nobody else log in to it
    leapp: `Fed` is there already, for arn:aws:iam::ACCOUNT:role/Fed
    leapp: `Dev` is there already, for arn:aws:iam::999988887777:role/Dev
    leapp: `Dev-ACCOUNT` is there already, for arn:aws:iam::ACCOUNT:role/team/Dev
    ");
    let list = login.sandbox.leapp(&["list"]).run().assert_ok();
    assert_snapshot!(list.comparable(&list.stdout), @"
    ALIAS             TYPE                ACCOUNT       ROLE  FROM       REGION     DESCRIPTION
    Fed               iam-role-federated  ACCOUNT  Fed   127.0.0.1  eu-west-1
    Dev               iam-role-federated  999988887777  Dev   127.0.0.1  eu-west-1
    Dev-ACCOUNT  iam-role-federated  ACCOUNT  Dev   127.0.0.1  eu-west-1
    ");
    let show = login.sandbox.leapp(&["show", "Fed"]).run().assert_ok();
    assert!(show.stdout.contains("2h"), "{}", show.stdout);
}

#[test]
fn roles_are_chosen_by_name() {
    let login = login();
    let one = add(&login, &["--role", "Fed", "--labels", "saml"]).run();
    assert_snapshot!(said(&one.assert_ok()), @"leapp: added `Fed` for arn:aws:iam::ACCOUNT:role/Fed");
    let none = add(&login, &["--role", "Fad"]).run().assert_code(1);
    assert_snapshot!(said(&none), @"
    leapp: error: the login grants no role `Fad`

      arn:aws:iam::ACCOUNT:role/Fed       by arn:aws:iam::ACCOUNT:saml-provider/Idp
      arn:aws:iam::999988887777:role/Dev       by arn:aws:iam::999988887777:saml-provider/Idp
      arn:aws:iam::ACCOUNT:role/team/Dev  by arn:aws:iam::ACCOUNT:saml-provider/Idp

    hint: did you mean `Fed`?
    ");
}

#[test]
fn a_role_of_identity_center_is_refused_with_the_reason() {
    let login = login();
    let role = "AWSReservedSSO_Admin_0a1b";
    let named = add(&login, &["--role", role]).run().assert_code(1);
    assert_snapshot!(said(&named), @"
    leapp: error: these roles of the login belong to IAM Identity Center, which lets nobody else log in to them

      arn:aws:iam::ACCOUNT:role/aws-reserved/AWSReservedSSO_Admin_0a1b  by arn:aws:iam::ACCOUNT:saml-provider/Idp

    hint: ask for a role of your own that trusts a SAML provider, or use `aws sso login` for this one
    ");
    let account = &login.federation.account;
    let arn = format!("arn:aws:iam::{account}:role/aws-reserved/{role}");
    let provider = &login.federation.provider;
    login
        .idp
        .set(&json!({ "roles": [format!("{arn},{provider}")] }));
    let all = add(&login, &["--yes"]).run().assert_code(1);
    assert_eq!(said(&all), said(&named));

    let url = login.idp.login_url("");
    let fields = ["--saml-url", &url, "--idp-arn", provider, "--role-arn"];
    let add = |alias, role| {
        let words = ["add", "federated", alias, "--region", "eu-west-1"];
        login
            .sandbox
            .leapp(&[&words[..], &fields, &[role]].concat())
            .run()
    };
    assert_snapshot!(said(&add("z", &arn).assert_code(2)), @"
    leapp: error: cannot add `z`: `role_arn`: belongs to IAM Identity Center, which lets nobody else log in to it

    hint: ask for a role of your own that trusts a SAML provider, or use `aws sso login` for this one
    ");
    add("fed", &login.federation.role).assert_ok();
    let change = format!("role_arn={arn}");
    let set = login.sandbox.leapp(&["set", "fed", &change]).run();
    assert_snapshot!(said(&set.assert_code(2)), @"
    leapp: error: cannot change `fed`: `role_arn`: belongs to IAM Identity Center, which lets nobody else log in to it

    hint: ask for a role of your own that trusts a SAML provider, or use `aws sso login` for this one
    ");
    let file = "home/.config/leapp/sessions.toml";
    assert!(!login.sandbox.read(file).contains("AWSReservedSSO"));
}

#[test]
fn where_nobody_can_choose_the_roles_are_told() {
    let login = login();
    let nobody = add(&login, &[]).run().assert_code(2);
    assert_snapshot!(said(&nobody), @"
    leapp: left out arn:aws:iam::ACCOUNT:role/aws-reserved/AWSReservedSSO_Admin_0a1b: it belongs to IAM Identity Center, which lets nobody else log in to it
    leapp: error: which of its roles the login is for was not said

      arn:aws:iam::ACCOUNT:role/Fed       by arn:aws:iam::ACCOUNT:saml-provider/Idp
      arn:aws:iam::999988887777:role/Dev       by arn:aws:iam::999988887777:saml-provider/Idp
      arn:aws:iam::ACCOUNT:role/team/Dev  by arn:aws:iam::ACCOUNT:saml-provider/Idp

    caused by: this process has no terminal

    hint: choose with `--role NAME`, or take all with `--yes`
    ");
}

#[test]
fn a_person_chooses_in_a_list() {
    let login = login();
    let mut terminal = add(&login, &[]).env("TERM", "xterm").on_terminal();
    terminal.expect("Roles:");
    terminal.expect("space: choose");
    terminal.send(" \r");
    terminal.expect("added `Fed`");
    assert_eq!(terminal.wait(), Ended::Code(0));
    let list = login.sandbox.leapp(&["list"]).run().assert_ok();
    assert!(!list.stdout.contains("Dev"), "{}", list.stdout);
}

#[test]
fn an_encrypted_login_tells_no_roles() {
    let login = login();
    login.idp.set(&json!({ "encrypted": true }));
    let run = add(&login, &["--yes"]).run().assert_code(1);
    assert_snapshot!(said(&run), @"
    leapp: error: the assertion is encrypted for AWS, so nobody here can read which roles it grants

    hint: ask for the ARNs of role and provider, and run `leapp add federated`
    ");
}

#[test]
fn a_login_in_the_browser_serves_the_sessions_that_it_has_defined() {
    let Some(login) = Login::in_browser("") else {
        return;
    };
    let url = login.idp.login_url("as=alice&fresh");
    let words = ["add", "--from-login", &url, "--yes"];
    login.sandbox.leapp(&words).run().assert_ok();
    login
        .sandbox
        .leapp_exec(&["Fed", "--", "true"])
        .run()
        .assert_ok();
    assert_eq!(login.idp.count("delivered"), 1);
}
