//! What the environment and `config.toml` say, read once. Nothing else reads the environment.

mod aws_files;
mod config;
mod directories;
mod environment;
mod error;
mod key;
mod proxies;
mod session;
mod way;

use std::ffi::OsString;
use std::path::PathBuf;

use secrecy::SecretString;

use crate::aws_files::Place;
use crate::disk;
use crate::env_vars as var;
use crate::model::chain::Variants;
use crate::model::environment::Inherited;
use crate::model::plan::Caller;
use crate::model::proxy::ProxyVariables;
use environment::{base, display, endpoint, host, is_true, ours, path, text, user, variable};
use way::way;

pub use config::{Config, Lease, SamlProfile, SecretsSetting};
pub use directories::{Directory, standing, standing_outside};
pub use environment::{inherited, log_word, search_path};
pub use error::SettingsError;
pub use key::{InheritedKey, InheritedStsError, inherited_key, inherited_region, inherited_sts};
pub use session::{InheritedSession, inherited_hook, inherited_session, inherits_failure};

/// Everything that steers a run beside its arguments.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The directory of `sessions.toml` and `config.toml`.
    pub config_dir: PathBuf,
    /// The same, where it was named instead of the usual one.
    pub other_config_dir: Option<PathBuf>,
    /// The directory of sealed credentials.
    pub cache_dir: PathBuf,
    /// The directory of the file vault, of locks, and of what is remembered about secrets.
    pub data_dir: PathBuf,
    /// This machine's settings.
    pub config: Config,
    /// Who runs us.
    pub caller: Caller,
    /// Who has set what a session sets beside the user.
    pub inherited: Inherited,
    /// Which of AWS's own endpoints are used. The SDK reads these variables by itself; this is for
    /// saying what it will do.
    pub variants: Variants,
    /// What the environment says of the way to AWS: proxies, without passwords, and certificates.
    pub way: String,
    /// `AWS_CA_BUNDLE`.
    pub ca_bundle: Option<PathBuf>,
    /// `HTTPS_PROXY` and its like.
    pub proxies: ProxyVariables,
    /// `LEAPP_PASSPHRASE`.
    pub passphrase: Option<SecretString>,
    /// `LEAPP_PASSPHRASE_FILE`.
    pub passphrase_file: Option<PathBuf>,
    /// `LEAPP_IDENTITY_FILE`.
    pub identity_file: Option<PathBuf>,
    /// `LEAPP_MFA_CODE`.
    pub mfa_code: Option<SecretString>,
    /// The AWS CLI's config file.
    pub aws_config_file: Place,
    /// The AWS CLI's credentials file.
    pub aws_credentials_file: Place,
    /// `LEAPP_BROWSER`.
    pub browser: Option<PathBuf>,
    /// The directories of `PATH`.
    pub path: Vec<PathBuf>,
    /// The home directory.
    pub home: Option<PathBuf>,
    /// Whether a graphical dialog would be seen.
    pub display: Display,
    /// The user's editor, with its arguments: `VISUAL`, or else `EDITOR`.
    pub editor: Option<String>,
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

impl Settings {
    /// Reads the environment and `config.toml`.
    ///
    /// # Errors
    /// [`SettingsError`]: nothing that was set is silently ignored.
    pub fn read() -> Result<Self, SettingsError> {
        let other_config_dir = path(var::CONFIG_DIR);
        let config_dir = match &other_config_dir {
            Some(directory) => directory.clone(),
            None => base(var::XDG_CONFIG_HOME, ".config")?,
        };
        disk::own_dir(&config_dir).map_err(SettingsError::Untrusted)?;
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
        let inherited = inherited();
        Ok(Self {
            cache_dir: base(var::XDG_CACHE_HOME, ".cache")?,
            data_dir: base(var::XDG_DATA_HOME, ".local/share")?,
            config_dir,
            other_config_dir,
            config,
            caller: Caller {
                user: user(),
                host: host(),
                endpoint_url: endpoint(var::STS_ENDPOINT, inherited.endpoint)?,
                iam_endpoint_url: endpoint(var::IAM_ENDPOINT, inherited.endpoint)?,
            },
            inherited,
            variants: Variants {
                fips: is_true(var::FIPS),
                dual_stack: is_true(var::DUAL_STACK),
            },
            way: way(),
            ca_bundle: path(var::CA_BUNDLE),
            proxies: proxies::read()?,
            passphrase: ours(var::PASSPHRASE)?.map(SecretString::from),
            passphrase_file: path(var::PASSPHRASE_FILE),
            identity_file: path(var::IDENTITY_FILE),
            mfa_code: ours(var::MFA_CODE)?
                .filter(|code| !code.is_empty())
                .map(SecretString::from),
            aws_config_file: aws_files::place(var::AWS_CONFIG_FILE, "~/.aws/config"),
            aws_credentials_file: aws_files::place(var::AWS_CREDENTIALS_FILE, "~/.aws/credentials"),
            browser: path(var::BROWSER),
            path: search_path(),
            home: path(var::HOME),
            display: display(),
            editor: [var::VISUAL, var::EDITOR].into_iter().find_map(text),
            shell: variable(var::SHELL).filter(|shell| !shell.is_empty()),
            columns: text(var::COLUMNS).and_then(|columns| columns.parse().ok()),
        })
    }
}
