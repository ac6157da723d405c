//! The conditions of policies: our evaluator (`src/policy/condition/aws_table.rs`), the tests' own AWS and an
//! evaluator that is not ours decide the cases of one table, which are taken from AWS's documentation.

use serde_json::{Value, json};

use crate::serve_sdks::rig;
use crate::support::aws::Aws;
use crate::support::doctor::{Admins, account_of, failed_hop};
use crate::support::sandbox::Sandbox;
use crate::support::world::{Chain, allow, trust};
use crate::support::{VENV_BIN, long, not_here, program};

const TABLE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/fixtures/policy_conditions.json"
);

fn cases() -> Vec<Value> {
    serde_json::from_str(include_str!("fixtures/policy_conditions.json")).expect("a table")
}

#[test]
fn the_local_aws_decides_as_the_documentation_says() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/aws/check_conditions.py");
    let output = Sandbox::new()
        .command(&format!("{VENV_BIN}/python"))
        .args(&["-B", script, TABLE])
        .run()
        .assert_ok();
    let decided = cases()
        .iter()
        .filter(|case| case.get("unknown").is_none())
        .count();
    assert_eq!(output.stdout, format!("{decided} cases\n"));
}

/// Where the two differ, the table says so, and on which page AWS decides it.
#[test]
fn an_independent_evaluator_decides_the_same() {
    if !long("it takes npm packages") {
        return;
    }
    let modules = rig("node").join("node_modules");
    if program("node").is_none() || !modules.join("@cloud-copilot/iam-simulate").exists() {
        not_here("iam-simulate could not be had");
        return;
    }
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/sdks/policy_conditions.cjs"
    );
    let output = Sandbox::new()
        .command("node")
        .args(&[script, TABLE])
        .env("NODE_PATH", modules)
        .run()
        .assert_ok();
    let answers: Vec<&str> = output.stdout.lines().collect();
    let cases = cases();
    assert_eq!(answers.len(), cases.len());
    for (case, answer) in cases.iter().zip(answers) {
        let expected = case.get("iam_simulate").unwrap_or(&case["expected"]);
        if expected != "unknown" {
            assert_eq!(expected, answer, "{case}");
        }
    }
}

/// A guard on the tags of a session: with the tags that it admits, the real command runs; with another
/// one, the doctor names the guard.
#[test]
fn a_guard_on_sets_is_read_as_aws_reads_it() {
    let aws = Aws::shared();
    let chain = Chain::new(aws, 1);
    let mut guarded = trust(&chain.user.arn);
    guarded["Statement"]
        .as_array_mut()
        .expect("a list")
        .push(json!({
            "Effect": "Deny", "Principal": "*", "Action": "sts:*",
            "Condition": {"ForAnyValue:StringNotEquals": {"aws:TagKeys": ["team", "cost"]}},
        }));
    guarded["Statement"][0]["Action"] = json!(["sts:AssumeRole", "sts:TagSession"]);
    let account = account_of(chain.target());
    aws.role(&account, "R1", &guarded, &[allow("*", "*")]);
    let sandbox = Sandbox::new().endpoint(&aws.url());
    chain.define(&sandbox);
    let run = || sandbox.leapp_exec(&["r1", "--", "true"]).run();
    run().assert_ok();
    let tags = |tags: &str| {
        sandbox
            .leapp(&["set", "r1", &format!("tags={tags}")])
            .run()
            .assert_ok();
    };
    tags("team=x,cost=y");
    run().assert_ok();
    tags("team=x,owner=y");
    run().assert_code(125);
    let admins = Admins::of(&chain, aws, &sandbox);
    let mut arguments = vec!["r1"];
    arguments.extend(admins.flags.iter().map(String::as_str));
    let (output, report) = sandbox.doctor(&arguments);
    output.assert_code(1);
    let (_, findings) = failed_hop(&report);
    assert_eq!(findings[0]["certainty"], "certain", "{report:#}");
    assert_eq!(
        findings[0]["condition"], "trust-policy-denies",
        "{report:#}"
    );
}
