//! Sessions at a real `MinIO`: what its users get, and what it does not have.

use insta::assert_snapshot;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::certificates::make_certificates;
use crate::questions::answer;
use crate::support::minio::{ADMIN, Minio, mc};
use crate::support::program;
use crate::support::pty::Ended;
use crate::support::sandbox::Sandbox;

const SECRET: &str = "bobs-secret";
const ROLE: &str = "arn:aws:iam::000000000000:role/any";

/// A sandbox with the user `bob`, defined as `bob`, and a role on top of it, `storage`.
fn with_bob(minio: &Minio) -> Sandbox {
    minio.user("bob", SECRET);
    let sandbox = Sandbox::new().watch(SECRET);
    add_user(&sandbox, minio, "bob", "bob", SECRET);
    sandbox.add_chained("storage", ROLE, "bob", &["--duration", "7d"]);
    sandbox
}

fn add_user(sandbox: &Sandbox, minio: &Minio, alias: &str, id: &str, secret: &str) {
    sandbox
        .leapp(&["add", "user", alias, "--access-key-id", id])
        .args(&["--endpoint-url", &minio.url(), "--region", "us-east-1"])
        .args(&["--secret-access-key", "-"])
        .stdin(secret)
        .run()
        .assert_ok();
}

/// What a run says, without `MinIO`'s request ids.
fn said(sandbox: &Sandbox, words: &[&str]) -> String {
    let output = sandbox.command(words[0]).args(&words[1..]).run();
    let text = output.transcript();
    let lines = text.lines();
    let lines = lines.filter(|line| !line.starts_with("request id"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_user_gets_credentials_that_the_aws_cli_and_mc_take() {
    let Some(minio) = Minio::start() else { return };
    let sandbox = with_bob(&minio);
    for words in [
        &["s3", "mb", "s3://things"][..],
        &["s3", "cp", "-", "s3://things/one"],
    ] {
        sandbox
            .leapp_exec(&["storage", "--", "aws"])
            .args(words)
            .stdin("one")
            .run()
            .assert_ok();
    }
    let listed = sandbox
        .leapp_exec(&["storage", "--", "aws", "s3", "ls", "s3://things"])
        .run()
        .assert_ok();
    assert!(listed.stdout.contains(" one"), "{}", listed.stdout);
    let host = minio.url().replace("http://", "");
    let script = format!(
        "MC_HOST_it=\"http://$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY:$AWS_SESSION_TOKEN@{host}\" \
         MC_CONFIG_DIR=$HOME/mc exec '{}' ls it/things",
        mc().display()
    );
    let listed = sandbox
        .leapp_exec(&["storage", "--", "sh", "-c", &script])
        .run()
        .assert_ok();
    assert!(listed.stdout.contains(" one"), "{}", listed.stdout);
    let made = sandbox
        .leapp(&["env", "storage", "--format", "credential-process"])
        .may_print_secrets()
        .run()
        .assert_ok();
    let ends = made.json()["Expiration"]
        .as_str()
        .expect("a time")
        .to_owned();
    let in_days = |days: i64| {
        let time = OffsetDateTime::now_utc() + time::Duration::days(days);
        time.format(&Rfc3339).expect("a time")
    };
    assert!(in_days(6) < ends && ends < in_days(8), "{ends}");
}

#[test]
fn the_user_that_it_is_set_up_with_is_defined_by_answers() {
    let Some(minio) = Minio::start() else { return };
    let sandbox = Sandbox::new();
    let mut terminal = sandbox
        .leapp(&["add", "user", "root", "--endpoint-url", &minio.url()])
        .args(&["--region", "us-east-1"])
        .on_terminal();
    answer(&mut terminal, &[("Access key id: ", ADMIN)]);
    terminal.expect("Secret access key (not shown): ");
    terminal.send_line(ADMIN);
    answer(
        &mut terminal,
        &[("ARN of the MFA device (Enter for none): ", "")],
    );
    assert_eq!(terminal.wait(), Ended::Code(0));
    sandbox.add_chained("storage", ROLE, "root", &[]);
    sandbox
        .leapp_exec(&["storage", "--", "aws", "s3", "ls"])
        .run()
        .assert_ok();
}

#[test]
fn what_it_does_not_have_is_named() {
    let Some(minio) = Minio::start() else { return };
    let sandbox = with_bob(&minio);
    sandbox.add_chained("deep", ROLE, "storage", &[]);
    assert_snapshot!(said(&sandbox, &["leapp-exec", "bob", "--", "true"]), @"
    exit 125
    --- stderr
    leapp-exec: error: the service at `http://127.0.0.1:[PORT]` does not have `GetSessionToken`
    caused by: Unsupported action GetSessionToken
    caused by: the request went to `http://127.0.0.1:[PORT]`, the endpoint of `bob`

    hint: add a role to get temporary credentials: `leapp add chained NAME --assumer-session bob --role-arn arn:aws:iam::000000000000:role/any`
    hint: MinIO does not look at the role: the credentials can do what the user can
    ");
    assert_snapshot!(said(&sandbox, &["leapp-exec", "deep", "--", "true"]), @"
    exit 125
    --- stderr
    leapp-exec: error: the service at `http://127.0.0.1:[PORT]` denied hop 3 of 3 to `deep`

      1  bob      IAM user, key bob                   ok
      2  storage  arn:aws:iam::000000000000:role/any  ok
      3  deep     arn:aws:iam::000000000000:role/any  denied

    caused by: Access Denied.
    caused by: the request went to `http://127.0.0.1:[PORT]`, the endpoint of `bob`

    hint: services like MinIO let no temporary credentials assume a role: run `leapp set deep assumer_session=bob`
    ");
    assert_snapshot!(said(&sandbox, &["leapp", "whoami", "storage"]), @"
    exit 1
    --- stderr
    leapp: error: the service at `http://127.0.0.1:[PORT]` does not have `GetCallerIdentity`
    caused by: Unsupported action GetCallerIdentity

    hint: run `leapp status`: it shows which session the credentials are from
    ");
    assert_snapshot!(said(&sandbox, &["leapp", "console", "storage", "--print"]), @"
    exit 1
    --- stderr
    leapp: error: the service at `http://127.0.0.1:[PORT]` has no AWS console

    hint: `leapp console` is for sessions at AWS, and `storage` is at the service's own endpoint
    ");
    assert_snapshot!(said(&sandbox, &["leapp", "rotate-key", "bob", "--yes"]), @"
    exit 1
    --- stderr
    leapp: error: the service at `http://127.0.0.1:[PORT]` has no keys that leapp can exchange
    caused by: Unsupported action GetCallerIdentity

    hint: make a new key with the service's own tools: at MinIO, `mc admin user add`
    hint: then run `leapp set bob access_key_id=ID` and `leapp add user bob --secret-access-key -`
    ");
    assert_snapshot!(said(&sandbox, &["leapp-exec", "--read-only", "storage", "--", "true"]), @"
    exit 125
    --- stderr
    leapp-exec: error: the service at `http://127.0.0.1:[PORT]` does not know `arn:aws:iam::aws:policy/ReadOnlyAccess`, and would not narrow `storage` to it

    hint: give `--policy FILE` instead: a policy that is written out is sent along, and such services read it
    ");
    let doctor = said(&sandbox, &["leapp", "doctor", "deep"]);
    let (_, chain) = doctor.split_once("deep").expect("the chain");
    assert_snapshot!(chain, @"
    `, hop by hop

    ok       1  bob      IAM user, key bob: not needed
    ok       2  storage  arn:aws:iam::000000000000:role/any: ok, from cache (168h left)
    failed   3  deep     arn:aws:iam::000000000000:role/any: the service at `http://127.0.0.1:[PORT]` denied hop 3 of 3 to `deep`: Access Denied.: the request went to `http://127.0.0.1:[PORT]`, the endpoint of `bob`
             next: services like MinIO let no temporary credentials assume a role: run `leapp set deep assumer_session=bob`

    16 ok, 1 warning, 1 failed
    ");
    let set = [
        "leapp",
        "set",
        "bob",
        "mfa_device=arn:aws:iam::000000000000:mfa/bob",
    ];
    sandbox.command(set[0]).args(&set[1..]).run().assert_ok();
    let with_code = [
        "leapp-exec",
        "--mfa-code",
        "123456",
        "storage",
        "--duration",
        "1h",
        "--",
        "true",
    ];
    assert_snapshot!(said(&sandbox, &with_code), @"
    exit 125
    --- stderr
    leapp-exec: error: the service at `http://127.0.0.1:[PORT]` does not have `GetSessionToken`

      1  bob      IAM user, key bob                   failed
      2  storage  arn:aws:iam::000000000000:role/any  not tried

    caused by: Unsupported action GetSessionToken
    caused by: the request went to `http://127.0.0.1:[PORT]`, the endpoint of `bob`

    hint: services without it have no MFA codes either: run `leapp set bob mfa_device=`
    ");
}

#[test]
fn a_wrong_key_a_wrong_secret_and_a_disabled_user_are_told_apart() {
    let Some(minio) = Minio::start() else { return };
    let sandbox = with_bob(&minio);
    add_user(&sandbox, &minio, "nobody", "nobody", SECRET);
    sandbox.add_chained("of-nobody", ROLE, "nobody", &[]);
    assert_snapshot!(said(&sandbox, &["leapp-exec", "of-nobody", "--", "true"]), @"
    exit 125
    --- stderr
    leapp-exec: error: the service at `http://127.0.0.1:[PORT]` does not know the key that asks for hop 2 of 2 to `of-nobody`

      1  nobody     IAM user, key nobody                ok
      2  of-nobody  arn:aws:iam::000000000000:role/any  failed

    caused by: The Access Key Id you provided does not exist in our records.
    caused by: the request went to `http://127.0.0.1:[PORT]`, the endpoint of `nobody`

    hint: the key of `nobody` was deleted or disabled there, or is one of another service
    ");
    minio.admin(&["admin", "user", "disable", "it", "bob"]);
    assert_snapshot!(said(&sandbox, &["leapp-exec", "storage", "--", "true"]), @"
    exit 125
    --- stderr
    leapp-exec: error: the service at `http://127.0.0.1:[PORT]` does not know the key that asks for hop 2 of 2 to `storage`

      1  bob      IAM user, key bob                   ok
      2  storage  arn:aws:iam::000000000000:role/any  failed

    caused by: Your account is disabled; please contact your administrator.
    caused by: the request went to `http://127.0.0.1:[PORT]`, the endpoint of `bob`

    hint: the key of `bob` was deleted or disabled there, or is one of another service
    ");
    minio.admin(&["admin", "user", "enable", "it", "bob"]);
    add_user(&sandbox, &minio, "bob-again", "bob", "another-secret");
    assert_snapshot!(said(&sandbox, &["leapp-exec", "storage", "--", "true"]), @"
    exit 125
    --- stderr
    leapp-exec: error: the secret does not match the access key of `bob`

      1  bob      IAM user, key bob                   ok
      2  storage  arn:aws:iam::000000000000:role/any  failed

    caused by: The request signature we calculated does not match the signature you provided. Check your key and signing method.
    caused by: the request went to `http://127.0.0.1:[PORT]`, the endpoint of `bob`

    hint: run `leapp add user bob --secret-access-key -` and give the right one
    ");
}

#[test]
fn a_clock_that_is_wrong_is_named() {
    let Some(minio) = Minio::start() else { return };
    let Some(faketime) = program("faketime") else {
        return;
    };
    let sandbox = with_bob(&minio);
    let refused = sandbox
        .command(&faketime.display().to_string())
        .args(&["-f", "-1h", "leapp-exec", "storage", "--", "true"])
        .run()
        .assert_code(125);
    assert!(
        refused
            .stderr
            .contains("the clock of this machine is wrong"),
        "{}",
        refused.stderr
    );
}

#[test]
fn its_own_certificate_is_trusted_where_the_bundle_has_it() {
    let sandbox = Sandbox::new();
    make_certificates(&sandbox);
    let (key, certificate) = (sandbox.path("own.key"), sandbox.path("own.pem"));
    let Some(minio) = Minio::start_with(&key, &certificate) else {
        return;
    };
    minio.user("bob", SECRET);
    let mut sandbox = sandbox.watch(SECRET);
    add_user(&sandbox, &minio, "bob", "bob", SECRET);
    sandbox.add_chained("storage", ROLE, "bob", &[]);
    let list = ["storage", "--", "aws", "s3", "ls"];
    let refused = sandbox.leapp_exec(&list).run().assert_code(125);
    assert!(refused.stderr.contains("certificate"), "{}", refused.stderr);
    sandbox.set("AWS_CA_BUNDLE", certificate);
    sandbox.leapp_exec(&list).run().assert_ok();
}
