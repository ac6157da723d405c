//! `leapp serve ALIAS`: an endpoint without a command, for programs that are started elsewhere.

use std::fs::{self, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf, absolute};

use super::error::CommandError;
use super::renewals;
use super::resolve::resolve;
use crate::app::App;
use crate::cli::ServeArgs;
use crate::disk::{self, PrivateFile};
use crate::model::secret::{ExposeSecret, SecretString};
use crate::process::Signals;
use crate::ui::printer::exact;

/// Serves until somebody ends it, which is no failure.
pub(super) fn run(args: &ServeArgs, app: &App) -> Result<(), CommandError> {
    let resolved = resolve(args.alias.as_deref(), &args.wishes, app)?;
    // From here on a signal finds the loop below, and the file of the token is removed.
    let signals = Signals::watch().map_err(|error| CommandError::no_signals(&error))?;
    let endpoint = renewals::begin(&resolved, args.port.unwrap_or(0), app)?;
    let shown = Shown::of(args.token_file.as_deref(), &endpoint.token, app)?;
    let region = args.region.as_ref().unwrap_or(&resolved.chain.region);
    let lines = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", endpoint.url.as_str()),
        shown.variable(&endpoint.token),
        ("AWS_REGION", region.as_str()),
        // The AWS CLI before its version 2 knows this one alone.
        ("AWS_DEFAULT_REGION", region.as_str()),
    ];
    let lines = lines.map(|(name, value)| format!("export {name}={}\n", shell_words::quote(value)));
    exact(&lines.concat())?;
    app.printer.note(&format!(
        "serving `{}` to programs that have these variables, and none of the keys; Ctrl-C ends it",
        resolved.chain.target
    ));
    signals.wait();
    Ok(())
}

/// A private file of ours that holds the token, without a line end: most programs would send that as well.
pub(super) fn token_file(token: &SecretString, app: &App) -> Result<PrivateFile, CommandError> {
    let directory = app.settings.data_dir.join("tokens");
    Ok(PrivateFile::create(
        &directory,
        token.expose_secret().as_bytes(),
    )?)
}

/// How the token gets to whoever may ask. It is never on a screen.
enum Shown {
    /// On standard output, where a file or a program reads it.
    Printed,
    /// In a file that the user has named.
    Named(TokenFile),
    /// In one of ours, for whoever reads the screen.
    Ours {
        path: String,
        /// Removed at the end.
        _file: PrivateFile,
    },
}

impl Shown {
    fn of(file: Option<&Path>, token: &SecretString, app: &App) -> Result<Self, CommandError> {
        if let Some(file) = file {
            return Ok(Self::Named(TokenFile::create(file, token)?));
        }
        if !io::stdout().is_terminal() {
            return Ok(Self::Printed);
        }
        let file = token_file(token, app)?;
        let path = file.path().display().to_string();
        Ok(Self::Ours { path, _file: file })
    }

    fn variable<'a>(&'a self, token: &'a SecretString) -> (&'static str, &'a str) {
        const FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
        match self {
            Self::Printed => ("AWS_CONTAINER_AUTHORIZATION_TOKEN", token.expose_secret()),
            Self::Named(file) => (FILE, &file.shown),
            Self::Ours { path, .. } => (FILE, path),
        }
    }
}

/// A file that holds the token, and is gone when this value is.
struct TokenFile {
    path: PathBuf,
    shown: String,
}

impl TokenFile {
    fn create(path: &Path, token: &SecretString) -> Result<Self, CommandError> {
        let refused = |error: io::Error| CommandError::token_file(path, &error);
        if is_left_over(path, token) {
            fs::remove_file(path).map_err(refused)?;
        }
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(refused)?;
        // Whoever reads it may be somewhere else by then.
        let path = absolute(path).map_err(refused)?;
        let shown = path.display().to_string();
        let this = Self { path, shown };
        file.write_all(token.expose_secret().as_bytes())
            .map_err(|error| CommandError::token_file(&this.path, &error))?;
        Ok(this)
    }
}

impl Drop for TokenFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Whether a file can only be what an earlier run has left that was killed: private, and of a token's
/// length and letters. Nothing else is ever replaced.
fn is_left_over(path: &Path, token: &SecretString) -> bool {
    let is_private = fs::symlink_metadata(path)
        .is_ok_and(|found| found.is_file() && found.mode() & 0o777 == 0o600);
    let admitted = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    let is_like_one =
        |bytes: Vec<u8>| bytes.len() == token.expose_secret().len() && bytes.iter().all(admitted);
    let longer = token.expose_secret().len() as u64 + 1;
    is_private && disk::read_ours(path, longer).is_ok_and(is_like_one)
}
