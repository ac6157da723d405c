//! `leapp doctor`: this machine.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::time::{Duration, Instant};

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::sessions::{CORP, with};
use crate::support::aws::Aws;
use crate::support::doctor::check;
use crate::support::hooked::HOOKED;
use crate::support::sandbox::Sandbox;
use crate::support::world::{Chain, account, allow, root_of, trust};

/// What differs from machine to machine, and from moment to moment.
const HERE: [&str; 4] = ["kernel lease", "clock", "shell hook", "browser"];

#[track_caller]
fn verdict(report: &Value, name: &str) -> String {
    check(report, name)["verdict"]
        .as_str()
        .expect("a verdict")
        .to_owned()
}

#[test]
fn a_report_has_a_documented_shape() {
    let aws = Aws::shared();
    let (here, there) = (account(), account());
    let user = aws.user(
        &here,
        "u1",
        &[allow("sts:AssumeRole", "*"), allow("iam:*", "*")],
    );
    let role = aws.role(&there, "R1", &trust(&root_of(&account())), &[]);
    let sandbox = Sandbox::new()
        .endpoint(&aws.url())
        .name(&here, "HERE")
        .name(&there, "THERE");
    sandbox.add_user("u1", &user);
    sandbox.add_chained("r1", &role, "u1", &[]);
    let (output, mut report) = sandbox.doctor(&["r1"]);
    let checks = report["checks"].take();
    let checks = checks.as_array().expect("checks").iter();
    let is_the_same_everywhere =
        |check: &&Value| HERE.iter().all(|name| check["name"] != json!(name));
    let mut lines: Vec<String> = checks
        .filter(is_the_same_everywhere)
        .map(Value::to_string)
        .collect();
    lines.push(format!("{report:#}"));
    assert_eq!(output.code, Some(1));
    assert_snapshot!(output.comparable(&lines.join("\n")), @r#"
    {"name":"sessions","verdict":"ok","detail":"2 in `~/.config/leapp/sessions.toml`","next":[]}
    {"name":"settings","verdict":"ok","detail":"the defaults; there is no `~/.config/leapp/config.toml`","next":[]}
    {"name":"config directory","verdict":"ok","detail":"`~/.config/leapp`","next":[]}
    {"name":"data directory","verdict":"ok","detail":"`~/.local/share/leapp`","next":[]}
    {"name":"cache directory","verdict":"ok","detail":"`~/.cache/leapp` is made when it is needed","next":[]}
    {"name":"secret store","verdict":"ok","detail":"the file vault, open; what is put there comes back","next":[]}
    {"name":"access keys","verdict":"ok","detail":"1, each with its secret","next":[]}
    {"name":"authorities","verdict":"ok","detail":"those of the system are believed","next":[]}
    {"name":"STS eu-west-1","verdict":"ok","detail":"http://127.0.0.1:[PORT] answers","next":[]}
    {"name":"environment","verdict":"ok","detail":"no variable of another tool","next":[]}
    {"name":"named profiles","verdict":"ok","detail":"none of ours","next":[]}
    {
      "version": 1,
      "verdict": "failed",
      "checks": null,
      "chain": {
        "target": "r1",
        "hops": [
          {
            "hop": 1,
            "name": "u1",
            "verdict": "ok",
            "detail": "ok",
            "next": [],
            "role_arn": null,
            "findings": [],
            "unseen": []
          },
          {
            "hop": 2,
            "name": "r1",
            "verdict": "failed",
            "detail": "denied: User: arn:aws:iam::HERE:user/u1 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::THERE:role/R1 (request id [REQUEST-ID])",
            "next": [],
            "role_arn": "arn:aws:iam::THERE:role/R1",
            "findings": [
              {
                "condition": "trust-policy",
                "certainty": "likely",
                "detail": "the trust policy of `R1` could not be read; it must admit `arn:aws:iam::HERE:user/u1`",
                "mends": [
                  {
                    "do": "add-statement",
                    "policy": "trust",
                    "of": "arn:aws:iam::THERE:role/R1",
                    "statement": {
                      "Effect": "Allow",
                      "Principal": {
                        "AWS": "arn:aws:iam::HERE:user/u1"
                      },
                      "Action": "sts:AssumeRole"
                    },
                    "command": null
                  }
                ]
              }
            ],
            "unseen": [
              "the trust policy of `arn:aws:iam::THERE:role/R1`: name a session in account THERE that may read IAM: `--with ALIAS`"
            ]
          }
        ]
      }
    }
    "#);
}

#[test]
fn a_person_reads_one_line_for_each_check() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    Chain::new(aws, 1).define(&sandbox);
    let output = sandbox.leapp(&["doctor"]).run().assert_code(0);
    let lines: Vec<&str> = output
        .stdout
        .lines()
        .filter(|line| !HERE.iter().any(|name| line.contains(name)) && !line.contains("next: "))
        .filter(|line| !line.contains(" failed"))
        .collect();
    assert_snapshot!(output.comparable(&lines.join("\n")), @"
    ok       sessions          2 in `~/.config/leapp/sessions.toml`
    ok       settings          the defaults; there is no `~/.config/leapp/config.toml`
    ok       config directory  `~/.config/leapp`
    ok       data directory    `~/.local/share/leapp`
    ok       cache directory   `~/.cache/leapp` is made when it is needed
    ok       secret store      the file vault, open; what is put there comes back
    ok       access keys       1, each with its secret
    ok       authorities       those of the system are believed
    ok       STS eu-west-1     http://127.0.0.1:[PORT] answers
    ok       environment       no variable of another tool
    ok       named profiles    none of ours
    ");
    assert!(output.stdout.ends_with(", 0 failed\n"), "{}", output.stdout);
}

#[test]
fn without_sessions_the_first_step_is_told() {
    let sandbox = Sandbox::new();
    let (output, report) = sandbox.doctor(&[]);
    output.assert_code(0);
    let sessions = check(&report, "sessions");
    assert_eq!(sessions["verdict"], "warning");
    assert_eq!(sessions["next"], json!(["leapp add"]));
}

#[test]
fn files_that_are_wrong_are_named() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    Chain::new(aws, 0).define(&sandbox);
    let mode = |path: &str, mode: u32| {
        fs::set_permissions(sandbox.path(path), Permissions::from_mode(mode)).expect("a mode");
    };
    mode("home/.config/leapp/sessions.toml", 0o664);
    mode("home/.local/share/leapp", 0o755);
    mode("home/.local/share/leapp/vault.age", 0o644);
    let (output, report) = sandbox.doctor(&[]);
    output.assert_code(0);
    for (name, next) in [
        ("sessions", "chmod go-w"),
        ("data directory", "chmod 700"),
        ("secret files", "chmod 600"),
    ] {
        assert_eq!(verdict(&report, name), "warning", "{report:#}");
        assert!(
            check(&report, name)["next"].to_string().contains(next),
            "{report:#}"
        );
    }
    // What anybody can write to is not used at all.
    mode("home/.config/leapp/sessions.toml", 0o666);
    mode("home/.local/share/leapp", 0o777);
    let (output, report) = sandbox.doctor(&[]);
    output.assert_code(1);
    for name in ["sessions", "data directory"] {
        assert_eq!(verdict(&report, name), "failed", "{report:#}");
        assert!(
            check(&report, name)["next"].to_string().contains("chmod"),
            "{report:#}"
        );
    }
}

#[test]
fn a_command_that_is_told_can_be_pasted_whatever_the_path() {
    let sandbox = Sandbox::new();
    let odd = "it's $(touch gone); a\\'b";
    let directory = sandbox.path(odd).join("leapp");
    fs::create_dir_all(&directory).expect("a directory");
    let mode = |mode: u32| {
        fs::set_permissions(&directory, Permissions::from_mode(mode)).expect("a mode");
    };
    let home = sandbox.path(odd);
    let sandbox = sandbox.env("XDG_DATA_HOME", home);
    // The first is told by the check itself, the second by an error.
    for wrong in [0o755, 0o777] {
        mode(wrong);
        let (_, report) = sandbox.doctor(&[]);
        let next = check(&report, "data directory")["next"]
            .as_array()
            .expect("a list");
        let command = next[0].as_str().expect("a command");
        let command = command.trim_start_matches("run `").trim_end_matches('`');
        for shell in ["sh", "bash", "zsh", "fish"] {
            mode(wrong);
            sandbox
                .command(shell)
                .args(&["-c", command])
                .run()
                .assert_ok();
            let now = fs::metadata(&directory).expect("it is there").permissions();
            assert_eq!(now.mode() & 0o022, 0, "{shell}: {command}");
        }
        assert!(!sandbox.path("home/gone").exists());
    }
}

#[test]
fn sessions_and_settings_that_can_not_be_read_are_findings() {
    let sandbox = Sandbox::new();
    let sessions = "home/.config/leapp/sessions.toml";
    sandbox.write(sessions, "[sessions.a]\ntype = \"iam-usr\"\n");
    let (output, report) = sandbox.doctor(&[]);
    output.assert_code(1);
    let found = check(&report, "sessions").to_string();
    assert!(
        found.contains("sessions.toml:2") && found.contains("did you mean"),
        "{found}"
    );
    sandbox.write(sessions, "include = [\"team/*.toml\"]\n");
    let (_, report) = sandbox.doctor(&[]);
    assert_eq!(verdict(&report, "included files"), "warning");
    sandbox.write("home/.config/leapp/config.toml", "secrets = \"nowhere\"\n");
    let (output, report) = sandbox.doctor(&[]);
    output.assert_code(1);
    assert_eq!(verdict(&report, "settings"), "failed");
}

#[test]
fn a_secret_that_is_missing_is_asked_for() {
    let sandbox = Sandbox::new().endpoint("http://127.0.0.1:9");
    sandbox.write(
        "home/.config/leapp/sessions.toml",
        "[sessions.corp]\ntype = \"iam-user\"\nregion = \"eu-west-1\"\naccess_key_id = \"AKIAIOSFODNN7EXAMPLE\"\n",
    );
    let (_, report) = sandbox.doctor(&[]);
    assert_eq!(verdict(&report, "secret store"), "ok", "{report:#}");
    let keys = check(&report, "access keys");
    assert_eq!(keys["verdict"], "failed");
    assert_eq!(
        keys["next"],
        json!(["leapp add user corp --secret-access-key -"])
    );
}

#[test]
fn a_store_that_is_locked_or_gone_is_told() {
    let aws = Aws::shared();
    let mut sandbox = Sandbox::new().endpoint(&aws.url());
    Chain::new(aws, 0).define(&sandbox);
    // The vault is there, and what opens it is not.
    let identity = sandbox.path("elsewhere.txt");
    sandbox.set("LEAPP_IDENTITY_FILE", identity);
    let (output, report) = sandbox.doctor(&[]);
    output.assert_code(1);
    assert_eq!(verdict(&report, "secret store"), "failed", "{report:#}");
    let sandbox = sandbox
        .env_remove("LEAPP_IDENTITY_FILE")
        .env("LEAPP_SECRETS", "keyring");
    let (output, report) = sandbox.doctor(&[]);
    output.assert_code(1);
    let store = check(&report, "secret store").to_string();
    assert!(
        store.contains("D-Bus") && store.contains("LEAPP_SECRETS=file"),
        "{store}"
    );
    let sandbox = sandbox.env("LEAPP_SECRETS", "file");
    sandbox.write("home/.local/share/leapp/identity.age", "not for us\n");
    let (_, report) = sandbox.doctor(&[]);
    assert_eq!(verdict(&report, "secret store"), "warning", "{report:#}");
}

#[test]
fn a_keyring_that_says_nothing_is_asked_once() {
    let sandbox = Sandbox::new().endpoint("http://127.0.0.1:9");
    let sessions: Vec<String> = (10..26)
        .map(|number| {
            format!(
                "[sessions.u{number}]\ntype = \"iam-user\"\nregion = \"eu-west-1\"\naccess_key_id = \"AKIAIOSFODNN7EXAMP{number}\"\n"
            )
        })
        .collect();
    sandbox.write("home/.config/leapp/sessions.toml", &sessions.concat());
    // Connections are made by the kernel, and nobody ever reads from them.
    let socket = sandbox.path("bus");
    let _silent = UnixListener::bind(&socket).expect("a socket");
    let sandbox = sandbox
        .env(
            "DBUS_SESSION_BUS_ADDRESS",
            format!("unix:path={}", socket.display()),
        )
        .env("LEAPP_SECRETS", "keyring");
    let start = Instant::now();
    let (output, report) = sandbox.doctor(&[]);
    let took = start.elapsed();
    assert!(took < Duration::from_secs(10), "it took {took:?}");
    output.assert_code(1);
    assert_eq!(verdict(&report, "secret store"), "failed", "{report:#}");
    let keys = check(&report, "access keys");
    assert_eq!(keys["verdict"], "not-tried", "{report:#}");
    assert_eq!(
        keys["detail"],
        "16 in the OS keyring, which was asked once and no more"
    );
}

#[test]
fn what_other_tools_have_left_is_named_without_its_value() {
    let sandbox = Sandbox::new()
        .env("AWS_VAULT", "theirs")
        .env("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI-not-yours")
        .watch("wJalrXUtnFEMI-not-yours");
    let (output, report) = sandbox.doctor(&[]);
    output.assert_code(0);
    let found = check(&report, "environment");
    assert_eq!(
        found["next"],
        json!(["unset AWS_VAULT AWS_SECRET_ACCESS_KEY"])
    );
    let sandbox = Sandbox::new().env("AWS_PROFILE", "leapp-no-credentials");
    let (_, report) = sandbox.doctor(&[]);
    let found = check(&report, "environment").to_string();
    assert!(
        found.contains("a switch of this shell has failed"),
        "{found}"
    );
}

#[test]
fn the_hook_is_seen_in_each_shell_and_an_old_one_too() {
    for shell in HOOKED {
        let sandbox = Sandbox::new();
        let Some(mut hooked) = sandbox.hooked(shell) else {
            continue;
        };
        hooked.type_line("leapp doctor | grep 'shell hook'");
        hooked
            .pty
            .expect(&format!("loaded in this {shell}, and current"));
        let set = if shell == "fish" {
            "set -gx LEAPP_HOOK \"0 $fish_pid\""
        } else {
            "LEAPP_HOOK=\"0 $$\""
        };
        hooked.type_line(set);
        hooked.type_line("leapp doctor | grep 'shell hook'");
        hooked.pty.expect("is that of another leapp");
        let none = if shell == "fish" {
            "set -e LEAPP_HOOK"
        } else {
            "unset LEAPP_HOOK"
        };
        hooked.type_line(none);
        hooked.type_line("leapp doctor | grep -A 1 'shell hook'");
        hooked.pty.expect(&format!("not loaded in this {shell}"));
        hooked.pty.expect(&format!("leapp init {shell}"));
    }
}

#[test]
fn a_browser_is_found_or_missed_where_one_is_needed() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new()
        .endpoint(&aws.url())
        .env("LEAPP_BROWSER", "/nowhere/chromium");
    let (output, report) = sandbox.doctor(&[]);
    output.assert_code(1);
    assert_eq!(verdict(&report, "browser"), "failed");
    let browser = sandbox.write("bin/some-browser", "");
    fs::set_permissions(&browser, Permissions::from_mode(0o755)).expect("a mode");
    let sandbox = sandbox.env("LEAPP_BROWSER", browser);
    let (output, report) = sandbox.doctor(&[]);
    output.assert_code(0);
    assert_eq!(verdict(&report, "browser"), "ok");
}

#[test]
fn named_profiles_that_do_not_serve_are_named() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    Chain::new(aws, 1).define(&sandbox);
    sandbox.leapp(&["start", "r1"]).run().assert_ok();
    let (_, report) = sandbox.doctor(&[]);
    assert_eq!(verdict(&report, "named profiles"), "ok", "{report:#}");
    // What the AWS CLI would take instead.
    let keys = "[r1]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = theirs\n";
    sandbox.write("home/.aws/credentials", keys);
    let (_, report) = sandbox.doctor(&[]);
    let found = check(&report, "named profiles");
    assert_eq!(found["verdict"], "warning", "{report:#}");
    assert_eq!(
        found["next"],
        json!(["take `[r1]` out of `~/.aws/credentials`"])
    );
    fs::remove_file(sandbox.path("home/.aws/credentials")).expect("the file");
    // `leapp remove` would take the profile along.
    let file = "home/.config/leapp/sessions.toml";
    let text = sandbox.read(file);
    let (others, _) = text.split_once("[sessions.r1]").expect("a session");
    sandbox.write(file, others);
    let (_, report) = sandbox.doctor(&[]);
    let found = check(&report, "named profiles");
    assert_eq!(found["verdict"], "warning", "{report:#}");
    assert_eq!(found["next"], json!(["leapp stop r1"]));
}

#[test]
fn a_chain_that_leads_nowhere_is_told() {
    let sandbox = with(&format!(
        "{CORP}\n[sessions.lost]\ntype = \"iam-role-chained\"\nassumer_session = \"crop\"\n\
         role_arn = \"arn:aws:iam::444455556666:role/Lost\"\n"
    ));
    // By its name it is a finding beside all others too, and no error.
    let (output, report) = sandbox.doctor(&["lost"]);
    output.assert_code(1);
    let chain = check(&report, "chain");
    assert_eq!(chain["verdict"], "failed", "{report:#}");
    assert!(
        chain.to_string().contains("did you mean `corp`?"),
        "{chain}"
    );
    check(&report, "named profiles");
    assert!(report.get("chain").is_none(), "{report:#}");
    // What names no session at all is an error still.
    let output = sandbox.leapp(&["doctor", "--json", "lsot"]).run();
    let output = output.assert_code(1);
    assert_eq!(output.stdout, "");
    assert!(
        output.stderr.contains("did you mean `lost`?"),
        "{}",
        output.stderr
    );

    let (output, report) = sandbox.doctor(&[]);
    assert_eq!(output.code, Some(1));
    let chains = check(&report, "chains");
    assert_eq!(chains["verdict"], "failed");
    let text = chains.to_string();
    assert!(
        text.contains("`crop`") && text.contains("did you mean `corp`?"),
        "{text}"
    );
}

#[test]
fn a_chain_that_can_not_be_used_here_is_a_finding() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    let chain = Chain::new(aws, 1);
    sandbox.add_user("u1", &chain.user);
    sandbox.add_chained("r1", chain.target(), "u1", &["--protected"]);
    let (output, report) = sandbox.doctor(&["r1"]);
    output.assert_code(1);
    let found = check(&report, "chain");
    assert_eq!(
        found["detail"],
        "session `r1` is protected, and there is nobody to ask: this process has no terminal"
    );
    assert_eq!(
        found["next"],
        json!(["add `--yes` to use it without a question"])
    );
    let (output, report) = sandbox.doctor(&["r1", "--yes"]);
    output.assert_code(0);
    assert_eq!(report["chain"]["target"], "r1");

    let sandbox = sandbox.endpoint("http://sts.example");
    let (output, report) = sandbox.doctor(&["r1", "--yes"]);
    output.assert_code(1);
    for name in ["STS", "chain"] {
        let found = check(&report, name).to_string();
        assert!(
            found.contains("plain http is for this machine only"),
            "{found}"
        );
    }
    check(&report, "named profiles");
}
