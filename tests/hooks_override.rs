//! A shell in which somebody has set other credentials since is, for many programs, no longer the session:
//! the prompt, `leapp prompt` and `leapp status` say so, and a renewal leaves it alone.

use crate::hooks_renew::{MINUTE, World};
use crate::hooks_switch::world;
use crate::support::hooked::{HOOKED, Hooked, export, init_line};
use crate::support::world::Chain;

/// Changes of a shell, and the variable that is to be named.
const CHANGES: [(&str, &str, &str); 7] = [
    ("AWS_PROFILE", "mine", "AWS_PROFILE"),
    ("AWS_PROFILE", "$(id)", "AWS_PROFILE"),
    ("AWS_DEFAULT_PROFILE", "mine", "AWS_DEFAULT_PROFILE"),
    (
        "AWS_ACCESS_KEY_ID",
        "AKIAIOSFODNN7EXAMPLE",
        "AWS_ACCESS_KEY_ID",
    ),
    ("AWS_REGION", "us-east-1", "AWS_REGION"),
    ("AWS_REGION", "", "AWS_REGION"),
    ("AWS_ACCESS_KEY_ID", "", "AWS_ACCESS_KEY_ID"),
];

#[test]
fn the_prompt_and_the_status_name_what_overrides_the_session() {
    let sandbox = world();
    for shell in HOOKED {
        let Some(mut hooked) = sandbox.hooked(shell) else {
            continue;
        };
        for (name, value, named) in CHANGES {
            hooked.type_line("leapp use r1");
            assert_eq!(hooked.ask("$LEAPP_PROMPT"), "r1", "{shell}");
            hooked.type_line(&export(shell, name, value));
            let shown = format!("r1 overridden by {named}");
            assert_eq!(hooked.ask("$LEAPP_PROMPT"), shown, "{shell}");
            hooked.type_line("leapp prompt --format '<{alias}>'; leapp status");
            hooked.pty.expect(&format!("<r1> overridden by {named}"));
            hooked.pty.expect(&format!("left, overridden by {named}"));
        }
        // In a shell inside, too; and there it ends with the next switch.
        let nested = match shell {
            "bash" => "bash --noprofile --rcfile .bashrc -i",
            "zsh" => "zsh -d -i",
            _ => "fish -i",
        };
        hooked.type_line(nested);
        let shown = "r1 overridden by AWS_ACCESS_KEY_ID";
        assert_eq!(hooked.ask("$LEAPP_PROMPT"), shown, "{shell}");
        hooked.type_line("leapp use r1");
        assert_eq!(hooked.ask("$LEAPP_PROMPT"), "r1", "{shell}");
        hooked.type_line("exit");
        hooked.ask("outside");
        hooked.leave();
    }
}

#[test]
fn every_way_to_be_a_session_has_its_own_variables() {
    let sandbox = world();
    for (option, change) in [
        ("--yes", "AWS_PROFILE=mine"),
        ("--profile", "AWS_PROFILE=mine"),
        ("--profile", "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE"),
        ("--serve", "AWS_PROFILE=mine"),
        ("--serve", "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE"),
    ] {
        let inside = "leapp prompt; leapp status --json | grep overridden_by";
        let script = format!("{inside}; export {change}; {inside}");
        let run = sandbox.leapp_exec(&[option, "r1", "--", "sh", "-c", &script]);
        let output = run.run().assert_ok();
        let name = change.split('=').next().expect("a name");
        let lines: Vec<&str> = output.stdout.lines().map(str::trim).collect();
        let [before, null, after, named] = lines[..] else {
            panic!("{}", output.transcript());
        };
        assert!(before.starts_with("r1") && !before.contains("overridden"));
        assert_eq!(null.trim_end_matches(','), "\"overridden_by\": null");
        assert_eq!(after, format!("r1 overridden by {name}"), "{option}");
        assert!(named.contains(&format!("\"{name}\"")), "{option}: {named}");
    }
}

#[test]
fn a_shell_by_a_profile_is_no_override_of_itself() {
    let sandbox = world();
    for shell in HOOKED {
        if sandbox.interactive(shell, &init_line(shell)).is_none() {
            continue;
        }
        let nested = match shell {
            "bash" => "bash --noprofile --rcfile .bashrc -i",
            "zsh" => "zsh -d -i",
            _ => "fish -i",
        };
        for option in ["--profile", "--serve"] {
            let script = format!("leapp-exec {option} r1 -- {nested}");
            let run = sandbox.sh(&script).env("TERM", "xterm");
            let mut hooked = Hooked::on_terminal(run);
            assert_eq!(hooked.ask("$LEAPP_PROMPT"), "r1", "{shell} {option}");
            hooked.type_line(&export(shell, "AWS_PROFILE", "mine"));
            let shown = "r1 overridden by AWS_PROFILE";
            assert_eq!(hooked.ask("$LEAPP_PROMPT"), shown, "{shell} {option}");
            hooked.leave();
        }
    }
}

#[test]
fn a_renewal_leaves_an_environment_alone_that_was_changed() {
    for shell in HOOKED {
        let Some(world) = World::new(Chain::new) else {
            return;
        };
        let Some(mut hooked) = world.sandbox.hooked(shell) else {
            continue;
        };
        hooked.type_line("leapp use r1");
        let theirs = "AKIAIOSFODNN7EXAMPLE";
        hooked.type_line(&export(shell, "AWS_ACCESS_KEY_ID", theirs));
        hooked.ask("done");
        world.advance_to(50 * MINUTE);
        assert_eq!(hooked.ask("$AWS_ACCESS_KEY_ID"), theirs, "{shell}");
        assert_eq!(world.faults.count("AssumeRole"), 1, "{shell}");
        hooked.leave();
    }
}
