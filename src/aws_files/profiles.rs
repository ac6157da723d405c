//! Named profiles: which there are, putting one there, taking one away.

use std::path::{Path, PathBuf};

use secrecy::ExposeSecret;
use secrecy::zeroize::Zeroizing;

use super::command::command;
use super::edit::Text;
use super::error::AwsFilesError;
use super::mark;
use super::name::DEFAULTS;
use super::place::Place;
use super::read::{AwsFile, Document};
use super::run::{Company, Content, Run};
use crate::model::{Alias, Credentials, Region, Url};

/// Where the two files are.
#[derive(Clone, Debug)]
pub struct AwsFiles {
    config: Place,
    credentials: Place,
    pub(super) lock: PathBuf,
    /// Where the copies lie that commands beside an endpoint see: what is written there is lost.
    pub(super) copies: PathBuf,
}

/// A named profile as a session wants it.
#[derive(Clone, Copy, Debug)]
pub struct Profile<'a> {
    /// The session.
    pub alias: &'a Alias,
    /// The profile's name.
    pub name: &'a str,
    /// Where its programs work.
    pub region: &'a Region,
    /// An AWS other than the public one.
    pub endpoint_url: Option<&'a Url>,
}

/// How a profile's programs get credentials.
#[derive(Clone, Copy, Debug)]
pub enum Access<'a> {
    /// They run us.
    Process {
        /// Our own path.
        leapp: &'a Path,
        /// A variable that we are to find there, with a path.
        variable: Option<(&'a str, &'a Path)>,
        /// What we are to be given, from the verb on.
        arguments: &'a [&'a str],
    },
    /// They read them from the file.
    Keys(&'a Credentials),
}

/// The forms of a named profile of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A `credential_process` in the config file.
    CredentialProcess,
    /// Keys in the credentials file.
    WrittenCredentials,
}

/// A session under a named profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// The session.
    pub alias: Alias,
    /// The profile's name.
    pub profile: String,
    /// In which form.
    pub form: Form,
}

/// What remains of a section that others have added to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The file.
    pub file: PathBuf,
    /// The line of its header, from 1, as it was.
    pub line: usize,
}

impl AwsFiles {
    /// The files, whose writers keep out of each other's way by the file `lock`. A config file in `copies` is
    /// not written. Nothing is opened yet.
    pub fn new(config: Place, credentials: Place, lock: PathBuf, copies: PathBuf) -> Self {
        Self {
            config,
            credentials,
            lock,
            copies,
        }
    }

    /// Other files instead of one of them or of both.
    #[must_use]
    pub fn at(self, config: Option<PathBuf>, credentials: Option<PathBuf>) -> Self {
        let place = |path| Place {
            path,
            variable: None,
        };
        Self {
            config: config.map_or(self.config, place),
            credentials: credentials.map_or(self.credentials, place),
            lock: self.lock,
            copies: self.copies,
        }
    }

    /// The path of one of them; it need not exist.
    pub fn path(&self, file: AwsFile) -> &Path {
        &self.place(file).path
    }

    /// Where one of them is, and who says so.
    pub fn place(&self, file: AwsFile) -> &Place {
        match file {
            AwsFile::Config => &self.config,
            AwsFile::Credentials => &self.credentials,
        }
    }

    /// What one of them says; nothing where there is none.
    ///
    /// # Errors
    /// [`AwsFilesError::Unreadable`].
    pub fn read(&self, file: AwsFile) -> Result<Document, AwsFilesError> {
        Ok(self.text(file)?.document())
    }

    /// The bytes of one of them; `None` where there is none.
    ///
    /// # Errors
    /// [`AwsFilesError::Unreadable`].
    pub fn bytes(&self, file: AwsFile) -> Result<Option<Zeroizing<Vec<u8>>>, AwsFilesError> {
        Ok(self.text(file)?.into_bytes())
    }

    /// The sessions that have a named profile now.
    ///
    /// # Errors
    /// [`AwsFilesError::Unreadable`].
    pub fn started(&self) -> Result<Vec<Started>, AwsFilesError> {
        Ok(started(&self.texts()?))
    }

    /// Whether a profile of that name could be written: there is none, or it is ours.
    ///
    /// # Errors
    /// [`AwsFilesError::Foreign`] where it is somebody else's, [`AwsFilesError::Rejected`],
    /// [`AwsFilesError::Unreadable`].
    pub fn check(&self, profile: &str) -> Result<(), AwsFilesError> {
        let texts = self.texts()?;
        self.check_syntax_of(&texts)?;
        self.check_in(&texts, profile)
    }

    /// Makes a session usable under its named profile, and no other session; those that had it before.
    ///
    /// # Errors
    /// [`AwsFilesError`]; among them that somebody else has a profile of that name.
    pub fn start(
        &self,
        profile: Profile<'_>,
        access: Access<'_>,
    ) -> Result<Vec<Started>, AwsFilesError> {
        let Profile { alias, name, .. } = profile;
        let gains = match access {
            Access::Process { .. } => AwsFile::Config,
            Access::Keys(_) => AwsFile::Credentials,
        };
        if gains == AwsFile::Credentials && name == DEFAULTS {
            return Err(AwsFilesError::Defaults);
        }
        self.place(gains).check_creatable()?;
        let mut edit = self.edit()?;
        edit.check(name)?;
        let (mark, access) = match access {
            Access::Process {
                leapp,
                variable,
                arguments,
            } => {
                let command = command(leapp, variable, arguments)
                    .ok_or_else(|| AwsFilesError::Path(leapp.to_owned()))?;
                let keys = vec![("credential_process", command)];
                (mark::process(alias), keys)
            }
            Access::Keys(credentials) => {
                let mark = mark::keys(alias, &credentials.expiration.rfc3339());
                (mark, keys_of(credentials))
            }
        };
        // What leads to credentials comes last: by it the others are known for ours.
        let mut keys = vec![("region", profile.region.to_string())];
        keys.extend(
            profile
                .endpoint_url
                .map(|url| ("endpoint_url", url.to_string())),
        );
        keys.extend(access);
        let keys: Vec<_> = keys
            .into_iter()
            .map(|(name, value)| (name, Zeroizing::new(value)))
            .collect();
        let keys: Vec<(&str, &str)> = keys.iter().map(|(n, v)| (*n, v.as_str())).collect();
        self.check_inherited(gains, edit.text(gains), &keys)?;
        let before = started(&edit.before);
        // Whatever else of this session or under this name there is: its other form, a name that it had.
        edit.take_out(|file, run| {
            let is_there = file == gains && run.profile == name;
            !is_there && (run.alias == *alias || run.profile == name)
        });
        edit.text(gains).put(name, &mark, &keys);
        edit.check_after()?;
        edit.write(gains)?;
        let replaced = |other: &Started| other.alias != *alias && other.profile == name;
        Ok(before.into_iter().filter(replaced).collect())
    }

    /// Takes away what was written for sessions; which, and what of their sections is left.
    ///
    /// # Errors
    /// [`AwsFilesError`], where a file cannot be read or written.
    pub fn stop(
        &self,
        is_meant: impl Fn(&Alias) -> bool,
    ) -> Result<(Vec<Started>, Vec<Left>), AwsFilesError> {
        // Without a lock, and without a folder for it, where there is nothing to do.
        if !self.started()?.iter().any(|one| is_meant(&one.alias)) {
            return Ok((Vec::new(), Vec::new()));
        }
        let mut edit = self.edit()?;
        let taken = edit.take_out(|_, run| is_meant(&run.alias));
        edit.write(AwsFile::Config)?;
        let left = taken
            .iter()
            .filter(|(_, run)| run.company == Company::Others);
        let left = left.map(|(file, run)| Left {
            file: self.path(*file).to_owned(),
            line: run.line,
        });
        let left = left.collect();
        let stopped = taken.iter().map(|(file, run)| Started::of(*file, run));
        Ok((stopped.collect(), left))
    }
}

impl Started {
    fn of(file: AwsFile, run: &Run) -> Self {
        Self {
            alias: run.alias.clone(),
            profile: run.profile.clone(),
            form: match file {
                AwsFile::Config => Form::CredentialProcess,
                AwsFile::Credentials => Form::WrittenCredentials,
            },
        }
    }
}

fn started(texts: &[Text; 2]) -> Vec<Started> {
    let mut all = Vec::new();
    for (file, text) in AwsFile::BOTH.into_iter().zip(texts) {
        let runs = text.runs();
        let filled = runs.iter().filter(|run| run.content == Content::Lines);
        all.extend(filled.map(|run| Started::of(file, run)));
    }
    all
}

fn keys_of(credentials: &Credentials) -> Vec<(&'static str, String)> {
    vec![
        ("aws_access_key_id", credentials.access_key_id.clone()),
        (
            "aws_secret_access_key",
            credentials.secret_access_key.expose_secret().to_owned(),
        ),
        (
            "aws_session_token",
            credentials.session_token.expose_secret().to_owned(),
        ),
    ]
}
