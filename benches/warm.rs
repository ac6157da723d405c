//! What a warm `leapp-exec a -- true` costs over a bare `true`.
//!
//! `cargo bench` builds both binaries as they are released, starts the local AWS of the tests (run
//! `tests/run.sh` once before), fills the cache, and then takes turns: a bare `true`, ours, a bare
//! `true`... so that a machine that gets slower or faster meanwhile does so for both. Medians are
//! quoted; a single time means nothing on a shared machine.

#![expect(clippy::print_stdout, reason = "the table is what it is for")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::aws::Aws;
use support::sandbox::Sandbox;
use support::world::Chain;

/// Turns, after some that are not counted.
const TURNS: usize = 200;
const WARM_UP: usize = 20;

fn main() {
    let sandbox = Sandbox::new().endpoint(&Aws::shared().url());
    Chain::new(Aws::shared(), 2).define(&sandbox);
    sandbox.leapp_exec(&["r2", "--", "true"]).run().assert_ok();

    let mut bare = Command::new("true");
    let mut ours = sandbox.plain_command("leapp-exec");
    ours.args(["r2", "--", "true"]);
    for command in [&mut bare, &mut ours] {
        command.stdin(Stdio::null());
    }
    let mut times = Vec::with_capacity(TURNS);
    for turn in 0..WARM_UP + TURNS {
        let pair = (time(&mut bare), time(&mut ours));
        if turn >= WARM_UP {
            times.push(pair);
        }
    }
    let bare = median(times.iter().map(|(bare, _)| *bare));
    let ours = median(times.iter().map(|(_, ours)| *ours));
    let over = median(times.iter().map(|(bare, ours)| ours.saturating_sub(*bare)));

    println!("warm `leapp-exec r2 -- true`, a chain of two roles, {TURNS} turns, medians");
    println!("  bare `true`         {}", milliseconds(bare));
    println!("  through leapp-exec  {}", milliseconds(ours));
    println!(
        "  difference          {}   (at most 3 ms)",
        milliseconds(over)
    );
    println!(
        "  ratio               {:9.2}",
        ours.as_secs_f64() / bare.as_secs_f64()
    );
}

fn time(command: &mut Command) -> Duration {
    let started = Instant::now();
    let status = command.status().expect("the command to start");
    let took = started.elapsed();
    assert!(status.success(), "{command:?} failed");
    took
}

fn median(times: impl Iterator<Item = Duration>) -> Duration {
    let mut times: Vec<Duration> = times.collect();
    times.sort();
    times[times.len() / 2]
}

fn milliseconds(time: Duration) -> String {
    format!("{:6.2} ms", time.as_secs_f64() * 1000.0)
}
