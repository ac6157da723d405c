//! `leapp use`, `leapp use -` and `leapp off` in real shells on a terminal.

use crate::support::aws::Aws;
use crate::support::faults::{Fault, Faults, When};
use crate::support::hooked::{HOOKED, Hooked, code, init_line};
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;

/// A user `u1` and roles `r1` and `r2`.
pub(crate) fn world() -> Sandbox {
    let sandbox = Sandbox::new().endpoint(&Aws::shared().url());
    Chain::new(Aws::shared(), 2).define(&sandbox);
    sandbox
}

const WHO: &str = "$LEAPP_SESSION/$LEAPP_PROMPT/$AWS_PROFILE/$AWS_REGION";

#[test]
fn switch_back_and_leave() {
    let sandbox = world().env("AWS_PROFILE", "mine");
    for shell in HOOKED {
        let Some(mut hooked) = sandbox.hooked(shell) else {
            continue;
        };
        assert_eq!(hooked.ask(WHO), "//mine/", "{shell}");
        assert_eq!(
            hooked.code_of(shell, "leapp use r1 --region us-east-1"),
            "0"
        );
        assert_eq!(hooked.ask(WHO), "r1/r1//us-east-1", "{shell}");
        assert_eq!(hooked.code_of(shell, "leapp use r2"), "0");
        assert_eq!(hooked.ask(WHO), "r2/r2//eu-west-1", "{shell}");
        // With the options that it was begun with.
        assert_eq!(hooked.code_of(shell, "leapp use -"), "0");
        assert_eq!(hooked.ask(WHO), "r1/r1//us-east-1", "{shell}");
        assert_eq!(hooked.code_of(shell, "leapp off"), "0");
        assert_eq!(hooked.ask(WHO), "//mine/", "{shell}");
        assert_eq!(hooked.ask("$AWS_ACCESS_KEY_ID$AWS_SESSION_TOKEN"), "");
        // What was saved is dropped: nothing comes back a second time.
        assert_eq!(hooked.ask("$__leapp_saved"), "", "{shell}");
        assert_eq!(hooked.code_of(shell, "leapp off"), "0");
        assert_eq!(hooked.ask(WHO), "///", "{shell}");
        hooked.leave();
    }
}

#[test]
fn what_stood_comes_back_byte_for_byte() {
    let odd = "it's \\ \"$(id)\" `id`\n%n \u{2019} end";
    let sandbox = world().env("AWS_PROFILE", odd);
    sandbox.leapp(&["login", "r1"]).run().assert_ok();
    for shell in HOOKED {
        let script = format!("{}; leapp use r1; leapp off; env -0", init_line(shell));
        let Some(run) = sandbox.shell(shell, &script) else {
            continue;
        };
        let output = run.run().assert_ok();
        let wanted = format!("AWS_PROFILE={odd}");
        assert!(output.stdout.split('\0').any(|v| v == wanted), "{shell}");
    }
}

#[test]
fn a_failing_switch_leaves_no_credentials_and_says_so() {
    let sandbox = world();
    for shell in HOOKED {
        let Some(mut hooked) = sandbox.hooked(shell) else {
            continue;
        };
        hooked.type_line("leapp use r1");
        assert_eq!(hooked.ask("$LEAPP_SESSION"), "r1");
        assert_eq!(hooked.code_of(shell, "leapp use nope"), "1", "{shell}");
        assert_eq!(
            hooked.ask("$LEAPP_SESSION$LEAPP_PROMPT/$AWS_ACCESS_KEY_ID"),
            "/leapp-no-credentials"
        );
        hooked.type_line("aws sts get-caller-identity");
        hooked
            .pty
            .expect("The config profile (leapp-no-credentials) could not be found");
        assert_eq!(hooked.code_of(shell, "leapp use --nope"), "2", "{shell}");
        assert_eq!(hooked.ask("$AWS_PROFILE"), "leapp-no-credentials");
        // It can be left, and what was before it is still known.
        hooked.type_line("leapp off");
        assert_eq!(hooked.ask("$AWS_PROFILE"), "");
        hooked.type_line("leapp use -");
        assert_eq!(hooked.ask("$LEAPP_SESSION"), "r1", "{shell}");
        hooked.leave();
    }
}

#[test]
fn a_switch_that_ctrl_c_cuts_off_fails_closed_too() {
    let aws = Aws::shared();
    let faults = Faults::before(&aws.address());
    let sandbox = Sandbox::new().endpoint(&faults.url());
    Chain::new(aws, 2).define(&sandbox);
    sandbox.leapp(&["login", "r1"]).run().assert_ok();
    let add = [
        "add",
        "user",
        "asked",
        "--access-key-id",
        "AKIAIOSFODNN7EXAMPLE",
    ];
    let device = "arn:aws:iam::111122223333:mfa/phone";
    let asked = sandbox
        .leapp(&add)
        .args(&["--secret-access-key", "-", "--mfa-device", device]);
    asked
        .stdin("wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY")
        .run()
        .assert_ok();
    for shell in HOOKED {
        let prompt = match shell {
            "bash" => "PS1='at-prompt '",
            "zsh" => "PROMPT='at-prompt '",
            _ => "function fish_prompt; echo -n 'at-prompt '; end",
        };
        let start_up = format!("{}\n{prompt}", init_line(shell));
        let Some(run) = sandbox.interactive(shell, &start_up) else {
            continue;
        };
        let mut hooked = Hooked::on_terminal(run);
        for (switch, waits) in [
            ("leapp use asked", "MFA code"),
            ("leapp use", "r2"),
            ("leapp use r2", "waiting for STS"),
        ] {
            hooked.type_line("leapp use r1");
            assert_eq!(hooked.ask("$LEAPP_PROMPT"), "r1", "{shell}");
            faults.on(When::action("AssumeRole"), Fault::Hold);
            hooked.type_line(switch);
            hooked.pty.expect(waits);
            hooked.pty.send("\x03");
            hooked.pty.expect("the switch was cut off");
            // What is typed before the prompt is there may be thrown away with the question.
            hooked.pty.expect("at-prompt");
            let left = "$LEAPP_SESSION$LEAPP_PROMPT/$AWS_ACCESS_KEY_ID/$AWS_PROFILE";
            assert_eq!(
                hooked.ask(left),
                "/leapp-no-credentials/leapp-no-credentials",
                "{shell}: {switch}"
            );
            faults.clear();
            hooked.type_line("leapp off");
            assert_eq!(hooked.ask("$AWS_PROFILE"), "", "{shell}: {switch}");
        }
        hooked.leave();
    }
}

#[test]
fn off_brings_back_what_stood_before_a_failed_switch() {
    let names = [
        "AWS_ACCESS_KEY",
        "AWS_SECRET_KEY",
        "AWS_ROLE_ARN",
        "AWS_PROFILE",
    ];
    let mut sandbox = world().env_remove("AWS_EC2_METADATA_DISABLED");
    for name in names {
        sandbox.set(name, "mine");
    }
    let all =
        "$AWS_ACCESS_KEY,$AWS_SECRET_KEY,$AWS_ROLE_ARN,$AWS_PROFILE,$AWS_EC2_METADATA_DISABLED";
    for shell in HOOKED {
        let Some(mut hooked) = sandbox.hooked(shell) else {
            continue;
        };
        for switches in [&["leapp use nope"][..], &["leapp use r1", "leapp use nope"]] {
            for switch in switches {
                hooked.type_line(switch);
            }
            assert_eq!(hooked.ask(all), ",,,leapp-no-credentials,true", "{shell}");
            hooked.type_line("leapp off");
            assert_eq!(hooked.ask(all), "mine,mine,mine,mine,", "{shell}");
        }
        hooked.type_line("leapp use nope");
        hooked.type_line("leapp use r1");
        assert_eq!(hooked.ask(all), ",,,,true", "{shell}");
        hooked.leave();
    }
}

#[test]
fn without_its_binary_a_switch_fails_closed_too() {
    let sandbox = world();
    sandbox.leapp(&["login", "r1"]).run().assert_ok();
    for shell in HOOKED {
        let script = format!(
            "cp \"$(command -v leapp)\" ./leapp; PATH=.:$PATH; {}; ",
            init_line(shell).replace("leapp init", "./leapp init")
        );
        let script = if shell == "fish" {
            "cp (command -v leapp) ./leapp; ./leapp init fish | source; ".to_owned()
        } else {
            script
        };
        let code = code(shell);
        let script = format!(
            "{script} leapp use r1; rm ./leapp; leapp use r1; echo \"{code} $AWS_PROFILE $AWS_ACCESS_KEY_ID $LEAPP_SESSION\""
        );
        let Some(run) = sandbox.shell(shell, &script) else {
            continue;
        };
        let output = run.run();
        assert_eq!(
            output.stdout, "127 leapp-no-credentials leapp-no-credentials \n",
            "{shell}"
        );
    }
}

#[test]
fn nested_shells_and_those_of_leapp_exec_show_their_session() {
    let sandbox = world();
    for shell in HOOKED {
        let Some(mut hooked) = sandbox.hooked(shell) else {
            continue;
        };
        let nested = match shell {
            "bash" => "bash --noprofile --rcfile ~/.bashrc -i",
            "zsh" => "zsh -d -i",
            _ => "fish -i",
        };
        hooked.type_line("leapp use r1");
        assert_eq!(hooked.ask("$LEAPP_PROMPT"), "r1", "{shell}");
        hooked.type_line(nested);
        assert_eq!(hooked.ask("$LEAPP_PROMPT"), "r1", "{shell}");
        hooked.type_line("leapp use r2");
        assert_eq!(hooked.ask("$LEAPP_PROMPT"), "r2", "{shell}");
        // What stood before this shell's first switch was the session that it was born into.
        hooked.type_line("leapp off");
        assert_eq!(hooked.ask("$LEAPP_PROMPT"), "r1", "{shell}");
        hooked.type_line("leapp off");
        assert_eq!(hooked.ask("$LEAPP_PROMPT$AWS_ACCESS_KEY_ID"), "", "{shell}");
        hooked.type_line("exit");
        assert_eq!(hooked.ask("$LEAPP_PROMPT"), "r1", "{shell}");
        hooked.type_line(&format!("leapp-exec r2 -- {nested}"));
        assert_eq!(hooked.ask("$LEAPP_PROMPT"), "r2", "{shell}");
        hooked.type_line("exit");
        assert_eq!(hooked.ask("$LEAPP_PROMPT"), "r1", "{shell}");
        hooked.leave();
    }
}

#[test]
fn two_shells_are_two_sessions_at_once() {
    let sandbox = world();
    for shell in HOOKED {
        let (Some(mut one), Some(mut two)) = (sandbox.hooked(shell), sandbox.hooked(shell)) else {
            continue;
        };
        one.type_line("leapp use r1");
        two.type_line("leapp use r2");
        assert_eq!(one.ask("$LEAPP_PROMPT"), "r1", "{shell}");
        assert_eq!(two.ask("$LEAPP_PROMPT"), "r2", "{shell}");
        let (first, second) = (one.ask("$AWS_ACCESS_KEY_ID"), two.ask("$AWS_ACCESS_KEY_ID"));
        assert_ne!(first, second);
        one.leave();
        two.leave();
    }
}

#[test]
fn help_is_shown_and_changes_nothing() {
    let sandbox = world().env("AWS_PROFILE", "mine");
    for shell in HOOKED {
        let Some(mut hooked) = sandbox.hooked(shell) else {
            continue;
        };
        hooked.type_line("leapp use --help");
        hooked.pty.expect("[OPTIONS] [ALIAS]");
        hooked.type_line("leapp off --help");
        hooked.pty.expect("leapp off");
        assert_eq!(hooked.ask("$AWS_PROFILE"), "mine", "{shell}");
        // All other verbs are the binary's.
        hooked.type_line("leapp list");
        hooked.pty.expect("iam-role-chained");
        hooked.leave();
    }
}
