//! An environment as statements of a shell.

use super::quote::quote;
use super::{Shell, fish};
use crate::model::Environment;
use crate::model::environment::Change;

/// The statements that make a shell's environment this one. Each ends in `;`, the order is that of
/// the environment with everything that goes away first, and the last one succeeds.
pub fn statements(shell: Shell, environment: &Environment) -> String {
    match shell {
        Shell::Fish => fish::statements(environment),
        Shell::Bash | Shell::Zsh | Shell::Sh | Shell::Nu | Shell::Pwsh => {
            let gone = gone(environment);
            let unset = (!gone.is_empty()).then(|| unset(shell, &gone));
            let set = changed(environment).map(|(name, value)| set(shell, name, value));
            unset.into_iter().chain(set).collect()
        }
    }
}

/// The names of what is to be absent.
pub(super) fn gone(environment: &Environment) -> Vec<&'static str> {
    let changes = environment.changes().iter();
    let gone = changes.filter(|change| matches!(change, Change::Unset(_)));
    gone.map(Change::name).collect()
}

/// What is to be there.
pub(super) fn changed(environment: &Environment) -> impl Iterator<Item = (&'static str, &str)> {
    let changes = environment.changes().iter();
    changes.filter_map(|change| match change {
        Change::Unset(_) => None,
        Change::Set(name, value) => Some((*name, value.expose())),
    })
}

/// Statements to begin with: what stands here alone, because nothing came behind it, is the same as
/// [`failing`]; what comes behind it undoes it. `None` for shells that have no way to say that.
///
/// A command that is killed prints nothing more, and a shell takes that for a success. The last
/// statement fails without ending a shell that ends at failures: what is negated never does.
pub fn failing_so_far(shell: Shell, environment: &Environment) -> Option<String> {
    let end = match shell {
        Shell::Bash | Shell::Zsh | Shell::Sh => "! true;",
        Shell::Fish => "not true;",
        Shell::Nu | Shell::Pwsh => return None,
    };
    Some(format!("{}{end}\n", statements(shell, environment)))
}

/// The same, ending in a statement that fails, so that what comes behind `&&` does not run.
pub fn failing(shell: Shell, environment: &Environment) -> String {
    let script = statements(shell, environment);
    let end = match shell {
        Shell::Bash | Shell::Zsh | Shell::Sh | Shell::Fish => "false;",
        Shell::Nu => "error make { msg: 'leapp: no credentials' };",
        Shell::Pwsh => "throw 'leapp: no credentials';",
    };
    format!("{script}{end}\n")
}

pub(super) fn set(shell: Shell, name: &str, value: &str) -> String {
    let quoted = quote(shell, value);
    match shell {
        Shell::Bash | Shell::Zsh | Shell::Sh => format!("export {name}={quoted};\n"),
        Shell::Fish => format!("set -gx {name} {quoted};\n"),
        Shell::Nu => format!("$env.{name} = {quoted};\n"),
        Shell::Pwsh => format!("$Env:{name} = {quoted};\n"),
    }
}

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
        Shell::Nu => format!("hide-env --ignore-errors {all};\n"),
        Shell::Pwsh => {
            let all = names.join(",Env:");
            format!("Remove-Item -ErrorAction Ignore -Path Env:{all};\n")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::environment::InheritedEndpoint;

    #[test]
    fn a_refusal_clears_names_and_fails_in_every_shell() {
        let refusing = Environment::refusing(InheritedEndpoint::TheirsOrNone);
        for (shell, last) in [
            (
                Shell::Sh,
                "export AWS_PROFILE='leapp-no-credentials';\nfalse;\n",
            ),
            (
                Shell::Fish,
                "set -gx AWS_PROFILE 'leapp-no-credentials';\ntrue;\nfalse;\n",
            ),
            (
                Shell::Nu,
                "$env.AWS_PROFILE = r#'leapp-no-credentials'#;\nerror make { msg: 'leapp: no credentials' };\n",
            ),
            (
                Shell::Pwsh,
                "$Env:AWS_PROFILE = 'leapp-no-credentials';\nthrow 'leapp: no credentials';\n",
            ),
        ] {
            let script = failing(shell, &refusing);
            assert!(script.ends_with(last), "{script}");
            let first = script.lines().next().unwrap();
            assert!(
                first.contains("AWS_SESSION_TOKEN") && first.contains("AWSUME_PROFILE"),
                "{first}"
            );
        }
    }
}
