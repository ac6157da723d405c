//! `leapp remove`: asks, names what depends on the session, and takes the secret along.

use insta::assert_snapshot;

use crate::manage::{KEY, SECRET, add_user};
use crate::sessions::{CORP, FILE, line, with};
use crate::support::pty::Ended;
use crate::support::sandbox::Sandbox;

const DATA: &str = "home/.local/share/leapp";

/// `corp`, `audit` on it, `prod` on that.
fn chain() -> Sandbox {
    let role = |alias: &str, assumer: &str| {
        format!(
            "\n[sessions.{alias}]\ntype = \"iam-role-chained\"\nassumer_session = \"{assumer}\"\n\
             role_arn = \"arn:aws:iam::444455556666:role/{alias}\"\n"
        )
    };
    with(&format!(
        "{CORP}{}{}",
        role("audit", "corp"),
        role("prod", "audit")
    ))
}

/// What the vault holds, opened by the standard `age`.
pub(crate) fn vault(sandbox: &Sandbox) -> String {
    let script = format!("age -d -i \"$LEAPP_IDENTITY_FILE\" {DATA}/vault.age");
    let opened = sandbox
        .sh(&script)
        .folder(sandbox.path(""))
        .may_print_secrets();
    opened.run().assert_ok().stdout
}

#[test]
fn without_a_terminal_nothing_is_removed_unless_it_is_confirmed() {
    let sandbox = with(CORP);
    assert_snapshot!(sandbox.leapp(&["remove", "corp"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: nothing was removed: there is nobody to ask
    caused by: this process has no terminal

    hint: add `--yes` to remove it without a question
    ");
    assert_eq!(sandbox.read(FILE), CORP);
    assert_snapshot!(sandbox.leapp(&["remove", "corp", "--yes"]).run().transcript(), @"
    exit 0
    --- stderr
    leapp: removed `corp`
    leapp: removed the secret of `[ACCESS-KEY-ID]`; AWS still honours that key until somebody deletes it there
    ");
    assert!(!sandbox.read(FILE).contains("corp"));
}

#[test]
fn a_person_is_asked_and_enter_is_no() {
    let sandbox = with(CORP);
    for answer in ["", "n", "no"] {
        let mut terminal = sandbox.leapp(&["remove", "corp"]).on_terminal();
        terminal.expect("Remove `corp`? [y/N] ");
        terminal.send_line(answer);
        terminal.expect("nothing was removed");
        assert_eq!(terminal.wait(), Ended::Code(1));
        assert_eq!(sandbox.read(FILE), CORP);
    }
    let mut terminal = sandbox.leapp(&["remove", "corp"]).on_terminal();
    terminal.expect("Remove `corp`? [y/N] ");
    terminal.send_line("what?");
    terminal.expect("Remove `corp`? [y/N] ");
    terminal.send_line("yes");
    terminal.expect("removed `corp`");
    assert_eq!(terminal.wait(), Ended::Code(0));
    assert!(!sandbox.read(FILE).contains("corp"));
}

#[test]
fn ctrl_c_at_the_question_removes_nothing() {
    let sandbox = with(CORP);
    let mut terminal = sandbox.leapp(&["remove", "corp"]).on_terminal();
    terminal.expect("[y/N] ");
    terminal.ctrl_c();
    assert_eq!(terminal.wait(), Ended::Signal(2));
    assert_eq!(sandbox.read(FILE), CORP);
}

#[test]
fn what_is_chained_on_it_at_any_depth_is_named_and_stays_unless_it_goes_too() {
    let sandbox = chain();
    let before = sandbox.read(FILE);
    assert_snapshot!(sandbox.leapp(&["remove", "corp", "--yes"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: `audit`, `prod` would have nothing to be assumed from

    hint: to remove them as well, run `leapp remove corp --cascade --yes`
    ");
    assert_eq!(sandbox.read(FILE), before);
    let all = line("remove corp --cascade --yes");
    assert_snapshot!(sandbox.leapp(&all).run().transcript(), @"
    exit 0
    --- stderr
    leapp: removed `corp`, `audit`, `prod`
    leapp: removed the secret of `[ACCESS-KEY-ID]`; AWS still honours that key until somebody deletes it there
    ");
    assert!(!sandbox.read(FILE).contains("[sessions."));
}

#[test]
fn a_person_sees_what_goes_too_before_it_goes() {
    let sandbox = chain();
    // `--cascade` is for those whom nobody asks.
    let mut terminal = sandbox.leapp(&["remove", "audit"]).on_terminal();
    terminal.expect("Chained on `audit`: `prod`.");
    terminal.expect("Remove `audit`, `prod`? [y/N] ");
    terminal.send_line("y");
    terminal.expect("removed `audit`, `prod`");
    assert_eq!(terminal.wait(), Ended::Code(0));
    assert_eq!(sandbox.read(FILE), CORP);
}

#[test]
fn a_person_is_told_of_shared_sessions_that_lose_their_root() {
    let sandbox = with(&format!("include = [\"team.toml\"]\n{CORP}"));
    sandbox.write(
        "home/.config/leapp/team.toml",
        "[sessions.prod]\ntype = \"iam-role-chained\"\nassumer_session = \"corp\"\n\
         role_arn = \"arn:aws:iam::444455556666:role/prod\"\n",
    );
    let mut terminal = sandbox.leapp(&["remove", "corp"]).on_terminal();
    terminal.expect("`prod`, which is shared, is assumed from there.");
    terminal.expect("Remove `corp`? [y/N] ");
    terminal.send_line("y");
    assert_eq!(terminal.wait(), Ended::Code(0));
}

#[test]
fn sessions_in_a_circle_can_be_removed() {
    let sandbox = chain();
    let text = sandbox.read(FILE).replace("\"corp\"", "\"prod\"");
    sandbox.write(FILE, &text);
    let all = line("remove prod --cascade --yes");
    sandbox.leapp(&all).run().assert_ok();
    assert_eq!(sandbox.read(FILE), CORP);
}

#[test]
fn the_secret_goes_with_the_last_session_that_uses_its_key() {
    let sandbox = Sandbox::new();
    add_user(&sandbox, "corp").run().assert_ok();
    add_user(&sandbox, "same-key").run().assert_ok();
    sandbox
        .leapp(&["remove", "corp", "--yes"])
        .run()
        .assert_ok();
    assert!(vault(&sandbox).contains(SECRET));
    sandbox
        .leapp(&["remove", "same-key", "--yes"])
        .run()
        .assert_ok();
    let left = vault(&sandbox);
    assert!(!left.contains(SECRET) && !left.contains(KEY), "{left}");
    assert!(!sandbox.read(&format!("{DATA}/places.toml")).contains(KEY));
}

#[test]
fn a_session_whose_secret_was_never_stored_can_be_removed() {
    let sandbox = with(CORP);
    sandbox
        .leapp(&["remove", "corp", "--yes"])
        .run()
        .assert_ok();
    assert!(!sandbox.path(&format!("{DATA}/vault.age")).exists());
}

#[test]
fn where_the_secret_can_not_be_deleted_the_session_stays() {
    let sandbox = Sandbox::new();
    add_user(&sandbox, "corp").run().assert_ok();
    let before = sandbox.read(FILE);
    sandbox.write(&format!("{DATA}/places.toml"), "secrets = \"nonsense\"\n[");
    sandbox
        .leapp(&["remove", "corp", "--yes"])
        .run()
        .assert_code(1);
    assert_eq!(sandbox.read(FILE), before);
}

#[test]
fn where_the_file_can_not_be_written_the_secret_stays() {
    let sandbox = Sandbox::new();
    add_user(&sandbox, "corp").run().assert_ok();
    // Even root writes no file that is longer than it may: this one is, and the vault is not.
    let long = sandbox.read(FILE) + &"# a long comment\n".repeat(4096);
    sandbox.write(FILE, &long);
    let limited = "trap '' XFSZ; ulimit -f 32; leapp remove corp --yes";
    let output = sandbox.sh(limited).run().assert_code(1);
    assert!(output.stderr.contains("cannot write"), "{}", output.stderr);
    assert_eq!(sandbox.read(FILE), long);
    assert!(vault(&sandbox).contains(SECRET));
    let remove = ["remove", "corp", "--yes"];
    sandbox.leapp(&remove).run().assert_ok();
    assert!(!vault(&sandbox).contains(SECRET));
}
