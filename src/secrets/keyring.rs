//! What the keyrings of all systems have in common: open or locked, and the words for what fails.

use std::time::Duration;

use keyring_core::error::PlatformError;

use super::error::{DeniedCause, LockedCause, UnavailableCause};
use super::{Place, SecretError};

/// For a person to find the dialog and type a password.
pub(super) const UNLOCK_LIMIT: Duration = Duration::from_mins(1);

/// How one item is found.
#[derive(Clone)]
pub(super) struct Item {
    pub(super) service: String,
    pub(super) account: String,
    #[cfg_attr(
        target_os = "macos",
        allow(dead_code, reason = "Leapp's are found as ours are")
    )]
    pub(super) keeper: Keeper,
}

/// Who has put items there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keeper {
    /// We, through `keyring-core`.
    Us,
    /// Leapp, through keytar. These are only ever read.
    Leapp,
}

/// Whether an item can be had now.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// As far as can be told, without a dialog.
    Open,
    /// Only after a dialog.
    #[cfg_attr(
        target_os = "macos",
        allow(dead_code, reason = "the Keychain does not tell")
    )]
    Locked,
}

pub(super) fn denied(cause: &PlatformError) -> SecretError {
    SecretError::Denied {
        place: Place::Keyring,
        cause: DeniedCause::Keyring(cause.to_string()),
    }
}

pub(super) fn unavailable(cause: UnavailableCause) -> SecretError {
    SecretError::Unavailable {
        place: Place::Keyring,
        cause,
    }
}

pub(super) fn locked(cause: LockedCause) -> SecretError {
    SecretError::Locked {
        place: Place::Keyring,
        cause,
    }
}
