//! Runs that may do less than their role, or go on to another: `--policy`, `--policy-arn`,
//! `--read-only`, `--assume`, `--here`, and sessions that ask before they are used.

use insta::assert_snapshot;

use crate::exec::with_r1;
use crate::support::aws::Aws;
use crate::support::output::Output;
use crate::support::pty::Ended;
use crate::support::sandbox::Sandbox;
use crate::support::world::{Chain, account, allow, trust};

/// A role that may do everything, and a bucket of its account with an object in it.
struct Bucket {
    sandbox: Sandbox,
    name: String,
}

impl Bucket {
    fn new() -> Self {
        let aws = Aws::shared();
        let sandbox = Sandbox::new().endpoint(&aws.url());
        let chain = Chain::new(aws, 1);
        chain.define(&sandbox);
        let bucket = Self {
            name: format!("bucket-{}", account()),
            sandbox,
        };
        bucket
            .s3(&[], &["mb", &format!("s3://{}", bucket.name)])
            .assert_ok();
        bucket.write(&[]).assert_ok();
        bucket
    }

    fn s3(&self, options: &[&str], command: &[&str]) -> Output {
        self.sandbox
            .leapp_exec(options)
            .args(&["r1", "--", "aws", "s3"])
            .args(command)
            .run()
    }

    fn read(&self, options: &[&str]) -> Output {
        self.s3(options, &["ls", &format!("s3://{}/", self.name)])
    }

    fn write(&self, options: &[&str]) -> Output {
        let file = self
            .sandbox
            .write("home/object", "text")
            .display()
            .to_string();
        self.s3(
            options,
            &["cp", &file, &format!("s3://{}/object", self.name)],
        )
    }
}

#[test]
fn a_read_only_run_reads_and_does_not_write() {
    let bucket = Bucket::new();
    assert!(
        bucket
            .read(&["--read-only"])
            .assert_ok()
            .stdout
            .contains("object")
    );
    let refused = bucket.write(&["--read-only"]);
    assert!(
        refused.stderr.contains("AccessDenied"),
        "{}",
        refused.stderr
    );
    // And the next run is as wide as the role again.
    bucket.write(&[]).assert_ok();
}

#[test]
fn a_policy_narrows_from_a_file_from_the_command_line_and_by_arn() {
    let bucket = Bucket::new();
    let policy = allow("s3:ListBucket", "*").to_string();
    let file = bucket
        .sandbox
        .write("home/policy.json", &policy)
        .display()
        .to_string();
    let arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    for options in [
        ["--policy", &policy],
        ["--policy", &file],
        ["--policy-arn", arn],
    ] {
        bucket.read(&options).assert_ok();
        assert!(
            bucket.write(&options).stderr.contains("AccessDenied"),
            "{options:?}"
        );
    }
}

#[test]
fn what_can_not_be_narrowed_is_an_error_and_never_ignored() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    let chain = Chain::new(aws, 1);
    chain.define(&sandbox);
    let arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    sandbox.add_chained("own", chain.target(), "u1", &["--policy-arns", arn]);
    let run = |options: &[&str]| sandbox.leapp_exec(options).args(&["--", "true"]).run();
    assert_snapshot!(run(&["--read-only", "u1"]).transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: session `u1` is an IAM user, whose credentials no session policy can narrow

    hint: chain a role on it, or go on to one with `--assume ROLE_ARN`, and narrow that
    ");
    assert_snapshot!(run(&["--read-only", "own"]).transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: session `own` has session policies of its own; a second one would widen them, not narrow

    hint: see `leapp show own`; define a session like it without `policy` and `policy_arns`
    ");
    assert_snapshot!(run(&["--policy", "{", "r1"]).transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: `{` is no policy
    caused by: EOF while parsing an object at line 1 column 1

    hint: give `--policy` a JSON object, or a file that holds one
    ");
    run(&["--policy", "missing.json", "r1"]).assert_code(125);
    run(&["--read-only", "--policy", "{}", "r1"]).assert_code(125);
}

#[test]
fn a_run_goes_on_to_further_roles() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    let chain = Chain::new(aws, 1);
    chain.define(&sandbox);
    let second = aws.role(
        &account(),
        "Second",
        &trust(chain.target()),
        &[allow("*", "*")],
    );
    let third = aws.role(&account(), "Third", &trust(&second), &[]);
    let who = [
        "--",
        "aws",
        "sts",
        "get-caller-identity",
        "--query",
        "Arn",
        "--output",
        "text",
    ];
    let output = sandbox
        .leapp_exec(&["--assume", &second, "--assume", &third, "r1"])
        .args(&who)
        .run()
        .assert_ok();
    assert!(
        output.stdout.contains(":assumed-role/Third/leapp-alice"),
        "{}",
        output.stdout
    );
    let closed = aws.role(&account(), "Closed", &trust(&second), &[]);
    let denied = sandbox
        .leapp_exec(&["--assume", &closed, "r1", "--", "true"])
        .run()
        .assert_code(125);
    assert!(denied.stderr.contains("3  Closed  "), "{}", denied.stderr);
}

#[test]
fn a_directory_can_name_its_session() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    Chain::new(aws, 1).define(&sandbox);
    sandbox.write("home/project/.leapp.toml", "session = \"r1\"\n");
    sandbox.write("home/project/deep/down/file", "");
    let folder = sandbox.path("home/project/deep/down");
    let here = || {
        sandbox
            .leapp_exec(&["--here", "--", "printenv", "LEAPP_SESSION"])
            .folder(folder.clone())
    };
    assert_eq!(here().run().assert_ok().stdout, "r1\n");
    let env = sandbox
        .leapp(&["env", "--here", "--format", "json"])
        .folder(folder.clone());
    assert_eq!(
        env.may_print_secrets().run().assert_ok().json()["set"]["LEAPP_SESSION"],
        "r1"
    );
    sandbox.write(
        "home/project/.leapp.toml",
        "session = \"r1\"\nmfa_process = \"rm -rf /\"\n",
    );
    assert_snapshot!(here().run().transcript(), @r#"
    exit 125
    --- stderr
    leapp-exec: error: `[ROOT]/home/project/.leapp.toml` says something else than `session = "ALIAS"`: unknown field `mfa_process`, expected `session`

    hint: write `session = "ALIAS"` into it, and nothing else
    "#);
    let nowhere = sandbox
        .leapp_exec(&["--here", "--", "true"])
        .run()
        .assert_code(125);
    assert!(
        nowhere.stderr.contains("there is no `.leapp.toml`"),
        "{}",
        nowhere.stderr
    );
}

#[test]
fn a_protected_session_is_used_after_a_yes() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    let chain = Chain::new(aws, 1);
    chain.define(&sandbox);
    sandbox.add_chained("live", chain.target(), "u1", &["--protected"]);
    assert_snapshot!(sandbox.leapp_exec(&["live", "--", "true"]).run().transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: session `live` is protected, and there is nobody to ask
    caused by: this process has no terminal

    hint: add `--yes` to use it without a question
    ");
    sandbox
        .leapp_exec(&["--yes", "live", "--", "true"])
        .run()
        .assert_ok();
    for (answer, code) in [("n", 125), ("", 125), ("y", 0)] {
        let mut terminal = sandbox.leapp_exec(&["live", "--", "true"]).on_terminal();
        terminal.expect("`live` is protected. Use it? [y/N] ");
        terminal.send_line(answer);
        assert_eq!(terminal.wait(), Ended::Code(code), "{answer:?}");
    }
    // What is assumed from it asks for itself.
    sandbox.leapp_exec(&["r1", "--", "true"]).run().assert_ok();
}

#[test]
fn what_is_no_managed_policy_is_not_sent() {
    let sandbox = with_r1();
    let words = ["--policy-arn", "ReadOnlyAccess", "r1", "--", "true"];
    let output = sandbox.leapp_exec(&words).run().assert_code(125);
    assert!(
        output.stderr.contains("error: `--policy-arn`: "),
        "{}",
        output.stderr
    );
}
