//! The same odd files as in `odd_files`, by way of the commands: import, start, stop, export and the private copy
//! of `--serve` are the same identities as botocore.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::thread;

use insta::assert_snapshot;
use leapp::aws_files::{AwsFile, Document, without_default_credentials};
use leapp::imports::aws_config;
use leapp::model::secret::ExposeSecret;
use toml::{Table, Value};

use crate::odd_files::{Answer, Case, Files, ask, cases};
use crate::profiles::{CONFIG, CREDENTIALS};
use crate::sessions::{FILE, with};
use crate::support::sandbox::Sandbox;

/// A session to be started beside what the files hold.
const ODD: &str = r#"version = 1

[defaults]
region = "eu-west-1"

[sessions.odd-one]
type = "iam-user"
access_key_id = "AKIAIOSFODNN7ODDZZZZ"

[sessions.odd]
type = "iam-role-chained"
assumer_session = "odd-one"
role_arn = "arn:aws:iam::444455556666:role/Odd"
"#;

/// What came of a case.
#[derive(Default)]
struct Outcome {
    /// The files while the session was started; `None` where it was refused.
    started: Option<Files>,
    /// Lines about what leapp refuses and botocore does not.
    refused: Vec<String>,
}

#[test]
fn every_command_is_the_same_identity_as_botocore() {
    let cases = cases();
    let files: Vec<Files> = cases.iter().map(|case| case.files.clone()).collect();
    let answers = ask(&files, true);
    let todo = Mutex::new(cases.iter().zip(&answers).enumerate());
    let outcomes = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                loop {
                    let Some((index, (case, answer))) =
                        todo.lock().expect("no other thread panicked").next()
                    else {
                        break;
                    };
                    let outcome = go_through(case, answer);
                    outcomes
                        .lock()
                        .expect("no other thread panicked")
                        .insert(index, outcome);
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().expect("no thread panicked");
    assert_eq!(outcomes.len(), cases.len());

    // A session that is started is one more profile, and changes no other.
    let is_started =
        |(index, outcome): (&usize, &Outcome)| Some((*index, outcome.started.clone()?));
    let (indices, started): (Vec<usize>, Vec<Files>) =
        outcomes.iter().filter_map(is_started).unzip();
    assert!(started.len() > 60, "{}", started.len());
    for (index, mut with) in indices.into_iter().zip(ask(&started, false)) {
        let name = &cases[index].name;
        assert_eq!(with.error, None, "{name}");
        let odd = with.profiles.remove("odd").expect(name);
        assert!(
            odd["credential_process"].contains("credential-process odd"),
            "{name}"
        );
        assert_eq!(odd["region"], "eu-west-1", "{name}");
        assert_eq!(with.profiles, answers[index].profiles, "{name}");
    }

    // What is refused is told, and is one of these.
    let refused: Vec<String> = outcomes
        .into_values()
        .flat_map(|outcome| outcome.refused)
        .collect();
    assert_snapshot!(refused.join("\n"), @r#"
    DEFAULT below the profiles: no start
    DEFAULT beside default: no start
    DEFAULT alone with a block that is none: no start
    DEFAULT with a block that everybody replaces: no start
    a header below a key, further right: "corp"
    an equals sign behind a colon: "corp"
    a comment behind a key id: "corp"
    a comment behind a secret: "corp"
    a comment behind a region: "corp"
    a comment behind a role: "r"
    a secret that goes on: "corp"
    a secret that goes on below a blank line: "corp"
    tabs and spaces: "team"
    a vertical tab and a form feed: "corp"
    white space of other scripts: "corp"
    lines that end three times: "corp"
    "#);
}

/// Imports the files, starts and stops a session beside them, and exports all.
fn go_through(case: &Case, answer: &Answer) -> Outcome {
    let sandbox = with(ODD);
    fs::create_dir_all(sandbox.path("home/.aws")).expect("a folder");
    for (path, bytes) in [CONFIG, CREDENTIALS].into_iter().zip(&case.files) {
        if let Some(bytes) = bytes {
            fs::write(sandbox.path(path), bytes).expect("a file");
        }
    }
    let name = &case.name;
    let mut outcome = Outcome::default();
    let import = sandbox.leapp(&["import", "aws-config", "--yes"]).run();
    let start = sandbox.leapp(&["start", "odd"]).run();
    if let Some((file, lines)) = &answer.error {
        let path = sandbox.path(&format!("home/.aws/{file}"));
        for output in [import.assert_code(1), start.assert_code(1)] {
            let is_named = |line: &usize| {
                output
                    .stderr
                    .contains(&format!("{}:{line}: ", path.display()))
            };
            // An earlier line may be to blame for what botocore names.
            let is_unknown = output.stderr.contains("not a `[section]`");
            assert!(
                lines.iter().all(is_named) || is_unknown,
                "{name}: {}",
                output.stderr
            );
            assert!(
                output.stderr.contains("the AWS CLI cannot read"),
                "{name}: {}",
                output.stderr
            );
        }
        assert_eq!(files_of(&sandbox), case.files, "{name}");
        assert_eq!(sandbox.read(FILE), ODD, "{name}");
        return outcome;
    }
    let import = import.assert_ok();
    let sessions = sessions(&sandbox.read(FILE));
    compare(case, answer, &sessions, &mut outcome);
    for line in &outcome.refused {
        let profile = line.rsplit(": ").next().expect("a last part");
        assert!(
            import.stderr.contains("left out: "),
            "{name}: {profile}: {}",
            import.stderr
        );
    }

    if start.code == Some(0) {
        outcome.started = Some(files_of(&sandbox));
    } else {
        let says = |words: &str| start.stderr.contains(words);
        assert!(
            says("sets `") || says("indented below `"),
            "{name}: {}",
            start.stderr
        );
        outcome.refused.push(format!("{name}: no start"));
    }
    sandbox.leapp(&["stop", "odd"]).run().assert_ok();
    assert_eq!(files_of(&sandbox), case.files, "{name}");

    let exported = sandbox.leapp(&["export"]).run().assert_ok().stdout;
    let exported = self::sessions(&exported);
    for (alias, session) in sessions
        .iter()
        .filter(|(_, session)| session.contains_key("role_arn"))
    {
        for key in ["role_arn", "assumer_session", "region"] {
            assert_eq!(
                exported[alias].get(key),
                session.get(key),
                "{name}: {alias}"
            );
        }
    }
    outcome
}

fn files_of(sandbox: &Sandbox) -> Files {
    [CONFIG, CREDENTIALS].map(|path| fs::read(sandbox.path(path)).ok())
}

fn sessions(text: &str) -> BTreeMap<String, Table> {
    let file: Table = toml::from_str(text).expect("TOML");
    let sessions = file["sessions"]
        .as_table()
        .expect("what was imported")
        .clone();
    let session =
        |(alias, value): (String, Value)| (alias, value.as_table().expect("a table").clone());
    sessions.into_iter().map(session).collect()
}

/// Each profile is who botocore says it is, or was refused.
fn compare(
    case: &Case,
    answer: &Answer,
    sessions: &BTreeMap<String, Table>,
    outcome: &mut Outcome,
) {
    let document =
        |file, bytes: &Option<Vec<u8>>| Document::parse(file, bytes.as_deref().unwrap_or_default());
    let found = aws_config::read(
        &document(AwsFile::Config, &case.files[0]),
        &document(AwsFile::Credentials, &case.files[1]),
        Path::new("/nowhere"),
    );
    let secret = |id: &str| {
        let mut keys = found.keys.iter();
        let key = keys
            .find(|key| key.access_key_id == id)
            .expect("what was imported");
        key.secret_access_key.expose_secret().to_owned()
    };
    let (mut by_profile, mut all) = (BTreeMap::new(), Vec::new());
    for (alias, session) in sessions {
        let text = |key| session.get(key).and_then(Value::as_str);
        let is_of_role = text("type") == Some("iam-user") && alias.ends_with("-user");
        if !alias.starts_with("odd") && !is_of_role {
            let profile = text("description")
                .or(text("named_profile"))
                .unwrap_or(alias);
            let identity = identity(alias, sessions, &secret);
            all.push(identity.clone());
            by_profile.insert(profile.to_owned(), identity);
        }
    }
    for (profile, who) in &answer.identities {
        // A description has spaces for what cannot be printed.
        let described = profile.replace(char::is_control, " ");
        match by_profile.remove(&described) {
            Some(ours) => assert_eq!(ours, *who, "{}: {profile}", case.name),
            // Two profiles with one key are one session.
            None if all.contains(who) => {}
            None if who.starts_with("AKIA") && !who.contains("with a token") => {
                outcome.refused.push(format!("{}: {profile:?}", case.name));
            }
            None => {}
        }
    }
    assert!(
        by_profile.is_empty(),
        "{}: {by_profile:?}, not {answer:?}",
        case.name
    );
}

/// In the words of `odd_files.py`.
fn identity(
    alias: &str,
    sessions: &BTreeMap<String, Table>,
    secret: &impl Fn(&str) -> String,
) -> String {
    let session = &sessions[alias];
    if let Some(id) = session.get("access_key_id").and_then(Value::as_str) {
        return format!("{id} {}", secret(id));
    }
    let source = session["assumer_session"]
        .as_str()
        .expect("what was imported");
    let role = session["role_arn"].as_str().expect("what was imported");
    format!("{} > {role}", identity(source, sessions, secret))
}

#[test]
fn the_copy_of_the_config_file_changes_nobody_but_default() {
    let configs: Vec<(String, Vec<u8>)> = cases()
        .into_iter()
        .filter_map(|case| Some((case.name, case.files.into_iter().next()??)))
        .collect();
    let without = |(_, config): &(String, Vec<u8>)| -> Files {
        let copy = without_default_credentials(config);
        [Some(copy.unwrap_or_else(|| config.clone())), None]
    };
    let copies: Vec<Files> = configs.iter().map(without).collect();
    let originals: Vec<Files> = configs
        .iter()
        .map(|(_, config)| [Some(config.clone()), None])
        .collect();
    let copies = ask(&copies, true);
    let mut changed = 0;
    for (((name, _), before), after) in configs.iter().zip(ask(&originals, true)).zip(copies) {
        assert_eq!(before.error, after.error, "{name}");
        let (mut before, mut after) = (before, after);
        let who = after.identities.remove("default");
        assert!(
            who.as_deref().is_none_or(|who| who == "nobody"),
            "{name}: {who:?}"
        );
        changed += usize::from(before.identities.remove("default") != who);
        assert_eq!(before.identities, after.identities, "{name}");
        let (old, new) = (
            before.profiles.remove("default"),
            after.profiles.remove("default"),
        );
        for key in ["region", "output", "s3"] {
            let of = |keys: &Option<BTreeMap<String, String>>| keys.as_ref()?.get(key).cloned();
            assert_eq!(of(&old), of(&new), "{name}");
        }
        assert_eq!(before.profiles, after.profiles, "{name}");
    }
    assert!(changed >= 3, "{changed}");
}
