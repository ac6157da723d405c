//! A command line as every SDK reads it from a config file.
//!
//! The AWS CLI splits it as a shell would and runs it without one; the SDKs for Go and for Rust give it to a
//! shell. The one for Go takes `#` and `;` for the beginning of a comment wherever they stand, and a
//! backslash for one of its own; version 1 removes double quotes where the whole begins with one. So what one of
//! them would misread is refused.

use std::path::Path;

const ENV: &str = "/usr/bin/env";

/// A program of ours with a path, and perhaps a variable with another one, for each of which `None` is the
/// answer where it cannot be written for all.
pub(super) fn command(
    leapp: &Path,
    variable: Option<(&str, &Path)>,
    arguments: &[&str],
) -> Option<String> {
    let program = word(leapp.to_str()?)?;
    let mut words = Vec::new();
    if let Some((name, value)) = variable {
        // No SDK reads an assignment before the program as a shell does.
        words.extend([
            ENV.to_owned(),
            word(&format!("{name}={}", value.to_str()?))?,
        ]);
    } else if program.starts_with('"') {
        words.push(ENV.to_owned());
    }
    words.push(program);
    words.extend(arguments.iter().map(|&argument| argument.to_owned()));
    Some(words.join(" "))
}

/// One word, in quotes where it needs them: single ones, unless it has one itself.
fn word(text: &str) -> Option<String> {
    let misread = |c: char| c.is_control() || "#;\\\"$`!".contains(c);
    if text.contains(misread) {
        return None;
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@%,:=".contains(c);
    Some(if text.chars().all(plain) {
        text.to_owned()
    } else if text.contains('\'') {
        format!("\"{text}\"")
    } else {
        format!("'{text}'")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_to_a_shell() {
        for path in ["/usr/bin/leapp", "/my apps (1)/leapp", "/é/leapp"] {
            let written = command(Path::new(path), None, &["credential-process", "a"]).unwrap();
            assert_eq!(
                shell_words::split(&written).unwrap(),
                [path, "credential-process", "a"]
            );
        }
        assert_eq!(
            command(Path::new("/it's/leapp"), None, &["x"]).unwrap(),
            "/usr/bin/env \"/it's/leapp\" x"
        );
        assert_eq!(
            command(Path::new("/a/leapp"), None, &["x"]).unwrap(),
            "/a/leapp x"
        );
        let variable = Some(("X", Path::new("/my own")));
        assert_eq!(
            command(Path::new("/a/leapp"), variable, &["x"]).unwrap(),
            "/usr/bin/env 'X=/my own' /a/leapp x"
        );
    }

    #[test]
    fn what_an_sdk_would_misread_is_refused() {
        for path in ["/a#b", "/a;b", "/a$b", "/a`b", "/a\\b", "/a\"b", "/a\nb"] {
            let path = Path::new(path);
            assert_eq!(command(path, None, &[]), None, "{path:?}");
            let variable = Some(("X", path));
            assert_eq!(
                command(Path::new("/leapp"), variable, &[]),
                None,
                "{path:?}"
            );
        }
    }
}
