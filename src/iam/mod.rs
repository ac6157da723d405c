//! AWS's Identity and Access Management, as a port: what is asked and what is answered.

mod client;
mod keys;
mod policies;
mod simulation;

use crate::aws::{AwsError, Signer};
use crate::model::{AccessKey, IamAddress, Timestamp};

pub use client::IamClient;
pub use policies::{Look, Owner, Role};
pub use simulation::{Decision, Simulated};

/// Something that answers as IAM does. `user` is the name of who signs: only to a long-lived key can it be
/// left out, as for the root of an account, who has none.
pub trait Iam {
    /// The access keys of the user; two at most.
    ///
    /// # Errors
    /// [`AwsError`], classified.
    fn list_access_keys(
        &self,
        at: &IamAddress,
        signer: &Signer,
        user: Option<&str>,
    ) -> Result<Vec<Key>, AwsError>;

    /// One more access key for the user. AWS tells its secret this once.
    ///
    /// # Errors
    /// [`AwsError`], classified.
    fn create_access_key(
        &self,
        at: &IamAddress,
        signer: &Signer,
        user: Option<&str>,
    ) -> Result<AccessKey, AwsError>;

    /// Switches an access key of the user off.
    ///
    /// # Errors
    /// [`AwsError`], classified; [`NoSuchEntity`](crate::aws::AwsErrorKind::NoSuchEntity) where
    /// there is no such key.
    fn deactivate_access_key(
        &self,
        at: &IamAddress,
        signer: &Signer,
        user: Option<&str>,
        access_key_id: &str,
    ) -> Result<(), AwsError>;

    /// Deletes an access key of the user.
    ///
    /// # Errors
    /// [`AwsError`], classified; [`NoSuchEntity`](crate::aws::AwsErrorKind::NoSuchEntity) where
    /// there is no such key.
    fn delete_access_key(
        &self,
        at: &IamAddress,
        signer: &Signer,
        user: Option<&str>,
        access_key_id: &str,
    ) -> Result<(), AwsError>;
}

/// What IAM tells of an access key later, when its secret is told no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// `AKIA...`.
    pub access_key_id: String,
    /// Whether AWS accepts it.
    pub state: KeyState,
    /// When it was made, by AWS's clock.
    pub created: Timestamp,
}

/// Whether AWS accepts an access key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It does.
    Active,
    /// It does not, until somebody switches the key on again.
    Inactive,
}
