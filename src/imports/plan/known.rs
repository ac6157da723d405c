//! The sessions that are here already, by what they become.

use std::collections::HashMap;

use crate::model::session::Kind;
use crate::model::{Catalog, Session};

/// The sessions of a catalog by what they become.
pub(super) struct Known<'a>(HashMap<String, Vec<&'a Session>>);

impl<'a> Known<'a> {
    pub(super) fn of(catalog: &'a Catalog) -> Self {
        let mut known: HashMap<String, Vec<&Session>> = HashMap::new();
        for session in catalog.iter() {
            let same = known.entry(identity(&session.kind)).or_default();
            same.push(session);
        }
        Self(known)
    }

    pub(super) fn same_as(&self, kind: &Kind) -> &[&'a Session] {
        self.0.get(&identity(kind)).map_or(&[], Vec::as_slice)
    }
}

/// Whom one becomes, and from where. How long, in which region and under which conditions may have been
/// changed here since, and is no reason to import it again.
fn identity(kind: &Kind) -> String {
    match kind {
        Kind::IamUser(user) => user.access_key_id.clone(),
        Kind::Federated(role) => format!("{} {} {}", role.saml_url, role.idp_arn, role.role_arn),
        Kind::Chained(role) => format!("{} {}", role.assumer_session, role.role_arn),
    }
}
