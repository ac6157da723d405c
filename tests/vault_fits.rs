//! The vault says that a secret is stored only where the identity at hand opens it: tried with every file of
//! the vault missing, empty, cut short, of another vault, or open to others, and with the real `age`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::manage::{SECRET, add_user};
use crate::sessions::{CORP, FILE};
use crate::support::program;
use crate::support::pty::Ended;
use crate::support::run::Run;
use crate::support::sandbox::{Sandbox, private};

/// The access key whose secret is to be stored.
const NEW: &str = "AKIAIOSFODNN7EXAMPL2";

const PASSPHRASE: &str = "correct horse battery staple";

fn sandbox() -> Sandbox {
    Sandbox::new()
        .env_remove("LEAPP_IDENTITY_FILE")
        .watch(PASSPHRASE)
}

/// A vault under a passphrase, with a secret in `vault.age` and one in a patch; where it lies.
fn vault(sandbox: &Sandbox, passphrase: &str) -> PathBuf {
    let run = add_user(sandbox, "corp").env("LEAPP_PASSPHRASE", passphrase);
    run.run().assert_ok();
    let made = sandbox.path("made");
    fs::rename(sandbox.path("home/.local/share"), &made).expect("a vault");
    // In another place, where no kernel knows its identity.
    add(sandbox, "more", "AKIAIOSFODNN7EXAMPL1")
        .env("XDG_DATA_HOME", &made)
        .run()
        .assert_ok();
    assert!(made.join("leapp/vault.d/000001.age").exists());
    made.join("leapp")
}

fn add<'a>(sandbox: &'a Sandbox, alias: &str, id: &str) -> Run<'a> {
    let words = ["add", "user", alias, "--access-key-id", id];
    let rest = ["--region", "eu-west-1", "--secret-access-key", "-"];
    sandbox.leapp(&words).args(&rest).stdin(SECRET)
}

/// The identity of a vault in clear, as `age` tells it to who knows the passphrase.
fn identity(sandbox: &Sandbox, vault: &Path) -> PathBuf {
    let plain = sandbox.path("plain");
    let script = format!(
        "age -d -o {} {}/identity.age",
        plain.display(),
        vault.display()
    );
    let mut terminal = sandbox.sh(&script).may_write_secrets().on_terminal();
    terminal.expect("passphrase");
    terminal.send_line(PASSPHRASE);
    assert_eq!(terminal.wait(), Ended::Code(0));
    plain
}

/// The sealed files of a vault with their bytes, in order.
fn sealed(vault: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let patches = fs::read_dir(vault.join("vault.d")).into_iter().flatten();
    let patches = patches.map(|entry| entry.expect("a patch").path());
    let mut files: Vec<PathBuf> = patches.chain([vault.join("vault.age")]).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "age"));
    files.sort();
    let with_bytes = |file: PathBuf| Some((file.clone(), fs::read(&file).ok()?));
    files.into_iter().filter_map(with_bytes).collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to.join("vault.d")).expect("a folder");
    private(to, 0o700);
    private(&to.join("vault.d"), 0o700);
    for name in [
        "identity.age",
        "recipient.txt",
        "vault.age",
        "vault.known",
        "places.toml",
        "vault.d/000001.age",
    ] {
        fs::copy(from.join(name), to.join(name)).expect("a copy");
    }
}

const FILES: [&str; 5] = [
    "identity.age",
    "recipient.txt",
    "vault.age",
    "vault.d/000001.age",
    "vault.known",
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Whole,
    Missing,
    Empty,
    Cut,
    /// Of another vault, under the same passphrase.
    Foreign,
    /// Of another vault, under another one.
    ForeignPassphrase,
    WritableByOthers,
}

const STATES: [State; 7] = [
    State::Whole,
    State::Missing,
    State::Empty,
    State::Cut,
    State::Foreign,
    State::ForeignPassphrase,
    State::WritableByOthers,
];

/// One attempt to store a secret.
#[derive(Debug)]
struct Case {
    file: &'static str,
    state: State,
    with_passphrase: bool,
    import: bool,
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for file in FILES {
        for state in STATES {
            // Where it is nothing new, it is not tried.
            let is_new = match state {
                State::ForeignPassphrase => file == "identity.age",
                State::Whole => file == "vault.age",
                // Its owner can read it all the same.
                State::WritableByOthers => file != "vault.known",
                _ => true,
            };
            if !is_new {
                continue;
            }
            // The passphrase costs half a second each time.
            for (with_passphrase, import) in [(false, false), (false, true), (true, false)] {
                cases.push(Case {
                    file,
                    state,
                    with_passphrase,
                    import,
                });
            }
        }
    }
    cases
}

impl Case {
    /// Whether what is left of the vault can be written to.
    fn can_go_on(&self) -> bool {
        match (self.file, self.state) {
            (_, State::Whole) | ("vault.age" | "vault.d/000001.age", State::Missing) => true,
            ("recipient.txt", State::Missing | State::Cut) | ("vault.known", _) => {
                self.with_passphrase
            }
            _ => false,
        }
    }

    fn run<'a>(&self, home: &'a Sandbox) -> Run<'a> {
        let run = if self.import {
            let keys = format!("aws_access_key_id = {NEW}\naws_secret_access_key = {SECRET}\n");
            home.write("home/.aws/credentials", &format!("[new]\n{keys}"));
            home.leapp(&["import", "aws-config", "--yes", "--region", "eu-west-1"])
        } else {
            add(home, "new", NEW)
        };
        let run = run.may_write_secrets();
        if self.with_passphrase {
            run.env("LEAPP_PASSPHRASE", PASSPHRASE)
        } else {
            run
        }
    }
}

#[test]
fn no_secret_is_said_to_be_stored_that_the_identity_does_not_open() {
    if program("age").is_none() {
        return;
    }
    let (home, theirs, others) = (sandbox(), sandbox(), sandbox());
    let whole = vault(&home, PASSPHRASE);
    let plain = identity(&home, &whole);
    let foreign = [vault(&theirs, PASSPHRASE), vault(&others, "another one")];
    let its_identity = fs::read(whole.join("identity.age")).expect("an identity");
    for (number, case) in cases().iter().enumerate() {
        let data = home.path(&format!("case{number}"));
        let vault = data.join("leapp");
        copy(&whole, &vault);
        spoil(&vault.join(case.file), case.state, case.file, &foreign);
        home.write(FILE, CORP);
        let before = sealed(&vault);
        let output = case.run(&home).env("XDG_DATA_HOME", &data).run();
        let (said, after) = (&output.stderr, sealed(&vault));
        assert_eq!(output.code == Some(0), case.can_go_on(), "{case:?}: {said}");
        if case.can_go_on() {
            let kept = fs::read(vault.join("identity.age")).expect("an identity");
            assert_eq!(kept, its_identity, "{case:?}");
            assert!(opened(&home, &plain, &after).contains(NEW), "{case:?}");
        } else {
            assert_eq!(before, after, "{case:?}: {said}");
            let name = case.file.rsplit('/').next().expect("a name");
            // Of `vault.known` nobody has to know; what is not known is named.
            let is_named = said.contains(name) || case.file == "vault.known";
            assert!(is_named && said.contains("hint: "), "{case:?}: {said}");
            assert!(!said.contains("stored"), "{case:?}: {said}");
        }
        fs::remove_dir_all(&data).expect("a folder");
    }
}

/// What the real `age` finds in these files.
fn opened(home: &Sandbox, identity: &Path, files: &[(PathBuf, Vec<u8>)]) -> String {
    let open = |(path, _): &(PathBuf, Vec<u8>)| {
        let script = format!("age -d -i {} {}", identity.display(), path.display());
        let run = home.sh(&script).may_print_secrets().may_write_secrets();
        run.run().assert_ok().stdout
    };
    files.iter().map(open).collect()
}

fn spoil(path: &Path, state: State, file: &str, foreign: &[PathBuf; 2]) {
    let bytes = fs::read(path).expect("a file");
    match state {
        State::Whole => {}
        State::Missing => fs::remove_file(path).expect("a file"),
        State::Empty => fs::write(path, "").expect("a file"),
        State::Cut => fs::write(path, &bytes[..bytes.len() - 70]).expect("a file"),
        State::Foreign | State::ForeignPassphrase => {
            let theirs = &foreign[usize::from(state == State::ForeignPassphrase)];
            fs::copy(theirs.join(file), path).map(drop).expect("a file");
        }
        State::WritableByOthers => private(path, 0o666),
    }
}

/// What is said where nobody can be asked, file by file.
#[test]
fn the_file_in_the_way_is_named_with_the_way_back() {
    let (home, theirs) = (sandbox(), sandbox());
    let whole = vault(&home, PASSPHRASE);
    let foreign = vault(&theirs, PASSPHRASE);
    let foreign = [foreign.clone(), foreign];
    let data = home.path("home/.local/share");
    let said = |file: &str, state: State, passphrase: &str| {
        let vault = data.join("leapp");
        let _ = fs::remove_dir_all(&vault);
        copy(&whole, &vault);
        spoil(&vault.join(file), state, file, &foreign);
        // The kernel knows it by its place.
        home.leapp(&["lock"]).run().assert_ok();
        let run = add(&home, "new", NEW);
        let run = match passphrase {
            "" => run,
            given => run.env("LEAPP_PASSPHRASE", given),
        };
        run.run().transcript()
    };
    for (file, state, passphrase, code, cause, hint) in told() {
        let said = said(file, state, passphrase);
        let wanted = [format!("exit {code}\n"), cause, hint];
        assert!(
            wanted.iter().all(|part| said.contains(part)),
            "{wanted:#?}\n{said}"
        );
    }
}

/// A file in the way, the passphrase that is given, and then: the exit code, the cause, the hint.
type Told = (&'static str, State, &'static str, i32, String, String);

fn told() -> Vec<Told> {
    let at = |file: &str| format!("`[ROOT]/home/.local/share/leapp/{file}`");
    let (identity, recipient, patch) = (
        at("identity.age"),
        at("recipient.txt"),
        at("vault.d/000001.age"),
    );
    let backup = format!("hint: restore {identity} from a backup");
    vec![
        (
            "identity.age",
            State::Missing,
            "",
            1,
            format!("caused by: {identity} is missing, and the vault opens with nothing else"),
            backup.clone(),
        ),
        (
            "identity.age",
            State::Empty,
            "",
            1,
            format!("caused by: {identity} cannot be read: "),
            backup.clone(),
        ),
        (
            "identity.age",
            State::Foreign,
            "",
            3,
            format!(
                "caused by: {recipient} may not belong to {identity}, so its passphrase is needed"
            ),
            format!(
                "hint: restore {recipient} or {identity} from a backup, if it is of another vault"
            ),
        ),
        (
            "identity.age",
            State::Foreign,
            PASSPHRASE,
            1,
            format!(
                "caused by: the vault is sealed to another identity than the one in {identity}"
            ),
            backup.clone(),
        ),
        (
            "identity.age",
            State::Foreign,
            "wrong",
            1,
            format!(
                "caused by: {identity} was replaced since it was last opened, and the passphrase does not open it"
            ),
            backup,
        ),
        (
            "recipient.txt",
            State::Empty,
            "",
            1,
            format!("caused by: {recipient} cannot be read: "),
            format!("hint: remove {recipient}; the next command makes it again from the identity"),
        ),
        (
            "recipient.txt",
            State::Foreign,
            PASSPHRASE,
            1,
            format!("caused by: {recipient} does not belong to the identity in {identity}"),
            format!("hint: remove {recipient}; the next command makes it again from the identity"),
        ),
        (
            "vault.d/000001.age",
            State::Foreign,
            "",
            3,
            format!(
                "caused by: {patch} has changed since the vault was last opened, so its passphrase is needed"
            ),
            format!("hint: restore {patch} from a backup, if it is of another vault"),
        ),
        (
            "vault.d/000001.age",
            State::Foreign,
            PASSPHRASE,
            1,
            format!("caused by: {patch} is sealed to another identity than the one in {identity}"),
            format!("hint: move {patch} away, if it is of another vault"),
        ),
    ]
}
