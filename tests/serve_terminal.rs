//! A command beside an endpoint, on a terminal: what the keyboard sends, the size of the window, programs
//! that take the whole screen, and the job control of a real shell.

use std::thread;
use std::time::Duration;

use crate::exec::with_r1;
use crate::support::program;
use crate::support::pty::{Ended, Pty};
use crate::support::run::{Run, send_signal};
use crate::support::sandbox::Sandbox;

fn served<'a>(sandbox: &'a Sandbox, words: &[&str]) -> Run<'a> {
    let run = sandbox.leapp_exec(&["--serve", "r1", "--"]);
    run.args(words).env("TERM", "xterm")
}

/// A shell as a person has it, with job control.
fn at_a_shell(sandbox: &Sandbox) -> Option<Pty<'_>> {
    let shell = sandbox.interactive_shell("bash")?;
    let mut terminal = shell.env("PS1", "> ").env("TERM", "xterm").on_terminal();
    terminal.expect("> ");
    Some(terminal)
}

#[test]
fn keys_reach_the_command_once() {
    let Some(_) = program("bash") else { return };
    let sandbox = with_r1();
    for (key, signal) in [("\x03", "INT"), ("\x1c", "QUIT")] {
        let counting = format!(
            "n=0; trap 'n=$((n + 1))' {signal}; echo rea''dy
            until read -r line && [[ $line == end ]]; do :; done; echo \"arrived: $n.\""
        );
        let mut terminal = served(&sandbox, &["bash", "-c", &counting]).on_terminal();
        terminal.expect("ready");
        terminal.send(key);
        terminal.send_line("end");
        terminal.expect("arrived: 1.");
        assert_eq!(terminal.wait(), Ended::Code(0));
    }
}

#[test]
fn keys_end_a_command_that_does_not_mind_them() {
    let sandbox = with_r1();
    for (key, ended) in [("\x03", Ended::Signal(2)), ("\x1c", Ended::Code(131))] {
        let waiting = "ulimit -c 0; echo rea''dy; exec sleep 100";
        let mut terminal = served(&sandbox, &["sh", "-c", waiting]).on_terminal();
        terminal.expect("ready");
        terminal.send(key);
        assert_eq!(terminal.wait(), ended);
    }
}

#[test]
fn ctrl_c_ends_a_loop_of_the_shell() {
    let sandbox = with_r1();
    let Some(mut terminal) = at_a_shell(&sandbox) else {
        return;
    };
    terminal.send_line(
        "for i in 1 2 3; do leapp-exec --serve r1 -- sh -c 'echo rou''nd; exec sleep 100'; done",
    );
    terminal.expect("round");
    terminal.ctrl_c();
    terminal.expect("> ");
    terminal.send_line("echo code: $?; exit 0");
    let seen = terminal.expect("code: 130");
    assert!(!seen.contains("round"), "{seen}");
    assert_eq!(terminal.wait(), Ended::Code(0));
}

#[test]
fn after_ctrl_c_a_signal_to_us_still_reaches_the_command() {
    let sandbox = with_r1();
    let minding = "trap : INT; trap 'echo got-''term; exit 7' TERM; echo rea''dy
        until false; do sleep 0.02; done";
    let mut pty = served(&sandbox, &["bash", "-c", minding]).on_terminal();
    pty.expect("ready");
    pty.send("\x03");
    // Later than a signal can be taken for one that the group has got, as Ctrl-C was.
    thread::sleep(Duration::from_millis(500));
    send_signal("TERM", &pty.pid().to_string());
    pty.expect("got-term");
    assert_eq!(pty.wait(), Ended::Code(7));
}

#[test]
fn the_window_is_the_commands() {
    let Some(_) = program("bash") else { return };
    let sandbox = with_r1();
    let looking = "trap 'echo \"now $(stty size)\"' WINCH; echo \"first $(stty size)\"
        until read -r line && [[ $line == end ]]; do :; done";
    let mut terminal = served(&sandbox, &["bash", "-c", looking]).on_terminal();
    terminal.expect("first 40 100");
    terminal.resize(77, 33);
    // bash looks at its traps when a line has been read.
    terminal.send_line("go");
    terminal.expect("now 33 77");
    terminal.send_line("end");
    assert_eq!(terminal.wait(), Ended::Code(0));
}

#[test]
fn less_works() {
    let Some(_) = program("less") else { return };
    let sandbox = with_r1();
    let lines: Vec<String> = (1..=500).map(|n| format!("line {n} of many")).collect();
    sandbox.write("home/long", &lines.join("\n"));
    let mut terminal = served(&sandbox, &["less", "long"]).on_terminal();
    terminal.expect("line 30 of many");
    terminal.send("G");
    terminal.expect("line 500 of many");
    terminal.send("q");
    assert_eq!(terminal.wait(), Ended::Code(0));
}

#[test]
fn vim_works_is_stopped_and_goes_on() {
    let Some(_) = program("vim") else { return };
    let sandbox = with_r1();
    let Some(mut terminal) = at_a_shell(&sandbox) else {
        return;
    };
    terminal.send_line("leapp-exec --serve r1 -- vim -u NONE -n text");
    terminal.expect("[New");
    terminal.send("ione\x1b");
    terminal.send(":w\r");
    terminal.expect("written");
    terminal.send("\x1a");
    terminal.expect("Stopped");
    // The terminal is the shell's again, and the endpoint waits with its command.
    terminal.send_line("echo in \"the shell\"");
    terminal.expect("in the shell");
    terminal.send_line("fg");
    terminal.expect("leapp-exec");
    terminal.send("Atwo\x1b");
    terminal.send(":wq\r");
    terminal.expect("written");
    terminal.expect("> ");
    terminal.send_line("echo \"code: $?\"; exit 0");
    terminal.expect("code: 0");
    assert_eq!(terminal.wait(), Ended::Code(0));
    assert_eq!(sandbox.read("home/text"), "onetwo\n");
}

#[test]
fn a_command_can_be_stopped_sent_to_the_background_and_brought_back() {
    let sandbox = with_r1();
    let Some(mut terminal) = at_a_shell(&sandbox) else {
        return;
    };
    terminal.send_line(
        "leapp-exec --serve r1 -- sh -c 'echo rea''dy; read x; echo \"got $x\"; exit 5'",
    );
    terminal.expect("ready");
    terminal.send("\x1a");
    terminal.expect("Stopped");
    // In the background it wants to read from the terminal, and is stopped again.
    terminal.send_line("bg");
    terminal.expect("leapp-exec");
    terminal.send_line("until jobs -s | grep -q leapp; do sleep 0.1; done; echo sto''pped again");
    terminal.expect("stopped again");
    terminal.send_line("fg");
    terminal.expect("leapp-exec");
    terminal.send_line("on");
    terminal.expect("got on");
    terminal.send_line("exit $?");
    assert_eq!(terminal.wait(), Ended::Code(5));
}

#[test]
fn a_stopped_command_finds_its_endpoint_when_it_goes_on() {
    let sandbox = with_r1();
    let Some(mut terminal) = at_a_shell(&sandbox) else {
        return;
    };
    terminal.send_line(
        "leapp-exec --serve r1 -- sh -c 'echo rea''dy; read x; aws sts get-caller-identity'",
    );
    terminal.expect("ready");
    terminal.send("\x1a");
    terminal.expect("Stopped");
    terminal.send_line("fg");
    terminal.expect("leapp-exec");
    terminal.send_line("on");
    terminal.expect("assumed-role/R1/test");
    terminal.send_line("exit $?");
    assert_eq!(terminal.wait(), Ended::Code(0));
}

#[test]
fn a_shell_inside_has_its_own_jobs_and_can_be_suspended() {
    let sandbox = with_r1();
    let Some(mut terminal) = at_a_shell(&sandbox) else {
        return;
    };
    terminal.send_line("PS1='in> ' leapp-exec --serve r1 -- bash --noprofile --norc -i");
    terminal.expect("in> ");
    terminal.send_line("sh -c 'echo rea''dy; read x; echo \"got $x\"'");
    terminal.expect("ready");
    terminal.send("\x1a");
    terminal.expect("Stopped");
    terminal.expect("in> ");
    terminal.send_line("fg");
    terminal.send_line("on");
    terminal.expect("got on");
    terminal.expect("in> ");
    // The shell inside as a whole.
    terminal.send_line("suspend");
    terminal.expect("Stopped");
    terminal.expect("> ");
    terminal.send_line("echo out''side; fg");
    terminal.expect("outside");
    terminal.send_line("echo \"in $LEAPP_SESSION\"");
    terminal.expect("in r1");
    terminal.send_line("exit 7");
    terminal.expect("> ");
    terminal.send_line("exit $?");
    assert_eq!(terminal.wait(), Ended::Code(7));
}

#[test]
fn a_terminal_that_goes_away_ends_both() {
    let sandbox = with_r1();
    let pids = sandbox.path("run/pids").display().to_string();
    let noting = format!("echo $$ $PPID >{pids}; echo rea''dy; exec sleep 100");
    let mut terminal = served(&sandbox, &["sh", "-c", &noting]).on_terminal();
    terminal.expect("ready");
    drop(terminal);
    let pids = sandbox.read("run/pids");
    crate::support::wait_for("the end of both", || {
        let looking = format!("kill -0 {} 2>&1 && kill -0 {}", first(&pids), last(&pids));
        (sandbox.sh(&looking).run().code != Some(0)).then_some(())
    });
}

fn first(pids: &str) -> &str {
    pids.split_whitespace().next().expect("a number")
}

fn last(pids: &str) -> &str {
    pids.split_whitespace().last().expect("a number")
}
