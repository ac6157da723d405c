//! A command line as every SDK reads it from a config file.
//!
//! The AWS CLI splits it as a shell would and runs it without one; the SDKs for Go and for Rust give it to a
//! shell. The one for Go takes `#` and `;` for the beginning of a comment wherever they stand, and a
//! backslash for one of its own. So what one of them would misread is refused.

use std::path::Path;

/// `leapp credential-process ALIAS`, with the path in double quotes where it needs them; `None` where it
/// cannot be written for all.
pub(super) fn command(leapp: &Path, arguments: &[&str]) -> Option<String> {
    let path = leapp.to_str()?;
    let misread = |c: char| c.is_control() || "#;\\\"$`!".contains(c);
    if path.contains(misread) {
        return None;
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@%,:=".contains(c);
    let mut command = if path.chars().all(plain) {
        path.to_owned()
    } else {
        format!("\"{path}\"")
    };
    for argument in arguments {
        command.push(' ');
        command.push_str(argument);
    }
    Some(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_to_a_shell() {
        for path in ["/usr/bin/leapp", "/my apps/it's (1)/leapp", "/é/leapp"] {
            let written = command(Path::new(path), &["credential-process", "a"]).unwrap();
            assert_eq!(
                shell_words::split(&written).unwrap(),
                [path, "credential-process", "a"]
            );
        }
        assert_eq!(
            command(Path::new("/a/leapp"), &["x"]).unwrap(),
            "/a/leapp x"
        );
    }

    #[test]
    fn what_an_sdk_would_misread_is_refused() {
        for path in ["/a#b", "/a;b", "/a$b", "/a`b", "/a\\b", "/a\"b", "/a\nb"] {
            assert_eq!(command(Path::new(path), &[]), None, "{path}");
        }
    }
}
