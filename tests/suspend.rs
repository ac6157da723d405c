//! Ctrl-Z at a question, in shells as people use them.

use crate::support::aws::Aws;
use crate::support::pty::Ended;
use crate::support::run::send_signal;
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;

/// A sandbox with a user who has a device; the seed of that.
fn with_device() -> (Sandbox, String) {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    let chain = Chain::with_mfa(aws, 1);
    chain.define(&sandbox);
    (sandbox, chain.user.mfa.expect("a device").seed)
}

/// The shells that can stop what they started, and what they say then.
const SHELLS: [(&str, &str); 3] = [
    ("bash", "Stopped"),
    ("zsh", "suspended"),
    ("fish", "has stopped"),
];

#[test]
fn a_question_is_stopped_by_ctrl_z_and_put_again_by_fg() {
    for (shell, stopped) in SHELLS {
        let (sandbox, seed) = with_device();
        let Some(run) = sandbox.interactive(shell, "") else {
            continue;
        };
        let mut terminal = run.on_terminal();
        terminal.send_line("echo rea''dy");
        terminal.expect("ready");
        terminal.send_line("leapp-exec --refresh r1 -- echo do''ne");
        terminal.expect("MFA code for u1: ");
        terminal.send("12");
        terminal.send("\x1a");
        terminal.expect(stopped);
        // The terminal is the shell's, and is as a command expects it.
        terminal.send_line("stty -a; echo sta''te=");
        let settings = terminal.expect("state=");
        for on in ["icanon", "echo", "isig"] {
            let mut words = settings.split_whitespace();
            assert!(words.any(|word| word == on), "{shell}: {settings}");
        }
        terminal.send_line("fg");
        // What was typed before is still there, and can be taken back.
        terminal.expect("MFA code for u1: 12");
        terminal.send("\x7f\x7f");
        terminal.send_line(&Aws::shared().totp(&seed));
        terminal.expect("done");
        terminal.send_line("exit");
        assert_eq!(terminal.wait(), Ended::Code(0), "{shell}");
    }
}

#[test]
fn a_question_that_is_stopped_from_outside_is_put_again() {
    let (sandbox, seed) = with_device();
    let Some(run) = sandbox.interactive("bash", "") else {
        return;
    };
    let mut terminal = run.on_terminal();
    terminal.send_line("leapp-exec r1 -- echo do''ne");
    for signal in ["STOP", "TSTP"] {
        terminal.expect("MFA code for u1: ");
        let shell = terminal.pid();
        let children = format!("/proc/{shell}/task/{shell}/children");
        let child = std::fs::read_to_string(children).expect("children");
        send_signal(signal, child.trim());
        terminal.expect("Stopped");
        terminal.send_line("fg");
    }
    terminal.expect("MFA code for u1: ");
    assert!(!terminal.echoes());
    terminal.send_line(&Aws::shared().totp(&seed));
    terminal.expect("done");
    terminal.send_line("exit");
    assert_eq!(terminal.wait(), Ended::Code(0));
}

#[test]
fn where_nobody_could_continue_it_ctrl_z_stops_nothing() {
    // Alone on its terminal, as behind `ssh -t`: there is no shell that could say `fg`.
    let (sandbox, seed) = with_device();
    let mut terminal = sandbox
        .leapp_exec(&["r1", "--", "echo", "done"])
        .on_terminal();
    terminal.expect("MFA code for u1: ");
    terminal.send("\x1a");
    terminal.expect("MFA code for u1: ");
    terminal.send_line(&Aws::shared().totp(&seed));
    terminal.expect("done");
    assert_eq!(terminal.wait(), Ended::Code(0));
}

#[test]
fn a_hook_whose_question_is_met_with_ctrl_z_leaves_a_shell_that_works() {
    for shell in crate::support::hooked::HOOKED {
        let (sandbox, seed) = with_device();
        let Some(mut hooked) = sandbox.hooked(shell) else {
            continue;
        };
        hooked.type_line("leapp use r1; echo 'answer''ed'");
        hooked.pty.expect("MFA code for u1: ");
        hooked.pty.send("\x1a");
        hooked.pty.expect("MFA code for u1: ");
        hooked.pty.send_line(&Aws::shared().totp(&seed));
        hooked.pty.expect("answered");
        assert_eq!(hooked.ask("$LEAPP_SESSION"), "r1", "{shell}");
        hooked.leave();
    }
}
