//! The hooks and completions of `shell/`, and what they need to be told beside an environment.

use std::path::Path;

use super::Shell;
use super::quote::quote;
use super::render::statements;
use super::words;
use crate::model::Environment;
use crate::model::environment::{Inherited, Setter};

/// What stands in the files of `shell/` for the path of `leapp`.
const BINARY: &str = "'@LEAPP_BIN@'";

/// What stands there for the statements that leave a shell without credentials.
const CLOSED: &str = "'@LEAPP_CLOSED@'";

/// What stands there for the mark of the hook.
const MARK: &str = "@LEAPP_HOOK@";

/// A hook that says of itself that it is loaded, out of `LEAPP_HOOK`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedHook {
    /// Which hook it is.
    pub mark: String,
    /// The process that has loaded it.
    pub pid: u32,
}

impl LoadedHook {
    /// Reads what a hook says of itself. Anybody may have set the variable.
    pub fn parse(text: &str) -> Option<Self> {
        let (mark, pid) = text.split_once(' ')?;
        Some(Self {
            mark: mark.to_owned(),
            pid: pid.parse().ok()?,
        })
    }
}

/// The hook of a shell, with `binary` as the `leapp` that it runs, and its completion; nothing where
/// there is none.
pub fn hook(shell: Shell, binary: &Path) -> Option<String> {
    let file = template(shell)?;
    let path = quote(shell, &binary.to_string_lossy());
    let file = file
        .replacen(BINARY, &path, 1)
        .replacen(CLOSED, &quote(shell, &closed(shell)), 1)
        .replacen(MARK, &mark(shell)?, 1);
    let file = match shell {
        // Whatever options and aliases the user has, when the file is read and when its functions run. Not for the completion:
        // what it calls wants the options of zsh's own.
        Shell::Zsh => format!("emulate zsh -o no_aliases -c {}\n", quote(shell, &file)),
        _ => file,
    };
    let completion = completion(shell).unwrap_or_default();
    Some(file + "\n" + completion)
}

/// What a hook evaluates where `leapp` could not even print that: it was killed, or is gone.
fn closed(shell: Shell) -> String {
    statements(
        shell,
        &Environment::refusing(Inherited {
            endpoint: Setter::User,
            metadata: Setter::Session,
        }),
    )
}

/// The name of the hook that is printed for a shell now: of another text, it is another one.
pub fn mark(shell: Shell) -> Option<String> {
    let text = [
        template(shell)?,
        completion(shell).unwrap_or_default(),
        &closed(shell),
    ]
    .concat();
    // FNV-1a: it tells texts apart, and nothing depends on it but what `leapp doctor` says.
    let sum = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    Some(format!("{sum:016x}"))
}

fn template(shell: Shell) -> Option<&'static str> {
    match shell {
        Shell::Bash => Some(include_str!("../../shell/leapp.bash")),
        Shell::Zsh => Some(include_str!("../../shell/leapp.zsh")),
        Shell::Fish => Some(include_str!("../../shell/leapp.fish")),
        _ => None,
    }
}

/// The completion of a shell by itself, as packages install it: it asks the `leapp` on `PATH`.
pub fn completion(shell: Shell) -> Option<&'static str> {
    match shell {
        Shell::Bash => Some(include_str!("../../shell/completion.bash")),
        Shell::Zsh => Some(include_str!("../../shell/completion.zsh")),
        Shell::Fish => Some(include_str!("../../shell/completion.fish")),
        _ => None,
    }
}

/// The statement by which a hook remembers what stands before a switch: as the statements that would
/// bring it back, in the hook's variable `__leapp_before`.
pub fn standing(shell: Shell, variables: &[(&'static str, String)]) -> String {
    let back = variables
        .iter()
        .map(|(name, value)| words::set(shell, name, value));
    assign(shell, "__leapp_before", &back.collect::<String>())
}

/// The statements by which a hook learns at `leapp off` what the tools of this directory have set, in the same
/// variable, and in `__leapp_returns` whether they will bring something of a session back when it is left.
pub fn directory(
    shell: Shell,
    variables: &[(&'static str, Option<String>)],
    returns: bool,
) -> String {
    let here = variables.iter().map(|(name, value)| match value {
        Some(value) => words::set(shell, name, value),
        None => words::unset(shell, &[name]),
    });
    assign(shell, "__leapp_before", &here.collect::<String>())
        + &assign(shell, "__leapp_returns", if returns { "yes" } else { "" })
}

fn assign(shell: Shell, name: &str, value: &str) -> String {
    let value = quote(shell, value);
    match shell {
        // Its functions do not see the variables of those that call them.
        Shell::Fish => format!("set -g {name} {value};\n"),
        _ => format!("{name}={value};\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_lines_are_rewritten_and_quoted() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let hook = hook(shell, Path::new("/opt/it's/leapp")).unwrap();
            assert!(!hook.contains("@LEAPP"));
            assert_eq!(hook.matches(&mark(shell).unwrap()).count(), 1);
            assert_eq!(hook.matches("/opt/it").count(), 1);
        }
    }

    #[test]
    fn what_a_hook_says_of_itself_is_read_with_care() {
        let loaded = LoadedHook::parse("00ff 42").unwrap();
        assert_eq!((loaded.mark.as_str(), loaded.pid), ("00ff", 42));
        for odd in ["", "00ff", "00ff x", "00ff 42 43"] {
            assert_eq!(LoadedHook::parse(odd), None, "{odd}");
        }
        assert_ne!(mark(Shell::Bash), mark(Shell::Zsh));
    }

    #[test]
    fn what_stands_is_quoted_twice() {
        let standing = standing(Shell::Bash, &[("AWS_PROFILE", "it's".to_owned())]);
        assert_eq!(
            standing,
            "__leapp_before='export AWS_PROFILE='\\''it'\\''\\'\\'''\\''s'\\'';\n';\n"
        );
    }
}
