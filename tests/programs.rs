//! Real programs that read AWS credentials, by every way in which leapp hands them over and in every state in
//! which it must not: `tests/programs/` has them, docs/programs.md the results.

use std::path::Path;
use std::process::Command;

use crate::support::{long, not_here, program};

/// Runs the harness, or says why it cannot.
fn harness(options: &[&str]) {
    let root = env!("CARGO_MANIFEST_DIR");
    if !Path::new("/proc/self/ns/net").exists() || program("unshare").is_none() {
        not_here("this system has no network namespaces");
        return;
    }
    if !Path::new(root)
        .join("target/rig/programs/quick.installed")
        .exists()
    {
        not_here("the programs of tests/programs could not be had");
        return;
    }
    let leapp = Path::new(env!("CARGO_BIN_EXE_leapp"));
    let output = Command::new(Path::new(root).join("tests/programs/run.sh"))
        .args(options)
        .arg("--binaries")
        .arg(leapp.parent().expect("the folder of the binaries"))
        .output()
        .expect("the harness");
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// The quick programs, where everything offers credentials at once and where only the metadata does.
#[test]
fn no_quick_program_finds_other_credentials() {
    harness(&["--quick", "--state", "all", "--state", "metadata"]);
}

#[test]
fn no_program_finds_other_credentials() {
    if long("it installs fifty programs") {
        harness(&[]);
    }
}
