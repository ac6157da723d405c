//! The segment is right whoever else works before a prompt, in whatever order the shell calls them: direnv
//! itself, and functions that switch by directory.

use crate::hooks_switch::world;
use crate::support::hooked::{HOOKED, Hooked, init_line};
use crate::support::program;
use crate::support::sandbox::Sandbox;

/// A prompt that shows the segment between marks.
fn prompt(shell: &str) -> &'static str {
    match shell {
        "bash" => "PS1='at=${LEAPP_PS1}=end$ '",
        "zsh" => "setopt prompt_subst; PROMPT='at=${LEAPP_PS1}=end%# '",
        _ => "function fish_prompt; echo -n \"at=$LEAPP_PS1=end> \"; end",
    }
}

fn shell_with<'a>(sandbox: &'a Sandbox, shell: &str, start_up: &[&str]) -> Option<Hooked<'a>> {
    let start_up = start_up.join("\n").replace("[init]", &init_line(shell));
    let run = sandbox.interactive(shell, &format!("{start_up}\n{}", prompt(shell)))?;
    Some(Hooked::on_terminal(run.env("NO_COLOR", "1")))
}

/// Goes to each directory; the very next prompt shows the segment.
fn assert_shown(mut hooked: Hooked<'_>, steps: &[(&str, &str)], how: &str) {
    for (directory, segment) in steps {
        // What the screen shows of the line itself is not the prompt behind it.
        hooked.type_line(&format!("cd ~/{directory}; echo 'gone''-to'"));
        hooked.pty.expect("gone-to");
        hooked.pty.expect("at=");
        let shown = hooked.pty.expect("=end");
        assert_eq!(shown, format!("{segment}=end"), "{how}: {directory}");
    }
    hooked.leave();
}

#[test]
fn direnv_before_and_behind_the_hook() {
    if program("direnv").is_none() {
        return;
    }
    let sandbox = world();
    sandbox.write("home/profile/.envrc", "export AWS_PROFILE=mine\n");
    let keys = "export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\n";
    sandbox.write("home/keys/.envrc", keys);
    let switch = "eval \"$(leapp env r2 --shell bash)\"\n";
    sandbox.write("home/other/.envrc", switch);
    for directory in ["profile", "keys", "other"] {
        let allow = sandbox.command("direnv").args(&["allow", directory]);
        allow.run().assert_ok();
    }
    for shell in HOOKED {
        let direnv = match shell {
            "fish" => "direnv hook fish | source".to_owned(),
            _ => format!("eval \"$(direnv hook {shell})\""),
        };
        for start_up in [["[init]", &direnv], [&direnv, "[init]"]] {
            let Some(mut hooked) = shell_with(&sandbox, shell, &start_up) else {
                continue;
            };
            hooked.type_line("leapp use r1");
            let steps = [
                (".", "r1"),
                ("profile", "r1 overridden by AWS_PROFILE"),
                ("keys", "r1 overridden by AWS_ACCESS_KEY_ID"),
                ("other", "r2"),
                (".", "r1"),
            ];
            // direnv tells the variables that it changes, by name.
            assert_shown(hooked, &steps, &format!("{shell}: {start_up:?}"));
        }
    }
}

#[test]
fn a_function_that_switches_by_directory() {
    let sandbox = world();
    for directory in ["one", "two"] {
        sandbox.write(&format!("home/{directory}/file"), "");
    }
    let steps = [("one", "one"), ("two", "two"), (".", ""), ("one", "one")];
    let mine = "mine() { case $PWD in */one) export LEAPP_SESSION=one ;; \
                */two) export LEAPP_SESSION=two ;; *) unset LEAPP_SESSION ;; esac; }";
    let fish = "function mine --on-event fish_prompt; switch $PWD; case '*/one'; \
                set -gx LEAPP_SESSION one; case '*/two'; set -gx LEAPP_SESSION two; \
                case '*'; set -e LEAPP_SESSION; end; end";
    for (shell, start_up) in [
        ("bash", [mine, "PROMPT_COMMAND=mine", "[init]"]),
        ("bash", [mine, "PROMPT_COMMAND=(true mine)", "[init]"]),
        ("bash", ["[init]", mine, "PROMPT_COMMAND+=$'\\n'mine"]),
        (
            "bash",
            [
                "[init]",
                mine,
                "PROMPT_COMMAND=\"$PROMPT_COMMAND; mine # last\"",
            ],
        ),
        ("bash", ["[init]", mine, "PROMPT_COMMAND+=(mine)"]),
        (
            "bash",
            ["[init]", mine, "PROMPT_COMMAND=\"mine;$PROMPT_COMMAND\""],
        ),
        (
            "bash",
            [
                "declare -a preexec_functions precmd_functions",
                mine,
                "PROMPT_COMMAND=mine; [init]",
            ],
        ),
        ("zsh", [mine, "precmd_functions=(mine)", "[init]"]),
        ("zsh", ["[init]", mine, "precmd_functions+=(mine)"]),
        (
            "zsh",
            ["[init]", mine, "precmd_functions=(mine $precmd_functions)"],
        ),
        ("fish", [fish, "", "[init]"]),
        ("fish", ["[init]", "", fish]),
    ] {
        let Some(hooked) = shell_with(&sandbox, shell, &start_up) else {
            continue;
        };
        assert_shown(hooked, &steps, &format!("{shell}: {start_up:?}"));
    }
}

#[test]
fn what_draws_the_prompt_in_bash_behind_a_switch_sees_it() {
    let sandbox = world();
    sandbox.write("home/one/file", "");
    let mine = "mine() { case $PWD in */one) export LEAPP_SESSION=one ;; *) unset LEAPP_SESSION ;; esac; }";
    let draws = "draws() { PS1=\"drawn[${LEAPP_PROMPT-}] $(printenv LEAPP_PROMPT)% \"; }";
    for order in [
        ["[init]", "PROMPT_COMMAND=\"mine;draws;$PROMPT_COMMAND\""],
        ["PROMPT_COMMAND='mine;draws'", "[init]"],
        ["PROMPT_COMMAND=(mine draws)", "[init]"],
    ] {
        let Some(mut hooked) = shell_with(&sandbox, "bash", &[mine, draws, order[0], order[1]])
        else {
            return;
        };
        hooked.type_line("cd ~/one");
        hooked.pty.expect("drawn[one] one%");
        hooked.type_line("cd");
        hooked.pty.expect("drawn[] %");
        hooked.leave();
    }
}

#[test]
fn being_last_adds_nothing_at_every_prompt() {
    let sandbox = world();
    // One that appends itself whenever it is not last, as the hook does.
    let rival = "rival() { [[ $PROMPT_COMMAND == *rival ]] || \
                 PROMPT_COMMAND=${PROMPT_COMMAND//$'\\n'rival/}$'\\n'rival; }; PROMPT_COMMAND+=$'\\n'rival";
    let Some(mut hooked) = shell_with(&sandbox, "bash", &["[init]", rival]) else {
        return;
    };
    for _ in 0..3 {
        hooked.ask("settling");
    }
    let length = hooked.ask("${#PROMPT_COMMAND}");
    for _ in 0..6 {
        hooked.ask("again");
    }
    assert_eq!(hooked.ask("${#PROMPT_COMMAND}"), length);
    hooked.leave();
    let append = "tool() { :; }; PROMPT_COMMAND+=(tool)";
    let Some(mut hooked) = shell_with(&sandbox, "bash", &["[init]", append]) else {
        return;
    };
    hooked.ask("settling");
    let whole = hooked.ask("${PROMPT_COMMAND[*]}");
    assert_eq!(whole.matches("__leapp_prompted").count(), 1, "{whole}");
    assert!(whole.ends_with("tool __leapp_prompted"), "{whole}");
    hooked.ask("again");
    assert_eq!(hooked.ask("${PROMPT_COMMAND[*]}"), whole);
    hooked.leave();
}
