//! The parts that tests are made of. Each file is one part; RIG.md tells why each is real.
//!
//! A program that cannot be had is a printed skip at home and a failure when `CI=true`, so that
//! nothing is ever skipped where it counts.

#![allow(dead_code, reason = "a kit of parts: not every part has its test yet")]

pub(crate) mod aws;
pub(crate) mod collected;
pub(crate) mod doctor;
pub(crate) mod endpoint;
pub(crate) mod faults;
pub(crate) mod federation;
pub(crate) mod hooked;
pub(crate) mod http;
pub(crate) mod idp;
pub(crate) mod keycloak;
pub(crate) mod keyrings;
pub(crate) mod leaks;
pub(crate) mod login;
pub(crate) mod minio;
pub(crate) mod output;
pub(crate) mod outside;
pub(crate) mod pages;
pub(crate) mod person;
pub(crate) mod proxy;
pub(crate) mod pty;
pub(crate) mod real_login;
pub(crate) mod run;
pub(crate) mod sandbox;
pub(crate) mod screen;
pub(crate) mod secret_service;
pub(crate) mod server;
pub(crate) mod shells;
pub(crate) mod tls;
pub(crate) mod world;

use std::io::Write;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

/// Nothing in a test may wait longer than this.
pub(crate) const LIMIT: Duration = Duration::from_mins(1);

/// Runs a command in which the kernel keeps nothing.
pub(crate) const WITHOUT_KEYCTL: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/without_keyctl.py");

/// How often is looked while waiting.
pub(crate) const POLL: Duration = Duration::from_millis(2);

/// Where `tests/setup.sh` puts Python, the AWS CLI and boto3.
pub(crate) const VENV_BIN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/rig/venv/bin");

/// Asks `ready` until it answers, or fails with `what` after [`LIMIT`].
pub(crate) fn wait_for<T>(what: &str, ready: impl FnMut() -> Option<T>) -> T {
    wait_for_limit(LIMIT, what, ready)
}

/// The same, with a limit of its own.
#[track_caller]
pub(crate) fn wait_for_limit<T>(
    limit: Duration,
    what: &str,
    mut ready: impl FnMut() -> Option<T>,
) -> T {
    let start = Instant::now();
    loop {
        if let Some(value) = ready() {
            return value;
        }
        assert!(start.elapsed() < limit, "waited {limit:?} for {what}");
        thread::sleep(POLL);
    }
}

/// The path of a program, or `None` after saying that this test is skipped without it.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let found = std::env::split_paths(&variable("PATH"))
        .map(|folder| folder.join(name))
        .find(|path| path.is_file());
    if found.is_none() {
        skip(&format!("no `{name}` on this machine"));
    }
    found
}

/// Says why something is not tested here. In CI everything must be.
pub(crate) fn skip(why: &str) {
    let here = thread::current().name().unwrap_or("a test").to_owned();
    assert!(variable("CI") != "true", "{here}: {why}; run tests/run.sh");
    not_here(why);
}

/// The same for what not even CI can be sure to get.
pub(crate) fn not_here(why: &str) {
    let here = thread::current().name().unwrap_or("a test").to_owned();
    // Not `eprintln!`: the output of a passing test would be swallowed.
    let _ = writeln!(std::io::stderr(), "skipped {here}: {why}");
}

/// Whether tests that take minutes are wanted: `tests/run.sh --all`. Says so where not.
pub(crate) fn long(why: &str) -> bool {
    let wanted = !variable("LEAPP_TEST_ALL").is_empty();
    if !wanted {
        let here = thread::current().name().unwrap_or("a test").to_owned();
        let _ = writeln!(
            std::io::stderr(),
            "left to `tests/run.sh --all`: {here}: {why}"
        );
    }
    wanted
}

/// A variable of the test's own environment, empty when it is not set.
#[expect(
    clippy::disallowed_methods,
    reason = "the rule is for the product; tests have no settings.rs"
)]
pub(crate) fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}
