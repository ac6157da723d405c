//! The macOS Keychain: always there, and it unlocks itself where it can show its dialog.

use std::time::Duration;

use apple_native_keyring_store::keychain::Store;
use keyring_core::Entry;
use keyring_core::api::CredentialStoreApi;
use keyring_core::error::PlatformError;

use super::SecretError;
use super::error::{LockedCause, UnavailableCause};
use super::keyring::{self, Item, State};

/// Its dialog may come up at any use, so each gets the time of one.
pub(super) const CALL_LIMIT: Duration = keyring::UNLOCK_LIMIT;

/// The Keychain does not say whether an item can be had; that it cannot is an error of its use.
#[allow(
    clippy::unnecessary_wraps,
    reason = "its twin for the Secret Service can fail"
)]
pub(super) fn state(_item: &Item) -> Result<State, UnavailableCause> {
    Ok(State::Open)
}

/// An item in the login keychain, which need not exist. Leapp's are found as ours are.
pub(super) fn entry(item: &Item) -> keyring_core::Result<Entry> {
    Store::new()?.build(&item.service, &item.account, None)
}

/// What a status code of the Keychain means. The store passes it on only inside an error whose type
/// belongs to a crate that it does not re-export, so it is read from the error's `Debug` text.
pub(super) fn failure(cause: &PlatformError) -> SecretError {
    const INTERACTION_NOT_ALLOWED: &str = "-25308";
    const AUTHENTICATION_FAILED: &str = "-25293";
    const USER_CANCELED: &str = "-128";
    let text = format!("{cause:?}");
    let mut words = text.split(|c: char| c != '-' && !c.is_ascii_digit());
    let status = words.find(|word| word.len() > 1).unwrap_or_default();
    if status == INTERACTION_NOT_ALLOWED {
        // As over ssh, where its dialog cannot be shown.
        keyring::locked(LockedCause::NoDisplay)
    } else if [AUTHENTICATION_FAILED, USER_CANCELED].contains(&status) {
        keyring::denied(cause)
    } else {
        keyring::unavailable(UnavailableCause::Keyring(cause.to_string()))
    }
}
