//! A warm `leapp-exec a -- true` over a bare `true`: with few sessions and with many, with the kernel's
//! lease and without, with the file vault and with the OS keyring.

use std::fmt::Write;

use crate::figure::{Limit, at_most, bare_true, count, quiet, row, usage};
use crate::support::VENV_BIN;
use crate::support::aws::Aws;
use crate::support::sandbox::Sandbox;
use crate::support::secret_service::SecretService;
use crate::support::world::Chain;

const RUN: [&str; 3] = ["r2", "--", "true"];
const WITHOUT_KEYCTL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/without_keyctl.py");

pub(crate) fn rows() {
    for (sessions, milliseconds, mebibytes) in
        [(3, 3, 15.0), (1_000, 10, 15.0), (10_000, 100, 64.0)]
    {
        let sandbox = warm(Sandbox::new(), sessions);
        let mut ours = quiet(&sandbox, "leapp-exec", &RUN);
        let what = format!("warm exec, {sessions} sessions (true)");
        row(
            &what,
            at_most(milliseconds),
            60,
            &mut bare_true(),
            &mut ours,
        );
        let peak = usage(&ours).peak_mib;
        count(
            "  peak memory",
            &format!("{peak:.1} MiB"),
            &format!("{mebibytes:.0} MiB"),
            peak <= mebibytes,
        );
    }
    without_lease(&warm(Sandbox::new(), 3), "file vault");
    let mut sandbox = Sandbox::new();
    if let Some(_keyring) = SecretService::unlocked(&mut sandbox) {
        let sandbox = warm(sandbox, 3);
        let mut ours = quiet(&sandbox, "leapp-exec", &RUN);
        row(
            "warm exec, OS keyring (true)",
            at_most(3),
            60,
            &mut bare_true(),
            &mut ours,
        );
        without_lease(&sandbox, "OS keyring");
    }
}

/// Credentials of a chain of two roles in the cache, and other sessions around them.
pub(crate) fn warm(sandbox: Sandbox, sessions: usize) -> Sandbox {
    let sandbox = sandbox.endpoint(&Aws::shared().url());
    Chain::new(Aws::shared(), 2).define(&sandbox);
    let name = "home/.config/leapp/sessions.toml";
    let mut text = sandbox.read(name);
    for number in 3..sessions {
        let _ = write!(
            text,
            "\n[sessions.other{number}]\ntype = \"iam-role-chained\"\nassumer_session = \"u1\"\n\
             role_arn = \"arn:aws:iam::111122223333:role/Other{number}\"\n"
        );
    }
    sandbox.write(name, &text);
    sandbox.leapp_exec(&RUN).run().assert_ok();
    sandbox
}

/// Where the kernel leases nothing, as in most containers, the store is opened every time. The filter
/// that refuses is Python's, for both.
fn without_lease(sandbox: &Sandbox, store: &str) {
    let python = format!("{VENV_BIN}/python");
    let mut partner = quiet(sandbox, &python, &[WITHOUT_KEYCTL, "true"]);
    let mut ours = quiet(
        sandbox,
        &python,
        &[WITHOUT_KEYCTL, "leapp-exec", "r2", "--", "true"],
    );
    let what = format!("warm exec, {store}, no lease (true)");
    row(&what, Limit::None, 30, &mut partner, &mut ours);
}
