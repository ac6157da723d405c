//! `leapp start` and `leapp stop`: the AWS CLI's files get a named profile, and lose it without a trace.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use insta::assert_snapshot;

use crate::exec::with_r1;
use crate::support::aws::Aws;
use crate::support::output::Output;
use crate::support::sandbox::{Sandbox, private};
use crate::support::world::Chain;

pub(crate) const CONFIG: &str = "home/.aws/config";
pub(crate) const CREDENTIALS: &str = "home/.aws/credentials";

/// As [`with_r1`], with our own path named in transcripts.
pub(crate) fn world() -> Sandbox {
    with_r1().name(env!("CARGO_BIN_EXE_leapp"), "/bin/leapp")
}

/// What a file holds, with our own path named.
fn shown(sandbox: &Sandbox, file: &str) -> String {
    sandbox
        .read(file)
        .replace(env!("CARGO_BIN_EXE_leapp"), "/bin/leapp")
}

/// A transcript in which an hour has just begun to pass.
fn without_time(output: &Output) -> String {
    output.transcript().replace(" end in 1h;", " end in 59m;")
}

fn exists(sandbox: &Sandbox, file: &str) -> bool {
    sandbox.path(file).exists()
}

#[test]
fn a_profile_comes_with_start_and_goes_with_stop() {
    let sandbox = world();
    let start = || sandbox.leapp(&["start", "r1"]).run();
    assert_snapshot!(start().transcript(), @"
    exit 0
    --- stderr
    leapp: started `r1`: `aws --profile r1`
    ");
    let first = shown(&sandbox, CONFIG);
    assert_snapshot!(first, @"
    # made by leapp start

    [profile r1]
    # leapp start r1
    region = eu-west-1
    credential_process = /bin/leapp credential-process r1
    ");
    let file = sandbox.path(CONFIG);
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(
        (mode(&file), mode(&sandbox.path("home/.aws"))),
        (0o600, 0o700)
    );
    start().assert_ok();
    assert_eq!(shown(&sandbox, CONFIG), first);
    let stop = || sandbox.leapp(&["stop", "r1"]).run();
    assert_snapshot!(stop().transcript(), @"
    exit 0
    --- stderr
    leapp: stopped `r1`
    ");
    assert!(!exists(&sandbox, CONFIG) && !exists(&sandbox, CREDENTIALS));
    assert_snapshot!(stop().transcript(), @"
    exit 0
    --- stderr
    leapp: `r1` is not started
    ");
    assert_snapshot!(sandbox.leapp(&["stop", "r2"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: no session named `r2`

    hint: did you mean `r1`?
    hint: run `leapp list` to see every alias
    ");
}

#[test]
fn keys_come_into_the_credentials_file_only_when_asked_for() {
    let sandbox = world();
    let before = "[mine]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE";
    sandbox.write(CREDENTIALS, before);
    let start = |more: &[&str]| {
        let run = sandbox.leapp(&[&["start", "r1"], more].concat());
        run.may_write_secrets().run().assert_ok()
    };
    start(&[]);
    let output = start(&["--write-credentials"]);
    assert_snapshot!(without_time(&output), @"
    exit 0
    --- stderr
    leapp: started `r1`: `aws --profile r1`
    leapp: its keys end in 59m; the same command writes new ones
    ");
    // It has one form at a time.
    assert!(!exists(&sandbox, CONFIG));
    let keys: Vec<String> = sandbox
        .read(CREDENTIALS)
        .lines()
        .map(|line| line.split(" (until").next().unwrap_or_default())
        .map(|line| line.split(" = ").next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(
        keys,
        [
            "[mine]",
            "aws_access_key_id",
            "",
            "[r1]",
            "# leapp start r1 --write-credentials",
            "region",
            "aws_access_key_id",
            "aws_secret_access_key",
            "aws_session_token",
        ]
    );
    start(&[]);
    assert_eq!(sandbox.read(CREDENTIALS), before);
    assert!(shown(&sandbox, CONFIG).contains("credential_process"));
    start(&["--write-credentials"]);
    sandbox.leapp(&["stop", "r1"]).run().assert_ok();
    assert_eq!(sandbox.read(CREDENTIALS), before);
    assert!(!exists(&sandbox, CONFIG));
}

/// Files as people have them.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    let section = |n| {
        format!(
            "[profile p{n}]\nregion = eu-west-1\n# {}\n\n",
            "x".repeat(60)
        )
    };
    let big = (0..30_000).map(section).collect::<Vec<_>>().concat();
    assert!(big.len() > 2 * 1024 * 1024);
    vec![
        ("empty", b"".to_vec()),
        (
            "comments and a nested block",
            b"# top\n[default]\nregion = eu-west-1 ; here\ns3 =\n    max_queue_size = 1\n\n    # in it\n  x = 2\n\n\n; end\n".to_vec(),
        ),
        ("CRLF", b"[profile a]\r\nregion = x\r\n\r\n[profile b]\r\n".to_vec()),
        ("CRLF without an end", b"[profile a]\r\nregion = x".to_vec()),
        ("tabs and odd spacing", b"\t[profile a]\n\tregion\t=\tx  \n   output=json\n\n\n   ".to_vec()),
        ("no final newline", b"[default]\noutput = json".to_vec()),
        ("carriage returns alone", b"[a]\rx = 1\r\r".to_vec()),
        ("other scripts and a NUL", "[é]\nx = \u{2028}\0\n".into()),
        ("two megabytes", big.into_bytes()),
    ]
}

#[test]
fn start_and_stop_leave_every_byte_as_it_was() {
    let sandbox = world();
    for (name, before) in files() {
        for (file, form) in [(CONFIG, &[][..]), (CREDENTIALS, &["--write-credentials"])] {
            let path = sandbox.write(file, "");
            fs::write(&path, &before).unwrap();
            let start = sandbox.leapp(&[&["start", "r1"], form].concat());
            start.may_write_secrets().run().assert_ok();
            assert!(fs::read(&path).unwrap().len() > before.len(), "{name}");
            sandbox.leapp(&["stop", "r1"]).run().assert_ok();
            assert!(fs::read(&path).unwrap() == before, "{name}: {file}");
        }
    }
}

#[test]
fn a_link_stays_and_what_it_leads_to_keeps_its_mode() {
    let sandbox = world();
    for (file, form) in [(CONFIG, &[][..]), (CREDENTIALS, &["--write-credentials"])] {
        let real = sandbox.write("home/dotfiles/aws", "[default]\n");
        private(&real, 0o640);
        sandbox.write("home/.aws/other", "");
        symlink("../dotfiles/aws", sandbox.path(file)).unwrap();
        let state = || {
            let link = fs::read_link(sandbox.path(file)).unwrap();
            let mode = fs::metadata(&real).unwrap().permissions().mode() & 0o777;
            (link, mode, fs::read_to_string(&real).unwrap())
        };
        let before = state();
        let start = || {
            let start = sandbox.leapp(&[&["start", "r1"], form].concat());
            start.may_write_secrets().run().assert_ok();
        };
        start();
        let started = state();
        assert_eq!((&started.0, started.1), (&before.0, 0o640));
        assert!(started.2.contains("r1]"));
        sandbox.leapp(&["stop", "r1"]).run().assert_ok();
        assert_eq!(state(), before);
        // A link that leads nowhere yet.
        fs::remove_file(&real).unwrap();
        start();
        assert!(real.exists());
        sandbox.leapp(&["stop", "r1"]).run().assert_ok();
        assert!(!real.exists() && fs::read_link(sandbox.path(file)).is_ok());
    }
}

#[test]
fn a_profile_that_is_not_ours_is_never_touched() {
    let sandbox = world();
    let start = |form: &[&str]| sandbox.leapp(&[&["start", "r1"], form].concat()).run();
    let files = [
        (CONFIG, "# x\n[profile 'r1'] # mine\noutput = json\n"),
        (
            CONFIG,
            "[ profile r1 ]\ncredential_process = leapp credential-process r1\n",
        ),
        (
            CONFIG,
            "[profile r1]\n# leapp start r1\nregion = x\nrole_arn = y\n",
        ),
        (
            CREDENTIALS,
            "[r1]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n",
        ),
    ];
    for (file, text) in files {
        sandbox.write(file, text);
        for form in [&[][..], &["--write-credentials"]] {
            let output = start(form).assert_code(1);
            assert!(
                output.stderr.contains("is not leapp's"),
                "{}",
                output.stderr
            );
            assert_eq!(sandbox.read(file), text);
        }
        let output = sandbox.leapp_exec(&["--profile", "r1", "--", "true"]).run();
        output.assert_code(125);
        assert_eq!(sandbox.read(file), text);
        fs::remove_file(sandbox.path(file)).unwrap();
        let other = if file == CONFIG { CREDENTIALS } else { CONFIG };
        assert!(!exists(&sandbox, other));
    }
    sandbox.write(CREDENTIALS, "\n[r1]\n");
    assert_snapshot!(start(&[]).transcript(), @"
    exit 1
    --- stderr
    leapp: error: the named profile `r1` is not leapp's

      [ROOT]/home/.aws/credentials:2

    hint: rename it there, or give the session another name: `named_profile`
    hint: to leave it to leapp, take the keys that give `r1` credentials out of it, and write `# leapp start ALIAS` below its header
    ");
    sandbox.leapp(&["stop", "r1"]).run().assert_ok();
    assert_eq!(sandbox.read(CREDENTIALS), "\n[r1]\n");
}

#[test]
fn a_second_session_takes_the_profile_of_the_first_and_says_so() {
    let sandbox = world();
    let arn = sandbox.leapp(&["show", "r1", "--json"]).run().json()["role_arn"].clone();
    let arn = arn.as_str().unwrap();
    for alias in ["blue", "green"] {
        sandbox.add_chained(alias, arn, "u1", &["--named-profile", "default"]);
    }
    let start = |alias| sandbox.leapp(&["start", alias]).run();
    assert_snapshot!(start("blue").transcript(), @"
    exit 0
    --- stderr
    leapp: started `blue`: it is what `aws` uses by default
    ");
    assert_snapshot!(start("green").transcript(), @"
    exit 0
    --- stderr
    leapp: stopped `blue`, which had the named profile `default`
    leapp: started `green`: it is what `aws` uses by default
    ");
    assert_snapshot!(shown(&sandbox, CONFIG), @"
    # made by leapp start

    [default]
    # leapp start green
    region = eu-west-1
    credential_process = /bin/leapp credential-process green
    ");
    let keys = sandbox.leapp(&["start", "blue", "--write-credentials"]);
    assert_snapshot!(without_time(&keys.may_write_secrets().run()), @"
    exit 0
    --- stderr
    leapp: stopped `green`, which had the named profile `default`
    leapp: started `blue`: it is what `aws` uses by default
    leapp: its keys end in 59m; the same command writes new ones
    ");
    assert!(!exists(&sandbox, CONFIG));
    let third = sandbox.leapp(&["start", "r1"]);
    third.may_write_secrets().run().assert_ok();
    assert_snapshot!(sandbox.leapp(&["stop", "--all"]).run().transcript(), @"
    exit 0
    --- stderr
    leapp: stopped `r1`
    leapp: stopped `blue`
    ");
    assert!(!exists(&sandbox, CONFIG) && !exists(&sandbox, CREDENTIALS));
}

#[test]
fn ten_starts_at_once_all_land() {
    let sandbox = Sandbox::new();
    let chain = Chain::new(Aws::shared(), 1);
    sandbox.add_user("u1", &chain.user);
    let aliases: Vec<String> = (0..10).map(|n| format!("s{n}")).collect();
    for alias in &aliases {
        sandbox.add_chained(alias, chain.target(), "u1", &[]);
    }
    let before = "[default]\r\noutput = json";
    sandbox.write(CONFIG, before);
    for verb in ["start", "stop"] {
        let run = |alias: &String| sandbox.leapp(&[verb, alias]).start();
        let running: Vec<_> = aliases.iter().map(run).collect();
        for one in running {
            one.wait().assert_ok();
        }
        let text = sandbox.read(CONFIG);
        let landed = aliases
            .iter()
            .filter(|a| text.contains(&format!("[profile {a}]\r\n")));
        assert_eq!(
            landed.count(),
            if verb == "start" { 10 } else { 0 },
            "{text}"
        );
    }
    assert_eq!(sandbox.read(CONFIG), before);
}

#[test]
fn a_session_that_is_removed_is_stopped() {
    let sandbox = world();
    sandbox.leapp(&["start", "r1"]).run().assert_ok();
    let listed = sandbox.leapp(&["list", "--json"]).run().json();
    assert_eq!(listed["sessions"][1]["started"], "credential-process");
    assert!(listed["sessions"][0].get("started").is_none());
    let removed = sandbox.leapp(&["remove", "r1", "--yes"]).run();
    assert_snapshot!(removed.transcript(), @"
    exit 0
    --- stderr
    leapp: stopped `r1`
    leapp: removed `r1`
    ");
    assert!(!exists(&sandbox, CONFIG));
}

#[test]
fn a_session_that_is_renamed_is_started_by_its_new_name() {
    let sandbox = world();
    sandbox.leapp(&["start", "r1"]).run().assert_ok();
    sandbox.leapp(&["rename", "r1", "new"]).run().assert_ok();
    let config = sandbox.read(CONFIG);
    assert!(config.contains("[profile new]"), "{config}");
    assert!(config.contains("credential-process new"), "{config}");
    assert!(!config.contains("r1"), "{config}");
    sandbox.leapp(&["stop", "new"]).run().assert_ok();
    assert!(!exists(&sandbox, CONFIG));
}

#[test]
fn a_session_has_one_profile_also_where_its_name_changes() {
    let sandbox = world();
    sandbox.leapp(&["start", "r1"]).run().assert_ok();
    let file = "home/.config/leapp/sessions.toml";
    let named = sandbox.read(file).replace(
        "[sessions.r1]\n",
        "[sessions.r1]\nnamed_profile = \"other\"\n",
    );
    sandbox.write(file, &named);
    sandbox.leapp(&["start", "r1"]).run().assert_ok();
    let config = sandbox.read(CONFIG);
    assert!(config.contains("[profile other]\n# leapp start r1\n"));
    assert!(!config.contains("[profile r1]"), "{config}");
    sandbox.leapp(&["stop", "r1"]).run().assert_ok();
    assert!(!exists(&sandbox, CONFIG));
}

#[test]
fn a_session_that_is_defined_no_more_can_be_stopped() {
    let sandbox = world();
    sandbox.leapp(&["start", "r1"]).run().assert_ok();
    sandbox.write("home/.config/leapp/sessions.toml", "version = 1\n");
    sandbox.leapp(&["stop", "r1"]).run().assert_ok();
    assert!(!exists(&sandbox, CONFIG));
}

#[test]
fn what_is_added_to_a_profile_of_ours_stays() {
    let sandbox = world();
    sandbox.leapp(&["start", "r1"]).run().assert_ok();
    let set = ["configure", "set", "output", "text", "--profile", "r1"];
    sandbox.command("aws").args(&set).run().assert_ok();
    let with = sandbox.read(CONFIG);
    assert_snapshot!(sandbox.leapp(&["stop", "r1"]).run().transcript(), @"
    exit 0
    --- stderr
    leapp: stopped `r1`
    leapp: [ROOT]/home/.aws/config:3: what was added to this profile stays
    ");
    assert_snapshot!(sandbox.read(CONFIG), @"
    # made by leapp start

    [profile r1]
    # leapp start r1
    output = text
    ");
    sandbox.leapp(&["start", "r1"]).run().assert_ok();
    assert_eq!(sandbox.read(CONFIG), with);
}

#[test]
fn a_line_between_the_mark_and_ours_changes_nothing() {
    let sandbox = world();
    for (file, form) in [(CONFIG, &[][..]), (CREDENTIALS, &["--write-credentials"])] {
        let start = || {
            let start = sandbox.leapp(&[&["start", "r1"], form].concat());
            start.may_write_secrets().run().assert_ok()
        };
        start();
        let mut lines: Vec<String> = sandbox.read(file).lines().map(str::to_owned).collect();
        let is_mark = |line: &String| line.starts_with("# leapp start r1");
        let mark = lines.iter().position(is_mark).unwrap();
        lines.insert(mark + 1, "output = json".to_owned());
        sandbox.write(file, &(lines.join("\n") + "\n"));
        let words = ["--profile", "r1", "--", "true"];
        if file == CONFIG {
            sandbox.leapp_exec(&words).run().assert_ok();
        }
        start();
        let stop = sandbox.leapp(&["stop", "r1"]).run().assert_ok();
        assert!(stop.stderr.contains("stopped `r1`"), "{}", stop.stderr);
        let left = sandbox.read(file);
        assert!(
            left.ends_with("r1]\n# leapp start r1\noutput = json\n"),
            "{left}"
        );
        fs::remove_file(sandbox.path(file)).unwrap();
    }
}

#[test]
fn the_files_are_where_the_aws_cli_looks_for_them() {
    let sandbox = world()
        .env("AWS_CONFIG_FILE", "~/else where/config")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    sandbox.leapp(&["start", "r1"]).run().assert_ok();
    assert!(exists(&sandbox, "home/else where/config"));
    let who = ["sts", "get-caller-identity", "--profile", "r1"];
    sandbox.command("aws").args(&who).run().assert_ok();
    assert_snapshot!(sandbox.leapp(&["start", "r1", "--write-credentials"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: `/dev/null` is not a file that can hold a profile

    hint: see `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE`
    ");
    sandbox.leapp(&["stop", "r1"]).run().assert_ok();
    assert!(!exists(&sandbox, "home/else where/config"));
}

const SESSIONS: &str = "home/.config/leapp/sessions.toml";

#[test]
fn a_session_whose_new_name_is_somebody_elses_profile_is_not_renamed() {
    let sandbox = world();
    sandbox.leapp(&["start", "r1"]).run().assert_ok();
    let theirs = format!("{}\n[profile new]\noutput = json\n", sandbox.read(CONFIG));
    sandbox.write(CONFIG, &theirs);
    let sessions = sandbox.read(SESSIONS);
    let refused = sandbox.leapp(&["rename", "r1", "new"]).run().assert_code(1);
    assert!(
        refused.stderr.contains("`new` is not leapp's"),
        "{}",
        refused.stderr
    );
    assert_eq!(sandbox.read(SESSIONS), sessions);
    assert_eq!(sandbox.read(CONFIG), theirs);
    // A profile with a name of its own stays as it is, and is no obstacle.
    let set = ["set", "r1", "named_profile=mine"];
    sandbox.leapp(&set).run().assert_ok();
    sandbox.leapp(&["rename", "r1", "new"]).run().assert_ok();
    let config = sandbox.read(CONFIG);
    assert!(config.contains("[profile mine]\n# leapp start new\n"));
}

#[test]
fn a_started_session_that_is_changed_is_started_as_it_is_now() {
    let sandbox = world();
    sandbox.leapp(&["start", "r1"]).run().assert_ok();
    let set = ["set", "r1", "region=us-east-1", "named_profile=zzz"];
    sandbox.leapp(&set).run().assert_ok();
    assert_snapshot!(shown(&sandbox, CONFIG), @"
    # made by leapp start

    [profile zzz]
    # leapp start r1
    region = us-east-1
    credential_process = /bin/leapp credential-process r1
    ");
    // Somebody else's name is refused before anything is written.
    let theirs = sandbox.read(CONFIG) + "\n[profile theirs]\noutput = json\n";
    sandbox.write(CONFIG, &theirs);
    let sessions = sandbox.read(SESSIONS);
    let refused = sandbox.leapp(&["set", "r1", "named_profile=theirs"]).run();
    let refused = refused.assert_code(1);
    assert!(
        refused.stderr.contains("`theirs` is not leapp's"),
        "{}",
        refused.stderr
    );
    assert_eq!(sandbox.read(SESSIONS), sessions);
    assert_eq!(sandbox.read(CONFIG), theirs);
    // A session that is protected from now on is started by a person.
    let set = ["set", "r1", "region=eu-west-2", "protected=true"];
    let output = sandbox.leapp(&set).run().assert_ok();
    let again = "the named profile of `r1` is as it was; run `leapp start r1` again";
    assert!(output.stderr.contains(again), "{}", output.stderr);
    assert_eq!(sandbox.read(CONFIG), theirs);
}

#[test]
fn a_started_session_that_is_changed_in_an_editor_is_named() {
    let sandbox = world();
    sandbox.leapp(&["start", "r1"]).run().assert_ok();
    let config = sandbox.read(CONFIG);
    let edit = |script: &str| {
        let editor = sandbox.write("editor", &format!("#!/bin/sh\n{script}\n"));
        private(&editor, 0o755);
        sandbox.leapp(&["edit"]).env("EDITOR", editor).run()
    };
    assert_snapshot!(edit("sed -i 's/eu-west-1/us-east-1/' \"$1\"").transcript(), @"
    exit 0
    --- stderr
    leapp: the sessions are as you have edited them
    leapp: the named profile of `r1` is as it was; run `leapp start r1` again
    ");
    assert_snapshot!(edit("sed -i 's/sessions.r1/sessions.r9/' \"$1\"").transcript(), @"
    exit 0
    --- stderr
    leapp: the sessions are as you have edited them
    leapp: no more defined: `r1`
    leapp: the named profile `r1` is still there; `leapp stop r1` takes it away
    ");
    assert_eq!(sandbox.read(CONFIG), config);
}
