//! What the environment says of the identity that it is: a key, a region, an STS.

use secrecy::SecretString;

use super::SettingsError;
use super::environment::{endpoint, inherited, ours, text};
use super::session::inherits_failure;
use crate::env_vars as var;
use crate::model::chain::StsAddress;
use crate::model::environment::Setter;
use crate::model::plan::PlanError;
use crate::model::{InvalidRegion, Region};

/// The key that AWS programs would find in this environment.
#[derive(Clone, Debug)]
pub struct InheritedKey {
    /// `AWS_ACCESS_KEY_ID`.
    pub access_key_id: String,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret_access_key: SecretString,
    /// `AWS_SESSION_TOKEN`: temporary credentials have one.
    pub session_token: Option<SecretString>,
}

/// The key of this environment, if there is one. After a failed switch there is none that means anything.
///
/// # Errors
/// Where a variable is not text.
pub fn inherited_key() -> Result<Option<InheritedKey>, SettingsError> {
    if inherits_failure() {
        return Ok(None);
    }
    let filled = |name| Ok::<_, SettingsError>(ours(name)?.filter(|value| !value.is_empty()));
    let (id, secret) = (filled(var::ACCESS_KEY_ID)?, filled(var::SECRET_ACCESS_KEY)?);
    let token = filled(var::SESSION_TOKEN)?;
    Ok(id.zip(secret).map(|(access_key_id, secret)| InheritedKey {
        access_key_id,
        secret_access_key: secret.into(),
        session_token: token.map(Into::into),
    }))
}

/// The region of this environment, if it names one.
///
/// # Errors
/// Where what it names is none.
pub fn inherited_region() -> Result<Option<Region>, InvalidRegion> {
    let named = [var::REGION, var::DEFAULT_REGION];
    let region = named.into_iter().find_map(text);
    region.map(|text| text.parse()).transpose()
}

/// The STS that AWS programs would ask in this environment; also where a session of ours has named it.
///
/// # Errors
/// Where a variable names none, or one that would be asked in clear over the network.
pub fn inherited_sts(region: Region) -> Result<StsAddress, InheritedStsError> {
    let endpoint_url = endpoint(var::STS_ENDPOINT, Setter::User)?;
    let theirs = inherited().endpoint == Setter::User;
    match endpoint_url {
        Some(url) if theirs && !url.is_private() => {
            Err(PlanError::InsecureEndpoint("STS", url).into())
        }
        endpoint_url => Ok(StsAddress {
            region,
            endpoint_url,
        }),
    }
}

/// The environment names no STS that can be asked.
#[derive(Debug, thiserror::Error)]
pub enum InheritedStsError {
    /// What it names is no endpoint.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// Asking it would show everybody what is asked.
    #[error(transparent)]
    Insecure(#[from] PlanError),
}
