//! SDKs for other languages, as they are published, beside an endpoint.

use std::path::PathBuf;

use crate::exec::with_r1;
use crate::exec_environment::with_junk;
use crate::support::{long, not_here, program};

/// Where `tests/run.sh --all` puts them.
pub(crate) fn rig(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/target/rig/sdks")).join(name)
}

#[test]
fn the_sdk_for_node_is_the_session() {
    if !long("it takes npm packages") {
        return;
    }
    let folder = rig("node");
    if program("node").is_none() || !folder.exists() {
        not_here("the SDK for Node could not be had");
        return;
    }
    let sandbox = with_junk(with_r1());
    let script = "const { STSClient, GetCallerIdentityCommand } = require('@aws-sdk/client-sts');
        new STSClient({}).send(new GetCallerIdentityCommand({})).then(who => console.log(who.Arn));";
    let words = ["--serve", "r1", "--", "node", "-e", script];
    let run = sandbox
        .leapp_exec(&words)
        .env("NODE_PATH", folder.join("node_modules"));
    let output = run.run().assert_ok();
    assert!(
        output.stdout.trim_end().ends_with("/R1/test"),
        "{}",
        output.transcript()
    );
}

#[test]
fn the_sdk_for_go_is_the_session() {
    if !long("it takes Go modules") {
        return;
    }
    let who = rig("go/who");
    if !who.exists() {
        not_here("the SDK for Go could not be had");
        return;
    }
    let sandbox = with_junk(with_r1());
    let who = who.display().to_string();
    let run = sandbox.leapp_exec(&["--serve", "r1", "--", &who]);
    let output = run.run().assert_ok();
    assert!(
        output.stdout.trim_end().ends_with("/R1/test"),
        "{}",
        output.transcript()
    );
}
