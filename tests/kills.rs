//! SIGKILL at every step of every write: what was there is there, or what was to be is there, whole.
//!
//! strace kills the program as it enters the n-th of its calls, for every n until it ends by itself.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use crate::sessions::line;
use crate::support::aws::Aws;
use crate::support::output::Output;
use crate::support::program;
use crate::support::run::Run;
use crate::support::sandbox::Sandbox;
use crate::support::secret_service::SecretService;
use crate::support::world::Chain;
use crate::vault::DATA;

/// The calls that change files, and those around them, by whichever name they have here.
const STEPS: [&str; 9] = [
    "openat",
    "write",
    "fsync",
    "?fchmod",
    RENAME,
    UNLINK,
    "?mkdir,?mkdirat",
    "flock",
    "ftruncate",
];
const RENAME: &str = "?rename,?renameat,?renameat2";
const UNLINK: &str = "?unlink,?unlinkat";

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
    /// Steps that it must take: each is seen to be killed.
    takes: &'static [&'static str],
    words: &'static [&'static str],
    stdin: &'static str,
    /// Files that may be as before or as behind it, and nothing else.
    whole: &'static [&'static str],
}

const SESSIONS: &str = "home/.config/leapp/sessions.toml";

/// An access key of nobody, whose secret leaks nothing.
const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00";
const PLACES: &str = "home/.local/share/leapp/places.toml";
const CREDENTIALS: &str = "home/.aws/credentials";

const WRITING: [Writing; 9] = [
    Writing {
        takes: &["openat", "write", "fsync", RENAME, "flock", "ftruncate"],
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
        takes: &["openat", "write", "fsync", RENAME, "flock", "ftruncate"],
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
        takes: &["openat", "write", "fsync", RENAME, "flock", "ftruncate"],
        words: &["set", "r1", "description=new", "labels=a,b"],
        stdin: "",
        whole: &[SESSIONS],
    },
    Writing {
        takes: &["openat", "write", "fsync", RENAME, "flock", "ftruncate"],
        words: &["rename", "r1", "audit"],
        stdin: "",
        whole: &[SESSIONS],
    },
    Writing {
        takes: &["openat", "write", "fsync", RENAME, "flock", "ftruncate"],
        words: &["remove", "r1", "--yes"],
        stdin: "",
        whole: &[SESSIONS],
    },
    Writing {
        takes: &["openat", "write", RENAME, "flock", "ftruncate"],
        words: &["login", "r1", "--refresh"],
        stdin: "",
        whole: &[SESSIONS],
    },
    Writing {
        takes: &[UNLINK],
        words: &["logout"],
        stdin: "",
        whole: &[SESSIONS],
    },
    Writing {
        takes: &["openat", "write", "fsync", RENAME, "flock", "ftruncate"],
        words: &["secrets", "remove", KEY, "--yes"],
        stdin: "",
        whole: &[SESSIONS, PLACES],
    },
    Writing {
        takes: &["openat", "write", "fsync", RENAME, "flock", "ftruncate"],
        words: &["import", "aws-config", "--yes", "--remove-secrets"],
        stdin: "",
        whole: &[SESSIONS, CREDENTIALS],
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

/// A secret that no session needs; one in a file of the AWS CLI's, which is given back.
fn prepare(sandbox: &Sandbox, writing: &Writing) -> Option<String> {
    match writing.words[0] {
        "secrets" => {
            let sessions = sandbox.read(SESSIONS);
            let add = line("add user unneeded --region eu-west-1 --secret-access-key -");
            let add = sandbox.leapp(&add).args(&["--access-key-id", KEY]);
            add.stdin(SECRET).run().assert_ok();
            sandbox.write(SESSIONS, &sessions);
            None
        }
        "import" => {
            let user = Chain::new(Aws::shared(), 1).user;
            let (id, secret) = (user.access_key_id, user.secret_access_key);
            let keys =
                format!("[corp]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
            sandbox.write(CREDENTIALS, &keys);
            sandbox.write("home/.aws/config", "[profile corp]\nregion = eu-west-1\n");
            Some(secret)
        }
        _ => None,
    }
}

/// What the vault holds, opened by the standard `age`.
fn opened(sandbox: &Sandbox) -> String {
    let script = format!("age -d -i \"$LEAPP_IDENTITY_FILE\" ../{DATA}/vault.age");
    let opened = sandbox.sh(&script).may_print_secrets().may_write_secrets();
    opened.run().assert_ok().stdout
}

/// Which of the calls of `openat` is the first that could change anything: a kill before it changes nothing.
fn first_open_for_writing(
    sandbox: &Sandbox,
    writing: &Writing,
    checked: impl Fn(Run) -> Output,
) -> usize {
    let trace = sandbox.path("trace");
    let options = ["-f", "-qq", "-e", "trace=openat", "-e", "signal=none", "-o"];
    let run = sandbox.command("strace").args(&options);
    let run = run.args(&[trace.display().to_string().as_str(), "leapp"]);
    checked(run.args(writing.words).stdin(writing.stdin)).assert_ok();
    let calls = fs::read_to_string(&trace).expect("a trace");
    let changes = |call: &str| {
        ["O_WRONLY", "O_RDWR", "O_CREAT"]
            .iter()
            .any(|flag| call.contains(flag))
    };
    let before = calls.lines().take_while(|call| !changes(call)).count();
    fs::remove_file(trace).expect("a file of the sandbox");
    before + 1
}

fn killed_at_every_step(writing: &Writing) {
    let sandbox = Sandbox::new().endpoint(&Aws::shared().url());
    Chain::new(Aws::shared(), 1).define(&sandbox);
    sandbox.leapp(&["login", "r1"]).run().assert_ok();
    let imported = prepare(&sandbox, writing);
    // The AWS CLI's file holds a secret in the clear until it is taken out.
    let checked = |run: Run| match imported {
        Some(_) => run.may_write_secrets().run(),
        None => run.run(),
    };
    let home = sandbox.home();
    let start = Files::of(&home);
    let write = || checked(sandbox.leapp(writing.words).stdin(writing.stdin));
    write().assert_ok();
    let end = Files::of(&home);

    start.restore(&home);
    let first = first_open_for_writing(&sandbox, writing, checked);
    for step in STEPS {
        let mut kills = 0;
        let first = if step == "openat" { first } else { 1 };
        for nth in first.. {
            start.restore(&home);
            let inject = format!("inject={step}:signal=SIGKILL:when={nth}");
            let killed = sandbox
                .command("strace")
                .args(&["-f", "-qq", "-o", "/dev/null", "-e", &inject, "leapp"])
                .args(writing.words)
                .stdin(writing.stdin);
            let killed = checked(killed);
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
            checked(sandbox.leapp_exec(&["u1", "--", "true"])).assert_ok();
            if let Some(secret) = &imported {
                let is_left = sandbox.read(CREDENTIALS).contains(secret);
                assert!(
                    is_left || opened(&sandbox).contains(secret),
                    "{place}: lost"
                );
            }
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
        let must = writing.takes.contains(&step);
        assert!(
            kills > 0 || !must,
            "{:?}: never killed at {step}",
            writing.words
        );
    }
}

#[test]
fn a_kill_at_any_step_of_a_move_loses_no_secret() {
    if program("strace").is_none() {
        return;
    }
    let aws = Aws::shared();
    let mut sandbox = Sandbox::new().endpoint(&aws.url());
    let Some(_service) = SecretService::unlocked(&mut sandbox) else {
        return;
    };
    sandbox.add_user("corp", &Chain::new(aws, 1).user);
    let works = || {
        let run = sandbox.leapp_exec(&["corp", "--refresh", "--", "true"]);
        run.run().assert_ok();
    };
    let to = |place: &str| {
        let moved = sandbox.leapp(&["secrets", "move", "--to", place]).run();
        moved.assert_ok();
    };
    for (place, back) in [("file", "keyring"), ("keyring", "file")] {
        // What is changed here, and what is asked of the keyring.
        for step in [RENAME, "sendmsg"] {
            to(back);
            let mut kills = 0;
            for nth in 1.. {
                let inject = format!("inject={step}:signal=SIGKILL:when={nth}");
                let killed = sandbox
                    .command("strace")
                    .args(&["-f", "-qq", "-o", "/dev/null", "-e", &inject, "leapp"])
                    .args(&["secrets", "move", "--to", place])
                    .run();
                works();
                if killed.code == Some(0) {
                    break;
                }
                kills += 1;
                to(place);
                to(back);
            }
            assert!(kills > 0, "to {place}: never killed at {step}");
        }
    }
}
