//! `leapp rotate-key`: a new access key in the place of the old one.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::removing::vault;
use crate::sessions::{FILE, shown};
use crate::support::aws::Aws;
use crate::support::faults::{Fault, Faults, When};
use crate::support::pty::Ended;
use crate::support::sandbox::Sandbox;
use crate::support::wait_for;
use crate::support::world::{User, account, allow};

/// A user of its own, defined as `corp` and once more as `same-key`, and asked about through `faults`.
pub(crate) fn corp(faults: &Faults) -> (Sandbox, User) {
    let user = Aws::shared().user(&account(), "alice", &[allow("*", "*")]);
    (defined(faults, &user), user)
}

fn defined(faults: &Faults, user: &User) -> Sandbox {
    let sandbox = Sandbox::new()
        .endpoint(&faults.url())
        .name(&user.access_key_id, "[OLD-KEY]");
    let account = user.arn.split(':').nth(4).unwrap_or_default().to_owned();
    let sandbox = sandbox.name(&account, "[ACCOUNT]");
    for alias in ["corp", "same-key"] {
        sandbox.add_user(alias, user);
    }
    sandbox
}

pub(crate) fn faults() -> Faults {
    Faults::before(&Aws::shared().address())
}

/// The id of the access key that a session has.
pub(crate) fn key_of(sandbox: &Sandbox, alias: &str) -> String {
    let shown = shown(sandbox, alias);
    shown["access_key_id"].as_str().expect("an id").to_owned()
}

/// The access keys of the user, by IAM itself.
pub(crate) fn keys_in_iam(sandbox: &Sandbox, alias: &str, user: &User) -> Vec<(String, String)> {
    let name = format!(
        "--user-name={}",
        user.arn.rsplit('/').next().expect("a name")
    );
    let list = ["aws", "iam", "list-access-keys", "--output", "json", &name];
    // As the key itself: it is what is asked about that must work.
    let list = list.join(" ");
    let text = vault(sandbox);
    let id = key_of(sandbox, alias);
    let secret = secret_in(&text, &id);
    let run = sandbox
        .sh(&list)
        .env("AWS_ACCESS_KEY_ID", id)
        .env("AWS_SECRET_ACCESS_KEY", secret)
        .env("AWS_DEFAULT_REGION", "us-east-1");
    let answer: Value = run.run().assert_ok().json();
    let field = |key: &Value, name: &str| key[name].as_str().expect("text").to_owned();
    let mut keys: Vec<_> = answer["AccessKeyMetadata"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|key| (field(key, "AccessKeyId"), field(key, "Status")))
        .collect();
    keys.sort();
    keys
}

/// The secret of a key, out of the opened vault: the first text that looks like one behind the id.
fn secret_in(vault: &str, id: &str) -> String {
    let (_, behind) = vault.split_once(id).expect("the key in the vault");
    let at = behind.find("LEAKED").expect("its secret");
    behind[at..]
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "+/".contains(*c))
        .collect()
}

/// Whether all is as it should be at the end: one key, a new one, in IAM, in the vault and in the file.
#[track_caller]
pub(crate) fn assert_rotated(sandbox: &Sandbox, user: &User) {
    let new = key_of(sandbox, "corp");
    assert_ne!(new, user.access_key_id);
    assert_eq!(key_of(sandbox, "same-key"), new);
    assert_eq!(
        keys_in_iam(sandbox, "corp", user),
        [(new.clone(), "Active".to_owned())]
    );
    let kept = vault(sandbox);
    assert!(kept.contains(&new) && !kept.contains(&user.access_key_id));
    let notes =
        std::fs::read_dir(sandbox.path("home/.local/share/leapp/rotations")).expect("the notes");
    assert_eq!(notes.count(), 0);
    let who = sandbox
        .leapp(&["whoami", "corp", "--json"])
        .run()
        .assert_ok()
        .json();
    assert_eq!(who["arn"], json!(user.arn));
}

#[test]
fn every_session_with_the_key_has_the_new_one_and_the_old_one_is_gone() {
    let faults = faults();
    let (sandbox, user) = corp(&faults);
    let before = sandbox.read(FILE);
    let output = sandbox.leapp(&["rotate-key", "corp", "--yes"]).run();
    let new = key_of(&sandbox, "corp");
    assert_snapshot!(output.transcript().replace(&new, "[NEW-KEY]"), @"
    exit 0
    --- stderr
    leapp: the access key `[OLD-KEY]` is that of arn:aws:iam::[ACCOUNT]:user/alice
    leapp: made the access key `[ACCESS-KEY-ID]`, and stored its secret in the file vault
    leapp: AWS accepts `[ACCESS-KEY-ID]`
    leapp: `corp`, `same-key` changed to `[ACCESS-KEY-ID]`
    leapp: deactivated `[OLD-KEY]`
    leapp: deleted `[OLD-KEY]`
    leapp: `corp` has the access key `[ACCESS-KEY-ID]` now
    ");
    assert_eq!(
        sandbox.read(FILE),
        before.replace(&user.access_key_id, &new)
    );
    assert_rotated(&sandbox, &user);
}

#[test]
fn a_new_key_is_given_time_until_all_of_aws_knows_it() {
    let faults = faults();
    let (sandbox, user) = corp(&faults);
    // The first is about the old key.
    for nth in [2, 3] {
        faults.on(
            When::action("GetCallerIdentity").nth(nth),
            Fault::UnknownKey,
        );
    }
    faults.on(When::action("UpdateAccessKey").nth(1), Fault::UnknownKey);
    sandbox
        .leapp(&["rotate-key", "corp", "--yes"])
        .run()
        .assert_ok();
    faults.clear();
    assert_rotated(&sandbox, &user);
}

#[test]
fn a_person_is_asked_first_and_enter_is_no() {
    let faults = faults();
    let (sandbox, user) = corp(&faults);
    let before = sandbox.read(FILE);
    assert_snapshot!(sandbox.leapp(&["rotate-key", "corp"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: no key was exchanged: there is nobody to ask
    caused by: this process has no terminal

    hint: add `--yes` to do it without a question
    ");
    let mut terminal = sandbox.leapp(&["rotate-key", "corp"]).on_terminal();
    terminal.expect("The new key goes to `same-key` as well");
    terminal.expect("[y/N] ");
    terminal.send_line("");
    terminal.expect("no key was exchanged");
    assert_eq!(terminal.wait(), Ended::Code(1));
    assert_eq!(sandbox.read(FILE), before);
    assert_eq!(faults.seen(), []);
    let mut terminal = sandbox.leapp(&["rotate-key", "corp"]).on_terminal();
    terminal.expect("[y/N] ");
    terminal.send_line("y");
    terminal.expect("has the access key");
    assert_eq!(terminal.wait(), Ended::Code(0));
    assert_rotated(&sandbox, &user);
}

#[test]
fn where_iam_wants_mfa_the_mfa_session_asks() {
    let aws = Aws::shared();
    let faults = faults();
    let mut with_mfa = allow("*", "*");
    with_mfa["Statement"][0]["Condition"] =
        json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } });
    let user = aws.user_with_mfa(&account(), "alice", &[allow("sts:*", "*"), with_mfa]);
    let sandbox = defined(&faults, &user);
    let seed = &user.mfa.as_ref().unwrap().seed;
    let mut terminal = sandbox
        .leapp(&["rotate-key", "corp", "--yes"])
        .on_terminal();
    terminal.expect("IAM denies this to the key of `corp` alone; going on with its MFA session");
    terminal.expect("MFA code for alice: ");
    terminal.send_line(&aws.totp_at(seed, -1));
    // One code is enough for all that is asked.
    terminal.expect("has the access key");
    assert_eq!(terminal.wait(), Ended::Code(0));
    assert_ne!(key_of(&sandbox, "corp"), user.access_key_id);
    assert!(!vault(&sandbox).contains(&user.access_key_id));
}

#[test]
fn a_denial_says_what_is_needed() {
    let faults = faults();
    let user = Aws::shared().user(&account(), "alice", &[allow("sts:*", "*")]);
    let sandbox = defined(&faults, &user);
    assert_snapshot!(sandbox.leapp(&["rotate-key", "corp", "--yes"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: the access key `[OLD-KEY]` is that of arn:aws:iam::[ACCOUNT]:user/alice
    leapp: error: AWS refused what was asked for `corp`
    caused by: User: arn:aws:iam::[ACCOUNT]:user/alice is not authorized to perform: iam:ListAccessKeys on resource: *
    request id: [REQUEST-ID]

    hint: the user needs `iam:ListAccessKeys`, `iam:CreateAccessKey`, `iam:UpdateAccessKey` and `iam:DeleteAccessKey` on itself: `arn:aws:iam::*:user/${aws:username}`
    hint: if that is allowed with MFA only, set `mfa_device` on `corp`
    ");
    assert_eq!(key_of(&sandbox, "corp"), user.access_key_id);
}

#[test]
fn a_user_with_two_keys_is_told_which() {
    let faults = faults();
    let (sandbox, user) = corp(&faults);
    let id = ("AWS_ACCESS_KEY_ID", user.access_key_id.as_str());
    let secret = ("AWS_SECRET_ACCESS_KEY", user.secret_access_key.as_str());
    let create = sandbox.sh(
        "aws iam create-access-key --user-name alice --query AccessKey.AccessKeyId --output text",
    );
    let create = create
        .env(id.0, id.1)
        .env(secret.0, secret.1)
        .env("AWS_DEFAULT_REGION", "us-east-1");
    let other = create.run().assert_ok().stdout.trim().to_owned();
    let output = sandbox.leapp(&["rotate-key", "corp", "--yes"]).run();
    assert_snapshot!(output.transcript().replace(&other, "[OTHER-KEY]"), @"
    exit 1
    --- stderr
    leapp: the access key `[OLD-KEY]` is that of arn:aws:iam::[ACCOUNT]:user/alice
    leapp: error: the user of `corp` has two access keys already, which is all that AWS gives: `[OLD-KEY]`, which is to be exchanged, and `[ACCESS-KEY-ID]`, which is active

    hint: see when it was last used: `aws iam get-access-key-last-used --access-key-id [ACCESS-KEY-ID]`
    hint: if nothing needs it, delete it: `aws iam delete-access-key --access-key-id [ACCESS-KEY-ID]`; then run this again
    ");
    assert_eq!(key_of(&sandbox, "corp"), user.access_key_id);
    assert_eq!(faults.count("CreateAccessKey"), 1);
}

#[test]
fn no_key_is_made_where_the_sessions_file_can_not_be_written() {
    let faults = faults();
    let (sandbox, user) = corp(&faults);
    // Even root writes no file that is longer than it may: this one is, and the vault is not.
    let long = sandbox.read(FILE) + &"# a long comment\n".repeat(4096);
    sandbox.write(FILE, &long);
    let limited = "trap '' XFSZ; ulimit -f 32; leapp rotate-key corp --yes";
    assert_snapshot!(sandbox.sh(limited).run().transcript(), @"
    exit 1
    --- stderr
    leapp: the access key `[OLD-KEY]` is that of arn:aws:iam::[ACCOUNT]:user/alice
    leapp: error: cannot write `[ROOT]/home/.config/leapp/sessions.toml`
    caused by: cannot replace `[ROOT]/home/.config/leapp/sessions.toml`
    caused by: File too large (os error 27)

    hint: raise the limit on the size of files: `ulimit -f` shows it
    ");
    assert_eq!(faults.count("CreateAccessKey"), 0);
    assert_eq!(sandbox.read(FILE), long);
    sandbox
        .leapp(&["rotate-key", "corp", "--yes"])
        .run()
        .assert_ok();
    assert_rotated(&sandbox, &user);
}

#[test]
fn an_exchange_that_fails_with_both_keys_live_says_so_and_goes_on() {
    let faults = faults();
    let (sandbox, user) = corp(&faults);
    // The first is about the old key.
    faults.on(When::action("GetCallerIdentity").nth(2), Fault::Deny("no"));
    let output = sandbox.leapp(&["rotate-key", "corp", "--yes"]).run();
    assert_snapshot!(output.transcript(), @"
    exit 1
    --- stderr
    leapp: the access key `[OLD-KEY]` is that of arn:aws:iam::[ACCOUNT]:user/alice
    leapp: made the access key `[ACCESS-KEY-ID]`, and stored its secret in the file vault
    leapp: error: AWS refused what was asked for `corp`
    caused by: no
    request id: [REQUEST-ID]

    hint: the user needs `iam:ListAccessKeys`, `iam:CreateAccessKey`, `iam:UpdateAccessKey` and `iam:DeleteAccessKey` on itself: `arn:aws:iam::*:user/${aws:username}`
    hint: if that is allowed with MFA only, set `mfa_device` on `corp`
    hint: both `[OLD-KEY]` and `[ACCESS-KEY-ID]` are live; run `leapp rotate-key corp` again, which goes on from here
    ");
    faults.clear();
    sandbox
        .leapp(&["rotate-key", "corp", "--yes"])
        .run()
        .assert_ok();
    assert_rotated(&sandbox, &user);
}

#[test]
fn a_key_of_a_shared_file_is_refused_before_anything_is_made() {
    let faults = faults();
    let (sandbox, user) = corp(&faults);
    let text = sandbox.read(FILE).replacen(
        "version = 1\n",
        "version = 1\ninclude = [\"team.toml\"]\n",
        1,
    );
    sandbox.write(FILE, &text);
    let shared = format!(
        "[sessions.shared]\ntype = \"iam-user\"\naccess_key_id = \"{}\"\n",
        user.access_key_id
    );
    sandbox.write("home/.config/leapp/team.toml", &shared);
    assert_snapshot!(sandbox.leapp(&["rotate-key", "corp", "--yes"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: session `shared` is defined in the shared file `[ROOT]/home/.config/leapp/team.toml`, which is not ours to write

    hint: change it where it comes from
    ");
    assert_eq!(faults.seen(), []);
    let prod = "arn:aws:iam::444455556666:role/x";
    sandbox.add_chained("prod", prod, "corp", &[]);
    assert_snapshot!(sandbox.leapp(&["rotate-key", "prod", "--yes"]).run().transcript(), @"
    exit 2
    --- stderr
    leapp: error: `prod` is an iam-role-chained session, which has no access key

    hint: name the IAM user that its chain begins with
    ");
}

#[test]
fn of_two_at_once_one_does_it_and_the_other_touches_nothing() {
    let faults = faults();
    let (sandbox, user) = corp(&faults);
    faults.on(When::action("CreateAccessKey").nth(1), Fault::Hold);
    let first = sandbox.leapp(&["rotate-key", "corp", "--yes"]).start();
    wait_for("a key that is asked for", || {
        (faults.count("CreateAccessKey") == 1).then_some(())
    });
    let seen = faults.seen().len();
    let pid = first.pid().to_string();
    // By its other name as well: it is the same key.
    for alias in ["corp", "same-key"] {
        let second = sandbox.leapp(&["rotate-key", alias, "--yes"]).run();
        let second = second.assert_code(1);
        let said = format!(
            "another leapp is exchanging an access key (pid {pid}, exchanging the access key of `corp`)"
        );
        assert!(second.stderr.contains(&said), "{}", second.stderr);
        let hint =
            format!("hint: wait until it is done, then run `leapp rotate-key {alias}` again");
        assert!(second.stderr.contains(&hint), "{}", second.stderr);
    }
    assert_eq!(faults.seen().len(), seen, "AWS is asked nothing");
    faults.release();
    first.wait().assert_ok();
    assert_rotated(&sandbox, &user);
    assert_eq!(faults.count("DeleteAccessKey"), 1);
}
