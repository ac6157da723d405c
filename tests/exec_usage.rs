//! What may be typed behind `leapp-exec`, and how it ends where there is no command to end with.

use insta::assert_snapshot;

use crate::exec::with_r1;
use crate::support::sandbox::{Sandbox, private};

/// One word a line, in brackets: what the command got.
const WORDS: [&str; 3] = ["r1", "printf", "<%s>\n"];

#[test]
fn every_word_behind_the_alias_is_the_commands() {
    let sandbox = with_r1();
    let words = [
        "--region", "a b", "", "*", "--", "-q", "--", "$HOME", "it's", "ä\n",
    ];
    let expected = format!("<{}>\n", words.join(">\n<"));
    let [alias, command, format] = WORDS;
    let printed = |before: &[&str]| {
        let run = sandbox.leapp_exec(before).args(&[command, format]);
        run.args(&words).run().assert_ok().stdout
    };
    assert_eq!(printed(&[alias]), expected);
    assert_eq!(printed(&[alias, "--"]), expected);
    assert_eq!(printed(&[alias, "--refresh", "--"]), expected);
    assert_eq!(printed(&["--region", "eu-west-3", alias, "--"]), expected);
    assert_eq!(printed(&["-q", alias]), expected);
}

#[test]
fn a_separator_behind_the_command_is_the_commands() {
    let sandbox = with_r1();
    let output = sandbox.leapp_exec(&WORDS).args(&["checkout", "--", "file"]);
    assert_eq!(output.run().stdout, "<checkout>\n<-->\n<file>\n");
    let exec = sandbox.leapp(&["exec"]).args(&WORDS);
    let output = exec.args(&["checkout", "--", "file"]).run();
    assert_eq!(output.stdout, "<checkout>\n<-->\n<file>\n");
    // The first separator is ours, the next is not.
    let output = sandbox.leapp_exec(&["r1", "--", "printf", "<%s>\n", "--", "-x"]);
    assert_eq!(output.run().stdout, "<-->\n<-x>\n");
}

#[test]
fn words_need_not_be_text() {
    let sandbox = with_r1();
    let script = r#"leapp-exec r1 -- printf '%s' "$(printf 'a\377\200b')" | od -An -c"#;
    assert_eq!(sandbox.sh(script).run().stdout, "   a 377 200   b\n");
    let script = r#"leapp-exec "$(printf 'a\377')" -- true"#;
    let output = sandbox.sh(script).run().assert_code(125);
    assert!(
        output.stderr.contains("invalid UTF-8"),
        "{}",
        output.transcript()
    );
}

#[test]
fn a_separator_in_front_leaves_no_alias() {
    let sandbox = with_r1();
    assert_snapshot!(sandbox.leapp_exec(&["--", "true"]).run().transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: no session was named

    hint: name one; on a terminal, you can pick it from a list
    hint: run `leapp list` to see every alias
    ");
    sandbox
        .leapp_exec(&["--refresh", "--", "r1", "true"])
        .run()
        .assert_code(125);
    sandbox.leapp_exec(&[]).run().assert_code(125);
}

#[test]
fn a_command_that_is_not_there_is_127() {
    let sandbox = with_r1();
    assert_snapshot!(sandbox.leapp_exec(&["r1", "--", "no-such"]).run().transcript(), @"
    exit 127
    --- stderr
    leapp-exec: error: no command `no-such`
    ");
    for command in ["./no-such", "/no/such", ""] {
        let output = sandbox.leapp_exec(&["r1", "--", command]).run();
        output.assert_code(127);
    }
    sandbox
        .leapp(&["exec", "r1", "--", "no-such"])
        .run()
        .assert_code(127);
    sandbox
        .leapp_exec(&["r1"])
        .env("SHELL", "/no/such/shell")
        .run()
        .assert_code(127);
    assert_snapshot!(with_script("#!/no/such/interpreter\n").leapp_exec(&["r1", "./script"]).run().transcript(), @"
    exit 127
    --- stderr
    leapp-exec: error: no command `./script`
    caused by: the file is there; the interpreter that it asks for is not
    ");
}

#[test]
fn a_command_as_a_shell_reads_it_is_told_how_to_be_written() {
    let sandbox = with_r1();
    for (words, command) in [
        (
            &["FOO=1", "sh", "-c", "echo $FOO"][..],
            "env FOO=1 sh -c 'echo $FOO'",
        ),
        (&["echo 'a b'"], "echo 'a b'"),
        (&["echo a | tr a b"], "sh -c 'echo a | tr a b'"),
        (&["FOO=1 true"], "sh -c 'FOO=1 true'"),
    ] {
        for options in [&[][..], &["--serve"]] {
            let mut all = options.to_vec();
            all.extend(["r1", "--"]);
            all.extend(words);
            let output = sandbox.leapp_exec(&all).run().assert_code(127);
            let hint = output.stderr.lines().last().unwrap_or_default();
            assert!(
                hint.ends_with(&format!("`{command}`")),
                "{}",
                output.transcript()
            );
        }
        // What is printed is pasted behind `--`.
        let pasted = format!("{} r1 -- {command}", env!("CARGO_BIN_EXE_leapp-exec"));
        sandbox
            .command("sh")
            .args(&["-c", &pasted])
            .run()
            .assert_ok();
    }
    assert_snapshot!(sandbox.leapp_exec(&["r1", "--", "FOO=1", "make"]).run().transcript(), @"
    exit 127
    --- stderr
    leapp-exec: error: no command `FOO=1`

    hint: put `env` before the variables, which only a shell understands: `env FOO=1 make`
    ");
}

#[test]
fn a_command_that_can_not_be_run_is_126() {
    let sandbox = with_script("#!/bin/sh\n");
    private(&sandbox.path("home/script"), 0o600);
    assert_snapshot!(sandbox.leapp_exec(&["r1", "--", "./script"]).run().transcript(), @"
    exit 126
    --- stderr
    leapp-exec: error: cannot run `./script`
    caused by: Permission denied (os error 13)
    ");
    for arguments in [
        &["exec", "r1", "--", "./script"],
        &["exec", "r1", "--", "/"],
    ] {
        sandbox.leapp(arguments).run().assert_code(126);
    }
}

#[test]
fn a_script_without_a_first_line_is_one_of_sh() {
    let sandbox = with_script("echo as $LEAPP_SESSION\n");
    let output = sandbox.leapp_exec(&["r1", "--", "./script"]).run();
    assert_eq!(output.assert_ok().stdout, "as r1\n");
}

/// A sandbox with the session `r1` and an executable file `script` in its home.
fn with_script(text: &str) -> Sandbox {
    let sandbox = with_r1();
    let script = sandbox.write("home/script", text);
    private(&script, 0o700);
    sandbox
}

#[test]
fn what_fails_before_the_command_is_125() {
    let sandbox = with_r1();
    let wrong: [&[&str]; 6] = [
        &["nope", "--", "true"],
        &["--frobnicate", "r1", "--", "true"],
        &["r1", "--region", "Nowhere", "--", "true"],
        &["r1", "--duration", "soon", "--", "true"],
        &["r1", "--duration", "13h", "--", "true"],
        &["r1", "--region", "--", "true"],
    ];
    for arguments in wrong {
        sandbox.leapp_exec(arguments).run().assert_code(125);
        let exec = sandbox.leapp(&["exec"]).args(arguments);
        exec.run().assert_code(125);
        sandbox
            .leapp(&["--quiet", "exec"])
            .args(arguments)
            .run()
            .assert_code(125);
    }
    let down = sandbox.leapp_exec(&["r1", "--refresh", "--", "true"]);
    let down = down.env("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    down.run().assert_code(125);
    sandbox.write("home/.config/leapp/config.toml", "secrets = 7");
    let broken = sandbox.leapp_exec(&["r1", "--", "true"]);
    broken.run().assert_code(125);
}

#[test]
fn wrong_usage_of_leapp_is_2() {
    let sandbox = Sandbox::new();
    let wrong: [&[&str]; 6] = [
        &[],
        &["frobnicate"],
        &["list", "--frobnicate"],
        &["show"],
        // Nothing is looked at without a session.
        &["doctor", "--with", "corp"],
        // `exec` as another verb's word is no `exec`.
        &["show", "--frobnicate", "exec"],
    ];
    for arguments in wrong {
        sandbox.leapp(arguments).run().assert_code(2);
    }
}

#[test]
fn help_and_version_are_no_failures() {
    let sandbox = Sandbox::new();
    for arguments in [["--help"], ["--version"], ["-h"]] {
        for run in [sandbox.leapp(&arguments), sandbox.leapp_exec(&arguments)] {
            assert_eq!(run.run().assert_ok().stderr, "");
        }
    }
    sandbox.leapp(&["exec", "--help"]).run().assert_ok();
    // What stands behind the alias asks the command.
    let output = with_r1().leapp_exec(&["r1", "printf", "--help"]).run();
    assert!(output.assert_ok().stdout.contains("FORMAT"));
}
