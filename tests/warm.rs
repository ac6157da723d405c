//! What a warm run touches, counted by strace: `src/ARCHITECTURE.md` says the same in words.

use crate::support::aws::Aws;
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;
use crate::support::{not_here, program};

/// The system calls of a command until it becomes another program.
fn calls_until_exec(sandbox: &Sandbox, strace: &str, command: &[&str]) -> Vec<String> {
    let log = sandbox.path("tmp/strace");
    let options = ["-f", "-qq", "-o", log.to_str().expect("a path")];
    sandbox
        .command(strace)
        .args(&options)
        .args(command)
        .run()
        .assert_ok();
    let text = sandbox.read("tmp/strace");
    // `PID NAME(...) = ...`; the first execve is strace's own.
    let calls = text.lines().map(|line| {
        line.split_once(' ')
            .map_or(line, |(_, call)| call)
            .trim()
            .to_owned()
    });
    let (mut until, mut execs) = (Vec::new(), 0);
    for call in calls {
        if call.starts_with("execve(") && call.ends_with("= 0") {
            execs += 1;
            if execs == 2 {
                return until;
            }
        }
        until.push(call);
    }
    panic!("it became no other program");
}

#[test]
fn a_warm_run_opens_three_files_and_speaks_to_nobody() {
    let Some(strace) = program("strace") else {
        return;
    };
    if !nix::unistd::geteuid().is_root() {
        return not_here(
            "from all others we hide our memory, and with it the paths that strace tells",
        );
    }
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    Chain::new(aws, 2).define(&sandbox);
    sandbox.leapp_exec(&["r2", "--", "true"]).run().assert_ok();
    let calls = calls_until_exec(
        &sandbox,
        &strace.display().to_string(),
        &["leapp-exec", "r2", "--", "true"],
    );

    // What the loader and Rust's start open is the same for every program.
    let theirs = ["/etc/ld.so", "/lib", "/usr/lib", "/proc/self/maps"];
    let opened: Vec<&str> = calls
        .iter()
        .filter(|call| call.starts_with("open"))
        .filter_map(|call| call.split('"').nth(1))
        .filter(|path| !theirs.iter().any(|start| path.starts_with(start)))
        .collect();
    let config = sandbox.path("home/.config/leapp");
    let cache = sandbox.path("home/.cache/leapp").display().to_string();
    assert_eq!(opened.len(), 3, "{opened:?}");
    assert_eq!(opened[0], config.join("config.toml").display().to_string());
    assert_eq!(
        opened[1],
        config.join("sessions.toml").display().to_string()
    );
    assert!(opened[2].starts_with(&cache), "{opened:?}");

    let count = |names: &[&str]| {
        calls
            .iter()
            .filter(|call| {
                names
                    .iter()
                    .any(|name| call.starts_with(&format!("{name}(")))
            })
            .count()
    };
    assert_eq!(
        count(&["socket", "connect", "sendto", "sendmsg"]),
        0,
        "it spoke to somebody"
    );
    assert_eq!(
        count(&["clone", "clone3", "fork", "vfork"]),
        0,
        "it started a thread or a process"
    );
    assert_eq!(count(&["keyctl"]), 3);
    // In a build with assertions, `fcntl` also asks whether what is closed was open.
    let locks = calls
        .iter()
        .filter(|call| call.starts_with("flock(") || call.contains("SETLK"));
    assert_eq!(locks.count(), 0, "it took a lock");
}
