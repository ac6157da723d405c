//! `leapp explain` over `leapp list`, which reads the same sessions: with few of them and with many.

use crate::figure::{at_most, quiet, row};
use crate::support::sandbox::Sandbox;
use crate::warm::warm;

pub(crate) fn rows() {
    for sessions in [3, 1_000, 10_000] {
        let sandbox = warm(Sandbox::new(), sessions);
        let mut list = quiet(&sandbox, "leapp", &["list"]);
        let mut ours = quiet(&sandbox, "leapp", &["explain", "r2"]);
        let what = format!("explain, {sessions} sessions (list)");
        row(&what, at_most(10), 60, &mut list, &mut ours);
    }
}
