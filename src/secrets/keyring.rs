//! What the keyrings of all systems have in common: open or locked, and the words for what fails.

use std::fmt;
use std::time::Duration;

use super::error::{LockedCause, UnavailableCause};
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
    /// We.
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

/// Why a keyring did not do as it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// There is no session bus.
    #[cfg_attr(target_os = "macos", allow(dead_code, reason = "there is no bus"))]
    NoBus(String),
    /// No program is the keyring.
    #[cfg_attr(target_os = "macos", allow(dead_code, reason = "there is no bus"))]
    NoService,
    /// There is nothing to put items into.
    #[cfg_attr(target_os = "macos", allow(dead_code, reason = "the Keychain has one"))]
    NoCollection,
    /// There is no such item.
    NoItem,
    /// A dialog would be needed.
    Locked,
    /// Somebody or something said no.
    Refused(String),
    /// Anything else, in its own words.
    Failed(String),
    /// Nothing, for so long.
    Silent(Duration),
}

/// The program that is the keyring.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum KeyringProgram {
    /// gnome-keyring.
    GnomeKeyring,
    /// `KeePassXC`.
    KeePassXc,
    /// `KWallet`.
    KWallet,
    /// Another one, by the name of its process.
    Other(String),
    /// It cannot be told; or there is none, as on macOS.
    #[default]
    Unknown,
}

impl KeyringProgram {
    /// The program whose process has this name, of which Linux keeps fifteen characters.
    #[cfg_attr(target_os = "macos", allow(dead_code, reason = "there is no bus"))]
    pub(super) fn of_process(name: &str) -> Self {
        match name {
            "gnome-keyring-d" => Self::GnomeKeyring,
            "keepassxc" => Self::KeePassXc,
            "kwalletd5" | "kwalletd6" | "ksecretd" => Self::KWallet,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl fmt::Display for KeyringProgram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::GnomeKeyring => "gnome-keyring",
            Self::KeePassXc => "KeePassXC",
            Self::KWallet => "KWallet",
            Self::Other(name) => name,
            Self::Unknown => "the keyring",
        })
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
