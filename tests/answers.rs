//! Answers that lack a member, have a wrong one, are cut off or are no answers at all: nothing of them is
//! handed out, nothing is kept, and the error says what is wrong.

use std::fs;
use std::thread;

use insta::assert_snapshot;
use serde_json::json;

use crate::rotate_key::{assert_rotated, corp, faults, key_of, keys_in_iam};
use crate::support::aws::Aws;
use crate::support::faults::{Fault, Faults, Rewrite, When};
use crate::support::login::Login;
use crate::support::output::Output;
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;

const CREDENTIALS: [&str; 4] = [
    "AccessKeyId",
    "SecretAccessKey",
    "SessionToken",
    "Expiration",
];

const LOGIN_PAGE: &str = "<!DOCTYPE html><html><body>Log in to this network</body></html>";

/// A way to spoil an answer.
type Spoil = Box<dyn Fn(&str) -> String + Send + Sync>;

/// A request, and a command that makes it.
struct Operation {
    action: &'static str,
    members: &'static [&'static str],
    sandbox: Sandbox,
    faults: Faults,
    command: Vec<String>,
}

/// Where an element starts and ends, its tags included.
fn element(body: &str, name: &str) -> (usize, usize) {
    let start = body.find(&format!("<{name}>"));
    let end = format!("</{name}>");
    let start = start.unwrap_or_else(|| panic!("no {name} in {body}"));
    let length = body[start..].find(&end).expect("its end") + end.len();
    (start, start + length)
}

/// An answer with something else in place of an element.
fn with(name: &'static str, new: impl Fn(&str) -> String + Send + Sync + 'static) -> Spoil {
    Box::new(move |body| {
        let (start, end) = element(body, name);
        format!(
            "{}{}{}",
            &body[..start],
            new(&body[start..end]),
            &body[end..]
        )
    })
}

/// With this text in an element.
fn reading(name: &'static str, text: &'static str) -> Spoil {
    with(name, move |_| format!("<{name}>{text}</{name}>"))
}

/// Every way in which a member can be wrong.
fn ways(name: &'static str) -> Vec<(&'static str, Spoil)> {
    let mut ways = vec![
        ("absent", with(name, |_| String::new())),
        ("empty", reading(name, "")),
        ("closed", with(name, move |_| format!("<{name}/>"))),
        ("blank", reading(name, " ")),
        ("two lines", reading(name, "one&#10;two")),
        ("a bidi mark", reading(name, "one&#x202e;two")),
        ("an element", reading(name, "one<b>two</b>")),
        ("a comment", reading(name, "one<!-- -->two")),
        (
            "renamed",
            with(name, move |it| it.replace(name, "SomethingElse")),
        ),
        ("twice", with(name, |it| format!("{it}{it}"))),
    ];
    match name {
        "Expiration" => ways.extend([
            ("no time", reading(name, "tomorrow")),
            ("1970", reading(name, "1970-01-01T00:00:00Z")),
            ("past", reading(name, "2021-01-01T00:00:00Z")),
            ("far future", reading(name, "2099-01-01T00:00:00Z")),
            ("farthest", reading(name, "9999-12-31T23:59:59Z")),
        ]),
        "Account" => ways.push(("letters", reading(name, "abcdefghijkl"))),
        "Arn" => ways.extend([
            ("no ARN", reading(name, "alice")),
            (
                "of others",
                reading(name, "arn:aws:iam::999999999999:user/alice"),
            ),
        ]),
        _ => {}
    }
    ways
}

impl Operation {
    /// Runs the command with a spoiled answer; why it was refused.
    #[track_caller]
    fn refused(&self, how: &str, spoil: Spoil) -> String {
        self.faults.clear();
        let rewrite = Fault::Rewrite(Rewrite::new(spoil));
        self.faults.on(When::action(self.action), rewrite);
        let asked = self.faults.count(self.action);
        let run = self.sandbox.command(&self.command[0]);
        let output = run.args(&self.command[1..]).may_print_secrets().run();
        let what = format!("{} {how}: {}", self.action, output.stderr);
        assert!(self.faults.count(self.action) > asked, "not asked: {what}");
        assert!(matches!(output.code, Some(1 | 125)), "{what}");
        assert_eq!(output.stdout, "", "{what}");
        assert_eq!(entries(&self.sandbox), 0, "{what}");
        // On a slow machine, a word that it takes long comes first.
        let mut lines = output.stderr.lines();
        let error = lines.find_map(|line| line.split_once(": error: "));
        let (_, error) = error.unwrap_or_default();
        assert!(
            error.starts_with("the answer of ") || error.starts_with("no answer from "),
            "{what}"
        );
        cause(&output)
    }

    /// The length of a good answer.
    fn length(&self) -> usize {
        let (send, length) = std::sync::mpsc::channel();
        self.faults.clear();
        let measure = move |body: &str| {
            let _ = send.send(body.len());
            "<cut".to_owned()
        };
        self.faults.on(
            When::action(self.action),
            Fault::Rewrite(Rewrite::new(measure)),
        );
        let run = self.sandbox.command(&self.command[0]);
        run.args(&self.command[1..]).may_print_secrets().run();
        length.recv().expect("a good answer")
    }
}

fn cause(output: &Output) -> String {
    let mut lines = output.stderr.lines();
    let cause = lines.find_map(|line| line.strip_prefix("caused by: "));
    cause.unwrap_or("no cause").to_owned()
}

/// How many credentials are in the cache.
fn entries(sandbox: &Sandbox) -> usize {
    let entries = fs::read_dir(sandbox.path("home/.cache/leapp"));
    let names = entries
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name());
    names.filter(|name| name.len() == 64).count()
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

/// A command over a user `u1` and a role `r1`, each time from an empty cache.
fn over_a_chain(
    action: &'static str,
    members: &'static [&'static str],
    command: &[&str],
) -> Operation {
    let faults = Faults::before(&Aws::shared().address());
    let sandbox = Sandbox::new().endpoint(&faults.url());
    Chain::new(Aws::shared(), 1).define(&sandbox);
    let endpoint = format!("console_endpoint = \"{}/federation\"\n", faults.url());
    sandbox.write("home/.config/leapp/config.toml", &endpoint);
    Operation {
        action,
        members,
        sandbox,
        faults,
        command: words(command),
    }
}

/// The exchange of an assertion that was given.
fn over_a_login(login: Login) -> Operation {
    let faults = Faults::before(&Aws::shared().address());
    let file = login.assertion(&json!({}));
    let mut sandbox = login.sandbox;
    sandbox.set("AWS_ENDPOINT_URL", faults.url());
    Operation {
        action: "AssumeRoleWithSAML",
        members: &CREDENTIALS,
        sandbox,
        faults,
        command: words(&["leapp-exec", "--assertion", &file, "fed", "--", "env"]),
    }
}

fn of_credentials() -> [Operation; 4] {
    [
        over_a_chain(
            "GetSessionToken",
            &CREDENTIALS,
            &["leapp", "credential-process", "u1"],
        ),
        over_a_chain(
            "AssumeRole",
            &CREDENTIALS,
            &["leapp-exec", "r1", "--", "env"],
        ),
        over_a_chain(
            "GetFederationToken",
            &CREDENTIALS,
            &["leapp", "console", "u1", "--print"],
        ),
        over_a_login(Login::new("")),
    ]
}

/// Every member in every way; what is said of it.
fn spoil_every_member(operation: &Operation) -> String {
    let mut table = String::new();
    for member in operation.members {
        for (way, spoil) in ways(member) {
            let cause = operation.refused(&format!("{member} {way}"), spoil);
            table.extend([format!("{member:15}  {way:11}  {cause}\n")]);
        }
    }
    table
}

#[test]
fn every_member_of_every_answer_with_credentials_is_checked() {
    let operations = of_credentials();
    let tables: Vec<String> = thread::scope(|scope| {
        let each = operations
            .each_ref()
            .map(|operation| scope.spawn(|| spoil_every_member(operation)));
        let tables = each
            .into_iter()
            .map(|thread| thread.join().expect("a table"));
        tables.collect()
    });
    for table in &tables[1..] {
        assert_eq!(table, &tables[0]);
    }
    assert_snapshot!(tables[0], @"
    AccessKeyId      absent       `AccessKeyId` is missing or empty
    AccessKeyId      empty        `AccessKeyId` is missing or empty
    AccessKeyId      closed       `AccessKeyId` is missing or empty
    AccessKeyId      blank        `AccessKeyId` contains spaces or characters that are not ASCII
    AccessKeyId      two lines    `AccessKeyId` contains spaces or characters that are not ASCII
    AccessKeyId      a bidi mark  `AccessKeyId` contains spaces or characters that are not ASCII
    AccessKeyId      an element   `AccessKeyId` is not one text
    AccessKeyId      a comment    `AccessKeyId` is not one text
    AccessKeyId      renamed      `AccessKeyId` is missing or empty
    AccessKeyId      twice        `AccessKeyId` is in the answer twice
    SecretAccessKey  absent       `SecretAccessKey` is missing or empty
    SecretAccessKey  empty        `SecretAccessKey` is missing or empty
    SecretAccessKey  closed       `SecretAccessKey` is missing or empty
    SecretAccessKey  blank        `SecretAccessKey` contains spaces or characters that are not ASCII
    SecretAccessKey  two lines    `SecretAccessKey` contains spaces or characters that are not ASCII
    SecretAccessKey  a bidi mark  `SecretAccessKey` contains spaces or characters that are not ASCII
    SecretAccessKey  an element   `SecretAccessKey` is not one text
    SecretAccessKey  a comment    `SecretAccessKey` is not one text
    SecretAccessKey  renamed      `SecretAccessKey` is missing or empty
    SecretAccessKey  twice        `SecretAccessKey` is in the answer twice
    SessionToken     absent       `SessionToken` is missing or empty
    SessionToken     empty        `SessionToken` is missing or empty
    SessionToken     closed       `SessionToken` is missing or empty
    SessionToken     blank        `SessionToken` contains spaces or characters that are not ASCII
    SessionToken     two lines    `SessionToken` contains spaces or characters that are not ASCII
    SessionToken     a bidi mark  `SessionToken` contains spaces or characters that are not ASCII
    SessionToken     an element   `SessionToken` is not one text
    SessionToken     a comment    `SessionToken` is not one text
    SessionToken     renamed      `SessionToken` is missing or empty
    SessionToken     twice        `SessionToken` is in the answer twice
    Expiration       absent       `Expiration` is missing or empty
    Expiration       empty        `Expiration` is not a time
    Expiration       closed       `Expiration` is not a time
    Expiration       blank        `Expiration` is not a time
    Expiration       two lines    `Expiration` is not a time
    Expiration       a bidi mark  `Expiration` is not a time
    Expiration       an element   `Expiration` is not one text
    Expiration       a comment    `Expiration` is not one text
    Expiration       renamed      `Expiration` is missing or empty
    Expiration       twice        `Expiration` is in the answer twice
    Expiration       no time      `Expiration` is not a time
    Expiration       1970         `Expiration` is missing or empty
    Expiration       past         `Expiration` is in the past
    Expiration       far future   `Expiration` is more than 168h ahead, which is more than was asked for
    Expiration       farthest     `Expiration` is more than 168h ahead, which is more than was asked for
    ");
}

#[test]
fn an_answer_that_is_cut_is_refused_wherever_it_is_cut() {
    // `aws/document` cuts at every byte; here the way there is tested.
    let cut = |operation: &Operation| {
        let length = operation.length();
        for end in (0..length).step_by(length / 12) {
            let how = format!("cut at {end} of {length}");
            let cause = operation.refused(&how, Box::new(move |body| body[..end].to_owned()));
            assert!(
                ["the answer is empty", "the answer is cut off"].contains(&cause.as_str()),
                "{how}: {cause}"
            );
        }
    };
    let operations = of_credentials();
    thread::scope(|scope| {
        for operation in &operations {
            scope.spawn(|| cut(operation));
        }
    });
}

#[test]
fn what_is_no_answer_of_the_service_is_refused() {
    let operation = over_a_chain(
        "GetSessionToken",
        &CREDENTIALS,
        &["leapp", "credential-process", "u1"],
    );
    let rename = |old: &'static str, new: &'static str| -> Spoil {
        Box::new(move |body| body.replace(old, new))
    };
    let whole = |text: &'static str| -> Spoil { Box::new(move |_| text.to_owned()) };
    let mut table = String::new();
    for (way, spoil) in [
        ("a login page", whole(LOGIN_PAGE)),
        ("nothing", whole("")),
        ("JSON", whole(r#"{"GetSessionTokenResponse": {}}"#)),
        (
            "an error with status 200",
            whole("<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>"),
        ),
        (
            "another answer",
            rename("GetSessionTokenRes", "AssumeRoleRes"),
        ),
        ("no result", rename("GetSessionTokenResult", "Other")),
        ("no credentials", with("Credentials", |_| String::new())),
        (
            "empty credentials",
            with("Credentials", |_| "<Credentials/>".to_owned()),
        ),
        (
            "two credentials",
            with("Credentials", |it| format!("{it}{it}")),
        ),
        (
            "two results",
            with("GetSessionTokenResult", |it| format!("{it}{it}")),
        ),
        ("two documents", Box::new(|body| format!("{body}{body}"))),
    ] {
        table.extend([format!("{way:24}  {}\n", operation.refused(way, spoil))]);
    }
    assert_snapshot!(table, @"
    a login page              the answer is a web page, such as the login page of a network
    nothing                   the answer is empty
    JSON                      the answer is not well-formed XML
    an error with status 200  the answer is not a `GetSessionTokenResponse`
    another answer            the answer is not a `GetSessionTokenResponse`
    no result                 `Credentials` is missing or empty
    no credentials            `Credentials` is missing or empty
    empty credentials         `Expiration` is missing or empty
    two credentials           `Credentials` is in the answer twice
    two results               `GetSessionTokenResult` is in the answer twice
    two documents             the answer is not well-formed XML
    ");
    // The way is free again, and nothing of all this was kept.
    operation.faults.clear();
    let run = operation.sandbox.leapp(&["credential-process", "u1"]);
    run.may_print_secrets().run().assert_ok();
}

#[test]
fn a_refusal_names_the_hop_like_a_denial() {
    let faults = Faults::before(&Aws::shared().address());
    let sandbox = Sandbox::new().endpoint(&faults.url());
    let chain = Chain::new(Aws::shared(), 2);
    chain.define(&sandbox);
    let secret = Rewrite::new(with("SecretAccessKey", |_| String::new()));
    faults.on(When::role(chain.target()), Fault::Rewrite(secret));
    let accounts = [&chain.user.arn, &chain.roles[0], &chain.roles[1]];
    let output = sandbox.leapp(&["login", "r2"]).run().assert_code(1);
    let said = accounts.iter().fold(output.transcript(), |said, arn| {
        said.replace(arn.split(':').nth(4).unwrap_or_default(), "ACCOUNT")
    });
    assert_snapshot!(said, @"
    exit 1
    --- stderr
    leapp: error: the answer of STS at http://127.0.0.1:[PORT] for hop 3 of 3 to `r2` is invalid

      1  u1  IAM user, key [ACCESS-KEY-ID]  ok
      2  r1  arn:aws:iam::ACCOUNT:role/R1   ok
      3  r2  arn:aws:iam::ACCOUNT:role/R2   failed

    caused by: `SecretAccessKey` is missing or empty

    hint: check `AWS_ENDPOINT_URL`, `HTTPS_PROXY` and the network: something other than AWS may have answered
    ");
    // What worked before it is kept.
    assert_eq!(entries(&sandbox), 1);
}

#[test]
fn credentials_of_another_role_are_refused() {
    let operation = over_a_chain("AssumeRole", &[], &["leapp", "login", "r1"]);
    for arn in [
        "arn:aws:sts::999999999999:assumed-role/R1/leapp-alice",
        "R1",
    ] {
        let cause = operation.refused(arn, reading("Arn", arn));
        assert!(cause.starts_with("`AssumedRoleUser.Arn` is not"), "{cause}");
    }
    // MinIO tells none.
    operation.faults.clear();
    let none = Rewrite::new(reading("Arn", ""));
    operation
        .faults
        .on(When::action("AssumeRole"), Fault::Rewrite(none));
    operation.sandbox.leapp(&["login", "r1"]).run().assert_ok();
}

#[test]
fn an_identity_is_told_whole_or_not_at_all() {
    let members = &["Account", "Arn", "UserId"];
    let mut operation = over_a_chain("GetCallerIdentity", members, &["leapp", "whoami"]);
    let key = over_a_chain("GetSessionToken", &[], &[]);
    let run = key.sandbox.leapp(&["credential-process", "u1"]);
    let key = run.may_print_secrets().run().assert_ok().json();
    operation.sandbox.set("AWS_REGION", "eu-west-1");
    for (variable, member) in [
        ("AWS_ACCESS_KEY_ID", "AccessKeyId"),
        ("AWS_SECRET_ACCESS_KEY", "SecretAccessKey"),
        ("AWS_SESSION_TOKEN", "SessionToken"),
    ] {
        let value = key[member].as_str().expect("a member");
        operation.sandbox.set(variable, value);
    }
    operation.sandbox.leapp(&["whoami"]).run().assert_ok();
    spoil_every_member(&operation);
}

#[test]
fn a_sign_in_token_is_checked() {
    let operation = over_a_chain(
        "getSigninToken",
        &[],
        &["leapp", "console", "u1", "--print"],
    );
    for body in [
        "",
        "{}",
        LOGIN_PAGE,
        r#"{"SigninToken": ""}"#,
        r#"{"SigninToken": "a b"}"#,
        r#"{"SigninToken": 7}"#,
        r#"{"SigninToken": null}"#,
        r#"{"SigninToken": "abc"#,
        r#"{"SigninToken": "a", "SigninToken": "b"}"#,
        r#"{"SignInToken": "abc"}"#,
    ] {
        operation.refused(body, Box::new(move |_| body.to_owned()));
    }
}

#[test]
fn a_new_access_key_without_its_secret_is_not_stored_and_the_next_run_removes_it() {
    let faults = faults();
    let (sandbox, user) = corp(&faults);
    for (member, way) in [
        ("SecretAccessKey", "absent"),
        ("AccessKeyId", "empty"),
        ("UserName", "renamed"),
        ("Status", "absent"),
    ] {
        let ways = ways(member).into_iter();
        let spoil = ways.filter(|(name, _)| *name == way).map(|(_, it)| it);
        for spoil in spoil {
            faults.clear();
            let rewrite = Fault::Rewrite(Rewrite::new(spoil));
            faults.on(When::action("CreateAccessKey"), rewrite);
            let output = sandbox.leapp(&["rotate-key", "corp", "--yes"]).run();
            let said = output.assert_code(1).stderr;
            assert!(said.contains("the next run deletes it"), "{said}");
            assert!(said.contains("run `leapp rotate-key corp` again"), "{said}");
            assert_eq!(key_of(&sandbox, "corp"), user.access_key_id);
        }
    }
    faults.clear();
    let cut = Rewrite::new(|body: &str| body[..body.len() / 2].to_owned());
    faults.on(When::action("CreateAccessKey"), Fault::Rewrite(cut));
    let output = sandbox.leapp(&["rotate-key", "corp", "--yes"]).run();
    assert_snapshot!(output.assert_code(1).transcript(), @"
    exit 1
    --- stderr
    leapp: the access key `[OLD-KEY]` is that of arn:aws:iam::[ACCOUNT]:user/alice
    leapp: deleting `[ACCESS-KEY-ID]`: the run that was interrupted has made it, and its secret is lost
    leapp: error: no answer from IAM at http://127.0.0.1:[PORT]
    caused by: the answer is cut off
    caused by: AWS may have made a key; its secret is lost, and the next run deletes it
    request id: [REQUEST-ID]

    hint: check the network, `HTTPS_PROXY`, `AWS_CA_BUNDLE` and `AWS_ENDPOINT_URL`
    hint: the key of `corp` works; run `leapp rotate-key corp` again to go on
    ");
    assert_eq!(keys_in_iam(&sandbox, "corp", &user).len(), 2);
    faults.clear();
    sandbox
        .leapp(&["rotate-key", "corp", "--yes"])
        .run()
        .assert_ok();
    assert_rotated(&sandbox, &user);
}

#[test]
fn no_step_of_a_rotation_believes_a_spoiled_answer() {
    let empty = || -> Spoil { with("AccessKeyMetadata", |_| "<AccessKeyMetadata/>".to_owned()) };
    let page = || -> Spoil { Box::new(|_| LOGIN_PAGE.to_owned()) };
    // Each is met by the run that goes on where the one before it has stopped.
    for (action, nth, spoil) in [
        ("ListAccessKeys", 1, empty()),
        ("ListAccessKeys", 1, with("Status", |_| String::new())),
        (
            "ListAccessKeys",
            2,
            with("AccessKeyMetadata", |_| String::new()),
        ),
        ("UpdateAccessKey", 1, page()),
        ("DeleteAccessKey", 1, page()),
    ] {
        let faults = faults();
        let (sandbox, user) = corp(&faults);
        let rewrite = Fault::Rewrite(Rewrite::new(spoil));
        faults.on(When::action(action).nth(nth), rewrite);
        let said = sandbox
            .leapp(&["rotate-key", "corp", "--yes"])
            .run()
            .assert_code(1)
            .stderr;
        assert!(said.contains("again"), "{action}: {said}");
        faults.clear();
        let again = sandbox.leapp(&["rotate-key", "corp", "--yes"]).run();
        again.assert_ok();
        assert_rotated(&sandbox, &user);
    }
}
