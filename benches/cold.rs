//! A chain from nothing: one call a hop, one connection, and little of our own.

use std::time::Duration;

use crate::figure::{count, quiet, usage};
use crate::support::aws::Aws;
use crate::support::faults::Faults;
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;

/// What a chain may cost of our own CPU, whatever the network costs.
const CPU: Duration = Duration::from_millis(15);
const TURNS: usize = 15;

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
}
