//! Shells that are neither POSIX nor fish: tcsh, elvish, xonsh and nushell, each by the line of the README. They become
//! the session, and are closed by a failure. A shell that is not known gets nothing.

use std::collections::BTreeMap;
use std::fs;

use crate::env_fails_closed::{CLOSED, FAILURES, REFUSALS, failing};
use crate::env_quoting::{Strings, odd_environment, set};
use crate::exec::with_r1;
use crate::exec_environment::{aws_and_ours, environment};
use crate::support::aws::Aws;
use crate::support::faults::{Fault, Faults, When};
use crate::support::program;
use crate::support::run::Run;
use crate::support::sandbox::{Sandbox, private};
use crate::support::world::Chain;
use leapp::shell::statements;

const SHELLS: [&str; 4] = ["tcsh", "elvish", "xonsh", "nu"];

/// The line of the README that takes what a command prints.
fn eval(shell: &str, command: &str) -> String {
    let form = match shell {
        "tcsh" => "eval \"`@`\"",
        "elvish" => "@ | eval (slurp)",
        "xonsh" => "execx(!(@).out)",
        _ => {
            "let e = (@ | lines | last | from json); hide-env --ignore-errors ...$e.unset; load-env $e.set; \
             if $e.failed { error make { msg: 'leapp: no credentials' } }"
        }
    };
    form.replace('@', command)
}

/// A script in one of them that evaluates, says so where that succeeds, and goes on.
fn script(shell: &str, command: &str, then: &str) -> String {
    let eval = eval(shell, command);
    match shell {
        "tcsh" => format!("{eval} && echo GOES-ON\n{then}\n"),
        "elvish" => format!("try {{ {eval}\n echo GOES-ON }} catch e {{ nop }}\n{then}\n"),
        "xonsh" => format!(
            "try:\n    {eval}\n    echo GOES-ON\nexcept Exception as problem:\n    pass\n{then}\n"
        ),
        _ => format!("try {{ {eval}\n print GOES-ON }}\n^{then}\n"),
    }
}

/// `None` after a printed skip where the shell is missing. The script is a file, as nobody quotes it then.
fn shell<'a>(sandbox: &'a Sandbox, shell: &str, script: &str) -> Option<Run<'a>> {
    program(shell)?;
    let path = sandbox.write(&format!("home/script.{shell}"), script);
    let path = path.display().to_string();
    let arguments: &[&str] = match shell {
        "tcsh" => &["-f", &path],
        "elvish" => &["-norc", &path],
        "xonsh" => &["--no-rc", &path],
        _ => &["-n", &path],
    };
    Some(sandbox.command(shell).args(arguments))
}

#[test]
fn the_lines_here_are_those_of_the_readme() {
    let readme = include_str!("../README.md");
    for shell in SHELLS {
        let line = eval(shell, "leapp env prod");
        let code = if shell == "tcsh" { "``" } else { "`" };
        let item = format!("\n- {shell}");
        let item = item.replace("- nu", "- nushell");
        assert!(
            readme.contains(&format!("{item}: {code}{line}{code}\n")),
            "{line}"
        );
    }
}

#[test]
fn each_becomes_what_a_command_would_be() {
    let clean = with_r1();
    let mut expected = environment(&clean, &["r1"]);
    let identity = clean.path("identity.txt").display().to_string();
    expected.insert("LEAPP_IDENTITY_FILE".to_owned(), identity);
    let sandbox = clean
        .env("AWS_PROFILE", "rival")
        .env("AWS_VAULT", "rival")
        .env("AWS_REGION", "sa-east-1");
    for name in SHELLS {
        let script = script(name, "leapp env r1", "env -0");
        let Some(run) = shell(&sandbox, name, &script) else {
            continue;
        };
        let output = run.may_print_secrets().run().assert_ok();
        let environment = output.stdout.strip_prefix("GOES-ON\n").expect(name);
        assert_eq!(aws_and_ours(environment), expected, "{name}");
    }
}

#[test]
fn each_is_closed_by_every_failure() {
    let sandbox = failing();
    // Not all of them can set a variable for one command.
    let plain = |command: &&&str| command.starts_with("leapp ");
    for command in FAILURES.iter().chain(&REFUSALS).filter(plain) {
        let start = |name: &&'static str| {
            let then = "sh -c \"env | grep -E '^(AWS|LEAPP_)' | sort\"";
            let run = shell(&sandbox, name, &script(name, command, then))?;
            Some((format!("{name}: {command}"), run.start()))
        };
        let running: Vec<_> = SHELLS.iter().filter_map(start).collect();
        for (what, running) in running {
            let output = running.wait();
            assert_eq!(output.comparable(&output.stdout), CLOSED, "{what}");
        }
    }
}

#[test]
fn each_is_closed_where_the_command_is_killed() {
    let aws = Aws::shared();
    let faults = Faults::before(&aws.address());
    let sandbox = Sandbox::new()
        .endpoint(&faults.url())
        .env("AWS_ACCESS_KEY_ID", "AKIAOLD");
    Chain::new(aws, 1).define(&sandbox);
    faults.on(When::always(), Fault::Hold);
    for name in SHELLS {
        let command = format!("timeout -s KILL 0.5 leapp env r1 --shell {name}");
        let then = "sh -c 'echo key $AWS_ACCESS_KEY_ID profile $AWS_PROFILE'";
        if let Some(run) = shell(&sandbox, name, &script(name, &command, then)) {
            let left = run.run().stdout.replace("GOES-ON\n", "");
            // xonsh ends the line of a program that was killed.
            let closed = "key leapp-no-credentials profile leapp-no-credentials";
            assert_eq!(left.trim_end(), closed, "{name}");
        }
    }
}

#[test]
fn each_comes_back_from_a_failure_and_leaves_the_session() {
    let sandbox = with_r1();
    for name in SHELLS {
        let text = [
            script(name, "leapp env nope", "true"),
            script(
                name,
                "leapp env r1",
                "sh -c 'echo $LEAPP_SESSION+$AWS_PROFILE'",
            ),
            script(
                name,
                "leapp env --unset",
                "sh -c 'echo $LEAPP_SESSION+$AWS_PROFILE'",
            ),
        ];
        if let Some(run) = shell(&sandbox, name, &text.concat()) {
            let output = run.run().assert_ok();
            assert_eq!(output.stdout, "GOES-ON\nr1+\nGOES-ON\n+\n", "{name}");
        }
    }
}

#[test]
fn random_values_come_through_unchanged() {
    const ROUNDS: usize = 25;
    let sandbox = Sandbox::new().env("LC_ALL", "C.UTF-8");
    for name in SHELLS {
        let mut strings = Strings::new();
        let mut expected = Vec::new();
        let mut text = String::new();
        for round in 0..ROUNDS {
            let odd = odd_environment(&mut strings);
            let values: BTreeMap<String, String> = set(&odd);
            // tcsh takes each line of a command's output for a word, and cannot hold a line end.
            let is_fit = |value: &String| name != "tcsh" || !value.contains(['\n', '\r']);
            let is_fit = values.values().all(is_fit);
            let file = format!("{round}-{name}");
            sandbox.write(
                &format!("home/{file}"),
                &statements(name.parse().expect("a shell"), &odd),
            );
            if is_fit {
                expected.push(values);
                text += &script(name, &format!("cat {file}"), "env -0");
                text += if name == "nu" {
                    "^./next\n"
                } else {
                    "./next\n"
                };
            }
        }
        let Some(run) = shell(&sandbox, name, &text) else {
            continue;
        };
        let next = sandbox.write("home/next", "#!/bin/sh\nprintf 'NEXT\\0'\n");
        private(&next, 0o700);
        let output = run.run().assert_ok();
        let rounds: Vec<&str> = output.stdout.split_terminator("\0NEXT\0").collect();
        assert_eq!(rounds.len(), expected.len(), "{name}");
        for (found, expected) in rounds.iter().zip(&expected) {
            let found = found.strip_prefix("GOES-ON\n").expect(name);
            let mut found = aws_and_ours(found);
            found.retain(|name, _| expected.contains_key(name));
            assert_eq!(&found, expected, "{name}");
        }
    }
}

#[test]
fn a_shell_that_is_not_known_gets_nothing_and_is_told() {
    let sandbox = with_r1();
    for name in ["rc", "ysh"] {
        // Some other program that starts ours, under the name of a shell.
        let timeout = fs::canonicalize(program("timeout").expect("coreutils")).expect("a file");
        let copy = sandbox.path(&format!("home/{name}"));
        fs::copy(timeout, &copy).expect("a copy");
        for command in ["leapp env r1", "leapp env nope", "leapp env --unset"] {
            let output = sandbox.sh(&format!("./{name} 60 {command}; true")).run();
            assert_eq!(output.stdout, "", "{name}: {command}");
            let told = "leapp: error: leapp does not know the language of the shell";
            let is_told = output.stderr.contains(told) || command.ends_with("nope");
            assert!(is_told, "{name}: {}", output.stderr);
        }
        let named = format!("./{name} 60 leapp env r1 --shell sh");
        let output = sandbox.sh(&named).may_print_secrets().run().assert_ok();
        assert!(output.stdout.contains("export LEAPP_SESSION='r1'"));
        let json = format!("./{name} 60 leapp env r1 --format json");
        let output = sandbox.sh(&json).may_print_secrets().run().assert_ok();
        assert_eq!(output.json()["set"]["LEAPP_SESSION"], "r1");
    }
}
