//! A command beside an endpoint behaves as if the shell had started it: its exit code, its signals, what
//! it inherits. What it does on a terminal is in `serve_terminal.rs`.

use insta::assert_snapshot;

#[cfg(target_os = "linux")]
use crate::exec::INHERITANCE;
use crate::exec::with_r1;
use crate::support::run::{Run, Running, send_signal};
use crate::support::sandbox::Sandbox;
use crate::support::{VENV_BIN, program, wait_for};

/// A shell script as `r1`, under our eyes.
fn script<'a>(sandbox: &'a Sandbox, text: &str) -> Run<'a> {
    sandbox.leapp_exec(&["--serve", "r1", "--", "sh", "-c", text])
}

fn is_alive(sandbox: &Sandbox, pid: &str) -> bool {
    let looking = format!("kill -0 {pid} 2>/dev/null");
    sandbox.sh(&looking).run().code == Some(0)
}

#[test]
fn the_exit_code_is_the_commands() {
    let sandbox = with_r1();
    for code in [0, 1, 3, 125, 126, 127, 128, 255] {
        script(&sandbox, &format!("exit {code}"))
            .run()
            .assert_code(code);
    }
    let words = ["exec", "--serve", "r1", "--", "sh", "-c", "exit 3"];
    sandbox.leapp(&words).run().assert_code(3);
}

#[test]
fn a_command_that_does_not_start_is_told_as_ever() {
    let sandbox = with_r1();
    sandbox.write("home/plain", "text");
    let missing = sandbox.leapp_exec(&["--serve", "r1", "--", "no-such-command"]);
    assert_snapshot!(missing.run().transcript(), @r"
    exit 127
    --- stderr
    leapp-exec: error: no command `no-such-command`
    ");
    let plain = sandbox.leapp_exec(&["--serve", "r1", "--", "./plain"]);
    assert_snapshot!(plain.run().transcript(), @r"
    exit 126
    --- stderr
    leapp-exec: error: cannot run `./plain`
    caused by: Permission denied (os error 13)
    ");
}

#[test]
fn a_command_that_a_signal_ends_ends_us_with_its_number() {
    let sandbox = with_r1();
    for (signal, code) in [("TERM", 143), ("KILL", 137), ("QUIT", 131), ("PIPE", 141)] {
        let dying = format!("ulimit -c 0; kill -{signal} $$");
        script(&sandbox, &dying).run().assert_code(code);
    }
    // A shell ends a loop at Ctrl-C only where it sees that the signal has ended what it ran.
    script(&sandbox, "kill -INT $$").run().assert_signal(2);
    let seen_by_a_shell = "leapp-exec --serve r1 -- sh -c 'kill -INT $$'; echo $?";
    assert_eq!(sandbox.sh(seen_by_a_shell).run().stdout, "130\n");
}

#[test]
fn sigkill_of_the_command_ends_us_with_137() {
    let sandbox = with_r1();
    let running = script(&sandbox, "echo $$ >&2; exec sleep 100").start();
    let pid = pid_of(&running);
    send_signal("KILL", &pid);
    running.wait().assert_code(137);
}

/// The number that a command has said on stderr.
fn pid_of(running: &Running<'_>) -> String {
    wait_for("a process id", || {
        let said = running.stderr();
        let line = said.split_once('\n')?.0.to_owned();
        (!line.is_empty()).then_some(line)
    })
}

#[test]
fn sigterm_to_us_ends_both() {
    let sandbox = with_r1();
    for (signal, code) in [("TERM", 143), ("HUP", 129)] {
        let running = script(&sandbox, "echo $$ >&2; exec sleep 100").start();
        let pid = pid_of(&running);
        running.signal(signal);
        running.wait().assert_code(code);
        assert!(!is_alive(&sandbox, &pid), "{signal}");
    }
}

#[test]
fn a_signal_that_is_meant_for_the_command_reaches_it_once() {
    let sandbox = with_r1();
    // Without a terminal none of them can come from a keyboard.
    for signal in ["TERM", "HUP", "INT", "QUIT", "USR1", "USR2"] {
        // A second one would come at once, if it came.
        let counting = format!(
            "n=0; trap 'n=$((n + 1))' {signal}; echo $$ >&2
             until [ $n -gt 0 ]; do sleep 0.02; done; sleep 0.3; echo $n; exit 9"
        );
        let running = script(&sandbox, &counting).start();
        pid_of(&running);
        running.signal(signal);
        let output = running.wait().assert_code(9);
        assert_eq!(output.stdout, "1\n", "{signal}");
    }
}

#[test]
fn a_signal_to_the_whole_group_reaches_the_command_once() {
    let sandbox = with_r1();
    for signal in ["TERM", "HUP", "INT", "QUIT", "USR1", "USR2"] {
        let counting = format!(
            "import os, signal, sys, time\n\
             arrived = []\n\
             def count(*_):\n\
             \x20   arrived.append(1)\n\
             \x20   os.write(2, b'arrived\\n')\n\
             signal.signal(signal.SIG{signal}, count)\n\
             print(os.getpid(), file=sys.stderr, flush=True)\n\
             while len(arrived) < 2: time.sleep(0.01)\n\
             time.sleep(0.5)\n\
             print(len(arrived))\n\
             sys.exit(9)"
        );
        let python = format!("{VENV_BIN}/python");
        let words = ["--serve", "r1", "--", &python, "-B", "-c", &counting];
        let running = sandbox.leapp_exec(&words).start();
        pid_of(&running);
        let group = format!("-{}", running.pid());
        send_signal(signal, &group);
        // Two of one kind that nobody has minded yet are one.
        running.wait_for_stderr("arrived");
        send_signal(signal, &group);
        let output = running.wait().assert_code(9);
        assert_eq!(output.stdout, "2\n", "{signal}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_command_inherits_what_it_would_have_without_us() {
    let sandbox = with_r1();
    for prelude in [
        "",
        "trap '' HUP INT QUIT TSTP; umask 027; exec 7</dev/null; ",
    ] {
        let bare = format!("{prelude}exec sh -c \"$0\"");
        let ours = format!("{prelude}exec leapp-exec --serve --refresh r1 -- sh -c \"$0\"");
        let run = |wrapper: &str| {
            let run = sandbox.command("sh").args(&["-c", wrapper, INHERITANCE]);
            without_internals(&run.run().assert_ok().stdout)
        };
        assert_eq!(run(&bare), run(&ours));
    }
}

/// Without the two signals that the C library uses among its threads, and sets to be ignored in what it
/// spawns: no program can have to do with them.
#[cfg(target_os = "linux")]
fn without_internals(text: &str) -> String {
    let line = |line: &str| match line.strip_prefix("SigIgn:\t") {
        Some(mask) => {
            let mask = u64::from_str_radix(mask, 16).expect("a mask");
            format!("SigIgn:\t{:016x}\n", mask & !(0b11 << 31))
        }
        None => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

#[test]
fn pipes_are_the_commands() {
    let Some(_) = program("bash") else { return };
    let sandbox = with_r1();
    let pipeline = "yes | head -1; echo ${PIPESTATUS[0]}; cat";
    let run = sandbox.leapp_exec(&["--serve", "r1", "--", "bash", "-c", pipeline]);
    assert_snapshot!(run.stdin("what came in\n").run().transcript(), @r"
    exit 0
    --- stdout
    y
    141
    what came in
    ");
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_is_left_of_us_when_it_has_ended() {
    let sandbox = with_r1();
    let looking = "echo $PPID; leapp-exec --serve r1 -- true; \
                   read -r children </proc/$$/task/$$/children; echo \"[$children]\"";
    let run = sandbox.leapp_exec(&["--serve", "r1", "--", "sh", "-c", looking]);
    let output = run.run().assert_ok();
    let mut lines = output.stdout.lines();
    let ours = lines.next().unwrap();
    assert_eq!(lines.next(), Some("[]"));
    assert!(!is_alive(&sandbox, ours));
}

#[test]
fn where_we_are_killed_the_command_goes_on_without_us() {
    let sandbox = with_r1();
    let asking =
        "echo $$ >&2; read line; aws sts get-caller-identity >/dev/null 2>&1 || echo refused";
    let gate = sandbox.path("run/gate").display().to_string();
    sandbox.sh(&format!("mkfifo {gate}")).run().assert_ok();
    let waiting = format!("exec 3<>{gate} <&3; {asking}");
    let running = script(&sandbox, &waiting).start();
    let pid = pid_of(&running);
    running.signal("KILL");
    assert!(is_alive(&sandbox, &pid));
    sandbox.sh(&format!("echo >{gate}")).run().assert_ok();
    let output = running.wait().assert_signal(9);
    assert_eq!(output.stdout, "refused\n");
}
