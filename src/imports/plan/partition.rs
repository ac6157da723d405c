//! Roles of another partition than the session that they would be assumed from.

use super::Planner;
use crate::model::session::Kind;
use crate::model::{OtherPartition, Session};

impl Planner<'_> {
    /// Refuses a role that could never be assumed from its assumer, which has been decided about.
    pub(super) fn check_partition(&self, session: &Session) -> Result<(), OtherPartition> {
        let Kind::Chained(role) = &session.kind else {
            return OtherPartition::check_session(session, None);
        };
        let alias = &role.assumer_session;
        let unfinished = self.plan.unfinished.iter().find(|u| u.alias == *alias);
        if let Some(device) = unfinished.and_then(|user| user.draft.get_text("mfa_device")) {
            return OtherPartition::check(&role.role_arn, device);
        }
        let mut new = self.plan.new.iter().map(|new| &new.session);
        let assumer = new.find(|session| session.alias == *alias);
        let assumer = assumer.or_else(|| self.catalog.get(alias.as_str()));
        OtherPartition::check_session(session, assumer)
    }
}
