//! Machines with limits: file systems without locks, a limit on the size of files, directories that others
//! can write to, programs that keep our pipes open.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::Path;
use std::time::Duration;

use serde_json::json;

use crate::manage::SECRET;
use crate::support::aws::Aws;
use crate::support::faults::Faults;
use crate::support::login::Login;
use crate::support::run::Run;
use crate::support::sandbox::{Sandbox, private};
use crate::support::world::{Chain, Mfa};
use crate::support::{not_here, program, skip};

const CONFIG: &str = "home/.config/leapp";
const SESSIONS: &str = "home/.config/leapp/sessions.toml";
const VAULT: &str = "home/.local/share/leapp/vault.age";
const AWS_CONFIG: &str = "home/.aws/config";

/// The files that edits change, as they are.
fn files(sandbox: &Sandbox) -> [Vec<u8>; 3] {
    [SESSIONS, VAULT, AWS_CONFIG].map(|file| fs::read(sandbox.path(file)).unwrap_or_default())
}

/// Edits of every kind. Each needs the sessions `u1` and `r1`; the named profile of `u1` is started.
const EDITS: [&[&str]; 9] = [
    &["leapp", "set", "r1", "description=new"],
    &["leapp", "edit"],
    &["leapp", "rename", "r1", "r9"],
    &["leapp", "remove", "r1", "--yes"],
    &["leapp", "start", "r1"],
    &["leapp", "stop", "u1"],
    &["leapp", "rotate-key", "u1", "--yes"],
    &[
        "leapp",
        "add",
        "chained",
        "r9",
        "--role-arn",
        "arn:aws:iam::111122223333:role/R",
        "--assumer-session",
        "u1",
    ],
    &[
        "leapp",
        "add",
        "user",
        "u9",
        "--access-key-id",
        "AKIAIOSFODNN7EXAMPLE",
        "--secret-access-key",
        "-",
    ],
];

struct World {
    sandbox: Sandbox,
    faults: Faults,
    mfa: Mfa,
}

impl World {
    fn new() -> Self {
        let aws = Aws::shared();
        let faults = Faults::before(&aws.address());
        let sandbox = Sandbox::new()
            .endpoint(&faults.url())
            .env("EDITOR", "sed -i s/eu-west-1/eu-west-2/");
        let chain = Chain::with_mfa(aws, 1);
        chain.define(&sandbox);
        sandbox.leapp(&["start", "u1"]).run().assert_ok();
        Self {
            sandbox,
            faults,
            mfa: chain.user.mfa.expect("a device"),
        }
    }

    fn code(&self) -> String {
        Aws::shared().totp(&self.mfa.seed)
    }
}

/// A command for which every `flock` fails, as on such a file system.
fn without_locks<'a>(sandbox: &'a Sandbox, errno: &str, words: &[&str]) -> Run<'a> {
    let inject = format!("inject=flock:error={errno}");
    let options = [
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        "trace=flock",
        "-e",
        &inject,
    ];
    sandbox.command("strace").args(&options).args(words)
}

#[test]
fn without_locks_an_mfa_session_is_still_cached_and_it_is_said_once() {
    if program("strace").is_none() {
        return;
    }
    for errno in ["ENOLCK", "EOPNOTSUPP", "ENOSYS"] {
        let world = World::new();
        let run = |words: &[&str]| {
            without_locks(&world.sandbox, errno, words)
                .run()
                .assert_ok()
        };
        let code = world.code();
        let first = run(&["leapp-exec", "r1", "--mfa-code", &code, "--", "true"]);
        assert_eq!(
            first.stderr.matches("has no locks").count(),
            1,
            "{}",
            first.transcript()
        );
        assert_eq!(
            first.stderr.matches('\n').count(),
            1,
            "{}",
            first.transcript()
        );
        // Without a code: both credentials come from the cache.
        assert_eq!(run(&["leapp-exec", "r1", "--", "true"]).stderr, "");
        assert_eq!(run(&["leapp-exec", "u1", "--", "true"]).stderr, "");
        assert_eq!(world.faults.count("GetSessionToken"), 1);
        assert_eq!(world.faults.count("AssumeRole"), 1);
    }
}

#[test]
fn without_locks_a_login_in_a_browser_is_still_made_and_remembered() {
    let Some(login) = Login::in_browser("as=alice") else {
        return;
    };
    if program("strace").is_none() {
        return;
    }
    let run = |words: &[&str]| {
        // Without `-f`: the browser itself has its locks.
        let strace =
            "exec strace -qq -o /dev/null -e trace=flock -e inject=flock:error=ENOLCK \"$@\"";
        let run = login.sandbox.sh(strace).args(&["sh"]).args(words);
        run.run().assert_ok().stderr
    };
    let first = run(&["leapp-exec", "fed", "--", "true"]);
    assert_eq!(first.matches("has no locks").count(), 1, "{first}");
    assert_eq!(run(&["leapp-exec", "fed", "--", "true"]), "");
    assert_eq!(login.profiles().len(), 1);
    // Its profile is dropped as well.
    run(&["leapp", "logout"]);
    assert_eq!(login.profiles().len(), 0);
}

#[test]
fn without_locks_an_edit_changes_nothing_and_says_what_to_do() {
    if program("strace").is_none() {
        return;
    }
    let world = World::new();
    let before = files(&world.sandbox);
    for words in EDITS {
        let run = without_locks(&world.sandbox, "ENOLCK", words).stdin(format!("{SECRET}\n"));
        let refused = run.run().assert_code(1);
        let said = refused.transcript();
        assert!(said.contains("has no locks"), "{words:?}\n{said}");
        let hint =
            "hint: move `[ROOT]/home/.local/share/leapp` to a local disk, and set `XDG_DATA_HOME`";
        assert!(said.contains(hint), "{words:?}\n{said}");
        assert!(files(&world.sandbox) == before, "{words:?}\n{said}");
    }
    // What the hint says helps.
    let moved = world.sandbox.path("local");
    fs::create_dir(&moved).unwrap();
    let data = world.sandbox.path("home/.local/share/leapp");
    fs::rename(data, moved.join("leapp")).unwrap();
    let set = world.sandbox.leapp(&["set", "r1", "description=new"]);
    set.env("XDG_DATA_HOME", &moved).run().assert_ok();
}

/// A command that may write no file larger than some blocks of 512 bytes.
fn with_small_files<'a>(sandbox: &'a Sandbox, blocks: u8, words: &[&str]) -> Run<'a> {
    let script = format!("ulimit -f {blocks}; exec \"$@\"");
    sandbox.sh(&script).args(&["sh"]).args(words)
}

#[test]
fn a_limit_on_the_size_of_files_ends_no_command_that_has_its_credentials() {
    for blocks in [0, 1] {
        let world = World::new();
        let code = world.code();
        let words = [
            "leapp-exec",
            "r1",
            "--mfa-code",
            &code,
            "--",
            "sh",
            "-c",
            "echo \"$AWS_REGION\"",
        ];
        let ran = with_small_files(&world.sandbox, blocks, &words)
            .run()
            .assert_ok();
        assert_eq!(ran.stdout, "eu-west-1\n");
        assert!(
            ran.stderr.contains("File too large"),
            "{}",
            ran.transcript()
        );
        let cache = world.sandbox.path("home/.cache/leapp");
        for entry in fs::read_dir(cache).unwrap().flatten() {
            assert!(entry.path().is_dir(), "{entry:?} is half an entry");
        }
    }
}

#[test]
fn a_limit_on_the_size_of_files_leaves_every_file_as_it_was() {
    for blocks in [0, 1] {
        let world = World::new();
        for letter in "ABCDEFGH".chars() {
            let alias = format!("more{letter}");
            let key = format!("AKIAIOSFODNN7EXAMPL{letter}");
            let words = [
                "add",
                "user",
                &alias,
                "--access-key-id",
                &key,
                "--region",
                "eu-west-1",
            ];
            let add = world
                .sandbox
                .leapp(&words)
                .args(&["--secret-access-key", "-"]);
            add.stdin(format!("{SECRET}\n")).run().assert_ok();
        }
        // So that the new contents are larger than one block.
        let long = format!("description={}", "x".repeat(600));
        world.sandbox.leapp(&["set", "u1", &long]).run().assert_ok();
        let aws = format!("# {}\n{}", "x".repeat(600), world.sandbox.read(AWS_CONFIG));
        world.sandbox.write(AWS_CONFIG, &aws);
        let before = files(&world.sandbox);
        for words in EDITS {
            let run = with_small_files(&world.sandbox, blocks, words).stdin(format!("{SECRET}\n"));
            let refused = run.run().assert_code(1);
            let said = refused.transcript();
            assert!(said.contains("File too large"), "{words:?}\n{said}");
            assert!(said.contains("`ulimit -f`"), "{words:?}\n{said}");
            assert!(files(&world.sandbox) == before, "{words:?}\n{said}");
        }
    }
}

#[test]
fn output_to_a_file_that_may_not_grow_is_an_error() {
    let sandbox = Sandbox::new();
    sandbox.write(SESSIONS, "version = 1\n");
    let full = sandbox.sh("ulimit -f 0; leapp --help > out").run();
    let said = full.assert_code(1).transcript();
    assert!(
        said.contains("cannot write to standard output: File too large"),
        "{said}"
    );
}

#[test]
fn a_limit_on_the_size_of_files_is_the_commands_own_affair() {
    let world = World::new();
    let code = world.code();
    world
        .sandbox
        .leapp(&["login", "r1", "--mfa-code", &code])
        .run()
        .assert_ok();
    let own = ["grep", "-E", "^Sig(Ign|Cgt)", "/proc/self/status"];
    let through = [&["leapp-exec", "r1", "--"], &own[..]].concat();
    for before in ["", "trap '' XFSZ; "] {
        let state = |words: &[&str]| {
            let script = format!("{before}ulimit -f 100; exec \"$@\"");
            let run = world.sandbox.sh(&script).args(&["sh"]).args(words);
            run.run().assert_ok().stdout
        };
        assert_eq!(state(&through), state(&own), "{before}");
    }
}

#[test]
fn a_program_that_mfa_process_leaves_behind_is_not_waited_for() {
    let world = World::new();
    // Only the output of the command stays open: the test itself waits for stderr.
    let script = format!("sleep 60 2>/dev/null & echo {}\n", world.code());
    let script = world.sandbox.write("code.sh", &script);
    let command = format!("mfa_process=sh {}", script.display());
    world
        .sandbox
        .leapp(&["set", "u1", &command])
        .run()
        .assert_ok();
    let run = world.sandbox.leapp_exec(&["r1", "--", "true"]);
    run.limit(Duration::from_secs(20)).run().assert_ok();
}

#[test]
fn a_program_that_saml_process_leaves_behind_is_not_waited_for() {
    let login = Login::new("");
    let assertion = login.idp.response(&json!({}));
    login.sandbox.write("home/assertion", &assertion);
    let command = "sh -c 'sleep 60 2>/dev/null & cat assertion'";
    login.define("left", "", &["--saml-process", command]);
    let run = login.sandbox.leapp_exec(&["left", "--", "true"]);
    run.limit(Duration::from_secs(20)).run().assert_ok();
}

#[test]
fn an_edit_is_done_or_refused_and_never_both() {
    let sandbox = Sandbox::new();
    sandbox.write(
        SESSIONS,
        "version = 1\n[sessions.u1]\ntype = \"iam-user\"\naccess_key_id = \"AKIAIOSFODNN7EXAMPLE\"\nregion = \"eu-west-1\"\n",
    );
    let edit = |text: &str, prefix: &str| {
        let before = files(&sandbox);
        let script = format!("{prefix} leapp set u1 description={text}");
        let run = sandbox.sh(&script).run();
        let said = run.transcript();
        assert_eq!(
            run.code == Some(0),
            files(&sandbox) != before,
            "{script}\n{said}"
        );
        run.code
    };
    let few = |number| {
        edit(
            &format!("few{number}"),
            &format!("ulimit -n {number}; exec"),
        )
    };
    let codes: Vec<_> = (4..=12).map(few).collect();
    assert_eq!((codes[0], codes[8]), (Some(1), Some(0)));
    if program("strace").is_none() {
        return;
    }
    // First the file is synced, then its directory, which some file systems cannot.
    for (when, code) in [("1", 1), ("2+", 0)] {
        let inject = format!("-e inject=fsync:error=EINVAL:when={when}");
        let strace = format!("exec strace -f -qq -o /dev/null -e trace=fsync {inject}");
        assert_eq!(edit(&format!("sync{when}"), &strace), Some(code), "{when}");
    }
}

/// What reads the configuration of the user.
const READERS: [&[&str]; 27] = [
    &["leapp", "list"],
    &["leapp", "show", "u1"],
    &["leapp", "set", "u1", "region=eu-west-2"],
    &["leapp", "edit"],
    &["leapp", "rename", "u1", "u2"],
    &["leapp", "explain", "u1"],
    &["leapp", "remove", "u1", "--yes"],
    &["leapp", "rotate-key", "u1", "--yes"],
    &["leapp", "exec", "u1", "--", "true"],
    &["leapp", "serve", "u1"],
    &["leapp", "env", "u1", "--shell", "sh"],
    &["leapp", "start", "u1"],
    &["leapp", "stop", "u1"],
    &["leapp", "credential-process", "u1"],
    &["leapp", "console", "u1", "--print"],
    &["leapp", "use", "u1", "--shell=bash"],
    &["leapp", "status"],
    &["leapp", "whoami", "u1"],
    &["leapp", "login", "u1"],
    &["leapp", "logout"],
    &["leapp", "lock"],
    &["leapp", "import", "aws-config"],
    &["leapp", "export"],
    &["leapp", "secrets", "list"],
    &[
        "leapp",
        "add",
        "user",
        "u9",
        "--access-key-id",
        "AKIAIOSFODNN7EXAMPLE",
        "--secret-access-key",
        "-",
    ],
    &["leapp", "doctor"],
    &["leapp-exec", "u1", "--", "true"],
];

/// A place, its mode, and whether it belongs to a group with other members.
type Case<'a> = (&'a str, u32, bool);

fn make(sandbox: &Sandbox, (place, mode, other_group): Case<'_>) {
    let path = sandbox.path(place);
    let group = if other_group {
        OTHER_GROUP
    } else {
        own_group(&path)
    };
    chown(&path, None, Some(group)).expect("a group");
    private(&path, mode);
}

/// `adm` or the like: no user's own.
const OTHER_GROUP: u32 = 4;

fn own_group(path: &Path) -> u32 {
    fs::metadata(path).expect("a file").uid()
}

#[test]
fn configuration_that_others_can_write_is_refused_by_every_verb_alike() {
    if fs::metadata("/proc/self").expect("a process").uid() != 0 {
        not_here("only root can give a file to any group");
        return;
    }
    let sandbox = Sandbox::new().env("EDITOR", "true");
    sandbox.write(
        SESSIONS,
        "version = 1\n[sessions.u1]\ntype = \"iam-user\"\naccess_key_id = \"AKIAIOSFODNN7EXAMPLE\"\nregion = \"eu-west-1\"\n",
    );
    let before = files(&sandbox);
    let bad: [Case<'_>; 5] = [
        (CONFIG, 0o777, false),
        (CONFIG, 0o775, true),
        ("home/.config", 0o777, false),
        (SESSIONS, 0o666, false),
        (SESSIONS, 0o664, true),
    ];
    for case in bad {
        for (place, mode) in [("home/.config", 0o755), (CONFIG, 0o755), (SESSIONS, 0o644)] {
            make(&sandbox, (place, mode, false));
        }
        make(&sandbox, case);
        let place = sandbox.path(case.0).display().to_string();
        let refusal = format!("`{place}` can be written by others (mode {:04o})", case.1);
        let hint = format!("chmod go-w {place}");
        for words in READERS {
            // What needs no session does not read them.
            if case.0 == SESSIONS && ["logout", "lock", "secrets", "stop"].contains(&words[1]) {
                continue;
            }
            let refused = sandbox
                .command(words[0])
                .args(&words[1..])
                .stdin(format!("{SECRET}\n"))
                .run();
            let said = format!("{}{}", refused.stdout, refused.stderr);
            assert_ne!(refused.code, Some(0), "{words:?}\n{said}");
            assert!(said.contains(&refusal), "{words:?}\n{said}");
            assert!(said.contains(&hint), "{words:?}\n{said}");
            assert!(files(&sandbox) == before, "{words:?}");
        }
    }
}

#[test]
fn configuration_that_the_users_own_group_can_write_is_used_by_every_verb() {
    let sandbox = Sandbox::new();
    sandbox.write(SESSIONS, "version = 1\n");
    let id = |option| {
        sandbox
            .command("id")
            .args(&[option])
            .run()
            .assert_ok()
            .stdout
    };
    let [user, group] = ["-un", "-gn"].map(id);
    if user != group {
        skip("this user has no group of its own");
        return;
    }
    for (place, mode) in [(CONFIG, 0o775), (SESSIONS, 0o664)] {
        private(&sandbox.path(place), mode);
    }
    let add = [
        "add",
        "user",
        "u1",
        "--access-key-id",
        "AKIAIOSFODNN7EXAMPLE",
        "--region",
        "eu-west-1",
    ];
    let add = sandbox.leapp(&add).args(&["--secret-access-key", "-"]);
    add.stdin(format!("{SECRET}\n")).run().assert_ok();
    sandbox.leapp(&["list"]).run().assert_ok();
    sandbox
        .leapp(&["set", "u1", "region=eu-west-2"])
        .run()
        .assert_ok();
}
