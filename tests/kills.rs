//! SIGKILL at every step of every write: what was there is there, or what was to be is there, whole.
//!
//! strace kills the program as it enters the n-th of its calls, for every n until it ends by itself.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use crate::support::aws::Aws;
use crate::support::program;
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;

/// The calls that change files, and those around them.
const STEPS: [&str; 9] = [
    "openat",
    "write",
    "fsync",
    "fchmod",
    "rename",
    "unlink",
    "mkdir",
    "flock",
    "ftruncate",
];

/// All files below a folder.
#[derive(Clone, PartialEq, Eq)]
struct Files(BTreeMap<PathBuf, Vec<u8>>);

impl Files {
    fn of(folder: &Path) -> Self {
        let mut files = BTreeMap::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Ok(bytes) = fs::read(&path) {
                    files.insert(path, bytes);
                }
            }
        }
        Self(files)
    }

    /// Makes the folder what it was.
    fn restore(&self, folder: &Path) {
        for path in Self::of(folder).0.keys() {
            if !self.0.contains_key(path) {
                fs::remove_file(path).expect("a file of the sandbox");
            }
        }
        for (path, bytes) in &self.0 {
            if fs::read(path).ok().as_ref() != Some(bytes) {
                fs::write(path, bytes).expect("a file of the sandbox");
            }
        }
    }
}

/// A command that writes.
struct Writing {
    words: &'static [&'static str],
    stdin: &'static str,
    /// Files that may be as before or as behind it, and nothing else.
    whole: &'static [&'static str],
}

const SESSIONS: &str = "home/.config/leapp/sessions.toml";

const WRITING: [Writing; 7] = [
    Writing {
        words: &[
            "add",
            "user",
            "new",
            "--access-key-id",
            "AKIAIOSFODNN7EXAMPLE",
            "--secret-access-key",
            "-",
        ],
        stdin: "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00\n",
        whole: &[SESSIONS],
    },
    Writing {
        words: &[
            "add",
            "chained",
            "new",
            "--role-arn",
            "arn:aws:iam::111122223333:role/New",
            "--assumer-session",
            "u1",
        ],
        stdin: "",
        whole: &[SESSIONS],
    },
    Writing {
        words: &["set", "r1", "description=new", "labels=a,b"],
        stdin: "",
        whole: &[SESSIONS],
    },
    Writing {
        words: &["rename", "r1", "audit"],
        stdin: "",
        whole: &[SESSIONS],
    },
    Writing {
        words: &["remove", "r1", "--yes"],
        stdin: "",
        whole: &[SESSIONS],
    },
    Writing {
        words: &["login", "r1"],
        stdin: "",
        whole: &[SESSIONS],
    },
    Writing {
        words: &["logout"],
        stdin: "",
        whole: &[SESSIONS],
    },
];

#[test]
fn a_kill_at_any_step_leaves_the_old_or_the_new() {
    if program("strace").is_none() {
        return;
    }
    thread::scope(|scope| {
        for writing in &WRITING {
            scope.spawn(|| killed_at_every_step(writing));
        }
    });
}

fn killed_at_every_step(writing: &Writing) {
    let sandbox = Sandbox::new().endpoint(&Aws::shared().url());
    Chain::new(Aws::shared(), 1).define(&sandbox);
    sandbox.leapp(&["login", "r1"]).run().assert_ok();
    let home = sandbox.home();
    let start = Files::of(&home);
    let write = || sandbox.leapp(writing.words).stdin(writing.stdin).run();
    write().assert_ok();
    let end = Files::of(&home);

    let mut kills = 0;
    for step in STEPS {
        for nth in 1.. {
            start.restore(&home);
            let inject = format!("inject={step}:signal=SIGKILL:when={nth}");
            let killed = sandbox
                .command("strace")
                .args(&["-f", "-qq", "-o", "/dev/null", "-e", &inject, "leapp"])
                .args(writing.words)
                .stdin(writing.stdin)
                .run();
            let place = format!("{:?}, killed at {step} {nth}", writing.words);
            let now = Files::of(&home);
            for file in writing.whole.iter().map(|file| sandbox.path(file)) {
                let now = now.0.get(&file);
                assert!(
                    now == start.0.get(&file) || now == end.0.get(&file),
                    "{place}: {} is neither the old nor the new",
                    file.display()
                );
            }
            // Whatever was half done: everything works, and no lock is left behind.
            sandbox.leapp_exec(&["u1", "--", "true"]).run().assert_ok();
            if killed.code == Some(0) {
                break;
            }
            kills += 1;
            // The same again finishes it, or says that it was finished.
            let again = write();
            assert!(
                matches!(again.code, Some(0 | 1)),
                "{place}: {}",
                again.transcript()
            );
            let now = Files::of(&home);
            for file in writing.whole.iter().map(|file| sandbox.path(file)) {
                assert!(
                    now.0.get(&file) == end.0.get(&file),
                    "{place}: not finished"
                );
            }
        }
    }
    assert!(kills > 3, "{:?}: {kills} kills", writing.words);
}
