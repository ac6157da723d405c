//! The shell scripts, by their own checkers. `.ci/run` looks at those of the tests.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::program;

/// Runs a checker over the files, or says that it is missing.
fn passes(checker: &str, options: &[&str], files: &[&str]) {
    let Some(checker) = program(checker) else {
        return;
    };
    let output = Command::new(&checker)
        .args(options)
        .args(files)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("a checker");
    assert!(
        output.status.success(),
        "{} {options:?} {files:?}\n{}{}",
        checker.display(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn the_hooks_and_completions_pass_the_checkers_of_their_shells() {
    for file in ["shell/leapp", "shell/completion"] {
        let file = |shell: &str| format!("{file}.{shell}");
        passes("shellcheck", &["--enable=all"], &[&file("bash")]);
        passes("shfmt", &["-i", "4", "-ci", "-d"], &[&file("bash")]);
        passes("bash", &["-n"], &[&file("bash")]);
        passes("zsh", &["-n"], &[&file("zsh")]);
        passes("fish", &["--no-execute"], &[&file("fish")]);
        passes("fish_indent", &["--check"], &[&file("fish")]);
    }
}

#[test]
fn every_name_of_a_hook_is_its_own() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("shell");
    for entry in fs::read_dir(folder).expect("the hooks").flatten() {
        let text = fs::read_to_string(entry.path()).expect("text");
        for line in text.lines() {
            let Some(rest) = line.trim_start().strip_prefix("function ") else {
                continue;
            };
            let name = rest.split([' ', '{']).next().unwrap_or_default();
            assert!(name == "leapp" || name.starts_with("__leapp_"), "{line}");
        }
    }
}
