//! One word, quoted so that the shell gives back the very same bytes.

use super::Shell;

/// The word as this shell must read it.
pub(super) fn quote(shell: Shell, word: &str) -> String {
    match shell {
        // Inside single quotes nothing is special, so the quotes are left for a quote.
        Shell::Bash | Shell::Zsh | Shell::Sh => format!("'{}'", word.replace('\'', r"'\''")),
        // `eval (leapp env ALIAS)` joins the lines of its input with spaces, so that a line end may
        // not stand in the output as itself.
        Shell::Fish => {
            let word = word.replace('\\', r"\\").replace('\'', r"\'");
            format!("'{}'", word.replace('\n', r"'\n'"))
        }
        // The history is looked up inside quotes as well, but not behind a backslash outside of them.
        Shell::Tcsh => {
            let word = word.replace('\'', r"'\''").replace('!', r"'\!'");
            format!("'{word}'")
        }
        Shell::Elvish => format!("'{}'", word.replace('\'', "''")),
        // Nushell reads JSON; to Python, a string of JSON is one of its own.
        Shell::Nu | Shell::Xonsh => serde_json::Value::from(word).to_string(),
        // PowerShell takes the typographic quotes for quotes as well.
        Shell::Pwsh => {
            let mut quoted = String::from("'");
            for c in word.chars() {
                if matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}') {
                    quoted.push(c);
                }
                quoted.push(c);
            }
            quoted.push('\'');
            quoted
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shell_by_its_own_rules() {
        let word = "it's \\ $x\n’#";
        assert_eq!(quote(Shell::Bash, word), "'it'\\''s \\ $x\n’#'");
        assert_eq!(quote(Shell::Fish, word), r"'it\'s \\ $x'\n'’#'");
        assert_eq!(quote(Shell::Nu, word), "\"it's \\\\ $x\\n’#\"");
        assert_eq!(quote(Shell::Xonsh, "\u{1}\""), "\"\\u0001\\\"\"");
        assert_eq!(quote(Shell::Tcsh, "it's!"), r"'it'\''s'\!''");
        assert_eq!(quote(Shell::Elvish, "it's"), "'it''s'");
        assert_eq!(quote(Shell::Pwsh, word), "'it''s \\ $x\n’’#'");
        assert_eq!(quote(Shell::Zsh, ""), "''");
    }
}
