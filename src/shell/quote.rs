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
        Shell::Nu => {
            // A raw string ends at the first quote that is followed by as many hashes as it began with.
            let longest = word
                .split('\'')
                .skip(1)
                .map(|after| after.len() - after.trim_start_matches('#').len())
                .max();
            let hashes = "#".repeat(longest.unwrap_or(0) + 1);
            format!("r{hashes}'{word}'{hashes}")
        }
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
        assert_eq!(quote(Shell::Nu, "a'##b'c"), "r###'a'##b'c'###");
        assert_eq!(quote(Shell::Pwsh, word), "'it''s \\ $x\n’’#'");
        assert_eq!(quote(Shell::Zsh, ""), "''");
    }
}
