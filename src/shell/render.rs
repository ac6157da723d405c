//! An environment as statements of a shell.

use super::words::{changed, gone, set, unset};
use super::{Shell, fish, nu};
use crate::model::Environment;

/// The statements that make a shell's environment this one. Each ends in `;`, the order is that of
/// the environment with everything that goes away first, and the last one succeeds.
pub fn statements(shell: Shell, environment: &Environment) -> String {
    match shell {
        Shell::Fish => fish::statements(environment),
        Shell::Nu => nu::record(environment, false),
        Shell::Bash
        | Shell::Zsh
        | Shell::Sh
        | Shell::Tcsh
        | Shell::Elvish
        | Shell::Xonsh
        | Shell::Pwsh => {
            let gone = gone(environment);
            let unset = (!gone.is_empty()).then(|| unset(shell, &gone));
            let set = changed(environment).map(|(name, value)| set(shell, name, value));
            unset.into_iter().chain(set).collect()
        }
    }
}

/// What the output of `leapp env` begins with. Without `eval`, a shell takes the first word for a command that
/// does not exist, and its message shows that word alone; bash would otherwise run `unset` with all the words,
/// successfully and in silence.
pub fn guard(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash | Shell::Zsh | Shell::Sh => {
            "leapp_env_needs_eval=see:leapp:env:--help; unset leapp_env_needs_eval;\n"
        }
        // These refuse a command from a substitution, or the first command of ours with all the words.
        Shell::Fish | Shell::Tcsh | Shell::Elvish | Shell::Xonsh | Shell::Nu | Shell::Pwsh => "",
    }
}

/// What to begin with: what stands here alone, because nothing came behind it, is the same as [`failing`], but
/// that some shells have no way to fail then; what comes behind it undoes it.
///
/// A command that is killed prints nothing more, and a shell takes that for a success. The last
/// statement fails without ending a shell that ends at failures: what is negated never does.
pub fn failing_so_far(shell: Shell, environment: &Environment) -> String {
    let end = match shell {
        Shell::Bash | Shell::Zsh | Shell::Sh => "! true;\n",
        Shell::Fish => "not true;\n",
        // Elvish fails with the program that was killed.
        Shell::Tcsh | Shell::Elvish | Shell::Xonsh | Shell::Pwsh => "",
        Shell::Nu => return nu::record(environment, true),
    };
    statements(shell, environment) + end
}

/// The same, ending in a statement that fails, so that what comes behind `&&` does not run.
pub fn failing(shell: Shell, environment: &Environment) -> String {
    let end = match shell {
        Shell::Bash | Shell::Zsh | Shell::Sh | Shell::Fish | Shell::Tcsh => "false;\n",
        Shell::Elvish => "fail 'leapp: no credentials';\n",
        Shell::Xonsh => "raise RuntimeError('leapp: no credentials');\n",
        Shell::Pwsh => "throw 'leapp: no credentials';\n",
        Shell::Nu => return nu::record(environment, true),
    };
    statements(shell, environment) + end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::environment::{Inherited, Setter};

    #[test]
    fn a_refusal_clears_names_and_fails_in_every_shell() {
        let refusing = Environment::refusing(Inherited {
            endpoint: Setter::User,
            metadata: Setter::User,
        });
        for (shell, last) in [
            (Shell::Sh, "false;\n"),
            (Shell::Fish, "true;\nfalse;\n"),
            (Shell::Tcsh, "false;\n"),
            (Shell::Elvish, "fail 'leapp: no credentials';\n"),
            (
                Shell::Xonsh,
                "raise RuntimeError('leapp: no credentials');\n",
            ),
            (Shell::Nu, "},\"failed\":true}\n"),
            (Shell::Pwsh, "throw 'leapp: no credentials';\n"),
        ] {
            let script = failing(shell, &refusing);
            assert!(script.ends_with(last), "{script}");
            assert!(script.contains("leapp-no-credentials"), "{script}");
            let first = script.lines().next().unwrap();
            assert!(
                first.contains("AWS_ROLE_ARN") && first.contains("AWSUME_PROFILE"),
                "{first}"
            );
        }
    }
}
