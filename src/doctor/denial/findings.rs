//! What is found where a side says nothing in favour, or could not be read.

use super::{Denial, Side};
use crate::doctor::finding::{Cause, Certainty, Finding, Mend, Place};
use crate::policy::{admission, permission};

impl Denial<'_> {
    pub(super) fn not_allowed(&self, place: &Place, actions: &[&'static str]) -> Finding {
        let (asker, role) = (self.asker.arn(), self.role);
        let actions_said = actions.join("`, `");
        let (cause, detail) = match place {
            Place::Trust(_) => (
                Cause::TrustPolicy,
                format!(
                    "the trust policy of `{}` does not admit `{asker}` for `{actions_said}`",
                    role.name()
                ),
            ),
            Place::Identity(_) | Place::Managed(_) => (
                Cause::IdentityPolicy,
                format!("no policy of `{asker}` allows `{actions_said}` on `{role}`"),
            ),
        };
        Finding {
            cause,
            certainty: Certainty::Certain,
            detail,
            mends: vec![self.grant(place, actions)],
        }
    }

    /// IAM says that something denies it, and what that is could not be read.
    pub(super) fn denied_unseen(&self) -> Finding {
        Finding {
            cause: Cause::IdentityPolicyDenies,
            certainty: Certainty::Certain,
            detail: format!(
                "IAM says that a policy of `{}` denies it; which one could not be read",
                self.asker.arn()
            ),
            mends: vec![Mend::LookWith {
                account: self.asker.account().unwrap_or_default().to_owned(),
            }],
        }
    }

    /// The statement that lets the request through on one side.
    pub(super) fn grant(&self, place: &Place, actions: &[&'static str]) -> Mend {
        let statement = match place {
            Place::Trust(_) => admission(self.asker, actions, &self.offered()),
            Place::Identity(_) | Place::Managed(_) => permission(actions, self.role.as_str()),
        };
        Mend::Add {
            to: place.clone(),
            statement,
        }
    }

    /// Where what was read refuses nothing, what could not be read does.
    pub(super) fn by_elimination(&self, trust: Side, identity: Side) -> Vec<Finding> {
        let (asker, role) = (self.asker.arn(), self.role.name());
        let actions = &self.asked.actions;
        let trust_place = Place::Trust(self.role.to_string());
        let identity_place = Place::Identity(asker.to_owned());
        let finding = |cause, certainty, detail, place: &Place| Finding {
            cause,
            certainty,
            detail,
            mends: vec![self.grant(place, actions)],
        };
        let is_untold = |side| side == Side::Untold;
        let certainty = if is_untold(trust) && is_untold(identity) {
            Certainty::Possible
        } else {
            Certainty::Likely
        };
        let mut findings = Vec::new();
        if is_untold(trust) && !self.trust.is_whole() {
            let detail =
                format!("the trust policy of `{role}` could not be read; it must admit `{asker}`");
            findings.push(finding(Cause::TrustPolicy, certainty, detail, &trust_place));
        }
        if is_untold(identity) && !self.identity.is_whole() {
            let said = actions.join("`, `");
            let detail = format!(
                "not all policies of `{asker}` could be read; one must allow `{said}` on `{}`",
                self.role
            );
            findings.push(finding(
                Cause::IdentityPolicy,
                certainty,
                detail,
                &identity_place,
            ));
        }
        if !is_untold(trust) && !is_untold(identity) {
            findings.push(Finding {
                cause: Cause::Elsewhere,
                certainty: Certainty::Likely,
                detail: "both sides allow it by all that could be read; what is left are policies of the organization, a permissions boundary, or a change that has not reached all of AWS yet".to_owned(),
                mends: vec![Mend::TryAgain, self.ask_organization()],
            });
        }
        findings
    }

    pub(super) fn ask_organization(&self) -> Mend {
        Mend::AskOrganization {
            actions: self.asked.actions.clone(),
            of: self.asker.arn().to_owned(),
        }
    }

    /// The session policy of the session below is to allow more.
    pub(super) fn widen(&self) -> Option<Mend> {
        self.below.map(|session| Mend::Set {
            session: session.to_owned(),
            key: self.narrowed_by,
            value: None,
        })
    }
}
