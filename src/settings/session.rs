//! What the environment says of the session that it is, and of what a session would change in it.

use super::environment::text;
use crate::env_vars as var;
use crate::model::environment::NO_CREDENTIALS;
use crate::model::{Alias, Region, Span, Timestamp};

/// The session of this environment. Anybody may have set these variables: they are text until they
/// are checked.
#[derive(Clone, Debug)]
pub struct InheritedSession {
    /// `LEAPP_SESSION`.
    pub alias: String,
    /// `LEAPP_SESSION_ACCOUNT`.
    pub account: Option<String>,
    /// `AWS_REGION`.
    pub region: Option<String>,
    /// `LEAPP_SESSION_EXPIRATION`.
    pub expiration: Option<String>,
    /// The variable that makes AWS programs use something else than the session, if one does.
    pub overridden_by: Option<&'static str>,
}

impl InheritedSession {
    /// The same without what cannot be true: it could be anything, and a terminal obeys some of it.
    pub fn checked(self) -> Option<Self> {
        let digits = |text: &String| text.bytes().all(|b| b.is_ascii_digit());
        Some(Self {
            alias: self.alias.parse::<Alias>().ok()?.to_string(),
            account: self.account.filter(digits),
            region: self.region.filter(|text| text.parse::<Region>().is_ok()),
            expiration: self.expiration.filter(digits),
            overridden_by: self.overridden_by,
        })
    }

    /// What is left of it at `now`: nothing where it has expired. `None` where the environment does not
    /// say when it ends.
    pub fn left(&self, now: Timestamp) -> Option<Option<Span>> {
        let expiration = self.expiration.as_ref()?.parse().ok()?;
        Some(Timestamp(expiration).after(now))
    }
}

/// The session of this environment, if it is one.
pub fn inherited_session() -> Option<InheritedSession> {
    Some(InheritedSession {
        alias: text("LEAPP_SESSION")?,
        account: text("LEAPP_SESSION_ACCOUNT"),
        region: text("AWS_REGION"),
        expiration: text("LEAPP_SESSION_EXPIRATION"),
        overridden_by: overridden_by(),
    })
}

/// The variable that somebody has changed since the session was set. The hooks in `shell/` do the same.
fn overridden_by() -> Option<&'static str> {
    let uses = text(var::SESSION_USES)?;
    let (uses, region) = uses.rsplit_once(':')?;
    let (profile, key) = uses.rsplit_once(':')?;
    let is = |name| text(name).unwrap_or_default();
    let default_profile = text(var::DEFAULT_PROFILE);
    if is(var::PROFILE) != profile {
        Some(var::PROFILE)
    } else if default_profile.is_some_and(|default| default != profile) {
        Some(var::DEFAULT_PROFILE)
    } else if is(var::ACCESS_KEY_ID) != key {
        Some(var::ACCESS_KEY_ID)
    } else {
        (is(var::REGION) != region).then_some(var::REGION)
    }
}

/// Whether a switch of this shell has failed, so that AWS programs in it find no credentials.
pub fn inherits_failure() -> bool {
    [var::ACCESS_KEY_ID, var::PROFILE]
        .into_iter()
        .any(|name| text(name).as_deref() == Some(NO_CREDENTIALS))
}

/// What the hook of the shell above says of itself.
pub fn inherited_hook() -> Option<String> {
    text(var::HOOK)
}
