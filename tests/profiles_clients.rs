//! Named profiles in the programs that they are for: the AWS CLI, boto3, Terraform.

use serde_json::Value;

use crate::profiles::world;
use crate::support::aws::Aws;
use crate::support::run::Run;
use crate::support::sandbox::Sandbox;
use crate::support::{VENV_BIN, program};

/// Both forms of a named profile.
const FORMS: [&[&str]; 2] = [&[], &["--write-credentials"]];

fn start(sandbox: &Sandbox, form: &[&str]) {
    let run = sandbox.leapp(&[&["start", "r1"], form].concat());
    run.may_write_secrets().run().assert_ok();
}

/// The same command with the profile as an option, and in the environment.
fn both_ways<'a>(sandbox: &'a Sandbox, words: &[&str]) -> [Run<'a>; 2] {
    let run = || {
        sandbox
            .command(words[0])
            .args(&words[1..])
            .may_write_secrets()
    };
    [
        run().args(&["--profile", "r1"]),
        run().env("AWS_PROFILE", "r1"),
    ]
}

fn is_r1(answer: &Value) -> bool {
    let arn = answer["Arn"].as_str().unwrap_or_default();
    arn.ends_with("assumed-role/R1/test")
}

#[test]
fn the_aws_cli_uses_a_profile_in_both_forms() {
    let sandbox = world();
    for form in FORMS {
        start(&sandbox, form);
        for run in both_ways(&sandbox, &["aws", "sts", "get-caller-identity"]) {
            assert!(is_r1(&run.run().assert_ok().json()), "{form:?}");
        }
        for run in both_ways(&sandbox, &["aws", "configure", "get", "region"]) {
            assert_eq!(run.run().assert_ok().stdout, "eu-west-1\n");
        }
    }
    sandbox.leapp(&["stop", "r1"]).run().assert_ok();
    for run in both_ways(&sandbox, &["aws", "sts", "get-caller-identity"]) {
        let output = run.run();
        assert!(
            output.stderr.contains("could not be found"),
            "{}",
            output.stderr
        );
    }
}

#[test]
fn boto3_uses_a_profile_in_both_forms() {
    let script = "
import boto3, json, sys
session = boto3.Session(profile_name=sys.argv[2]) if len(sys.argv) > 1 else boto3.Session()
answer = session.client('sts').get_caller_identity()
answer['Region'] = session.region_name
print(json.dumps(answer))
";
    let python = format!("{VENV_BIN}/python");
    let sandbox = world();
    for form in FORMS {
        start(&sandbox, form);
        for run in both_ways(&sandbox, &[&python, "-B", "-c", script]) {
            let answer = run.run().assert_ok().json();
            assert!(is_r1(&answer), "{form:?}");
            assert_eq!(answer["Region"], "eu-west-1");
        }
    }
}

#[test]
fn terraform_uses_a_profile_in_both_forms() {
    if program("terraform").is_none() {
        return;
    }
    let sandbox = world();
    let shown = sandbox.leapp(&["show", "r1", "--json"]).run().json();
    let bucket = format!("profile-{}", shown["account"].as_str().unwrap());
    let make = ["r1", "--", "aws", "s3", "mb", &format!("s3://{bucket}")];
    sandbox.leapp_exec(&make).run().assert_ok();
    for (index, form) in FORMS.into_iter().enumerate() {
        start(&sandbox, form);
        for way in ["profile = \"r1\"", ""] {
            let folder = format!("home/terraform{index}{}", way.len());
            let configuration = format!(
                "terraform {{\n  backend \"s3\" {{\n    bucket = \"{bucket}\"\n    key = \"{index}{}\"\n    region = \"eu-west-1\"\n    {way}\n    \
                 use_path_style = true\n    skip_credentials_validation = true\n    skip_requesting_account_id = true\n    \
                 skip_region_validation = true\n  }}\n}}\nresource \"terraform_data\" \"proof\" {{ input = \"x\" }}\n",
                way.len()
            );
            sandbox.write(&format!("{folder}/main.tf"), &configuration);
            for words in [
                &["init", "-input=false"][..],
                &["apply", "-auto-approve"],
                &["plan", "-detailed-exitcode"],
            ] {
                let mut run = sandbox.command("terraform").args(words);
                if way.is_empty() {
                    run = run.env("AWS_PROFILE", "r1");
                }
                let run = run
                    .folder(sandbox.path(&folder))
                    .env("AWS_ENDPOINT_URL_S3", Aws::shared().url())
                    .env("CHECKPOINT_DISABLE", "1");
                run.may_write_secrets().run().assert_ok();
            }
        }
    }
}

#[test]
fn a_path_with_spaces_and_a_name_with_spaces_are_understood() {
    let sandbox = world();
    let arn = sandbox.leapp(&["show", "r1", "--json"]).run().json()["role_arn"].clone();
    let more = ["--named-profile", "my own", "--role-session-name", "test"];
    sandbox.add_chained("own", arn.as_str().unwrap(), "u1", &more);
    // Go SDK 1 misreads a command that begins with a double quote.
    for (folder, written) in [
        ("home/my apps (1)", "'@'"),
        ("home/my apps (it's)", "/usr/bin/env \"@\""),
    ] {
        let ours = sandbox.path(folder);
        std::fs::create_dir_all(&ours).unwrap();
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_leapp"), ours.join("leapp")).unwrap();
        let path = ours.join("leapp").display().to_string();
        let start = sandbox.command(&path).args(&["start", "own"]);
        start.run().assert_ok();
        let config = sandbox.read("home/.aws/config");
        let written = written.replace('@', &path);
        assert!(config.contains(&format!(
            "\n[profile 'my own']\n# leapp start own\nregion = eu-west-1\ncredential_process = {written} "
        )));
        let who = ["sts", "get-caller-identity", "--profile", "my own"];
        let answer = sandbox.command("aws").args(&who).run().assert_ok().json();
        assert!(is_r1(&answer));
    }
    let config = sandbox.read("home/.aws/config");
    let odd = sandbox.path("home/a#b");
    std::fs::create_dir_all(&odd).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_leapp"), odd.join("leapp")).unwrap();
    let path = odd.join("leapp").display().to_string();
    let refused = sandbox.command(&path).args(&["start", "r1"]).run();
    refused.assert_code(1);
    assert_eq!(sandbox.read("home/.aws/config"), config);
}
