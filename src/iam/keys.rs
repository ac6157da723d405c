//! The requests about access keys.

use aws_sdk_iam::config::Builder;
use aws_sdk_iam::config::retry::RetryConfig;
use aws_sdk_iam::types::{AccessKey as IamAccessKey, StatusType};
use secrecy::SecretString;

use super::client::{IamClient, service};
use super::{Key, KeyState};
use crate::aws::{AwsError, Signer};
use crate::model::{AccessKey, IamAddress, InvalidMember, LONGEST_ID, Timestamp, ascii_text};

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
            let access_key_id = key.access_key_id.unwrap_or_default();
            ascii_text("AccessKeyId", &access_key_id, LONGEST_ID)?;
            let state = match key.status {
                Some(StatusType::Active) => KeyState::Active,
                Some(StatusType::Inactive) => KeyState::Inactive,
                _ => return Err(InvalidMember::Missing("Status")),
            };
            let created = key
                .create_date
                .ok_or(InvalidMember::Missing("CreateDate"))?;
            Ok(Key {
                access_key_id,
                state,
                created: Timestamp(created.secs()),
            })
        });
        let keys: Result<Vec<Key>, InvalidMember> = keys.collect();
        // Whoever asks has a key.
        let some = |keys: Vec<Key>| {
            if keys.is_empty() {
                Err(InvalidMember::Missing("AccessKeyMetadata"))
            } else {
                Ok(keys)
            }
        };
        keys.and_then(some)
            .map_err(|wrong| AwsError::invalid(&service(at), &wrong))
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
        let key = answer.access_key.ok_or(InvalidMember::Missing("AccessKey"));
        key.and_then(|key| new_key(key, user))
            .map_err(|wrong| AwsError::invalid(&service(at), &wrong))
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

/// A new key, where it can be one, and is that of the user who was named.
fn new_key(key: IamAccessKey, user: Option<&str>) -> Result<AccessKey, InvalidMember> {
    if user.is_some_and(|user| user != key.user_name) {
        return Err(InvalidMember::Mismatch(
            "UserName",
            "the user who was named",
        ));
    }
    if key.status != StatusType::Active {
        return Err(InvalidMember::Form("Status", "`Active`"));
    }
    AccessKey::checked(key.access_key_id, SecretString::from(key.secret_access_key))
}

#[cfg(test)]
mod tests {
    use aws_sdk_iam::types::builders::AccessKeyBuilder;

    use super::*;

    #[test]
    fn a_new_key_is_active_and_of_the_user_who_was_named() {
        let whole = IamAccessKey::builder()
            .user_name("alice")
            .access_key_id("AKIAIOSFODNN7EXAMPLE")
            .status(StatusType::Active)
            .secret_access_key("s");
        let made = |builder: AccessKeyBuilder, user| new_key(builder.build().unwrap(), user);
        assert!(made(whole.clone(), Some("alice")).is_ok());
        assert!(made(whole.clone().user_name(""), None).is_ok());
        for odd in [
            whole.clone().user_name("bob"),
            whole.clone().user_name(""),
            whole.clone().status(StatusType::Inactive),
            whole.clone().status("no".into()),
            whole.clone().access_key_id(""),
            whole.clone().access_key_id("AKIA"),
            whole.clone().secret_access_key(""),
        ] {
            assert!(made(odd.clone(), Some("alice")).is_err(), "{odd:?}");
        }
    }
}
