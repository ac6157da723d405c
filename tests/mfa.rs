//! MFA codes: from a person, from the command line, from a command, from nobody.

use insta::assert_snapshot;

use crate::support::aws::Aws;
use crate::support::faults::Faults;
use crate::support::pty::Ended;
use crate::support::sandbox::Sandbox;
use crate::support::world::{Chain, Mfa};

struct WithMfa {
    aws: &'static Aws,
    sandbox: Sandbox,
    faults: Faults,
    mfa: Mfa,
}

impl WithMfa {
    fn new(roles: usize) -> Self {
        let aws = Aws::shared();
        let faults = Faults::before(&aws.address());
        let sandbox = Sandbox::new().endpoint(&faults.url());
        let chain = Chain::with_mfa(aws, roles);
        chain.define(&sandbox);
        Self {
            aws,
            sandbox,
            faults,
            mfa: chain.user.mfa.expect("a device"),
        }
    }

    fn code(&self) -> String {
        self.aws.totp(&self.mfa.seed)
    }

    /// A code that is surely not the right one.
    fn wrong_code(&self) -> String {
        let right: u32 = self.code().parse().expect("digits");
        format!("{:06}", (right + 500_000) % 1_000_000)
    }
}

#[test]
fn a_person_is_asked_once_for_all_roles_behind_the_device() {
    let world = WithMfa::new(2);
    let mut terminal = world
        .sandbox
        .leapp_exec(&["r1", "--", "echo", "done"])
        .on_terminal();
    terminal.expect("MFA code for u1: ");
    terminal.send_line(&world.code());
    terminal.expect("done");
    assert_eq!(terminal.wait(), Ended::Code(0));
    world
        .sandbox
        .leapp_exec(&["r2", "--", "true"])
        .run()
        .assert_ok();
    world
        .sandbox
        .leapp_exec(&["u1", "--", "true"])
        .run()
        .assert_ok();
    assert_eq!(world.faults.count("GetSessionToken"), 1);
}

#[test]
fn a_wrong_code_is_asked_for_again_with_what_aws_said() {
    let world = WithMfa::new(1);
    let mut terminal = world
        .sandbox
        .leapp_exec(&["r1", "--", "echo", "done"])
        .on_terminal();
    terminal.expect("MFA code for u1: ");
    terminal.send_line(&world.wrong_code());
    terminal.expect("AWS: MultiFactorAuthentication failed with invalid MFA one time pass code.");
    terminal.expect("The next MFA code for u1: ");
    terminal.send_line("12");
    terminal.expect("MFA code for u1 (six digits): ");
    terminal.send_line(&world.code());
    terminal.expect("done");
    assert_eq!(terminal.wait(), Ended::Code(0));
    // What could not be a code was never sent.
    assert_eq!(world.faults.count("GetSessionToken"), 2);
}

#[test]
fn three_wrong_codes_are_enough() {
    let world = WithMfa::new(1);
    let mut terminal = world
        .sandbox
        .leapp_exec(&["r1", "--", "true"])
        .on_terminal();
    for _ in 0..3 {
        terminal.expect("MFA code for u1: ");
        terminal.send_line(&world.wrong_code());
    }
    terminal.expect("AWS rejected the MFA code for `u1`");
    assert_eq!(terminal.wait(), Ended::Code(125));
}

#[test]
fn ctrl_c_at_the_question_ends_like_ctrl_c_and_frees_the_lock() {
    let world = WithMfa::new(1);
    let mut terminal = world
        .sandbox
        .leapp_exec(&["r1", "--", "true"])
        .on_terminal();
    terminal.expect("MFA code for u1: ");
    terminal.ctrl_c();
    assert_eq!(terminal.wait(), Ended::Signal(2));
    // As an authenticator shows it.
    let code = world.code();
    let code = format!("{} {}", &code[..3], &code[3..]);
    world
        .sandbox
        .leapp_exec(&["--mfa-code", &code, "r1", "--", "true"])
        .run()
        .assert_ok();
}

#[test]
fn ctrl_c_leaves_the_terminal_as_it_was() {
    let world = WithMfa::new(1);
    let script =
        "stty -a >before; leapp-exec r1 -- true; stty -a >after; cmp before after && echo same";
    let mut terminal = world
        .sandbox
        .command("bash")
        .args(&["-c", script])
        .on_terminal();
    terminal.expect("MFA code for u1: ");
    terminal.ctrl_c();
    terminal.expect("same");
    assert_eq!(terminal.wait(), Ended::Code(0));
}

#[test]
fn a_background_job_does_not_ask() {
    let world = WithMfa::new(1);
    let script = "set -m; leapp-exec r1 -- true & wait $!; echo \"ended $?\"";
    let mut terminal = world
        .sandbox
        .command("bash")
        .args(&["-c", script])
        .on_terminal();
    terminal.expect("this process runs in the background of its terminal");
    terminal.expect("ended 125");
    assert_eq!(terminal.wait(), Ended::Code(0));
}

#[test]
fn without_a_terminal_the_error_names_the_next_command() {
    let world = WithMfa::new(1);
    let exec = world.sandbox.leapp_exec(&["r1", "--", "true"]).run();
    assert_snapshot!(exec.transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: session `r1` needs an MFA code, and there is no terminal to ask on
    caused by: this process has no terminal

    hint: run `leapp login r1` in a terminal, then try again
    ");
    world.sandbox.leapp(&["env", "r1"]).run().assert_code(3);
    world.sandbox.leapp(&["login", "r1"]).run().assert_code(3);
    assert_eq!(world.faults.seen().len(), 0);
}

#[test]
fn codes_come_from_the_command_line_and_the_environment() {
    let world = WithMfa::new(1);
    let code = world.code();
    world
        .sandbox
        .leapp_exec(&["r1", "--", "true"])
        .env("LEAPP_MFA_CODE", &code)
        .run()
        .assert_ok();
    world.sandbox.leapp(&["logout"]).run().assert_ok();
    // Used before: AWS refuses it, and a code that was given is not asked for.
    let refused = world
        .sandbox
        .leapp_exec(&["--mfa-code", &code, "r1", "--", "true"])
        .run();
    assert_snapshot!(refused.transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: AWS rejected the MFA code for `u1`
    request id: [REQUEST-ID]

    hint: it is wrong, or was used before: each works once, so wait for the next one
    ");
    let odd = world
        .sandbox
        .leapp_exec(&["--mfa-code", "12345", "r1", "--", "true"])
        .run();
    assert_snapshot!(odd.transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: an MFA code is six digits, and `--mfa-code` or `LEAPP_MFA_CODE` gave 5 digits
    ");
}

#[test]
fn a_code_comes_from_a_line_of_standard_input_and_the_command_gets_the_rest() {
    let world = WithMfa::new(1);
    let code = world.code();
    let words = ["--mfa-code", "-", "r1", "--", "cat"];
    let exec = || world.sandbox.leapp_exec(&words);
    let output = exec().stdin(format!("{code}\nfor the command\n")).run();
    assert_eq!(output.assert_ok().stdout, "for the command\n");
    // A line is read whether or not a code is needed.
    let output = exec().stdin("000000\nfor the command\n").run();
    assert_eq!(output.assert_ok().stdout, "for the command\n");
    world.sandbox.leapp(&["logout"]).run().assert_ok();
    for nothing in ["", "\n", "12345\n"] {
        let refused = exec().stdin(nothing).run().assert_code(125);
        assert!(refused.stderr.contains("an MFA code is six digits"));
    }
    assert_eq!(world.faults.count("GetSessionToken"), 1);
    // Typed on a terminal it would be shown: there, it is a question.
    let mut terminal = exec().on_terminal();
    terminal.expect("MFA code for u1: ");
    terminal.ctrl_c();
    assert_eq!(terminal.wait(), Ended::Signal(2));
}

#[test]
fn codes_come_from_a_command_that_no_shell_reads() {
    let world = WithMfa::new(1);
    let file = "home/.config/leapp/sessions.toml";
    let without = world.sandbox.read(file);
    let device = without
        .lines()
        .find(|line| line.starts_with("mfa_device"))
        .unwrap();
    let with = |command: &str| {
        let process = format!("{device}\nmfa_process = {command:?}");
        world
            .sandbox
            .write(file, &without.replace(device, &process));
    };
    with("false");
    assert_snapshot!(world.sandbox.leapp_exec(&["r1", "--", "true"]).run().transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: the `mfa_process` command `false` failed (exit status: 1)

    hint: fix `mfa_process`, or give the code in `LEAPP_MFA_CODE`
    ");
    with("no-such-program --x");
    assert_snapshot!(world.sandbox.leapp_exec(&["r1", "--", "true"]).run().transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: cannot run the `mfa_process` command `no-such-program`
    caused by: No such file or directory (os error 2)

    hint: fix `mfa_process`, or give the code in `LEAPP_MFA_CODE`
    ");
    with("echo '$(id)'");
    let odd = world
        .sandbox
        .leapp_exec(&["r1", "--", "true"])
        .run()
        .assert_code(125);
    assert!(odd.stderr.contains("six digits"), "{}", odd.stderr);
    // It inherits none of our secrets.
    with("sh -c 'echo ${LEAPP_PASSPHRASE-unset}${LEAPP_IDENTITY_FILE-unset} >~/inherited; false'");
    world
        .sandbox
        .leapp_exec(&["r1", "--", "true"])
        .env("LEAPP_PASSPHRASE", "x")
        .run()
        .assert_code(125);
    assert_eq!(world.sandbox.read("home/inherited"), "unsetunset\n");
    with(&format!("echo {}", world.code()));
    world
        .sandbox
        .leapp_exec(&["r1", "--", "true"])
        .run()
        .assert_ok();
}

/// A question that was asked before is over: what comes now is for the command alone.
#[test]
fn a_key_after_the_question_reaches_the_command_beside_us() {
    for (key, signal) in [("\x03", "INT"), ("\x1c", "QUIT")] {
        let world = WithMfa::new(1);
        let counting = format!(
            "n=0; trap 'n=$((n + 1))' {signal}; echo rea''dy
            until read -r line && [ \"$line\" = end ]; do :; done; echo \"arrived: $n.\""
        );
        let words = ["--serve", "r1", "--", "bash", "-c", &counting];
        let mut terminal = world.sandbox.leapp_exec(&words).on_terminal();
        terminal.expect("MFA code for u1: ");
        terminal.send_line(&world.code());
        terminal.expect("ready");
        terminal.send(key);
        terminal.send_line("end");
        terminal.expect("arrived: 1.");
        assert_eq!(terminal.wait(), Ended::Code(0));
    }
}
