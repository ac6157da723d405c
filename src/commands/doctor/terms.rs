//! What is wrong with a hop whatever the policies say: the role is not there, or is not given for so long.

use super::look;
use crate::doctor::{Cause, Certainty, Diagnosis, Finding, Mend};
use crate::model::chain::Hop;
use crate::model::{RoleArn, Span};

/// The alias of a hop that has a session.
pub(super) fn name_of(hop: Option<&Hop>) -> Option<&str> {
    hop.filter(|hop| hop.is_session)
        .map(|hop| hop.name.as_str())
}

/// There is nothing to be assumed.
pub(super) fn no_such_role(hop: &Hop, role: &RoleArn) -> Diagnosis {
    let mend = match name_of(Some(hop)) {
        Some(session) => Mend::Set {
            session: session.to_owned(),
            key: "role_arn",
            value: None,
        },
        None => Mend::Give {
            option: "--assume",
            value: None,
        },
    };
    let finding = Finding {
        cause: Cause::NoSuchRole,
        certainty: Certainty::Certain,
        detail: format!(
            "there is no role `{}` in account {}",
            role.name(),
            role.account()
        ),
        mends: vec![mend],
    };
    Diagnosis {
        findings: vec![finding],
        unseen: Vec::new(),
    }
}

/// The role is not assumed for so long. What the session says is of no account where the run wishes it.
pub(super) fn too_long(
    hop: &Hop,
    role: &RoleArn,
    seen: look::SeenRole,
    is_wished: bool,
) -> Diagnosis {
    let wanted = hop.step.lifetime().unwrap_or(Span::HOUR);
    let (detail, allowed) = match seen.longest_session {
        Some(longest) => (
            format!(
                "{wanted} are asked for, and `{}` gives {longest} at most",
                role.name()
            ),
            Some(longest.to_string()),
        ),
        None => (
            format!("{wanted} are asked for, and `{}` gives less", role.name()),
            None,
        ),
    };
    let mends = vec![
        match name_of(Some(hop)).filter(|_| !is_wished) {
            Some(session) => Mend::Set {
                session: session.to_owned(),
                key: "duration",
                value: allowed,
            },
            None => Mend::Give {
                option: "--duration",
                value: allowed,
            },
        },
        Mend::Lengthen {
            role: role.name().to_owned(),
            to: wanted,
        },
    ];
    Diagnosis {
        findings: vec![Finding {
            cause: Cause::Duration,
            certainty: Certainty::Certain,
            detail,
            mends,
        }],
        unseen: seen.trust.unseen,
    }
}
