//! `.leapp.toml`: which session a directory, and all below it, is worked on as.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;
use serde::Deserialize;

use crate::model::{Alias, InvalidAlias};

/// The file's name.
const NAME: &str = ".leapp.toml";

/// More bytes than one alias and its key can need.
const LONGEST: u64 = 4096;

/// `session = "alias"`, and nothing else: the file comes with other people's repositories, so it can
/// only choose among what the user has defined.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Here {
    session: String,
}

/// No directory says which session.
#[derive(Debug, thiserror::Error)]
pub enum HereError {
    /// There is no such file up to the root.
    #[error("there is no `{NAME}` in `{}` or above it", .0.display())]
    Missing(PathBuf),
    /// It belongs to somebody else, who could choose for us.
    #[error("`{}` belongs to user id {owner}, not to you", file.display())]
    Foreign {
        /// The file.
        file: PathBuf,
        /// Whose it is.
        owner: u32,
    },
    /// It cannot be read.
    #[error("cannot read `{}`", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It says something else.
    #[error("`{}` says something else than `session = \"ALIAS\"`: {problem}", file.display())]
    Invalid {
        /// The file.
        file: PathBuf,
        /// What it says.
        problem: String,
    },
    /// What it names is no alias.
    #[error("`{}` names no session", file.display())]
    Alias {
        /// The file.
        file: PathBuf,
        /// Why not.
        source: InvalidAlias,
    },
}

/// The alias in the nearest `.leapp.toml`, from `directory` up to the root. `user` is who may own it,
/// beside the superuser.
///
/// # Errors
/// [`HereError`]; a file that is wrong is not passed over for one further up.
pub fn session_here(directory: &Path, user: u32) -> Result<Alias, HereError> {
    for directory in directory.ancestors() {
        let file = directory.join(NAME);
        // Opened once and looked at then: not a link, which somebody else could have put there, and
        // not a pipe or a device, which git would bring along and which would never end.
        let flags = (OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK).bits();
        let opened = match OpenOptions::new()
            .read(true)
            .custom_flags(flags)
            .open(&file)
        {
            Ok(opened) => opened,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(source) => return Err(HereError::Unreadable { file, source }),
        };
        let text = match read(&opened, user) {
            Ok(Ok(text)) => text,
            Ok(Err(owner)) => return Err(HereError::Foreign { file, owner }),
            Err(source) => return Err(HereError::Unreadable { file, source }),
        };
        let Here { session } = match toml::from_str(&text) {
            Ok(here) => here,
            Err(error) => {
                let problem = error.message().replace('\n', ", ");
                return Err(HereError::Invalid { file, problem });
            }
        };
        return session
            .parse()
            .map_err(|source| HereError::Alias { file, source });
    }
    Err(HereError::Missing(directory.to_owned()))
}

/// The text of an open file; the owner, where that is neither `user` nor the superuser.
fn read(opened: &File, user: u32) -> io::Result<Result<String, u32>> {
    let found = opened.metadata()?;
    if !found.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    if found.uid() != user && found.uid() != 0 {
        return Ok(Err(found.uid()));
    }
    let mut text = String::new();
    opened.take(LONGEST).read_to_string(&mut text)?;
    Ok(Ok(text))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_link_and_a_device_are_not_read() {
        let home = tempfile::tempdir().unwrap();
        let me = fs::metadata(home.path()).unwrap().uid();
        fs::write(home.path().join("elsewhere"), "session = \"theirs\"").unwrap();
        for target in ["elsewhere", "/dev/zero"] {
            let link = home.path().join(NAME);
            symlink(target, &link).unwrap();
            assert!(
                matches!(
                    session_here(home.path(), me),
                    Err(HereError::Unreadable { .. })
                ),
                "{target}"
            );
            fs::remove_file(link).unwrap();
        }
    }

    #[test]
    fn the_nearest_file_decides_and_a_wrong_one_is_not_passed_over() {
        let home = tempfile::tempdir().unwrap();
        let me = fs::metadata(home.path()).unwrap().uid();
        let deep = home.path().join("a/b/c");
        fs::create_dir_all(&deep).unwrap();
        assert!(matches!(
            session_here(&deep, me),
            Err(HereError::Missing(_))
        ));
        fs::write(home.path().join("a").join(NAME), "session = \"outer\"\n").unwrap();
        assert_eq!(session_here(&deep, me).unwrap().as_str(), "outer");
        let nearer = home.path().join("a/b").join(NAME);
        for (text, fits) in [
            ("session = \"inner\"", true),
            ("session = \"inner\"\nregion = \"x\"", false),
            ("session = \"-x\"", false),
            ("", false),
        ] {
            fs::write(&nearer, text).unwrap();
            assert_eq!(
                session_here(&deep, me).is_ok_and(|alias| alias.as_str() == "inner"),
                fits,
                "{text}"
            );
        }
    }
}
