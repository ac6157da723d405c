//! Inheriting a session is not consent: a shell renews only what it began itself, or what `leapp-exec` began
//! for it.

use crate::hooks_renew::{MINUTE, World};
use crate::support::hooked::{HOOKED, Hooked, export, init_line};
use crate::support::program;
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;

/// A world with the protected session `live`, whose vault every shell can open.
fn with_live() -> Option<World> {
    let world = World::new(Chain::new)?;
    world
        .sandbox
        .add_chained("live", world.chain.target(), "u1", &["--protected"]);
    Some(world)
}

/// The start-up file of a shell. `leapp-exec` passes no secret of leapp on to it.
fn start_up(sandbox: &Sandbox, shell: &str) -> String {
    let identity = sandbox.path("identity.txt").display().to_string();
    format!(
        "{}\n{}",
        export(shell, "LEAPP_IDENTITY_FILE", &identity),
        init_line(shell)
    )
}

/// The command that starts the shell with the start-up file above.
fn command(shell: &str) -> &'static str {
    match shell {
        "bash" => "bash --noprofile --rcfile .bashrc -i",
        "zsh" => "zsh -d -i",
        _ => "fish -i",
    }
}

#[test]
fn a_session_out_of_the_environment_is_not_renewed() {
    // As a server of terminals, a job or a file of variables hands it on; the last claims to be leapp-exec, an hour
    // ago, or another process.
    let as_live = "eval \"$(leapp env live --yes)\"";
    let told = "leapp: this shell inherited live and does not renew it: leapp use live";
    for shell in HOOKED {
        let Some(world) = with_live() else { return };
        let rc = start_up(&world.sandbox, shell);
        if world.sandbox.interactive(shell, &rc).is_none() {
            continue;
        }
        let start = |claim: &str| {
            let script = format!("{as_live}; {claim} exec {}", command(shell));
            let run = world.sandbox.sh(&script).env("TERM", "xterm");
            let mut hooked = Hooked::on_terminal(run);
            let key = hooked.ask("$AWS_ACCESS_KEY_ID");
            (hooked, key, format!("{shell}: {claim}"))
        };
        let mut shells = [
            "",
            "export LEAPP_EXEC=\"$$ $(($(date +%s) - 3600))\";",
            "export LEAPP_EXEC=\"1 $(date +%s)\";",
            "export LEAPP_EXEC=\"$$ a[$(date +%s)]\";",
            "export __leapp_begun=\"$LEAPP_SESSION $AWS_ACCESS_KEY_ID yes \";",
        ]
        .map(start);
        let calls = world.faults.count("AssumeRole");
        for minutes in [90, 95] {
            world.advance_to(minutes * MINUTE);
            for (hooked, key, how) in &mut shells {
                assert_eq!(&hooked.ask("$AWS_ACCESS_KEY_ID"), key, "{how}");
            }
        }
        for (mut hooked, _, how) in shells {
            assert_eq!(hooked.ask("$LEAPP_PROMPT"), "live expired", "{how}");
            let screen = hooked.leave();
            assert_eq!(screen.matches(told).count(), 1, "{how}: {screen}");
        }
        assert_eq!(world.faults.count("AssumeRole"), calls, "{shell}");
    }
}

#[test]
fn the_panes_of_a_terminal_server_are_not_renewed() {
    let Some(tmux) = program("tmux").map(|path| path.display().to_string()) else {
        return;
    };
    for shell in HOOKED {
        let Some(world) = with_live() else { return };
        let sandbox = &world.sandbox;
        if sandbox
            .interactive(shell, &start_up(sandbox, shell))
            .is_none()
        {
            continue;
        }
        let socket = sandbox.path("run/tmux").display().to_string();
        let client = format!("{tmux} -S {socket} -f /dev/null");
        let server = format!(
            "leapp-exec --yes live -- {client} new-session -d sleep 600 \\; \
             set-option -g default-shell /bin/sh"
        );
        sandbox.sh(&server).run().assert_ok();
        // The next day, a pane of that server.
        world.advance_to(60 * 24 * MINUTE);
        let calls = world.faults.count("AssumeRole");
        let pane = format!("{client} new-session 'cd; {}'", command(shell));
        let mut hooked = Hooked::on_terminal(sandbox.sh(&pane).env("TERM", "xterm"));
        hooked.type_line("echo \"is $LEAPP_PROMPT.\"");
        hooked.pty.expect("is live expired.");
        let told = "this shell inherited live and does not renew it";
        assert!(hooked.pty.screen().contains(told), "{shell}");
        assert_eq!(world.faults.count("AssumeRole"), calls, "{shell}");
        sandbox
            .sh(&format!("{client} kill-server"))
            .run()
            .assert_ok();
    }
}

#[test]
fn a_shell_that_another_shell_began_is_not_renewed() {
    for shell in HOOKED {
        for nested in ["", "exec "] {
            let Some(world) = with_live() else { return };
            let rc = start_up(&world.sandbox, shell);
            let Some(run) = world.sandbox.interactive(shell, &rc) else {
                continue;
            };
            let mut hooked = Hooked::on_terminal(run);
            hooked.answer("leapp use live", "is protected. Use it? [y/N]", "y");
            hooked.type_line(&format!("{nested}{}", command(shell)));
            hooked.ask("inside");
            assert_not_renewed_inside(&world, hooked, shell, nested.is_empty());
        }
    }
}

/// The same where the shell was left for another one; `outer` is below it.
fn assert_not_renewed_inside(world: &World, mut hooked: Hooked<'_>, shell: &str, outer: bool) {
    let key = hooked.ask("$AWS_ACCESS_KEY_ID");
    world.advance_to(50 * MINUTE);
    assert_eq!(hooked.ask("$AWS_ACCESS_KEY_ID"), key, "{shell}");
    assert_eq!(hooked.ask("$LEAPP_PROMPT"), "live 10m", "{shell}");
    hooked.pty.send_line("exit");
    if outer {
        // The shell that was asked goes on.
        assert_ne!(hooked.ask("$AWS_ACCESS_KEY_ID"), key, "{shell}");
        assert_eq!(hooked.ask("$LEAPP_PROMPT"), "live", "{shell}");
        hooked.leave();
    }
}

#[test]
fn another_session_in_the_variables_is_not_entered() {
    for shell in HOOKED {
        let Some(world) = with_live() else { return };
        let Some(mut hooked) = world.sandbox.hooked(shell) else {
            continue;
        };
        hooked.type_line("leapp use r1");
        let key = hooked.ask("$AWS_ACCESS_KEY_ID");
        // As direnv does it for a line of an `.envrc`.
        for (name, value) in [
            ("LEAPP_SESSION", "live"),
            ("LEAPP_SESSION_PROTECTED", "yes"),
        ] {
            hooked.type_line(&export(shell, name, value));
        }
        let proof = export(shell, "__leapp_begun", &format!("live {key} yes "));
        hooked.type_line(&proof);
        hooked.ask("done");
        world.advance_to(50 * MINUTE);
        assert_eq!(hooked.ask("$AWS_ACCESS_KEY_ID"), key, "{shell}");
        assert_eq!(world.faults.count("AssumeRole"), 1, "{shell}");
        hooked.leave();
    }
}

#[test]
fn a_session_that_was_protected_meanwhile_is_not_entered_unasked() {
    for shell in HOOKED {
        let Some(world) = with_live() else { return };
        let Some(mut hooked) = world.sandbox.hooked(shell) else {
            continue;
        };
        hooked.type_line("leapp use r1");
        let key = hooked.ask("$AWS_ACCESS_KEY_ID");
        let set = ["set", "r1", "protected=true"];
        world.sandbox.leapp(&set).run().assert_ok();
        world.advance_to(50 * MINUTE);
        assert_eq!(hooked.ask("$AWS_ACCESS_KEY_ID"), key, "{shell}");
        assert_eq!(world.faults.count("AssumeRole"), 1, "{shell}");
        let screen = hooked.leave();
        assert!(screen.contains("r1 cannot be renewed without you: leapp use r1"));
    }
}

#[test]
fn a_shell_of_leapp_exec_renews_its_session_and_hands_no_proof_on() {
    for shell in HOOKED {
        let Some(world) = with_live() else { return };
        let rc = start_up(&world.sandbox, shell);
        if world.sandbox.interactive(shell, &rc).is_none() {
            continue;
        }
        let script = format!("exec leapp-exec --yes live -- {}", command(shell));
        let run = world.sandbox.sh(&script).env("TERM", "xterm");
        let mut hooked = Hooked::on_terminal(run);
        let key = hooked.ask("$AWS_ACCESS_KEY_ID");
        assert_eq!(hooked.ask("$LEAPP_EXEC"), "", "{shell}");
        // What it had in the beginning comes back with `off`, and is still its own.
        hooked.type_line("leapp use r1");
        hooked.type_line("leapp off");
        assert_eq!(hooked.ask("$AWS_ACCESS_KEY_ID"), key, "{shell}");
        world.advance_to(50 * MINUTE);
        assert_ne!(hooked.ask("$AWS_ACCESS_KEY_ID"), key, "{shell}");
        hooked.leave();
    }
}

#[test]
fn nothing_unattended_enters_a_protected_session() {
    let Some(world) = with_live() else { return };
    let sandbox = &world.sandbox;
    for words in [
        &["use", "--shell=bash", "--unattended", "--", "live"][..],
        &["credential-process", "live"],
        &["env", "live"],
        &["login", "live"],
    ] {
        sandbox.leapp(words).run().assert_code(3);
    }
    for option in ["--serve", "--profile"] {
        let run = sandbox.leapp_exec(&[option, "live", "--", "true"]);
        run.run().assert_code(125);
    }
    assert_eq!(world.faults.count("AssumeRole"), 0);
}
