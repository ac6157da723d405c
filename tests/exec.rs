//! `leapp-exec` is gone once the command runs: exit code, signals, terminal and process are the
//! command's own.

use insta::assert_snapshot;

use crate::support::aws::Aws;
use crate::support::pty::Ended;
use crate::support::run::Run;
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;
use crate::support::{program, wait_for};

/// A sandbox with the session `r1`: a role, one step above the user `u1`.
pub(crate) fn with_r1() -> Sandbox {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    let chain = Chain::new(aws, 1);
    sandbox.add_user("u1", &chain.user);
    // Not named after USER: fish replaces one that the machine does not know.
    let named = ["--role-session-name", "test"];
    sandbox.add_chained("r1", chain.target(), "u1", &named);
    sandbox
}

/// A shell script as `r1`.
fn script<'a>(sandbox: &'a Sandbox, text: &str) -> Run<'a> {
    sandbox.leapp_exec(&["r1", "--", "sh", "-c", text])
}

#[test]
fn the_exit_code_is_the_commands() {
    let sandbox = with_r1();
    // Ours among them: to a caller that must tell them apart, 125 of a command is 125.
    for code in [0, 1, 2, 3, 42, 125, 126, 127, 128, 255] {
        let output = script(&sandbox, &format!("exit {code}")).run();
        output.assert_code(code);
    }
    let output = sandbox.leapp(&["exec", "r1", "--", "sh", "-c", "exit 3"]);
    output.run().assert_code(3);
}

#[test]
fn a_command_that_a_signal_ends_is_ended_by_that_signal() {
    let sandbox = with_r1();
    script(&sandbox, "kill -TERM $$").run().assert_signal(15);
    script(&sandbox, "kill -KILL $$").run().assert_signal(9);
    let seen_by_a_shell = "leapp-exec r1 -- sh -c 'kill -TERM $$'; echo $?";
    assert_eq!(sandbox.sh(seen_by_a_shell).run().stdout, "143\n");
}

#[test]
fn a_signal_sent_to_leapp_exec_reaches_the_command() {
    let sandbox = with_r1();
    for signal in ["TERM", "HUP", "INT", "QUIT", "USR1"] {
        let trapping = format!(
            "trap 'kill $!; exit 9' {signal}; sleep 100 >/dev/null 2>&1 & echo ready >&2; wait"
        );
        let running = script(&sandbox, &trapping).start();
        running.wait_for_stderr("ready");
        running.signal(signal);
        running.wait().assert_code(9);
    }
}

#[test]
fn the_process_is_the_same() {
    let sandbox = with_r1();
    let output = sandbox
        .sh("echo $$; exec leapp-exec r1 -- sh -c 'echo $$'")
        .run();
    let pids: Vec<&str> = output.stdout.lines().collect();
    assert!(
        matches!(pids[..], [before, after] if before == after),
        "{pids:?}"
    );
}

/// What a process may inherit beside its environment.
#[cfg(target_os = "linux")]
pub(crate) const INHERITANCE: &str = "
pwd; umask; ulimit -a
grep -E '^(Sig(Blk|Ign)|Cap|NoNewPrivs|Seccomp|Threads)' /proc/self/status
cat /proc/$$/oom_score_adj /proc/$$/coredump_filter /proc/$$/timerslack_ns
for descriptor in /proc/$$/fd/*; do echo ${descriptor##*/}; done
read -r child </proc/$$/task/$$/children; echo children: $child
";

#[cfg(target_os = "linux")]
#[test]
fn the_command_inherits_what_it_would_have_without_us() {
    let sandbox = with_r1();
    // Signals that the caller ignores stay ignored, as `nohup` needs it; open files stay open.
    for prelude in ["", "trap '' HUP INT; umask 027; exec 7</dev/null; "] {
        let bare = format!("{prelude}exec sh -c \"$0\"");
        let ours = format!("{prelude}exec leapp-exec --refresh r1 -- sh -c \"$0\"");
        let run = |wrapper: &str| {
            let run = sandbox.command("sh").args(&["-c", wrapper, INHERITANCE]);
            run.run().assert_ok().stdout
        };
        assert_eq!(run(&bare), run(&ours));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn no_process_of_ours_is_left_behind() {
    let aws = Aws::shared();
    let chain = Chain::with_mfa(aws, 1);
    let mfa = chain.user.mfa.clone().expect("a device");
    let sandbox = Sandbox::new().endpoint(&aws.url());
    let (id, secret) = (&chain.user.access_key_id, &chain.user.secret_access_key);
    // A process command is a child of ours before we become the command.
    let code = format!("echo {}", aws.totp(&mfa.seed));
    let mut arguments = vec!["add", "user", "u1", "--access-key-id", id.as_str()];
    arguments.extend(["--secret-access-key", "-", "--region", "eu-west-1"]);
    arguments.extend(["--mfa-device", &mfa.serial, "--mfa-process", &code]);
    let adding = sandbox.leapp(&arguments).stdin(format!("{secret}\n"));
    adding.run().assert_ok();
    sandbox.add_chained("r1", chain.target(), "u1", &[]);
    let children = "read -r children </proc/$$/task/$$/children; echo \"[$children]\"";
    assert_eq!(script(&sandbox, children).run().stdout, "[]\n");
}

#[test]
fn a_closed_pipe_ends_the_command_silently() {
    let Some(_) = program("bash") else { return };
    let sandbox = with_r1();
    // Where SIGPIPE is ignored, `yes` ends with 1 and says `Broken pipe`.
    let pipeline = "yes | head -1; echo ${PIPESTATUS[0]}";
    let output = sandbox.leapp_exec(&["r1", "--", "bash", "-c", pipeline]);
    assert_snapshot!(output.run().transcript(), @"
    exit 0
    --- stdout
    y
    141
    ");
}

#[test]
fn standard_input_goes_to_the_command() {
    let sandbox = with_r1();
    let output = sandbox.leapp_exec(&["r1", "--", "od", "-An", "-c"]);
    assert_snapshot!(output.stdin("a\n\0\r\u{1b}$x").run().transcript(), @r"
    exit 0
    --- stdout
       a  \n  \0  \r 033   $   x
    ");
}

#[test]
fn ctrl_c_reaches_an_interactive_command_once() {
    let Some(_) = program("bash") else { return };
    let sandbox = with_r1();
    let counting = "n=0; trap 'n=$((n + 1))' INT; echo ready
        until read -r line && [[ $line == end ]]; do :; done; echo \"interrupts: $n.\"";
    let command = sandbox.leapp_exec(&["r1", "--", "bash", "-c", counting]);
    let mut terminal = command.on_terminal();
    terminal.expect("ready");
    terminal.ctrl_c();
    terminal.send_line("end");
    terminal.expect("interrupts: 1.");
    assert_eq!(terminal.wait(), Ended::Code(0));
}

#[test]
fn ctrl_c_ends_a_command_that_does_not_mind_it() {
    let sandbox = with_r1();
    let mut terminal = script(&sandbox, "echo ready; exec sleep 100").on_terminal();
    terminal.expect("ready");
    terminal.ctrl_c();
    assert_eq!(terminal.wait(), Ended::Signal(2));
}

#[test]
fn the_terminal_is_the_commands() {
    let sandbox = with_r1();
    let looking = "test -t 0 && test -t 1 && test -t 2 && tty && read answer </dev/tty && echo \"is $answer\"";
    let mut terminal = script(&sandbox, looking).on_terminal();
    terminal.expect("/dev/");
    terminal.send_line("mine");
    terminal.expect("is mine");
    assert_eq!(terminal.wait(), Ended::Code(0));
}

#[test]
fn a_command_can_be_stopped_and_goes_on() {
    let Some(shell) = program("bash") else { return };
    let sandbox = with_r1();
    let shell = shell.display().to_string();
    // Job control needs a shell that is interactive, with our command as its job.
    let starting = sandbox
        .command(&shell)
        .args(&["--noprofile", "--norc", "-i"]);
    let mut terminal = starting.env("PS1", "> ").on_terminal();
    terminal.expect("> ");
    terminal.send_line("leapp-exec r1 -- sh -c 'echo rea''dy; read x; echo \"got $x\"; exit 5'");
    terminal.expect("ready");
    terminal.send("\x1a");
    terminal.expect("Stopped");
    terminal.send_line("fg");
    terminal.expect("leapp-exec r1");
    terminal.send_line("on");
    terminal.expect("got on");
    terminal.send_line("exit $?");
    assert_eq!(terminal.wait(), Ended::Code(5));
}

#[test]
fn without_a_command_it_becomes_the_users_shell() {
    let sandbox = with_r1();
    let mut terminal = sandbox
        .leapp_exec(&["r1"])
        .env("SHELL", "/bin/sh")
        .env("PS1", "as $LEAPP_SESSION> ")
        .on_terminal();
    terminal.expect("as r1> ");
    terminal.send_line("exit 4");
    assert_eq!(terminal.wait(), Ended::Code(4));
    // A container has no SHELL.
    for arguments in [&["r1"][..], &["r1", "--"]] {
        let shell = sandbox
            .leapp_exec(arguments)
            .stdin("echo as $LEAPP_SESSION");
        assert_eq!(shell.run().assert_ok().stdout, "as r1\n");
    }
}

#[test]
fn a_killed_leapp_exec_leaves_nothing_running() {
    let sandbox = with_r1();
    let running = script(&sandbox, "echo ready >&2; exec sleep 100").start();
    running.wait_for_stderr("ready");
    let pid = running.pid();
    running.signal("KILL");
    running.wait().assert_signal(9);
    wait_for("the end of the process", || {
        let alive = sandbox.sh(&format!("kill -0 {pid}")).run().code == Some(0);
        (!alive).then_some(())
    });
}
