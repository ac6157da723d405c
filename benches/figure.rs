//! One row of the table, and how it is measured.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

use crate::support::sandbox::Sandbox;

/// Turns that are not counted.
const WARM_UP: usize = 5;

/// What a row may cost.
#[derive(Clone, Copy)]
pub(crate) enum Limit {
    /// So much more than the partner.
    AtMost(Duration),
    /// The contract names no figure.
    None,
}

/// At most so many milliseconds over the partner.
pub(crate) const fn at_most(milliseconds: u64) -> Limit {
    Limit::AtMost(Duration::from_millis(milliseconds))
}

/// The words above the columns.
pub(crate) fn head() {
    println!(
        "{:46} {:>9} {:>9} {:>9} {:>7} {:>9}",
        "what (partner)", "partner", "ours", "over it", "ratio", "at most"
    );
}

/// Lets the two take turns, and prints their medians and that of the differences.
pub(crate) fn row(
    what: &str,
    limit: Limit,
    turns: usize,
    partner: &mut Command,
    ours: &mut Command,
) {
    row_of(what, limit, turns, || time(partner), || time(ours));
}

/// The same for what is more than one command, and says itself how long it took; the median of ours.
pub(crate) fn row_of(
    what: &str,
    limit: Limit,
    turns: usize,
    mut partner: impl FnMut() -> Duration,
    mut ours: impl FnMut() -> Duration,
) -> Duration {
    let mut times = Vec::with_capacity(turns);
    for turn in 0..WARM_UP + turns {
        let pair = (partner(), ours());
        if turn >= WARM_UP {
            times.push(pair);
        }
    }
    let partner = median(times.iter().map(|(partner, _)| *partner));
    let ours = median(times.iter().map(|(_, ours)| *ours));
    let over = median(
        times
            .iter()
            .map(|(partner, ours)| ours.saturating_sub(*partner)),
    );
    let (limit, verdict) = match limit {
        Limit::AtMost(limit) => (milliseconds(limit), verdict(over <= limit)),
        Limit::None => (String::new(), ""),
    };
    println!(
        "{what:46} {:>9} {:>9} {:>9} {:>7.2} {limit:>9} {verdict}",
        milliseconds(partner),
        milliseconds(ours),
        milliseconds(over),
        ours.as_secs_f64() / partner.as_secs_f64(),
    );
    ours
}

/// Prints a row of something that is counted.
pub(crate) fn count(what: &str, counted: &str, limit: &str, kept: bool) {
    println!(
        "{what:46} {:>9} {counted:>9} {:>9} {:>7} {limit:>9} {}",
        "",
        "",
        "",
        verdict(kept)
    );
}

static ANY_OVER: AtomicBool = AtomicBool::new(false);

/// Whether a row of the table was over its limit.
pub(crate) fn any_over() -> bool {
    ANY_OVER.load(Ordering::Relaxed)
}

fn verdict(kept: bool) -> &'static str {
    if kept {
        return "ok";
    }
    ANY_OVER.store(true, Ordering::Relaxed);
    "OVER"
}

/// A program in a sandbox, whose output nobody sees.
pub(crate) fn quiet(sandbox: &Sandbox, program: &str, arguments: &[&str]) -> Command {
    let mut command = sandbox.plain_command(program);
    command.args(arguments);
    silence(&mut command);
    command
}

/// A bare `true`: what it costs to start any program at all.
pub(crate) fn bare_true() -> Command {
    let mut command = Command::new("true");
    silence(&mut command);
    command
}

fn silence(command: &mut Command) {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
}

pub(crate) fn time(command: &mut Command) -> Duration {
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
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

/// What one run of a command took of the machine.
pub(crate) struct Usage {
    pub(crate) peak_mib: f64,
    pub(crate) cpu: Duration,
}

/// Set for a process of ours that does nothing but run one command: the kernel tells of children only
/// all together.
const MEASURING: &str = "--measure";

pub(crate) fn is_measuring() -> bool {
    std::env::args()
        .nth(1)
        .is_some_and(|word| word == MEASURING)
}

/// Runs the command that stands behind [`MEASURING`], and prints its peak memory in KiB and its CPU time
/// in microseconds.
pub(crate) fn measure_for_parent() {
    let words: Vec<String> = std::env::args().skip(2).collect();
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]);
    silence(&mut command);
    time(&mut command);
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("figures of the kernel");
    let cpu = usage.user_time() + usage.system_time();
    println!("{} {}", usage.max_rss(), cpu.num_microseconds());
}

/// What one run of a command takes of the machine.
pub(crate) fn usage(command: &Command) -> Usage {
    let mut measuring = Command::new(std::env::current_exe().expect("our own path"));
    measuring
        .arg(MEASURING)
        .arg(command.get_program())
        .args(command.get_args())
        .env_clear()
        .envs(
            command
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
    let output = measuring.output().expect("a process of ours");
    let text = String::from_utf8(output.stdout).expect("text");
    let (peak, cpu) = text.trim().split_once(' ').expect("two figures");
    Usage {
        peak_mib: peak.parse::<f64>().expect("KiB") / 1024.0,
        cpu: Duration::from_micros(cpu.parse().expect("microseconds")),
    }
}
