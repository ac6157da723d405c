//! The segment is right in every order in which the shell calls the hook and other tools before a prompt: direnv,
//! mise, and functions that switch by directory.

use std::path::Path;

use crate::hooks_switch::world;
use crate::support::hooked::{HOOKED, Hooked, init_line};
use crate::support::sandbox::Sandbox;
use crate::support::{program, skip};

/// A prompt that shows the segment between marks.
fn prompt(shell: &str) -> &'static str {
    match shell {
        "bash" => "PS1='at=${LEAPP_PS1}=end$ '",
        "zsh" => "setopt prompt_subst; PROMPT='at=${LEAPP_PS1}=end%# '",
        _ => "function fish_prompt; echo -n \"at=$LEAPP_PS1=end> \"; end",
    }
}

pub(crate) fn shell_with<'a>(
    sandbox: &'a Sandbox,
    shell: &str,
    start_up: &[&str],
) -> Option<Hooked<'a>> {
    let start_up = start_up.join("\n").replace("[init]", &init_line(shell));
    let run = sandbox.interactive(shell, &format!("{start_up}\n{}", prompt(shell)))?;
    Some(Hooked::on_terminal(run.env("NO_COLOR", "1")))
}

/// Goes to each directory; the very next prompt shows the segment.
pub(crate) fn assert_shown(mut hooked: Hooked<'_>, steps: &[(&str, &str)], how: &str) {
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

/// The tools that change the environment in a directory.
pub(crate) const TOOLS: [&str; 2] = ["direnv", "mise"];

/// The tool's own line for a start-up file.
fn tool_line(tool: &str, shell: &str) -> String {
    let verb = if tool == "direnv" { "hook" } else { "activate" };
    match shell {
        "fish" => format!("{tool} {verb} fish | source"),
        _ => format!("eval \"$({tool} {verb} {shell})\""),
    }
}

/// Directories in which a tool sets a profile and a region, or keys; with direnv also the session `r2`. `None` after a
/// printed skip where the tool is missing.
fn world_of(tool: &str) -> Option<Sandbox> {
    program(tool)?;
    let mut sandbox = world();
    let home = sandbox.home().display().to_string();
    sandbox.set("MISE_TRUSTED_CONFIG_PATHS", &home);
    sandbox.set("MISE_OFFLINE", "1");
    for (directory, variables) in [
        ("profile", "AWS_PROFILE=mine AWS_REGION=us-east-1"),
        (
            "keys",
            "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=x",
        ),
    ] {
        if tool == "direnv" {
            let file = format!("export {variables}\n");
            sandbox.write(&format!("home/{directory}/.envrc"), &file);
        } else {
            let lines = variables
                .split(' ')
                .map(|line| line.replace('=', "=\"") + "\"\n");
            let file = format!("[env]\n{}", lines.collect::<String>());
            sandbox.write(&format!("home/{directory}/mise.toml"), &file);
        }
    }
    if tool == "direnv" {
        let switch = "eval \"$(leapp env r2 --shell bash)\"\n";
        sandbox.write("home/other/.envrc", switch);
        for directory in ["profile", "keys", "other"] {
            let allow = sandbox.command("direnv").args(&["allow", directory]);
            allow.run().assert_ok();
        }
    }
    Some(sandbox)
}

/// Each shell with a tool, whose line stands before or behind that of the hook.
pub(crate) fn every_order(tool: &str, mut check: impl FnMut(&Sandbox, &str, &[&str])) {
    let Some(sandbox) = world_of(tool) else {
        return;
    };
    for shell in HOOKED {
        let line = tool_line(tool, shell);
        for start_up in [["[init]", &line], [&line, "[init]"]] {
            check(&sandbox, shell, &start_up);
        }
    }
}

#[test]
fn directory_tools_before_and_behind_the_hook() {
    for tool in TOOLS {
        every_order(tool, |sandbox, shell, start_up| {
            let Some(mut hooked) = shell_with(sandbox, shell, start_up) else {
                return;
            };
            hooked.type_line("leapp use r1");
            let mut steps = vec![
                (".", "r1"),
                ("profile", "r1 overridden by AWS_PROFILE"),
                ("keys", "r1 overridden by AWS_ACCESS_KEY_ID"),
            ];
            if tool == "direnv" {
                steps.push(("other", "r2"));
            }
            steps.push((".", "r1"));
            // The tools tell the variables that they change, by name.
            assert_shown(hooked, &steps, &format!("{shell}: {start_up:?}"));
        });
    }
}

#[test]
fn liquidprompt_direnv_and_the_hook_in_every_order() {
    const LIQUIDPROMPT: &str = "/usr/share/liquidprompt/liquidprompt";
    if !Path::new(LIQUIDPROMPT).exists() {
        skip("no liquidprompt on this machine");
        return;
    }
    let Some(sandbox) = world_of("direnv") else {
        return;
    };
    for shell in ["bash", "zsh"] {
        let direnv = tool_line("direnv", shell);
        let liquid = format!("LP_ENABLE_RUNTIME=1; source {LIQUIDPROMPT}");
        let three = ["[init]", &direnv, &liquid];
        for order in [
            [0, 1, 2],
            [0, 2, 1],
            [1, 0, 2],
            [1, 2, 0],
            [2, 0, 1],
            [2, 1, 0],
        ] {
            let lines = order.map(|at| three[at]).join("\n");
            // It draws the prompt itself, behind this.
            let start_up = format!(
                "LP_PS1_PREFIX='at=${{LEAPP_PS1}}=end '\n{}\n{}",
                if shell == "zsh" {
                    "setopt prompt_subst"
                } else {
                    ""
                },
                lines.replace("[init]", &init_line(shell))
            );
            let Some(run) = sandbox.interactive(shell, &start_up) else {
                continue;
            };
            let mut hooked = Hooked::on_terminal(run.env("NO_COLOR", "1"));
            hooked.type_line("leapp use r1");
            let steps = [
                (".", "r1"),
                ("profile", "r1 overridden by AWS_PROFILE"),
                ("keys", "r1 overridden by AWS_ACCESS_KEY_ID"),
                ("other", "r2"),
                (".", "r1"),
            ];
            assert_shown(hooked, &steps, &format!("{shell}: {lines}"));
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
