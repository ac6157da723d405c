//! `leapp env` that ends in the middle: killed, interrupted, or by a mistake of ours.

use crate::support::aws::Aws;
use crate::support::faults::{Fault, Faults, When};
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;

/// What the shell is left with, after `eval` of a command that did not come to its end.
fn left_with(sandbox: &Sandbox, shell: &str, command: &str) -> Option<String> {
    let eval = if shell == "fish" {
        format!("eval ({command})")
    } else {
        format!("eval \"$({command})\"")
    };
    let goes_on = if shell == "fish" {
        "; and echo GOES-ON"
    } else {
        " && echo GOES-ON"
    };
    let script = format!("{eval}{goes_on}; echo profile $AWS_PROFILE key $AWS_ACCESS_KEY_ID");
    let run = sandbox
        .shell(shell, &script)?
        .env("AWS_ACCESS_KEY_ID", "AKIAOLD");
    Some(run.run().stdout)
}

#[test]
fn a_killed_command_leaves_a_shell_without_credentials() {
    let aws = Aws::shared();
    let faults = Faults::before(&aws.address());
    let sandbox = Sandbox::new().endpoint(&faults.url());
    Chain::new(aws, 1).define(&sandbox);
    faults.on(When::always(), Fault::Hold);
    for signal in ["KILL", "TERM", "INT", "HUP"] {
        for shell in ["bash", "zsh", "dash", "fish"] {
            let command = format!("timeout -s {signal} 0.5 leapp env r1 --shell {shell}")
                .replace("--shell dash", "--shell sh");
            if let Some(left) = left_with(&sandbox, shell, &command) {
                assert_eq!(
                    left.trim_end(),
                    "profile leapp-no-credentials key leapp-no-credentials",
                    "{shell}, {signal}"
                );
            }
        }
    }
}

#[test]
fn what_the_sdk_would_stumble_over_is_not_read() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    Chain::new(aws, 1).define(&sandbox);
    for (name, value) in [
        ("AWS_RETRY_MODE", "legacy"),
        ("AWS_RETRY_MODE", ""),
        ("AWS_MAX_ATTEMPTS", "junk"),
        ("AWS_MAX_ATTEMPTS", "0"),
    ] {
        sandbox
            .leapp_exec(&["--refresh", "r1", "--", "true"])
            .env(name, value)
            .run()
            .assert_ok();
    }
}

#[test]
fn ctrl_c_at_a_question_leaves_a_shell_without_credentials() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    Chain::with_mfa(aws, 1).define(&sandbox);
    for shell in ["bash", "dash", "zsh"] {
        let script = "eval \"$(leapp env r1)\" && echo GOES-ON; echo \"profile [$AWS_PROFILE]\"";
        let Some(run) = sandbox.shell(shell, script) else {
            continue;
        };
        let mut terminal = run.on_terminal();
        terminal.expect("MFA code for u1: ");
        terminal.ctrl_c();
        terminal.expect("profile [leapp-no-credentials]");
        let (_, shown) = terminal.wait_and_read();
        assert!(!shown.contains("GOES-ON"), "{shown}");
    }
}
