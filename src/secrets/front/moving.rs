//! What lies where, and from one store to the other.

use super::{Secrets, lease_name};
use crate::disk;
use crate::model::secret::ExposeSecret;
use crate::secrets::error::DamagedCause;
use crate::secrets::{Place, SecretError, SecretName};

impl Secrets {
    /// The ids of the access keys whose secrets are stored, and where. No store is opened.
    ///
    /// # Errors
    /// [`SecretError`], where what is remembered cannot be read.
    pub fn all(&self) -> Result<Vec<(String, Place)>, SecretError> {
        self.places.all()
    }

    /// Moves every secret to one store, which is then also the one for new secrets (unless a setting
    /// says otherwise). Returns how many were moved.
    ///
    /// One at a time: copied, read back, remembered, and only then deleted where it was. Cut off at
    /// any moment, every secret lies where it is remembered, and the next call goes on. Sealing keys
    /// do not move: the old store's is deleted, and what it sealed is made anew.
    ///
    /// # Errors
    /// [`SecretError`], at the first secret that cannot be moved.
    pub fn move_all(&self, to: Place) -> Result<usize, SecretError> {
        // Before anything is remembered: with no secret to move, nothing else would find out.
        self.store(to).probe()?;
        disk::private_dir(&self.dir).map_err(SecretError::disk)?;
        let mut moved = 0;
        for (item, from) in self.places.all()? {
            if from == to {
                continue;
            }
            let name = SecretName::AccessKey(item);
            let secret = self.store(from).get(&name)?;
            self.store(to).set(&name, &secret)?;
            if self.store(to).get(&name)?.expose_secret() != secret.expose_secret() {
                return Err(SecretError::Damaged {
                    place: to,
                    cause: DamagedCause::Item {
                        name,
                        reason: "it is not what was just written",
                    },
                });
            }
            self.places.remember(name.item(), to)?;
            moved += 1;
        }
        self.places.set_auto(to)?;
        self.delete_old_copies()?;
        let from = to.other();
        // A key that stays behind in a store out of reach seals nothing any more.
        let _ = self.store(from).delete(&SecretName::SealingKey);
        self.lease.forget(lease_name(from));
        Ok(moved)
    }

    /// Deletes what lies where it does not belong any more.
    pub(super) fn delete_old_copies(&self) -> Result<(), SecretError> {
        for (item, place) in self.places.leaving()? {
            let name = SecretName::AccessKey(item);
            // Moved there and back again, it is no old copy.
            if self.places.of(name.item())? != Some(place) {
                self.store(place).delete(&name)?;
            }
            self.places.left(name.item())?;
        }
        Ok(())
    }
}
