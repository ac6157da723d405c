//! What the prompt shows, in colour and without, and that the line editors count it right.

use crate::hooks_switch::world;
use crate::support::hooked::{HOOKED, Hooked, init_line, now};
use crate::support::program;
use crate::support::sandbox::Sandbox;

/// A shell with the prompt of the README, in a session that ends so many seconds from now.
fn prompting<'a>(
    sandbox: &'a Sandbox,
    shell: &str,
    left: i64,
    variable: (&str, &str),
) -> Option<Hooked<'a>> {
    let prompt = match shell {
        "bash" => "PS1='${LEAPP_PS1:+$LEAPP_PS1 }$ '",
        "zsh" => "setopt prompt_subst\nPROMPT='${LEAPP_PS1:+$LEAPP_PS1 }%# '",
        _ => {
            "function fish_prompt; test -n \"$LEAPP_PS1\"; and echo -n \"$LEAPP_PS1 \"; echo -n '> '; end"
        }
    };
    let ends = i64::try_from(now()).expect("a time") + left;
    let run = sandbox.interactive(shell, &format!("{}\n{prompt}", init_line(shell)))?;
    let run = run
        .env("LEAPP_SESSION", "prod/eu-1")
        .env("LEAPP_SESSION_EXPIRATION", ends.to_string())
        .env(variable.0, variable.1);
    Some(Hooked::on_terminal(run))
}

#[test]
fn calm_short_expired_and_protected_are_told_apart() {
    const CALM: i64 = 3600;
    let sandbox = Sandbox::new();
    let none = ("UNUSED", "");
    for shell in HOOKED {
        for (left, variable, plain, colour) in [
            (CALM, none, "prod/eu-1", Some("36")),
            (700, none, "prod/eu-1 12m", Some("33")),
            (-5, none, "prod/eu-1 expired", Some("31")),
            (
                CALM,
                ("LEAPP_SESSION_PROTECTED", "yes"),
                "prod/eu-1",
                Some("31"),
            ),
            // By `leapp-exec --profile`: nothing ends.
            (
                CALM,
                ("LEAPP_SESSION_EXPIRATION", ""),
                "prod/eu-1",
                Some("36"),
            ),
            (CALM, ("NO_COLOR", "1"), "prod/eu-1", None),
            (700, ("TERM", "dumb"), "prod/eu-1 12m", None),
        ] {
            let Some(mut hooked) = prompting(&sandbox, shell, left, variable) else {
                continue;
            };
            assert_eq!(hooked.ask("$LEAPP_PROMPT"), plain, "{shell}");
            let screen = hooked.leave();
            let painted = screen.split(plain).any(|before| {
                ["36", "33", "31"]
                    .iter()
                    .any(|c| before.ends_with(&format!("\x1b[{c}m")))
            });
            match colour {
                Some(colour) => assert!(
                    screen.contains(&format!("\x1b[{colour}m{plain}")),
                    "{shell} {left} {variable:?}: {screen:?}"
                ),
                None => assert!(!painted, "{shell} {variable:?}: {screen:?}"),
            }
        }
    }
}

#[test]
fn only_the_plain_one_is_exported() {
    let sandbox = Sandbox::new();
    for shell in HOOKED {
        let Some(mut hooked) = prompting(&sandbox, shell, 3600, ("UNUSED", "")) else {
            continue;
        };
        hooked.type_line("env | grep -c '^LEAPP_PROMPT=prod/eu-1$' | sed 's/^/exported /'");
        hooked.pty.expect("exported 1");
        hooked.type_line("env | grep -c '^LEAPP_PS1=' | sed 's/^/exported /'");
        hooked.pty.expect("exported 0");
        hooked.leave();
    }
}

#[test]
fn the_line_editor_knows_how_wide_the_prompt_is() {
    let Some(tmux) = program("tmux").map(|path| path.display().to_string()) else {
        return;
    };
    let sandbox = world();
    sandbox.leapp(&["login", "r1"]).run().assert_ok();
    for shell in ["bash", "zsh"] {
        let prompt = match shell {
            "bash" => "PS1='${LEAPP_PS1:+$LEAPP_PS1 }$ '",
            _ => "setopt prompt_subst\nPROMPT='${LEAPP_PS1:+$LEAPP_PS1 }$ '",
        };
        let start_up = format!("{}\nleapp use r1\n{prompt}", init_line(shell));
        let Some(run) = sandbox.interactive(shell, &start_up) else {
            continue;
        };
        let words: Vec<String> = run.arguments().to_vec();
        let socket = sandbox.path(&format!("run/{shell}")).display().to_string();
        let tmux = |arguments: &[&str]| {
            let run = sandbox
                .command(&tmux)
                .args(&["-S", &socket, "-f", "/dev/null"]);
            run.args(arguments).run().assert_ok().stdout
        };
        tmux(&[
            "new-session",
            "-d",
            "-x",
            "30",
            "-y",
            "8",
            &format!("{shell} {}", words.join(" ")),
        ]);
        let shows = |what: &str| {
            crate::support::wait_for(what, || {
                let screen = tmux(&["capture-pane", "-p"]);
                screen.starts_with(what).then_some(screen)
            })
        };
        shows("r1 $");
        // 30 columns: `r1 $ ` and 25 letters fill the first line, and the rest is on the second. Back
        // at the start, a letter more moves all of them by one.
        let typed = "abcdefghijklmnopqrstuvwxyz0123";
        tmux(&["send-keys", "-l", typed]);
        shows("r1 $ abcdefghijklmnopqrstuvwxy\nz0123");
        tmux(&["send-keys", "C-a"]);
        tmux(&["send-keys", "-l", "X"]);
        shows("r1 $ Xabcdefghijklmnopqrstuvwx\nyz0123");
        tmux(&["kill-server"]);
    }
}

#[test]
fn leapp_prompt_reads_variables_only() {
    let sandbox = Sandbox::new()
        .env("LEAPP_SESSION", "prod")
        .env("LEAPP_SESSION_ACCOUNT", "111122223333")
        .env("AWS_REGION", "eu-west-1")
        .env("LEAPP_SESSION_EXPIRATION", (now() + 7230).to_string());
    // Not even a broken setting keeps it from its one line.
    sandbox.write("home/.config/leapp/config.toml", "nope");
    let format = ["prompt", "--format", "{alias} {account} {region} {left}"];
    let output = sandbox.leapp(&format).run().assert_ok();
    assert_eq!(output.stdout, "prod 111122223333 eu-west-1 2h\n");
    let wrong = sandbox.leapp(&["prompt", "--format", "{nope}"]).run();
    wrong.assert_code(2);
    let none = sandbox.env_remove("LEAPP_SESSION");
    assert_eq!(none.leapp(&format).run().assert_ok().stdout, "");
}

#[test]
fn a_session_without_an_end_is_shown_as_such() {
    // As `leapp-exec --serve` leaves it to a shell.
    let sandbox = Sandbox::new();
    for shell in HOOKED {
        let Some(run) = sandbox.interactive(shell, &init_line(shell)) else {
            continue;
        };
        let run = run.env("LEAPP_SESSION", "prod/eu-1");
        let mut hooked = Hooked::on_terminal(run);
        assert_eq!(hooked.ask("$LEAPP_PROMPT"), "prod/eu-1", "{shell}");
        assert_eq!(hooked.ask("$LEAPP_SESSION"), "prod/eu-1", "{shell}");
        hooked.leave();
    }
}
