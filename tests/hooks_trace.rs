//! A shell that traces shows no secret of a switch, and traces on as before. Whatever a terminal shows is searched
//! for secrets when the shell is left.

use crate::hooks_renew::{MINUTE, World};
use crate::hooks_switch::world;
use crate::support::hooked::{HOOKED, Hooked, export, init_line};
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;

/// Ways to trace, with what shows that it goes on.
const TRACES: [(&str, &str, &str); 8] = [
    ("bash", "set -x", "+ true going-on"),
    ("bash", "set -xv", "+ true going-on"),
    (
        "bash",
        "exec 7>&2; BASH_XTRACEFD=7; set -x",
        "+ true going-on",
    ),
    (
        "bash",
        "trap 'echo \"traced: $BASH_COMMAND\" >&2' DEBUG; set -T",
        "traced: true going''-on",
    ),
    (
        "bash",
        "shopt -s extdebug; trap 'echo \"traced: $BASH_COMMAND\" >&2' DEBUG",
        "traced: true going''-on",
    ),
    ("zsh", "setopt xtrace verbose", "> true going-on"),
    (
        "zsh",
        "TRAPDEBUG() { echo \"traced: $ZSH_DEBUG_CMD\" >&2; }",
        "traced: true going''-on",
    ),
    ("fish", "set -g fish_trace 1", "> true going-on"),
];

#[test]
fn switches_and_what_they_bring_back_are_not_traced() {
    let sandbox = world();
    sandbox.leapp(&["login", "r1"]).run().assert_ok();
    sandbox.leapp(&["login", "r2"]).run().assert_ok();
    for (shell, trace, goes_on) in TRACES {
        // `off` brings back what stood before the first switch: a secret as well.
        let before = format!("eval \"$(leapp env r1)\"; {}", init_line(shell));
        let Some(run) = sandbox.interactive(shell, &before) else {
            continue;
        };
        let mut hooked = Hooked::on_terminal(run);
        let key = hooked.ask("$AWS_ACCESS_KEY_ID");
        hooked.type_line(trace);
        for line in ["leapp use r2", "leapp use -", "leapp use nope", "leapp off"] {
            hooked.type_line(line);
            // A trace shows the word without the quotes, unless it is that of a trap.
            hooked.type_line("true going''-on");
            hooked.pty.expect(goes_on);
        }
        assert!(hooked.ask("$AWS_ACCESS_KEY_ID").contains(&key), "{trace}");
        hooked.leave();
    }
}

#[test]
fn a_renewal_is_not_traced() {
    for shell in HOOKED {
        let Some(world) = World::new(Chain::new) else {
            return;
        };
        let Some(mut hooked) = world.sandbox.hooked(shell) else {
            continue;
        };
        hooked.type_line("leapp use r1");
        let key = hooked.ask("$AWS_ACCESS_KEY_ID");
        hooked.type_line(match shell {
            "bash" => "set -xv",
            "zsh" => "setopt xtrace verbose",
            _ => "set -g fish_trace 1",
        });
        world.advance_to(50 * MINUTE);
        hooked.ask("renewed");
        assert_eq!(world.faults.count("AssumeRole"), 2, "{shell}");
        assert!(!hooked.ask("$AWS_ACCESS_KEY_ID").contains(&key), "{shell}");
        hooked.leave();
    }
}

#[test]
fn a_switch_that_is_cut_off_does_not_end_the_trace() {
    let sandbox = world();
    for shell in HOOKED {
        let start_up = format!("{}\n{}", init_line(shell), export(shell, "NO_COLOR", "1"));
        let Some(run) = sandbox.interactive(shell, &start_up) else {
            continue;
        };
        let mut hooked = Hooked::on_terminal(run);
        hooked.type_line("leapp use r1");
        hooked.type_line(match shell {
            "bash" => "set -x",
            "zsh" => "setopt xtrace",
            _ => "set -g fish_trace 1",
        });
        // The picker waits.
        hooked.type_line("leapp use");
        hooked.pty.expect("r2");
        hooked.pty.send("\x03");
        hooked.pty.expect("the switch was cut off");
        let traces = match shell {
            "bash" => "case $- in *x*) echo still''-on;; esac",
            "zsh" => "[[ -o xtrace ]] && echo still''-on",
            _ => "test \"$fish_trace\" = 1; and echo still''-on",
        };
        hooked.type_line(traces);
        hooked.pty.expect("still-on");
        hooked.leave();
    }
}

/// The README's form for scripts.
const SCRIPT: &str = "{ set +xv; } 2>/dev/null; creds=$(leapp env r1) && eval \"$creds\"";

#[test]
fn a_script_that_traces_shows_no_secret_with_the_form_of_the_readme() {
    let sandbox = world();
    sandbox.leapp(&["login", "r1"]).run().assert_ok();
    let readme = include_str!("../README.md");
    assert!(readme.contains(&SCRIPT.replace("r1", "prod")));
    for shell in ["bash", "zsh", "dash", "sh"] {
        let script = format!("set -x; true traced; {SCRIPT}; echo \"as $LEAPP_SESSION\"");
        let Some(run) = sandbox.shell(shell, &script) else {
            continue;
        };
        let output = run.run().assert_ok();
        assert_eq!(output.stdout, "as r1\n", "{shell}");
        assert!(output.stderr.contains("true traced"), "{shell}");
    }
}

#[test]
fn the_plain_form_would_show_it() {
    // What the tests above look for is there to be found.
    let sandbox: Sandbox = world();
    for shell in ["bash", "zsh", "dash"] {
        let script = "exec 2>&1; set -x; creds=$(leapp env r1) && eval \"$creds\"";
        let Some(run) = sandbox.shell(shell, script) else {
            continue;
        };
        let output = run.may_print_secrets().run().assert_ok();
        let marker = crate::support::leaks::TEMPORARY;
        assert!(output.stdout.contains(marker), "{shell}");
    }
}
