//! How the program talks: colours, quiet, closed pipes, and slips on the command line.

use insta::assert_snapshot;

use crate::manage::add_user;
use crate::sessions::{CORP, line, with};
use crate::support::sandbox::Sandbox;

#[test]
fn colours_are_for_terminals_and_for_those_who_force_them() {
    let sandbox = Sandbox::new();
    let failing = || sandbox.leapp(&["show", "corp"]);
    let plain = failing().run();
    assert!(!plain.stderr.contains('\x1b'), "{}", plain.stderr);
    let forced = failing().env("CLICOLOR_FORCE", "1").run();
    assert!(
        forced.stderr.contains("\x1b[1m\x1b[31merror:\x1b[0m"),
        "{}",
        forced.stderr
    );
    // Nothing but colour tells the two apart.
    let stripped = forced.stderr.replace("\x1b[1m", "").replace("\x1b[31m", "");
    let stripped = stripped.replace("\x1b[36m", "").replace("\x1b[0m", "");
    assert_eq!(stripped, plain.stderr);
    let script = "leapp show corp; leapp nonsense";
    for (name, value, coloured) in [("TERM", "xterm", true), ("NO_COLOR", "1", false)] {
        let run = sandbox.sh(script).env("TERM", "xterm").env(name, value);
        let mut terminal = run.on_terminal();
        terminal.expect("unrecognized subcommand");
        assert_eq!(terminal.screen().contains('\x1b'), coloured, "{name}");
        terminal.wait();
    }
}

#[test]
fn quiet_keeps_errors_and_data_only() {
    let sandbox = Sandbox::new();
    let added = add_user(&sandbox, "corp").args(&["--quiet"]).run();
    assert_eq!(added.assert_ok().stderr, "");
    let list = sandbox.leapp(&["-q", "list"]).run().assert_ok();
    assert!(list.stdout.contains("corp"));
    let failing = sandbox.leapp(&["show", "-q", "crop"]).run().assert_code(1);
    assert!(failing.stderr.starts_with("leapp: error: no session named"));
}

#[test]
fn a_closed_pipe_is_success() {
    let sandbox = with(CORP);
    for words in [
        "list",
        "list --json",
        "show corp",
        "show corp --json",
        "--help",
        "--version",
    ] {
        // A pipe whose reader is gone before anything is written: `| head -0` would be a race.
        let script =
            format!("mkfifo pipe; exec 3<>pipe 4>pipe 3<&-; leapp {words} >&4; echo $?; rm pipe");
        let output = sandbox.sh(&script).run().assert_ok();
        assert_eq!((&*output.stdout, &*output.stderr), ("0\n", ""), "{words}");
    }
}

#[test]
fn a_full_disk_is_a_failure() {
    let sandbox = with(CORP);
    let output = sandbox.sh("leapp list >/dev/full").run();
    assert_snapshot!(output.transcript(), @"
    exit 1
    --- stderr
    leapp: error: cannot write to standard output: No space left on device (os error 28)
    ");
    for words in ["leapp --help", "leapp-exec --version"] {
        let output = sandbox.sh(&format!("{words} >/dev/full")).run();
        assert!(output.code != Some(0), "{words}");
        assert!(output.stderr.contains("No space left"), "{words}");
    }
}

#[test]
fn misspelt_verbs_flags_and_words_have_a_nearest() {
    let sandbox = Sandbox::new();
    let said = |words: &[&str]| sandbox.leapp(words).run().transcript();
    assert_snapshot!(said(&["lst"]), @"
    exit 2
    --- stderr
    leapp: error: unrecognized subcommand 'lst'

      tip: some similar subcommands exist: 'stop', 'list'

    Usage: leapp [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
    assert_snapshot!(said(&["list", "--lable", "x"]), @"
    exit 2
    --- stderr
    leapp: error: unexpected argument '--lable' found

      tip: a similar argument exists: '--label'

    Usage: leapp list --label <LABEL>

    For more information, try '--help'.
    ");
    assert_snapshot!(said(&["add", "usr", "corp"]), @"
    exit 2
    --- stderr
    leapp: error: invalid value 'usr' for '[TYPE]'
      [possible values: user, federated, chained]

      tip: a similar value exists: 'user'

    For more information, try '--help'.
    ");
    assert_snapshot!(said(&["list", "--type", "chaned"]), @"
    exit 2
    --- stderr
    leapp: error: invalid value 'chaned' for '--type <TYPE>'
      [possible values: user, federated, chained]

      tip: a similar value exists: 'chained'

    For more information, try '--help'.
    ");
    assert_snapshot!(said(&["add", "user", "a b"]), @"
    exit 2
    --- stderr
    leapp: error: invalid value 'a b' for '[ALIAS]': an alias is made of letters, digits and `._@/+-`, not ' '

    For more information, try '--help'.
    ");
    assert_snapshot!(said(&["show"]), @"
    exit 2
    --- stderr
    leapp: error: no session was named

    hint: name one; on a terminal, you can pick it from a list
    hint: run `leapp list` to see every alias
    ");
}

#[test]
fn a_flag_of_another_type_is_refused_before_anything_is_asked() {
    let sandbox = Sandbox::new();
    let words = line("add user corp --role-arn arn:aws:iam::444455556666:role/x");
    assert_snapshot!(sandbox.leapp(&words).run().transcript(), @"
    exit 2
    --- stderr
    leapp: error: `--role-arn` says nothing of a session of type iam-user
    ");
    let words = line("add chained prod --secret-access-key -");
    assert_snapshot!(sandbox.leapp(&words).run().transcript(), @"
    exit 2
    --- stderr
    leapp: error: `--secret-access-key` says nothing of a session of type iam-role-chained
    ");
}

#[test]
fn no_command_at_all_is_answered_with_help() {
    let output = Sandbox::new().leapp(&[]).run().assert_code(2);
    assert!(
        output.stderr.contains("Usage: leapp"),
        "{}",
        output.transcript()
    );
}
