//! What a role is assumed from: another session of the source, or one that is here.

use super::Planner;
use crate::imports::{Found, Left, Reason};
use crate::model::session::Kind;
use crate::model::{Alias, Session};

/// The session that a role will be assumed from.
pub(super) struct SourceSession {
    pub(super) alias: Alias,
    /// What it stands in for, where that is a program that gives credentials.
    instead_of: Option<String>,
}

impl Planner<'_> {
    /// The session that stands for a key. Where the source has nothing of that name (any more), as behind an
    /// import that took the keys away, or has only a program that gives credentials, a session here of that
    /// name is meant.
    pub(super) fn source(&self, key: &str) -> Result<SourceSession, Reason> {
        if let Some(alias) = self.aliases.get(key) {
            let (alias, instead_of) = (alias.clone(), None);
            return Ok(SourceSession { alias, instead_of });
        }
        let Some(refused) = self.plan.refused.iter().find(|refused| refused.key == key) else {
            let here = self
                .here(key)
                .ok_or_else(|| Reason::MissingSource(key.to_owned()))?;
            let (alias, instead_of) = (here.alias.clone(), None);
            return Ok(SourceSession { alias, instead_of });
        };
        let here = refused.stands_for.iter().find_map(|name| self.here(name));
        let here = here.ok_or_else(|| Reason::RefusedSource(refused.name.clone()))?;
        Ok(SourceSession {
            alias: here.alias.clone(),
            instead_of: Some(refused.name.clone())
                .filter(|_| refused.reason == Reason::CredentialProcess),
        })
    }

    /// The session of this alias, else the one with this named profile.
    fn here(&self, name: &str) -> Option<&Session> {
        let by_profile = || self.catalog.iter().find(|s| s.named_profile == name);
        self.catalog.get(name).or_else(by_profile)
    }

    /// Says what a new session is assumed from, where that is something else than in the source.
    pub(super) fn tell_of_source(
        &mut self,
        found: &Found,
        alias: &Alias,
        source: Option<&SourceSession>,
    ) {
        let Some(source) = source else {
            return;
        };
        let assumer = &source.alias;
        if let Some(before) = found.instead_of.as_ref().or(source.instead_of.as_ref()) {
            self.plan.remarks.push(format!(
                "`{alias}` is chained on the session `{assumer}`, in place of the `credential_process` of its source profile `{before}`"
            ));
        }
        // A device of the user's that is new was moved to it already.
        if let Some(device) = &found.device
            && self.catalog.get(assumer.as_str()).is_some()
            && self.device_of_root(assumer).as_ref() != Some(device)
        {
            let how = format!(
                "it is no device of the user behind `{assumer}`: give it to that session as `mfa_device`"
            );
            let left = Left::new("mfa_serial", how);
            self.plan.left.push((Some(alias.clone()), left));
        }
    }

    /// The MFA device of the user at the root of a chain that is here.
    fn device_of_root(&self, alias: &Alias) -> Option<String> {
        let mut alias = alias;
        // A circle has no root.
        for _ in self.catalog.iter() {
            match &self.catalog.get(alias.as_str())?.kind {
                Kind::Chained(role) => alias = &role.assumer_session,
                Kind::IamUser(user) => return Some(user.mfa.as_ref()?.device.to_string()),
                Kind::Federated(_) => return None,
            }
        }
        None
    }
}
