//! Rules of the house that can be checked: directions between rooms, what no file may hold.

use std::fs;
use std::path::{Path, PathBuf};

/// What each room may use, beside itself. `src/ARCHITECTURE.md` has the same table.
const ROOMS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("policy", &[]),
    ("disk", &[]),
    ("process", &["model"]),
    ("ui", &["model", "process"]),
    ("sessions", &["model", "disk"]),
    ("aws_files", &["model", "disk"]),
    ("secrets", &["model", "disk", "ui"]),
    ("aws", &["model", "disk"]),
    ("sts", &["model", "aws"]),
    ("iam", &["model", "aws"]),
    ("console", &["model", "aws"]),
    ("cache", &["model", "disk", "secrets"]),
    ("mfa", &["model", "ui", "process"]),
    ("idp", &["model", "disk", "process"]),
    (
        "resolver",
        &[
            "model", "disk", "process", "secrets", "aws", "sts", "cache", "mfa", "idp",
        ],
    ),
    ("imports", &["model", "sessions", "aws_files"]),
    ("server", &["model"]),
    ("doctor", &["model", "policy"]),
    ("shell", &["model"]),
    ("env_vars", &[]),
    ("settings", &["model", "disk", "aws_files", "env_vars"]),
    ("cli", &["model", "shell"]),
    (
        "app",
        &[
            "model",
            "disk",
            "ui",
            "sessions",
            "aws_files",
            "secrets",
            "aws",
            "sts",
            "iam",
            "console",
            "cache",
            "mfa",
            "idp",
            "resolver",
            "env_vars",
            "settings",
        ],
    ),
];

/// All files below a folder of the repository that end like this.
fn files(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                let text = fs::read_to_string(&path).expect("text");
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

/// The room of a file of `src/`: its folder, or its own name at the top.
fn room_of(file: &Path) -> String {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let inside = file.strip_prefix(src).expect("a file of src");
    let first = inside.iter().next().expect("a name").to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

#[test]
fn rooms_use_only_rooms_before_them() {
    let mut strays = Vec::new();
    for (file, text) in files("src", ".rs") {
        let room = room_of(&file);
        let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
            // `commands`, the two mains and `lib.rs` may use everything.
            continue;
        };
        for (number, line) in text.lines().enumerate() {
            for used in line.split("crate::").skip(1) {
                let used: String = used
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                // `use crate::{a, b}` would hide what it uses from this test.
                if used != room && !allowed.contains(&used.as_str()) {
                    strays.push(format!(
                        "{}:{}: `{room}` may not use `{used}`",
                        file.display(),
                        number + 1
                    ));
                }
            }
        }
    }
    assert!(strays.is_empty(), "{}", strays.join("\n"));
}

#[test]
fn architecture_md_has_the_same_table() {
    let text = include_str!("../src/ARCHITECTURE.md");
    for (room, allowed) in ROOMS {
        let row = text
            .lines()
            .find(|line| line.starts_with(&format!("| [`{room}`] |")));
        let row = row.unwrap_or_else(|| panic!("no row for `{room}`"));
        let uses = row.trim_end_matches('|').rsplit('|').next().unwrap();
        if uses.contains("everything above") {
            continue;
        }
        let named: Vec<&str> = uses.split('`').skip(1).step_by(2).collect();
        assert_eq!(&named, allowed, "`{room}`");
    }
}

#[test]
fn nothing_is_left_to_do_and_nobody_prints_beside_ui() {
    let mut odd = Vec::new();
    for (file, text) in files("src", ".rs") {
        for (number, line) in text.lines().enumerate() {
            let banned = [
                "todo!(",
                "unimplemented!(",
                "FIXME",
                "XXX",
                "process::exit(",
            ];
            if banned.iter().any(|word| line.contains(word)) {
                odd.push(format!("{}:{}: {line}", file.display(), number + 1));
            }
        }
    }
    assert!(odd.is_empty(), "{}", odd.join("\n"));
}

/// Text from outside is made visible in `ui`: nothing may be printed past it.
#[test]
fn everything_printed_goes_through_ui() {
    // What these print is read by programs, byte for byte.
    let exact = [
        "complete",
        "console",
        "credential_process",
        "env",
        "export",
        "generate",
        "init",
        "prompt",
        "serve",
        "use_session",
    ];
    let mut odd = Vec::new();
    for (file, text) in files("src", ".rs") {
        if room_of(&file) == "ui" {
            continue;
        }
        let stem = file.file_stem().expect("a name").to_string_lossy();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate() {
            let prints = ["io::stdout()", "io::stderr()"]
                .iter()
                .any(|stream| line.contains(stream) && !line.contains(".is_terminal()"));
            let bypasses = ["anstream::", "inquire::", "Page::styled("]
                .iter()
                .any(|way| line.contains(way) && stem != "rooms");
            let is_exact = line.contains("printer::exact") && !exact.contains(&&*stem);
            if prints || bypasses || is_exact {
                odd.push(format!("{}:{}: {line}", file.display(), number + 1));
            }
        }
    }
    assert!(odd.is_empty(), "{}", odd.join("\n"));
}

#[test]
#[expect(clippy::print_stdout, reason = "a note to whoever runs the tests")]
fn no_file_has_grown_past_its_idea() {
    // 300 lines are a question, not a failure; twice that is an answer.
    for (file, text) in files("src", ".rs") {
        let lines = text.lines().count();
        if lines > 300 {
            println!("{lines} {}", file.display());
        }
        assert!(lines < 600, "{} has {lines} lines", file.display());
    }
}
