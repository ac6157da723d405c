//! A role is never assumed from another partition than its own: refused wherever a session is written, and
//! before any call where one stands in a file.

use std::fmt::Write;

use insta::assert_snapshot;

use crate::manage::{KEY, SECRET};
use crate::sessions::{FILE, line, with};
use crate::support::sandbox::{Sandbox, private};

/// A user of a known partition, one of an unknown one, a role on each, and a login.
const SESSIONS: &str = r#"version = 1

[defaults]
region = "eu-west-1"

[sessions.corp]
type = "iam-user"
access_key_id = "AKIAIOSFODNN7EXAMPLE"
mfa_device = "arn:aws:iam::111122223333:mfa/alice"

[sessions.plain]
type = "iam-user"
access_key_id = "AKIAIOSFODNN7EXAMPL2"

[sessions.prod]
type = "iam-role-chained"
assumer_session = "corp"
role_arn = "arn:aws:iam::444455556666:role/Admin"

[sessions.china]
type = "iam-role-chained"
assumer_session = "plain"
role_arn = "arn:aws-cn:iam::444455556666:role/Admin"

[sessions.login]
type = "iam-role-federated"
saml_url = "https://idp.example.com/start"
idp_arn = "arn:aws-us-gov:iam::444455556666:saml-provider/Corp"
role_arn = "arn:aws-us-gov:iam::444455556666:role/Dev"
"#;

/// Whether `leapp add chained` takes a role on a session.
fn add(role: &str, assumer: &str, sandbox: &Sandbox) -> (bool, String) {
    let words = format!("add chained new --role-arn {role} --assumer-session {assumer}");
    let output = sandbox.leapp(&line(&words)).run();
    (output.code == Some(0), output.stderr)
}

#[test]
fn a_role_is_added_on_a_session_of_its_own_partition_only() {
    let role = |partition: &str| format!("arn:{partition}:iam::777788889999:role/New");
    for (partition, assumer, may) in [
        ("aws", "corp", true),
        ("aws-cn", "corp", false),
        ("aws-us-gov", "corp", false),
        ("aws", "prod", true),
        ("aws-cn", "prod", false),
        ("aws-iso-b", "prod", false),
        ("aws-cn", "china", true),
        ("aws", "china", false),
        ("aws-us-gov", "login", true),
        ("aws", "login", false),
        ("aws-us-gov-x", "login", false),
        // Nothing tells the partition of this user.
        ("aws", "plain", true),
        ("aws-eusc", "plain", true),
    ] {
        let sandbox = with(SESSIONS);
        let (added, stderr) = add(&role(partition), assumer, &sandbox);
        assert_eq!(added, may, "{partition} on {assumer}: {stderr}");
        assert_eq!(sandbox.read(FILE) == SESSIONS, !may);
        let names_both = stderr.contains(&role(partition)) && stderr.matches("arn:").count() == 2;
        assert!(may || names_both, "{stderr}");
    }
    let sandbox = with(SESSIONS);
    assert_snapshot!(add(&role("aws-cn"), "corp", &sandbox).1, @"
    leapp: error: cannot add `new`: the role of `new` can never be assumed from `corp`: `arn:aws-cn:iam::777788889999:role/New` is in the partition `aws-cn`, and `arn:aws:iam::111122223333:mfa/alice` in `aws`

    hint: use a session of the role's own partition: partitions of AWS share no identities
    ");
    let login = "add federated other --saml-url https://idp.example.com/start \
                 --idp-arn arn:aws:iam::444455556666:saml-provider/Corp --role-arn arn:aws-cn:iam::444455556666:role/Dev";
    assert_snapshot!(sandbox.leapp(&line(login)).run().transcript(), @"
    exit 2
    --- stderr
    leapp: error: cannot add `other`: the role of `other` can never be assumed from its identity provider: `arn:aws-cn:iam::444455556666:role/Dev` is in the partition `aws-cn`, and `arn:aws:iam::444455556666:saml-provider/Corp` in `aws`

    hint: use a session of the role's own partition: partitions of AWS share no identities
    ");
}

#[test]
fn a_change_that_leaves_the_partition_is_refused() {
    let sandbox = with(SESSIONS);
    for (change, may) in [
        (
            "prod role_arn=arn:aws-cn:iam::444455556666:role/Admin",
            false,
        ),
        ("prod assumer_session=china", false),
        ("prod assumer_session=login", false),
        ("china assumer_session=corp", false),
        ("china role_arn=arn:aws:iam::444455556666:role/Admin", true),
        (
            "login idp_arn=arn:aws:iam::444455556666:saml-provider/Corp",
            false,
        ),
        ("login role_arn=arn:aws:iam::444455556666:role/Dev", false),
        // It is the role on it that could not be assumed any more.
        (
            "corp mfa_device=arn:aws-cn:iam::111122223333:mfa/alice",
            false,
        ),
        ("corp mfa_device=GAHT12345678", true),
        (
            "plain mfa_device=arn:aws-cn:iam::111122223333:mfa/alice",
            true,
        ),
        (
            "plain mfa_device=arn:aws:iam::111122223333:mfa/alice",
            false,
        ),
        ("prod assumer_session=plain", true),
        ("prod description=x", true),
    ] {
        sandbox.write(FILE, SESSIONS);
        let words = [&["set"], &line(change)[..]].concat();
        let output = sandbox.leapp(&words).run();
        assert_eq!(output.code == Some(0), may, "{change}: {}", output.stderr);
        assert_eq!(sandbox.read(FILE) == SESSIONS, !may, "{change}");
    }
    sandbox.write(FILE, SESSIONS);
    let set = |change: &str| {
        let words = [&["set"], &line(change)[..]].concat();
        sandbox.leapp(&words).run().transcript()
    };
    assert_snapshot!(set("prod role_arn=arn:aws-cn:iam::444455556666:role/Admin"), @"
    exit 2
    --- stderr
    leapp: error: cannot change `prod`: the role of `prod` can never be assumed from `corp`: `arn:aws-cn:iam::444455556666:role/Admin` is in the partition `aws-cn`, and `arn:aws:iam::111122223333:mfa/alice` in `aws`

    hint: use a session of the role's own partition: partitions of AWS share no identities
    ");
    assert_snapshot!(set("prod assumer_session=china"), @"
    exit 2
    --- stderr
    leapp: error: cannot change `prod`: the role of `prod` can never be assumed from `china`: `arn:aws:iam::444455556666:role/Admin` is in the partition `aws`, and `arn:aws-cn:iam::444455556666:role/Admin` in `aws-cn`

    hint: use a session of the role's own partition: partitions of AWS share no identities
    ");
    assert_snapshot!(set("corp mfa_device=arn:aws-cn:iam::111122223333:mfa/alice"), @"
    exit 1
    --- stderr
    leapp: error: the role of `prod` can never be assumed from `corp`: `arn:aws:iam::444455556666:role/Admin` is in the partition `aws`, and `arn:aws-cn:iam::111122223333:mfa/alice` in `aws-cn`

      [ROOT]/home/.config/leapp/sessions.toml:15

    hint: use a session of the role's own partition: partitions of AWS share no identities
    ");
}

#[test]
fn an_edit_that_leaves_the_partition_is_refused_with_its_line() {
    let sandbox = with(SESSIONS);
    let script =
        "#!/bin/sh\nsed -i 's/arn:aws:iam::444455556666/arn:aws-cn:iam::444455556666/' \"$2\"\n";
    let editor = sandbox.write("bin/vi", script);
    private(&editor, 0o755);
    let edited = sandbox.leapp(&["edit", "prod"]).env("EDITOR", editor).run();
    assert_eq!(edited.code, Some(1));
    let line = SESSIONS.lines().position(|line| line == "[sessions.prod]");
    let place = format!("sessions.toml:{}", line.expect("a line") + 1);
    assert!(edited.stderr.contains(&place), "{}", edited.stderr);
    assert!(
        edited.stderr.contains("can never be assumed from `corp`"),
        "{}",
        edited.stderr
    );
    assert_eq!(sandbox.read(FILE), SESSIONS);
}

#[test]
fn one_that_stands_in_a_file_is_in_nobody_elses_way() {
    let broken = SESSIONS.replace("arn:aws:iam::444455556666", "arn:aws-cn:iam::444455556666");
    let sandbox = with(&broken);
    assert_snapshot!(sandbox.leapp_exec(&["prod", "--", "true"]).run().transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: the role of `prod` can never be assumed from `corp`: `arn:aws-cn:iam::444455556666:role/Admin` is in the partition `aws-cn`, and `arn:aws:iam::111122223333:mfa/alice` in `aws`

      [ROOT]/home/.config/leapp/sessions.toml:15

    hint: use a session of the role's own partition: partitions of AWS share no identities
    ");
    // Before any call: there is no AWS here. The others are shown, changed and explained as ever.
    sandbox.leapp(&["list"]).run().assert_ok();
    sandbox.leapp(&["explain", "china"]).run().assert_ok();
    sandbox
        .leapp(&["set", "plain", "description=x"])
        .run()
        .assert_ok();
    sandbox
        .leapp(&["set", "prod", "description=x"])
        .run()
        .assert_ok();
    let doctor = sandbox.leapp(&["doctor"]).run();
    assert!(
        doctor.stdout.contains("can never be assumed from `corp`"),
        "{}",
        doctor.transcript()
    );
}

#[test]
fn a_run_goes_on_to_roles_of_its_own_partition_only() {
    let sandbox = with(SESSIONS);
    let assume = |role: &str, alias: &str| {
        let words = ["--assume", role, alias, "--", "true"];
        sandbox.leapp_exec(&words).run().transcript()
    };
    assert_snapshot!(assume("arn:aws-cn:iam::777788889999:role/Next", "prod"), @"
    exit 125
    --- stderr
    leapp-exec: error: `prod` can never assume that role: `arn:aws-cn:iam::777788889999:role/Next` is in the partition `aws-cn`, and `arn:aws:iam::444455556666:role/Admin` in `aws`

    hint: begin with a session of the partition `aws-cn`
    ");
    let from_user = assume("arn:aws-us-gov:iam::777788889999:role/Next", "corp");
    assert!(from_user.contains("mfa/alice"), "{from_user}");
}

#[test]
fn an_import_lists_them_with_the_reason() {
    let role = |name: &str, partition: &str, source: &str, more: &str| {
        format!(
            "[profile {name}]\nrole_arn = arn:{partition}:iam::444455556666:role/{name}\nsource_profile = {source}\n{more}"
        )
    };
    let device =
        |partition: &str| format!("mfa_serial = arn:{partition}:iam::111122223333:mfa/a\n");
    let mut config = String::new();
    for section in [
        // Its own device is in another partition; what is assumed from it goes with it.
        role("odd", "aws-cn", "u", &device("aws")),
        role("on-odd", "aws-cn", "odd", ""),
        // Neither names the device of the user.
        role("cn-on-eu", "aws-cn", "eu", &device("aws-cn")),
        role("eu", "aws", "u", &device("aws")),
        role("gov", "aws-us-gov", "u", ""),
        // Nothing tells the partition of this user.
        role("free", "aws-cn", "v", ""),
        role("free-too", "aws", "v", ""),
        role("next", "aws-cn", "free", ""),
        role("not-next", "aws", "free", ""),
    ] {
        config.push_str(&section);
    }
    let mut keys = String::new();
    for user in ["u", "v"] {
        let _ = write!(
            keys,
            "[{user}]\naws_access_key_id = {KEY}{}\naws_secret_access_key = {SECRET}\n",
            user.to_uppercase()
        );
    }
    let sandbox = Sandbox::new();
    sandbox.write("home/.aws/config", &config);
    sandbox.write("home/.aws/credentials", &keys);
    let words = line("import aws-config --yes --region eu-west-1");
    let import = sandbox.leapp(&words).may_write_secrets().run();
    assert_snapshot!(import.transcript(), @"
    exit 0
    --- stderr
    leapp: new: `eu`, arn:aws:iam::444455556666:role/eu from `u`
    leapp: new: `free`, arn:aws-cn:iam::444455556666:role/free from `v`
    leapp: new: `free-too`, arn:aws:iam::444455556666:role/free-too from `v`
    leapp: new: `next`, arn:aws-cn:iam::444455556666:role/next from `free`
    leapp: new: `u`, the user of `[ACCESS-KEY-ID]U`
    leapp: new: `v`, the user of `[ACCESS-KEY-ID]V`
    leapp: new: `eu-west-1` as the region of sessions that name none
    leapp: left out: `odd`: its role can never be assumed from there: `arn:aws-cn:iam::444455556666:role/odd` is in the partition `aws-cn`, and `arn:aws:iam::111122223333:mfa/a` in `aws`
    leapp: left out: `on-odd`: it is assumed from `odd`, which cannot be imported
    leapp: left out: `cn-on-eu`: its role can never be assumed from there: `arn:aws-cn:iam::444455556666:role/cn-on-eu` is in the partition `aws-cn`, and `arn:aws:iam::444455556666:role/eu` in `aws`
    leapp: left out: `gov`: its role can never be assumed from there: `arn:aws-us-gov:iam::444455556666:role/gov` is in the partition `aws-us-gov`, and `arn:aws:iam::111122223333:mfa/a` in `aws`
    leapp: left out: `not-next`: its role can never be assumed from there: `arn:aws:iam::444455556666:role/not-next` is in the partition `aws`, and `arn:aws-cn:iam::444455556666:role/free` in `aws-cn`
    leapp: added 6 sessions, stored 2 secrets in the file vault
    leapp: 2 secrets are still in `[ROOT]/home/.aws/credentials`, in plain text; `--remove-secrets` removes what is imported
    ");
    // What came over can be planned.
    for alias in ["eu", "free", "free-too", "next"] {
        sandbox
            .leapp(&["explain", alias])
            .may_write_secrets()
            .run()
            .assert_ok();
    }
}
