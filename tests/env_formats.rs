//! `leapp env` for other readers than a shell: JSON, dotenv, a credential process, and a person.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use serde_json::json;

use crate::exec::with_r1;
use crate::exec_environment::{aws_and_ours, environment};
use crate::support::leaks::TEMPORARY;
use crate::support::pty::Ended;
use crate::support::sandbox::Sandbox;

#[test]
fn json_says_what_to_set_and_what_to_unset() {
    let sandbox = with_r1();
    let run = sandbox.leapp(&["env", "r1", "--format", "json"]);
    let output = run.may_print_secrets().run().assert_ok();
    let mut answer = output.json();
    let set = answer["set"].take();
    for (name, value) in set.as_object().unwrap() {
        assert_eq!(value, &environment(&sandbox, &["r1"])[name], "{name}");
    }
    assert!(
        set["AWS_SECRET_ACCESS_KEY"]
            .as_str()
            .unwrap()
            .starts_with(TEMPORARY)
    );
    let names: Vec<&String> = set.as_object().unwrap().keys().collect();
    answer["set"] = json!(names);
    assert_snapshot!(format!("{answer:#}"), @r#"
    {
      "version": 1,
      "set": [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_CREDENTIAL_EXPIRATION",
        "LEAPP_SESSION",
        "LEAPP_SESSION_EXPIRATION",
        "LEAPP_SESSION_ACCOUNT",
        "LEAPP_SESSION_USES"
      ],
      "unset": [
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
        "LEAPP_SESSION_PROTECTED",
        "LEAPP_SESSION_OPTIONS",
        "LEAPP_EXEC",
        "LEAPP_ENDPOINT_URL"
      ]
    }
    "#);
}

#[test]
fn unset_is_said_in_json_and_not_in_formats_without_a_word_for_it() {
    let sandbox = Sandbox::new();
    let unset = |format: &str| sandbox.leapp(&["env", "--unset", "--format", format]).run();
    let answer = unset("json").assert_ok().json();
    assert_eq!(answer["set"], json!({}));
    let gone = answer["unset"].as_array().unwrap();
    assert!(gone.contains(&json!("AWS_PROFILE")) && gone.contains(&json!("LEAPP_SESSION")));
    for format in ["dotenv", "credential-process"] {
        assert_eq!(unset(format).assert_code(2).stdout, "");
    }
}

#[test]
fn docker_reads_dotenv_as_the_same_variables() {
    let sandbox = with_r1();
    let run = sandbox.leapp(&["env", "r1", "--format", "dotenv"]);
    let output = run.may_print_secrets().run().assert_ok();
    // As `docker --env-file` reads it: all behind the first `=` is the value, quotes included.
    let read: BTreeMap<String, String> = output
        .stdout
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once('=').expect("NAME=VALUE"))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let expected = environment(&sandbox, &["r1"]);
    for (name, value) in &read {
        assert_eq!(value, &expected[name], "{name}");
    }
    assert_eq!(read.len(), 10);
    // As a POSIX shell reads it.
    let script = "leapp env r1 --format dotenv >.env; set -a; . ./.env; env -0; rm .env";
    let output = sandbox.sh(script).may_print_secrets().run().assert_ok();
    let sourced = aws_and_ours(&output.stdout);
    assert!(read.iter().all(|(name, value)| sourced[name] == *value));
}

#[test]
fn the_aws_cli_takes_our_credentials_as_a_credential_process() {
    let sandbox = with_r1();
    let command = "leapp env r1 --format credential-process";
    sandbox.write(
        "home/.aws/config",
        &format!("[profile r1]\nregion = eu-west-1\ncredential_process = {command}\n"),
    );
    let who = ["sts", "get-caller-identity", "--profile", "r1"];
    let output = sandbox.command("aws").args(&who).run().assert_ok();
    let arn = output.json()["Arn"].to_string();
    assert!(arn.contains(":assumed-role/R1/"), "{arn}");
    let words: Vec<&str> = command.split(' ').skip(1).collect();
    let output = sandbox.leapp(&words).may_print_secrets().run().assert_ok();
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
    assert_eq!(answer["Version"], 1);
}

#[test]
fn nothing_secret_is_printed_on_a_terminal() {
    let sandbox = with_r1();
    for format in ["shell", "json", "dotenv", "credential-process"] {
        let run = sandbox.leapp(&["env", "r1", "--shell", "bash", "--format", format]);
        let mut terminal = run.on_terminal();
        terminal.expect("secrets are not printed on a terminal");
        terminal.expect("eval \"$(leapp env r1)\"");
        terminal.expect("--show");
        assert_eq!(terminal.wait(), Ended::Code(2));
    }
    // Redirected, the terminal is no obstacle.
    let redirected = sandbox.sh("leapp env r1 >/dev/null").on_terminal();
    assert_eq!(redirected.wait(), Ended::Code(0));
}

#[test]
fn a_failure_on_a_terminal_prints_no_statements() {
    let sandbox = with_r1();
    let mut terminal = sandbox.leapp(&["env", "nope", "--show"]).on_terminal();
    terminal.expect("no session named `nope`");
    let shown = terminal.screen();
    assert!(
        !shown.contains("unset") && !shown.contains("AWS_PROFILE"),
        "{shown}"
    );
    assert_eq!(terminal.wait(), Ended::Code(1));
}

#[test]
fn show_prints_secrets_on_a_terminal() {
    let sandbox = with_r1();
    let run = sandbox.leapp(&["env", "r1", "--show", "--shell", "sh"]);
    let mut terminal = run.may_print_secrets().on_terminal();
    terminal.expect(&format!("export AWS_SECRET_ACCESS_KEY='{TEMPORARY}"));
    assert_eq!(terminal.wait(), Ended::Code(0));
}
