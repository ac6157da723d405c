//! What somebody else decides the size or the pause of: files without end, `Retry-After`.

use std::time::{Duration, Instant};

use insta::assert_snapshot;

use crate::support::aws::Aws;
use crate::support::faults::{Fault, Faults, When};
use crate::support::sandbox::Sandbox;
use crate::support::world::{Chain, allow};

#[test]
fn a_file_without_end_is_refused_wherever_one_is_named() {
    let sandbox = Sandbox::new().endpoint(&Aws::shared().url());
    let chain = Chain::new(Aws::shared(), 1);
    chain.define(&sandbox);
    let account = chain.target().split(':').nth(4).expect("an ARN").to_owned();
    let mut sandbox = sandbox.name(&account, "ACCOUNT");
    let policy = sandbox
        .leapp_exec(&["--policy", "/dev/zero", "r1", "--", "true"])
        .run();
    assert_snapshot!(policy.transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: `/dev/zero` is no policy
    caused by: it is larger than 16 MiB

    hint: give `--policy` a JSON object, or a file that holds one
    ");
    let import = sandbox.leapp(&["import", "leapp", "/dev/zero"]).run();
    assert_snapshot!(import.transcript(), @"
    exit 1
    --- stderr
    leapp: error: cannot read `/dev/zero`
    caused by: it is larger than 16 MiB
    ");
    sandbox.set("AWS_CA_BUNDLE", "/dev/zero");
    sandbox.set("AWS_ENDPOINT_URL", "https://127.0.0.1:1");
    let bundle = sandbox.leapp_exec(&["r1", "--", "true"]).run();
    assert_snapshot!(bundle.transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: cannot ask STS for hop 2 of 2 to `r1`

      1  u1  IAM user, key [ACCESS-KEY-ID]  ok
      2  r1  arn:aws:iam::ACCOUNT:role/R1   failed

    caused by: cannot read the CA bundle `/dev/zero`: it is larger than 16 MiB
    ");
}

#[test]
fn a_policy_may_come_from_a_pipe() {
    let sandbox = Sandbox::new().endpoint(&Aws::shared().url());
    Chain::new(Aws::shared(), 1).define(&sandbox);
    sandbox.write("home/policy.json", &allow("s3:*", "*").to_string());
    let script = "leapp-exec --policy <(sleep 0.2; cat policy.json) r1 -- true";
    sandbox
        .command("bash")
        .args(&["-c", script])
        .run()
        .assert_ok();
}

#[test]
fn a_service_that_wants_to_be_left_alone_for_long_is_not_asked_again() {
    let faults = Faults::before(&Aws::shared().address());
    let sandbox = Sandbox::new().endpoint(&faults.url());
    Chain::new(Aws::shared(), 1).define(&sandbox);
    faults.on(When::always(), Fault::Throttle(Some(30)));
    let started = Instant::now();
    let said = sandbox.leapp_exec(&["r1", "--", "true"]).run();
    assert!(started.elapsed() < Duration::from_secs(9));
    assert_eq!(faults.seen().len(), 1);
    let lines = said.assert_code(125).stderr;
    assert!(
        lines.contains("caused by: the service asks to wait 30s before the next request"),
        "{lines}"
    );
}

#[test]
fn a_short_pause_that_a_service_asks_for_is_kept() {
    let faults = Faults::before(&Aws::shared().address());
    let sandbox = Sandbox::new().endpoint(&faults.url());
    Chain::new(Aws::shared(), 1).define(&sandbox);
    faults.on(When::always().first(1), Fault::Throttle(Some(2)));
    let started = Instant::now();
    sandbox.leapp_exec(&["r1", "--", "true"]).run().assert_ok();
    assert!(started.elapsed() >= Duration::from_secs(2));
}
