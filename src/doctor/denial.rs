//! Which condition a denied hop fails at: what both sides say, taken together.

mod conditions;
mod findings;

use super::finding::{Cause, Certainty, Diagnosis, Finding, Mend, Place};
use super::request::Asked;
use crate::model::RoleArn;
use crate::policy::{Document, Principal, Request, Statement, Verdict, decide, permission};

/// A request that AWS has denied, and what could be read about it.
#[derive(Debug)]
pub struct Denial<'a> {
    /// Who asked.
    pub asker: &'a Principal,
    /// For which role.
    pub role: &'a RoleArn,
    /// What.
    pub asked: &'a Asked,
    /// The session of the hop, whose keys can be set. A role that the run went on to has none.
    pub session: Option<&'a str>,
    /// The session of the hop below, if that has one.
    pub below: Option<&'a str>,
    /// The session at the root, which is the one that can have an MFA device.
    pub root: &'a str,
    /// The MFA device that the user at the root is known to have.
    pub mfa_device: Option<String>,
    /// The role's trust policy.
    pub trust: Sight,
    /// The policies of the identity that asks.
    pub identity: Sight,
    /// The session policies that the asking session was narrowed by, one of which must allow it.
    pub session_policies: Vec<Document>,
    /// The key of the session below that says them.
    pub narrowed_by: &'static str,
    /// The managed policy that bounds the identity, by its ARN.
    pub boundary: Option<(String, Document)>,
    /// What IAM itself has said of the side that asks.
    pub simulated: Option<Simulation>,
}

/// What could be read of one side.
#[derive(Clone, Debug, Default)]
pub struct Sight {
    /// What was read.
    pub seen: Vec<Document>,
    /// What could not be read, and why not. Empty: that was all.
    pub unseen: Vec<String>,
}

/// What IAM itself says of the side that asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Simulation {
    /// It is allowed.
    Allows,
    /// A policy of the identity denies it.
    Denies,
    /// No policy of the identity allows it.
    DoesNotAllow,
    /// A policy of the organization forbids it.
    OrganizationForbids,
}

/// What one side comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Allows { by_name: bool },
    Refuses,
    Untold,
}

impl Sight {
    fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.seen.iter().flat_map(|document| &document.statements)
    }

    fn is_whole(&self) -> bool {
        self.unseen.is_empty()
    }
}

impl Denial<'_> {
    /// Which conditions fail, and what would mend them.
    pub fn diagnose(&self) -> Diagnosis {
        let (trust, mut findings) = self.judge_trust();
        let by_name = trust == Side::Allows { by_name: true } && self.is_in_one_account();
        let identity = if matches!(self.asker, Principal::Saml { .. }) {
            Side::Allows { by_name: false }
        } else {
            let (identity, more) = self.judge_identity(by_name);
            findings.extend(more);
            findings.extend(self.judge_narrowing());
            identity
        };
        let sure = findings
            .iter()
            .any(|finding| finding.certainty == Certainty::Certain);
        if !sure {
            findings.extend(self.by_elimination(trust, identity));
        }
        let unseen = [&self.trust.unseen, &self.identity.unseen];
        Diagnosis {
            findings,
            unseen: unseen.into_iter().flatten().cloned().collect(),
        }
    }

    fn judge_trust(&self) -> (Side, Vec<Finding>) {
        let judged = self.judge(&self.trust, Some(self.asker));
        let place = Place::Trust(self.role.to_string());
        self.conclude(&judged, &self.trust, &place)
    }

    fn judge_identity(&self, named_by_the_role: bool) -> (Side, Vec<Finding>) {
        let judged = self.judge(&self.identity, None);
        let place = Place::Identity(self.asker.arn().to_owned());
        let (side, findings) = self.conclude(&judged, &self.identity, &place);
        let denied = judged
            .iter()
            .any(|(_, verdict)| matches!(verdict, Verdict::DeniedBy(_)));
        // Inside an account, a trust policy that names the very one who asks is enough.
        if named_by_the_role && !denied {
            return (Side::Allows { by_name: false }, Vec::new());
        }
        match self.simulated {
            Some(Simulation::Allows) => (Side::Allows { by_name: false }, Vec::new()),
            Some(Simulation::OrganizationForbids) => {
                let detail = format!(
                    "a policy of the organization forbids `{}` to `{}`",
                    self.asked.actions.join("`, `"),
                    self.asker.arn()
                );
                let finding = Finding {
                    cause: Cause::Elsewhere,
                    certainty: Certainty::Certain,
                    detail,
                    mends: vec![self.ask_organization()],
                };
                (Side::Refuses, vec![finding])
            }
            Some(Simulation::DoesNotAllow) if side == Side::Untold => (
                Side::Refuses,
                vec![self.not_allowed(&place, &self.asked.actions)],
            ),
            Some(Simulation::Denies) if side == Side::Untold => {
                (Side::Refuses, vec![self.denied_unseen()])
            }
            _ => (side, findings),
        }
    }

    /// What a session was narrowed by, and what bounds an identity, must each allow it as well.
    fn judge_narrowing(&self) -> Vec<Finding> {
        let allows = |documents: &[&Document], action| {
            let statements = documents.iter().flat_map(|document| &document.statements);
            let verdict = decide(statements, &self.request(action, None));
            matches!(verdict, Verdict::Allowed { .. } | Verdict::DependsOn { .. })
        };
        let missing = |documents: &[&Document]| -> Vec<&'static str> {
            let actions = self.asked.actions.iter().copied();
            actions
                .filter(|action| !allows(documents, *action))
                .collect()
        };
        let mut findings = Vec::new();
        let narrowed: Vec<&Document> = self.session_policies.iter().collect();
        let cut = missing(&narrowed);
        if !narrowed.is_empty() && !cut.is_empty() {
            findings.push(Finding {
                cause: Cause::SessionPolicy,
                certainty: Certainty::Certain,
                detail: format!(
                    "the session that asks was narrowed by a policy that does not allow `{}` on `{}`",
                    cut.join("`, `"),
                    self.role
                ),
                mends: self.widen().into_iter().collect(),
            });
        }
        if let Some((arn, boundary)) = &self.boundary {
            let cut = missing(&[boundary]);
            if !cut.is_empty() {
                findings.push(Finding {
                    cause: Cause::Boundary,
                    certainty: Certainty::Certain,
                    detail: format!(
                        "the permissions boundary `{arn}` of `{}` does not allow `{}` on `{}`",
                        self.asker.arn(),
                        cut.join("`, `"),
                        self.role
                    ),
                    mends: vec![Mend::Add {
                        to: Place::Managed(arn.clone()),
                        statement: permission(&cut, self.role.as_str()),
                    }],
                });
            }
        }
        findings
    }

    /// What one side says of every action.
    fn judge(&self, sight: &Sight, principal: Option<&Principal>) -> Vec<(&'static str, Verdict)> {
        let actions = self.asked.actions.iter().copied();
        actions
            .map(|action| {
                let request = self.request(action, principal);
                (action, decide(sight.statements(), &request))
            })
            .collect()
    }

    fn request<'r>(
        &'r self,
        action: &'static str,
        principal: Option<&'r Principal>,
    ) -> Request<'r> {
        Request {
            action,
            resource: self.role.as_str(),
            principal,
            facts: &self.asked.facts,
        }
    }

    /// One side's verdicts on all actions, as findings.
    fn conclude(
        &self,
        judged: &[(&'static str, Verdict)],
        sight: &Sight,
        place: &Place,
    ) -> (Side, Vec<Finding>) {
        let mut findings: Vec<Finding> = Vec::new();
        let mut missing = Vec::new();
        let (mut by_name, mut untold) = (true, false);
        for (action, verdict) in judged {
            match verdict {
                Verdict::Allowed { by_name: named } => by_name &= named,
                Verdict::DeniedBy(statement) => findings.push(self.denied_by(statement, place)),
                Verdict::NotAllowed | Verdict::Unmet { .. } if !sight.is_whole() => untold = true,
                Verdict::NotAllowed => missing.push(*action),
                Verdict::Unmet { conditions, .. } => {
                    findings.extend(self.unmet(conditions, action, place));
                }
                Verdict::DependsOn { conditions, .. } => {
                    untold = true;
                    findings.push(self.depends_on(conditions, place));
                }
            }
        }
        if !missing.is_empty() {
            findings.push(self.not_allowed(place, &missing));
        }
        // Several actions can fail at one and the same statement.
        findings.dedup();
        let sure = findings
            .iter()
            .any(|finding| finding.certainty == Certainty::Certain);
        let side = match (sure, untold) {
            (true, _) => Side::Refuses,
            (false, true) => Side::Untold,
            (false, false) => Side::Allows { by_name },
        };
        (side, findings)
    }

    fn is_in_one_account(&self) -> bool {
        self.asker.account() == Some(self.role.account())
    }
}

#[cfg(test)]
mod tests;
