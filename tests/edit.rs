//! `leapp edit`: a copy in the user's editor, checked before it is the file.

use insta::assert_snapshot;

use crate::sessions::{CORP, FILE, with};
use crate::support::pty::Ended;
use crate::support::sandbox::{Sandbox, private};

/// A sandbox whose editor is this script; the file is `$1`, or `$2` behind a line.
fn edited_by(script: &str) -> Sandbox {
    let sandbox = with(CORP);
    let editor = sandbox.write("editor", &format!("#!/bin/sh\n{script}\n"));
    private(&editor, 0o755);
    sandbox.env("EDITOR", editor)
}

/// The copies that are left.
fn copies(sandbox: &Sandbox) -> Vec<String> {
    let folder = sandbox.path("home/.local/share/leapp/edit");
    let found = std::fs::read_dir(folder).into_iter().flatten().flatten();
    found
        .map(|file| std::fs::read_to_string(file.path()).expect("a copy"))
        .collect()
}

#[test]
fn what_is_saved_becomes_the_file_as_it_is() {
    let sandbox = edited_by("printf '# mine\\n' >> \"$1\"");
    assert_snapshot!(sandbox.leapp(&["edit"]).run().transcript(), @"
    exit 0
    --- stderr
    leapp: the sessions are as you have edited them
    ");
    assert_eq!(sandbox.read(FILE), format!("{CORP}# mine\n"));
    assert!(copies(&sandbox).is_empty());
}

#[test]
fn the_copy_is_private_and_the_editor_gets_none_of_our_secrets() {
    let sandbox = edited_by(
        "stat -c '%a' \"$1\" \"$(dirname \"$1\")\"; case $1 in *.toml) echo toml;; esac; env | grep LEAPP_",
    );
    let edit = sandbox
        .leapp(&["edit"])
        .env("LEAPP_PASSPHRASE", "x")
        .env("LEAPP_PASSPHRASE_FILE", "x")
        .env("LEAPP_MFA_CODE", "123456");
    let output = edit.run();
    assert_eq!(
        output.stdout, "600\n700\ntoml\nLEAPP_SECRETS=file\n",
        "{}",
        output.stderr
    );
}

#[test]
fn visual_comes_first_is_split_into_words_and_may_be_missing() {
    let sandbox = edited_by("false");
    let visual = sandbox.write(
        "e d",
        "#!/bin/sh\n[ \"$1\" = -x ] && echo '# v' >> \"$2\"\n",
    );
    private(&visual, 0o755);
    let words = format!("'{}' -x", visual.display());
    sandbox
        .leapp(&["edit"])
        .env("VISUAL", words)
        .run()
        .assert_ok();
    assert_eq!(sandbox.read(FILE), format!("{CORP}# v\n"));
    assert_snapshot!(sandbox.leapp(&["edit"]).env("VISUAL", "no-such-editor").run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: cannot start the editor `no-such-editor`
    caused by: No such file or directory (os error 2)

    hint: set `VISUAL` or `EDITOR` to one that is there
    ");
}

#[test]
fn an_editor_that_knows_lines_begins_at_the_session() {
    let sandbox = with(CORP);
    let vi = sandbox.write("bin/vi", "#!/bin/sh\necho \"$1\"\n");
    private(&vi, 0o755);
    let path = format!("{}:/usr/bin:/bin", sandbox.path("bin").display());
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_leapp"))
        .parent()
        .unwrap();
    let path = format!("{}:{path}", folder.display());
    let output = sandbox.leapp(&["edit", "corp"]).env("PATH", path).run();
    assert_eq!(output.stdout, "+6\n", "{}", output.stderr);
    assert_eq!(output.stderr, "leapp: nothing was changed\n");
}

#[test]
fn what_is_wrong_is_shown_and_can_be_edited_again() {
    // The first time it breaks the file, the second time it mends it.
    let sandbox = edited_by(
        "if grep -q regoin \"$1\"; then sed -i s/regoin/region/ \"$1\"; else \
         sed -i 's/^region = .*/regoin = \"eu-west-2\"/' \"$1\"; fi",
    );
    let mut terminal = sandbox.leapp(&["edit"]).on_terminal();
    terminal.expect("sessions.toml:4: `defaults.regoin`: unknown key");
    terminal.expect("Edit it again? [y/N] ");
    assert_eq!(sandbox.read(FILE), CORP);
    terminal.send_line("y");
    terminal.expect("the sessions are as you have edited them");
    assert_eq!(terminal.wait(), Ended::Code(0));
    assert_eq!(sandbox.read(FILE), CORP.replace("eu-west-1", "eu-west-2"));
    assert!(copies(&sandbox).is_empty());
}

#[test]
fn what_was_typed_is_kept_where_it_can_not_be_saved() {
    let broken = "[sessions.x\n";
    let sandbox = edited_by("printf '[sessions.x\\n' > \"$1\"");
    let mut terminal = sandbox.leapp(&["edit"]).on_terminal();
    terminal.expect("Edit it again? [y/N] ");
    terminal.send_line("n");
    terminal.expect("hint: what you have edited is in `");
    assert_eq!(terminal.wait(), Ended::Code(1));
    assert_eq!(copies(&sandbox), [broken]);
    assert_eq!(sandbox.read(FILE), CORP);
    // Nobody to ask: the same, at once.
    sandbox.leapp(&["edit"]).run().assert_code(1);
    assert_eq!(copies(&sandbox).len(), 2);
    // An editor that fails has not said that it is done.
    let sandbox = edited_by("echo '# more' >> \"$1\"; exit 3");
    let output = sandbox.leapp(&["edit"]).run().assert_code(1);
    assert!(output.stderr.contains("has failed"), "{}", output.stderr);
    assert_eq!(copies(&sandbox), [format!("{CORP}# more\n")]);
    assert_eq!(sandbox.read(FILE), CORP);
}

#[test]
fn a_change_of_others_meanwhile_is_not_undone() {
    let sandbox = edited_by("echo '# mine' >> \"$1\"; leapp set corp description=theirs");
    let output = sandbox.leapp(&["edit"]).run().assert_code(1);
    assert!(
        output
            .stderr
            .contains("was changed by another program meanwhile"),
        "{}",
        output.stderr
    );
    assert_eq!(
        sandbox.read(FILE),
        format!("{CORP}description = \"theirs\"\n")
    );
    assert_eq!(copies(&sandbox), [format!("{CORP}# mine\n")]);
}

#[test]
fn there_need_be_no_file_yet_and_a_broken_one_can_be_mended() {
    let sandbox = edited_by("echo '# mine' >> \"$1\"");
    std::fs::remove_file(sandbox.path(FILE)).unwrap();
    sandbox.leapp(&["edit"]).run().assert_ok();
    assert_eq!(sandbox.read(FILE), "version = 1\n# mine\n");
    let sandbox = edited_by("echo 'version = 1' > \"$1\"");
    sandbox.write(FILE, "[broken\n");
    sandbox.leapp(&["edit"]).run().assert_ok();
    assert_eq!(sandbox.read(FILE), "version = 1\n");
}

#[test]
fn what_is_not_utf_8_is_not_put_right_by_guessing() {
    let sandbox = edited_by("printf '# caf\\351\\n' >> \"$1\"");
    let output = sandbox.leapp(&["edit"]).run().assert_code(1);
    assert!(output.stderr.contains("UTF-8"), "{}", output.stderr);
    let kept = "what you have edited is in";
    assert!(output.stderr.contains(kept), "{}", output.stderr);
    assert_eq!(sandbox.read(FILE), CORP);
}

#[test]
fn a_file_that_comes_back_empty_changes_nothing() {
    let sandbox = edited_by(": > \"$1\"");
    assert_snapshot!(sandbox.leapp(&["edit"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: the file came back empty; nothing was changed

    hint: run `leapp remove ALIAS` to remove a session
    ");
    assert_eq!(sandbox.read(FILE), CORP);
}

#[test]
fn sessions_that_are_gone_are_named() {
    let sandbox = edited_by("echo 'version = 1' > \"$1\"");
    assert_snapshot!(sandbox.leapp(&["edit"]).run().transcript(), @"
    exit 0
    --- stderr
    leapp: the sessions are as you have edited them
    leapp: no more defined: `corp`
    ");
}

/// A role on `corp`, and one on that.
const ROLES: &str = r#"
[sessions.r1]
type = "iam-role-chained"
role_arn = "arn:aws:iam::444455556666:role/R1"
assumer_session = "corp"

[sessions.r2]
type = "iam-role-chained"
role_arn = "arn:aws:iam::444455556666:role/R2"
assumer_session = "r1"
"#;

#[test]
fn chains_that_lead_nowhere_are_not_saved() {
    let text = format!("{CORP}{ROLES}");
    for (script, error) in [
        (
            "sed -i 's/= \"corp\"/= \"r2\"/' \"$1\"",
            "the chain of `r1` never ends",
        ),
        (
            "sed -i 's/sessions.corp/sessions.root/' \"$1\"",
            "session `r1` is chained on `corp`, and there is no such session",
        ),
    ] {
        let sandbox = edited_by(script);
        sandbox.write(FILE, &text);
        let refused = sandbox.leapp(&["edit"]).run().assert_code(1);
        assert!(refused.stderr.contains(error), "{}", refused.stderr);
        let at = format!("{}:", sandbox.path(FILE).display());
        assert!(refused.stderr.contains(&at), "{}", refused.stderr);
        assert_eq!(sandbox.read(FILE), text);
        assert_eq!(copies(&sandbox).len(), 1);
    }
}

#[test]
fn a_chain_that_leads_nowhere_can_be_edited_again() {
    // The first time it breaks the chain, the second time it mends it.
    let sandbox = edited_by(
        "if grep -q '\"r2\"' \"$1\"; then sed -i 's/\"r2\"/\"corp\"/; s/eu-west-1/eu-west-2/' \"$1\"; else \
         sed -i 's/= \"corp\"/= \"r2\"/' \"$1\"; fi",
    );
    let text = format!("{CORP}{ROLES}");
    sandbox.write(FILE, &text);
    let mut terminal = sandbox.leapp(&["edit"]).on_terminal();
    terminal.expect("never ends");
    terminal.expect("Edit it again? [y/N] ");
    terminal.send_line("y");
    terminal.expect("the sessions are as you have edited them");
    assert_eq!(terminal.wait(), Ended::Code(0));
    assert_eq!(sandbox.read(FILE), text.replace("eu-west-1", "eu-west-2"));
}

#[test]
fn what_led_nowhere_before_is_no_obstacle() {
    let sandbox = edited_by("echo '# mine' >> \"$1\"");
    let text = format!("{CORP}{ROLES}").replace("= \"corp\"", "= \"r2\"");
    sandbox.write(FILE, &text);
    sandbox.leapp(&["edit"]).run().assert_ok();
    assert_eq!(sandbox.read(FILE), format!("{text}# mine\n"));
    // But nothing new is built on it.
    let role = "arn:aws:iam::444455556666:role/Q";
    let words = ["add", "chained", "q", "--assumer-session", "r1"];
    let refused = sandbox.leapp(&words).args(&["--role-arn", role]).run();
    let refused = refused.assert_code(1);
    assert!(
        refused.stderr.contains("the chain of `q` never ends"),
        "{}",
        refused.stderr
    );
    assert_eq!(sandbox.read(FILE), format!("{text}# mine\n"));
}

#[test]
fn shared_roles_may_wait_for_the_user_that_everybody_defines() {
    let sandbox = edited_by("sed -i '1i include = [\"team.toml\"]' \"$1\"");
    sandbox.write(FILE, "version = 1\n");
    let team = format!("defaults.region = \"eu-west-1\"\n{ROLES}");
    sandbox.write("home/.config/leapp/team.toml", &team);
    sandbox.leapp(&["edit"]).run().assert_ok();
    assert!(sandbox.read(FILE).starts_with("include"));
}

#[test]
fn a_copy_that_the_editor_has_deleted_is_not_looked_for() {
    let sandbox = edited_by("rm \"$1\"");
    let output = sandbox.leapp(&["edit"]).run().assert_code(1);
    assert!(
        !output.stderr.contains("what you have edited"),
        "{}",
        output.stderr
    );
    assert_eq!(sandbox.read(FILE), CORP);
}
