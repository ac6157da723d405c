//! `leapp prompt` over a bare `true`.

use crate::figure::{at_most, bare_true, quiet, row};
use crate::support::hooked::now;
use crate::support::sandbox::Sandbox;

pub(crate) fn rows() {
    let sandbox = Sandbox::new()
        .env("LEAPP_SESSION", "prod")
        .env("LEAPP_SESSION_EXPIRATION", (now() + 600).to_string());
    let mut ours = quiet(&sandbox, "leapp", &["prompt"]);
    row(
        "leapp prompt (true)",
        at_most(3),
        100,
        &mut bare_true(),
        &mut ours,
    );
}
