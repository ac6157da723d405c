//! The file vault under a passphrase: given, asked for, wrong, or out of reach.

use std::fs;

use insta::assert_snapshot;

use crate::manage::{SECRET, add_user};
use crate::sessions::{CORP, FILE, line};
use crate::support::aws::Aws;
use crate::support::leaks::LONG_LIVED;
use crate::support::pty::Ended;
use crate::support::run::Run;
use crate::support::sandbox::{Sandbox, private};
use crate::support::world::account;
use crate::support::{not_here, program};
use crate::vault::{DATA, login};

const PASSPHRASE: &str = "correct horse battery staple";

/// No identity file: the vault has a passphrase.
fn protected() -> Sandbox {
    Sandbox::new()
        .env_remove("LEAPP_IDENTITY_FILE")
        .env("LEAPP_SECRETS", "auto")
        .watch(PASSPHRASE)
}

/// A vault under [`PASSPHRASE`] that holds the secret of `corp`, a user of the local AWS.
fn sealed() -> Sandbox {
    let aws = Aws::shared();
    let user = aws.user(&account(), "u1", &[]);
    let mut sandbox = protected().endpoint(&aws.url());
    let words = line("add user corp --region eu-west-1 --secret-access-key -");
    let key = ["--access-key-id", &user.access_key_id];
    let run = sandbox
        .leapp(&words)
        .args(&key)
        .stdin(user.secret_access_key);
    run.env("LEAPP_PASSPHRASE", PASSPHRASE).run().assert_ok();
    // The kernel would open the vault without a word for an hour, but it knows it by its folder.
    let moved = sandbox.path("moved");
    fs::rename(sandbox.path("home/.local/share"), &moved).expect("the vault to be moved");
    sandbox.set("XDG_DATA_HOME", moved);
    sandbox
}

#[test]
fn the_standard_age_opens_the_identity_under_its_passphrase() {
    if program("age").is_none() {
        return;
    }
    let sandbox = sealed();
    let script = "cd ../moved/leapp && age -d -i identity.age vault.age";
    let run = sandbox.sh(script);
    let mut terminal = run.may_print_secrets().on_terminal();
    terminal.expect("passphrase");
    terminal.send_line(PASSPHRASE);
    terminal.expect(LONG_LIVED);
    assert_eq!(terminal.wait(), Ended::Code(0));
}

#[test]
fn the_passphrase_comes_from_a_variable_or_a_file() {
    let variable = sealed();
    let run = login(&variable).env("LEAPP_PASSPHRASE", PASSPHRASE);
    run.run().assert_ok();
    let file = sealed();
    let path = file.write("passphrase", &format!("{PASSPHRASE}\n"));
    private(&path, 0o600);
    let run = login(&file).env("LEAPP_PASSPHRASE_FILE", &path);
    // The leak that is found would be the file of this very test.
    run.may_write_secrets().run().assert_ok();
    let none = sealed();
    let run = login(&none).env("LEAPP_PASSPHRASE_FILE", none.path("passphrase"));
    assert_snapshot!(run.run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: the file vault cannot be reached
    caused by: cannot read `[ROOT]/passphrase`
    caused by: No such file or directory (os error 2)

    hint: make `[ROOT]/passphrase` usable; if `LEAPP_PASSPHRASE_FILE` or `LEAPP_IDENTITY_FILE` names it, mend that
    ");
}

#[test]
fn a_passphrase_file_that_is_not_text_is_not_a_damaged_vault() {
    let sandbox = sealed();
    let path = sandbox.path("passphrase");
    fs::write(&path, b"p\xff\n").expect("a file");
    private(&path, 0o600);
    let run = login(&sandbox).env("LEAPP_PASSPHRASE_FILE", &path);
    assert_snapshot!(run.run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: the file vault refused access
    caused by: `[ROOT]/passphrase` holds no passphrase: it is not text

    hint: set `LEAPP_PASSPHRASE_FILE` to the file that holds the passphrase
    ");
}

/// A command in a world of its own, in which the data directory of [`sealed`] is on a file system of its
/// own, which `then` does something to; `None` where the kernel gives no mounts.
fn mounted<'a>(sandbox: &'a Sandbox, then: &str, command: &str) -> Option<Run<'a>> {
    program("unshare")?;
    let mount = "mount -t tmpfs -o size=64k none ../moved && mv ../kept/* ../moved";
    let script = format!("cp -a ../moved ../kept && {mount} && {then} && {command}");
    let words = ["--map-root-user", "--mount", "sh", "-c"];
    let probe = sandbox.command("unshare").args(&words[..2]);
    if probe
        .args(&["mount", "-t", "tmpfs", "none", "/mnt"])
        .run()
        .code
        != Some(0)
    {
        not_here("the kernel lets nobody mount");
        return None;
    }
    let run = sandbox.command("unshare").args(&words).args(&[script]);
    Some(run.env("LEAPP_PASSPHRASE", PASSPHRASE))
}

const READ_ONLY: &str = "mount -o remount,bind,ro ../moved";
const FULL: &str = "{ head -c 1m /dev/zero >../moved/filler 2>/dev/null; :; }";

#[test]
fn a_vault_that_cannot_be_written_to_opens() {
    for then in [READ_ONLY, FULL] {
        let sandbox = sealed();
        let command = "leapp-exec corp --refresh -- true";
        // The key that seals the cache is not in the vault yet, which is worth a warning.
        let Some(run) = mounted(&sandbox, then, command) else {
            return;
        };
        let output = run.run().assert_ok();
        let cause = if then == FULL {
            "No space left on device (os error 28)"
        } else {
            "Read-only file system (os error 30)"
        };
        let lines = output.stderr.lines().collect::<Vec<_>>();
        assert!(lines.len() == 1 && lines[0].ends_with(cause), "{lines:?}");
    }
}

#[test]
fn what_cannot_be_written_says_why_and_what_to_do() {
    for (then, hint) in [
        (FULL, "make room there: `df /"),
        (READ_ONLY, "let it be written to: `df /"),
    ] {
        let sandbox = sealed();
        let command = "echo | leapp add user other --access-key-id AKIAIOSFODNN7EXAMPLE \
             --secret-access-key - --region eu-west-1";
        let command = command.replace("echo", &format!("echo {SECRET}"));
        let Some(run) = mounted(&sandbox, then, &command) else {
            return;
        };
        let output = run.run().assert_code(1);
        assert!(output.stderr.contains(hint), "{}", output.stderr);
        assert!(!output.stderr.contains("LEAPP_PASSPHRASE_FILE"));
    }
}

#[test]
fn a_new_passphrase_is_asked_twice_and_never_shown() {
    let sandbox = protected();
    let mut terminal = add_user(&sandbox, "corp").on_terminal();
    terminal.expect("Secret access key (not shown): ");
    terminal.send_line(SECRET);
    for question in [
        "New passphrase for the vault: ",
        "The same passphrase again: ",
    ] {
        terminal.expect(question);
        assert!(!terminal.echoes());
        terminal.send_line(PASSPHRASE);
    }
    terminal.expect("added `corp`");
    assert_eq!(terminal.wait(), Ended::Code(0));
    assert_eq!(sandbox.read(FILE), CORP);
}

#[test]
fn a_slip_in_a_new_passphrase_loses_no_answer() {
    let sandbox = protected();
    let mut terminal = add_user(&sandbox, "corp").on_terminal();
    terminal.expect("(not shown): ");
    terminal.send_line(SECRET);
    for second in ["correct horse", PASSPHRASE] {
        terminal.expect("New passphrase for the vault: ");
        terminal.send_line(PASSPHRASE);
        terminal.expect("The same passphrase again: ");
        terminal.send_line(second);
    }
    terminal.expect("added `corp`");
    assert_eq!(terminal.wait(), Ended::Code(0));
    assert_eq!(sandbox.read(FILE), CORP);
}

#[test]
fn two_passphrases_that_differ_and_an_empty_one_make_no_vault() {
    for (first, second, why) in [
        (PASSPHRASE, "correct horse", "the two passphrases differ"),
        ("", "", "the passphrase is empty"),
    ] {
        let sandbox = protected();
        let mut terminal = add_user(&sandbox, "corp").on_terminal();
        terminal.expect("(not shown): ");
        terminal.send_line(SECRET);
        for _ in 0..3 {
            terminal.expect("New passphrase for the vault: ");
            terminal.send_line(first);
            if !first.is_empty() {
                terminal.expect("The same passphrase again: ");
                terminal.send_line(second);
            }
            terminal.expect(why);
        }
        assert_eq!(terminal.wait(), Ended::Code(1));
        assert_eq!(sandbox.read(FILE), "");
        assert!(!sandbox.path(&format!("{DATA}/identity.age")).exists());
    }
    let sandbox = protected();
    let empty = add_user(&sandbox, "corp").env("LEAPP_PASSPHRASE", "");
    assert_snapshot!(empty.run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: the file vault refused access
    caused by: the passphrase is empty

    hint: choose one that is not empty
    ");
}

#[test]
fn a_wrong_passphrase_is_denied() {
    let sandbox = sealed();
    let wrong = login(&sandbox).env("LEAPP_PASSPHRASE", "wrong");
    assert_snapshot!(wrong.run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: the file vault refused access
    caused by: the passphrase is wrong

    hint: try again; `LEAPP_PASSPHRASE` and `LEAPP_PASSPHRASE_FILE` come before a question
    ");
}

#[test]
fn a_person_has_three_tries() {
    let sandbox = sealed();
    let mut terminal = login(&sandbox).on_terminal();
    for _ in 0..3 {
        terminal.expect("Passphrase of the vault: ");
        terminal.send_line("wrong");
    }
    terminal.expect("the passphrase is wrong");
    assert_eq!(terminal.wait(), Ended::Code(1));
}

#[test]
fn a_person_may_slip_once() {
    let sandbox = sealed();
    // The questions do not go where the credentials go.
    let mut terminal = sandbox.sh("leapp login corp >out 2>err").on_terminal();
    terminal.expect("Passphrase of the vault: ");
    assert!(!terminal.echoes());
    terminal.send_line("wrong");
    terminal.expect("That passphrase is wrong. Passphrase of the vault: ");
    terminal.send_line(PASSPHRASE);
    assert_eq!(terminal.wait(), Ended::Code(0));
    assert_eq!(sandbox.read("home/out"), "");
}

#[test]
fn a_vault_that_nobody_can_unlock_is_locked() {
    let sandbox = sealed();
    assert_snapshot!(login(&sandbox).run().transcript(), @"
    exit 3
    --- stderr
    leapp: error: the file vault is locked
    caused by: its passphrase is needed
    caused by: this process has no terminal

    hint: run it in a terminal, or set `LEAPP_PASSPHRASE_FILE` or `LEAPP_IDENTITY_FILE`
    ");
}

#[test]
fn writing_needs_no_passphrase() {
    let sandbox = sealed();
    let words = line("add user two --access-key-id AKIAIOSFODNN7EXAMPL2");
    let rest = ["--secret-access-key", "-"];
    sandbox
        .leapp(&words)
        .args(&rest)
        .stdin(SECRET)
        .run()
        .assert_ok();
    sandbox
        .leapp(&["remove", "corp", "--yes"])
        .run()
        .assert_ok();
    assert!(sandbox.read(FILE).contains("[sessions.two]"));
}
