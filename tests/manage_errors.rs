//! What `leapp add` refuses, with nobody there to ask; nothing is written then.

use insta::assert_snapshot;

use crate::manage::{SECRET, add_user};
use crate::sessions::{CORP, FILE, line, with};
use crate::support::pty::Ended;
use crate::support::sandbox::Sandbox;

#[test]
fn a_secret_is_never_an_argument() {
    let sandbox = Sandbox::new();
    // Not even to say that it is wrong may it be repeated.
    let sandbox = sandbox.watch("wJalrXUtnFEMI");
    let words = line("add user corp --secret-access-key wJalrXUtnFEMI");
    assert_snapshot!(sandbox.leapp(&words).run().transcript(), @"
    exit 2
    --- stderr
    leapp: error: `--secret-access-key` takes only `-`: a secret is never an argument

    hint: write it to standard input, or leave the flag out to be asked for it
    hint: it may be in the history of your shell by now: delete it there
    ");
    let joined = line("add user corp --secret-access-key=wJalrXUtnFEMI");
    sandbox.leapp(&joined).run().assert_code(2);
    assert_eq!(sandbox.read(FILE), "");
}

#[test]
fn what_is_no_secret_is_not_stored() {
    let sandbox = Sandbox::new();
    for (text, said) in [
        ("", "no secret access key was given"),
        (
            "short\n",
            "that has 5 characters, and a secret access key of AWS has 40",
        ),
        (&SECRET[1..], "that has 39 characters"),
        (
            "LEAKEDlongLivedKey with blanks in its middle",
            "that has a space in it",
        ),
        (&format!("\"{SECRET}\""), "a quotation mark in it"),
        (
            &format!("{SECRET}\u{200b}"),
            "an invisible character in it (U+200B)",
        ),
        ("AKIAIOSFODNN7EXAMPLE", "is the id of an access key"),
        (&"IQoJb3JpZ2luX2Vj".repeat(20), "like a session token"),
    ] {
        let run = add_user(&sandbox, "corp").stdin(text).run();
        let output = run.assert_code(1);
        assert!(output.stderr.contains(said), "{}", output.transcript());
        let from_env = sandbox
            .leapp(&["add", "user", "corp", "--from-env", "--region", "eu-west-1"])
            .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", text)
            .run()
            .assert_code(2);
        let said = said.trim_start_matches("that ");
        assert!(
            text.is_empty() || from_env.stderr.contains(said),
            "{}",
            from_env.transcript()
        );
    }
    assert_eq!(sandbox.read(FILE), "");
    // White space around it comes along with a copy, and another service has secrets of its own.
    add_user(&sandbox, "corp")
        .stdin(format!(" {SECRET}\r\n"))
        .run()
        .assert_ok();
    let elsewhere =
        line("add user minio --access-key-id MINIOADMINMINIOADMIN --secret-access-key -");
    sandbox
        .leapp(&elsewhere)
        .args(&["--endpoint-url", "https://minio.example"])
        .stdin("minioadmin")
        .run()
        .assert_ok();
}

#[test]
fn the_id_of_something_else_is_no_access_key() {
    let sandbox = with(CORP);
    for (id, said) in [
        ("ASIAIOSFODNN7EXAMPLE", "belongs to temporary credentials"),
        ("AROAIOSFODNN7EXAMPLE", "is the id of a role"),
        ("AIDAIOSFODNN7EXAMPLE", "is the id of an IAM user"),
        ("AGPAIOSFODNN7EXAMPLE", "is the id of a group"),
        ("ANPAIOSFODNN7EXAMPLE", "is the id of a policy"),
    ] {
        let words = [
            "add",
            "user",
            "x",
            "--secret-access-key",
            "-",
            "--access-key-id",
            id,
        ];
        let output = sandbox.leapp(&words).stdin(SECRET).run().assert_code(2);
        assert!(output.stderr.contains(said), "{}", output.transcript());
    }
    assert_eq!(sandbox.read(FILE), CORP);
}

#[test]
fn a_role_is_not_asked_for_where_nothing_can_assume_it() {
    let sandbox = Sandbox::new();
    let mut terminal = sandbox.leapp(&["add", "chained", "prod"]).on_terminal();
    terminal.expect("there is no session that a role could be assumed from");
    terminal.expect("`leapp add user`");
    assert_eq!(terminal.wait(), Ended::Code(2));
}

#[test]
fn what_is_missing_is_named_with_its_flag_where_nobody_can_be_asked() {
    let sandbox = Sandbox::new();
    let missing = |words: &[&str]| {
        let output = sandbox.leapp(words).run().assert_code(2);
        assert_eq!(sandbox.read(FILE), "");
        let hint = output.stderr.lines().last().unwrap_or_default();
        hint.trim_start_matches("hint: ").to_owned()
    };
    assert_snapshot!(sandbox.leapp(&["add"]).run().transcript(), @"
    exit 2
    --- stderr
    leapp: error: no answer to `Type (iam-user, iam-role-federated, iam-role-chained)`
    caused by: this process has no terminal

    hint: give it as `TYPE`
    ");
    assert_eq!(missing(&["add", "user"]), "give it as `ALIAS`");
    let user = ["add", "user", "corp"];
    assert_eq!(missing(&user), "give it as `--access-key-id ...`");
    let key = line("add user corp --access-key-id AKIAIOSFODNN7EXAMPLE");
    assert_eq!(missing(&key), "give it as `--secret-access-key -`");
    let saml = ["add", "federated", "dev"];
    assert_eq!(missing(&saml), "give it as `--saml-url ...`");
    let role = ["add", "chained", "prod"];
    assert_eq!(missing(&role), "give it as `--role-arn ...`");
    let assumer = line("add chained prod --role-arn arn:aws:iam::444455556666:role/Admin");
    assert_eq!(missing(&assumer), "give it as `--assumer-session ALIAS`");
    let no_region =
        line("add user corp --access-key-id AKIAIOSFODNN7EXAMPLE --secret-access-key -");
    let output = sandbox.leapp(&no_region).stdin(SECRET).run().assert_code(2);
    assert!(
        output.stderr.contains("`--region ...`"),
        "{}",
        output.transcript()
    );
}

#[test]
fn a_slip_in_a_flag_is_no_line_of_a_file() {
    let sandbox = with(CORP);
    let temporary = line("add user x --access-key-id ASIAIOSFODNN7EXAMPLE");
    let temporary = sandbox
        .leapp(&temporary)
        .args(&["--secret-access-key", "-"]);
    assert_snapshot!(temporary.stdin(SECRET).run().transcript(), @"
    exit 2
    --- stderr
    leapp: error: cannot add `x`: `access_key_id`: belongs to temporary credentials; a session wants the long-lived key, `AKIA...`
    ");
    let role = line(
        "add chained x --assumer-session corp --role-arn arn:aws:iam::444455556666:role/Admin",
    );
    let slip = |flags: &[&str]| sandbox.leapp(&role).args(flags).run().transcript();
    assert_snapshot!(slip(&["--external-id", "x"]), @"
    exit 2
    --- stderr
    leapp: error: cannot add `x`: `external_id`: AWS wants 2 to 1224 characters, not 1
    ");
    assert_snapshot!(slip(&["--duration", "13h"]), @"
    exit 2
    --- stderr
    leapp: error: cannot add `x`: `duration`: AWS gives an iam-role-chained session 15m to 12h, not 13h
    ");
    assert_snapshot!(slip(&["--transitive-tags", "Team"]), @r#"
    exit 2
    --- stderr
    leapp: error: cannot add `x`: `transitive_tags`: "Team" is not one of `tags`
    "#);
    assert_snapshot!(slip(&["--mfa-process", "otp"]), @"
    exit 2
    --- stderr
    leapp: error: `--mfa-process` says nothing of a session of type iam-role-chained
    ");
    let odd = line("add chained x --assumer-session corp --role-arn arn:aws:iam::4444:role/x");
    assert_snapshot!(sandbox.leapp(&odd).run().transcript(), @"
    exit 2
    --- stderr
    leapp: error: invalid value 'arn:aws:iam::4444:role/x' for '--role-arn <ARN>': an AWS account has 12 digits, `4444` has not

    For more information, try '--help'.
    ");
    assert_snapshot!(slip(&["--tags", "Team"]), @"
    exit 2
    --- stderr
    leapp: error: invalid value 'Team' for '--tags <KEY=VALUE>': a tag is written KEY=VALUE

    For more information, try '--help'.
    ");
    assert_eq!(sandbox.read(FILE), CORP);
}

#[test]
fn an_assumer_that_is_not_there_is_a_slip() {
    let sandbox = with(CORP);
    let words = line(
        "add chained prod --assumer-session crop --role-arn arn:aws:iam::444455556666:role/Admin",
    );
    assert_snapshot!(sandbox.leapp(&words).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: no session named `crop`

    hint: did you mean `corp`?
    hint: run `leapp list` to see every alias
    ");
}

#[test]
fn an_alias_is_given_once() {
    let sandbox = Sandbox::new();
    add_user(&sandbox, "corp").run().assert_ok();
    let before = sandbox.read(FILE);
    let again = line("add user corp --access-key-id AKIAIOSFODNN7EXAMPL2");
    assert_snapshot!(sandbox.leapp(&again).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: there is a session `corp` already ([ROOT]/home/.config/leapp/sessions.toml:6)

    hint: choose another alias; `leapp set corp` changes the session that is there
    ");
    assert_eq!(sandbox.read(FILE), before);
}
