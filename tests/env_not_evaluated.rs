//! `$(leapp env ALIAS)` without `eval` fails, says what is missing, and shows no secret.

use crate::env::{EVALS, eval};
use crate::exec::with_r1;

const COMMANDS: [&str; 4] = [
    "leapp env r1",
    "leapp env r1 --region us-east-1",
    "leapp env nope",
    "leapp env --unset",
];

#[test]
fn the_words_alone_are_no_command() {
    let sandbox = with_r1().env("AWS_PROFILE", "mine");
    for shell in ["bash", "zsh", "dash", "sh"] {
        for command in COMMANDS {
            for form in ["$(@)", "`@`", "$(@) && true", "X=1 $(@)"] {
                let script = format!("{}; echo \"$? $AWS_PROFILE\"", form.replace('@', command));
                let Some(run) = sandbox.shell(shell, &script) else {
                    continue;
                };
                let output = run.run().assert_ok();
                // Nothing was changed either.
                assert_eq!(output.stdout, "127 mine\n", "{shell}: {form} {command}");
                let said = "leapp_env_needs_eval=see:leapp:env:--help;";
                assert!(output.stderr.contains(said), "{shell}: {}", output.stderr);
            }
        }
    }
    if let Some(run) = sandbox.shell("fish", "(leapp env r1); echo goes on") {
        let output = run.run();
        assert_eq!(output.stdout, "");
        assert!(output.stderr.contains("not allowed here"));
    }
}

#[test]
fn a_script_that_stops_at_failures_stops_there() {
    let sandbox = with_r1();
    for shell in ["bash", "zsh", "dash"] {
        let script = "set -e; $(leapp env r1); echo goes on";
        if let Some(run) = sandbox.shell(shell, script) {
            assert_eq!(run.run().assert_code(127).stdout, "", "{shell}");
        }
    }
}

#[test]
fn every_right_form_is_quiet_and_leaves_nothing_of_the_guard() {
    let sandbox = with_r1();
    let more = [
        ("bash", "eval $(@)"),
        ("bash", "eval `@`"),
        ("bash", "source <(@)"),
        ("zsh", "source <(@)"),
        ("bash", "@ >vars; . ./vars; rm vars"),
        ("dash", "@ >vars; . ./vars; rm vars"),
        ("fish", "@ | source"),
        ("bash", "set -euo pipefail; eval \"$(@)\""),
    ];
    for (shell, form) in EVALS.into_iter().chain(more) {
        let guard = match shell {
            "fish" => "$leapp_env_needs_eval",
            _ => "${leapp_env_needs_eval-}",
        };
        let evaluated = eval(form, "leapp env r1");
        let script = format!("{evaluated}; echo \"as $LEAPP_SESSION{guard}\"");
        let Some(run) = sandbox.shell(shell, &script) else {
            continue;
        };
        let output = run.may_write_secrets().run().assert_ok();
        assert_eq!(output.stderr, "", "{shell}: {form}");
        assert_eq!(output.stdout, "as r1\n", "{shell}: {form}");
    }
}
