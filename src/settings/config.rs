//! `config.toml`: this machine's settings.

use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::SettingsError;
use crate::disk::{self, DiskError};
use crate::model::{Span, Url};

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
    /// The endpoint that signs browsers in to the console, instead of AWS's own.
    #[serde(deserialize_with = "private_url")]
    pub console_endpoint: Option<Url>,
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

impl Config {
    pub(super) fn read(file: &Path) -> Result<Self, SettingsError> {
        let unreadable = |source| SettingsError::Unreadable {
            file: file.to_owned(),
            source,
        };
        // It names programs to be run.
        let bytes = match disk::read_trusted(file) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Ok(Self::default()),
            Err(DiskError::Io { source, .. }) => return Err(unreadable(source)),
            Err(untrusted) => return Err(SettingsError::Untrusted(untrusted)),
        };
        let text = String::from_utf8(bytes)
            .map_err(|error| unreadable(io::Error::new(io::ErrorKind::InvalidData, error)))?;
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

/// An address that credentials are sent to.
fn private_url<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Url>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let url: Url = text.parse().map_err(serde::de::Error::custom)?;
    if url.is_private() {
        Ok(Some(url))
    } else {
        Err(serde::de::Error::custom(format!(
            "`{url}` is asked in clear over the network; plain http is for this machine only"
        )))
    }
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
