//! What Nushell is told. It evaluates no text, but it reads JSON, and gives a record to `load-env`.

use super::Shell;
use super::words::{changed, gone, set, unset};
use crate::model::Environment;

/// The environment as a record on one line. The last line is the one that counts, so that what was printed before
/// it stands where we were killed.
pub(super) fn record(environment: &Environment, failed: bool) -> String {
    let gone = gone(environment);
    let unset = if gone.is_empty() {
        String::new()
    } else {
        unset(Shell::Nu, &gone)
    };
    let set: Vec<String> = changed(environment)
        .map(|(name, value)| set(Shell::Nu, name, value))
        .collect();
    format!(
        "{{\"version\":1,\"unset\":[{unset}],\"set\":{{{}}},\"failed\":{failed}}}\n",
        set.join(",")
    )
}
