//! The requests about access keys.

use aws_sdk_iam::config::Builder;
use aws_sdk_iam::config::retry::RetryConfig;
use aws_sdk_iam::types::StatusType;
use secrecy::SecretString;

use super::client::{IamClient, service};
use super::{Key, KeyState};
use crate::aws::{AwsError, Signer};
use crate::model::{AccessKey, IamAddress, Timestamp};

impl IamClient {
    pub(super) fn list_keys(
        &self,
        at: &IamAddress,
        signer: &Signer,
        user: Option<&str>,
    ) -> Result<Vec<Key>, AwsError> {
        // One page: a user has two keys at most.
        let request = self.client(at, signer)?.list_access_keys();
        let request = request.set_user_name(user.map(str::to_owned));
        let answer = self.connection.call(&service(at), request.send())?;
        let keys = answer.access_key_metadata.into_iter().map(|key| {
            let state = match key.status {
                Some(StatusType::Active) => KeyState::Active,
                _ => KeyState::Inactive,
            };
            let access_key_id = key.access_key_id.ok_or_else(|| {
                AwsError::garbled(&service(at), "an access key without an identifier")
            })?;
            Ok(Key {
                access_key_id,
                state,
                created: key.create_date.map(|date| Timestamp(date.secs())),
            })
        });
        keys.collect()
    }

    pub(super) fn create_key(
        &self,
        at: &IamAddress,
        signer: &Signer,
        user: Option<&str>,
    ) -> Result<AccessKey, AwsError> {
        // Never sent twice: where only the answer is lost, the second try would be a second key.
        let once = Builder::new().retry_config(RetryConfig::disabled());
        let request = self.client(at, signer)?.create_access_key();
        let request = request.set_user_name(user.map(str::to_owned));
        let request = request.customize().config_override(once);
        let answer = self.connection.call(&service(at), request.send())?;
        let key = answer
            .access_key
            .ok_or_else(|| AwsError::garbled(&service(at), "an answer without a key"))?;
        Ok(AccessKey {
            access_key_id: key.access_key_id,
            secret_access_key: SecretString::from(key.secret_access_key),
        })
    }

    pub(super) fn deactivate_key(
        &self,
        at: &IamAddress,
        signer: &Signer,
        user: Option<&str>,
        access_key_id: &str,
    ) -> Result<(), AwsError> {
        let request = self
            .client(at, signer)?
            .update_access_key()
            .set_user_name(user.map(str::to_owned))
            .access_key_id(access_key_id)
            .status(StatusType::Inactive);
        self.connection.call(&service(at), request.send())?;
        Ok(())
    }

    pub(super) fn delete_key(
        &self,
        at: &IamAddress,
        signer: &Signer,
        user: Option<&str>,
        access_key_id: &str,
    ) -> Result<(), AwsError> {
        let request = self
            .client(at, signer)?
            .delete_access_key()
            .set_user_name(user.map(str::to_owned))
            .access_key_id(access_key_id);
        self.connection.call(&service(at), request.send())?;
        Ok(())
    }
}
