//! The table of figures: what leapp costs over a partner that does without it.
//!
//! `cargo bench` builds both binaries as they are released, starts the local AWS of the tests (run
//! `tests/run.sh` once before), and prints one table; `cargo bench -- warm` only the rows of that group.
//! A partner and ours take turns, so that a machine that gets slower or faster meanwhile does so for
//! both. Medians are quoted: a single time means nothing on a shared machine. A row over its limit makes the
//! whole fail.

#![expect(clippy::print_stdout, reason = "the table is what it is for")]

use std::process::ExitCode;

#[path = "../tests/support/mod.rs"]
mod support;

mod cold;
mod complete;
mod explain;
mod figure;
mod hooks;
mod login;
mod manage;
mod others;
mod prompt;
mod warm;

fn main() -> ExitCode {
    if figure::is_measuring() {
        figure::measure_for_parent();
        return ExitCode::SUCCESS;
    }
    let groups: &[(&str, fn())] = &[
        ("warm", warm::rows),
        ("cold", cold::rows),
        ("prompt", prompt::rows),
        ("complete", complete::rows),
        ("manage", manage::rows),
        ("explain", explain::rows),
        ("hooks", hooks::rows),
        ("login", login::rows),
        ("others", others::rows),
    ];
    // cargo adds `--bench`.
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let wanted = wanted.iter().filter(|word| !word.starts_with('-'));
    let wanted: Vec<&String> = wanted.collect();
    figure::head();
    for (name, rows) in groups {
        if wanted.is_empty() || wanted.iter().any(|word| name.contains(word.as_str())) {
            rows();
        }
    }
    ExitCode::from(u8::from(figure::any_over()))
}
