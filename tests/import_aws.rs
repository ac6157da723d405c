//! `leapp import aws-config`: the AWS CLI's own files, and the keys in them.

use std::fmt::Write;

use insta::assert_snapshot;

use crate::manage::{KEY, SECRET};
use crate::sessions::{CORP, FILE, line, with};
use crate::support::aws::Aws;
use crate::support::pty::Ended;
use crate::support::run::Run;
use crate::support::sandbox::{Sandbox, private};
use crate::support::world::{Chain, User};

const CONFIG: &str = "home/.aws/config";
const CREDENTIALS: &str = "home/.aws/credentials";

/// The files hold secrets by nature, until they are removed.
fn import<'a>(sandbox: &'a Sandbox, flags: &str) -> Run<'a> {
    let words = line("import aws-config");
    sandbox
        .leapp(&words)
        .args(&flags.split_whitespace().collect::<Vec<_>>())
        .may_write_secrets()
}

/// A credentials file with comments, tabs, CRLF, a nested block and no final newline.
fn credentials(user: &User) -> String {
    let User {
        access_key_id,
        secret_access_key,
        ..
    } = user;
    format!(
        "# mine\r\n[u1]\r\naws_access_key_id={access_key_id}\r\naws_secret_access_key\t=  {secret_access_key}\r\n\
         region = eu-west-1\r\ns3 =\r\n  max_concurrent_requests = 20\r\n\r\n[temporary]\n\taws_access_key_id = ASIAIOSFODNN7EXAMPLE\n\
         \taws_secret_access_key = x\n\taws_session_token = y"
    )
}

/// The same without the two lines.
fn stripped() -> &'static str {
    "# mine\r\n[u1]\r\nregion = eu-west-1\r\ns3 =\r\n  max_concurrent_requests = 20\r\n\r\n[temporary]\n\
     \taws_access_key_id = ASIAIOSFODNN7EXAMPLE\n\taws_secret_access_key = x\n\taws_session_token = y"
}

/// `r1` on `u1`, `r2` on `r1`...
fn config(chain: &Chain) -> String {
    let serial = chain.user.mfa.as_ref().map(|mfa| mfa.serial.as_str());
    let mut config = "[default]\nregion = eu-west-1\n".to_owned();
    for (index, arn) in chain.roles.iter().enumerate() {
        let source = match index {
            0 => "u1".to_owned(),
            n => format!("r{n}"),
        };
        let _ = write!(
            config,
            "\n[profile r{}]\nrole_arn = {arn}\nsource_profile = {source}\nrole_session_name = alice\n",
            index + 1
        );
        if let (0, Some(serial)) = (index, serial) {
            let _ = writeln!(config, "mfa_serial = {serial}");
        }
    }
    config
}

const WHO: &[&str] = &[
    "aws",
    "sts",
    "get-caller-identity",
    "--query",
    "Arn",
    "--output",
    "text",
];

/// Who the real AWS CLI is, under a profile of its own.
fn cli<'a>(sandbox: &'a Sandbox, profile: &str) -> Run<'a> {
    let words = [&WHO[1..], &["--profile", profile, "--region", "eu-west-1"]].concat();
    sandbox.command("aws").args(&words).may_write_secrets()
}

#[test]
fn a_chain_of_the_aws_cli_works_as_before_and_no_secret_stays_in_its_files() {
    let aws = Aws::shared();
    let chain = Chain::new(aws, 3);
    let mut sandbox = Sandbox::new().endpoint(&aws.url());
    for (index, arn) in chain.roles.iter().enumerate() {
        sandbox = sandbox.name(arn, &format!("[R{}]", index + 1));
    }
    sandbox = sandbox.name(&chain.user.arn, "[U1]");
    sandbox.write(CONFIG, &config(&chain));
    let file = sandbox.write(CREDENTIALS, &credentials(&chain.user));
    private(&file, 0o640);
    let before = cli(&sandbox, "r3").run().assert_ok().stdout;
    assert!(before.contains("assumed-role/R3/alice"), "{before}");
    // What the AWS CLI keeps of its own, unsealed.
    std::fs::remove_dir_all(sandbox.path("home/.aws/cli")).unwrap();

    assert_snapshot!(import(&sandbox, "--yes").run().transcript(), @"
    exit 0
    --- stderr
    leapp: new: `r1`, [R1] from `u1`
    leapp: new: `r2`, [R2] from `r1`
    leapp: new: `r3`, [R3] from `r2`
    leapp: new: `u1`, the user of `[ACCESS-KEY-ID]`
    leapp: new: `eu-west-1` as the region of sessions that name none
    leapp: left out: `default`: it has no credentials, only settings
    leapp: left out: `temporary`: its keys are temporary, and end by themselves
    leapp: left behind: `s3` of `u1`: put it into `[default]`, where programs under leapp read it
    leapp: added 4 sessions, stored 1 secret in the file vault
    leapp: 1 secret is still in `[ROOT]/home/.aws/credentials`, in plain text; `--remove-secrets` removes what is imported
    ");
    assert_eq!(sandbox.read(CREDENTIALS), credentials(&chain.user));
    let removed = import(&sandbox, "--yes --remove-secrets").run();
    assert_snapshot!(removed.transcript(), @"
    exit 0
    --- stderr
    leapp: already there: `r1`
    leapp: already there: `r2`
    leapp: already there: `r3`
    leapp: already there: `u1`
    leapp: left out: `default`: it has no credentials, only settings
    leapp: left out: `temporary`: its keys are temporary, and end by themselves
    leapp: there is nothing to add: everything is already imported
    leapp: `[ACCESS-KEY-ID]` works from the secret store: it is [U1]
    leapp: removed 1 secret
    ");
    assert_eq!(sandbox.read(CREDENTIALS), stripped());
    assert_eq!(sandbox.read(CONFIG), config(&chain));
    let mode = std::os::unix::fs::PermissionsExt::mode(&file.metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o640);

    // From here on the sandbox looks for the secret in every file again.
    let words = [&["r3", "--"], WHO].concat();
    let after = sandbox.leapp_exec(&words).run().assert_ok().stdout;
    assert_eq!(after, before);
    let sessions = removed.comparable(&sandbox.read(FILE));
    assert_snapshot!(sessions, @r#"
    version = 1

    [defaults]
    region = "eu-west-1"

    [sessions.r1]
    type = "iam-role-chained"
    assumer_session = "u1"
    role_arn = "[R1]"
    role_session_name = "alice"

    [sessions.r2]
    type = "iam-role-chained"
    assumer_session = "r1"
    role_arn = "[R2]"
    role_session_name = "alice"

    [sessions.r3]
    type = "iam-role-chained"
    assumer_session = "r2"
    role_arn = "[R3]"
    role_session_name = "alice"

    [sessions.u1]
    type = "iam-user"
    access_key_id = "[ACCESS-KEY-ID]"
    region = "eu-west-1"
    "#);
    // The temporary keys that are left are none of ours.
    assert_snapshot!(sandbox.leapp(&line("import aws-config --yes")).run().transcript(), @"
    exit 0
    --- stderr
    leapp: already there: `r1`
    leapp: already there: `r2`
    leapp: already there: `r3`
    leapp: left out: `default`: it has no credentials, only settings
    leapp: left out: `u1`: it has no credentials, only settings
    leapp: left out: `temporary`: its keys are temporary, and end by themselves
    leapp: there is nothing to add: everything is already imported
    ");
}

#[test]
fn the_mfa_device_of_a_role_opens_its_user() {
    let aws = Aws::shared();
    let chain = Chain::with_mfa(aws, 2);
    let sandbox = Sandbox::new().endpoint(&aws.url());
    sandbox.write(CONFIG, &config(&chain));
    sandbox.write(CREDENTIALS, &credentials(&chain.user));
    import(&sandbox, "--yes --remove-secrets").run().assert_ok();
    let mfa = chain.user.mfa.as_ref().expect("a device");
    let code = aws.totp(&mfa.seed);
    let words = [&["--mfa-code", &code, "r2", "--"], WHO].concat();
    let who = sandbox.leapp_exec(&words).run().assert_ok().stdout;
    assert!(who.contains("assumed-role/R2/alice"), "{who}");
    let calls = aws.calls();
    let opened = calls.iter().find(|call| {
        call.access_key_id == chain.user.access_key_id && call.action == "GetSessionToken"
    });
    assert_eq!(
        opened.expect("a call").parameters["SerialNumber"],
        mfa.serial
    );
}

#[test]
fn a_key_that_aws_does_not_know_stays_in_the_file() {
    let aws = Aws::shared();
    let chain = Chain::new(aws, 1);
    let sandbox = Sandbox::new()
        .endpoint(&aws.url())
        .name(&chain.user.arn, "[U1]");
    let unknown =
        format!("\n[gone]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n");
    sandbox.write(CREDENTIALS, &(credentials(&chain.user) + &unknown));
    assert_snapshot!(import(&sandbox, "--yes --remove-secrets --region eu-west-1").run().transcript(), @"
    exit 1
    --- stderr
    leapp: new: `u1`, the user of `[ACCESS-KEY-ID]`
    leapp: new: `gone`, the user of `[ACCESS-KEY-ID]`
    leapp: new: `eu-west-1` as the region of sessions that name none
    leapp: left out: `temporary`: its keys are temporary, and end by themselves
    leapp: left behind: `s3` of `u1`: put it into `[default]`, where programs under leapp read it
    leapp: added 2 sessions, stored 2 secrets in the file vault
    leapp: `[ACCESS-KEY-ID]` works from the secret store: it is [U1]
    leapp: removed 1 secret
    leapp: error: the secret of `[ACCESS-KEY-ID]` was not removed: AWS does not say whose it is
    caused by: The security token included in the request is invalid.

    hint: the key may be deleted or switched off in IAM; then take its lines out of the file by hand
    ");
    assert_eq!(sandbox.read(CREDENTIALS), stripped().to_owned() + &unknown);
}

#[test]
fn the_files_that_still_hold_a_secret_are_named() {
    let sandbox = Sandbox::new();
    let key = |n| format!("aws_access_key_id = {KEY}{n}\naws_secret_access_key = {SECRET}{n}\n");
    sandbox.write(CONFIG, &format!("[profile one]\n{}", key(1)));
    let first = import(&sandbox, "--yes --region eu-west-1").run();
    let still = |text: &str| format!("leapp: {text}, in plain text; `--remove-secrets`");
    let config = format!("`{}`", sandbox.path(CONFIG).display());
    let credentials = format!("`{}`", sandbox.path(CREDENTIALS).display());
    let one = still(&format!("1 secret is still in {config}"));
    assert!(first.assert_ok().stderr.contains(&one));
    sandbox.write(CREDENTIALS, &format!("[two]\n{}", key(2)));
    let second = import(&sandbox, "--yes").run();
    let both = still(&format!(
        "2 secrets are still in {credentials} and {config}"
    ));
    assert!(second.assert_ok().stderr.contains(&both));
}

#[test]
fn each_of_several_keys_that_stay_is_named() {
    let sandbox = Sandbox::new()
        .endpoint(&Aws::shared().url())
        .name(&format!("{KEY}1"), "[FIRST]")
        .name(&format!("{KEY}2"), "[SECOND]");
    let mut dead = String::new();
    for n in [1, 2] {
        let _ = write!(
            dead,
            "[gone{n}]\naws_access_key_id = {KEY}{n}\naws_secret_access_key = {SECRET}{n}\n"
        );
    }
    sandbox.write(CREDENTIALS, &dead);
    assert_snapshot!(import(&sandbox, "--yes --remove-secrets --region eu-west-1").run().transcript(), @"
    exit 1
    --- stderr
    leapp: new: `gone1`, the user of `[FIRST]`
    leapp: new: `gone2`, the user of `[SECOND]`
    leapp: new: `eu-west-1` as the region of sessions that name none
    leapp: added 2 sessions, stored 2 secrets in the file vault
    leapp: warning: the secret of `[FIRST]` was not removed: AWS does not say whose it is: The security token included in the request is invalid.
    leapp: error: the secret of `[SECOND]` was not removed: AWS does not say whose it is
    caused by: The security token included in the request is invalid.

    hint: the key may be deleted or switched off in IAM; then take its lines out of the file by hand
    ");
    assert_eq!(sandbox.read(CREDENTIALS), dead);
}

#[test]
fn a_secret_that_the_store_does_not_give_back_stays_in_the_file() {
    let aws = Aws::shared();
    let chain = Chain::new(aws, 1);
    let sandbox = Sandbox::new().endpoint(&aws.url());
    sandbox.write(CREDENTIALS, &credentials(&chain.user));
    import(&sandbox, "--yes --region eu-west-1")
        .run()
        .assert_ok();
    let words = line("add user u1 --secret-access-key -");
    let other = sandbox.leapp(&words).stdin(SECRET).may_write_secrets();
    other.run().assert_ok();
    assert_snapshot!(import(&sandbox, "--yes --remove-secrets").run().transcript(), @"
    exit 1
    --- stderr
    leapp: already there: `u1`
    leapp: left out: `temporary`: its keys are temporary, and end by themselves
    leapp: there is nothing to add: everything is already imported
    leapp: error: the secret of `[ACCESS-KEY-ID]` was not removed: the secret store holds another one for that access key

    hint: run `leapp login u1` to see whether that one works
    hint: if the file is right, run `leapp add user u1 --secret-access-key -` and give the one from the file
    ");
    assert_eq!(sandbox.read(CREDENTIALS), credentials(&chain.user));
}

/// One profile of every kind that there is.
const ODD: &str = "\
[default]
output = json
[profile 'Prod Admin']
role_arn = arn:aws:iam::444455556666:role/Admin
source_profile = key
mfa_serial = arn:aws:iam::111122223333:mfa/alice
external_id = e-1
duration_seconds = 5400
region = us-east-1
[profile prod-admin]
role_arn = arn:aws:iam::444455556666:role/Other
source_profile = key
mfa_serial = arn:aws:iam::111122223333:mfa/other
[profile corp]
role_arn = arn:aws:iam::444455556666:role/Corp
source_profile = Prod Admin
[profile a]
role_arn = arn:aws:iam::444455556666:role/a
source_profile = b
[profile b]
role_arn = arn:aws:iam::444455556666:role/b
source_profile = a
[profile orphan]
role_arn = arn:aws:iam::444455556666:role/x
source_profile = nobody
[profile sso]
sso_session = corp
[profile on-sso]
role_arn = arn:aws:iam::444455556666:role/x
source_profile = sso
[profile ec2]
role_arn = arn:aws:iam::444455556666:role/x
credential_source = Ec2InstanceMetadata
[profile token]
role_arn = arn:aws:iam::444455556666:role/x
web_identity_token_file = /var/run/token
[profile vault]
credential_process = aws-vault export corp
[sso-session corp]
sso_region = eu-west-1
";

#[test]
fn all_that_is_odd_comes_over_or_is_listed_with_the_reason() {
    let sandbox = with(CORP);
    sandbox.write(CONFIG, ODD);
    sandbox.write(
        CREDENTIALS,
        &format!("[key]\naws_access_key_id = {KEY}2\naws_secret_access_key = {SECRET}\n"),
    );
    let dry = import(&sandbox, "--dry-run").run();
    assert_snapshot!(dry.transcript(), @r#"
    exit 0
    --- stdout
    --- [ROOT]/home/.config/leapp/sessions.toml
    +++ [ROOT]/home/.config/leapp/sessions.toml, after the import
    @@ -6,3 +6,30 @@
     [sessions.corp]
     type = "iam-user"
     access_key_id = "[ACCESS-KEY-ID]"
    +
    +[sessions.prod-admin-2]
    +type = "iam-role-chained"
    +assumer_session = "key"
    +role_arn = "arn:aws:iam::444455556666:role/Admin"
    +external_id = "e-1"
    +duration = "1h30m"
    +region = "us-east-1"
    +description = "Prod Admin"
    +named_profile = "Prod Admin"
    +
    +[sessions.prod-admin]
    +type = "iam-role-chained"
    +assumer_session = "key"
    +role_arn = "arn:aws:iam::444455556666:role/Other"
    +
    +[sessions.corp-2]
    +type = "iam-role-chained"
    +assumer_session = "prod-admin-2"
    +role_arn = "arn:aws:iam::444455556666:role/Corp"
    +description = "corp"
    +named_profile = "corp"
    +
    +[sessions.key]
    +type = "iam-user"
    +access_key_id = "[ACCESS-KEY-ID]2"
    +mfa_device = "arn:aws:iam::111122223333:mfa/alice"
    --- stderr
    leapp: new: `prod-admin-2` (`Prod Admin`), arn:aws:iam::444455556666:role/Admin from `key`
    leapp: new: `prod-admin`, arn:aws:iam::444455556666:role/Other from `key`
    leapp: new: `corp-2` (`corp`), arn:aws:iam::444455556666:role/Corp from `prod-admin-2`
    leapp: new: `key`, the user of `[ACCESS-KEY-ID]2`
    leapp: left out: `default`: it has no credentials, only settings
    leapp: left out: `sso`: it logs in through IAM Identity Center (SSO), which has no session type here
    leapp: left out: `ec2`: its credentials come from this machine's surroundings (`credential_source = Ec2InstanceMetadata`)
    leapp: left out: `token`: it logs in with a web identity token, which has no session type here
    leapp: left out: `vault`: its credentials come from another program (`credential_process`)
    leapp: left out: `a`: it is assumed in a circle: a -> b -> a
    leapp: left out: `b`: it is assumed in a circle: a -> b -> a
    leapp: left out: `orphan`: it is assumed from `nobody`, which is not there
    leapp: left out: `on-sso`: it is assumed from `sso`, which cannot be imported
    leapp: warning: `key` has the MFA device `arn:aws:iam::111122223333:mfa/alice`; `prod-admin` named another, `arn:aws:iam::111122223333:mfa/other`, and gets its codes from the first now
    "#);
    assert_eq!(sandbox.read(FILE), CORP);
    let imported = import(&sandbox, "--yes").run().assert_ok();
    assert!(
        imported
            .stderr
            .contains("added 4 sessions, stored 1 secret"),
        "{}",
        imported.transcript()
    );
    // What was imported is found again, whatever it is called now.
    let again = import(&sandbox, "--dry-run").run().assert_ok();
    assert_eq!(again.stdout, "");
    assert_eq!(again.stderr.matches("already there: ").count(), 4);
}

#[test]
fn an_import_that_was_cut_off_is_finished_by_the_next() {
    let sandbox = Sandbox::new();
    sandbox.write(
        CREDENTIALS,
        &format!("[corp]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n"),
    );
    import(&sandbox, "--yes --region eu-west-1")
        .run()
        .assert_ok();
    let written = sandbox.read(FILE);
    // Cut off behind the secrets and before the sessions.
    std::fs::remove_file(sandbox.path(FILE)).unwrap();
    import(&sandbox, "--yes --region eu-west-1")
        .run()
        .assert_ok();
    assert_eq!(sandbox.read(FILE), written);
}

#[test]
fn a_region_is_asked_for_where_nothing_says_one() {
    let sandbox = Sandbox::new();
    sandbox.write(
        CREDENTIALS,
        &format!("[corp]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n"),
    );
    assert_snapshot!(import(&sandbox, "--yes").run().transcript(), @"
    exit 2
    --- stderr
    leapp: error: no answer to `Region of the sessions that name none`
    caused by: this process has no terminal

    hint: give it as `--region REGION`
    ");
    let mut terminal = import(&sandbox, "").on_terminal();
    terminal.expect("Region of the sessions that name none: ");
    terminal.send_line("eu-west-1");
    terminal.expect("and 1 secret to the file vault? [y/N] ");
    terminal.send_line("y");
    terminal.expect("Remove it? [y/N] ");
    terminal.send_line("n");
    assert_eq!(terminal.wait(), Ended::Code(0));
    assert!(
        sandbox
            .read(FILE)
            .contains("[defaults]\nregion = \"eu-west-1\"\n")
    );
    assert!(sandbox.read(CREDENTIALS).contains(SECRET));
}

#[test]
fn other_files_may_be_named_and_must_be_there() {
    let sandbox = Sandbox::new();
    sandbox.write("home/old/config", "[profile x]\nrole_arn = arn:aws:iam::444455556666:role/x\nsource_profile = corp\nregion = eu-west-1\n");
    sandbox.write("home/old/keys", &format!("[corp]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\nregion = eu-west-1\n"));
    let named = import(&sandbox, "old/config --credentials-file old/keys --yes").run();
    assert_snapshot!(named.transcript(), @"
    exit 0
    --- stderr
    leapp: new: `x`, arn:aws:iam::444455556666:role/x from `corp`
    leapp: new: `corp`, the user of `[ACCESS-KEY-ID]`
    leapp: added 2 sessions, stored 1 secret in the file vault
    leapp: 1 secret is still in `old/keys`, in plain text; `--remove-secrets` removes what is imported
    ");
    assert_snapshot!(import(&sandbox, "gone/config").run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: `gone/config` is not there
    ");
    // A machine without such files has nothing to be imported.
    let none = import(&sandbox, "").env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    assert_snapshot!(none.run().transcript(), @"
    exit 0
    --- stderr
    leapp: there is nothing to add
    ");
}

#[test]
fn a_secret_that_looks_wrong_is_taken_over_with_a_warning() {
    let sandbox = Sandbox::new();
    let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    for (number, (secret, said)) in [
        (
            &secret[1..],
            "has 39 characters, and a secret access key of AWS has 40",
        ),
        (&format!("\"{secret}\""), "has a quotation mark in it"),
        (
            &format!("{secret}\u{200b}"),
            "has an invisible character in it (U+200B)",
        ),
        ("AKIAIOSFODNN7EXAMPLE", "is the id of an access key"),
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("AKIAIOSFODNN7EXAMPL{number}");
        sandbox.write(
            "home/.aws/credentials",
            &format!("[odd{number}]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n"),
        );
        let output = import(&sandbox, "--yes --region eu-west-1")
            .may_write_secrets()
            .run()
            .assert_ok();
        let warning = format!("warning: the secret of `{id}` {said}");
        assert!(output.stderr.contains(&warning), "{}", output.transcript());
    }
}
