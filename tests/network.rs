//! The way to STS: TLS and its authorities, proxies, endpoints, and an STS that misbehaves.

use std::time::Duration;

use insta::assert_snapshot;

use crate::support::aws::Aws;
use crate::support::faults::{Fault, Faults, When};
use crate::support::output::Output;
use crate::support::sandbox::Sandbox;
use crate::support::tls::Tls;
use crate::support::world::Chain;

/// A chain of one role, whose account is `ROLE` in transcripts.
fn with_chain(sandbox: Sandbox, aws: &Aws) -> Sandbox {
    let chain = Chain::new(aws, 1);
    let account = chain.target().split(':').nth(4).expect("an ARN").to_owned();
    chain.define(&sandbox);
    sandbox.name(&account, "ROLE")
}

fn exec(sandbox: &Sandbox) -> Output {
    sandbox.leapp_exec(&["r1", "--", "true"]).run()
}

/// What is said in the end: how often the SDK tries, and so whether that takes a second, is chance.
fn outcome(output: &Output) -> String {
    let lines = output.transcript();
    let lines = lines
        .lines()
        .filter(|line| !line.contains("waiting for STS"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_ca_bundle_is_believed_and_nothing_else() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new();
    let tls = Tls::before(&aws.address(), &sandbox);
    let mut sandbox = sandbox.endpoint(&tls.url());
    Chain::new(aws, 1).define(&sandbox);
    let stranger = exec(&sandbox).assert_code(125);
    assert!(
        stranger.stderr.contains("no answer from STS"),
        "{}",
        stranger.stderr
    );
    assert!(
        stranger.stderr.contains("certificate"),
        "{}",
        stranger.stderr
    );

    let file = sandbox.path("ca.pem");
    sandbox.set("AWS_CA_BUNDLE", file);
    exec(&sandbox).assert_ok();

    sandbox.leapp(&["logout"]).run().assert_ok();
    // Certificates that cannot be used are passed over, as long as one can.
    let junk = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let mixed = sandbox.write(
        "mixed.pem",
        &format!("# ours\n{junk}{}", sandbox.read("ca.pem")),
    );
    sandbox.set("AWS_CA_BUNDLE", mixed);
    exec(&sandbox).assert_ok();
}

#[test]
fn a_ca_bundle_that_can_not_serve_is_an_error_not_a_fallback() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new();
    let tls = Tls::before(&aws.address(), &sandbox);
    let mut sandbox = with_chain(sandbox.endpoint(&tls.url()), aws);
    let empty = sandbox.write("empty.pem", "nothing\n");
    sandbox.set("AWS_CA_BUNDLE", empty);
    assert_snapshot!(exec(&sandbox).transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: cannot ask STS for hop 2 of 2 to `r1`

      1  u1  IAM user, key [ACCESS-KEY-ID]  ok
      2  r1  arn:aws:iam::ROLE:role/R1   failed

    caused by: there is no usable certificate in the CA bundle `[ROOT]/empty.pem`
    ");
    let missing = sandbox.path("missing.pem");
    sandbox.set("AWS_CA_BUNDLE", missing);
    let output = exec(&sandbox).assert_code(125);
    assert!(
        output.stderr.contains("cannot read the CA bundle"),
        "{}",
        output.stderr
    );
}

#[test]
fn proxies_are_used_and_exceptions_kept() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new();
    let tls = Tls::before(&aws.address(), &sandbox);
    let proxy = Faults::before(&aws.address());
    let ca = sandbox.path("ca.pem");
    let mut sandbox = sandbox
        .endpoint(&tls.url())
        .env("AWS_CA_BUNDLE", ca)
        .env("HTTPS_PROXY", proxy.url());
    Chain::new(aws, 1).define(&sandbox);
    exec(&sandbox).assert_ok();
    let seen = proxy.seen();
    assert!(
        seen.len() == 1 && seen[0].action.starts_with("CONNECT 127.0.0.1:"),
        "{seen:?}"
    );

    sandbox.leapp(&["logout"]).run().assert_ok();
    sandbox.set("NO_PROXY", "127.0.0.1");
    exec(&sandbox).assert_ok();
    assert_eq!(proxy.seen().len(), 1);
}

#[test]
fn the_endpoint_of_a_session_comes_before_those_of_the_environment() {
    let aws = Aws::shared();
    let (own, of_sts, of_all) = (
        Faults::before(&aws.address()),
        Faults::before(&aws.address()),
        Faults::before(&aws.address()),
    );
    let sandbox = Sandbox::new()
        .env("AWS_ENDPOINT_URL", of_all.url())
        .env("AWS_ENDPOINT_URL_STS", of_sts.url());
    let chain = Chain::new(aws, 1);
    sandbox.add_user("u1", &chain.user);
    sandbox.add_chained("plain", chain.target(), "u1", &[]);
    sandbox.add_user("u2", &chain.user);
    sandbox
        .leapp(&["set", "u2", &format!("endpoint_url={}", own.url())])
        .run()
        .assert_ok();
    sandbox.add_chained("r1", chain.target(), "u2", &[]);
    let asked = || (own.seen().len(), of_sts.seen().len(), of_all.seen().len());
    exec(&sandbox).assert_ok();
    assert_eq!(asked(), (1, 0, 0));
    sandbox
        .leapp_exec(&["plain", "--", "true"])
        .run()
        .assert_ok();
    assert_eq!(asked(), (1, 1, 0));
    sandbox
        .leapp_exec(&["plain", "--", "true"])
        .env_remove("AWS_ENDPOINT_URL_STS")
        .run()
        .assert_ok();
    assert_eq!(asked(), (1, 1, 1));
}

#[test]
fn the_callers_profile_steers_nothing() {
    let aws = Aws::shared();
    let (ours, theirs) = (
        Faults::before(&aws.address()),
        Faults::before(&aws.address()),
    );
    let sandbox = Sandbox::new()
        .env("AWS_ENDPOINT_URL_STS", ours.url())
        .env("AWS_PROFILE", "other");
    let config = format!(
        "[profile other]\nendpoint_url = {}\nregion = us-west-2\n",
        theirs.url()
    );
    sandbox.write("home/.aws/config", &config);
    Chain::new(aws, 1).define(&sandbox);
    exec(&sandbox).assert_ok();
    assert_eq!((ours.seen().len(), theirs.seen().len()), (1, 0));
    // And where nothing names an endpoint, the profile's is not taken either.
    let output = sandbox
        .leapp_exec(&["--refresh", "r1", "--", "true"])
        .env_remove("AWS_ENDPOINT_URL_STS")
        .env("HTTPS_PROXY", "http://127.0.0.1:9")
        .run()
        .assert_code(125);
    assert!(
        output
            .stderr
            .contains("no answer from STS at region eu-west-1"),
        "{}",
        output.stderr
    );
    assert_eq!(theirs.seen().len(), 0);
}

#[test]
fn plain_http_leaves_the_machine_only_where_the_session_says_so() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().env("AWS_ENDPOINT_URL", "http://sts.example");
    Chain::new(aws, 1).define(&sandbox);
    assert_snapshot!(exec(&sandbox).transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: the environment sends STS requests to `http://sts.example`, in clear over the network

    hint: unset `AWS_ENDPOINT_URL_STS` and `AWS_ENDPOINT_URL`, or use https; plain http is for this machine only
    ");
}

#[test]
fn an_sts_that_misbehaves_is_told_apart() {
    let aws = Aws::shared();
    let faults = Faults::before(&aws.address());
    let sandbox = with_chain(Sandbox::new().endpoint(&faults.url()), aws);
    let mut said = Vec::new();
    for fault in [
        Fault::Throttle(None),
        Fault::Status(503),
        Fault::Garbage,
        Fault::HalfAnswer,
        Fault::Endless,
        Fault::HangUp,
        Fault::Deny("User: arn:aws:iam::1:user/a is not authorized to perform: sts:AssumeRole"),
    ] {
        let name = format!("{fault:?}");
        faults.on(When::always(), fault);
        let output = exec(&sandbox).assert_code(125);
        let outcome = outcome(&output);
        let first = outcome.lines().nth(2).unwrap_or_default();
        let cause = outcome
            .lines()
            .find(|line| line.starts_with("caused by"))
            .unwrap_or_default();
        said.push(format!("{name}\n  {first}\n  {cause}"));
        faults.clear();
    }
    assert_snapshot!(said.join("\n"), @r#"
    Throttle(None)
      leapp-exec: error: AWS is asked too often for hop 2 of 2 to `r1`
      caused by: Rate exceeded
    Status(503)
      leapp-exec: error: no answer from STS at http://127.0.0.1:[PORT] for hop 2 of 2 to `r1`
      caused by: out of order
    Garbage
      leapp-exec: error: no answer from STS at http://127.0.0.1:[PORT] for hop 2 of 2 to `r1`
      caused by: the answer is not well-formed XML
    HalfAnswer
      leapp-exec: error: no answer from STS at http://127.0.0.1:[PORT] for hop 2 of 2 to `r1`
      caused by: the answer broke off, or is too long
    Endless
      leapp-exec: error: no answer from STS at http://127.0.0.1:[PORT] for hop 2 of 2 to `r1`
      caused by: the answer broke off, or is too long
    HangUp
      leapp-exec: error: no answer from STS at http://127.0.0.1:[PORT] for hop 2 of 2 to `r1`
      caused by: other: client error (SendRequest): connection closed before message completed
    Deny("User: arn:aws:iam::1:user/a is not authorized to perform: sts:AssumeRole")
      leapp-exec: error: AWS denied hop 2 of 2 to `r1`
      caused by: User: arn:aws:iam::1:user/a is not authorized to perform: sts:AssumeRole
    "#);
    exec(&sandbox).assert_ok();
}

#[test]
fn one_bad_answer_is_tried_again() {
    let aws = Aws::shared();
    let faults = Faults::before(&aws.address());
    let sandbox = with_chain(Sandbox::new().endpoint(&faults.url()), aws);
    for fault in [Fault::Throttle(None), Fault::Status(503), Fault::HangUp] {
        faults.on(When::always().first(1), fault);
        exec(&sandbox).assert_ok();
        faults.clear();
        sandbox.leapp(&["logout"]).run().assert_ok();
    }
}

#[test]
fn a_wait_of_over_a_second_says_for_what_once() {
    let aws = Aws::shared();
    let faults = Faults::before(&aws.address());
    let sandbox = with_chain(Sandbox::new().endpoint(&faults.url()), aws);
    faults.on(When::always(), Fault::Delay(Duration::from_millis(1500)));
    let output = exec(&sandbox).assert_ok();
    assert_eq!(
        output.comparable(&output.stderr),
        "leapp-exec: waiting for STS at http://127.0.0.1:[PORT] (Ctrl-C to stop)\n"
    );
}

#[test]
fn nobody_at_the_endpoint_is_said_at_once() {
    let sandbox = with_chain(Sandbox::new().endpoint("http://127.0.0.1:9"), Aws::shared());
    assert_snapshot!(outcome(&exec(&sandbox)), @"
    exit 125
    --- stderr
    leapp-exec: error: no answer from STS at http://127.0.0.1:[PORT] for hop 2 of 2 to `r1`

      1  u1  IAM user, key [ACCESS-KEY-ID]  ok
      2  r1  arn:aws:iam::ROLE:role/R1   failed

    caused by: io error: client error (Connect): tcp connect error: Connection refused (os error 111)

    hint: check the network, `HTTPS_PROXY`, `AWS_CA_BUNDLE` and `AWS_ENDPOINT_URL`
    ");
}

#[test]
fn the_public_endpoint_is_that_of_region_partition_and_settings() {
    let proxy = Faults::before("127.0.0.1:9");
    // Nothing is let through: that it was asked for is what counts.
    proxy.on(When::always(), Fault::Status(503));
    let sandbox = Sandbox::new()
        .env("HTTPS_PROXY", proxy.url())
        .env("AWS_MAX_ATTEMPTS", "1");
    let chain = Chain::new(Aws::shared(), 0);
    sandbox.add_user("u1", &chain.user);
    let role = |partition: &str| format!("arn:{partition}:iam::111122223333:role/R");
    for (alias, partition, flags) in [
        ("europe", "aws", ["--region", "eu-west-1"].as_slice()),
        ("china", "aws-cn", &["--region", "cn-north-1"]),
        ("government", "aws-us-gov", &["--region", "us-gov-west-1"]),
        (
            "elsewhere",
            "aws",
            &["--region", "eu-west-1", "--sts-region", "us-east-2"],
        ),
    ] {
        let arguments = [
            "add",
            "chained",
            alias,
            "--role-arn",
            &role(partition),
            "--assumer-session",
            "u1",
        ];
        sandbox.leapp(&arguments).args(flags).run().assert_ok();
    }
    let asked = |alias: &str, setting: &str| {
        let before = proxy.seen().len();
        sandbox
            .leapp_exec(&[alias, "--", "true"])
            .env(setting, "true")
            .run()
            .assert_code(125);
        proxy.seen()[before].action.clone()
    };
    assert_eq!(
        asked("europe", "X"),
        "CONNECT sts.eu-west-1.amazonaws.com:443"
    );
    assert_eq!(
        asked("china", "X"),
        "CONNECT sts.cn-north-1.amazonaws.com.cn:443"
    );
    assert_eq!(
        asked("government", "X"),
        "CONNECT sts.us-gov-west-1.amazonaws.com:443"
    );
    assert_eq!(
        asked("elsewhere", "X"),
        "CONNECT sts.us-east-2.amazonaws.com:443"
    );
    assert_eq!(
        asked("elsewhere", "AWS_USE_FIPS_ENDPOINT"),
        "CONNECT sts-fips.us-east-2.amazonaws.com:443"
    );
    assert_eq!(
        asked("europe", "AWS_USE_DUALSTACK_ENDPOINT"),
        "CONNECT sts.eu-west-1.api.aws:443"
    );
}
