//! A command that is not there: what was meant, where the words show it.

use std::ffi::{OsStr, OsString};

use super::{CommandError, Kind};
use crate::process::ExecError;
use crate::shell::paste;

impl From<ExecError> for CommandError {
    fn from(error: ExecError) -> Self {
        match &error {
            ExecError::NotFound {
                program,
                arguments,
                missing: None,
            } => {
                let hint = meant(program, arguments);
                let new = Self::from_room(Kind::NotFound, &error);
                hint.into_iter().fold(new, Self::hint)
            }
            ExecError::NotFound { .. } => Self::from_room(Kind::NotFound, &error),
            ExecError::NotExecutable { .. } => Self::from_room(Kind::NotExecutable, &error),
        }
    }
}

/// What a shell would have made of these words.
fn meant(program: &OsStr, arguments: &[OsString]) -> Option<String> {
    let program = program.to_str()?;
    let arguments: Option<Vec<&str>> = arguments.iter().map(|word| word.to_str()).collect();
    let arguments = arguments?;
    if program.contains(char::is_whitespace) {
        return Some(one_word(program, &arguments));
    }
    if !is_assignment(program) {
        return None;
    }
    let words = std::iter::once(program).chain(arguments.iter().copied());
    if words.clone().all(is_assignment) {
        return Some("name the command after the variables: `env NAME=VALUE COMMAND`".to_owned());
    }
    let command = paste(std::iter::once("env").chain(words));
    Some(format!(
        "put `env` before the variables, which only a shell understands: `{command}`"
    ))
}

/// A whole command in one word.
fn one_word(program: &str, arguments: &[&str]) -> String {
    let is_for_a_shell = program.contains([
        '|', '&', ';', '<', '>', '$', '`', '*', '?', '~', '(', '#', '\n',
    ]);
    let words = shell_words::split(program).ok().filter(|words| {
        !is_for_a_shell && words.first().is_some_and(|first| !is_assignment(first))
    });
    if let Some(words) = words {
        let words = words.iter().map(String::as_str);
        let command = paste(words.chain(arguments.iter().copied()));
        return format!(
            "give each word of the command by itself, without quotes around all: `{command}`"
        );
    }
    // What follows a script is `$0` to a shell, then `$1`.
    let name = (!arguments.is_empty()).then_some("sh");
    let words = ["sh", "-c", program].into_iter().chain(name);
    let command = paste(words.chain(arguments.iter().copied()));
    format!("let a shell read it: `{command}`")
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_have_understood_is_said() {
        let hint = |words: &[&str]| {
            let arguments: Vec<OsString> = words[1..].iter().map(OsString::from).collect();
            meant(OsStr::new(words[0]), &arguments).unwrap_or_default()
        };
        for (words, expected) in [
            (&["FOO=1", "make", "all"][..], "`env FOO=1 make all`"),
            (&["A=1", "_b2=x y", "cmd"], "`env A=1 '_b2=x y' cmd`"),
            (&["A=it's", "cmd"], r"`env 'A=it'\''s' cmd`"),
            (&["A=1"], "`env NAME=VALUE COMMAND`"),
            (&["A=1", "B=2"], "`env NAME=VALUE COMMAND`"),
            (&["aws s3 ls"], "`aws s3 ls`"),
            (&["aws s3", "ls"], "`aws s3 ls`"),
            (&["echo 'a b'"], "`echo 'a b'`"),
            (&["aws s3 ls | head"], "`sh -c 'aws s3 ls | head'`"),
            (&["FOO=1 cmd"], "`sh -c 'FOO=1 cmd'`"),
            (&["cd /tmp && ls $HOME"], "`sh -c 'cd /tmp && ls $HOME'`"),
            (&["echo it's"], r"`sh -c 'echo it'\''s'`"),
            (&["for x; do", "a"], "`sh -c 'for x; do' sh a`"),
        ] {
            assert!(
                hint(words).ends_with(expected),
                "{words:?}: {}",
                hint(words)
            );
        }
        for words in [
            &["no-such"][..],
            &["=x", "cmd"],
            &["1A=x", "cmd"],
            &["a-b=x"],
            &[""],
        ] {
            assert_eq!(hint(words), "", "{words:?}");
        }
    }
}
