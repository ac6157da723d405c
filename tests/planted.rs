//! Pipes, devices and links where a file of ours or of the user's should be: nothing waits for them, and
//! none is read without end.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use insta::assert_snapshot;

use crate::sessions::{CORP, FILE, with};
use crate::support::aws::Aws;
use crate::support::output::Output;
use crate::support::sandbox::{Sandbox, private};
use crate::support::world::account;
use crate::vault::DATA;

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

/// A user in a vault under a passphrase, with credentials of it in the cache.
fn vault() -> Sandbox {
    let aws = Aws::shared();
    let user = aws.user(&account(), "u1", &[]);
    let sandbox = Sandbox::new()
        .env_remove("LEAPP_IDENTITY_FILE")
        .env("LEAPP_PASSPHRASE", "correct horse battery staple")
        .endpoint(&aws.url());
    sandbox.add_user("corp", &user);
    sandbox.leapp(&["login", "corp"]).run().assert_ok();
    sandbox
}

const REFRESH: &str = "leapp-exec corp --refresh -- true";

/// The files of the data directory that are ours, and whether there is no going on without them.
const OURS: [(&str, bool); 7] = [
    ("vault.age", true),
    ("identity.age", true),
    ("recipient.txt", true),
    ("places.toml", true),
    ("recent", false),
    ("vault.known", false),
    ("rotations/note", false),
];

#[test]
fn nothing_waits_for_a_pipe_or_a_device_in_the_place_of_a_file_of_ours() {
    for (name, is_needed) in OURS {
        let sandbox = vault();
        for what in [Planted::Pipe, Planted::Zero] {
            plant(what, &sandbox.path(DATA).join(name));
            // The kernel would open the vault for an hour.
            sandbox.leapp(&["lock"]).run().assert_ok();
            let output = bounded(&sandbox, REFRESH);
            let seen = output.comparable(&output.stderr);
            let expected = if is_needed { 125 } else { 0 };
            assert_eq!(output.code, Some(expected), "{what:?}, {name}: {seen}");
            let told = format!("cannot read `[ROOT]/{DATA}/{name}`");
            assert_eq!(seen.contains(&told), is_needed, "{name}: {seen}");
            let doctor = bounded(&sandbox, "leapp doctor");
            assert!(doctor.code.is_some(), "{what:?}, {name}: doctor");
        }
    }
    let sandbox = vault();
    plant(Planted::Pipe, &sandbox.path(DATA).join("rotations/note"));
    let output = bounded(&sandbox, "leapp rotate-key corp --yes").assert_code(1);
    assert!(
        output.stderr.contains("a pipe or a device"),
        "{}",
        output.stderr
    );
}

#[test]
fn a_link_in_the_place_of_a_file_of_ours_is_not_followed() {
    for (name, is_needed) in [("places.toml", true), ("recent", false)] {
        let sandbox = vault();
        let victim = sandbox.write("home/victim", "version = 1\n");
        private(&victim, 0o666);
        let place = sandbox.path(DATA).join(name);
        let _ = fs::remove_file(&place);
        symlink(&victim, &place).unwrap();
        let output = bounded(&sandbox, REFRESH);
        assert_eq!(output.code == Some(0), !is_needed, "{}", output.stderr);
        assert_eq!(output.stderr.contains("caused by: it is a link"), is_needed);
        assert_eq!(sandbox.read("home/victim"), "version = 1\n", "{name}");
        assert_eq!(fs::symlink_metadata(place).unwrap().is_symlink(), is_needed);
    }
}

#[test]
fn a_hard_link_in_the_place_of_a_file_of_ours_is_not_written_through() {
    let files = "vault.age vault.known recipient.txt places.toml recent";
    for name in files.split(' ') {
        let sandbox = vault();
        let (place, other) = (sandbox.path(DATA).join(name), sandbox.path("home/other"));
        fs::hard_link(&place, &other).unwrap();
        let before = fs::read(&other).unwrap();
        sandbox.add_user("more", &Aws::shared().user(&account(), "u2", &[]));
        sandbox.leapp(&["login", "more"]).run().assert_ok();
        assert_eq!(fs::read(&other).unwrap(), before, "{name}");
    }
}

#[test]
fn the_vault_may_be_a_link_to_what_not_everybody_can_write() {
    let sandbox = vault();
    let synced = sandbox.path("home/synced");
    fs::create_dir(&synced).unwrap();
    for name in ["vault.age", "identity.age", "recipient.txt"] {
        let (place, kept) = (sandbox.path(DATA).join(name), synced.join(name));
        fs::rename(&place, &kept).unwrap();
        symlink(&kept, &place).unwrap();
    }
    let before = fs::read(synced.join("vault.age")).unwrap();
    bounded(&sandbox, REFRESH).assert_ok();
    sandbox.add_user("more", &Aws::shared().user(&account(), "u2", &[]));
    sandbox.leapp(&["login", "more"]).run().assert_ok();
    assert_ne!(fs::read(synced.join("vault.age")).unwrap(), before);
    for name in ["vault.age", "identity.age", "recipient.txt"] {
        assert!(
            fs::symlink_metadata(sandbox.path(DATA).join(name))
                .unwrap()
                .is_symlink()
        );
        private(&synced.join(name), 0o666);
        sandbox.leapp(&["lock"]).run().assert_ok();
        let refused = bounded(&sandbox, REFRESH).assert_code(125);
        let told = format!("{DATA}/{name}` can be written by others (mode 0666)");
        assert!(refused.stderr.contains(&told), "{}", refused.stderr);
        private(&synced.join(name), 0o600);
    }
}
