//! What is checked before a release, and takes minutes: the oldest Rust, and hostile input.

use std::process::Command;

use crate::support::{long, skip, variable};

/// The Rust that Cargo.toml promises to be enough.
const OLDEST: &str = env!("CARGO_PKG_RUST_VERSION");

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Whether rustup has this Rust.
fn has(toolchain: &str) -> bool {
    let which = Command::new("rustup")
        .args(["which", "--toolchain", toolchain, "rustc"])
        .output();
    let has = which.is_ok_and(|output| output.status.success());
    if !has {
        skip(&format!("rustup has no Rust {toolchain}"));
    }
    has
}

/// Runs a program as rustup's own would be, outside of the cargo that runs these tests.
fn passes(program: &str, arguments: &[&str], target: &str) {
    let target = format!("{}/{target}", target_dir());
    let output = Command::new(program)
        .args(arguments)
        .current_dir(ROOT)
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("CARGO")
        .env("CARGO_TARGET_DIR", &target)
        .output()
        .expect("a program");
    assert!(
        output.status.success(),
        "{program} {arguments:?}\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn target_dir() -> String {
    match variable("CARGO_TARGET_DIR") {
        none if none.is_empty() => format!("{ROOT}/target"),
        target => target,
    }
}

#[test]
fn the_oldest_rust_that_is_promised_will_do() {
    let readme = include_str!("../README.md");
    assert!(readme.contains(&format!("with Rust {OLDEST} or newer")));
    if !long("another Rust builds everything anew") || !has(OLDEST) {
        return;
    }
    let toolchain = format!("+{OLDEST}");
    passes(
        "cargo",
        &[&toolchain, "check", "--locked", "--all-targets"],
        "oldest",
    );
}

#[test]
fn every_fuzz_target_runs_for_a_while_and_finds_nothing() {
    if !long("building the fuzz targets takes minutes") || !has("nightly") {
        return;
    }
    if !Command::new("cargo-fuzz")
        .arg("--version")
        .output()
        .is_ok_and(|o| o.status.success())
    {
        return skip("no cargo-fuzz on this machine");
    }
    passes("tests/fuzz/run.sh", &["10"], "fuzz");
}
