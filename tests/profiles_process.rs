//! `leapp credential-process`: what a program gets, who is asked, and what it costs AWS.

use std::time::Instant;

use insta::assert_snapshot;
use serde_json::json;

use crate::profiles::{CONFIG, world};
use crate::support::aws::Aws;
use crate::support::faults::{Fault, Faults, When};
use crate::support::login::Login;
use crate::support::pty::Ended;
use crate::support::run::Run;
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;
use crate::support::{LIMIT, VENV_BIN, wait_for};

fn process<'a>(sandbox: &'a Sandbox, words: &[&str]) -> Run<'a> {
    let run = sandbox.leapp(&[&["credential-process"], words].concat());
    run.may_print_secrets()
}

/// A sandbox with a user whose device is at `seed`, and two roles; its calls are counted.
fn with_mfa() -> (Sandbox, Faults, String) {
    let aws = Aws::shared();
    let faults = Faults::before(&aws.address());
    let sandbox = Sandbox::new().endpoint(&faults.url());
    let chain = Chain::with_mfa(aws, 2);
    chain.define(&sandbox);
    (sandbox, faults, chain.user.mfa.expect("a device").seed)
}

#[test]
fn it_prints_what_the_sdks_expect_and_nothing_else() {
    let sandbox = world();
    let output = process(&sandbox, &["r1"]).run().assert_ok();
    let answer = output.json();
    let names: Vec<&String> = answer.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "Version",
            "AccessKeyId",
            "SecretAccessKey",
            "SessionToken",
            "Expiration"
        ]
    );
    assert_eq!(
        (&answer["Version"], output.stderr.as_str()),
        (&json!(1), "")
    );
    // The next one comes from the cache.
    assert_eq!(process(&sandbox, &["r1"]).run().json(), answer);
    assert_snapshot!(process(&sandbox, &["nope"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: no session named `nope`

    hint: run `leapp list` to see every alias
    ");
}

#[test]
fn a_person_is_asked_on_the_terminal_and_nobody_elsewhere() {
    let (sandbox, faults, seed) = with_mfa();
    let began = Instant::now();
    let output = process(&sandbox, &["r2"]).run();
    assert_snapshot!(output.transcript(), @"
    exit 3
    --- stderr
    leapp: error: session `r2` needs an MFA code, and there is no terminal to ask on
    caused by: this process has no terminal

    hint: run `leapp login r2` in a terminal, then try again
    ");
    assert!(began.elapsed().as_secs() < 10);
    assert_eq!(faults.seen().len(), 0);
    sandbox.leapp(&["start", "r2"]).run().assert_ok();
    let who = ["sts", "get-caller-identity", "--profile", "r2"];
    let mut terminal = sandbox.command("aws").args(&who).on_terminal();
    terminal.expect("MFA code for u1: ");
    terminal.send_line(&Aws::shared().totp(&seed));
    terminal.expect("assumed-role/R2/");
    assert_eq!(terminal.wait(), Ended::Code(0));
    let output = process(&sandbox, &["r2"]).on_terminal().wait_and_read();
    assert_eq!(output.0, Ended::Code(2));
    assert!(
        output.1.contains("secrets are not printed on a terminal"),
        "{}",
        output.1
    );
}

#[test]
fn twenty_programs_at_once_ask_aws_once_for_each_hop() {
    let (sandbox, faults, seed) = with_mfa();
    let file = "home/.config/leapp/sessions.toml";
    let code = Aws::shared().totp(&seed);
    let asks = format!("mfa_process = \"echo {code}\"\nmfa_device");
    sandbox.write(file, &sandbox.read(file).replace("mfa_device", &asks));
    sandbox.leapp(&["start", "r2"]).run().assert_ok();
    let start = || {
        let who = ["sts", "get-caller-identity", "--profile", "r2"];
        sandbox.command("aws").args(&who).limit(4 * LIMIT).start()
    };
    let running: Vec<_> = (0..20).map(|_| start()).collect();
    for one in running {
        let answer = one.wait().assert_ok().json();
        assert!(answer["Arn"].as_str().unwrap().contains("assumed-role/R2/"));
    }
    let count = |action| faults.count(action);
    assert_eq!(
        (
            count("GetSessionToken"),
            count("AssumeRole"),
            count("GetCallerIdentity")
        ),
        (1, 2, 20)
    );
}

#[test]
fn what_can_not_be_renewed_serves_while_it_lasts() {
    let (sandbox, faults, seed) = with_mfa();
    let login = ["login", "r2", "--mfa-code", &Aws::shared().totp(&seed)];
    sandbox.leapp(&login).run().assert_ok();
    let first = process(&sandbox, &["r2"]).run().json();
    faults.on(When::always(), Fault::Deny("not now"));
    // More than they have left, from their second second on: a renewal is due.
    let output = wait_for("a try to renew", || {
        let due = ["r2", "--min-ttl", "1h"];
        let output = process(&sandbox, &due).run().assert_ok();
        assert_eq!(output.json(), first);
        (!output.stderr.is_empty()).then_some(output)
    });
    assert!(
        output.stderr.starts_with(
            "leapp: warning: AWS denied hop 3 of 3 to `r2`; the credentials of before end in 59m"
        ),
        "{}",
        output.stderr
    );
    let refused = process(&sandbox, &["r2", "--refresh"]).run();
    refused.assert_code(1);
}

#[test]
fn a_protected_session_is_confirmed_once_at_its_start() {
    let sandbox = world();
    let arn = sandbox.leapp(&["show", "r1", "--json"]).run().json()["role_arn"].clone();
    sandbox.add_chained("live", arn.as_str().unwrap(), "u1", &["--protected"]);
    let start = |more: &[&str]| sandbox.leapp(&[&["start", "live"], more].concat());
    start(&[]).run().assert_code(3);
    process(&sandbox, &["live"]).run().assert_code(3);
    let mut terminal = start(&[]).on_terminal();
    terminal.expect("`live` is protected. Use it? [y/N] ");
    terminal.send_line("y");
    assert_eq!(terminal.wait(), Ended::Code(0));
    assert!(
        sandbox
            .read(CONFIG)
            .contains("leapp credential-process live --yes\n")
    );
    let who = ["sts", "get-caller-identity", "--profile", "live"];
    sandbox.command("aws").args(&who).run().assert_ok();
}

#[test]
fn a_saml_login_is_repeated_in_silence_and_never_in_a_window() {
    let Some(login) = Login::in_browser("as=alice") else {
        return;
    };
    login.idp.set(&json!({ "keeps_cookies": false }));
    let sandbox = &login.sandbox;
    let refused = |output: crate::support::output::Output| {
        assert!(
            output.stderr.contains("no window is opened from here"),
            "{}",
            output.stderr
        );
        assert_eq!((output.code, output.stdout.as_str()), (Some(3), ""));
    };
    refused(process(sandbox, &["fed"]).run());
    sandbox.leapp(&["login", "fed"]).run().assert_ok();
    process(sandbox, &["fed"]).run().assert_ok();
    process(sandbox, &["fed", "--refresh"]).run().assert_ok();
    assert_eq!(
        (login.idp.count("logins"), login.idp.count("silent")),
        (1, 1)
    );
    sandbox.leapp(&["logout"]).run().assert_ok();
    refused(process(sandbox, &["fed"]).run());
    login.assert_no_browser();
}

/// Credentials that live for six seconds: the program outlives them five times and is asked nothing.
#[test]
fn a_boto3_program_lives_through_five_renewals() {
    let aws = Aws::start();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    let chain = Chain::with_mfa(&aws, 2);
    chain.define(&sandbox);
    let seed = &chain.user.mfa.as_ref().unwrap().seed;
    let login = ["login", "u1", "--mfa-code", &aws.totp(seed)];
    sandbox.leapp(&login).run().assert_ok();
    aws.set_max_lifetime(6);
    let script = "
import boto3, time
session = boto3.Session()
sts = session.client('sts')
keys = []
while len(keys) < 6:
    assert ':assumed-role/R2/' in sts.get_caller_identity()['Arn']
    key = session.get_credentials().get_frozen_credentials().access_key
    if key not in keys:
        keys.append(key)
    time.sleep(0.1)
print(len(keys))
";
    let python = format!("{VENV_BIN}/python");
    let run = sandbox.leapp_exec(&["--profile", "r2", "--", &python, "-B", "-c", script]);
    let output = run.limit(4 * LIMIT).run().assert_ok();
    assert_eq!(
        (output.stdout.as_str(), output.stderr.as_str()),
        ("6\n", "")
    );
}
