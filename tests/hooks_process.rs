//! What the hooks start: nothing for a prompt, and one process when the shell starts.

use crate::hooks_switch::world;
use crate::support::hooked::{Hooked, init_line};
use crate::support::program;

/// The traced calls that ran a program.
fn programs(log: &str) -> Vec<&str> {
    // strace writes a call in two lines where another thread comes between.
    let ran = |line: &&str| line.contains("execve") && line.ends_with("= 0");
    log.lines().filter(ran).collect()
}

/// The traced calls that made a process.
fn processes(log: &str) -> Vec<&str> {
    let made =
        |line: &&str| line.contains("fork(") || line.contains("clone(") || line.contains("clone3(");
    let lines = log.lines().filter(|line| !line.contains("CLONE_THREAD"));
    lines.filter(made).collect()
}

#[test]
fn no_process_is_started_for_a_prompt_in_bash_and_zsh() {
    let Some(strace) = program("strace") else {
        return;
    };
    let sandbox = world();
    sandbox.leapp(&["login", "r1"]).run().assert_ok();
    for shell in ["bash", "zsh"] {
        let log = sandbox.path(&format!("tmp/{shell}.strace"));
        let start_up = format!("{}\nPS1='${{LEAPP_PS1-}}% '", init_line(shell));
        let Some(run) = sandbox.interactive(shell, &start_up) else {
            continue;
        };
        let options = [
            "-f",
            "-qq",
            "-e",
            "trace=execve,fork,vfork,clone,clone3",
            "-o",
        ];
        let traced = sandbox
            .command(&strace.display().to_string())
            .args(&options)
            .args(&[log.display().to_string().as_str(), shell])
            .args(run.arguments())
            .env("TERM", "xterm");
        let mut hooked = Hooked::on_terminal(traced);
        hooked.type_line("leapp use r1");
        hooked.ask("$LEAPP_PROMPT");
        let name = format!("tmp/{shell}.strace");
        let before = sandbox.read(&name).len();
        for _ in 0..10 {
            hooked.type_line("");
        }
        assert_eq!(hooked.ask("$LEAPP_PROMPT"), "r1", "{shell}");
        let log = sandbox.read(&name);
        let since = &log[before..];
        assert!(processes(since).is_empty(), "{shell}: {since}");
        assert!(programs(since).is_empty(), "{shell}: {since}");
        hooked.leave();
    }
}

#[test]
fn a_shell_starts_one_process_more_with_the_hook() {
    let Some(strace) = program("strace") else {
        return;
    };
    let trace = "trace=execve,fork,vfork,clone,clone3";
    let sandbox = world();
    for shell in ["bash", "zsh", "fish"] {
        let mut started = Vec::new();
        for start_up in ["", &init_line(shell)] {
            let Some(run) = sandbox.interactive(shell, start_up) else {
                continue;
            };
            let log = sandbox.path("tmp/start.strace").display().to_string();
            let traced = sandbox
                .command(&strace.display().to_string())
                .args(&["-f", "-qq", "-e", trace, "-o", &log, shell])
                .args(run.arguments())
                .args(&["-c", "true"])
                .env("TERM", "xterm");
            traced.run().assert_ok();
            let log = sandbox.read("tmp/start.strace");
            started.push((programs(&log).len(), processes(&log).len()));
        }
        if let [(programs, processes), hooked] = started[..] {
            assert_eq!(hooked, (programs + 1, processes + 1), "{shell}");
        }
    }
}

#[test]
fn fish_starts_none_while_there_is_no_session() {
    let Some(strace) = program("strace") else {
        return;
    };
    let sandbox = world();
    let Some(run) = sandbox.interactive("fish", &init_line("fish")) else {
        return;
    };
    let log = sandbox.path("tmp/fish.strace").display().to_string();
    let traced = sandbox
        .command(&strace.display().to_string())
        .args(&["-f", "-qq", "-e", "trace=execve", "-o", &log, "fish"])
        .args(run.arguments())
        .env("TERM", "xterm");
    let mut hooked = Hooked::on_terminal(traced);
    hooked.ask("one");
    let before = sandbox.read("tmp/fish.strace").len();
    for _ in 0..5 {
        hooked.type_line("");
    }
    hooked.ask("two");
    let log = sandbox.read("tmp/fish.strace");
    assert!(
        !log[before..].contains("leapp") && !log[before..].contains("date"),
        "{log}"
    );
    hooked.leave();
}
