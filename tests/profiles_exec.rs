//! `leapp-exec --profile`: the command uses the session's named profile, and nothing else.

use insta::assert_snapshot;

use crate::exec_environment::{RIVALS, SET};
use crate::profiles::{CONFIG, world};
use crate::support::aws::Aws;
use crate::support::pty::Ended;
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;

/// What of AWS and of us is in the environment of a command.
const OURS: &str = "env | grep -E '^(AWS|LEAPP_)' | sort";

#[test]
fn the_command_has_the_profile_and_no_keys() {
    let mut sandbox = world().name(&Aws::shared().url(), "http://aws");
    for name in RIVALS.iter().chain(&SET) {
        sandbox.set(name, "of the session before");
    }
    sandbox.set("AWS_ENDPOINT_URL", Aws::shared().url());
    sandbox.set("LEAPP_PASSPHRASE", "hush");
    let run = |options: &[&str]| {
        let words = [options, &["--profile", "r1", "--", "sh", "-c", OURS]].concat();
        sandbox.leapp_exec(&words).run()
    };
    let account = sandbox.leapp(&["show", "r1", "--json"]).run().json()["account"].clone();
    let shown = run(&[])
        .transcript()
        .replace(account.as_str().unwrap(), "ACCOUNT");
    assert_snapshot!(shown, @"
    exit 0
    --- stdout
    AWS_DEFAULT_REGION=eu-west-1
    AWS_EC2_METADATA_DISABLED=true
    AWS_ENDPOINT_URL=http://aws
    AWS_METADATA_ENDPOINT=http://127.0.0.1:[PORT]
    AWS_PAGER=
    AWS_PROFILE=r1
    AWS_REGION=eu-west-1
    AWS_SDK_LOAD_CONFIG=1
    LEAPP_IDENTITY_FILE=[ROOT]/identity.txt
    LEAPP_SECRETS=file
    LEAPP_SESSION=r1
    LEAPP_SESSION_ACCOUNT=ACCOUNT
    LEAPP_SESSION_USES=r1::eu-west-1
    ");
    assert!(
        sandbox
            .read(CONFIG)
            .contains("[profile r1]\n# leapp start r1\n")
    );
    let elsewhere = run(&["--region", "us-east-1"]).stdout;
    assert!(elsewhere.contains("AWS_REGION=us-east-1\n"));
    let who = ["--profile", "r1", "--", "aws", "sts", "get-caller-identity"];
    let answer = sandbox.leapp_exec(&who).run().assert_ok().json();
    assert!(
        answer["Arn"]
            .as_str()
            .unwrap()
            .ends_with("assumed-role/R1/test")
    );
}

#[test]
fn what_a_profile_can_not_carry_is_refused() {
    let sandbox = world();
    for option in [
        &["--duration", "30m"][..],
        &["--min-ttl", "30m"],
        &["--read-only"],
        &["--policy", "{}"],
        &["--policy-arn", "arn:aws:iam::aws:policy/ReadOnlyAccess"],
        &["--assume", "arn:aws:iam::111122223333:role/R"],
    ] {
        let words = [&["--profile"], option, &["r1", "--", "true"]].concat();
        let output = sandbox.leapp_exec(&words).run().assert_code(125);
        let expected = format!("`{}` cannot go with `--profile`", option[0]);
        assert!(output.stderr.contains(&expected), "{}", output.stderr);
    }
    assert_eq!(sandbox.read(CONFIG), "");
    let output = sandbox
        .leapp_exec(&["--profile", "--read-only", "r1"])
        .run();
    assert_snapshot!(output.transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: `--read-only` cannot go with `--profile`
    caused by: a named profile is the same to every program that uses it

    hint: define a session that has it, and use that one's profile
    hint: without `--profile`, it holds for this run alone
    ");
}

#[test]
fn a_person_is_asked_before_the_command_begins() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    let chain = Chain::with_mfa(aws, 1);
    chain.define(&sandbox);
    let who = ["--profile", "r1", "--", "aws", "sts", "get-caller-identity"];
    sandbox.leapp_exec(&who).run().assert_code(125);
    assert_eq!(sandbox.read(CONFIG), "");
    let mut terminal = sandbox.leapp_exec(&who).on_terminal();
    terminal.expect("MFA code for u1: ");
    terminal.send_line(&aws.totp(&chain.user.mfa.unwrap().seed));
    terminal.expect("assumed-role/R1/");
    assert_eq!(terminal.wait(), Ended::Code(0));
}

#[test]
fn a_session_inside_it_takes_the_place_of_the_profile() {
    let sandbox = world();
    let identity = sandbox.path("identity.txt").display().to_string();
    // The paths that open the vault stay, since programs run us there.
    let script = format!(
        "test \"$LEAPP_IDENTITY_FILE\" = {identity} && leapp-exec u1 -- sh -c 'echo $AWS_PROFILE-$LEAPP_SESSION'; \
         leapp prompt --format '{{alias}}.{{left}}.'"
    );
    let words = ["--profile", "r1", "--", "sh", "-c", &script];
    let output = sandbox.leapp_exec(&words).run().assert_ok();
    assert_eq!(output.stdout, "-u1\nr1..\n");
}
