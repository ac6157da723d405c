//! A process that holds a lock and does not go on: stopped, or at a question that nobody answers.

use std::time::{Duration, Instant};

use crate::flight::World;
use crate::support::aws::Aws;
use crate::support::faults::{Fault, When};
use crate::support::pty::{Ended, Pty};
use crate::support::run::{Run, Running, send_signal};
use crate::support::sandbox::{Sandbox, private};
use crate::support::wait_for;
use crate::support::world::Chain;

/// Who cannot wait for a person ends within this.
const UNATTENDED: Duration = Duration::from_secs(4);

/// A terminal with a question that nobody answers.
fn forgotten(world: &World) -> Pty<'_> {
    let run = world.sandbox.leapp_exec(&["r2", "--", "echo", "done"]);
    let mut terminal = run.on_terminal();
    terminal.expect("MFA code for u1: ");
    terminal
}

#[test]
fn a_run_that_has_its_code_does_not_wait_for_a_question_in_another_terminal() {
    let world = World::new(Sandbox::new());
    let mut question = forgotten(&world);
    let began = Instant::now();
    let code = world.code();
    let run = world.sandbox.leapp_exec(&["r2", "--", "echo", "done"]);
    let output = run.env("LEAPP_MFA_CODE", &code).run().assert_ok();
    assert!(
        !output.stderr.contains("waiting for another"),
        "{}",
        output.stderr
    );
    assert!(began.elapsed() < UNATTENDED, "{:?}", began.elapsed());
    // Whoever answers now uses what is there.
    question.send_line("000000");
    assert_eq!(question.wait(), Ended::Code(0));
    assert_eq!(world.calls(), (1, 2));
}

#[test]
fn those_that_wait_for_a_question_go_on_once_a_login_elsewhere_has_answered_it() {
    let world = World::new(Sandbox::new());
    let mut question = forgotten(&world);
    let run = world.sandbox.leapp_exec(&["r1", "--", "true"]);
    let mut waiting = run.on_terminal();
    waiting.expect("waiting for another leapp (pid ");
    waiting.expect("asking for an MFA code for u1, to use `r2`");
    let words = ["login", "u1", "--mfa-code", &world.code()];
    world.sandbox.leapp(&words).run().assert_ok();
    assert_eq!(waiting.wait(), Ended::Code(0));
    question.ctrl_c();
    assert_eq!(question.wait(), Ended::Signal(2));
}

#[test]
fn who_cannot_wait_for_a_person_stops_in_time_and_names_who_asks() {
    let world = World::new(Sandbox::new());
    let question = forgotten(&world);
    let pid = question.pid().to_string();
    for words in [
        vec!["leapp", "credential-process", "r2"],
        vec!["leapp", "use", "r2", "--unattended", "--shell", "bash"],
        vec!["leapp-exec", "r2", "--", "true"],
    ] {
        let began = Instant::now();
        let output = world.sandbox.command(words[0]).args(&words[1..]).run();
        let took = began.elapsed();
        assert_ne!(output.code, Some(0), "{words:?}");
        let expected = format!("(pid {pid}, asking for an MFA code for u1, to use `r2`)");
        assert!(
            output.stderr.contains(&expected),
            "{words:?}: {}",
            output.stderr
        );
        let hint = format!("answer it where it asks, or end it with `kill {pid}`");
        assert!(
            output.stderr.contains(&hint),
            "{words:?}: {}",
            output.stderr
        );
        assert!(took < UNATTENDED, "{words:?} took {took:?}");
    }
    assert_eq!(world.calls(), (0, 0));
}

/// A world in which the first call to assume a role is not answered, and the process stopped that makes it.
fn stopped_in_its_call(world: &World) -> Running<'_> {
    let words = ["login", "u1", "--mfa-code", &world.code()];
    world.sandbox.leapp(&words).run().assert_ok();
    let hold = When::action("AssumeRole").first(1);
    world.faults.on(hold, Fault::Hold);
    let stopped = world.sandbox.leapp_exec(&["r1", "--", "true"]).start();
    world.faults.wait_for_requests(2);
    stopped.signal("STOP");
    stopped
}

#[test]
fn those_behind_a_stopped_process_agree_on_another_one() {
    let world = World::new(Sandbox::new());
    let stopped = stopped_in_its_call(&world);
    let began = Instant::now();
    let start = || world.sandbox.leapp_exec(&["r1", "--", "true"]).start();
    let others: Vec<Running<'_>> = (0..10).map(|_| start()).collect();
    let pid = stopped.pid();
    for other in others {
        other.wait().assert_ok();
    }
    assert!(
        began.elapsed() < Duration::from_secs(8),
        "{:?}",
        began.elapsed()
    );
    // That of the stopped one, and one for the ten.
    assert_eq!(world.faults.count("AssumeRole"), 2);
    world.faults.release();
    send_signal("CONT", &pid.to_string());
    stopped.wait().assert_ok();
}

#[test]
fn a_question_of_a_stopped_process_is_put_on_the_next_terminal() {
    let world = World::new(Sandbox::new());
    let question = forgotten(&world);
    let pid = question.pid().to_string();
    send_signal("STOP", &pid);
    let run = world.sandbox.leapp_exec(&["r1", "--", "echo", "done"]);
    let mut next = run.on_terminal();
    next.expect(&format!("another leapp (pid {pid}, stopped, asking for"));
    next.expect("MFA code for u1: ");
    next.send_line(&world.code());
    assert_eq!(next.wait(), Ended::Code(0));
    send_signal("KILL", &pid);
}

#[test]
fn a_change_behind_a_stopped_process_is_refused_at_once_and_names_it() {
    let world = World::new(Sandbox::new());
    let lock = world.sandbox.path("home/.local/share/leapp/sessions.lock");
    let script = format!(
        "exec 9>>{}; flock 9; echo \"pid $$, changing sessions\" >&9; echo locked; kill -STOP $$",
        lock.display()
    );
    std::fs::write(&lock, "").expect("a lock");
    let holder = world.sandbox.sh(&script).start();
    holder.wait_for_stdout("locked");
    wait_for("the stop", || {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", holder.pid()));
        stat.ok()?.contains(") T ").then_some(())
    });
    let began = Instant::now();
    let words = ["set", "r1", "description=new"];
    let output = world.sandbox.leapp(&words).run().assert_code(1);
    let expected = format!("by pid {}, stopped, changing sessions", holder.pid());
    assert!(output.stderr.contains(&expected), "{}", output.stderr);
    assert!(
        output.stderr.contains("continue it with `fg`"),
        "{}",
        output.stderr
    );
    assert!(began.elapsed() < UNATTENDED, "{:?}", began.elapsed());
    send_signal("KILL", &holder.pid().to_string());
}

#[test]
fn a_process_that_is_killed_in_a_call_that_hangs_costs_the_others_one_call_more() {
    let world = World::new(Sandbox::new());
    let words = ["login", "u1", "--mfa-code", &world.code()];
    world.sandbox.leapp(&words).run().assert_ok();
    world.faults.on(When::action("AssumeRole"), Fault::Hold);
    let killed = world.sandbox.leapp_exec(&["r1", "--", "true"]).start();
    world.faults.wait_for_requests(2);
    let start = || world.sandbox.leapp_exec(&["r1", "--", "true"]).start();
    let others: Vec<Running<'_>> = (0..8).map(|_| start()).collect();
    for other in &others {
        other.wait_for_stderr("waiting for another leapp");
    }
    killed.signal("KILL");
    killed.wait().assert_signal(9);
    let began = Instant::now();
    for other in others {
        other.wait().assert_code(125);
    }
    assert!(
        began.elapsed() < Duration::from_secs(18),
        "{:?}",
        began.elapsed()
    );
    // That of the killed one, and a call of one of the others, which may take two attempts.
    assert!((2..=3).contains(&world.faults.count("AssumeRole")));
}

#[test]
fn a_vault_that_another_terminal_is_asked_to_open_holds_up_nobody_with_a_passphrase() {
    let sandbox = Sandbox::new().env_remove("LEAPP_IDENTITY_FILE");
    let sandbox = sandbox.endpoint(&Aws::shared().url());
    sandbox.write("passphrase", "of the vault\n");
    private(&sandbox.path("passphrase"), 0o600);
    let with = |run: Run<'_>| {
        let run = run.env("LEAPP_PASSPHRASE_FILE", sandbox.path("passphrase"));
        run.run()
    };
    let user = Chain::new(Aws::shared(), 1).user;
    let add = [
        "add",
        "user",
        "u1",
        "--region",
        "eu-west-1",
        "--secret-access-key",
        "-",
    ];
    let add = sandbox
        .leapp(&add)
        .args(&["--access-key-id", &user.access_key_id]);
    let secret = format!("{}\n", user.secret_access_key);
    with(add.stdin(secret)).assert_ok();
    sandbox.leapp(&["lock"]).run().assert_ok();
    let mut question = sandbox.leapp_exec(&["u1", "--", "true"]).on_terminal();
    question.expect("Passphrase of the vault: ");
    let began = Instant::now();
    let run = sandbox.leapp(&["credential-process", "u1"]);
    let output = run.may_print_secrets().run();
    assert_eq!(output.code, Some(3), "{}", output.stderr);
    assert!(
        output.stderr.contains("unlocking the vault"),
        "{}",
        output.stderr
    );
    assert!(began.elapsed() < UNATTENDED, "{:?}", began.elapsed());
    let run = sandbox.leapp_exec(&["u1", "--", "true"]);
    with(run).assert_ok();
    question.ctrl_c();
    assert_eq!(question.wait(), Ended::Signal(2));
}
