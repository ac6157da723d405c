//! How each shell says that a variable is to be there, or gone.

use super::Shell;
use super::quote::quote;
use crate::model::Environment;
use crate::model::environment::Change;

/// The names of what is to be absent.
pub fn gone(environment: &Environment) -> Vec<&'static str> {
    let changes = environment.changes().iter();
    let gone = changes.filter(|change| matches!(change, Change::Unset(_)));
    gone.map(Change::name).collect()
}

/// What is to be there.
pub fn changed(environment: &Environment) -> impl Iterator<Item = (&'static str, &str)> {
    let changes = environment.changes().iter();
    changes.filter_map(|change| match change {
        Change::Unset(_) => None,
        Change::Set(name, value) => Some((*name, value.expose())),
    })
}

/// Exports a variable.
pub(super) fn set(shell: Shell, name: &str, value: &str) -> String {
    let quoted = quote(shell, value);
    match shell {
        Shell::Bash | Shell::Zsh | Shell::Sh => format!("export {name}={quoted};\n"),
        Shell::Fish => format!("set -gx {name} {quoted};\n"),
        Shell::Tcsh => format!("setenv {name} {quoted};\n"),
        Shell::Elvish => format!("set-env {name} {quoted};\n"),
        Shell::Xonsh => format!("__xonsh__.env['{name}'] = {quoted};\n"),
        Shell::Nu => format!("\"{name}\":{quoted}"),
        Shell::Pwsh => format!("$Env:{name} = {quoted};\n"),
    }
}

/// Removes variables, whether they are there or not.
pub(super) fn unset(shell: Shell, names: &[&str]) -> String {
    let all = names.join(" ");
    match shell {
        Shell::Bash | Shell::Zsh | Shell::Sh => format!("unset {all};\n"),
        // One by one: before 3.3 `set -e` took one name only.
        Shell::Fish => {
            format!(
                "for __leapp_name in {all}; set -eg $__leapp_name; end;\nset -e __leapp_name;\n"
            )
        }
        Shell::Tcsh => format!("unsetenv {};\n", names.join("; unsetenv ")),
        Shell::Elvish => format!("unset-env {};\n", names.join("; unset-env ")),
        // An expression that is `None`: an interactive Python would show any other.
        Shell::Xonsh => {
            format!("[__xonsh__.env.pop(name, None) for name in '{all}'.split()] and None;\n")
        }
        Shell::Nu => format!("\"{}\"", names.join("\",\"")),
        Shell::Pwsh => {
            let all = names.join(",Env:");
            format!("Remove-Item -ErrorAction Ignore -Path Env:{all};\n")
        }
    }
}
