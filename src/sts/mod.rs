//! AWS's Security Token Service, as a port: what is asked, what is answered, what can go wrong.
//!
//! Async ends in this room: the trait is blocking, and only [`client`](StsClient) knows of a runtime.

mod client;
mod error;
mod trust;

use secrecy::SecretString;

use crate::model::chain::{RoleStep, SamlStep, StsAddress};
use crate::model::{AccessKey, Credentials, MfaDevice, Span};

pub use client::{StsClient, StsConfig};
pub use error::{StsError, StsErrorKind};
pub use trust::TrustError;

/// Something that answers as STS does.
pub trait Sts {
    /// Temporary credentials of the very user whose key signs, with the rights that MFA opens where
    /// a code comes along.
    ///
    /// # Errors
    /// [`StsError`], classified.
    fn get_session_token(
        &self,
        at: &StsAddress,
        signer: &Signer,
        lifetime: Span,
        code: Option<&MfaCode<'_>>,
    ) -> Result<Credentials, StsError>;

    /// Temporary credentials of a role.
    ///
    /// # Errors
    /// [`StsError`], classified.
    fn assume_role(
        &self,
        at: &StsAddress,
        signer: &Signer,
        role: &RoleStep,
        code: Option<&MfaCode<'_>>,
    ) -> Result<Credentials, StsError>;

    /// Temporary credentials of a role, for an assertion: the one request that nobody signs.
    ///
    /// # Errors
    /// [`StsError`], classified.
    fn assume_role_with_saml(
        &self,
        at: &StsAddress,
        role: &SamlStep,
        assertion: &SecretString,
    ) -> Result<Credentials, StsError>;
}

/// Whose signature a request carries.
#[derive(Clone, Debug)]
pub struct Signer {
    access_key_id: String,
    secret_access_key: SecretString,
    session_token: Option<SecretString>,
}

impl Signer {
    /// The identifier of who signs. Not a secret.
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }
}

impl From<&AccessKey> for Signer {
    fn from(key: &AccessKey) -> Self {
        Self {
            access_key_id: key.access_key_id.clone(),
            secret_access_key: key.secret_access_key.clone(),
            session_token: None,
        }
    }
}

impl From<&Credentials> for Signer {
    fn from(credentials: &Credentials) -> Self {
        Self {
            access_key_id: credentials.access_key_id.clone(),
            secret_access_key: credentials.secret_access_key.clone(),
            session_token: Some(credentials.session_token.clone()),
        }
    }
}

/// A code and the device that showed it.
#[derive(Debug)]
pub struct MfaCode<'a> {
    /// The device.
    pub device: &'a MfaDevice,
    /// Six digits, good once.
    pub code: SecretString,
}
