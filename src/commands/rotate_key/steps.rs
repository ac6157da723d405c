//! The steps of `leapp rotate-key`, in an order in which any two neighbours leave a key that works: what
//! is about to be done is noted first, and every step finds out whether it is done already.

use std::cell::Cell;

use super::signer::Signing;
use super::users_of;
use crate::app::{self, App};
use crate::aws::{AwsError, AwsErrorKind};
use crate::commands::error::CommandError;
use crate::iam::{Iam, Key};
use crate::model::plan::PlanError;
use crate::model::{AccessKey, Catalog, Session};
use crate::secrets::{SecretError, SecretName};
use crate::sessions::{Changes, Draft, Rotation};
use crate::sts::CallerIdentity;

/// One exchange, at work.
pub(super) struct Steps<'a> {
    pub(super) app: &'a App,
    pub(super) catalog: &'a Catalog,
    pub(super) session: &'a Session,
    pub(super) signing: &'a Signing<'a>,
}

impl Steps<'_> {
    /// From the key that the session has now to a new one; `begun` by an earlier run, or not.
    pub(super) fn run(&self, current: &str, begun: Option<Rotation>) -> Result<(), CommandError> {
        let current = self.signing.key(current)?;
        let who = match &begun {
            None => self.signing.identity(&current),
            // It may be the new one, which AWS does not know everywhere yet.
            Some(_) => self.signing.identity_of_new(&current),
        };
        let who = who.map_err(|error| CommandError::iam(&error, self.session))?;
        let (id, arn) = (&current.access_key_id, &who.arn);
        self.say(&format!("the access key `{id}` is that of {arn}"));
        let is_switched = |begun: &Rotation| begun.old != current.access_key_id;
        let (rotation, new) = match begun {
            Some(begun) if is_switched(&begun) => (begun, current),
            begun => self.make(&current, &who, begun)?,
        };
        self.switch(&rotation, &new).map_err(|error| {
            error.with_both_keys(&rotation.old, &new.access_key_id, self.session)
        })?;
        self.retire(&rotation.old, &new, &who)?;
        self.app.rotations().forget(&rotation)?;
        let alias = &self.session.alias;
        let id = &new.access_key_id;
        self.say(&format!("`{alias}` has the access key `{id}` now"));
        Ok(())
    }

    /// The new key: stored, and accepted by AWS.
    fn make(
        &self,
        old: &AccessKey,
        who: &CallerIdentity,
        begun: Option<Rotation>,
    ) -> Result<(Rotation, AccessKey), CommandError> {
        let keys = self.keys(old, who)?;
        let other = keys
            .iter()
            .find(|key| key.access_key_id != old.access_key_id);
        let (rotation, new) = match (begun, other) {
            (Some(begun), Some(other)) => {
                if let Some(found) = self.found(&begun, other)? {
                    found
                } else {
                    self.drop_unusable(old, who, other)?;
                    self.create(old, who)?
                }
            }
            (None, Some(other)) => {
                return Err(CommandError::two_keys(
                    &old.access_key_id,
                    other,
                    self.session,
                ));
            }
            (_, None) => self.create(old, who)?,
        };
        let found = self.signing.identity_of_new(&new);
        let found = found.map_err(|error| {
            CommandError::iam(&error, self.session).with_both_keys(
                &old.access_key_id,
                &new.access_key_id,
                self.session,
            )
        })?;
        if found.arn != who.arn {
            return Err(CommandError::two_keys_of_two(
                &old.access_key_id,
                &new.access_key_id,
            ));
        }
        self.say(&format!("AWS accepts `{}`", new.access_key_id));
        Ok((rotation, new))
    }

    /// All keys of the user. A list without the key that asks is not that list: what it does not name would
    /// pass for deleted.
    fn keys(&self, key: &AccessKey, who: &CallerIdentity) -> Result<Vec<Key>, CommandError> {
        let keys = self.signing.ask(key, |iam, at, signer| {
            iam.list_access_keys(at, signer, who.user_name())
        })?;
        let asks = |listed: &Key| listed.access_key_id == key.access_key_id;
        if keys.iter().any(asks) {
            Ok(keys)
        } else {
            Err(CommandError::key_not_listed(
                &key.access_key_id,
                self.session,
            ))
        }
    }

    /// The key that an interrupted run has made, if it has got as far as storing it; `None` where it was
    /// made, and its secret lost with the answer.
    fn found(
        &self,
        begun: &Rotation,
        other: &Key,
    ) -> Result<Option<(Rotation, AccessKey)>, CommandError> {
        let id = &other.access_key_id;
        let noted = begun.new.as_ref() == Some(id);
        let used = users_of(id, self.catalog);
        if noted || (begun.new.is_none() && used.is_empty()) {
            match self.app.secrets().get(&SecretName::AccessKey(id.clone())) {
                Ok(secret_access_key) => {
                    let mut noted = begun.clone();
                    noted.new = Some(id.clone());
                    self.app.rotations().note(&noted)?;
                    return Ok(Some((
                        noted,
                        AccessKey {
                            access_key_id: id.clone(),
                            secret_access_key,
                        },
                    )));
                }
                Err(SecretError::Missing { .. }) => {}
                Err(error) => return Err(error.into()),
            }
            if begun.may_have_made(other.created) {
                return Ok(None);
            }
        }
        Err(CommandError::two_keys(&begun.old, other, self.session))
    }

    fn drop_unusable(
        &self,
        old: &AccessKey,
        who: &CallerIdentity,
        lost: &Key,
    ) -> Result<(), CommandError> {
        let id = &lost.access_key_id;
        self.say(&format!(
            "deleting `{id}`: the run that was interrupted has made it, and its secret is lost"
        ));
        self.signing.ask(old, |iam, at, signer| {
            done(iam.delete_access_key(at, signer, who.user_name(), id))
        })
    }

    fn create(
        &self,
        old: &AccessKey,
        who: &CallerIdentity,
    ) -> Result<(Rotation, AccessKey), CommandError> {
        // A key that no session could be given should not be made.
        self.app.sessions().check_writable()?;
        let mut rotation = Rotation::begin(&old.access_key_id, app::now());
        self.app.rotations().note(&rotation)?;
        let refused = Cell::new(false);
        let new = self.signing.ask(old, |iam, at, signer| {
            let answer = iam.create_access_key(at, signer, who.user_name());
            refused.set(answer.as_ref().is_err_and(is_refusal));
            answer
        });
        if new.is_err() && refused.get() {
            // Nothing was made: a key that appears now is somebody else's, and none of our business.
            self.app.rotations().forget(&rotation)?;
        }
        let new = new.map_err(|error| {
            if refused.get() {
                error
            } else {
                error.with_lost_key()
            }
        })?;
        let id = new.access_key_id.clone();
        let name = SecretName::AccessKey(id.clone());
        if let Err(error) = self.app.secrets().set(&name, &new.secret_access_key) {
            // A key that nobody has the secret of is of no use, and takes the place of the next one.
            let dropped = self.signing.ask(old, |iam, at, signer| {
                done(iam.delete_access_key(at, signer, who.user_name(), &id))
            });
            if dropped.is_ok() {
                self.app.rotations().forget(&rotation)?;
            }
            return Err(error.into());
        }
        rotation.new = Some(id.clone());
        self.app.rotations().note(&rotation)?;
        let place = self.app.secrets().place()?;
        self.say(&format!(
            "made the access key `{id}`, and stored its secret in {place}"
        ));
        // As the store gives it back: what it has not kept is found out while the old key still works.
        Ok((rotation, self.signing.key(&id)?))
    }

    /// Lets every session that has the old key use the new one.
    fn switch(&self, rotation: &Rotation, new: &AccessKey) -> Result<(), CommandError> {
        let users = users_of(&rotation.old, self.catalog);
        if users.is_empty() {
            return Ok(());
        }
        let mut draft = Draft::default();
        draft.text("access_key_id", Some(&new.access_key_id));
        let changes = Changes::from(draft);
        let all: Vec<_> = users
            .iter()
            .map(|user| (user.alias.clone(), changes.clone()))
            .collect();
        let unchecked = |_: &Catalog| Ok::<(), PlanError>(());
        self.app.sessions().change_all(&all, unchecked)?;
        let names: Vec<String> = users
            .iter()
            .map(|user| format!("`{}`", user.alias))
            .collect();
        self.say(&format!(
            "{} changed to `{}`",
            names.join(", "),
            new.access_key_id
        ));
        Ok(())
    }

    /// Ends the old key, first so that it could be brought back, then for good.
    fn retire(&self, old: &str, new: &AccessKey, who: &CallerIdentity) -> Result<(), CommandError> {
        let keys = self.keys(new, who)?;
        if keys.iter().any(|key| key.access_key_id == old) {
            self.signing.ask(new, |iam, at, signer| {
                done(iam.deactivate_access_key(at, signer, who.user_name(), old))
            })?;
            self.say(&format!("deactivated `{old}`"));
            self.signing.ask(new, |iam, at, signer| {
                done(iam.delete_access_key(at, signer, who.user_name(), old))
            })?;
            self.say(&format!("deleted `{old}`"));
        }
        let name = SecretName::AccessKey(old.to_owned());
        Ok(self.app.secrets().delete(&name)?)
    }

    fn say(&self, text: &str) {
        self.app.printer.note(text);
    }
}

/// Whether AWS has said no. Where it has said nothing that we could read, it may have done what was asked.
fn is_refusal(error: &AwsError) -> bool {
    !error.kind.is_no_answer()
}

/// What is not there any more needs no ending.
fn done(answer: Result<(), AwsError>) -> Result<(), AwsError> {
    match answer {
        Err(error) if error.kind == AwsErrorKind::NoSuchEntity => Ok(()),
        answer => answer,
    }
}
