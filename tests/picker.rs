//! Where no alias is given and a person is there, they pick one.

use crate::support::aws::Aws;
use crate::support::pty::Ended;
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;

fn sandbox() -> Sandbox {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url()).env("TERM", "xterm");
    let chain = Chain::new(aws, 2);
    chain.define(&sandbox);
    sandbox.add_chained(
        "billing",
        chain.target(),
        "r1",
        &["--labels", "money", "--description", "the accountants"],
    );
    sandbox
}

/// Runs a picker, types, and tells which session came of it.
fn picked(sandbox: &Sandbox, keys: &str) -> String {
    let mut terminal = sandbox
        .leapp_exec(&["--", "sh", "-c", "echo \"<$LEAPP_SESSION>\""])
        .on_terminal();
    terminal.expect("Session:");
    terminal.send(keys);
    terminal.send("\r");
    let (ended, shown) = terminal.wait_and_read();
    assert_eq!(ended, Ended::Code(0), "{shown}");
    let (_, session) = shown.rsplit_once('<').expect("an answer");
    session.split('>').next().unwrap_or_default().to_owned()
}

#[test]
fn everything_of_a_session_is_searched_and_the_last_used_comes_first() {
    let sandbox = sandbox();
    assert_eq!(picked(&sandbox, "money"), "billing");
    assert_eq!(picked(&sandbox, ""), "billing");
    assert_eq!(picked(&sandbox, "accountants"), "billing");
    assert_eq!(picked(&sandbox, "R1"), "r1");
    assert_eq!(picked(&sandbox, ""), "r1");
    assert_eq!(picked(&sandbox, "\x1b[B"), "billing");
}

#[test]
fn ctrl_c_and_escape_run_nothing() {
    let sandbox = sandbox();
    for (key, ended) in [("\x03", Ended::Signal(2)), ("\x1b", Ended::Code(125))] {
        let mut terminal = sandbox.leapp_exec(&["--", "echo", "ran"]).on_terminal();
        terminal.expect("Session:");
        terminal.send(key);
        let (how, shown) = terminal.wait_and_read();
        assert_eq!(how, ended, "{shown}");
        assert!(!shown.contains("ran"), "{shown}");
    }
}

#[test]
fn the_picker_works_where_stdout_is_captured() {
    let sandbox = sandbox();
    let script = "eval \"$(leapp env)\"; echo \"now $LEAPP_SESSION\"";
    let mut terminal = sandbox.command("bash").args(&["-c", script]).on_terminal();
    terminal.expect("Session:");
    terminal.send("billing\r");
    terminal.expect("now billing");
    assert_eq!(terminal.wait(), Ended::Code(0));
}

#[test]
fn without_a_terminal_an_alias_is_asked_for_in_words() {
    let output = sandbox().leapp_exec(&["--", "true"]).run().assert_code(125);
    assert!(
        output.stderr.contains("no session was named"),
        "{}",
        output.stderr
    );
}
