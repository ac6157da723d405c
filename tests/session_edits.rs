//! What the program leaves alone when it writes `sessions.toml`: everything but the change.

use std::fs;

use crate::sessions::{CORP, FILE, line, with};
use crate::support::run::Run;
use crate::support::sandbox::{Sandbox, private};

/// Written by a person with a style of their own.
pub(crate) const BY_HAND: &str = r#"# The sessions of the platform team.

version = 1   # the only one

# --- people ---

# Alice
[sessions.corp] # the root
type   =   "iam-user"
access_key_id = 'AKIAIOSFODNN7EXAMPLE'   # an id, no secret
# duration = "8h"

# --- roles ---

# Asked for by Bob.
[sessions."team/prod.eu"]
type = "iam-role-chained"
assumer_session = "corp"
role_arn = "arn:aws:iam::444455556666:role/Admin"
tags = { a = "b", "c d" = "e" }   # inline

[sessions.dev]
type = "iam-role-chained"
assumer_session = "corp"
role_arn = "arn:aws:iam::444455556666:role/Dev"
  [sessions.dev.tags]
  # nested
  Team = "x"


[defaults]
region = "eu-west-1"
duration.iam-user = "8h"   # dotted
# the end
"#;

const NEW: &str = r#"
[sessions."new/one"]
type = "iam-role-chained"
role_arn = "arn:aws:iam::444455556666:role/New"
assumer_session = "corp"
"#;

fn add<'a>(sandbox: &'a Sandbox, alias: &str) -> Run<'a> {
    let role = "arn:aws:iam::444455556666:role/New";
    let words = ["add", "chained", alias, "--assumer-session", "corp"];
    sandbox.leapp(&words).args(&["--role-arn", role])
}

fn remove(sandbox: &Sandbox, alias: &str) {
    sandbox.leapp(&["remove", alias, "--yes"]).run().assert_ok();
}

#[test]
fn what_is_added_comes_last_and_leaves_as_it_came() {
    let sandbox = with(BY_HAND);
    add(&sandbox, "new/one").run().assert_ok();
    assert_eq!(sandbox.read(FILE), format!("{BY_HAND}{NEW}"));
    remove(&sandbox, "new/one");
    assert_eq!(sandbox.read(FILE), BY_HAND);
}

#[test]
fn what_is_removed_takes_the_comment_that_touches_it_and_no_other() {
    let sandbox = with(BY_HAND);
    remove(&sandbox, "team/prod.eu");
    let (before, rest) = BY_HAND.split_once("# Asked for").expect("the comment");
    let (_, after) = rest.split_once("# inline\n\n").expect("the next session");
    assert_eq!(sandbox.read(FILE), format!("{before}{after}"));
}

#[test]
fn nested_tables_go_with_their_session() {
    let sandbox = with(BY_HAND);
    remove(&sandbox, "dev");
    let (before, rest) = BY_HAND.split_once("[sessions.dev]").expect("the session");
    let (_, after) = rest.split_once("\"x\"\n\n").expect("the next table");
    assert_eq!(sandbox.read(FILE), format!("{before}{after}"));
}

#[test]
fn comments_at_both_ends_outlive_every_session() {
    let text = "# Ours.\n[sessions.corp]\ntype = \"iam-user\"\nregion = \"eu-west-1\"\n\
                access_key_id = \"AKIAIOSFODNN7EXAMPLE\"\n# the end";
    let sandbox = with(text);
    add(&sandbox, "new/one")
        .args(&["--region", "eu-west-2"])
        .run()
        .assert_ok();
    let added = format!("{text}\n{NEW}region = \"eu-west-2\"\n");
    assert_eq!(sandbox.read(FILE), added);
    let all = line("remove corp --cascade --yes");
    sandbox.leapp(&all).run().assert_ok();
    assert_eq!(sandbox.read(FILE), "# Ours.\n# the end\n");
}

#[test]
fn inline_and_dotted_sessions_are_added_to_and_removed() {
    for text in [
        "defaults = { region = \"eu-west-1\" }\nsessions = { corp = { type = \"iam-user\", \
         access_key_id = \"AKIAIOSFODNN7EXAMPLE\" } } # all\n",
        "[sessions] # all\ncorp = { type = \"iam-user\", access_key_id = \"AKIAIOSFODNN7EXAMPLE\", \
         region = \"eu-west-1\" } # Alice\n[defaults]\nregion = \"eu-west-1\"\n",
        "defaults.region = \"eu-west-1\" # a\nsessions.corp.type = \"iam-user\" # b\n\
         sessions.corp.access_key_id = \"AKIAIOSFODNN7EXAMPLE\" # c\n",
    ] {
        let sandbox = with(text);
        add(&sandbox, "new/one").run().assert_ok();
        let list = sandbox.leapp(&["list"]).run().assert_ok();
        assert!(list.stdout.contains("new/one"), "{}", list.transcript());
        remove(&sandbox, "new/one");
        assert_eq!(sandbox.read(FILE), text);
    }
}

#[test]
fn line_ends_and_the_mark_of_windows_survive() {
    let windows = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let sandbox = with(&windows(BY_HAND));
    add(&sandbox, "new/one").run().assert_ok();
    assert_eq!(sandbox.read(FILE), windows(&format!("{BY_HAND}{NEW}")));
    remove(&sandbox, "new/one");
    assert_eq!(sandbox.read(FILE), windows(BY_HAND));
}

#[test]
fn the_mode_and_the_link_of_the_file_survive() {
    let sandbox = Sandbox::new();
    let real = sandbox.write("home/dotfiles/sessions.toml", CORP);
    private(&real, 0o640);
    fs::create_dir_all(sandbox.path("home/.config/leapp")).unwrap();
    std::os::unix::fs::symlink(&real, sandbox.path(FILE)).unwrap();
    add(&sandbox, "new/one").run().assert_ok();
    assert_eq!(
        sandbox.read("home/dotfiles/sessions.toml"),
        format!("{CORP}{NEW}")
    );
    assert!(
        fs::symlink_metadata(sandbox.path(FILE))
            .unwrap()
            .is_symlink()
    );
    assert_eq!(mode(&sandbox, "home/dotfiles/sessions.toml"), 0o640);
}

fn mode(sandbox: &Sandbox, path: &str) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    let found = fs::metadata(sandbox.path(path)).expect("the file");
    found.permissions().mode() & 0o7777
}

#[test]
fn a_new_file_and_its_folder_are_ours_alone() {
    let sandbox = Sandbox::new();
    let words = line("add user corp --access-key-id AKIAIOSFODNN7EXAMPLE");
    let secret = line("--secret-access-key - --region eu-west-1");
    let run = sandbox.leapp(&words).args(&secret).stdin("a".repeat(40));
    run.run().assert_ok();
    assert_eq!(sandbox.read(FILE), CORP);
    assert_eq!(mode(&sandbox, FILE), 0o600);
    assert_eq!(mode(&sandbox, "home/.config/leapp"), 0o700);
}

#[test]
fn a_broken_file_is_never_written() {
    for broken in [
        "[sessions.corp\n",
        "[sessions.corp]\ntype = \"iam-user\"\n",
        "version = 2\n",
        "sessions = 1\n",
    ] {
        let sandbox = with(broken);
        add(&sandbox, "new/one").run().assert_code(1);
        let removed = sandbox.leapp(&["remove", "corp", "--yes"]).run();
        removed.assert_code(1);
        assert_eq!(sandbox.read(FILE), broken);
    }
}

#[test]
fn a_folder_that_can_not_be_written_is_said_and_nothing_else_happens() {
    let sandbox = with(CORP);
    fs::remove_dir_all(sandbox.path("home/.local")).unwrap();
    sandbox.write("home/.local", "a file where a folder should be");
    let output = add(&sandbox, "new/one").run().assert_code(1);
    assert!(
        output.stderr.contains("cannot write"),
        "{}",
        output.transcript()
    );
    assert_eq!(sandbox.read(FILE), CORP);
}

#[test]
fn twenty_writers_at_once_lose_nothing() {
    let sandbox = with(CORP);
    let aliases: Vec<String> = (0..20).map(|n| format!("role-{n}")).collect();
    let writers: Vec<_> = aliases
        .iter()
        .map(|alias| add(&sandbox, alias).start())
        .collect();
    for writer in writers {
        writer.wait().assert_ok();
    }
    let text = sandbox.read(FILE);
    assert!(text.starts_with(CORP));
    for alias in &aliases {
        let header = format!("\n[sessions.{alias}]\n");
        assert_eq!(text.matches(&header).count(), 1, "{alias}\n{text}");
    }
    let removers = aliases.iter().map(|alias| {
        let words = ["remove", alias, "--yes"];
        sandbox.leapp(&words).start()
    });
    for remover in removers.collect::<Vec<_>>() {
        remover.wait().assert_ok();
    }
    assert_eq!(sandbox.read(FILE), CORP);
}

#[test]
fn of_two_writers_of_one_alias_one_is_told() {
    let sandbox = with(CORP);
    let writers = [add(&sandbox, "same").start(), add(&sandbox, "same").start()];
    let mut codes = writers.map(|writer| writer.wait().code);
    codes.sort_unstable();
    assert_eq!(codes, [Some(0), Some(1)]);
    assert_eq!(sandbox.read(FILE).matches("[sessions.same]").count(), 1);
}
