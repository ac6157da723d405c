//! A chain from nothing: one call a hop, one connection, and little of our own; also where many processes
//! start at once.

use std::process::Child;
use std::time::Duration;

use crate::figure::{count, quiet, usage};
use crate::support::aws::Aws;
use crate::support::faults::Faults;
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;

/// What a chain may cost of our own CPU, whatever the network costs.
const CPU: Duration = Duration::from_millis(15);
const TURNS: usize = 15;
const PROCESSES: usize = 50;

pub(crate) fn rows() {
    for roles in 1..=3 {
        let faults = Faults::before(&Aws::shared().address());
        let sandbox = Sandbox::new().endpoint(&faults.url());
        Chain::new(Aws::shared(), roles).define(&sandbox);
        let target = format!("r{roles}");
        let ours = quiet(&sandbox, "leapp-exec", &[&target, "--", "true"]);
        let mut cpu = Vec::with_capacity(TURNS);
        for _ in 0..TURNS {
            sandbox.leapp(&["logout"]).run().assert_ok();
            cpu.push(usage(&ours).cpu);
        }
        cpu.sort();
        let cpu = cpu[TURNS / 2];
        count(
            &format!("cold chain of {roles} roles: own CPU"),
            &format!("{:.1} ms", cpu.as_secs_f64() * 1000.0),
            "15 ms",
            cpu <= CPU,
        );
        let calls = faults.count("AssumeRole");
        count(
            "  calls to STS, of as many runs",
            &format!("{calls}/{TURNS}"),
            &format!("{}/{TURNS}", roles * TURNS),
            calls == roles * TURNS,
        );
        let connections = faults.connections();
        count(
            "  connections",
            &format!("{connections}/{TURNS}"),
            &format!("{TURNS}/{TURNS}"),
            connections == TURNS,
        );
    }
    at_once();
}

/// Processes that all need a chain of a user with MFA and two roles, of which nothing is cached.
fn at_once() {
    let aws = Aws::shared();
    let faults = Faults::before(&aws.address());
    let sandbox = Sandbox::new().endpoint(&faults.url());
    let chain = Chain::with_mfa(aws, 2);
    chain.define(&sandbox);
    let code = aws.totp(&chain.user.mfa.expect("a device").seed);
    let asked = sandbox.path("asked");
    let answer = format!(
        "mfa_process=sh -c 'echo asked >> {}; echo {code}'",
        asked.display()
    );
    sandbox.leapp(&["set", "u1", &answer]).run().assert_ok();
    let start = |_| {
        let mut ours = quiet(&sandbox, "leapp-exec", &["r2", "--", "true"]);
        ours.spawn().expect("the command to start")
    };
    let started: Vec<Child> = (0..PROCESSES).map(start).collect();
    for mut ours in started {
        assert!(ours.wait().expect("its end").success(), "one has failed");
    }
    let hops = ["GetSessionToken", "AssumeRole"].map(|action| faults.count(action));
    count(
        &format!("{PROCESSES} at once, 3 hops with MFA: calls to STS"),
        &hops.iter().sum::<usize>().to_string(),
        "3",
        hops == [1, 2],
    );
    let questions = sandbox.read("asked").lines().count();
    count("  questions", &questions.to_string(), "1", questions == 1);
}
