//! `leapp env` makes the current shell what `leapp-exec` would make a command, in every shell.

use std::collections::BTreeMap;

use insta::assert_snapshot;

use crate::exec::with_r1;
use crate::exec_environment::{aws_and_ours, environment};
use crate::support::program;
use crate::support::sandbox::Sandbox;

/// How each shell takes what we print. fish has a second way, which joins the lines with spaces.
pub(crate) const EVALS: [(&str, &str); 6] = [
    ("bash", "eval \"$(@)\""),
    ("zsh", "eval \"$(@)\""),
    ("dash", "eval \"$(@)\""),
    ("sh", "eval \"$(@)\""),
    ("fish", "eval (@)"),
    ("fish", "eval \"$(@)\""),
];

/// The statement that evaluates what a command prints.
pub(crate) fn eval(form: &str, command: &str) -> String {
    form.replace('@', command)
}

/// What a command of `r1` finds, with our own secrets: those stay in a shell.
fn expected(sandbox: &Sandbox) -> BTreeMap<String, String> {
    let mut variables = environment(sandbox, &["r1"]);
    let identity = sandbox.path("identity.txt").display().to_string();
    variables.insert("LEAPP_IDENTITY_FILE".to_owned(), identity);
    variables
}

#[test]
fn a_shell_becomes_what_a_command_would_be() {
    let clean = with_r1();
    let expected = expected(&clean);
    // What stood there before goes, or is replaced.
    let sandbox = clean
        .env("AWS_PROFILE", "rival")
        .env("AWS_SECURITY_TOKEN", "rival")
        .env("AWS_VAULT", "rival")
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_REGION", "sa-east-1");
    for (shell, form) in EVALS {
        let script = format!("{} && env -0", eval(form, "leapp env r1"));
        let Some(run) = sandbox.shell(shell, &script) else {
            continue;
        };
        let output = run.may_print_secrets().run().assert_ok();
        assert_eq!(output.stderr, "", "{shell}");
        assert_eq!(aws_and_ours(&output.stdout), expected, "{shell}: {form}");
    }
}

#[test]
fn a_shell_under_strict_options_becomes_it_too() {
    let sandbox = with_r1();
    let expected = expected(&sandbox);
    for (shell, strict) in [
        ("bash", "set -euo pipefail; "),
        ("bash", "set -o posix -eu; "),
        (
            "zsh",
            "setopt err_exit no_unset pipe_fail warn_create_global; ",
        ),
        ("zsh", "emulate sh; set -eu; "),
        (
            "zsh",
            "setopt rc_quotes ksh_arrays sh_word_split extended_glob; ",
        ),
        ("dash", "set -eu; "),
    ] {
        let script = format!("{strict}eval \"$(leapp env r1)\"; env -0");
        if let Some(run) = sandbox.shell(shell, &script) {
            let output = run.may_print_secrets().run().assert_ok();
            assert_eq!(output.stderr, "", "{shell}: {strict}");
            assert_eq!(aws_and_ours(&output.stdout), expected, "{shell}: {strict}");
        }
    }
}

#[test]
fn a_function_of_the_users_can_switch_the_shell() {
    let sandbox = with_r1();
    for (shell, script) in [
        ("bash", "switch() { eval \"$(leapp env r1)\"; }; switch"),
        ("zsh", "switch() { eval \"$(leapp env r1)\"; }; switch"),
        ("dash", "switch() { eval \"$(leapp env r1)\"; }; switch"),
        (
            "fish",
            "function switch_; eval (leapp env r1); end; switch_",
        ),
    ] {
        let script = format!("{script}; sh -c 'echo $LEAPP_SESSION'");
        if let Some(run) = sandbox.shell(shell, &script) {
            assert_eq!(run.run().assert_ok().stdout, "r1\n", "{shell}");
        }
    }
}

#[test]
fn other_variables_of_the_shell_are_left_alone() {
    let sandbox = with_r1();
    let fish = "set -g name mine; eval (leapp env r1); eval (leapp env --unset); echo $name";
    if let Some(run) = sandbox.shell("fish", fish) {
        assert_eq!(run.run().assert_ok().stdout, "mine\n");
    }
    // Twice before, so that what `set` itself changes is in it.
    let names = "set | grep -v '^_=' | cut -d= -f1 | sort";
    let script = format!(
        "{names} >before; {names} >before; eval \"$(leapp env r1)\"; \
         eval \"$(leapp env --unset)\"; {names} >after; cmp before after && echo same"
    );
    for shell in ["bash", "zsh", "dash"] {
        if let Some(run) = sandbox.shell(shell, &script) {
            let output = run.run();
            assert_eq!(output.stdout, "same\n", "{shell}\n{}", output.transcript());
        }
    }
}

#[test]
fn unset_leaves_no_session() {
    let sandbox = with_r1();
    for (shell, form) in EVALS {
        let script = format!(
            "{}; {} && env | grep -E '^(AWS_|LEAPP_)' | sort",
            eval(form, "leapp env r1"),
            eval(form, "leapp env --unset")
        );
        if let Some(run) = sandbox.shell(shell, &script) {
            let output = run.run().assert_ok();
            assert_eq!(
                output.comparable(&output.stdout),
                "AWS_EC2_METADATA_DISABLED=true\nAWS_ENDPOINT_URL=http://127.0.0.1:[PORT]\n\
                 AWS_PAGER=\nLEAPP_IDENTITY_FILE=[ROOT]/identity.txt\nLEAPP_SECRETS=file\n",
                "{shell}"
            );
        }
    }
}

#[test]
fn a_universal_rival_of_fish_is_named_and_stays_the_users() {
    let Some(_) = program("fish") else { return };
    let sandbox = with_r1();
    // Without `--no-config`, which would leave fish without universal variables.
    let fish = |script: &str| sandbox.command("fish").args(&["-c", script]).run();
    fish("set -Ux AWS_PROFILE universal; set -U AWS_VAULT 'not exported'").assert_ok();
    let output = fish(
        "eval (leapp env r1) && echo GOES-ON
        env | string match -r '^(?:AWS|LEAPP_S).*' | sort; echo $AWS_VAULT; set -q __leapp_refused",
    );
    assert_snapshot!(output.transcript(), @"
    exit 1
    --- stdout
    AWS_ACCESS_KEY_ID=leapp-no-credentials
    AWS_EC2_METADATA_DISABLED=true
    AWS_ENDPOINT_URL=http://127.0.0.1:[PORT]
    AWS_PAGER=
    AWS_PROFILE=leapp-no-credentials
    AWS_SECRET_ACCESS_KEY=leapp-no-credentials
    AWS_SESSION_TOKEN=leapp-no-credentials
    LEAPP_SECRETS=file
    not exported
    --- stderr
    leapp: error: `AWS_PROFILE` is a universal variable, and would rival the session; erase it with `set -eU AWS_PROFILE`
    ");
    let output = fish("eval (leapp env --unset) && echo $AWS_PROFILE");
    assert_eq!(output.assert_ok().stdout, "universal\n");
    fish("set -eU AWS_PROFILE; eval (leapp env r1)").assert_ok();
}

#[test]
fn the_users_passphrase_stays_in_their_shell() {
    let sandbox = with_r1()
        .env("LEAPP_PASSPHRASE", "hunter2")
        .env("LEAPP_MFA_CODE", "123456");
    for arguments in ["r1", "--unset", "nope"] {
        let script =
            format!("eval \"$(leapp env {arguments})\"; echo $LEAPP_PASSPHRASE $LEAPP_MFA_CODE");
        let output = sandbox.sh(&script).run();
        assert_eq!(output.stdout, "hunter2 123456\n", "{arguments}");
    }
}
