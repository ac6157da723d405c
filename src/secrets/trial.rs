//! Whether secrets would be kept: a store is looked at, and something that is no secret is put there, read
//! back and deleted again.

use std::process;
use std::time::Duration;

use super::error::DamagedCause;
use super::{Door, Place, SecretError, SecretName, Secrets};
use crate::model::secret::{ExposeSecret, SecretString};

/// Long enough for a trial.
const MOMENT: Duration = Duration::from_mins(1);
const NOTHING_SECRET: &str = "a trial";

impl Secrets {
    /// How a store is found. Asks nobody.
    ///
    /// # Errors
    /// [`SecretError`], where it cannot be used at all.
    pub fn probe(&self, place: Place) -> Result<Door, SecretError> {
        self.store(place).probe()
    }

    /// Puts something into a store, reads it back and deletes it.
    ///
    /// # Errors
    /// [`SecretError`]: what the store says, or that it gave back something else.
    pub fn round_trip(&self, place: Place) -> Result<(), SecretError> {
        let store = self.store(place);
        let name = SecretName::Trial(format!("trial-{}", process::id()));
        store.set(&name, &SecretString::from(NOTHING_SECRET))?;
        let back = store.get(&name);
        store.delete(&name)?;
        if back?.expose_secret() == NOTHING_SECRET {
            return Ok(());
        }
        Err(SecretError::Damaged {
            place,
            cause: DamagedCause::Item {
                name,
                reason: "it came back as something else",
            },
        })
    }

    /// Whether the kernel keeps a key for us.
    pub fn can_lease(&self) -> bool {
        let name = format!("trial-{}", process::id());
        self.lease
            .put(&name, &SecretString::from(NOTHING_SECRET), MOMENT);
        let kept = self.lease.get(&name).is_some();
        self.lease.forget(&name);
        kept
    }
}
