//! Many processes that wait for one which fails: all learn of it at once, and AWS is not asked again.

use std::time::{Duration, Instant};

use crate::flight::World;
use crate::support::faults::{Fault, When};
use crate::support::output::Output;
use crate::support::run::Running;
use crate::support::sandbox::Sandbox;
use crate::support::{variable, wait_for};

/// All attempts at one call, as `src/ARCHITECTURE.md` states it.
const CALL: Duration = Duration::from_secs(10);

/// What fifty processes need on a busy machine to begin and to end.
const BUSY: Duration = Duration::from_secs(12);

/// How many processes wait. With `tests/run.sh --all`, the fifty of each fault.
fn many() -> usize {
    if variable("LEAPP_TEST_ALL").is_empty() {
        20
    } else {
        50
    }
}

/// What was said, without the lines about waiting, which depend on who was first.
fn said(output: &Output) -> String {
    let lines = output.comparable(&output.stderr);
    let lines = lines.lines();
    let kept: Vec<String> = lines
        .filter(|line| !line.contains(": waiting for "))
        .map(without_account)
        .collect();
    kept.join("\n")
}

/// Each world has accounts of its own, and time goes by.
fn without_account(line: &str) -> String {
    let (line, left) = line.split_once("cache (").unwrap_or((line, ""));
    let line = line.replace(|c: char| c.is_ascii_digit(), "9");
    line + if left.is_empty() { "" } else { "cache" }
}

/// A world whose `mfa_process` waits until [`go`].
fn asking_a_program(code: Option<&str>) -> World {
    let world = World::new(Sandbox::new());
    let code = code.map_or_else(|| world.code(), str::to_owned);
    let go = world.sandbox.path("go").display().to_string();
    let asked = world.sandbox.path("asked").display().to_string();
    let script = world.sandbox.write(
        "code.sh",
        &format!("echo asked >>{asked}\nuntil [ -e {go} ]; do sleep 0.05; done\necho {code}\n"),
    );
    let line = format!("mfa_process = \"sh {}\"\nmfa_device", script.display());
    let file = "home/.config/leapp/sessions.toml";
    let text = world.sandbox.read(file).replace("mfa_device", &line);
    world.sandbox.write(file, &text);
    world
}

fn go(world: &World) {
    world.sandbox.write("go", "");
}

/// Starts so many, and waits until all but the one that asks say that they wait.
fn waiting(world: &World, processes: usize) -> Vec<Running<'_>> {
    let start = || world.sandbox.leapp_exec(&["r2", "--", "true"]).start();
    let running: Vec<Running<'_>> = (0..processes).map(|_| start()).collect();
    let waits = |one: &&Running<'_>| one.stderr().contains("waiting for another leapp (pid ");
    wait_for("all but one to wait", || {
        (running.iter().filter(waits).count() == processes - 1).then_some(())
    });
    running
}

/// One process meets the fault, then so many at once in another world; all must say the same, in the time
/// and with the calls of one.
fn share(fault: Option<&Fault>, code: Option<&str>, processes: usize) {
    let world = || {
        let world = asking_a_program(code);
        if let Some(fault) = fault {
            world.faults.on(When::always(), fault.clone());
        }
        world
    };
    let alone = world();
    go(&alone);
    let one = alone.sandbox.leapp_exec(&["r2", "--", "true"]).run();
    let expected = said(&one.clone().assert_code(125));
    // The first attempt at a call that hangs takes eight seconds of nine, so there may be a second one.
    let calls = match fault {
        Some(Fault::Hold) => (2, 0),
        _ => alone.calls(),
    };

    let world = world();
    let running = waiting(&world, processes);
    let began = Instant::now();
    go(&world);
    for process in running {
        let output = process.wait().assert_code(125);
        assert_eq!(said(&output), expected, "{}", output.transcript());
    }
    let took = began.elapsed();
    assert!(took < CALL + BUSY, "{processes} took {took:?}");
    assert!(
        world.calls() <= calls,
        "{:?}, one made {calls:?}",
        world.calls()
    );
    assert_eq!(world.sandbox.read("asked"), "asked\n");

    // A failure is for those who waited: a later run asks by itself.
    world.faults.clear();
    let later = world.sandbox.leapp_exec(&["r2", "--", "true"]);
    if code.is_none() {
        later.run().assert_ok();
    } else {
        later.run().assert_code(125);
        assert_eq!(world.calls().0, 2 * calls.0);
    }
}

#[test]
fn fifty_that_wait_for_an_sts_that_hangs_end_with_the_first() {
    share(Some(&Fault::Hold), None, 50);
}

#[test]
fn a_wrong_code_of_a_program_is_shown_to_aws_once() {
    share(None, Some("000000"), 50);
}

#[test]
fn those_that_wait_for_an_sts_out_of_order_ask_it_no_more() {
    share(Some(&Fault::Status(503)), None, many());
}

#[test]
fn those_that_wait_for_a_throttled_call_add_none() {
    share(Some(&Fault::Throttle(None)), None, many());
}

#[test]
fn those_that_wait_for_a_denied_call_are_denied_with_it() {
    let text =
        "User: arn:aws:iam::111122223333:user/u1 is not authorized to perform: sts:GetSessionToken";
    share(Some(&Fault::Deny(text)), None, many());
}

/// A role of a user whose MFA session is there: only calls, no question.
fn logged_in() -> World {
    let world = World::new(Sandbox::new());
    let words = ["login", "u1", "--mfa-code", &world.code()];
    world.sandbox.leapp(&words).run().assert_ok();
    world
}

#[test]
fn eight_that_want_a_role_of_an_sts_that_hangs_end_with_the_first() {
    let world = logged_in();
    world.faults.on(When::action("AssumeRole"), Fault::Hold);
    let began = Instant::now();
    let running = waiting(&world, 8);
    let mut texts: Vec<String> = running
        .into_iter()
        .map(|process| said(&process.wait().assert_code(125)))
        .collect();
    let took = began.elapsed();
    assert!(took < CALL + BUSY, "{took:?}");
    texts.dedup();
    assert_eq!(texts.len(), 1, "{texts:#?}");
    assert!(texts[0].contains("no answer in time"), "{}", texts[0]);
    // Eight seconds of nine are the first attempt's, so there may be a second one.
    assert!((1..=2).contains(&world.faults.count("AssumeRole")));
}

#[test]
fn a_refusal_of_a_later_hop_reaches_those_that_still_wait_for_an_earlier_one() {
    let world = asking_a_program(None);
    let text =
        "User: arn:aws:iam::111122223333:user/u1 is not authorized to perform: sts:AssumeRole";
    world
        .faults
        .on(When::action("AssumeRole"), Fault::Deny(text));
    let running = waiting(&world, 20);
    go(&world);
    for process in running {
        let output = process.wait().assert_code(125);
        assert!(
            output.stderr.contains("AWS denied hop 2 of 3"),
            "{}",
            output.stderr
        );
    }
    assert_eq!(world.calls(), (1, 1));
}

#[test]
fn one_code_that_was_given_to_many_runs_is_shown_to_aws_once() {
    let world = World::new(Sandbox::new());
    world
        .faults
        .on(When::action("GetSessionToken").first(1), Fault::Hold);
    let run = |code: &str| {
        let run = world.sandbox.leapp_exec(&["r1", "--", "echo", "done"]);
        run.env("LEAPP_MFA_CODE", code).start()
    };
    let mut wrong: Vec<Running<'_>> = (0..10).map(|_| run("000000")).collect();
    let right = run(&world.code());
    let waits = |one: &Running<'_>| one.stderr().contains("waiting for another leapp");
    wait_for("all but one to wait", || {
        let all = wrong.iter().chain([&right]);
        (all.filter(|one| waits(one)).count() == 10).then_some(())
    });
    // Whoever was first, it is another's code that the others have.
    world.faults.release();
    right.wait().assert_ok();
    let codes: Vec<Option<i32>> = wrong.drain(..).map(|one| one.wait().code).collect();
    assert!(
        codes.iter().all(|code| matches!(code, Some(0 | 125))),
        "{codes:?}"
    );
    assert!(world.calls().0 <= 2, "{:?}", world.calls());
}

#[test]
fn a_failure_by_another_way_to_aws_is_none_for_this_one() {
    let world = asking_a_program(None);
    world.faults.on(When::always().first(3), Fault::Status(503));
    let by = |no_proxy: &str| {
        let run = world.sandbox.leapp_exec(&["r1", "--", "true"]);
        run.env("NO_PROXY", no_proxy).start()
    };
    let first = by("a.test");
    wait_for("the question", || {
        world.sandbox.path("asked").exists().then_some(())
    });
    let other = by("b.test");
    other.wait_for_stderr("waiting for another leapp");
    go(&world);
    first.wait().assert_code(125);
    other.wait().assert_ok();
}

#[test]
fn what_stands_in_the_place_of_a_failure_is_none() {
    let world = logged_in();
    world
        .faults
        .on(When::action("AssumeRole").first(1), Fault::Hold);
    let running = waiting(&world, 2);
    let locks = "home/.cache/leapp/locks";
    let names = std::fs::read_dir(world.sandbox.path(locks)).expect("locks");
    let names = names.flatten().map(|file| file.file_name());
    for name in names.filter_map(|name| name.into_string().ok()) {
        let file = format!("{locks}/{name}.failed");
        world
            .sandbox
            .write(&file, "{\"way\":\"\",\"concerns\":\"Every");
    }
    world.faults.release();
    for process in running {
        process.wait().assert_ok();
    }
}
