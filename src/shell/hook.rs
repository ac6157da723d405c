//! The hooks and completions of `shell/`, and what they need to be told beside an environment.

use std::path::Path;

use super::Shell;
use super::quote::quote;
use super::words;

/// What stands in the files of `shell/` for the path of `leapp`.
const BINARY: &str = "'@LEAPP_BIN@'";

/// The hook of a shell, with `binary` as the `leapp` that it runs, and its completion; nothing where
/// there is none.
pub fn hook(shell: Shell, binary: &Path) -> Option<String> {
    let file = match shell {
        Shell::Bash => include_str!("../../shell/leapp.bash"),
        Shell::Zsh => include_str!("../../shell/leapp.zsh"),
        Shell::Fish => include_str!("../../shell/leapp.fish"),
        Shell::Sh | Shell::Nu | Shell::Pwsh => return None,
    };
    let path = quote(shell, &binary.to_string_lossy());
    let completion = completion(shell).unwrap_or_default();
    Some(file.replacen(BINARY, &path, 1) + "\n" + completion)
}

/// The completion of a shell by itself, as packages install it: it asks the `leapp` on `PATH`.
pub fn completion(shell: Shell) -> Option<&'static str> {
    match shell {
        Shell::Bash => Some(include_str!("../../shell/completion.bash")),
        Shell::Zsh => Some(include_str!("../../shell/completion.zsh")),
        Shell::Fish => Some(include_str!("../../shell/completion.fish")),
        Shell::Sh | Shell::Nu | Shell::Pwsh => None,
    }
}

/// The statement by which a hook remembers what stands before a switch: as the statements that would
/// bring it back, in the hook's variable `__leapp_before`.
pub fn standing(shell: Shell, variables: &[(&'static str, String)]) -> String {
    let back: String = variables
        .iter()
        .map(|(name, value)| words::set(shell, name, value))
        .collect();
    let back = quote(shell, &back);
    match shell {
        // Its functions do not see the variables of those that call them.
        Shell::Fish => format!("set -g __leapp_before {back};\n"),
        _ => format!("__leapp_before={back};\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_is_rewritten_and_quoted() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let hook = hook(shell, Path::new("/opt/it's/leapp")).unwrap();
            assert!(!hook.contains("@LEAPP_BIN@"));
            assert_eq!(hook.matches("/opt/it").count(), 1);
        }
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
