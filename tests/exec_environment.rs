//! What the command finds in its environment: the session, and nothing that rivals it.

use std::collections::BTreeMap;

use insta::assert_snapshot;

use crate::exec::with_r1;
use crate::exec_endpoint::inner;
use crate::support::aws::Aws;
use crate::support::leaks::TEMPORARY;
use crate::support::run::Run;
use crate::support::sandbox::{Sandbox, private};
use crate::support::world::Chain;
use crate::support::{VENV_BIN, program};

/// CONTRACT, spelled out once more: a name that is dropped from the product must fail here.
pub(crate) const RIVALS: [&str; 44] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SECURITY_TOKEN",
    "AWS_TOKEN",
    "AWS_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AMAZON_ACCESS_KEY_ID",
    "AMAZON_SECRET_ACCESS_KEY",
    "AMAZON_SESSION_TOKEN",
    "EC2_ACCESS_KEY",
    "EC2_SECRET_KEY",
    "EC2_SECURITY_TOKEN",
    "AWSACCESSKEYID",
    "AWSSECRETACCESSKEY",
    "AWSSESSIONTOKEN",
    "MINIO_ROOT_USER",
    "MINIO_ROOT_PASSWORD",
    "MINIO_ACCESS_KEY",
    "MINIO_SECRET_KEY",
    "FSSPEC_S3_KEY",
    "FSSPEC_S3_SECRET",
    "FSSPEC_S3_TOKEN",
    "AWS_CREDENTIAL_FILE",
    "AWS_CREDENTIAL_PROFILES_FILE",
    "CPL_AWS_CREDENTIALS_FILE",
    "MINIO_SHARED_CREDENTIALS_FILE",
    "AWS_CREDENTIAL_SCOPE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_IAM_ROLE_ARN",
    "AWS_IAM_ROLE_SESSION_NAME",
    "AWS_S3_ASSUME_ROLE_ARN",
    "AWS_S3_ROLE_SESSION_NAME",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_BEARER_TOKEN_BEDROCK",
    "AWS_SESSION_EXPIRATION",
    "AWS_VAULT",
    "AWSUME_PROFILE",
    "AWSUME_EXPIRATION",
    "AWS_SSO_PROFILE",
];

/// What a session sets, whatever stood there before.
pub(crate) const SET: [&str; 10] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_CREDENTIAL_EXPIRATION",
    "LEAPP_SESSION",
    "LEAPP_SESSION_EXPIRATION",
    "LEAPP_SESSION_ACCOUNT",
    "LEAPP_SESSION_USES",
];

/// Ours, and only for us.
const OWN_SECRETS: [&str; 4] = [
    "LEAPP_PASSPHRASE",
    "LEAPP_PASSPHRASE_FILE",
    "LEAPP_IDENTITY_FILE",
    "LEAPP_MFA_CODE",
];

/// What a program that prints its environment as `env -0` does has of AWS and of us, but for the one variable
/// that differs from process to process.
pub(crate) fn aws_and_ours(variables: &str) -> BTreeMap<String, String> {
    let concerns_us = |name: &str| {
        ["AWS", "LEAPP_"]
            .iter()
            .any(|start| name.starts_with(start))
    };
    variables
        .split_terminator('\0')
        .filter_map(|variable| variable.split_once('='))
        .filter(|(name, _)| concerns_us(name) && *name != "LEAPP_EXEC")
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The environment of a command as a session.
pub(crate) fn environment(sandbox: &Sandbox, arguments: &[&str]) -> BTreeMap<String, String> {
    aws_and_ours(&printing(sandbox, arguments).run().assert_ok().stdout)
}

fn printing<'a>(sandbox: &'a Sandbox, arguments: &[&str]) -> Run<'a> {
    let run = sandbox.leapp_exec(arguments).args(&["--", "env", "-0"]);
    run.may_print_secrets()
}

/// All variables of AWS and of us, junk.
pub(crate) fn with_junk(mut sandbox: Sandbox) -> Sandbox {
    for name in RIVALS.iter().chain(&SET) {
        sandbox.set(name, "junk");
    }
    sandbox.set("LEAPP_MFA_CODE", "000000");
    sandbox.set("LEAPP_PASSPHRASE", "a passphrase of nobody");
    sandbox.set("LEAPP_PASSPHRASE_FILE", "/no/such/file");
    sandbox.set("LEAPP_PROMPT", "the session of the shell above, 3m");
    let default = "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = junk\n";
    let credentials = format!("[default]\n{default}[junk]\n{default}");
    sandbox.write("home/.aws/credentials", &credentials);
    let config = format!("[default]\nregion = sa-east-1\n{default}");
    sandbox.write("home/.aws/config", &config);
    sandbox
}

#[test]
fn a_command_finds_the_session_in_its_environment() {
    let sandbox = with_r1();
    let output = printing(&sandbox, &["r1"]).run().assert_ok();
    let mut variables = aws_and_ours(&output.stdout);
    let expiration = &variables["AWS_CREDENTIAL_EXPIRATION"];
    let epoch = format!(
        "import datetime as d; print(int(d.datetime.fromisoformat('{}').timestamp()))",
        expiration.replace('Z', "+00:00")
    );
    let epoch = sandbox
        .command(&format!("{VENV_BIN}/python"))
        .args(&["-c", &epoch]);
    assert_eq!(
        variables["LEAPP_SESSION_EXPIRATION"],
        epoch.run().assert_ok().stdout.trim_end()
    );
    assert!(variables["AWS_SECRET_ACCESS_KEY"].starts_with(TEMPORARY));
    for (name, shown) in [
        ("AWS_SECRET_ACCESS_KEY", "[SECRET]"),
        ("AWS_SESSION_TOKEN", "[TOKEN]"),
        ("LEAPP_SESSION_EXPIRATION", "[EPOCH]"),
        ("LEAPP_SESSION_ACCOUNT", "[ACCOUNT]"),
    ] {
        variables.insert(name.to_owned(), shown.to_owned());
    }
    let lines = variables
        .iter()
        .map(|(name, value)| format!("{name}={value}\n"));
    assert_snapshot!(output.comparable(&lines.collect::<String>()), @"
    AWS_ACCESS_KEY_ID=[TEMPORARY-KEY-ID]
    AWS_CREDENTIAL_EXPIRATION=[TIME]
    AWS_DEFAULT_REGION=eu-west-1
    AWS_EC2_METADATA_DISABLED=true
    AWS_ENDPOINT_URL=http://127.0.0.1:[PORT]
    AWS_PAGER=
    AWS_REGION=eu-west-1
    AWS_SECRET_ACCESS_KEY=[SECRET]
    AWS_SESSION_TOKEN=[TOKEN]
    LEAPP_SECRETS=file
    LEAPP_SESSION=r1
    LEAPP_SESSION_ACCOUNT=[ACCOUNT]
    LEAPP_SESSION_EXPIRATION=[EPOCH]
    LEAPP_SESSION_USES=:[TEMPORARY-KEY-ID]:eu-west-1
    ");
}

#[test]
fn no_rival_and_no_secret_of_ours_reaches_the_command() {
    let clean = with_r1();
    let expected = environment(&clean, &["r1"]);
    let sandbox = with_junk(clean);
    // The junk changes nothing, not even which credentials come out of the cache.
    assert_eq!(environment(&sandbox, &["r1"]), expected);
    for name in RIVALS.iter().chain(&OWN_SECRETS) {
        assert!(!expected.contains_key(*name), "{name}");
    }
    for name in SET {
        assert!(expected.contains_key(name), "{name}");
    }
}

#[test]
fn what_is_nobodys_business_reaches_the_command() {
    let sandbox = with_r1().env("AWS_MAX_ATTEMPTS", "7").env("MINE", "a b");
    let output = printing(&sandbox, &["r1"]).run().assert_ok();
    for variable in ["AWS_MAX_ATTEMPTS=7", "MINE=a b", "AWS_PAGER="] {
        let mut all = output.stdout.split('\0');
        assert!(all.any(|found| found == variable), "{variable}");
    }
}

#[test]
fn a_user_has_an_account_only_where_its_definition_tells_it() {
    let sandbox = with_r1().env("LEAPP_SESSION_ACCOUNT", "of another session");
    let variables = environment(&sandbox, &["u1"]);
    assert_eq!(variables["LEAPP_SESSION"], "u1");
    assert!(!variables.contains_key("LEAPP_SESSION_ACCOUNT"));
}

/// U1 -> R1 -> R2 in three accounts, everything else junk; and who that is.
pub(crate) fn chain_in_junk() -> (Sandbox, Chain, String) {
    let aws = Aws::shared();
    let chain = Chain::new(aws, 2);
    let sandbox = Sandbox::new().endpoint(&aws.url());
    chain.define(&sandbox);
    let sandbox = with_junk(sandbox);
    let session = chain.target().replace(":iam:", ":sts:");
    let arn = session.replace(":role/", ":assumed-role/") + "/leapp-alice";
    (sandbox, chain, arn)
}

pub(crate) const WHO: [&str; 6] = [
    "sts",
    "get-caller-identity",
    "--query",
    "Arn",
    "--output",
    "text",
];

#[test]
fn the_aws_cli_is_the_end_of_the_chain() {
    let (sandbox, _, arn) = chain_in_junk();
    let run = sandbox.leapp_exec(&["r2", "--", "aws"]).args(&WHO);
    assert_eq!(run.run().assert_ok().stdout.trim_end(), arn);
    // From inside another session it switches, and the other leaves no trace.
    let nested = ["r1", "--", &inner(&sandbox), "r2", "--", "aws"];
    let run = sandbox.leapp_exec(&nested).args(&WHO);
    assert_eq!(run.run().assert_ok().stdout.trim_end(), arn);
}

#[test]
fn boto3_is_the_end_of_the_chain() {
    let (sandbox, _, arn) = chain_in_junk();
    let script = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])";
    let python = format!("{VENV_BIN}/python");
    let run = sandbox.leapp_exec(&["r2", "--", &python, "-B", "-c", script]);
    assert_eq!(run.run().assert_ok().stdout.trim_end(), arn);
}

/// What Terraform says of a state in a bucket of the account, which it makes and reads with this run.
pub(crate) fn keeps_a_state(sandbox: &Sandbox, bucket: &str, as_session: &[&str]) {
    let made = format!("s3://{bucket}");
    let run = |words: &[&str]| {
        let run = sandbox.leapp_exec(as_session).args(words);
        run.env("AWS_ENDPOINT_URL_S3", Aws::shared().url())
            .env("CHECKPOINT_DISABLE", "1")
            .run()
            .assert_ok()
    };
    run(&["aws", "s3", "mb", &made]);
    let configuration = format!(
        r#"
terraform {{
  backend "s3" {{
    bucket                      = "{bucket}"
    key                         = "state"
    use_path_style              = true
    skip_credentials_validation = true
    skip_requesting_account_id  = true
    skip_region_validation      = true
  }}
}}
resource "terraform_data" "proof" {{ input = "made by a session" }}
"#
    );
    sandbox.write("home/main.tf", &configuration);
    run(&["terraform", "init", "-input=false"]);
    run(&["terraform", "apply", "-auto-approve"]);
    run(&["terraform", "plan", "-detailed-exitcode"]);
    let state = run(&["aws", "s3", "cp", &format!("{made}/state"), "-"]);
    assert!(state.stdout.contains("made by a session"));
}

#[test]
fn terraform_keeps_its_state_as_the_end_of_the_chain() {
    let Some(_) = program("terraform") else {
        return;
    };
    let (sandbox, chain, _) = chain_in_junk();
    let bucket = format!("state-{}", chain.target().split(':').nth(4).unwrap());
    keeps_a_state(&sandbox, &bucket, &["r2", "--"]);
}

#[test]
fn a_program_that_ignores_a_way_is_named_beforehand() {
    let sandbox = with_r1();
    // What is known of a program is known by its name.
    let program = |name: &str| {
        let path = sandbox.write(&format!("home/tools/{name}"), "#!/bin/sh\n");
        private(&path, 0o700);
        path.display().to_string()
    };
    let run = |way: &[&str], name: &str| {
        let path = program(name);
        let words = [way, &["r1", "--", &path]].concat();
        sandbox.leapp_exec(&words).run().assert_ok().stderr
    };
    for (way, name) in [("--serve", "s3cmd"), ("--profile", "restic")] {
        let path = program(name);
        assert_eq!(
            run(&[way], name),
            format!(
                "leapp-exec: warning: `{path}` ignores what `{way}` sets, and may find other \
                 credentials or none; run it without `{way}`\n"
            )
        );
        assert_eq!(run(&[], name), "");
        assert_eq!(run(&["-q", way], name), "");
    }
    assert_eq!(run(&["--serve"], "restic"), "");
}
