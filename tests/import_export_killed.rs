//! SIGKILL at any step of `import --remove-secrets` and of `export -o`: no secret is lost, no file is torn.

use std::fs;

use crate::profiles::CREDENTIALS;
use crate::profiles_killed::killed_at;
use crate::removing::vault;
use crate::sessions::{CORP, FILE, with};
use crate::support::aws::Aws;
use crate::support::program;
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;

/// The steps of a write that can be seen from outside.
const CALLS: [&str; 4] = [
    "write",
    "fsync",
    "?rename,?renameat,?renameat2",
    "?unlink,?unlinkat",
];

const DATA: &str = "home/.local/share/leapp";

#[test]
fn an_import_that_takes_the_keys_away_never_loses_one() {
    let Some(strace) = program("strace") else {
        return;
    };
    let strace = strace.display().to_string();
    let sandbox = Sandbox::new().endpoint(&Aws::shared().url());
    let user = Chain::new(Aws::shared(), 0).user;
    let secret = &user.secret_access_key;
    let keys = format!(
        "aws_access_key_id = {}\naws_secret_access_key = {secret}\n",
        user.access_key_id
    );
    let (before, after) = (
        format!("# mine\n[u1]\n{keys}region = eu-west-1\n"),
        "# mine\n[u1]\nregion = eu-west-1\n",
    );
    let words = [
        "import",
        "aws-config",
        "--yes",
        "--remove-secrets",
        "--region=eu-west-1",
    ];
    let import = || sandbox.leapp(&words).may_write_secrets().run();
    sandbox.write(CREDENTIALS, &before);
    import().assert_ok();
    let sessions = sandbox.read(FILE);
    let (mut kills, mut changed) = (0, 0);
    for calls in CALLS {
        for nth in 1.. {
            // The store, and what is remembered of it.
            let _ = fs::remove_dir_all(sandbox.path(DATA));
            let _ = fs::remove_file(sandbox.path(FILE));
            sandbox.write(CREDENTIALS, &before);
            let was_killed = killed_at(&sandbox, &strace, &words, calls, nth);
            let at = format!("{calls} {nth}");
            let now = sandbox.read(FILE);
            assert!(now.is_empty() || now == sessions, "{at}: {now}");
            let credentials = sandbox.read(CREDENTIALS);
            assert!(credentials == before || credentials == after, "{at}");
            // The next one finishes it: only what is not lost can be there then.
            if credentials == before {
                import().assert_ok();
            }
            assert_eq!(sandbox.read(CREDENTIALS), after, "{at}");
            assert_eq!(sandbox.read(FILE), sessions, "{at}");
            assert!(vault(&sandbox).contains(secret.as_str()), "{at}");
            if !was_killed {
                break;
            }
            kills += 1;
            changed += u32::from(credentials == after);
        }
    }
    assert!(kills > 10 && changed > 0, "{kills} kills, {changed} behind");
}

#[test]
fn an_exported_file_is_the_old_one_or_the_new_one() {
    let Some(strace) = program("strace") else {
        return;
    };
    let strace = strace.display().to_string();
    let sandbox = with(CORP);
    let words = ["export", "corp", "-o", "shared.toml"];
    sandbox.leapp(&words).run().assert_ok();
    let new = sandbox.read("home/shared.toml");
    let mut kills = 0;
    for calls in CALLS {
        for nth in 1.. {
            sandbox.write("home/shared.toml", "# old\n");
            let was_killed = killed_at(&sandbox, &strace, &words, calls, nth);
            let now = sandbox.read("home/shared.toml");
            assert!(now == "# old\n" || now == new, "{calls} {nth}: {now}");
            assert_eq!(sandbox.read(FILE), CORP);
            if !was_killed {
                assert_eq!(now, new);
                break;
            }
            kills += 1;
        }
    }
    assert!(kills > 2, "{kills} kills");
}
