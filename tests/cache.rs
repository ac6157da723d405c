//! What is kept of earlier runs, when it serves, and that nothing edited is answered with it.

use std::fs;

use crate::support::aws::Aws;
use crate::support::faults::Faults;
use crate::support::sandbox::Sandbox;
use crate::support::world::{Chain, account, allow, trust};

/// A sandbox behind a proxy that counts calls.
struct Counted {
    sandbox: Sandbox,
    faults: Faults,
    chain: Chain,
}

impl Counted {
    fn new(roles: usize) -> Self {
        let aws = Aws::shared();
        let faults = Faults::before(&aws.address());
        let sandbox = Sandbox::new().endpoint(&faults.url());
        let chain = Chain::new(aws, roles);
        chain.define(&sandbox);
        Self {
            sandbox,
            faults,
            chain,
        }
    }

    /// Runs `true` as a session; how many calls that made.
    fn calls(&self, arguments: &[&str]) -> usize {
        let before = self.faults.seen().len();
        self.sandbox
            .leapp_exec(arguments)
            .args(&["--", "true"])
            .run()
            .assert_ok();
        self.faults.seen().len() - before
    }

    /// Replaces text in `sessions.toml`, as an editor would.
    fn edit(&self, from: &str, to: &str) {
        let file = "home/.config/leapp/sessions.toml";
        let text = self.sandbox.read(file);
        assert!(text.contains(from), "no `{from}` in {text}");
        self.sandbox.write(file, &text.replacen(from, to, 1));
    }
}

#[test]
fn a_second_run_asks_nobody_and_a_sibling_asks_for_its_own_hop() {
    let run = Counted::new(2);
    assert_eq!(run.calls(&["r2"]), 2);
    assert_eq!(run.calls(&["r2"]), 0);
    assert_eq!(run.calls(&["r1"]), 0);
    let sibling = run.chain.roles[1].clone();
    run.sandbox
        .add_chained("sibling", &sibling, "r1", &["--duration", "30m"]);
    assert_eq!(run.calls(&["sibling"]), 1);
}

#[test]
fn the_region_of_the_command_shapes_no_request() {
    let run = Counted::new(1);
    assert_eq!(run.calls(&["r1"]), 1);
    for number in 1..=15 {
        assert_eq!(
            run.calls(&["--region", &format!("eu-west-{number}"), "r1"]),
            0
        );
    }
}

#[test]
fn an_edited_hop_is_never_answered_with_old_credentials() {
    let aws = Aws::shared();
    let run = Counted::new(2);
    assert_eq!(run.calls(&["r2"]), 2);
    let (first, second) = (&run.chain.roles[0], &run.chain.roles[1]);

    // The target's terms: one new call.
    run.edit(
        &format!("role_arn = \"{second}\"\n"),
        &format!("role_arn = \"{second}\"\nexternal_id = \"e-1\"\n"),
    );
    assert_eq!(run.calls(&["r2"]), 1);
    run.edit("external_id = \"e-1\"\n", "duration = \"20m\"\n");
    assert_eq!(run.calls(&["r2"]), 1);

    // The target's role.
    let other = aws.role(&account(), "Other", &trust(first), &[]);
    run.edit(second, &other);
    assert_eq!(run.calls(&["r2"]), 1);

    // The hop below: both are made again.
    run.edit(
        &format!("role_arn = \"{first}\"\n"),
        &format!("role_arn = \"{first}\"\nduration = \"30m\"\n"),
    );
    assert_eq!(run.calls(&["r2"]), 2);

    // And back again: what was made first is still good.
    run.edit("duration = \"30m\"\n", "");
    assert_eq!(run.calls(&["r2"]), 0);
}

#[test]
fn another_access_key_or_mfa_device_at_the_root_changes_every_hop() {
    let aws = Aws::shared();
    let run = Counted::new(1);
    assert_eq!(run.calls(&["r1"]), 1);
    let user = aws.user_with_mfa(&account(), "other", &[allow("*", "*")]);
    run.sandbox.add_user("other", &user);
    let (old, new) = (&run.chain.user.access_key_id, &user.access_key_id);
    run.edit(
        &format!("access_key_id = \"{old}\""),
        &format!("access_key_id = \"{new}\""),
    );
    // The role does not trust that user, so an answer at all would be one from the cache.
    let denied = run
        .sandbox
        .leapp_exec(&["r1", "--", "true"])
        .run()
        .assert_code(125);
    assert!(
        denied.stderr.contains("AWS denied hop 2 of 2"),
        "{}",
        denied.stderr
    );
    run.edit(new, old);
    assert_eq!(run.calls(&["r1"]), 0);
    let device = &user.mfa.as_ref().unwrap().serial;
    run.edit(
        &format!("access_key_id = \"{old}\""),
        &format!("access_key_id = \"{old}\"\nmfa_device = \"{device}\""),
    );
    // With a device, a code is needed, and there is nobody to ask.
    let asks = run
        .sandbox
        .leapp_exec(&["r1", "--", "true"])
        .run()
        .assert_code(125);
    assert!(asks.stderr.contains("needs an MFA code"), "{}", asks.stderr);
}

#[test]
fn refresh_renews_roles_and_keeps_the_mfa_session() {
    let aws = Aws::shared();
    let faults = Faults::before(&aws.address());
    let sandbox = Sandbox::new().endpoint(&faults.url());
    let chain = Chain::with_mfa(aws, 2);
    chain.define(&sandbox);
    let code = aws.totp(&chain.user.mfa.as_ref().unwrap().seed);
    sandbox
        .leapp_exec(&["--mfa-code", &code, "r2", "--", "true"])
        .run()
        .assert_ok();
    sandbox
        .leapp_exec(&["--refresh", "r2", "--", "true"])
        .run()
        .assert_ok();
    assert_eq!(
        (faults.count("GetSessionToken"), faults.count("AssumeRole")),
        (1, 4)
    );
}

#[test]
fn min_ttl_renews_what_has_less_left() {
    let aws = Aws::start();
    aws.set_max_lifetime(30 * 60);
    let faults = Faults::before(&aws.address());
    let sandbox = Sandbox::new().endpoint(&faults.url());
    Chain::new(&aws, 1).define(&sandbox);
    let calls = |min_ttl: &str| {
        sandbox
            .leapp_exec(&["--min-ttl", min_ttl, "r1", "--", "true"])
            .run()
            .assert_ok();
        faults.seen().len()
    };
    assert_eq!(calls("20m"), 1);
    assert_eq!(calls("20m"), 1);
    assert_eq!(calls("40m"), 2);
    let output = sandbox
        .leapp_exec(&["--min-ttl", "61m", "r1", "--", "true"])
        .run()
        .assert_code(125);
    assert!(
        output.stderr.contains("`--min-ttl 1h1m` cannot be met"),
        "{}",
        output.stderr
    );
}

#[test]
fn logout_forgets_a_chain_or_everything() {
    let run = Counted::new(2);
    assert_eq!(run.calls(&["r2"]), 2);
    run.sandbox.leapp(&["logout", "r1"]).run().assert_ok();
    assert_eq!(run.calls(&["r2"]), 0, "r2 itself was not logged out");
    run.sandbox.leapp(&["logout", "r2"]).run().assert_ok();
    assert_eq!(run.calls(&["r2"]), 2);
    let all = run.sandbox.leapp(&["logout"]).run().assert_ok();
    assert_eq!(all.stderr, "leapp: forgot 2 sets of credentials\n");
    assert_eq!(run.calls(&["r2"]), 2);
}

#[test]
fn login_fills_the_cache() {
    let run = Counted::new(2);
    let output = run.sandbox.leapp(&["login", "r2"]).run().assert_ok();
    assert!(
        output.stderr.starts_with("leapp: logged in as `r2` for "),
        "{}",
        output.stderr
    );
    assert_eq!(run.calls(&["r2"]), 0);
}

#[test]
fn damaged_and_foreign_entries_are_misses() {
    let run = Counted::new(1);
    assert_eq!(run.calls(&["r1"]), 1);
    let folder = run.sandbox.path("home/.cache/leapp");
    let entry = |name: &std::ffi::OsStr| name.len() == 64;
    let entries = || {
        fs::read_dir(&folder)
            .unwrap()
            .flatten()
            .filter(|f| entry(&f.file_name()))
    };
    for file in entries() {
        fs::write(file.path(), "leapp-cache 1 junk").unwrap();
    }
    assert_eq!(run.calls(&["r1"]), 1);
    for file in entries() {
        let mut bytes = fs::read(file.path()).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(file.path(), bytes).unwrap();
    }
    assert_eq!(run.calls(&["r1"]), 1);
}

#[test]
fn a_cache_that_can_not_be_written_costs_a_warning() {
    let run = Counted::new(1);
    // A file where the directory should be.
    fs::remove_dir_all(run.sandbox.path("home/.cache/leapp")).ok();
    run.sandbox.write("home/.cache/leapp", "");
    let output = run
        .sandbox
        .leapp_exec(&["r1", "--", "true"])
        .run()
        .assert_ok();
    assert!(
        output
            .stderr
            .contains("warning: the credentials could not be kept"),
        "{}",
        output.stderr
    );
}

#[test]
fn a_stepping_stone_that_aws_has_forgotten_is_made_again() {
    let aws = Aws::start();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    let chain = Chain::new(&aws, 2);
    chain.define(&sandbox);
    sandbox.leapp_exec(&["r2", "--", "true"]).run().assert_ok();
    // For AWS an hour passes; on this machine none does, so the cache still holds r1's.
    aws.set_clock(3700);
    sandbox
        .leapp_exec(&["--refresh", "r2", "--", "true"])
        .run()
        .assert_ok();
    sandbox.add_chained("sibling", chain.target(), "r1", &["--duration", "30m"]);
    sandbox
        .leapp_exec(&["sibling", "--", "true"])
        .run()
        .assert_ok();
}

#[test]
fn sessions_of_one_definition_share_an_entry_and_a_logout() {
    let run = Counted::new(1);
    // Another name, the same request.
    run.sandbox.add_chained(
        "twin",
        run.chain.target(),
        "u1",
        &["--description", "elsewhere"],
    );
    assert_eq!(run.calls(&["r1"]), 1);
    assert_eq!(run.calls(&["twin"]), 0);
    // The entry bears the name of the one that made it; it is the other's all the same.
    run.sandbox.leapp(&["logout", "twin"]).run().assert_ok();
    assert_eq!(run.calls(&["twin"]), 1);
}

#[test]
fn an_entry_of_a_store_that_is_not_in_use_is_a_miss() {
    let run = Counted::new(1);
    assert_eq!(run.calls(&["r1"]), 1);
    let folder = run.sandbox.path("home/.cache/leapp");
    for file in fs::read_dir(folder).unwrap().flatten() {
        let Ok(bytes) = fs::read(file.path()) else {
            continue;
        };
        let text = String::from_utf8_lossy(&bytes[..40]).into_owned();
        let key = text.split(' ').nth(2).expect("a key id").to_owned();
        let mut other = bytes.clone();
        let at = "leapp-cache 1 ".len();
        other.splice(at..at + key.len(), *b"keyring-0123456789abcdef");
        fs::write(file.path(), other).unwrap();
    }
    assert_eq!(run.calls(&["r1"]), 1);
}
