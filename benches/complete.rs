//! Completing an alias among many, over a bare `true`.

use std::fmt::Write;

use crate::figure::{at_most, bare_true, quiet, row};
use crate::support::sandbox::Sandbox;

pub(crate) fn rows() {
    for (sessions, milliseconds) in [(1_000, 10), (10_000, 100)] {
        let sandbox = many(sessions);
        let mut ours = quiet(
            &sandbox,
            "leapp",
            &["complete", "--", "leapp", "use", "role99"],
        );
        let what = format!("complete an alias among {sessions} (true)");
        row(
            &what,
            at_most(milliseconds),
            30,
            &mut bare_true(),
            &mut ours,
        );
    }
}

/// A user, and roles on it up to so many sessions.
pub(crate) fn many(sessions: usize) -> Sandbox {
    let sandbox = Sandbox::new();
    let mut text = "version = 1\n[defaults]\nregion = \"eu-west-1\"\n\
                    [sessions.corp]\ntype = \"iam-user\"\naccess_key_id = \"AKIAIOSFODNN7EXAMPLE\"\n"
        .to_owned();
    for number in 1..sessions {
        let _ = write!(
            text,
            "[sessions.role{number}]\ntype = \"iam-role-chained\"\nassumer_session = \"corp\"\n\
             role_arn = \"arn:aws:iam::111122223333:role/R{number}\"\ndescription = \"number {number}\"\n"
        );
    }
    sandbox.write("home/.config/leapp/sessions.toml", &text);
    sandbox
}
