//! What the environment and `config.toml` say, read once. Nothing else reads the environment.

mod session;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::Deserialize;

use crate::env_vars as var;
use crate::model::environment::InheritedEndpoint;
use crate::model::plan::Caller;
use crate::model::{InvalidUrl, Span, Url};

pub use session::{InheritedSession, inherited_session, standing};

/// Everything that steers a run beside its arguments.
#[derive(Debug)]
pub struct Settings {
    /// The directory of `sessions.toml` and `config.toml`.
    pub config_dir: PathBuf,
    /// The directory of sealed credentials.
    pub cache_dir: PathBuf,
    /// The directory of the file vault, of locks, and of what is remembered about secrets.
    pub data_dir: PathBuf,
    /// This machine's settings.
    pub config: Config,
    /// Who runs us.
    pub caller: Caller,
    /// Whose `AWS_ENDPOINT_URL` we were started with.
    pub inherited_endpoint: InheritedEndpoint,
    /// `AWS_CA_BUNDLE`.
    pub ca_bundle: Option<PathBuf>,
    /// `LEAPP_PASSPHRASE`.
    pub passphrase: Option<SecretString>,
    /// `LEAPP_PASSPHRASE_FILE`.
    pub passphrase_file: Option<PathBuf>,
    /// `LEAPP_IDENTITY_FILE`.
    pub identity_file: Option<PathBuf>,
    /// `LEAPP_MFA_CODE`.
    pub mfa_code: Option<SecretString>,
    /// `LEAPP_BROWSER`.
    pub browser: Option<PathBuf>,
    /// The directories of `PATH`.
    pub path: Vec<PathBuf>,
    /// The home directory.
    pub home: Option<PathBuf>,
    /// Whether a graphical dialog would be seen.
    pub display: Display,
    /// The user's shell.
    pub shell: Option<OsString>,
    /// How wide tables may be, where the environment says so.
    pub columns: Option<usize>,
}

/// Whether there is a graphical display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Display {
    /// There is one.
    Present,
    /// There is none.
    Absent,
    /// There is none here: this machine is used from another, over ssh.
    Elsewhere,
}

/// `config.toml`: this machine's settings.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where new secrets go: `auto`, `keyring` or `file`.
    pub secrets: SecretsSetting,
    /// The service name of our items in the OS keyring; `leapp` by default.
    pub keyring_service: Option<String>,
    /// How long unlocked keys stay in the kernel keyring.
    pub lease: Lease,
    /// The browser for SAML logins: a path, or a name to be found on `PATH`.
    pub browser: Option<PathBuf>,
    /// Arguments that it is started with, beside our own.
    pub browser_args: Vec<String>,
    /// Hosts at which an assertion is posted to AWS, beside AWS's own.
    #[serde(deserialize_with = "hosts")]
    pub saml_hosts: Vec<String>,
    /// Whether the browser remembers a SAML login.
    pub saml_profile: SamlProfile,
}

/// Whether the browser remembers a SAML login.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SamlProfile {
    /// The cookies of a login make the next one silent.
    #[default]
    Kept,
    /// Every login begins from nothing.
    Fresh,
}

/// Where new secrets go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecretsSetting {
    /// The OS keyring if one answers, else the file vault.
    #[default]
    Auto,
    /// The OS keyring.
    Keyring,
    /// The file vault.
    File,
}

/// How long unlocked keys stay in the kernel keyring.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lease {
    /// The key that seals the cache; `12h` by default.
    #[serde(deserialize_with = "span")]
    pub sealing_key: Option<Span>,
    /// The identity that opens the file vault; `1h` by default.
    #[serde(deserialize_with = "span")]
    pub identity: Option<Span>,
}

/// What the environment or `config.toml` says makes no sense.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// There is no place for our files.
    #[error("neither `HOME` nor `{0}` says where files are to be kept")]
    NoHome(&'static str),
    /// `config.toml` can not be read.
    #[error("can not read `{}`", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// `config.toml` says something that means nothing.
    #[error("{}:{line}: {problem}", file.display())]
    Invalid {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// A variable holds something that means nothing.
    #[error("`{variable}` is `{value}`, which is none of `auto`, `keyring`, `file`")]
    Word {
        /// The variable.
        variable: &'static str,
        /// What it holds.
        value: String,
    },
    /// A variable holds something that is not text.
    #[error("`{0}` is not UTF-8")]
    NotText(&'static str),
    /// An endpoint variable holds no URL.
    #[error("`{variable}` names no endpoint")]
    Endpoint {
        /// The variable.
        variable: &'static str,
        /// Why not.
        source: InvalidUrl,
    },
}

impl Settings {
    /// Reads the environment and `config.toml`.
    ///
    /// # Errors
    /// [`SettingsError`]: nothing that was set is silently ignored.
    pub fn read() -> Result<Self, SettingsError> {
        let config_dir = match path(var::CONFIG_DIR) {
            Some(directory) => directory,
            None => base(var::XDG_CONFIG_HOME, ".config")?,
        };
        let mut config = Config::read(&config_dir.join("config.toml"))?;
        if let Some(word) = ours(var::SECRETS)? {
            config.secrets = match word.as_str() {
                "" | "auto" => SecretsSetting::Auto,
                "keyring" => SecretsSetting::Keyring,
                "file" => SecretsSetting::File,
                _ => {
                    return Err(SettingsError::Word {
                        variable: var::SECRETS,
                        value: word,
                    });
                }
            };
        }
        let inherited_endpoint = inherited_endpoint();
        Ok(Self {
            cache_dir: base(var::XDG_CACHE_HOME, ".cache")?,
            data_dir: base(var::XDG_DATA_HOME, ".local/share")?,
            config_dir,
            config,
            caller: Caller {
                user: user(),
                host: host(),
                endpoint_url: endpoint(inherited_endpoint)?,
            },
            inherited_endpoint,
            ca_bundle: path(var::CA_BUNDLE),
            passphrase: ours(var::PASSPHRASE)?.map(SecretString::from),
            passphrase_file: path(var::PASSPHRASE_FILE),
            identity_file: path(var::IDENTITY_FILE),
            mfa_code: ours(var::MFA_CODE)?
                .filter(|code| !code.is_empty())
                .map(SecretString::from),
            browser: path(var::BROWSER),
            path: variable(var::PATH)
                .map(|value| env::split_paths(&value).collect())
                .unwrap_or_default(),
            home: path(var::HOME),
            display: display(),
            shell: variable(var::SHELL).filter(|shell| !shell.is_empty()),
            columns: text(var::COLUMNS).and_then(|columns| columns.parse().ok()),
        })
    }
}

/// The directories of `PATH`.
pub fn search_path() -> impl Iterator<Item = PathBuf> {
    let path = variable(var::PATH).unwrap_or_default();
    env::split_paths(&path).collect::<Vec<_>>().into_iter()
}

/// X11 can come over ssh, and is then as good as here; the desktop of macOS can not.
fn display() -> Display {
    let named = [var::DISPLAY, var::WAYLAND_DISPLAY]
        .into_iter()
        .any(|name| text(name).is_some());
    let over_ssh = text(var::SSH_CONNECTION).is_some();
    match (named, over_ssh) {
        (true, _) => Display::Present,
        (false, true) => Display::Elsewhere,
        (false, false) if cfg!(target_os = "macos") => Display::Present,
        (false, false) => Display::Absent,
    }
}

/// Whose `AWS_ENDPOINT_URL` we were started with.
pub fn inherited_endpoint() -> InheritedEndpoint {
    match (text(var::ENDPOINT), text(var::OWN_ENDPOINT)) {
        (Some(endpoint), Some(own)) if endpoint == own => InheritedEndpoint::Ours,
        _ => InheritedEndpoint::TheirsOrNone,
    }
}

impl Config {
    fn read(file: &Path) -> Result<Self, SettingsError> {
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => {
                return Err(SettingsError::Unreadable {
                    file: file.to_owned(),
                    source,
                });
            }
        };
        toml::from_str(&text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let line = text.bytes().take(at).filter(|&b| b == b'\n').count() + 1;
            SettingsError::Invalid {
                file: file.to_owned(),
                line,
                problem: error.message().replace('\n', ", "),
            }
        })
    }
}

fn span<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Span>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(serde::de::Error::custom)
}

fn hosts<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let hosts = Vec::<String>::deserialize(deserializer)?;
    let admitted = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'.';
    match hosts
        .iter()
        .find(|host| host.is_empty() || !host.bytes().all(admitted))
    {
        None => Ok(hosts),
        Some(odd) => Err(serde::de::Error::custom(format!(
            "`{odd}` is not the name of a host (as in `signin.example.com`)"
        ))),
    }
}

/// The endpoint that the environment names for STS, unless it is one that a session left there.
fn endpoint(inherited: InheritedEndpoint) -> Result<Option<Url>, SettingsError> {
    let of_all = ours(var::ENDPOINT)?.filter(|_| inherited == InheritedEndpoint::TheirsOrNone);
    let named = [
        (var::STS_ENDPOINT, ours(var::STS_ENDPOINT)?),
        (var::ENDPOINT, of_all),
    ];
    let mut named = named
        .into_iter()
        .filter_map(|(variable, url)| Some((variable, url?)));
    let Some((variable, url)) = named.find(|(_, url)| !url.is_empty()) else {
        return Ok(None);
    };
    // The SDKs take a URL with or without a slash at its end for the same one.
    let url = url.trim_end_matches('/').parse();
    url.map(Some)
        .map_err(|source| SettingsError::Endpoint { variable, source })
}

/// A directory of ours below one of the XDG base directories. A relative one is to be ignored, says
/// the specification: it would mean another place in every directory.
fn base(variable: &'static str, default: &str) -> Result<PathBuf, SettingsError> {
    let absolute = |name| path(name).filter(|p| p.is_absolute());
    let parent = match absolute(variable) {
        Some(parent) => parent,
        None => absolute(var::HOME)
            .ok_or(SettingsError::NoHome(variable))?
            .join(default),
    };
    Ok(parent.join("leapp"))
}

fn user() -> String {
    text(var::USER).unwrap_or_else(|| {
        let id = nix::unistd::getuid();
        let entry = nix::unistd::User::from_uid(id).ok().flatten();
        entry.map_or_else(|| id.to_string(), |user| user.name)
    })
}

fn host() -> String {
    let name = nix::unistd::gethostname().unwrap_or_default();
    name.to_string_lossy()
        .split('.')
        .next()
        .unwrap_or_default()
        .to_owned()
}

fn path(name: &str) -> Option<PathBuf> {
    variable(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

/// A variable that steers us, empty or not. One that we can not read is not passed over: whoever set it
/// meant something.
fn ours(name: &'static str) -> Result<Option<String>, SettingsError> {
    let text = variable(name).map(OsString::into_string).transpose();
    text.map_err(|_| SettingsError::NotText(name))
}

/// A variable that is set, not empty, and text.
fn text(name: &str) -> Option<String> {
    variable(name)
        .and_then(|value| value.into_string().ok())
        .filter(|value| !value.is_empty())
}

fn variable(name: &str) -> Option<OsString> {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one reader of the environment"
    )]
    env::var_os(name)
}
