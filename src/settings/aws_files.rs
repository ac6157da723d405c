//! Where the AWS CLI's files are, as the AWS CLI itself finds them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use nix::unistd::{User, getuid};

use super::environment;
use crate::env_vars as var;

/// The file that a variable names, or the one of that name in `~/.aws`.
pub(super) fn path(variable: &str, name: &str) -> PathBuf {
    match environment::path(variable) {
        Some(path) => expanded(&path),
        None => home().join(".aws").join(name),
    }
}

/// `~` at the beginning is the home directory, `~bob` is that of bob. Where nobody is called so, it is an
/// ordinary name.
fn expanded(path: &Path) -> PathBuf {
    let mut parts = path.components();
    let first = parts.next().map(|first| first.as_os_str().to_owned());
    let home = match first.as_ref().and_then(|first| first.to_str()) {
        Some("~") => Some(home()),
        Some(named) => named.strip_prefix('~').and_then(home_of),
        None => None,
    };
    // An empty rest would add a slash.
    match (home, parts.as_path()) {
        (None, _) => path.to_owned(),
        (Some(home), rest) if rest.as_os_str().is_empty() => home,
        (Some(home), rest) => home.join(rest),
    }
}

/// `HOME`, else what the system knows.
fn home() -> PathBuf {
    let known = || Some(User::from_uid(getuid()).ok()??.dir);
    let named = environment::variable(var::HOME).filter(|home: &OsString| !home.is_empty());
    named.map(PathBuf::from).or_else(known).unwrap_or_default()
}

fn home_of(user: &str) -> Option<PathBuf> {
    Some(User::from_name(user).ok()??.dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilde_is_a_home_only_at_the_beginning() {
        let root = User::from_name("root").unwrap().unwrap().dir;
        assert_eq!(expanded(Path::new("~root/aws/c")), root.join("aws/c"));
        assert_eq!(expanded(Path::new("~root")), root);
        assert_eq!(expanded(Path::new("~")), home());
        assert_eq!(expanded(Path::new("~/x")), home().join("x"));
        for plain in ["/a/~/b", "a~", "~nobody-is-called-so/x", "rel/x"] {
            assert_eq!(expanded(Path::new(plain)), Path::new(plain));
        }
    }
}
