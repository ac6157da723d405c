//! `leapp import leapp`: a lock file as Leapp seals it, secrets as keytar keeps them.

use std::fs;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::manage::{KEY, SECRET};
use crate::sessions::FILE;
use crate::support::aws::Aws;
use crate::support::output::Output;
use crate::support::pty::Ended;
use crate::support::sandbox::Sandbox;
use crate::support::secret_service::SecretService;
use crate::support::world::Chain;

const LOCK_FILE: &str = "home/.Leapp/Leapp-lock.json";

/// The id of some other machine.
pub(crate) const ELSEWHERE: &str = "0123456789abcdef0123456789abcdef";

/// The id of this machine as Leapp takes it; empty where it has none.
fn id_of_this_machine() -> String {
    ["/var/lib/dbus/machine-id", "/etc/machine-id"]
        .iter()
        .filter_map(|file| fs::read_to_string(file).ok())
        .filter_map(|text| text.lines().next().map(ToOwned::to_owned))
        .collect()
}

/// Seals a workspace as Leapp does, with the real OpenSSL.
pub(crate) fn seal(sandbox: &Sandbox, workspace: &Value, machine_id: &str) {
    let script = format!(
        "mkdir -p ~/.Leapp && pass=$(printf %s '{machine_id}' | sha256sum | cut -d' ' -f1) && \
         openssl enc -aes-256-cbc -md md5 -a -A -pass pass:\"$pass\" > ~/.Leapp/Leapp-lock.json"
    );
    let sealed = sandbox.sh(&script).stdin(workspace.to_string()).run();
    sealed.assert_ok();
    let base64 = sandbox.read(LOCK_FILE);
    assert!(base64.starts_with("U2FsdGVkX1"), "{base64}");
}

/// A workspace that this machine can open, and the flags that it takes: none, unless the machine has no
/// id at all.
fn seal_here(sandbox: &Sandbox, workspace: &Value) -> Vec<&'static str> {
    let id = id_of_this_machine();
    if id.is_empty() {
        seal(sandbox, workspace, ELSEWHERE);
        return vec!["--machine-id", ELSEWHERE];
    }
    seal(sandbox, workspace, &id);
    Vec::new()
}

fn import<'a>(sandbox: &'a Sandbox, flags: &[&str], more: &[&str]) -> crate::support::run::Run<'a> {
    let words = [&["import", "leapp"], flags, more].concat();
    sandbox.leapp(&words)
}

/// Keeps a secret as keytar does: found by `service` and `account`.
fn keep(sandbox: &Sandbox, session_id: &str, half: &str, secret: &str) {
    let account = format!("{session_id}-iam-user-aws-session-{half}");
    let words = [
        "store", "--label", "Leapp", "service", "Leapp", "account", &account,
    ];
    let stored = sandbox.command("secret-tool").args(&words).stdin(secret);
    stored.run().assert_ok();
}

fn keep_key(sandbox: &Sandbox, session_id: &str, id: &str, secret: &str) {
    keep(sandbox, session_id, "access-key-id", id);
    keep(sandbox, session_id, "secret-access-key", secret);
}

/// A user, a role on it with a name of two words, and a role on that.
fn workspace(roles: [&str; 2]) -> Value {
    let profiles = json!([{ "id": "p1", "name": "default" }, { "id": "p2", "name": "work" }]);
    json!({
        "_workspaceVersion": 4, "_profiles": profiles,
        "_idpUrls": [{ "id": "i1", "url": "https://idp.example.com/start" }],
        "_sessions": [
            { "sessionId": "s-audit", "sessionName": "Audit (all)", "type": "awsIamRoleChained",
              "status": 0, "region": "eu-west-1", "profileId": "p2", "parentSessionId": "s-user",
              "roleArn": roles[0], "roleSessionName": "assumed-from-leapp" },
            { "sessionId": "s-user", "sessionName": "corp", "type": "awsIamUser", "status": 0,
              "region": "eu-west-1", "profileId": "p1" },
            { "sessionId": "s-prod", "sessionName": "prod", "type": "awsIamRoleChained",
              "status": 2, "region": "us-east-1", "profileId": "p1",
              "parentSessionId": "s-audit", "roleArn": roles[1], "roleSessionName": "alice" },
            { "sessionId": "s-dev", "sessionName": "dev", "type": "awsIamRoleFederated",
              "region": "eu-west-1", "profileId": "p1", "idpUrlId": "i1",
              "idpArn": "arn:aws:iam::111122223333:saml-provider/Corp",
              "roleArn": "arn:aws:iam::111122223333:role/Dev" },
            { "sessionId": "s-sso", "sessionName": "by sso", "type": "awsSsoRole" },
            { "sessionId": "s-azure", "sessionName": "blue", "type": "azure" },
            { "sessionId": "s-local", "sessionName": "local", "type": "localstack" },
        ],
    })
}

pub(crate) fn simple() -> Value {
    workspace([
        "arn:aws:iam::444455556666:role/Audit",
        "arn:aws:iam::777788889999:role/Admin",
    ])
}

#[test]
fn sessions_and_secrets_come_over_and_work() {
    let aws = Aws::shared();
    let chain = Chain::new(aws, 2);
    let mut sandbox = Sandbox::new()
        .endpoint(&aws.url())
        .name(&chain.roles[0], "[AUDIT]")
        .name(&chain.roles[1], "[PROD]");
    let Some(_keyring) = SecretService::unlocked(&mut sandbox) else {
        return;
    };
    let flags = seal_here(&sandbox, &workspace([&chain.roles[0], &chain.roles[1]]));
    let user = &chain.user;
    keep_key(
        &sandbox,
        "s-user",
        &user.access_key_id,
        &user.secret_access_key,
    );
    assert_snapshot!(import(&sandbox, &flags, &["--yes"]).run().transcript(), @"
    exit 0
    --- stderr
    leapp: new: `audit-all` (`Audit (all)`), [AUDIT] from `corp`
    leapp: new: `corp`, the user of `[ACCESS-KEY-ID]`
    leapp: new: `prod`, [PROD] from `audit-all`
    leapp: new: `dev`, arn:aws:iam::111122223333:role/Dev behind a SAML login
    leapp: left out: `by sso`: it logs in through IAM Identity Center (SSO), which has no session type here
    leapp: left out: `blue`: it is an Azure session, and only AWS is spoken here
    leapp: left out: `local`: it is a LocalStack session, which needs no credentials: give any session an `endpoint_url`
    leapp: added 4 sessions, stored 1 secret in the OS keyring
    ");
    let written = import(&sandbox, &flags, &["--yes"]).run();
    assert_snapshot!(written.comparable(&sandbox.read(FILE)), @r#"
    version = 1

    [sessions.audit-all]
    type = "iam-role-chained"
    assumer_session = "corp"
    role_arn = "[AUDIT]"
    region = "eu-west-1"
    description = "Audit (all)"
    named_profile = "work"

    [sessions.corp]
    type = "iam-user"
    region = "eu-west-1"
    access_key_id = "[ACCESS-KEY-ID]"
    named_profile = "default"

    [sessions.prod]
    type = "iam-role-chained"
    assumer_session = "audit-all"
    role_arn = "[PROD]"
    role_session_name = "alice"
    region = "us-east-1"
    named_profile = "default"

    [sessions.dev]
    type = "iam-role-federated"
    saml_url = "https://idp.example.com/start"
    idp_arn = "arn:aws:iam::111122223333:saml-provider/Corp"
    role_arn = "arn:aws:iam::111122223333:role/Dev"
    region = "eu-west-1"
    named_profile = "default"
    "#);
    assert_snapshot!(written.transcript(), @"
    exit 0
    --- stderr
    leapp: already there: `audit-all` (`Audit (all)`)
    leapp: already there: `corp`
    leapp: already there: `prod`
    leapp: already there: `dev`
    leapp: left out: `by sso`: it logs in through IAM Identity Center (SSO), which has no session type here
    leapp: left out: `blue`: it is an Azure session, and only AWS is spoken here
    leapp: left out: `local`: it is a LocalStack session, which needs no credentials: give any session an `endpoint_url`
    leapp: there is nothing to add: everything is already imported
    ");
    let words = [
        "prod",
        "--",
        "aws",
        "sts",
        "get-caller-identity",
        "--query",
        "Arn",
    ];
    let who = sandbox.leapp_exec(&words).run().assert_ok().stdout;
    assert!(who.contains("assumed-role/R2/alice"), "{who}");
    // The secret lies under our own name now, and Leapp's is as it was.
    let ours = format!(
        "secret-tool lookup service leapp username {}",
        user.access_key_id
    );
    let theirs =
        "secret-tool lookup service Leapp account s-user-iam-user-aws-session-secret-access-key";
    for lookup in [&*ours, theirs] {
        let found = sandbox.sh(lookup).may_print_secrets().run().assert_ok();
        assert_eq!(found.stdout.trim(), user.secret_access_key);
    }
}

#[test]
fn a_dry_run_shows_the_change_and_makes_none() {
    let mut sandbox = Sandbox::new();
    let Some(_keyring) = SecretService::unlocked(&mut sandbox) else {
        return;
    };
    let flags = seal_here(&sandbox, &simple());
    keep_key(&sandbox, "s-user", KEY, SECRET);
    assert_snapshot!(import(&sandbox, &flags, &["--dry-run"]).run().transcript(), @r#"
    exit 0
    --- stdout
    --- [ROOT]/home/.config/leapp/sessions.toml
    +++ [ROOT]/home/.config/leapp/sessions.toml, after the import
    @@ -0,0 +1,31 @@
    +version = 1
    +
    +[sessions.audit-all]
    +type = "iam-role-chained"
    +assumer_session = "corp"
    +role_arn = "arn:aws:iam::444455556666:role/Audit"
    +region = "eu-west-1"
    +description = "Audit (all)"
    +named_profile = "work"
    +
    +[sessions.corp]
    +type = "iam-user"
    +region = "eu-west-1"
    +access_key_id = "[ACCESS-KEY-ID]"
    +named_profile = "default"
    +
    +[sessions.prod]
    +type = "iam-role-chained"
    +assumer_session = "audit-all"
    +role_arn = "arn:aws:iam::777788889999:role/Admin"
    +role_session_name = "alice"
    +region = "us-east-1"
    +named_profile = "default"
    +
    +[sessions.dev]
    +type = "iam-role-federated"
    +saml_url = "https://idp.example.com/start"
    +idp_arn = "arn:aws:iam::111122223333:saml-provider/Corp"
    +role_arn = "arn:aws:iam::111122223333:role/Dev"
    +region = "eu-west-1"
    +named_profile = "default"
    --- stderr
    leapp: new: `audit-all` (`Audit (all)`), arn:aws:iam::444455556666:role/Audit from `corp`
    leapp: new: `corp`, the user of `[ACCESS-KEY-ID]`
    leapp: new: `prod`, arn:aws:iam::777788889999:role/Admin from `audit-all`
    leapp: new: `dev`, arn:aws:iam::111122223333:role/Dev behind a SAML login
    leapp: left out: `by sso`: it logs in through IAM Identity Center (SSO), which has no session type here
    leapp: left out: `blue`: it is an Azure session, and only AWS is spoken here
    leapp: left out: `local`: it is a LocalStack session, which needs no credentials: give any session an `endpoint_url`
    "#);
    assert!(!sandbox.path("home/.config/leapp").exists());
    assert!(!sandbox.path("home/.local/share/leapp").exists());
    let lookup = format!("secret-tool lookup service leapp username {KEY}");
    assert_eq!(sandbox.sh(&lookup).run().stdout, "");
}

#[test]
fn what_the_keyring_lacks_is_named_with_the_command_that_adds_it() {
    let mut sandbox = Sandbox::new();
    let Some(_keyring) = SecretService::unlocked(&mut sandbox) else {
        return;
    };
    let mut workspace = simple();
    let more = json!({ "sessionId": "s-two", "sessionName": "Second User", "type": "awsIamUser",
        "region": "eu-west-1", "mfaDevice": "arn:aws:iam::111122223333:mfa/bob" });
    let sessions = workspace["_sessions"].as_array_mut().expect("a list");
    sessions.truncate(3);
    sessions.push(more);
    let flags = seal_here(&sandbox, &workspace);
    keep(&sandbox, "s-user", "access-key-id", KEY);
    assert_snapshot!(import(&sandbox, &flags, &["--yes"]).run().transcript(), @"
    exit 0
    --- stderr
    leapp: new: `audit-all` (`Audit (all)`), arn:aws:iam::444455556666:role/Audit from `corp`
    leapp: new: `corp`, the user of `[ACCESS-KEY-ID]`
    leapp: new: `prod`, arn:aws:iam::777788889999:role/Admin from `audit-all`
    leapp: warning: the secret of `corp` is nowhere to be found; give it: `leapp add user corp --secret-access-key -`
    leapp: warning: the access key of `second-user` (`Second User`) is nowhere to be found; define it: `leapp add user second-user --access-key-id AKIA... --secret-access-key - --mfa-device arn:aws:iam::111122223333:mfa/bob --region eu-west-1`
    leapp: added 3 sessions
    ");
    // Running again when the secret is there finishes the work.
    keep(&sandbox, "s-user", "secret-access-key", SECRET);
    let again = import(&sandbox, &flags, &["--yes"]).run().assert_ok();
    assert!(
        again.stderr.contains("stored 1 secret in the OS keyring"),
        "{}",
        again.transcript()
    );
}

#[test]
fn a_file_of_another_machine_opens_with_the_id_of_that_one() {
    let sandbox = Sandbox::new();
    seal(&sandbox, &simple(), &format!("{ELSEWHERE}{ELSEWHERE}"));
    let id = id_of_this_machine();
    if id.is_empty() {
        assert_snapshot!(import(&sandbox, &[], &["--yes"]).run().assert_code(1).stderr.lines().next().unwrap_or_default(), @"leapp: error: `[ROOT]/home/.Leapp/Leapp-lock.json` is sealed with the id of its machine, and this machine has none");
    } else {
        assert_snapshot!(import(&sandbox, &[], &["--yes"]).run().transcript(), @"
        exit 1
        --- stderr
        leapp: error: `[ROOT]/home/.Leapp/Leapp-lock.json` was sealed on another machine, or is damaged: the id of this one does not open it

        hint: get the id of the machine where Leapp has written it: on Linux `cat /etc/machine-id`, on macOS the `IOPlatformUUID` of `ioreg -rd1 -c IOPlatformExpertDevice`
        hint: then give it: `leapp import leapp FILE --machine-id ID`
        ");
    }
    assert_eq!(sandbox.read(FILE), "");
    // There is no keyring here: what the file says comes over, and what is missing is said.
    let given = import(&sandbox, &["--machine-id", ELSEWHERE], &["--yes"]).run();
    assert_snapshot!(given.transcript(), @"
    exit 0
    --- stderr
    leapp: warning: Leapp's secrets are out of reach: the OS keyring cannot be reached: there is no D-Bus session bus: Failed to connect to address `unix:path=[ROOT]/run/bus`: No such file or directory (os error 2)
    leapp: new: `audit-all` (`Audit (all)`), arn:aws:iam::444455556666:role/Audit from `corp`
    leapp: new: `prod`, arn:aws:iam::777788889999:role/Admin from `audit-all`
    leapp: new: `dev`, arn:aws:iam::111122223333:role/Dev behind a SAML login
    leapp: left out: `by sso`: it logs in through IAM Identity Center (SSO), which has no session type here
    leapp: left out: `blue`: it is an Azure session, and only AWS is spoken here
    leapp: left out: `local`: it is a LocalStack session, which needs no credentials: give any session an `endpoint_url`
    leapp: warning: the access key of `corp` is nowhere to be found; define it: `leapp add user corp --access-key-id AKIA... --secret-access-key - --region eu-west-1`
    leapp: added 3 sessions
    ");
    assert!(sandbox.read(FILE).contains("[sessions.audit-all]"));
}

#[test]
fn what_is_no_lock_file_is_an_error_of_its_own() {
    let sandbox = Sandbox::new();
    let failed = |text: &str| -> Output {
        sandbox.write(LOCK_FILE, text);
        import(&sandbox, &["--machine-id", ELSEWHERE], &["--yes"]).run()
    };
    assert_snapshot!(import(&sandbox, &[], &[]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: `[ROOT]/home/.Leapp/Leapp-lock.json` is not there

    hint: name the file: `leapp import leapp FILE`
    ");
    assert_snapshot!(failed("{\"_sessions\": []}").transcript(), @"
    exit 1
    --- stderr
    leapp: error: `[ROOT]/home/.Leapp/Leapp-lock.json` is not a lock file of Leapp: it is not base64, as such a file is

    hint: Leapp's own is `~/.Leapp/Leapp-lock.json`; an export of its settings is something else
    ");
    assert_snapshot!(failed("AAAA").transcript(), @"
    exit 1
    --- stderr
    leapp: error: `[ROOT]/home/.Leapp/Leapp-lock.json` is not a lock file of Leapp: it does not hold what OpenSSL would have sealed

    hint: Leapp's own is `~/.Leapp/Leapp-lock.json`; an export of its settings is something else
    ");
    seal(
        &sandbox,
        &json!({ "sessions": "of another program" }),
        ELSEWHERE,
    );
    let unknown = import(&sandbox, &["--machine-id", ELSEWHERE], &["--yes"]).run();
    assert_snapshot!(unknown.transcript(), @"
    exit 1
    --- stderr
    leapp: error: `[ROOT]/home/.Leapp/Leapp-lock.json` is open, but not written by a Leapp that is known (line 1, column 33)

    hint: start the newest Leapp once, so that it writes the file anew, and import that
    ");
}

#[test]
fn a_locked_keyring_stops_the_import_before_anything_is_written() {
    let mut sandbox = Sandbox::new();
    let Some(keyring) = SecretService::unlocked(&mut sandbox) else {
        return;
    };
    let flags = seal_here(&sandbox, &simple());
    keep_key(&sandbox, "s-user", KEY, SECRET);
    keyring.lock();
    assert_snapshot!(import(&sandbox, &flags, &["--yes"]).run().transcript(), @"
    exit 3
    --- stderr
    leapp: error: the OS keyring is locked
    caused by: the unlock dialog of gnome-keyring needs a graphical display

    hint: unlock it in your desktop session, or with `gnome-keyring-daemon --unlock`
    hint: to keep new secrets in an encrypted file instead, set `LEAPP_SECRETS=file`
    ");
    assert_eq!(sandbox.read(FILE), "");
}

#[test]
fn on_a_terminal_it_asks_and_elsewhere_it_wants_to_be_told() {
    let mut sandbox = Sandbox::new();
    let Some(_keyring) = SecretService::unlocked(&mut sandbox) else {
        return;
    };
    let flags = seal_here(&sandbox, &simple());
    keep_key(&sandbox, "s-user", KEY, SECRET);
    let alone = import(&sandbox, &flags, &[]).run().assert_code(1);
    assert!(
        alone.stderr.contains("hint: add `--yes`"),
        "{}",
        alone.transcript()
    );
    for (answer, code) in [("n", 1), ("y", 0)] {
        assert_eq!(sandbox.read(FILE), "");
        let mut terminal = import(&sandbox, &flags, &[]).on_terminal();
        terminal.expect("Add 4 sessions to `");
        terminal.expect("and 1 secret to the OS keyring? [y/N] ");
        terminal.send_line(answer);
        assert_eq!(terminal.wait(), Ended::Code(code));
    }
    assert!(sandbox.read(FILE).contains("[sessions.prod]"));
}
