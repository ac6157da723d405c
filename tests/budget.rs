//! The budget: what runs cost, counted and not timed, so that it cannot slip. strace counts.

use std::fmt::Write as _;
use std::io::Write as _;

use crate::support::aws::Aws;
use crate::support::faults::Faults;
use crate::support::program;
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;

/// What a run may cost at most. A little more than it does: whoever adds to it does so knowingly.
struct Budget {
    words: &'static [&'static str],
    /// System calls, those of the loader and of Rust's start included.
    calls: usize,
    /// Files that are opened and are there, but for the libraries of the loader.
    files: usize,
    /// Bytes that are read, from wherever.
    bytes: usize,
}

const BUDGETS: [Budget; 6] = [
    Budget {
        words: &["leapp-exec", "r2", "--", "true"],
        calls: 120,
        files: 3,
        bytes: 10_240,
    },
    Budget {
        words: &["leapp", "env", "r2", "--shell", "bash"],
        calls: 120,
        files: 3,
        bytes: 10_240,
    },
    Budget {
        words: &["leapp", "prompt"],
        calls: 85,
        files: 1,
        bytes: 8_192,
    },
    Budget {
        words: &["leapp", "complete", "--", "leapp", "use", "r"],
        calls: 100,
        files: 2,
        bytes: 8_192,
    },
    Budget {
        words: &["leapp", "list"],
        calls: 100,
        files: 2,
        bytes: 8_192,
    },
    Budget {
        words: &["leapp", "explain", "r2"],
        calls: 125,
        files: 4,
        bytes: 10_240,
    },
];

/// What a run did cost.
struct Cost {
    calls: usize,
    files: usize,
    bytes: usize,
    processes: usize,
    sockets: usize,
}

impl Cost {
    /// Reads a log of strace, up to where the command becomes another program.
    fn of(log: &str) -> Self {
        let ran = |line: &&str| line.starts_with("execve(") && line.ends_with("= 0");
        let ours = log.lines().skip_while(|line| !ran(line)).skip(1);
        let ours: Vec<&str> = ours.take_while(|line| !ran(line)).collect();
        let named = |names: &[&str]| {
            let calls = ours.iter().copied();
            let one = |call: &&str| {
                let name = call.split('(').next().unwrap_or_default();
                names.contains(&name)
            };
            calls.filter(one).collect::<Vec<_>>()
        };
        let there = |call: &&str| !call.contains(" = -1 ");
        let libraries = ["\"/etc/ld.so", "\"/lib", "\"/usr/lib"];
        let files = named(&["open", "openat"]);
        let files = files.iter().copied().filter(there);
        let files = files.filter(|call| !libraries.iter().any(|path| call.contains(path)));
        let read = |call: &str| call.rsplit("= ").next()?.parse::<usize>().ok();
        let bytes = named(&["read", "pread64", "readv"]);
        Self {
            calls: ours.len(),
            files: files.count(),
            bytes: bytes.into_iter().filter_map(read).sum(),
            processes: named(&["fork", "vfork", "clone", "clone3"]).len(),
            sockets: named(&["socket", "connect"]).len(),
        }
    }
}

#[test]
fn no_run_costs_more_than_is_written_here() {
    if program("strace").is_none() {
        return;
    }
    let sandbox = Sandbox::new()
        .endpoint(&Aws::shared().url())
        .env("LEAPP_SESSION", "r2")
        .env("LEAPP_SESSION_EXPIRATION", "99999999999");
    Chain::new(Aws::shared(), 2).define(&sandbox);
    sandbox.leapp(&["login", "r2"]).run().assert_ok();
    let mut over = Vec::new();
    let mut table = "calls  files   bytes  of a run\n".to_owned();
    for budget in &BUDGETS {
        let log = sandbox.path("tmp/budget").display().to_string();
        let run = sandbox.command("strace").args(&["-qq", "-o", &log]);
        run.args(budget.words).may_print_secrets().run().assert_ok();
        let cost = Cost::of(&sandbox.read("tmp/budget"));
        let words = budget.words.join(" ");
        let counted = [
            (cost.calls, budget.calls),
            (cost.files, budget.files),
            (cost.bytes, budget.bytes),
            (cost.processes, 0),
            (cost.sockets, 0),
        ];
        if counted.iter().any(|(cost, budget)| cost > budget) {
            over.push(format!("{words}: (cost, budget) {counted:?}"));
        }
        let _ = writeln!(
            table,
            "{:5}  {:5}  {:6}  {words}",
            cost.calls, cost.files, cost.bytes
        );
    }
    let _ = writeln!(std::io::stderr(), "{table}");
    assert!(over.is_empty(), "{}", over.join("\n"));
}

#[test]
fn a_cold_chain_costs_a_call_a_hop_and_one_connection() {
    for roles in 1..=3 {
        let faults = Faults::before(&Aws::shared().address());
        let sandbox = Sandbox::new().endpoint(&faults.url());
        Chain::new(Aws::shared(), roles).define(&sandbox);
        let target = format!("r{roles}");
        let run = sandbox.leapp_exec(&[target.as_str(), "--", "true"]);
        run.run().assert_ok();
        assert_eq!(faults.seen().len(), roles);
        assert_eq!(faults.connections(), 1);
    }
}
