//! Where the AWS CLI's files are, as the AWS CLI itself finds them.
//!
//! botocore (1.44, `configloader.raw_config_parse`) puts the value of either variable, or else the usual
//! path, through Python's `os.path.expandvars` and then `os.path.expanduser`. A variable that is empty names
//! no file.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use nix::unistd::{User, getuid};

use super::environment::variable;
use crate::aws_files::Place;
use crate::env_vars as var;

/// The file that a variable names, or else the usual one.
pub(super) fn place(name: &'static str, usual: &str) -> Place {
    match variable(name) {
        Some(value) => Place {
            path: expanded(&value),
            variable: Some(name),
        },
        None => Place {
            path: expanded(usual.as_ref()),
            variable: None,
        },
    }
}

fn expanded(path: &OsStr) -> PathBuf {
    let path = with_variables(path.as_bytes(), |name| {
        variable(OsStr::from_bytes(name).to_str()?)
    });
    PathBuf::from(OsString::from_vec(with_home(path)))
}

/// `$NAME` and `${NAME}` become what the variable holds. One that is not set stays as it is.
fn with_variables(path: &[u8], value: impl Fn(&[u8]) -> Option<OsString>) -> Vec<u8> {
    let mut new = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some((&first, after)) = rest.split_first() {
        let found = (first == b'$').then(|| reference(after)).flatten();
        let found = found.and_then(|(name, length)| Some((value(name)?, length)));
        if let Some((value, length)) = found {
            new.extend_from_slice(value.as_bytes());
            rest = &after[length..];
        } else {
            new.push(first);
            rest = after;
        }
    }
    new
}

/// The name of the variable behind a `$`, and how many bytes that takes.
fn reference(text: &[u8]) -> Option<(&[u8], usize)> {
    if let Some(inside) = text.strip_prefix(b"{") {
        let length = inside.iter().position(|&byte| byte == b'}')?;
        return Some((&inside[..length], length + 2));
    }
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let length = text.iter().take_while(|byte| is_of_name(byte)).count();
    (length > 0).then(|| (&text[..length], length))
}

/// `~` at the beginning is the home directory, `~bob` is that of bob. Where nobody is called so, it is an
/// ordinary name.
fn with_home(path: Vec<u8>) -> Vec<u8> {
    let Some(behind) = path.strip_prefix(b"~") else {
        return path;
    };
    let length = behind.iter().position(|&byte| byte == b'/');
    let (user, rest) = behind.split_at(length.unwrap_or(behind.len()));
    let Some(home) = home(user) else {
        return path;
    };
    let end = home.iter().rposition(|&byte| byte != b'/');
    let mut new = home[..end.map_or(0, |last| last + 1)].to_vec();
    new.extend_from_slice(rest);
    if new.is_empty() { b"/".to_vec() } else { new }
}

/// That of a user; of nobody, `HOME`, also where it is empty, or else what the system knows.
fn home(user: &[u8]) -> Option<Vec<u8>> {
    let known = |user: Option<User>| Some(user?.dir.into_os_string().into_vec());
    if user.is_empty() {
        let named = variable(var::HOME).map(OsString::into_vec);
        return named.or_else(|| known(User::from_uid(getuid()).ok()?));
    }
    known(User::from_name(std::str::from_utf8(user).ok()?).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilde_is_a_home_only_at_the_beginning() {
        let root = User::from_name("root").unwrap().unwrap().dir;
        let of = |path: &str| expanded(path.as_ref());
        assert_eq!(of("~root/aws/c"), root.join("aws/c"));
        assert_eq!(of("~root"), root);
        assert_eq!(
            of("~/x"),
            PathBuf::from(variable(var::HOME).unwrap()).join("x")
        );
        for plain in ["", "/a/~/b", "a~", "~nobody-is-called-so/x", "rel/x"] {
            assert_eq!(of(plain), PathBuf::from(plain));
        }
    }

    #[test]
    fn variables_are_replaced_once_and_unknown_ones_stay() {
        let value = |name: &[u8]| match name {
            b"A" => Some("/a".into()),
            b"a b" => Some("$A".into()),
            b"EMPTY" => Some("".into()),
            _ => None,
        };
        for (path, expected) in [
            ("$A/c", "/a/c"),
            ("${A}c", "/ac"),
            ("$Ac/x", "$Ac/x"),
            ("${a b}/$A", "$A//a"),
            ("$EMPTY/c", "/c"),
            ("$$A ${} ${A $", "$/a ${} ${A $"),
            ("$A-${B}", "/a-${B}"),
        ] {
            let found = with_variables(path.as_bytes(), value);
            assert_eq!(String::from_utf8(found).unwrap(), expected, "{path}");
        }
    }
}
