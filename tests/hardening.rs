//! Tricks on our files, directories and processes: by another user of the machine, by a careless
//! umask, by an environment that somebody else has set.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, lchown, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use insta::assert_snapshot;
use tempfile::TempDir;

use crate::manage::add_user;
use crate::sessions::{CORP, with};
use crate::support::aws::Aws;
use crate::support::pty::{Ended, Pty};
use crate::support::run::{Run, send_signal};
use crate::support::sandbox::{Sandbox, private};
use crate::support::world::Chain;
use crate::support::{not_here, program, wait_for};

const CACHE: &str = "home/.cache/leapp";
const DATA: &str = "home/.local/share/leapp";
const CONFIG: &str = "home/.config/leapp";

/// Nobody, as every Unix has it.
const NOBODY: u32 = 65534;

/// A user and a role on it, in a world of their own.
fn sandbox() -> Sandbox {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    Chain::new(aws, 1).define(&sandbox);
    sandbox
}

fn as_r1(sandbox: &Sandbox) -> Run<'_> {
    sandbox.leapp_exec(&["r1", "--", "true"])
}

/// All files and directories below a folder of the sandbox, with their modes.
fn modes(folder: &Path) -> Vec<(PathBuf, u32)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let metadata = fs::symlink_metadata(entry.path()).expect("an entry");
            found.push((entry.path(), metadata.mode() & 0o7777));
            if metadata.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    found
}

#[test]
fn whatever_the_umask_files_are_their_owners_only() {
    let aws = Aws::shared();
    for umask in ["0", "0777", "0027"] {
        let sandbox = Sandbox::new().endpoint(&aws.url());
        for folder in ["home/.cache", "home/.config", "home/.local"] {
            fs::remove_dir_all(sandbox.path(folder)).unwrap();
        }
        let user = aws.user(&crate::support::world::account(), "u1", &[]);
        let script = format!(
            "umask {umask}; leapp add user corp --access-key-id {} --secret-access-key - --region eu-west-1 && \
             leapp login corp && leapp login corp --refresh && leapp-exec corp -- true",
            user.access_key_id
        );
        let secret = format!("{}\n", user.secret_access_key);
        sandbox.sh(&script).stdin(secret).run().assert_ok();
        let made: Vec<_> = [CACHE, DATA, CONFIG]
            .iter()
            .flat_map(|folder| modes(&sandbox.path(folder)))
            .collect();
        assert!(made.len() > 8, "{made:?}");
        for (path, mode) in made {
            let expected = if path.is_dir() { 0o700 } else { 0o600 };
            assert_eq!(mode, expected, "umask {umask}: {}", path.display());
        }
    }
}

/// The entries of the cache.
fn entries(sandbox: &Sandbox) -> Vec<PathBuf> {
    let entries = fs::read_dir(sandbox.path(CACHE))
        .expect("a cache")
        .flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_none() && !path.ends_with("locks"))
        .collect()
}

/// Puts something where an entry was; it is given a file of somebody else's, and the place.
type Plant = fn(&Path, &Path);

#[test]
fn what_is_planted_in_the_cache_is_a_miss_and_leads_nowhere() {
    let sandbox = sandbox();
    as_r1(&sandbox).run().assert_ok();
    let victim = sandbox.write("home/victim", "theirs");
    private(&victim, 0o666);
    let plants: [(&str, Plant); 4] = [
        ("a link", |victim, entry| symlink(victim, entry).unwrap()),
        ("a hard link", |victim, entry| {
            fs::hard_link(victim, entry).unwrap();
        }),
        ("a pipe", |_, entry| {
            assert!(
                Command::new("mkfifo")
                    .arg(entry)
                    .status()
                    .unwrap()
                    .success()
            );
        }),
        ("a loop", |_, entry| symlink(entry, entry).unwrap()),
    ];
    for (what, plant) in plants {
        let planted = entries(&sandbox);
        assert!(!planted.is_empty());
        for entry in &planted {
            fs::remove_file(entry).unwrap();
            plant(&victim, entry);
        }
        let output = as_r1(&sandbox).run().assert_ok();
        assert_eq!(output.transcript(), "exit 0\n", "{what}");
        assert_eq!(sandbox.read("home/victim"), "theirs", "{what}");
        for entry in planted {
            let metadata = fs::symlink_metadata(&entry).unwrap();
            assert!(metadata.is_file() && metadata.nlink() == 1, "{what}");
            assert_eq!(metadata.mode() & 0o7777, 0o600, "{what}");
        }
    }
}

#[test]
fn a_lock_that_is_a_link_is_neither_followed_nor_written_to() {
    let sandbox = sandbox();
    as_r1(&sandbox).run().assert_ok();
    let victim = sandbox.write("home/victim", "theirs");
    for name in fs::read_dir(sandbox.path(CACHE).join("locks"))
        .unwrap()
        .flatten()
    {
        fs::remove_file(name.path()).unwrap();
        symlink(&victim, name.path()).unwrap();
    }
    for entry in entries(&sandbox) {
        fs::remove_file(entry).unwrap();
    }
    let refused = as_r1(&sandbox).run().assert_code(125);
    assert!(
        refused.stderr.contains("is not a lock file of ours"),
        "{}",
        refused.stderr
    );
    assert!(
        refused.stderr.contains("hint: remove it: `rm "),
        "{}",
        refused.stderr
    );
    assert_eq!(sandbox.read("home/victim"), "theirs");

    let places = sandbox.path(DATA).join("sessions.lock");
    fs::remove_file(&places).unwrap();
    symlink(&victim, &places).unwrap();
    let refused = sandbox.leapp(&["remove", "r1", "--yes"]).run();
    assert_snapshot!(refused.transcript(), @"
    exit 1
    --- stderr
    leapp: error: cannot write `[ROOT]/home/.config/leapp/sessions.toml`
    caused by: `[ROOT]/home/.local/share/leapp/sessions.lock` is not a lock file of ours

    hint: remove it: `rm [ROOT]/home/.local/share/leapp/sessions.lock`
    ");
    assert_eq!(sandbox.read("home/victim"), "theirs");
}

#[test]
fn a_vault_in_which_others_can_write_is_not_read() {
    let sandbox = sandbox();
    let arn = sandbox
        .leapp(&["show", "r1", "--json"])
        .run()
        .assert_ok()
        .json();
    let account = arn["role_arn"].as_str().unwrap()[13..25].to_owned();
    let sandbox = sandbox.name(&account, "[ACCOUNT]");
    let refused = |mode| {
        private(&sandbox.path(DATA), mode);
        let output = as_r1(&sandbox).run();
        private(&sandbox.path(DATA), 0o700);
        output
    };
    assert_snapshot!(refused(0o777).transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: the file vault cannot be reached

      1  u1  IAM user, key [ACCESS-KEY-ID]  failed
      2  r1  arn:aws:iam::[ACCOUNT]:role/R1   not tried

    caused by: `[ROOT]/home/.local/share/leapp` can be written by others (mode 0777)

    hint: run `chmod go-w [ROOT]/home/.local/share/leapp`
    ");
    refused(0o755).assert_ok();
}

#[test]
fn a_directory_that_anybody_can_exchange_is_not_used() {
    let sandbox = sandbox();
    let shared = sandbox.path("shared");
    fs::create_dir(&shared).unwrap();
    private(&shared, 0o777);
    let sandbox = sandbox.env("XDG_DATA_HOME", &shared);
    assert_snapshot!(add_user(&sandbox, "other").run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: cannot write `[ROOT]/home/.config/leapp/sessions.toml`
    caused by: `[ROOT]/shared` can be written by others (mode 0777)

    hint: run `chmod go-w [ROOT]/shared`
    ");
    private(&shared, 0o1777);
    add_user(&sandbox, "other").run().assert_ok();
}

#[test]
fn sessions_and_settings_that_anybody_can_write_are_not_obeyed() {
    let sandbox = with(CORP);
    let own = sandbox.path(CONFIG).join("sessions.toml");
    private(&own, 0o666);
    assert_snapshot!(sandbox.leapp(&["list"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: `[ROOT]/home/.config/leapp/sessions.toml` can be written by others (mode 0666)

    hint: run `chmod go-w [ROOT]/home/.config/leapp/sessions.toml`
    ");
    // As every editor leaves it where the umask is 002.
    private(&own, 0o664);
    sandbox.leapp(&["list"]).run().assert_ok();
    let settings = sandbox.write(&format!("{CONFIG}/config.toml"), "browser = \"evil\"\n");
    private(&settings, 0o666);
    assert_snapshot!(sandbox.leapp(&["list"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: `[ROOT]/home/.config/leapp/config.toml` can be written by others (mode 0666)

    hint: run `chmod go-w [ROOT]/home/.config/leapp/config.toml`
    ");
}

/// A world that is nobody's, and our program where they may run it.
struct Nobody<'a> {
    sandbox: &'a Sandbox,
    /// Outside of the sandbox, which is searched for secrets after every command.
    programs: TempDir,
}

impl<'a> Nobody<'a> {
    /// `None` after a printed skip where only root could.
    fn owns(sandbox: &'a Sandbox) -> Option<Self> {
        if fs::metadata("/proc/self").expect("a process").uid() != 0 {
            not_here("only root can become somebody else");
            return None;
        }
        program("setpriv")?;
        let programs = TempDir::new().expect("a folder");
        private(programs.path(), 0o755);
        fs::copy(env!("CARGO_BIN_EXE_leapp"), programs.path().join("leapp")).expect("a copy");
        let root = sandbox.path("");
        for path in modes(&root).into_iter().map(|(path, _)| path).chain([root]) {
            lchown(path, Some(NOBODY), Some(NOBODY)).expect("a gift");
        }
        Some(Self { sandbox, programs })
    }

    fn run(&self, words: &[&str]) -> Run<'a> {
        let identity = ["--reuid=65534", "--regid=65534", "--clear-groups", "--"];
        let path = format!("{}:/usr/bin:/bin", self.programs.path().display());
        let run = self.sandbox.command("setpriv").args(&identity);
        run.args(words).env("PATH", path)
    }
}

#[test]
fn what_belongs_to_somebody_else_is_not_obeyed() {
    let sandbox = with(CORP);
    let Some(nobody) = Nobody::owns(&sandbox) else {
        return;
    };
    let list = || nobody.run(&["leapp", "list"]).run();
    list().assert_ok();
    let own = sandbox.path(CONFIG).join("sessions.toml");
    chown(&own, Some(1), None).unwrap();
    private(&own, 0o644);
    assert_snapshot!(list().transcript(), @"
    exit 1
    --- stderr
    leapp: error: `[ROOT]/home/.config/leapp/sessions.toml` belongs to user id 1, not to you

    hint: check `HOME`, `LEAPP_CONFIG_DIR` and the variables that begin with `XDG_`: they name these files
    ");
    // The administrator could do worse.
    chown(&own, Some(0), None).unwrap();
    list().assert_ok();
}

#[test]
fn directories_of_somebody_else_get_nothing() {
    let sandbox = sandbox();
    let theirs = sandbox.path("theirs");
    for folder in ["cache/leapp/locks", "data/leapp/browser"] {
        fs::create_dir_all(theirs.join(folder)).unwrap();
        private(&theirs.join(folder), 0o755);
    }
    if chown(theirs.join("data/leapp"), Some(NOBODY), None).is_err() {
        return not_here("only root can give a directory away");
    }
    chown(theirs.join("cache/leapp"), Some(NOBODY), None).unwrap();
    let sandbox = sandbox.env("XDG_CACHE_HOME", theirs.join("cache"));
    let warned = as_r1(&sandbox).run().assert_ok();
    assert!(
        warned
            .stderr
            .contains("cache/leapp` belongs to user id 65534, not to you"),
        "{}",
        warned.stderr
    );
    let sandbox = sandbox.env("XDG_DATA_HOME", theirs.join("data"));
    let refused = add_user(&sandbox, "other").run().assert_code(1);
    assert!(
        refused
            .stderr
            .contains("data/leapp` belongs to user id 65534, not to you"),
        "{}",
        refused.stderr
    );
    let files = modes(&theirs)
        .into_iter()
        .filter(|(path, _)| path.is_file());
    assert_eq!(files.count(), 0);
}

#[test]
fn while_secrets_are_held_nobody_looks_into_memory() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    Chain::with_mfa(aws, 1).define(&sandbox);
    // The vault is open, and a code is waited for.
    let sessions = sandbox.read(&format!("{CONFIG}/sessions.toml"));
    let waiting = "touch \\\"$HOME/waiting\\\"; while ! test -e \\\"$HOME/go\\\"; do sleep 0.01; done; exit 1";
    let sessions = sessions.replacen(
        "mfa_device",
        &format!("mfa_process = \"sh -c '{waiting}'\"\nmfa_device"),
        1,
    );
    sandbox.write(&format!("{CONFIG}/sessions.toml"), &sessions);
    let Some(nobody) = Nobody::owns(&sandbox) else {
        return;
    };
    let running = nobody.run(&["leapp", "login", "r1"]).start();
    wait_for("the command of `mfa_process`", || {
        sandbox.path("home/waiting").exists().then_some(())
    });
    // The kernel gives what belongs to a process to root where it must not be dumped.
    let memory = fs::metadata(format!("/proc/{}/mem", running.pid())).unwrap();
    assert_eq!(memory.uid(), 0, "anybody who is nobody could read it");
    sandbox.write("home/go", "");
    running.wait().assert_code(1);
}

#[test]
fn a_command_that_we_become_can_be_looked_into_again() {
    let sandbox = sandbox();
    let Some(nobody) = Nobody::owns(&sandbox) else {
        return;
    };
    let words = [
        "leapp",
        "exec",
        "r1",
        "--",
        "stat",
        "-c",
        "%u",
        "/proc/self/mem",
    ];
    let owner = nobody.run(&words).run().assert_ok().stdout;
    assert_eq!(owner, format!("{NOBODY}\n"));
}

#[test]
fn an_environment_that_makes_no_sense_changes_no_place() {
    let sandbox = sandbox();
    as_r1(&sandbox).run().assert_ok();
    // Relative ones are ignored, says the specification of XDG.
    for value in [".", "theirs", "", "..//theirs\nhint: run me"] {
        let mut run = as_r1(&sandbox).env("TMPDIR", value);
        for name in [
            "XDG_CONFIG_HOME",
            "XDG_CACHE_HOME",
            "XDG_DATA_HOME",
            "XDG_RUNTIME_DIR",
        ] {
            run = run.env(name, value);
        }
        let output = run.run().assert_ok();
        assert_eq!(output.transcript(), "exit 0\n", "{value}");
    }
    let names: Vec<_> = fs::read_dir(sandbox.home()).unwrap().flatten().collect();
    assert!(
        names
            .iter()
            .all(|name| name.file_name().to_string_lossy().starts_with('.'))
    );
    // A line end in a directory's name is a part of it.
    let odd = sandbox.path("odd\nhome");
    let data = sandbox.env("XDG_DATA_HOME", &odd);
    add_user(&data, "other").run().assert_ok();
    assert!(odd.join("leapp/vault.age").exists());
}

#[test]
fn a_path_that_begins_here_gives_the_hook_no_program_from_here() {
    let sandbox = Sandbox::new();
    for folder in ["home", "home/bin"] {
        let evil = sandbox.write(&format!("{folder}/leapp"), "#!/bin/sh\necho evil\n");
        fs::set_permissions(evil, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let ours = Path::new(env!("CARGO_BIN_EXE_leapp"));
    let folder = ours.parent().unwrap().display().to_string();
    let hook = sandbox
        .command("bash")
        .args(&["-c", "exec -a leapp \"$0\" init bash"])
        .args(&[ours.display().to_string()])
        .env("PATH", format!(".:bin::{folder}:/usr/bin:/bin"));
    let hook = hook.run().assert_ok().stdout;
    assert!(
        hook.contains(&format!("__leapp_bin='{folder}/leapp'")),
        "{hook}"
    );
}

/// Values of `PATH` that mean the working directory, and ours.
fn paths_from_here() -> [String; 4] {
    let ours = Path::new(env!("CARGO_BIN_EXE_leapp")).parent();
    let ours = ours.expect("a folder").display();
    [
        format!(":{ours}"),
        format!("{ours}:"),
        format!(".:{ours}"),
        format!("{ours}:bin"),
    ]
}

/// Programs in the working directory, and in one below it.
fn programs_here(sandbox: &Sandbox, names: &[&str]) {
    for name in names {
        for folder in ["home", "home/bin"] {
            let file = sandbox.write(
                &format!("{folder}/{name}"),
                "#!/bin/sh\necho here >>\"$HOME/ran\"\n",
            );
            private(&file, 0o755);
        }
    }
}

#[test]
fn a_path_that_begins_here_gives_no_browser_and_no_opener_from_here() {
    let sandbox = sandbox();
    let endpoint = format!(
        "console_endpoint = \"{}/federation\"\n",
        Aws::shared().url()
    );
    sandbox.write(&format!("{CONFIG}/config.toml"), &endpoint);
    as_r1(&sandbox).run().assert_ok();
    programs_here(
        &sandbox,
        &["wslview", "xdg-open", "google-chrome-stable", "chromium"],
    );
    for path in paths_from_here() {
        for browser in ["", "LEAPP_BROWSER=google-chrome-stable"] {
            let script = format!("env PATH='{path}' {browser} \"$(command -v leapp)\" console r1");
            let run = sandbox.sh(&script).env("DISPLAY", ":99");
            let output = run.run().assert_code(1);
            assert!(output.stderr.contains("no browser"), "{}", output.stderr);
            assert!(!sandbox.path("home/ran").exists(), "{script}");
        }
    }
}

#[test]
fn a_command_is_found_by_the_whole_path_as_in_a_shell() {
    let sandbox = sandbox();
    programs_here(&sandbox, &["deploy"]);
    for path in paths_from_here() {
        let run = sandbox.leapp_exec(&["r1", "--", "deploy"]);
        run.env("PATH", format!("{path}:/usr/bin:/bin"))
            .run()
            .assert_ok();
    }
    assert_eq!(sandbox.read("home/ran"), "here\n".repeat(4));
}

#[test]
fn a_policy_that_is_none_is_not_repeated_whole() {
    let sandbox = sandbox();
    let policy =
        "{ \"Statement\": [ { \"Effect\": \"Allow\", \"Resource\": \"arn:aws:s3:::private\" } ";
    let run = sandbox.leapp_exec(&["r1", "--policy", policy, "--", "true"]);
    assert_snapshot!(run.run().transcript(), @r#"
    exit 125
    --- stderr
    leapp-exec: error: `{ "Statement": [ { "Effect": "Allow", "R...` is no policy
    caused by: EOF while parsing a list at line 1 column 75

    hint: give `--policy` a JSON object, or a file that holds one
    "#);
}

#[test]
fn a_link_to_nothing_is_no_empty_file() {
    let sandbox = with(&format!("include = [\"team/*.toml\"]\n{CORP}"));
    fs::create_dir(sandbox.path(CONFIG).join("team")).unwrap();
    symlink("nowhere", sandbox.path(CONFIG).join("team/a.toml")).unwrap();
    assert_snapshot!(sandbox.leapp(&["list"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: [ROOT]/home/.config/leapp/sessions.toml:1: `include`: `[ROOT]/home/.config/leapp/team/a.toml` is a link that leads nowhere
    ");
}

#[test]
fn a_key_id_in_small_letters_is_none() {
    let sandbox = with(&CORP.replace("AKIAIOSFODNN7EXAMPLE", "akiaiosfodnn7example"));
    assert_snapshot!(sandbox.leapp(&["list"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: [ROOT]/home/.config/leapp/sessions.toml:8: `sessions.corp.access_key_id`: is written in capital letters and digits, `AKIA...`
    ");
}

/// A command on a terminal whose process is known, and how it left the terminal.
fn in_a_shell<'a>(sandbox: &'a Sandbox, command: &str) -> Pty<'a> {
    let script = format!(
        "sh -c 'echo $$ >pid; exec {command}'; echo \"ended by $(($? - 128))\"; \
         case \" $(stty -a) \" in *' -echo '* | *' -icanon '* | *' -isig '*) echo broken ;; *) echo whole ;; esac"
    );
    sandbox.sh(&script).env("TERM", "xterm").on_terminal()
}

#[test]
fn a_signal_at_a_question_leaves_the_terminal_as_it_was() {
    let sandbox = sandbox();
    for (command, question) in [
        ("leapp add chained prod", "ARN of the role: "),
        (
            "leapp add user other --access-key-id AKIAIOSFODNN7EXAMPLE",
            "(not shown): ",
        ),
        ("leapp-exec -- true", "Session:"),
    ] {
        for (name, number) in [("TERM", 15), ("HUP", 1), ("INT", 2)] {
            let mut terminal = in_a_shell(&sandbox, command);
            terminal.expect(question);
            // What was typed is neither shown nor given to the shell.
            terminal.send("typed");
            send_signal(name, sandbox.read("home/pid").trim());
            terminal.expect(&format!("ended by {number}"));
            let shown = terminal.expect("whole");
            assert!(!shown.contains("broken"), "{command}: SIG{name}");
            assert_eq!(terminal.wait(), Ended::Code(0));
        }
    }
}

#[test]
fn a_signal_after_a_question_ends_us_as_before_it() {
    let sandbox = sandbox();
    let sessions = sandbox.read(&format!("{CONFIG}/sessions.toml"));
    let protected = sessions.replacen("role_arn", "protected = true\nrole_arn", 1);
    sandbox.write(&format!("{CONFIG}/sessions.toml"), &protected);
    let command = "leapp-exec r1 -- sh -c \"echo started; exec sleep 600\"";
    let mut terminal = in_a_shell(&sandbox, command);
    terminal.expect("is protected. Use it? [y/N] ");
    terminal.send_line("y");
    terminal.expect("started");
    send_signal("TERM", sandbox.read("home/pid").trim());
    terminal.expect("ended by 15");
    assert_eq!(terminal.wait(), Ended::Code(0));
}
