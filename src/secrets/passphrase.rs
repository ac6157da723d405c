//! Where the vault's passphrase comes from.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::unistd::geteuid;

use super::error::{DeniedCause, LockedCause};
use super::{Place, SecretError};
use crate::model::secret::{ExposeSecret, SecretString, Zeroizing};
use crate::ui::terminal::{AskError, Questions, Terminal};

/// After so long an unanswered question is withdrawn, since others may wait for its answer.
pub(super) const QUESTION_LIMIT: Duration = Duration::from_mins(2);

/// More bytes than a passphrase has; a buffer that grew would leave copies behind.
const LONGEST: usize = 64 * 1024;

/// So often a new passphrase is asked for.
const NEW_ATTEMPTS: usize = 3;

/// Whether a passphrase was asked for before.
#[derive(Debug, Clone, Copy)]
pub(super) enum Attempt {
    /// It was not.
    First,
    /// The one before was wrong.
    AfterAWrongOne,
}

/// The passphrase as the caller's surroundings give it; what they do not give is asked for.
#[derive(Debug, Clone, Default)]
pub struct PassphraseSource {
    /// The passphrase itself. It goes before `file`.
    pub value: Option<SecretString>,
    /// A file with the passphrase; one line end after it does not count. It may be a pipe.
    pub file: Option<PathBuf>,
    /// Whether it may be asked for.
    pub questions: Questions,
}

impl PassphraseSource {
    /// Whether there is one that nobody has to be asked for. A file is not read: it may be a pipe.
    pub(super) fn is_given(&self) -> bool {
        self.value.is_some() || self.file.is_some()
    }

    /// The passphrase, if it can be had without asking a person.
    pub(super) fn given(&self) -> Result<Option<SecretString>, SecretError> {
        if let Some(value) = &self.value {
            return not_empty(value.clone()).map(Some);
        }
        let Some(path) = &self.file else {
            return Ok(None);
        };
        let bytes = read_secret(path)?;
        let text = std::str::from_utf8(&bytes)
            .map_err(|_| SecretError::denied(DeniedCause::NoPassphraseInside(path.clone())))?;
        let line = text.strip_suffix('\n').unwrap_or(text);
        let line = line.strip_suffix('\r').unwrap_or(line);
        not_empty(SecretString::from(line)).map(Some)
    }

    /// Asks for the passphrase of a vault that exists.
    pub(super) fn ask(&self, attempt: Attempt) -> Result<SecretString, SecretError> {
        let question = match attempt {
            Attempt::First => "Passphrase of the vault: ",
            Attempt::AfterAWrongOne => "That passphrase is wrong. Passphrase of the vault: ",
        };
        not_empty(ask(&mut self.open()?, question)?)
    }

    /// A passphrase for a new vault: as given, or asked for twice.
    pub(super) fn new_passphrase(&self) -> Result<SecretString, SecretError> {
        if let Some(given) = self.given()? {
            return Ok(given);
        }
        let mut terminal = self.open()?;
        // Whoever mistypes should not lose what was answered before.
        for _ in 1..NEW_ATTEMPTS {
            match ask_new(&mut terminal) {
                Err(SecretError::Denied { cause, .. }) => {
                    terminal.say(&cause.to_string());
                }
                done => return done,
            }
        }
        ask_new(&mut terminal)
    }

    fn open(&self) -> Result<Terminal, SecretError> {
        let terminal = self.questions.terminal();
        terminal.map_err(|absent| locked(LockedCause::NoTerminal(absent)))
    }
}

/// Reads the file of a passphrase. Others may not be able to read it; the administrator may have
/// reasons, as with the secrets of containers, and a pipe is nobody else's.
fn read_secret(path: &Path) -> Result<Zeroizing<Vec<u8>>, SecretError> {
    let file = File::open(path).map_err(SecretError::io("read", path))?;
    // Of the open file, so that nobody can exchange it in between.
    let found = file.metadata().map_err(SecretError::io("examine", path))?;
    let open_to_others = match found.uid() {
        0 => found.mode() & 0o022 != 0,
        owner => owner != geteuid().as_raw() || found.mode() & 0o077 != 0,
    };
    if found.is_file() && open_to_others {
        return Err(SecretError::denied(DeniedCause::UnsafeFile {
            path: path.to_owned(),
            mode: found.mode() & 0o7777,
        }));
    }
    let mut text = Zeroizing::new(Vec::with_capacity(LONGEST));
    file.take(LONGEST as u64)
        .read_to_end(&mut text)
        .map_err(SecretError::io("read", path))?;
    Ok(text)
}

/// Asks for a new passphrase twice.
fn ask_new(terminal: &mut Terminal) -> Result<SecretString, SecretError> {
    let first = ask(terminal, "New passphrase for the vault: ")?;
    let first = not_empty(first)?;
    let second = ask(terminal, "The same passphrase again: ")?;
    if first.expose_secret() == second.expose_secret() {
        Ok(first)
    } else {
        Err(SecretError::denied(DeniedCause::PassphrasesDiffer))
    }
}

fn ask(terminal: &mut Terminal, prompt: &str) -> Result<SecretString, SecretError> {
    terminal.ask_secret(prompt, QUESTION_LIMIT).map_err(unasked)
}

fn unasked(error: AskError) -> SecretError {
    match error {
        AskError::Interrupted => SecretError::Interrupted,
        AskError::TimedOut { limit } => locked(LockedCause::Unanswered(limit)),
        other => locked(LockedCause::NotAsked(other)),
    }
}

fn locked(cause: LockedCause) -> SecretError {
    SecretError::Locked {
        place: Place::File,
        cause,
    }
}

fn not_empty(passphrase: SecretString) -> Result<SecretString, SecretError> {
    if passphrase.expose_secret().is_empty() {
        Err(SecretError::denied(DeniedCause::EmptyPassphrase))
    } else {
        Ok(passphrase)
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, chown};

    use super::*;

    fn from_file(text: &str) -> Result<Option<SecretString>, SecretError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        let source = PassphraseSource {
            value: None,
            file: Some(file.path().to_owned()),
            ..PassphraseSource::default()
        };
        source.given()
    }

    #[test]
    fn one_line_end_does_not_count() {
        for (text, passphrase) in [
            ("a b\n", "a b"),
            ("a\r\n", "a"),
            ("a\n\n", "a\n"),
            (" ", " "),
        ] {
            let given = from_file(text).unwrap().unwrap();
            assert_eq!(given.expose_secret(), passphrase);
        }
    }

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "text").unwrap();
        let nobody = 65534;
        let read = |mode| {
            fs::set_permissions(file.path(), Permissions::from_mode(mode)).unwrap();
            read_secret(file.path())
        };
        assert!(read(0o600).is_ok() && read(0o666).is_err());
        // Root's own may be a secret of a container, which has mode 0444 there.
        assert_eq!(read(0o444).is_ok(), geteuid().is_root());
        if chown(file.path(), Some(nobody), None).is_ok() {
            assert!(read(0o600).is_err());
        }
    }

    #[test]
    fn empty_is_refused_wherever_it_comes_from() {
        let empty = PassphraseSource {
            value: Some(SecretString::from("")),
            ..PassphraseSource::default()
        };
        for given in [empty.given(), from_file("\n")] {
            let Err(SecretError::Denied { cause, .. }) = given else {
                panic!("accepted");
            };
            assert!(matches!(cause, DeniedCause::EmptyPassphrase));
        }
    }
}
