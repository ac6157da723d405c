//! Which shell `leapp env` speaks, and the words of those that are not on every machine.

use insta::assert_snapshot;

use crate::exec::with_r1;
use crate::support::output::Output;
use crate::support::program;
use crate::support::sandbox::{Sandbox, private};

/// `--unset` needs no session, and fish's statements differ from those of all others.
fn speaks_fish(output: &Output) -> bool {
    let first = output.stdout.lines().next().unwrap_or_default();
    match (
        first.starts_with("leapp_env_needs_eval="),
        first.contains("set -eg"),
    ) {
        (true, false) => false,
        (false, true) => true,
        _ => panic!("{}", output.transcript()),
    }
}

/// A program of the user's in the sandbox's home.
fn script(sandbox: &Sandbox, name: &str, text: &str) {
    let path = sandbox.write(&format!("home/{name}"), text);
    private(&path, 0o700);
}

#[test]
fn the_shell_is_the_one_that_asks() {
    let sandbox = Sandbox::new();
    script(&sandbox, "posix", "#!/bin/sh\nleapp env --unset\n:\n");
    script(&sandbox, "fish", "#!/bin/sh\nleapp env --unset\n:\n");
    script(
        &sandbox,
        "finny",
        "#!/usr/bin/env fish\nleapp env --unset\ntrue\n",
    );
    script(
        &sandbox,
        "snake",
        &format!(
            "#!{}/python\nimport subprocess; subprocess.run(['leapp', 'env', '--unset'])\n",
            crate::support::VENV_BIN
        ),
    );
    for (shell, command, fish) in [
        ("bash", "leapp env --unset", false),
        ("zsh", "leapp env --unset", false),
        ("dash", "leapp env --unset", false),
        ("fish", "leapp env --unset", true),
        // What stands between us and the shell is not asked.
        ("fish", "timeout 60 leapp env --unset", true),
        ("fish", "timeout 60 nice env X=y leapp env --unset", true),
        ("fish", "./snake", true),
        ("bash", "timeout 60 nice env X=y leapp env --unset", false),
        // A script is its interpreter, whatever its name.
        ("fish", "./posix", false),
        ("fish", "./fish", false),
        ("bash", "./finny", true),
        ("bash", "./fish", false),
        // The user may know better.
        ("bash", "leapp env --unset --shell fish", true),
        ("fish", "leapp env --unset --shell=zsh", false),
    ] {
        if command.starts_with("timeout") && program("timeout").is_none() {
            continue;
        }
        // Something behind it, or the shell would become its only command.
        let script = format!("{command}; true");
        if let Some(run) = sandbox.shell(shell, &script) {
            let output = run.run().assert_ok();
            assert_eq!(speaks_fish(&output), fish, "{shell}: {command}");
        }
    }
}

#[test]
fn shells_that_are_not_posix_are_recognised() {
    let sandbox = Sandbox::new();
    for (shell, first) in [
        ("tcsh", "unsetenv "),
        ("elvish", "unset-env "),
        ("xonsh", "[__xonsh__"),
        ("nu", "{\"version\""),
        ("mksh", "leapp_env_needs_eval="),
    ] {
        let Some(_) = program(shell) else { continue };
        for command in ["leapp env --unset", "timeout 60 nice leapp env --unset"] {
            // Below a bash, whose statements none of them may get.
            let script = format!("{shell} -c '{command}\necho done'; true");
            let output = sandbox.command("bash").args(&["-c", &script]).run();
            let output = output.assert_ok();
            assert!(
                output.stdout.starts_with(first),
                "{shell}: {}",
                output.transcript()
            );
        }
    }
    if program("xonsh").is_some() {
        let python = "$(head -1 $(command -v xonsh) | tail -c +3) -m xonsh --no-rc";
        let script = format!("{python} -c 'leapp env --unset'; true");
        let output = sandbox.command("bash").args(&["-c", &script]).run();
        assert!(output.assert_ok().stdout.starts_with("[__xonsh__"));
    }
}

#[test]
fn a_shell_under_another_name_is_known() {
    let sandbox = Sandbox::new();
    // A version in its name; a file that was replaced under a running shell, as by an upgrade.
    for (name, more) in [("fish-3.6", ""), ("fish", "rm ./fish; ")] {
        let script = format!(
            "cp $(command -v fish) ./{name}; ./{name} --no-config -c '{more}leapp env --unset; true'"
        );
        let output = sandbox.sh(&script).run().assert_ok();
        assert!(speaks_fish(&output), "{name}");
    }
}

#[test]
fn posix_statements_follow_from_no_shell_at_all() {
    let Some(_) = program("setsid") else { return };
    let sandbox = Sandbox::new();
    let run = sandbox
        .command("setsid")
        .args(&["--fork", "leapp", "env", "--unset"]);
    assert!(!speaks_fish(&run.run()));
}

#[test]
fn every_shell_has_its_own_words() {
    let sandbox = Sandbox::new();
    let unset = |shell: &str| {
        let run = sandbox.leapp(&["env", "--unset", "--shell", shell]);
        run.run().transcript()
    };
    assert_snapshot!(unset("sh"), @"
    exit 0
    --- stdout
    leapp_env_needs_eval=see:leapp:env:--help; unset leapp_env_needs_eval;
    unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SECURITY_TOKEN AWS_TOKEN AWS_ACCESS_KEY AWS_SECRET_KEY AMAZON_ACCESS_KEY_ID AMAZON_SECRET_ACCESS_KEY AMAZON_SESSION_TOKEN EC2_ACCESS_KEY EC2_SECRET_KEY EC2_SECURITY_TOKEN AWSACCESSKEYID AWSSECRETACCESSKEY AWSSESSIONTOKEN MINIO_ROOT_USER MINIO_ROOT_PASSWORD MINIO_ACCESS_KEY MINIO_SECRET_KEY FSSPEC_S3_KEY FSSPEC_S3_SECRET FSSPEC_S3_TOKEN AWS_CREDENTIAL_FILE AWS_CREDENTIAL_PROFILES_FILE CPL_AWS_CREDENTIALS_FILE MINIO_SHARED_CREDENTIALS_FILE AWS_CREDENTIAL_SCOPE AWS_WEB_IDENTITY_TOKEN_FILE AWS_ROLE_ARN AWS_ROLE_SESSION_NAME AWS_IAM_ROLE_ARN AWS_IAM_ROLE_SESSION_NAME AWS_S3_ASSUME_ROLE_ARN AWS_S3_ROLE_SESSION_NAME AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE AWS_BEARER_TOKEN_BEDROCK AWS_SESSION_EXPIRATION AWS_VAULT AWSUME_PROFILE AWSUME_EXPIRATION AWS_SSO_PROFILE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_REGION AWS_DEFAULT_REGION AWS_CREDENTIAL_EXPIRATION LEAPP_SESSION LEAPP_SESSION_EXPIRATION LEAPP_SESSION_ACCOUNT LEAPP_SESSION_PROTECTED LEAPP_SESSION_OPTIONS LEAPP_SESSION_USES LEAPP_EXEC LEAPP_ENDPOINT_URL;
    ");
    assert_snapshot!(unset("fish"), @"
    exit 0
    --- stdout
    for __leapp_name in AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SECURITY_TOKEN AWS_TOKEN AWS_ACCESS_KEY AWS_SECRET_KEY AMAZON_ACCESS_KEY_ID AMAZON_SECRET_ACCESS_KEY AMAZON_SESSION_TOKEN EC2_ACCESS_KEY EC2_SECRET_KEY EC2_SECURITY_TOKEN AWSACCESSKEYID AWSSECRETACCESSKEY AWSSESSIONTOKEN MINIO_ROOT_USER MINIO_ROOT_PASSWORD MINIO_ACCESS_KEY MINIO_SECRET_KEY FSSPEC_S3_KEY FSSPEC_S3_SECRET FSSPEC_S3_TOKEN AWS_CREDENTIAL_FILE AWS_CREDENTIAL_PROFILES_FILE CPL_AWS_CREDENTIALS_FILE MINIO_SHARED_CREDENTIALS_FILE AWS_CREDENTIAL_SCOPE AWS_WEB_IDENTITY_TOKEN_FILE AWS_ROLE_ARN AWS_ROLE_SESSION_NAME AWS_IAM_ROLE_ARN AWS_IAM_ROLE_SESSION_NAME AWS_S3_ASSUME_ROLE_ARN AWS_S3_ROLE_SESSION_NAME AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE AWS_BEARER_TOKEN_BEDROCK AWS_SESSION_EXPIRATION AWS_VAULT AWSUME_PROFILE AWSUME_EXPIRATION AWS_SSO_PROFILE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_REGION AWS_DEFAULT_REGION AWS_CREDENTIAL_EXPIRATION LEAPP_SESSION LEAPP_SESSION_EXPIRATION LEAPP_SESSION_ACCOUNT LEAPP_SESSION_PROTECTED LEAPP_SESSION_OPTIONS LEAPP_SESSION_USES LEAPP_EXEC LEAPP_ENDPOINT_URL; set -eg $__leapp_name; end;
    set -e __leapp_name;
    true;
    ");
    // The same names, for each in its own words.
    let names = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let names = words.filter(|word| word.contains('_') && *word == word.to_uppercase());
        names.map(str::to_owned).collect()
    };
    for (shell, first) in [
        (
            "tcsh",
            "unsetenv AWS_PROFILE; unsetenv AWS_DEFAULT_PROFILE; ",
        ),
        (
            "elvish",
            "unset-env AWS_PROFILE; unset-env AWS_DEFAULT_PROFILE; ",
        ),
        (
            "xonsh",
            "[__xonsh__.env.pop(name, None) for name in 'AWS_PROFILE AWS_DEFAULT_PROFILE ",
        ),
        (
            "nu",
            "{\"version\":1,\"unset\":[\"AWS_PROFILE\",\"AWS_DEFAULT_PROFILE\",",
        ),
    ] {
        let run = sandbox.leapp(&["env", "--unset", "--shell", shell]);
        let output = run.run().assert_ok();
        assert!(output.stdout.starts_with(first), "{}", output.stdout);
        assert_eq!(output.stdout.lines().count(), 1, "{shell}");
        assert_eq!(names(&output.stdout), names(&unset("sh")), "{shell}");
    }
    assert_snapshot!(unset("pwsh"), @"
    exit 0
    --- stdout
    Remove-Item -ErrorAction Ignore -Path Env:AWS_PROFILE,Env:AWS_DEFAULT_PROFILE,Env:AWS_SECURITY_TOKEN,Env:AWS_TOKEN,Env:AWS_ACCESS_KEY,Env:AWS_SECRET_KEY,Env:AMAZON_ACCESS_KEY_ID,Env:AMAZON_SECRET_ACCESS_KEY,Env:AMAZON_SESSION_TOKEN,Env:EC2_ACCESS_KEY,Env:EC2_SECRET_KEY,Env:EC2_SECURITY_TOKEN,Env:AWSACCESSKEYID,Env:AWSSECRETACCESSKEY,Env:AWSSESSIONTOKEN,Env:MINIO_ROOT_USER,Env:MINIO_ROOT_PASSWORD,Env:MINIO_ACCESS_KEY,Env:MINIO_SECRET_KEY,Env:FSSPEC_S3_KEY,Env:FSSPEC_S3_SECRET,Env:FSSPEC_S3_TOKEN,Env:AWS_CREDENTIAL_FILE,Env:AWS_CREDENTIAL_PROFILES_FILE,Env:CPL_AWS_CREDENTIALS_FILE,Env:MINIO_SHARED_CREDENTIALS_FILE,Env:AWS_CREDENTIAL_SCOPE,Env:AWS_WEB_IDENTITY_TOKEN_FILE,Env:AWS_ROLE_ARN,Env:AWS_ROLE_SESSION_NAME,Env:AWS_IAM_ROLE_ARN,Env:AWS_IAM_ROLE_SESSION_NAME,Env:AWS_S3_ASSUME_ROLE_ARN,Env:AWS_S3_ROLE_SESSION_NAME,Env:AWS_CONTAINER_CREDENTIALS_RELATIVE_URI,Env:AWS_CONTAINER_CREDENTIALS_FULL_URI,Env:AWS_CONTAINER_AUTHORIZATION_TOKEN,Env:AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE,Env:AWS_BEARER_TOKEN_BEDROCK,Env:AWS_SESSION_EXPIRATION,Env:AWS_VAULT,Env:AWSUME_PROFILE,Env:AWSUME_EXPIRATION,Env:AWS_SSO_PROFILE,Env:AWS_ACCESS_KEY_ID,Env:AWS_SECRET_ACCESS_KEY,Env:AWS_SESSION_TOKEN,Env:AWS_REGION,Env:AWS_DEFAULT_REGION,Env:AWS_CREDENTIAL_EXPIRATION,Env:LEAPP_SESSION,Env:LEAPP_SESSION_EXPIRATION,Env:LEAPP_SESSION_ACCOUNT,Env:LEAPP_SESSION_PROTECTED,Env:LEAPP_SESSION_OPTIONS,Env:LEAPP_SESSION_USES,Env:LEAPP_EXEC,Env:LEAPP_ENDPOINT_URL;
    ");
    let failing = |shell: &str| {
        let run = sandbox.leapp(&["env", "nope", "--shell", shell]);
        let output = run.run().assert_code(1);
        let lines: Vec<&str> = output.stdout.lines().collect();
        lines[lines.len() - 2..].join("\n")
    };
    assert_snapshot!(failing("sh"), @"
    export AWS_PROFILE='leapp-no-credentials';
    false;
    ");
    assert_snapshot!(failing("fish"), @"
    true;
    false;
    ");
    assert_snapshot!(failing("tcsh"), @"
    setenv AWS_PROFILE 'leapp-no-credentials';
    false;
    ");
    assert_snapshot!(failing("elvish"), @"
    set-env AWS_PROFILE 'leapp-no-credentials';
    fail 'leapp: no credentials';
    ");
    assert_snapshot!(failing("xonsh"), @r#"
    __xonsh__.env['AWS_PROFILE'] = "leapp-no-credentials";
    raise RuntimeError('leapp: no credentials');
    "#);
    let nu = failing("nu");
    assert!(nu.ends_with("},\"failed\":true}"), "{nu}");
    assert_snapshot!(failing("pwsh"), @"
    $Env:AWS_PROFILE = 'leapp-no-credentials';
    throw 'leapp: no credentials';
    ");
}

#[test]
fn what_nu_and_powershell_are_told_to_set() {
    let sandbox = with_r1();
    let run = sandbox.leapp(&["env", "r1", "--shell", "nu"]);
    let output = run.may_print_secrets().run().assert_ok();
    let last = output.stdout.lines().last().expect("a record");
    let record: serde_json::Value = serde_json::from_str(last).expect("JSON");
    assert_eq!(record["failed"], false);
    assert_eq!(record["set"]["LEAPP_SESSION"], "r1");
    assert_eq!(record["set"]["AWS_REGION"], "eu-west-1");
    let run = sandbox.leapp(&["env", "r1", "--shell", "pwsh"]);
    let output = run.may_print_secrets().run().assert_ok();
    let told = output.stdout.lines().filter(|line| {
        line.starts_with("$Env:") && (line.contains("REGION") || line.contains("LEAPP_SESSION "))
    });
    assert_snapshot!(told.collect::<Vec<_>>().join("\n"), @"
    $Env:AWS_REGION = 'eu-west-1';
    $Env:AWS_DEFAULT_REGION = 'eu-west-1';
    $Env:LEAPP_SESSION = 'r1';
    ");
}
