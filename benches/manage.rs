//! Looking at many sessions, over a bare `true`: what a person waits for between Enter and the answer.

use std::thread;
use std::time::{Duration, Instant};

use crate::complete::many;
use crate::figure::{at_most, bare_true, quiet, row, row_of};
use crate::support::run::Run;
use crate::support::sandbox::Sandbox;

/// Each verb as it is typed.
const VERBS: [&[&str]; 4] = [
    &["list"],
    &["list", "--json"],
    &["show", "role99"],
    &["status"],
];

pub(crate) fn rows() {
    for (sessions, milliseconds) in [(1_000, 10), (10_000, 100)] {
        let sandbox = many(sessions);
        for verb in VERBS {
            let mut ours = quiet(&sandbox, "leapp", verb);
            let what = format!("leapp {}, {sessions} sessions (true)", verb.join(" "));
            let limit = at_most(milliseconds);
            row(&what, limit, 30, &mut bare_true(), &mut ours);
        }
        picker(&sandbox, sessions, milliseconds);
    }
}

/// Until the picker can be typed into, over a shell on the same terminal that asks for a line.
fn picker(sandbox: &Sandbox, sessions: usize, milliseconds: u64) {
    const ASKS: &str = "Session:";
    let asking = format!("printf {ASKS}; read line");
    let partner = || time_until(ASKS, sandbox.sh(&asking));
    let ours = || time_until(ASKS, sandbox.leapp_exec(&["--", "true"]));
    let what = format!("the picker, {sessions} sessions (a question)");
    row_of(&what, at_most(milliseconds), 15, partner, ours);
}

fn time_until(text: &str, run: Run<'_>) -> Duration {
    let started = Instant::now();
    let terminal = run.on_terminal();
    while !terminal.screen().contains(text) {
        assert!(started.elapsed() < Duration::from_secs(10), "no {text}");
        thread::sleep(Duration::from_micros(200));
    }
    started.elapsed()
}
