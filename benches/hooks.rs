//! What the hook costs a shell that starts: `bash -c 'eval "$(leapp init bash)"'` over a bare bash, and
//! the same for zsh and fish. Turns are taken, as in `warm.rs`, and medians are quoted.

#![expect(clippy::print_stdout, reason = "the table is what it is for")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::hooked::{HOOKED, init_line};
use support::sandbox::Sandbox;

/// Turns, after some that are not counted.
const TURNS: usize = 100;
const WARM_UP: usize = 10;

fn main() {
    let sandbox = Sandbox::new();
    println!("a shell that starts, bare and with the hook, {TURNS} turns, medians");
    for shell in HOOKED {
        if support::program(shell).is_none() {
            continue;
        }
        let mut bare = starting(&sandbox, shell, "true");
        let mut hooked = starting(&sandbox, shell, &init_line(shell));
        let mut times = Vec::with_capacity(TURNS);
        for turn in 0..WARM_UP + TURNS {
            let pair = (time(&mut bare), time(&mut hooked));
            if turn >= WARM_UP {
                times.push(pair);
            }
        }
        let over = median(
            times
                .iter()
                .map(|(bare, hooked)| hooked.saturating_sub(*bare)),
        );
        let bare = median(times.iter().map(|(bare, _)| *bare));
        println!(
            "  {shell:5} {:6.2} ms   the hook adds {:6.2} ms",
            milliseconds(bare),
            milliseconds(over)
        );
    }
}

/// An interactive shell, which is one that gets the whole hook, without start-up files.
fn starting(sandbox: &Sandbox, shell: &str, script: &str) -> Command {
    let options: &[&str] = match shell {
        "bash" => &["--noprofile", "--norc", "-i", "-c"],
        "zsh" => &["-f", "-i", "-c"],
        _ => &["--no-config", "-i", "-c"],
    };
    let mut command = Command::new(shell);
    let path = sandbox.plain_command("leapp");
    command
        .args(options)
        .arg(script)
        .env_clear()
        .envs(
            path.get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .current_dir(sandbox.home())
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn time(command: &mut Command) -> Duration {
    let started = Instant::now();
    let status = command.status().expect("the shell to start");
    let took = started.elapsed();
    assert!(status.success(), "{command:?} failed");
    took
}

fn median(times: impl Iterator<Item = Duration>) -> Duration {
    let mut times: Vec<Duration> = times.collect();
    times.sort();
    times[times.len() / 2]
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
