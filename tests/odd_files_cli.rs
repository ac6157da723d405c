//! Odd AWS files and the real AWS CLI: what it reads is used as it reads it, and what it rejects is reported with
//! the line, before anything is written. Where the files are, it decides as well.

use std::fs;

use insta::assert_snapshot;

use crate::profiles::{CONFIG, CREDENTIALS, world};
use crate::support::VENV_BIN;
use crate::support::aws::Aws;
use crate::support::run::Run;
use crate::support::sandbox::Sandbox;
use crate::support::world::{User, account, allow};

const WHO: [&str; 5] = ["sts", "get-caller-identity", "--query", "Arn", "--output"];

fn user(name: &str) -> User {
    Aws::shared().user(&account(), name, &[allow("*", "*")])
}

fn keys(user: &User) -> String {
    format!(
        "aws_access_key_id = {}\naws_secret_access_key = {}\n",
        user.access_key_id, user.secret_access_key
    )
}

/// Who the AWS CLI is under a profile.
fn cli<'a>(sandbox: &'a Sandbox, profile: &str) -> Run<'a> {
    let words = ["text", "--profile", profile, "--region", "eu-west-1"];
    let run = sandbox.command("aws").args(&WHO).args(&words);
    run.may_write_secrets()
}

#[test]
fn a_section_with_a_number_sign_keeps_its_keys() {
    let sandbox = world();
    let (corp, team) = (user("corp"), user("team"));
    let region = "region = eu-west-1\n";
    let file = format!(
        "[corp]\n{}{region}[team #2]\n{}aws_session_token =\n",
        keys(&corp),
        keys(&team)
    );
    sandbox.write(CREDENTIALS, &file);
    let leapp = |words: &[&str]| sandbox.leapp(words).may_write_secrets().run().assert_ok();

    leapp(&["start", "r1"]);
    assert_eq!(
        cli(&sandbox, "corp").run().assert_ok().stdout.trim_end(),
        corp.arn
    );
    assert_eq!(
        cli(&sandbox, "team #2").run().assert_ok().stdout.trim_end(),
        team.arn
    );
    assert!(
        cli(&sandbox, "r1")
            .run()
            .assert_ok()
            .stdout
            .contains(":assumed-role/")
    );
    let doctor = sandbox.leapp(&["doctor"]).may_write_secrets().run().stdout;
    assert!(doctor.contains("nothing wins over them"), "{doctor}");
    leapp(&["stop", "r1"]);
    assert_eq!(sandbox.read(CREDENTIALS), file);

    // Each key is the key of its own section.
    let removed = leapp(&["import", "aws-config", "--yes", "--remove-secrets"]).stderr;
    for user in [&corp, &team] {
        let works = format!(
            "`{}` works from the secret store: it is {}",
            user.access_key_id, user.arn
        );
        assert!(removed.contains(&works), "{removed}");
    }
    let left = format!("[corp]\n{region}[team #2]\naws_session_token =\n");
    assert_eq!(sandbox.read(CREDENTIALS), left);
    let shown = leapp(&["show", "corp"]).stdout;
    assert!(shown.contains(&corp.access_key_id), "{shown}");
}

#[test]
fn only_the_secrets_that_are_imported_are_removed() {
    let sandbox = world();
    let (corp, team) = (user("corp"), user("team"));
    let temporary = format!("[team #2]\n{}aws_session_token = x\n", keys(&team));
    sandbox.write(CREDENTIALS, &format!("[corp]\n{}{temporary}", keys(&corp)));
    let words = ["import", "aws-config", "--yes", "--remove-secrets"];
    let run = sandbox.leapp(&words).may_write_secrets();
    let removed = run.run().assert_ok().stderr;
    assert!(
        removed.contains(&format!("it is {}", corp.arn)),
        "{removed}"
    );
    assert_eq!(sandbox.read(CREDENTIALS), format!("[corp]\n{temporary}"));
}

#[test]
fn the_private_copy_of_serve_keeps_every_other_profile() {
    let sandbox = world();
    let (junk, team) = (user("junk"), user("team"));
    let config = format!(
        "[DEFAULT]\n{}[default] # mine\nregion = eu-west-1\n[profile \"team #2\"]\n{}[profile all]\n  output = text\n",
        keys(&junk),
        keys(&team)
    );
    sandbox.write(CONFIG, &config);
    let who = |profile: &[&str]| {
        let words = [
            &["--serve", "r1", "--", "aws"],
            &WHO[..],
            &["text"],
            profile,
        ]
        .concat();
        let run = sandbox.leapp_exec(&words).may_write_secrets();
        run.run().assert_ok().stdout.trim_end().to_owned()
    };
    assert!(who(&[]).contains(":assumed-role/"));
    assert_eq!(who(&["--profile", "team #2"]), team.arn);
    assert_eq!(who(&["--profile", "all"]), junk.arn);
    assert_eq!(sandbox.read(CONFIG), config);
}

/// Files that the AWS CLI reads nothing of: the file, its text, the line, and what is said of it.
const REJECTED: [(&str, &[u8], usize, &str); 12] = [
    (
        CREDENTIALS,
        b"[a]\nx = 1\n[b]\n[a]\n",
        4,
        "section `[a]` is already on line 1",
    ),
    (
        CONFIG,
        b"[profile a]\n[profile b]\n[profile a]\n",
        3,
        "section `[profile a]` is already on line 1",
    ),
    (
        CREDENTIALS,
        b"[a]\nregion = 1\n\nRegion = 2\n",
        4,
        "`region` is already on line 2",
    ),
    (CONFIG, b"[default]\n# caf\xe9\n", 2, "not valid UTF-8"),
    (
        CREDENTIALS,
        b"\xef\xbb\xbf[a]\nx = 1\n",
        1,
        "a byte order mark",
    ),
    (CONFIG, b"\xff\xfe[\0a\0]\0", 1, "not valid UTF-8"),
    (
        CONFIG,
        b"[default]\rregion = a\r[default]\r",
        3,
        "section `[default]` is already on line 1",
    ),
    (
        CONFIG,
        b"[profile a\n",
        1,
        "not a `[section]`, `key = value` or comment",
    ),
    (
        CONFIG,
        b"# mine\nregion = x\n",
        2,
        "a key above the first `[section]`",
    ),
    (
        CONFIG,
        b"[default]\nfoo\n",
        2,
        "not a `[section]`, `key = value` or comment",
    ),
    (
        CREDENTIALS,
        b"[a]\n= x\n",
        2,
        "not a `[section]`, `key = value` or comment",
    ),
    (
        CONFIG,
        b"[default]\ns3 =\n  a = b\n  c\n",
        4,
        "not `key = value`, and indented below `s3`",
    ),
];

#[test]
fn a_file_that_the_aws_cli_rejects_is_reported_with_its_line_and_not_written() {
    let sandbox = world();
    for (file, text, line, fault) in REJECTED {
        sandbox.write(file, "");
        let path = sandbox.path(file);
        fs::write(&path, text).expect("a file");
        let case = String::from_utf8_lossy(text);
        let cli = sandbox.sh("aws configure list --profile r1").run();
        assert_ne!(cli.code, Some(0), "{case}");
        assert!(
            cli.stderr.contains("Unable to parse config file"),
            "{}",
            cli.stderr
        );

        let place = format!("{}:{line}: {fault}", path.display());
        for words in [
            &["start", "r1"][..],
            &["start", "r1", "--write-credentials"],
            &["import", "aws-config"],
        ] {
            let said = sandbox.leapp(words).run().assert_code(1).stderr;
            assert!(said.contains(&place), "{case}: {said}");
        }
        let words = ["--profile", "r1", "--", "true"];
        let said = sandbox.leapp_exec(&words).run().assert_code(125).stderr;
        assert!(said.contains(&place), "{case}: {said}");
        let doctor = sandbox.leapp(&["doctor"]).run().assert_code(1).stdout;
        let place = format!(": line {line}: {fault}");
        assert!(doctor.contains(&place), "{case}: {doctor}");
        if file == CONFIG {
            let words = ["--serve", "r1", "--", "true"];
            let said = sandbox.leapp_exec(&words).run().assert_ok().stderr;
            assert!(said.contains(&place), "{case}: {said}");
        }
        assert_eq!(fs::read(&path).expect("a file"), text);
        fs::remove_file(&path).expect("a file");
    }
    sandbox.write(
        CONFIG,
        "[default]\nregion = a\n[default]\nregion = b\nregion = c\n",
    );
    assert_snapshot!(sandbox.leapp(&["start", "r1"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: the AWS CLI cannot read `[ROOT]/home/.aws/config`

      [ROOT]/home/.aws/config:3: section `[default]` is already on line 1
      [ROOT]/home/.aws/config:5: `region` is already on line 4

    hint: fix the lines above: until then, every `aws` command fails
    ");
}

#[test]
fn what_is_started_can_be_stopped_in_a_file_that_was_broken_later() {
    let sandbox = world();
    sandbox.leapp(&["start", "r1"]).run().assert_ok();
    let started = sandbox.read(CONFIG);
    sandbox.write(CONFIG, &format!("{started}[x\n"));
    let stop = sandbox.leapp(&["stop", "r1"]).run().assert_ok().stderr;
    assert!(stop.contains("stopped `r1`"), "{stop}");
    assert!(stop.contains(": line 2: not a `[section]`"), "{stop}");
    assert!(!sandbox.read(CONFIG).contains("credential_process"));
}

#[test]
fn default_in_capitals_gives_no_session_other_credentials() {
    let sandbox = world();
    let config = "[DEFAULT]\nrole_arn = arn:aws:iam::111122223333:role/Other\n";
    sandbox.write(CONFIG, config);
    assert_snapshot!(sandbox.leapp(&["start", "r1"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: `[DEFAULT]` sets `role_arn` for every profile

      [ROOT]/home/.aws/config:2

    hint: move `role_arn` from `[DEFAULT]` to the profiles that need it
    ");
    assert_eq!(sandbox.read(CONFIG), config);
    fs::remove_file(sandbox.path(CONFIG)).expect("a file");
    sandbox
        .leapp(&["set", "r1", "named_profile=DEFAULT"])
        .run()
        .assert_ok();
    let start = sandbox.leapp(&["start", "r1", "--write-credentials"]);
    assert_snapshot!(start.run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: `[DEFAULT]` in a credentials file sets keys for every profile

    hint: set another name: `leapp set ALIAS named_profile=NAME`
    ");
    assert!(!sandbox.path(CREDENTIALS).exists());
}

#[test]
fn variables_name_the_files_that_botocore_looks_for() {
    let sandbox = world()
        .env("FOLDER", "/no/such")
        .env("EMPTY", "")
        .env("DOLLAR", "$FOLDER");
    let script = "import os, botocore.configloader as c, botocore.exceptions as e\n\
                  try: c.load_config(os.environ['AWS_CONFIG_FILE'])\n\
                  except e.ConfigNotFound as x: print(x.kwargs['path'])";
    let python = format!("{VENV_BIN}/python");
    for value in [
        "/no/such/file",
        "~/no/file",
        "~",
        "~root/no/file",
        "~nobody-of-that-name/file",
        "$FOLDER/file",
        "${FOLDER}-x/file",
        "$FOLDERS/file",
        "$DOLLAR/file",
        "$EMPTY/no/file",
        "$EMPTY~/file",
        "${EMPTY}~/no/file",
        "${NOPE}/file",
        "$HOME/no/~/$",
        "no/file",
        "no such file",
    ] {
        for variable in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] {
            let asked = sandbox.command(&python).args(&["-B", "-c", script]);
            let path = asked.env("AWS_CONFIG_FILE", value).run().assert_ok().stdout;
            let path = path.trim_end_matches('\n');
            let import = sandbox
                .leapp(&["import", "aws-config", "--yes"])
                .env(variable, value);
            let said = import.run().assert_ok().stderr;
            if value == "~" {
                // A folder is there, and no file.
                assert!(!said.contains("does not exist"), "{said}");
                continue;
            }
            let warned = format!("`{variable}` names `{path}`, which does not exist");
            assert!(said.contains(&warned), "{value}: {path}: {said}");
        }
    }
}

#[test]
fn nothing_is_created_where_nobody_meant_it() {
    let sandbox = world();
    let folder = sandbox.path("home/work");
    fs::create_dir(&folder).expect("a folder");
    for (value, said) in [
        (
            "",
            "`AWS_CONFIG_FILE` is empty, and so the AWS CLI reads no such file",
        ),
        (
            "config",
            "`config` is a relative path to a file that does not exist",
        ),
        ("$NOPE/aws/config", "`$NOPE/aws/config` is a relative path"),
        (
            "~nobody-of-that-name/config",
            "`~nobody-of-that-name/config` is a relative path",
        ),
    ] {
        let run = |words: &[&str]| {
            let run = sandbox.leapp(words).folder(folder.clone());
            run.env("AWS_CONFIG_FILE", value).run()
        };
        let start = run(&["start", "r1"]).assert_code(1).stderr;
        assert!(start.contains(said), "{start}");
        let doctor = run(&["doctor"]).stdout;
        assert!(doctor.contains("`AWS_CONFIG_FILE` "), "{doctor}");
        assert!(doctor.contains("unset AWS_CONFIG_FILE"), "{doctor}");
        assert_eq!(fs::read_dir(&folder).expect("a file or folder").count(), 0);
    }
    // The AWS CLI itself reads no file for an empty variable.
    sandbox.write(CONFIG, "[default]\nregion = sa-east-1\n");
    let region = sandbox
        .sh("aws configure get region")
        .env("AWS_CONFIG_FILE", "");
    assert_eq!(region.run().stdout, "");
    // One that is there is used, relative or not.
    fs::write(folder.join("config"), "").expect("a file");
    let start = sandbox.leapp(&["start", "r1"]).folder(folder.clone());
    start.env("AWS_CONFIG_FILE", "config").run().assert_ok();
    assert!(
        fs::read_to_string(folder.join("config"))
            .expect("a file or folder")
            .contains("[profile r1]")
    );
    // A new one is named.
    let start = sandbox
        .leapp(&["start", "r1"])
        .env("AWS_CONFIG_FILE", "$HOME/new/config");
    let said = start.run().assert_ok().stderr;
    let created = sandbox.path("home/new/config");
    assert!(
        said.contains(&format!("created `{}`", created.display())),
        "{said}"
    );
    let cli = cli(&sandbox, "r1").env("AWS_CONFIG_FILE", "$HOME/new/config");
    cli.run().assert_ok();
}
