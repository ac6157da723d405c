//! Looking at many sessions, over a bare `true`: what a person waits for between Enter and the answer.

use crate::complete::many;
use crate::figure::{at_most, bare_true, quiet, row};

/// Each verb as it is typed.
const VERBS: [&[&str]; 4] = [
    &["list"],
    &["list", "--json"],
    &["show", "role99"],
    &["status"],
];

pub(crate) fn rows() {
    for (sessions, milliseconds) in [(1_000, 10), (10_000, 100)] {
        let sandbox = many(sessions);
        for verb in VERBS {
            let mut ours = quiet(&sandbox, "leapp", verb);
            let what = format!("leapp {}, {sessions} sessions (true)", verb.join(" "));
            let limit = at_most(milliseconds);
            row(&what, limit, 30, &mut bare_true(), &mut ours);
        }
    }
}
