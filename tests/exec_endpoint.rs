//! Whose `AWS_ENDPOINT_URL` it is: the user's stays, a session's goes with the session.

use std::collections::BTreeMap;

use crate::exec_environment::environment;
use crate::support::aws::Aws;
use crate::support::faults::Faults;
use crate::support::sandbox::{Sandbox, private};
use crate::support::world::Chain;

/// Sessions `own`, a user with an endpoint of its own, and `plain`, one without. What `own` asks
/// goes through `faults`, where it is counted.
fn two_sessions(faults: &Faults) -> Sandbox {
    let aws = Aws::shared();
    let sandbox = Sandbox::new();
    for (alias, more) in [
        ("own", &["--endpoint-url", &faults.url()][..]),
        ("plain", &[]),
    ] {
        let user = Chain::new(aws, 0).user;
        let adding = sandbox.leapp(&["add", "user", alias, "--access-key-id", &user.access_key_id]);
        adding
            .args(&["--secret-access-key", "-", "--region", "eu-west-1"])
            .args(more)
            .stdin(user.secret_access_key)
            .run()
            .assert_ok();
    }
    sandbox
}

/// `AWS_ENDPOINT_URL` and `LEAPP_ENDPOINT_URL`.
fn endpoints(variables: &BTreeMap<String, String>) -> [Option<&str>; 2] {
    ["AWS_ENDPOINT_URL", "LEAPP_ENDPOINT_URL"].map(|name| variables.get(name).map(String::as_str))
}

/// A `leapp-exec` to be used inside a session: it brings what opens the vault, which no command
/// inherits.
pub(crate) fn inner(sandbox: &Sandbox) -> String {
    let identity = sandbox.path("identity.txt");
    let text = format!(
        "#!/bin/sh\nLEAPP_IDENTITY_FILE='{}' exec leapp-exec \"$@\"\n",
        identity.display()
    );
    let script = sandbox.write("inner", &text);
    private(&script, 0o700);
    script.display().to_string()
}

#[test]
fn a_sessions_endpoint_reaches_its_command_with_a_mark() {
    let faults = Faults::before(&Aws::shared().address());
    let sandbox = two_sessions(&faults).endpoint("http://127.0.0.1:1");
    let url = faults.url();
    let variables = environment(&sandbox, &["own"]);
    assert_eq!(endpoints(&variables), [Some(url.as_str()); 2]);
    assert_eq!(faults.seen().len(), 1);
}

#[test]
fn a_name_below_localhost_is_this_machine() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    Chain::new(aws, 1).define(&sandbox);
    // No name server knows it, and plain http is for this machine only.
    let url = aws.url().replace("127.0.0.1", "aws.test.localhost");
    for name in ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"] {
        let run = sandbox.leapp_exec(&["--refresh", "r1", "--", "true"]);
        let output = run.env(name, &url).run().assert_ok();
        assert_eq!(output.stderr, "", "{name}");
    }
    let run = sandbox.leapp(&["set", "u1", &format!("endpoint_url={url}")]);
    run.run().assert_ok();
    let run = sandbox.leapp_exec(&["--refresh", "u1", "--", "true"]);
    run.run().assert_ok();
    let saml = "http://idp.localhost:8080/login";
    let adding = [
        "add",
        "federated",
        "f",
        "--saml-url",
        saml,
        "--region",
        "eu-west-1",
    ];
    let arns = [
        "--idp-arn",
        "arn:aws:iam::111122223333:saml-provider/x",
        "--role-arn",
        "arn:aws:iam::111122223333:role/R",
    ];
    sandbox.leapp(&adding).args(&arns).run().assert_ok();
}

#[test]
fn the_users_endpoint_stays_theirs() {
    let faults = Faults::before(&Aws::shared().address());
    let url = Aws::shared().url();
    // A mark that does not fit is none, and goes.
    for mark in [None, Some("http://127.0.0.1:1")] {
        let mut sandbox = two_sessions(&faults).endpoint(&url);
        if let Some(mark) = mark {
            sandbox.set("LEAPP_ENDPOINT_URL", mark);
        }
        let variables = environment(&sandbox, &["plain"]);
        assert_eq!(endpoints(&variables), [Some(url.as_str()), None]);
    }
}

#[test]
fn a_switch_leaves_the_endpoint_of_the_session_before_behind() {
    let faults = Faults::before(&Aws::shared().address());
    // What is meant for the real AWS gets no farther than this.
    let proxy = Faults::before(&Aws::shared().address());
    let sandbox = two_sessions(&faults)
        .env("HTTPS_PROXY", proxy.url())
        .env("NO_PROXY", "127.0.0.1");
    let again = inner(&sandbox);
    let nested = ["own", "--", &again, "plain", "--", "true"];
    sandbox.leapp_exec(&nested).run().assert_code(125);
    // `own` asked its endpoint once; `plain` went to the real one.
    assert_eq!(faults.seen().len(), 1);
    let mut meant: Vec<String> = proxy.seen().into_iter().map(|seen| seen.action).collect();
    meant.dedup();
    assert_eq!(meant, ["CONNECT sts.eu-west-1.amazonaws.com:443"]);
}

#[test]
fn the_command_after_a_switch_has_no_endpoint_left() {
    let faults = Faults::before(&Aws::shared().address());
    let sandbox = two_sessions(&faults).env("AWS_ENDPOINT_URL_STS", Aws::shared().url());
    let again = inner(&sandbox);
    let variables = environment(&sandbox, &["own", "--", &again, "plain"]);
    assert_eq!(variables["LEAPP_SESSION"], "plain");
    assert_eq!(endpoints(&variables), [None, None]);
    // Once more, and back to the one that has an endpoint.
    let nested = ["own", "--", &again, "plain", "--", &again, "own"];
    let url = faults.url();
    let variables = environment(&sandbox, &nested);
    assert_eq!(endpoints(&variables), [Some(url.as_str()); 2]);
}

/// `own` and a role chained on it, which has no endpoint.
fn role_on_own(faults: &Faults) -> Sandbox {
    let sandbox = Sandbox::new();
    let chain = Chain::new(Aws::shared(), 1);
    chain.define(&sandbox);
    sandbox
        .leapp(&["set", "u1", &format!("endpoint_url={}", faults.url())])
        .run()
        .assert_ok();
    sandbox
}

#[test]
fn a_role_and_its_command_use_the_endpoint_of_the_session_it_is_assumed_from() {
    let faults = Faults::before(&Aws::shared().address());
    // What is meant for another AWS gets no farther than this.
    let proxy = Faults::before(&Aws::shared().address());
    let sandbox = role_on_own(&faults)
        .env("HTTPS_PROXY", proxy.url())
        .env("NO_PROXY", "127.0.0.1");
    let url = faults.url();
    let variables = environment(&sandbox, &["r1"]);
    assert_eq!(endpoints(&variables), [Some(url.as_str()); 2]);
    let actions: Vec<String> = faults.seen().into_iter().map(|seen| seen.action).collect();
    assert_eq!(actions, ["AssumeRole"]);
    assert_eq!(proxy.seen().len(), 0);
    let explained = sandbox.leapp(&["explain", "r1"]).run();
    assert!(
        explained
            .stdout
            .contains(&format!("{url} (`endpoint_url` of `u1`)"))
    );
    sandbox.leapp(&["start", "r1"]).run().assert_ok();
    let config = sandbox.read("home/.aws/config");
    assert!(
        config.contains(&format!("endpoint_url = {url}")),
        "{config}"
    );
}

#[test]
fn a_chain_that_leaves_its_service_is_refused_before_any_call() {
    let faults = Faults::before(&Aws::shared().address());
    let elsewhere = Faults::before(&Aws::shared().address());
    let sandbox = role_on_own(&faults);
    let change = format!("endpoint_url={}", elsewhere.url());
    let set = sandbox.leapp(&["set", "r1", &change]).run().assert_ok();
    let refused = "`r1` would ask";
    assert!(set.stderr.contains(refused), "{}", set.transcript());
    let output = sandbox
        .leapp_exec(&["r1", "--", "true"])
        .run()
        .assert_code(125);
    for said in [refused, "run `leapp set r1 endpoint_url=`"] {
        assert!(output.stderr.contains(said), "{}", output.transcript());
    }
    assert_eq!(faults.seen().len() + elsewhere.seen().len(), 0);
}

#[test]
fn an_endpoint_that_the_user_sets_inside_a_session_is_theirs() {
    let faults = Faults::before(&Aws::shared().address());
    let sandbox = two_sessions(&faults);
    let again = inner(&sandbox);
    let url = Aws::shared().url();
    let theirs = format!("AWS_ENDPOINT_URL={url}");
    let variables = environment(&sandbox, &["own", "--", "env", &theirs, &again, "plain"]);
    assert_eq!(endpoints(&variables), [Some(url.as_str()), None]);
}
