//! Whose signature a request carries.

use aws_sdk_sts::config::Credentials as SdkCredentials;
use secrecy::{ExposeSecret, SecretString};

use crate::model::{AccessKey, Credentials};

/// A key that signs requests, long-lived or temporary.
#[derive(Clone, Debug)]
pub struct Signer {
    access_key_id: String,
    secret_access_key: SecretString,
    session_token: Option<SecretString>,
}

impl Signer {
    /// A key that was given as its parts; temporary ones have a token.
    pub fn new(
        access_key_id: String,
        secret_access_key: SecretString,
        session_token: Option<SecretString>,
    ) -> Self {
        Self {
            access_key_id,
            secret_access_key,
            session_token,
        }
    }

    /// The identifier of who signs. Not a secret.
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The same for the SDK.
    pub fn for_sdk(&self) -> SdkCredentials {
        let token = self.session_token.as_ref();
        SdkCredentials::new(
            &self.access_key_id,
            self.secret_access_key.expose_secret(),
            token.map(|token| token.expose_secret().to_owned()),
            None,
            "leapp",
        )
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
