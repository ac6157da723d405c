//! An environment as statements of a shell.

use super::Shell;
use super::quote::quote;
use crate::model::Environment;
use crate::model::environment::Change;

/// The statements that make a shell's environment this one. Each ends in `;`, the order is that of
/// the environment with everything that goes away first, and the last one succeeds.
pub fn statements(shell: Shell, environment: &Environment) -> String {
    let changes = environment.changes();
    let gone: Vec<&str> = changes
        .iter()
        .filter(|c| matches!(c, Change::Unset(_)))
        .map(Change::name)
        .collect();
    let mut script = if gone.is_empty() {
        String::new()
    } else {
        unset(shell, &gone)
    };
    script.extend(changes.iter().filter_map(|change| match change {
        Change::Unset(_) => None,
        Change::Set(name, value) => Some(set(shell, name, &quote(shell, value.expose()))),
    }));
    if shell == Shell::Fish {
        // `set` passes on the status of what ran before it, and erasing what is not there fails.
        script.push_str("true;\n");
    }
    script
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

fn set(shell: Shell, name: &str, quoted: &str) -> String {
    match shell {
        Shell::Bash | Shell::Zsh | Shell::Sh => format!("export {name}={quoted};\n"),
        Shell::Fish => format!("set -gx {name} {quoted};\n"),
        Shell::Nu => format!("$env.{name} = {quoted};\n"),
        Shell::Pwsh => format!("$Env:{name} = {quoted};\n"),
    }
}

fn unset(shell: Shell, names: &[&str]) -> String {
    let names = names.join(match shell {
        Shell::Bash | Shell::Zsh | Shell::Sh | Shell::Fish | Shell::Nu => " ",
        Shell::Pwsh => ",Env:",
    });
    match shell {
        Shell::Bash | Shell::Zsh | Shell::Sh => format!("unset {names};\n"),
        // A universal variable belongs to the user for good: it is hidden in this shell, not erased.
        Shell::Fish => {
            format!(
                "for name in {names}; set -eg $name; set -qU $name; and set -gu $name; end;\nset -e name;\n"
            )
        }
        Shell::Nu => format!("hide-env --ignore-errors {names};\n"),
        Shell::Pwsh => format!("Remove-Item -ErrorAction Ignore -Path Env:{names};\n"),
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
