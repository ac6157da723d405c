//! Both files at once: read under a lock, changed together, written in an order that is safe.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::time::Duration;

use secrecy::zeroize::Zeroizing;

use super::edit::Text;
use super::error::AwsFilesError;
use super::profiles::AwsFiles;
use super::read::AwsFile;
use super::run::Run;
use crate::disk::{self, DiskError, Lock};

/// How long a writer waits for another one; each holds the lock for milliseconds.
const LOCK_LIMIT: Duration = Duration::from_secs(10);

/// Both files as they are, and as they are to become.
pub(super) struct Edit<'a> {
    files: &'a AwsFiles,
    pub(super) before: [Text; 2],
    after: [Text; 2],
    _lock: Lock,
}

impl AwsFiles {
    /// Keeps other writers out, and reads what there is.
    pub(super) fn edit(&self) -> Result<Edit<'_>, AwsFilesError> {
        let config = self.path(AwsFile::Config);
        if config.starts_with(&self.copies) {
            return Err(AwsFilesError::Copy(config.to_owned()));
        }
        if let Some(parent) = self.lock.parent() {
            disk::private_dir(parent)?;
        }
        let lock = Lock::acquire(&self.lock, "changing named profiles", LOCK_LIMIT, |_| ())?;
        let before = self.texts()?;
        Ok(Edit {
            files: self,
            after: before.clone(),
            before,
            _lock: lock,
        })
    }

    pub(super) fn texts(&self) -> Result<[Text; 2], AwsFilesError> {
        Ok([
            self.text(AwsFile::Config)?,
            self.text(AwsFile::Credentials)?,
        ])
    }

    /// A device is empty: people name `/dev/null` to have no file.
    pub(super) fn text(&self, file: AwsFile) -> Result<Text, AwsFilesError> {
        let path = self.path(file);
        let read = fs::metadata(path).and_then(|found| {
            if found.is_file() {
                disk::read_file(path).map(Some)
            } else {
                Ok(None)
            }
        });
        match read {
            Ok(bytes) => Ok(Text::new(file, bytes.map(Zeroizing::new))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Text::new(file, None)),
            Err(source) => Err(AwsFilesError::Unreadable {
                file: path.to_owned(),
                source,
            }),
        }
    }

    pub(super) fn check_in(&self, texts: &[Text; 2], profile: &str) -> Result<(), AwsFilesError> {
        for (file, text) in AwsFile::BOTH.into_iter().zip(texts) {
            if let Some(line) = text.foreign(profile) {
                return Err(AwsFilesError::Foreign {
                    profile: profile.to_owned(),
                    file: self.path(file).to_owned(),
                    line,
                });
            }
        }
        Ok(())
    }

    /// Refuses files that the AWS CLI rejects: none of their profiles works.
    ///
    /// # Errors
    /// [`AwsFilesError::Rejected`], [`AwsFilesError::Unreadable`].
    pub fn check_syntax(&self) -> Result<(), AwsFilesError> {
        self.check_syntax_of(&self.texts()?)
    }

    pub(super) fn check_syntax_of(&self, texts: &[Text; 2]) -> Result<(), AwsFilesError> {
        for (file, text) in AwsFile::BOTH.into_iter().zip(texts) {
            let problems = text.document().problems().to_vec();
            if !problems.is_empty() {
                return Err(AwsFilesError::Rejected {
                    file: self.path(file).to_owned(),
                    problems,
                });
            }
        }
        Ok(())
    }

    /// Refuses a file in which `[DEFAULT]` sets, for every profile of the file, another way to credentials than
    /// the keys that are to be written.
    pub(super) fn check_inherited(
        &self,
        file: AwsFile,
        text: &Text,
        keys: &[(&str, &str)],
    ) -> Result<(), AwsFilesError> {
        let written = |name: &str| keys.iter().any(|(own, _)| *own == name);
        match text.inherited_source(written) {
            Some((key, line)) => Err(AwsFilesError::Inherited {
                key,
                file: self.path(file).to_owned(),
                line,
            }),
            None => Ok(()),
        }
    }

    fn write(&self, file: AwsFile, text: &Text) -> Result<(), AwsFilesError> {
        let path = self.path(file);
        let is_odd = fs::metadata(path).is_ok_and(|found| !found.is_file());
        if is_odd {
            return Err(AwsFilesError::NotAFile(path.to_owned()));
        }
        let Some(bytes) = text.bytes() else {
            // Only ever a file that we have made; of a link, what it leads to.
            let removed = fs::canonicalize(path).and_then(fs::remove_file);
            return Ok(removed.map_err(DiskError::io("remove", path))?);
        };
        if let Some(parent) = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
        {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(parent)
                .map_err(DiskError::io("create", parent))?;
        }
        Ok(disk::replace(path, bytes, 0o600)?)
    }
}

impl Edit<'_> {
    /// Refuses a change after which the AWS CLI would read nothing: a new section inherits what `[DEFAULT]`
    /// holds, also a block that was never looked at before.
    pub(super) fn check_after(&self) -> Result<(), AwsFilesError> {
        self.files.check_syntax_of(&self.after)
    }

    /// One of them, to be changed.
    pub(super) fn text(&mut self, file: AwsFile) -> &mut Text {
        match file {
            AwsFile::Config => &mut self.after[0],
            AwsFile::Credentials => &mut self.after[1],
        }
    }

    /// Whether the AWS CLI reads both files, and a profile of that name is ours to write in both.
    pub(super) fn check(&self, profile: &str) -> Result<(), AwsFilesError> {
        self.files.check_syntax_of(&self.before)?;
        self.files.check_in(&self.before, profile)
    }

    /// Takes out lines of ours; which.
    pub(super) fn take_out(
        &mut self,
        wanted: impl Fn(AwsFile, &Run) -> bool,
    ) -> Vec<(AwsFile, Run)> {
        let mut taken = Vec::new();
        for (file, text) in AwsFile::BOTH.into_iter().zip(&mut self.after) {
            let runs = text.take_out(|run| wanted(file, run));
            taken.extend(runs.into_iter().map(|run| (file, run)));
        }
        taken
    }

    /// Writes what has changed; last the file that `gains` something.
    pub(super) fn write(&self, gains: AwsFile) -> Result<(), AwsFilesError> {
        let order: [usize; 2] = if gains == AwsFile::Config {
            [1, 0]
        } else {
            [0, 1]
        };
        for index in order {
            if self.after[index] != self.before[index] {
                self.files.write(AwsFile::BOTH[index], &self.after[index])?;
            }
        }
        Ok(())
    }
}
