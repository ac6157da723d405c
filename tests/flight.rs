//! Many processes at once: one asks, the rest wait and use its answer.

use std::fs;

use crate::support::aws::Aws;
use crate::support::faults::{Fault, Faults, When};
use crate::support::pty::Ended;
use crate::support::run::Running;
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;
use crate::support::{LIMIT, VENV_BIN, WITHOUT_KEYCTL, long, wait_for_limit};

/// A chain of a user with MFA and two roles, behind a proxy that counts.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) faults: Faults,
    seed: String,
}

impl World {
    pub(crate) fn new(sandbox: Sandbox) -> Self {
        let aws = Aws::shared();
        let faults = Faults::before(&aws.address());
        let sandbox = sandbox.endpoint(&faults.url());
        let chain = Chain::with_mfa(aws, 2);
        chain.define(&sandbox);
        Self {
            sandbox,
            faults,
            seed: chain.user.mfa.expect("a device").seed,
        }
    }

    pub(crate) fn code(&self) -> String {
        Aws::shared().totp(&self.seed)
    }

    /// Answers questions by a program that counts them.
    fn answered_by_program(self) -> Self {
        let file = "home/.config/leapp/sessions.toml";
        let script = format!(
            "echo asked >> {}; echo {}",
            self.sandbox.path("asked").display(),
            self.code()
        );
        let line = format!(
            "mfa_process = {:?}\nmfa_device",
            format!("sh -c '{script}'")
        );
        let text = self.sandbox.read(file).replace("mfa_device", &line);
        self.sandbox.write(file, &text);
        self
    }

    /// Calls of `GetSessionToken` and of `AssumeRole`.
    pub(crate) fn calls(&self) -> (usize, usize) {
        (
            self.faults.count("GetSessionToken"),
            self.faults.count("AssumeRole"),
        )
    }
}

fn all_succeed(processes: Vec<Running<'_>>) {
    for process in processes {
        let output = process.wait().assert_ok();
        assert_eq!(output.stdout, "done\n");
    }
}

#[test]
fn fifty_processes_ask_once_for_each_hop() {
    ask_once_for_each_hop(50);
}

#[test]
fn two_hundred_processes_ask_once_for_each_hop() {
    if long("two hundred unoptimized processes fill the memory of a laptop") {
        ask_once_for_each_hop(200);
    }
}

fn ask_once_for_each_hop(processes: usize) {
    let world = World::new(Sandbox::new()).answered_by_program();
    let start = || {
        world
            .sandbox
            .leapp_exec(&["r2", "--", "echo", "done"])
            .start()
    };
    all_succeed((0..processes).map(|_| start()).collect());
    assert_eq!(world.calls(), (1, 2));
    assert_eq!(world.sandbox.read("asked"), "asked\n");
}

#[test]
fn fifty_processes_without_leases_open_the_vault_one_after_the_other() {
    let sandbox = Sandbox::new()
        .env_remove("LEAPP_IDENTITY_FILE")
        .env("LEAPP_PASSPHRASE", "of the vault");
    let world = World::new(sandbox).answered_by_program();
    let python = format!("{VENV_BIN}/python");
    let command = [
        "-B",
        WITHOUT_KEYCTL,
        "leapp-exec",
        "r2",
        "--",
        "echo",
        "done",
    ];
    // One opening takes half a second of one core by design.
    let start = || {
        world
            .sandbox
            .command(&python)
            .args(&command)
            .limit(3 * LIMIT)
            .start()
    };
    let processes: Vec<Running<'_>> = (0..50).map(|_| start()).collect();
    let pids: Vec<u32> = processes.iter().map(Running::pid).collect();
    let mut peak = 0;
    wait_for_limit(3 * LIMIT, "the last process", || {
        let now: u64 = pids.iter().map(|pid| memory(*pid)).sum();
        peak = peak.max(now);
        (now == 0).then_some(())
    });
    all_succeed(processes);
    assert_eq!(world.calls(), (1, 2));
    assert!(peak < 2 * 1024 * 1024, "{peak} KiB at once");
}

/// What a process holds in memory, in KiB; nothing where it has ended.
fn memory(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse().ok())
        .unwrap_or(0)
}

#[test]
fn one_person_is_asked_on_one_of_several_terminals() {
    let world = World::new(Sandbox::new());
    let run = || world.sandbox.leapp_exec(&["r2", "--", "echo", "done"]);
    let mut first = run().on_terminal();
    first.expect("MFA code for u1: ");
    let mut second = run().on_terminal();
    second.expect("waiting for another leapp (pid ");
    second.expect("asking for an MFA code for u1");
    first.send_line(&world.code());
    assert_eq!(first.wait(), Ended::Code(0));
    let (ended, shown) = second.wait_and_read();
    assert_eq!(ended, Ended::Code(0));
    assert!(!shown.contains("MFA code for u1: "), "{shown}");
    assert_eq!(world.calls().0, 1);
}

#[test]
fn those_who_wait_for_a_killed_process_ask_by_themselves() {
    let world = World::new(Sandbox::new());
    world
        .faults
        .on(When::action("GetSessionToken").first(1), Fault::Hold);
    let code = world.code();
    let run = |code: &str| {
        world
            .sandbox
            .leapp_exec(&["--mfa-code", code, "r2", "--", "echo", "done"])
            .start()
    };
    let holder = run(&code);
    world.faults.wait_for_requests(1);
    let other = Aws::shared().totp_at(&world.seed, 1);
    let waiting = run(&other);
    waiting.wait_for_stderr("waiting for another leapp");
    holder.signal("KILL");
    holder.wait().assert_signal(9);
    waiting.wait().assert_ok();
}

#[test]
fn a_hop_that_another_process_asks_for_holds_up_nobody_else() {
    let world = World::new(Sandbox::new());
    world
        .sandbox
        .leapp(&["login", "u1", "--mfa-code", &world.code()])
        .run()
        .assert_ok();
    let first = world.sandbox.read("home/.config/leapp/sessions.toml");
    let arn = first
        .lines()
        .find_map(|l| l.strip_prefix("role_arn = "))
        .unwrap()
        .trim_matches('"')
        .to_owned();
    world
        .faults
        .on(When::action("AssumeRole").first(1), Fault::Hold);
    let held = world
        .sandbox
        .leapp_exec(&["r1", "--", "echo", "done"])
        .start();
    world.faults.wait_for_requests(2);
    // The same role under other terms is another hop.
    world
        .sandbox
        .add_chained("sibling", &arn, "u1", &["--duration", "30m"]);
    world
        .sandbox
        .leapp_exec(&["sibling", "--", "true"])
        .run()
        .assert_ok();
    world.faults.release();
    held.wait().assert_ok();
}

/// Two minutes long, by the limit that it is about.
#[test]
fn a_forgotten_question_is_withdrawn_and_holds_up_nobody_with_a_code() {
    if !long("a question stands for two minutes") {
        return;
    }
    let world = World::new(Sandbox::new());
    let mut forgotten = world
        .sandbox
        .leapp_exec(&["r2", "--", "true"])
        .limit(3 * LIMIT)
        .on_terminal();
    forgotten.expect("MFA code for u1: ");
    let code = world.code();
    let with_code = ["--mfa-code", &code, "r2", "--", "echo", "done"];
    world.sandbox.leapp_exec(&with_code).run().assert_ok();
    assert_eq!(forgotten.wait(), Ended::Code(125));
}
