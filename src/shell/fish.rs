//! What fish needs beyond other words for the same.
//!
//! fish has universal variables, which are those of all its shells, now and later. An exported one
//! can be hidden only behind a value, and an empty `AWS_PROFILE` stops the AWS CLI; to erase it here
//! would change other shells, where somebody may rely on it. So a session that a universal variable
//! would rival does not begin: its user is told, and decides.

use super::Shell;
use super::words::{changed, gone, set, unset};
use crate::model::Environment;
use crate::model::environment::{CLOSED, NO_CREDENTIALS};

/// The statements that make a fish's environment this one.
pub(super) fn statements(environment: &Environment) -> String {
    let gone = gone(environment);
    let changed: Vec<(&str, &str)> = changed(environment).collect();
    let is_session = changed.iter().any(|(name, _)| *name == "LEAPP_SESSION");
    let mut script = String::new();
    if !gone.is_empty() {
        script += &unset(Shell::Fish, &gone);
    }
    for (name, value) in &changed {
        script += &set(Shell::Fish, name, value);
    }
    script += &if is_session {
        let names: Vec<&str> = changed.iter().map(|(name, _)| *name).collect();
        unless_universal(&gone, &names)
    } else {
        // `set` passes on the status of what ran before it, and erasing what is not there fails.
        "true;\n".to_owned()
    };
    script
}

/// Takes back what was set, and fails, where a variable that was to go is there still.
fn unless_universal(gone: &[&str], changed: &[&str]) -> String {
    format!(
        "for __leapp_rival in {}; set -qUx $__leapp_rival; or continue;\n\
         echo 'leapp: error: `'$__leapp_rival'` is a universal variable, and would rival the \
         session; erase it with `set -eU '$__leapp_rival'`' >&2;\n\
         {}{}set -g __leapp_refused;\n\
         end;\nset -e __leapp_rival;\nnot set -e __leapp_refused;\n",
        gone.join(" "),
        unset(Shell::Fish, changed),
        CLOSED
            .map(|name| set(Shell::Fish, name, NO_CREDENTIALS))
            .concat(),
    )
}
