//! Pipes, devices and links where a file of ours or of the user's should be: nothing waits for them, and
//! none is read without end.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use insta::assert_snapshot;

use crate::sessions::{CORP, FILE, with};
use crate::support::output::Output;
use crate::support::sandbox::{Sandbox, private};

/// What does not answer by then waits for ever.
const AT_ONCE: Duration = Duration::from_secs(15);

/// What is planted in the place of a file.
#[derive(Clone, Copy, Debug)]
enum Planted {
    Pipe,
    Zero,
}

fn plant(what: Planted, place: &Path) {
    fs::create_dir_all(place.parent().expect("a folder")).expect("a folder");
    let _ = fs::remove_file(place);
    match what {
        Planted::Pipe => {
            let made = Command::new("mkfifo").arg(place).status();
            assert!(made.expect("mkfifo").success());
            private(place, 0o600);
        }
        Planted::Zero => symlink("/dev/zero", place).expect("a link"),
    }
}

/// With little memory, so that what is read without end fails here, and not the machine.
fn bounded(sandbox: &Sandbox, command: &str) -> Output {
    let script = format!("ulimit -v 1000000; exec {command}");
    sandbox.sh(&script).limit(AT_ONCE).run()
}

#[test]
fn what_is_read_for_a_person_is_a_regular_file() {
    for what in [Planted::Pipe, Planted::Zero] {
        for (place, name) in [
            (FILE, "sessions.toml"),
            ("home/.config/leapp/team/a.toml", "team/a.toml"),
            ("home/.config/leapp/config.toml", "config.toml"),
        ] {
            let sandbox = with(&format!("include = [\"team/*.toml\"]\n{CORP}"));
            let place = sandbox.path(place);
            plant(what, &place);
            let said = bounded(&sandbox, "leapp list").assert_code(1).transcript();
            let expected = format!(
                "exit 1\n--- stderr\nleapp: error: cannot read `[ROOT]/home/.config/leapp/{name}`\n\
                 caused by: it is a pipe or a device, and no regular file\n"
            );
            assert_eq!(said, expected, "{what:?}");
        }
    }
}

#[test]
fn a_file_without_end_is_not_read() {
    let sandbox = with(&format!("include = [\"team/*.toml\"]\n{CORP}"));
    let place = sandbox.write("home/.config/leapp/team/a.toml", "");
    let large = fs::File::create(place).unwrap();
    large.set_len(1 << 40).unwrap();
    assert_snapshot!(bounded(&sandbox, "leapp list").transcript(), @"
    exit 1
    --- stderr
    leapp: error: cannot read `[ROOT]/home/.config/leapp/team/a.toml`
    caused by: it is larger than 16 MiB
    ");
}

#[test]
fn links_to_regular_files_are_followed_where_a_person_keeps_files() {
    let sandbox = with("");
    let folder = sandbox.path("home/.config/leapp");
    let kept = sandbox.path("home/dotfiles");
    fs::create_dir(&kept).unwrap();
    fs::write(
        kept.join("sessions.toml"),
        "include = [\"team.toml\"]\nversion = 1\n",
    )
    .unwrap();
    fs::write(kept.join("team.toml"), CORP.replace("version = 1", "")).unwrap();
    fs::write(kept.join("config.toml"), "").unwrap();
    for name in ["sessions.toml", "team.toml", "config.toml"] {
        let _ = fs::remove_file(folder.join(name));
        symlink(kept.join(name), folder.join(name)).unwrap();
    }
    let listed = sandbox.leapp(&["list"]).run();
    assert!(
        listed.transcript().contains("corp"),
        "{}",
        listed.transcript()
    );
}

#[test]
fn the_aws_clis_files_are_no_pipes_and_end() {
    for what in [Planted::Pipe, Planted::Zero] {
        for name in ["config", "credentials"] {
            let sandbox = with(CORP);
            plant(what, &sandbox.path("home/.aws").join(name));
            bounded(&sandbox, "leapp import aws-config --yes").assert_code(0);
            let refused = bounded(&sandbox, "leapp start corp --write-credentials");
            assert_ne!(refused.code, Some(0), "{what:?}");
        }
    }
}
