//! What is wished for on the command line: a region, a lifetime, new credentials. Counted in calls.

use insta::assert_snapshot;

use crate::exec_environment::environment;
use crate::support::aws::Aws;
use crate::support::faults::Faults;
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;

/// U1 -> R1 -> R2 behind a proxy that counts.
fn counted() -> (Sandbox, Chain, Faults) {
    let aws = Aws::shared();
    let faults = Faults::before(&aws.address());
    let sandbox = Sandbox::new().endpoint(&faults.url());
    let chain = Chain::new(aws, 2);
    chain.define(&sandbox);
    (sandbox, chain, faults)
}

fn run(sandbox: &Sandbox, arguments: &[&str]) {
    let run = sandbox.leapp_exec(arguments).args(&["--", "true"]);
    run.run().assert_ok();
}

#[test]
fn the_region_is_the_commands_alone_and_makes_no_call() {
    let (sandbox, _, faults) = counted();
    let sandbox = sandbox.env("AWS_REGION", "sa-east-1");
    // The session's region wins over the shell's.
    let session = environment(&sandbox, &["r2"]);
    assert_eq!(session["AWS_REGION"], "eu-west-1");
    assert_eq!(faults.seen().len(), 2);
    for number in 1..=15 {
        let region = format!("us-test-{number}");
        let mut expected = session.clone();
        expected.insert("AWS_REGION".to_owned(), region.clone());
        expected.insert("AWS_DEFAULT_REGION".to_owned(), region.clone());
        // A hook that renews the session stays where it is.
        let options = format!("--region {region}");
        expected.insert("LEAPP_SESSION_OPTIONS".to_owned(), options);
        let uses = session["LEAPP_SESSION_USES"].replace("eu-west-1", &region);
        expected.insert("LEAPP_SESSION_USES".to_owned(), uses);
        assert_eq!(
            environment(&sandbox, &["r2", "--region", &region]),
            expected
        );
    }
    assert_eq!(faults.seen().len(), 2);
}

#[test]
fn the_duration_is_asked_for_and_kept_apart() {
    let (sandbox, chain, faults) = counted();
    let aws = Aws::shared();
    run(&sandbox, &["r1", "--duration", "15m"]);
    run(&sandbox, &["r1", "--duration", "15m"]);
    assert_eq!(faults.count("AssumeRole"), 1);
    run(&sandbox, &["r1"]);
    assert_eq!(faults.count("AssumeRole"), 2);
    let asked: Vec<String> = aws
        .calls()
        .into_iter()
        .filter(|call| call.parameters["RoleArn"] == chain.roles[0])
        .map(|call| call.parameters["DurationSeconds"].to_string())
        .collect();
    assert_eq!(asked, ["\"900\"", "\"3600\""]);
}

#[test]
fn what_aws_can_not_grant_is_refused_before_any_call() {
    let (sandbox, _, faults) = counted();
    let refused = |arguments: &[&str]| {
        let run = sandbox.leapp_exec(arguments).args(&["--", "true"]);
        run.run().transcript()
    };
    assert_snapshot!(refused(&["r2", "--min-ttl", "2h"]), @"
    exit 125
    --- stderr
    leapp-exec: error: `--min-ttl 2h` cannot be met: credentials of `r2` live 1h

    hint: give `--min-ttl` less than 1h, or a longer `--duration`
    ");
    assert_snapshot!(refused(&["r2", "--duration", "14m"]), @"
    exit 125
    --- stderr
    leapp-exec: error: `14m` is no duration for `r2`: AWS gives an iam-role-chained session 15m to 12h

    hint: give `--duration` 15m to 12h
    ");
    assert_snapshot!(refused(&["r2", "--duration", "13h"]), @"
    exit 125
    --- stderr
    leapp-exec: error: `13h` is no duration for `r2`: AWS gives an iam-role-chained session 15m to 12h

    hint: give `--duration` 15m to 12h
    ");
    assert_eq!(faults.seen().len(), 0);
}

#[test]
fn cached_credentials_serve_while_enough_of_their_life_is_left() {
    // A server of its own, whose credentials can be made to live ten minutes.
    let aws = Aws::start();
    let faults = Faults::before(&aws.address());
    let sandbox = Sandbox::new().endpoint(&faults.url());
    Chain::new(&aws, 2).define(&sandbox);
    aws.set_max_lifetime(600);
    run(&sandbox, &["r2"]);
    // Ten minutes are more than a third of their life.
    run(&sandbox, &["r2"]);
    assert_eq!(faults.seen().len(), 2);
    // They are too little for this; R1's are enough to ask for new ones.
    aws.set_max_lifetime(3600);
    run(&sandbox, &["r2", "--min-ttl", "50m"]);
    assert_eq!(faults.seen().len(), 3);
    run(&sandbox, &["r2", "--min-ttl", "50m"]);
    assert_eq!(faults.seen().len(), 3);
}

#[test]
fn refresh_makes_every_role_again_and_keeps_the_mfa_session() {
    let aws = Aws::shared();
    let faults = Faults::before(&aws.address());
    let sandbox = Sandbox::new().endpoint(&faults.url());
    let chain = Chain::with_mfa(aws, 2);
    chain.define(&sandbox);
    let mfa = chain.user.mfa.as_ref().expect("a device");
    run(&sandbox, &["r2", "--mfa-code", &aws.totp(&mfa.seed)]);
    run(&sandbox, &["r2"]);
    assert_eq!(
        (faults.count("GetSessionToken"), faults.count("AssumeRole")),
        (1, 2)
    );
    run(&sandbox, &["r2", "--refresh"]);
    assert_eq!(
        (faults.count("GetSessionToken"), faults.count("AssumeRole")),
        (1, 4)
    );
}
