//! What packages install: the manual, completions that need no hook, and the Debian package itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::aws::Aws;
use crate::support::hooked::Hooked;
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;
use crate::support::{long, program, skip, variable};

const SESSIONS: &str = "version = 1\n[defaults]\nregion = \"eu-west-1\"\n\
    [sessions.\"corp@example\"]\ntype = \"iam-user\"\naccess_key_id = \"AKIAIOSFODNN7EXAMPLE\"\n";

fn files_of(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("a folder")
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    names
}

#[test]
fn each_verb_has_a_page_that_man_reads_without_a_warning() {
    let sandbox = Sandbox::new();
    let made = sandbox
        .leapp(&["generate", "man", "--dir", "new/man"])
        .run();
    assert_eq!(made.assert_ok().transcript(), "exit 0\n");
    let folder = sandbox.home().join("new/man");
    let pages = files_of(&folder);

    let help = sandbox.leapp(&["--help"]).run().assert_ok().stdout;
    let verbs = help.split("Commands:\n").nth(1).expect("verbs");
    let verbs = verbs.lines().take_while(|line| line.starts_with("  "));
    for verb in verbs.filter_map(|line| line.split_whitespace().next()) {
        let page = format!("leapp-{verb}.1");
        assert!(verb == "help" || pages.contains(&page), "no {page}");
    }
    assert!(pages.contains(&"leapp.1".to_owned()));
    assert!(pages.contains(&"leapp-secrets-move.1".to_owned()));

    let exec = sandbox.read("home/new/man/leapp-exec.1");
    for part in ["read\\-only", "LEAPP_MFA_CODE", "126, 127"] {
        assert!(exec.contains(part), "{part} is not in\n{exec}");
    }
    let Some(man) = program("man") else { return };
    let man = man.display().to_string();
    for page in pages {
        let page = format!("{}/{page}", folder.display());
        let arguments = ["--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", &page];
        let read = sandbox.command(&man).args(&arguments).run().assert_ok();
        assert_eq!(read.stderr, "", "{page}");
    }
}

#[test]
fn the_manual_can_not_be_written_where_a_file_is() {
    let sandbox = Sandbox::new();
    sandbox.write("home/taken", "");
    let refused = sandbox.leapp(&["generate", "man", "--dir", "taken"]).run();
    insta::assert_snapshot!(refused.transcript(), @r"
    exit 1
    --- stderr
    leapp: error: cannot create `taken`
    caused by: File exists (os error 17)
    ");
}

/// Puts completions where a package below `usr` has them.
fn install(sandbox: &Sandbox, usr: &str) {
    for (shell, files) in [
        (
            "bash",
            [
                "bash-completion/completions/leapp",
                "bash-completion/completions/leapp-exec",
            ],
        ),
        (
            "fish",
            [
                "fish/vendor_completions.d/leapp.fish",
                "fish/vendor_completions.d/leapp-exec.fish",
            ],
        ),
        (
            "zsh",
            [
                "zsh/vendor-completions/_leapp",
                "zsh/vendor-completions/_leapp",
            ],
        ),
    ] {
        let made = sandbox.leapp(&["generate", "completions", shell]).run();
        let made = made.assert_ok().stdout;
        for file in files {
            sandbox.write(&format!("{usr}/share/{file}"), &made);
        }
    }
}

/// Types words in shells that know nothing of leapp but the files below `usr`.
fn completes(sandbox: &Sandbox, usr: &str) {
    let share = format!("{usr}/share");
    for (shell, start_up) in [
        (
            "bash",
            "source /usr/share/bash-completion/bash_completion".to_owned(),
        ),
        (
            "zsh",
            format!("fpath+=({share}/zsh/vendor-completions); autoload -Uz compinit; compinit -u"),
        ),
        ("fish", String::new()),
    ] {
        if shell == "bash" && !Path::new("/usr/share/bash-completion/bash_completion").is_file() {
            skip("no bash-completion on this machine");
            continue;
        }
        let Some(run) = sandbox.interactive(shell, &start_up) else {
            continue;
        };
        let run = run
            .env("XDG_DATA_DIRS", format!("{share}:/usr/share"))
            // Nobody's environment chooses which program is run.
            .env("__leapp_bin", "/nonexistent/leapp");
        let mut hooked = Hooked::on_terminal(run);
        for (typed, line) in [
            ("leapp sho\tcor\t", "leapp show corp@example"),
            ("leapp-exec cor\t", "leapp-exec corp@example"),
            ("leapp-exec --regi\teu\t", "leapp-exec --region eu-west-1"),
            ("leapp-exec x -- leapp-ex\t", "leapp-exec x -- leapp-exec"),
        ] {
            hooked.pty.send(typed);
            hooked.pty.send_line("\x01echo '=>' ");
            hooked.pty.expect(&format!("=> {line}"));
        }
        hooked.leave();
    }
}

#[test]
fn completions_work_without_a_hook_from_where_packages_have_them() {
    let sandbox = Sandbox::new();
    sandbox.write("home/.config/leapp/sessions.toml", SESSIONS);
    install(&sandbox, "usr");
    completes(&sandbox, &sandbox.path("usr").display().to_string());
}

/// Builds the package, as `.ci/package` does for a release.
fn package() -> Option<PathBuf> {
    program("cargo-deb")?;
    program("dpkg-shlibdeps")?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/.ci/package");
    let built = Command::new(script).output().expect("a script");
    let said = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success(), "{said}");
    let path = String::from_utf8(built.stdout).expect("a path");
    Some(PathBuf::from(path.trim()))
}

#[test]
fn the_debian_package_is_installed_used_and_removed() {
    if !long("an optimized build takes minutes") {
        return;
    }
    let Some(package) = package() else { return };
    let package = package.display().to_string();
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    let root = sandbox.path("prefix");
    for file in ["status", "available"] {
        sandbox.write(&format!("prefix/var/lib/dpkg/{file}"), "");
    }
    for folder in ["updates", "info", "triggers"] {
        fs::create_dir_all(root.join("var/lib/dpkg").join(folder)).unwrap();
    }
    // A system of its own, in which only this package is: what it depends on is outside.
    let dpkg = |sandbox: &Sandbox, arguments: &[&str]| {
        let all = [
            &format!("--root={}", root.display()),
            "--force-depends",
            "--force-not-root",
        ];
        let all = [&all[..], arguments].concat();
        let path = format!("{}:/usr/sbin:/sbin", variable("PATH"));
        sandbox
            .command("dpkg")
            .args(&all)
            .env("PATH", path)
            .run()
            .assert_ok()
    };
    dpkg(&sandbox, &["-i", &package]);

    let usr = root.join("usr").display().to_string();
    let path = format!("{usr}/bin:{}", variable("PATH"));
    let found = sandbox
        .sh("command -v leapp; command -v leapp-exec; stat -c %a \"$(command -v leapp)\"")
        .env("PATH", &path)
        .run()
        .assert_ok();
    assert_eq!(
        found.stdout,
        format!("{usr}/bin/leapp\n{usr}/bin/leapp-exec\n755\n")
    );

    // The installed programs, for everything from here on.
    let sandbox = sandbox.env(
        "PATH",
        format!(
            "{usr}/bin:{}:{}",
            crate::support::VENV_BIN,
            variable("PATH")
        ),
    );
    let chain = Chain::new(aws, 2);
    chain.define(&sandbox);
    let who = [
        "r2",
        "--",
        "aws",
        "sts",
        "get-caller-identity",
        "--query",
        "Arn",
        "--output",
        "text",
    ];
    let who = sandbox.leapp_exec(&who).run().assert_ok();
    assert!(who.stdout.contains(":assumed-role/"), "{}", who.stdout);

    sandbox.write("home/.config/leapp/sessions.toml", SESSIONS);
    completes(&sandbox, &usr);

    for page in ["leapp.1.gz", "leapp-exec.1.gz", "leapp-use.1.gz"] {
        let page = format!("{usr}/share/man/man1/{page}");
        let read = sandbox
            .command("man")
            .args(&["-l", &page])
            .env("PATH", &path)
            .run();
        assert!(read.assert_ok().stdout.contains("SYNOPSIS"), "{page}");
    }
    assert!(root.join("usr/share/doc/leapp/copyright").is_file());

    dpkg(&sandbox, &["--purge", "leapp"]);
    let left = sandbox
        .command("find")
        .args(&[usr.as_str(), "-type", "f"])
        .run();
    assert!(!Path::new(&usr).exists() || left.assert_ok().stdout.is_empty());
}
