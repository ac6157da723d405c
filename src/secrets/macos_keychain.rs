//! The macOS Keychain: always there, and it unlocks itself where it can show its dialog.

use std::time::Duration;

use apple_native_keyring_store::keychain::Store;
use keyring_core::api::CredentialStoreApi;
use keyring_core::error::PlatformError;
use keyring_core::{Entry, Error};

use super::keyring::{self, Failure, Item, KeyringProgram, State};

/// Its dialog may come up at any use, so each gets the time of one.
pub(super) const CALL_LIMIT: Duration = keyring::UNLOCK_LIMIT;

/// The login keychain.
#[derive(Clone, Default)]
pub(super) struct Handle;

#[allow(
    clippy::unused_self,
    clippy::unnecessary_wraps,
    reason = "its twin for the Secret Service has a connection, and can fail"
)]
impl Handle {
    pub(super) fn program(&self) -> KeyringProgram {
        KeyringProgram::Unknown
    }

    /// The Keychain does not say whether an item can be had; that it cannot is an error of its use.
    pub(super) fn state(&self, _item: &Item) -> Result<State, Failure> {
        Ok(State::Open)
    }

    pub(super) fn unlock(
        &self,
        _item: &Item,
        _beside: Option<&Item>,
        _may_ask: bool,
    ) -> Result<(), Failure> {
        Ok(())
    }

    pub(super) fn get(&self, item: &Item) -> Result<Vec<u8>, Failure> {
        entry(item)?.get_secret().map_err(failure)
    }

    pub(super) fn set(&self, item: &Item, secret: &[u8]) -> Result<(), Failure> {
        entry(item)?.set_secret(secret).map_err(failure)
    }

    pub(super) fn delete(&self, item: &Item) -> Result<(), Failure> {
        entry(item)?.delete_credential().map_err(failure)
    }
}

/// An item in the login keychain, which need not exist. Leapp's are found as ours are.
fn entry(item: &Item) -> Result<Entry, Failure> {
    let store = Store::new().map_err(failure)?;
    let entry = store.build(&item.service, &item.account, None);
    entry.map_err(failure)
}

fn failure(error: Error) -> Failure {
    match error {
        Error::NoEntry => Failure::NoItem,
        Error::NoStorageAccess(cause) => Failure::Refused(cause.to_string()),
        Error::PlatformFailure(cause) => of_status(&cause),
        // These three carry what they found, which may be the secret: their texts are not used.
        Error::BadEncoding(_) | Error::BadDataFormat(..) => {
            Failure::Failed("its item is of an unknown format".to_owned())
        }
        Error::Ambiguous(_) => Failure::Failed("there are several such items".to_owned()),
        other => Failure::Failed(other.to_string()),
    }
}

/// What a status code of the Keychain means. The store passes it on only inside an error whose type
/// belongs to a crate that it does not re-export, so it is read from the error's `Debug` text.
fn of_status(cause: &PlatformError) -> Failure {
    const INTERACTION_NOT_ALLOWED: &str = "-25308";
    const AUTHENTICATION_FAILED: &str = "-25293";
    const USER_CANCELED: &str = "-128";
    let text = format!("{cause:?}");
    let mut words = text.split(|c: char| c != '-' && !c.is_ascii_digit());
    let status = words.find(|word| word.len() > 1).unwrap_or_default();
    if status == INTERACTION_NOT_ALLOWED {
        // As over ssh, where its dialog cannot be shown.
        Failure::Locked
    } else if [AUTHENTICATION_FAILED, USER_CANCELED].contains(&status) {
        Failure::Refused(cause.to_string())
    } else {
        Failure::Failed(cause.to_string())
    }
}
