//! `leapp secrets list` and `remove`: what is stored, also when no session uses it any more.

use insta::assert_snapshot;
use serde_json::json;

use crate::manage::add_user;
use crate::support::pty::Ended;
use crate::support::sandbox::Sandbox;

const OLD: &str = "AKIAIOSFODNN7EXAMPLE";
const NEW: &str = "AKIAIOSFODNN7EXAMPL2";

/// The user `corp`, which has got another access key by hand.
fn exchanged() -> Sandbox {
    let sandbox = Sandbox::new();
    add_user(&sandbox, "corp").run().assert_ok();
    let id = format!("access_key_id={NEW}");
    let said = sandbox.leapp(&["set", "corp", &id]).run().assert_ok();
    let left =
        format!("the secret of `{OLD}` stays in the file vault; `leapp secrets remove {OLD}`");
    assert!(said.stderr.contains(&left), "{}", said.stderr);
    sandbox
}

fn secrets(sandbox: &Sandbox, words: &[&str]) -> String {
    let output = sandbox.leapp(&[&["secrets"], words].concat()).run();
    output.transcript()
}

#[test]
fn what_no_session_uses_is_listed_and_can_be_removed() {
    let sandbox = exchanged();
    let listed = sandbox.leapp(&["secrets", "list"]);
    // The vault stays closed for it.
    let listed = listed.env_remove("LEAPP_IDENTITY_FILE").run();
    assert_snapshot!(listed.stdout, @"
    ACCESS KEY            STORE  SESSIONS
    AKIAIOSFODNN7EXAMPLE  file   -
    ");
    assert_snapshot!(secrets(&sandbox, &["remove", OLD]), @"
    exit 1
    --- stderr
    leapp: error: nothing was removed: there is nobody to ask
    caused by: this process has no terminal

    hint: add `--yes` to remove it without a question
    ");
    assert_snapshot!(secrets(&sandbox, &["remove", OLD, "--yes"]), @"
    exit 0
    --- stderr
    leapp: removed the secret of `[ACCESS-KEY-ID]`; AWS still honours that key until somebody deletes it there
    ");
    assert_snapshot!(secrets(&sandbox, &["list"]), @"
    exit 0
    --- stderr
    leapp: no secret is stored
    ");
    let json = sandbox.leapp(&["secrets", "list", "--json"]).run().json();
    assert_eq!(json, json!({ "version": 1, "secrets": [] }));
}

#[test]
fn what_a_session_uses_stays() {
    let sandbox = Sandbox::new();
    add_user(&sandbox, "corp").run().assert_ok();
    let json = sandbox.leapp(&["secrets", "list", "--json"]).run().json();
    let one = json!({ "access_key_id": OLD, "store": "file", "sessions": ["corp"] });
    assert_eq!(json, json!({ "version": 1, "secrets": [one] }));
    assert_snapshot!(secrets(&sandbox, &["remove", OLD, "--yes"]), @"
    exit 1
    --- stderr
    leapp: error: `corp` needs the secret of `[ACCESS-KEY-ID]`

    hint: run `leapp remove corp`, which takes both away
    hint: run `leapp rotate-key corp` to exchange the key
    ");
    assert_snapshot!(secrets(&sandbox, &["remove", NEW]), @"
    exit 1
    --- stderr
    leapp: error: no secret of `[ACCESS-KEY-ID]` is stored

    hint: did you mean `[ACCESS-KEY-ID]`?
    hint: run `leapp secrets list` to see every secret
    ");
}

#[test]
fn a_person_is_asked_first() {
    let sandbox = exchanged();
    for (answer, code, end) in [
        ("n", 1, "nothing was removed"),
        ("y", 0, "removed the secret"),
    ] {
        let remove = sandbox.leapp(&["secrets", "remove", OLD]);
        let mut terminal = remove.on_terminal();
        terminal.expect("does not show the secret");
        terminal.expect("Remove it from here?");
        terminal.send_line(answer);
        terminal.expect(end);
        assert_eq!(terminal.wait(), Ended::Code(code));
    }
}
