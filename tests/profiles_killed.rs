//! SIGKILL at any moment of `start` and `stop`: each file is the old one or the new one, whole.

use std::fs;

use crate::profiles::{CONFIG, CREDENTIALS, world};
use crate::support::program;
use crate::support::sandbox::Sandbox;

const BEFORE: &str = "[default]\nregion = eu-west-1\n\n# no end";

/// What a write is made of. strace counts each by itself.
const CALLS: [&str; 9] = [
    "openat",
    "write",
    "fchmod",
    "fsync",
    "close",
    "flock",
    "?ftruncate",
    "?rename,?renameat,?renameat2",
    "?unlink,?unlinkat",
];

/// Runs `leapp` and has it killed at the n-th system call of a kind; whether it came to that.
pub(crate) fn killed_at(
    sandbox: &Sandbox,
    strace: &str,
    words: &[&str],
    calls: &str,
    nth: usize,
) -> bool {
    let trace = format!("trace={calls}");
    let inject = format!("inject={calls}:signal=KILL:when={nth}");
    let options = [
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        &trace,
        "-e",
        &inject,
        "leapp",
    ];
    let run = sandbox.command(strace).args(&options).args(words);
    run.may_write_secrets().run().signal == Some(9)
}

#[test]
fn a_file_is_the_old_one_or_the_new_one() {
    let Some(strace) = program("strace") else {
        return;
    };
    let strace = strace.display().to_string();
    let sandbox = world();
    let write = || {
        sandbox.write(CONFIG, BEFORE);
        sandbox.write(CREDENTIALS, "");
    };
    write();
    let state = || (sandbox.read(CONFIG), sandbox.read(CREDENTIALS));
    let run = |words: &[&str]| sandbox.leapp(words).may_write_secrets().run().assert_ok();
    let old = state();
    run(&["start", "r1", "--write-credentials"]);
    let keys = state();
    run(&["start", "r1"]);
    let process = state();
    // Every state, and how one comes from another. Between two files there may be a third.
    for (words, from, to) in [
        (&["start", "r1"][..], &old, &process),
        (&["stop", "r1"], &process, &old),
        (&["start", "r1"], &keys, &process),
    ] {
        let (mut kills, mut changed) = (0, false);
        for calls in CALLS {
            for nth in 1.. {
                fs::write(sandbox.path(CONFIG), &from.0).unwrap();
                fs::write(sandbox.path(CREDENTIALS), &from.1).unwrap();
                let was_killed = killed_at(&sandbox, &strace, words, calls, nth);
                let (config, credentials) = state();
                let at = format!("{words:?}: {calls} {nth}");
                assert!(config == from.0 || config == to.0, "{at}: {config}");
                assert!(credentials == from.1 || credentials == to.1, "{at}");
                // Never two forms at once, of which the older would win.
                assert!(!(config == process.0 && credentials == keys.1), "{at}");
                if !was_killed {
                    assert_eq!((config, credentials), *to, "{at}");
                    break;
                }
                kills += 1;
                changed |= (config, credentials) == *to;
            }
        }
        assert!(kills > 30 && changed, "{words:?}: {kills} kills");
        // What was half written was swept by the next who wrote: it may have held keys.
        let files = fs::read_dir(sandbox.path("home/.aws")).unwrap().count();
        assert_eq!(files, 2, "{words:?}");
    }
}
