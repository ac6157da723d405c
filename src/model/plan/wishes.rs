//! What one run asks for beside the alias, and what of that AWS would refuse.

use super::PlanError;
use crate::model::chain::{Hop, Step};
use crate::model::endpoint::Service;
use crate::model::session::{Chained, Kind, RoleTerms, Type};
use crate::model::{Catalog, OtherPartition, RoleArn, Session, Span};

/// What one run asks for beside the alias.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// How long the target's credentials shall live.
    pub duration: Option<Span>,
    /// How much of their life must be left.
    pub min_ttl: Option<Span>,
    /// Policies that narrow the target's credentials.
    pub narrowing: Option<Narrowing>,
    /// Roles to go on to from the session, in this order; the last is the target then.
    pub assume: Vec<RoleArn>,
}

/// Policies that narrow what credentials may do: AWS allows what both the role and any of these
/// allow. Two kinds at once would allow what either does, which is wider than each: so there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Narrowing {
    /// Written out, JSON.
    Policy(String),
    /// Managed ones, by ARN.
    PolicyArns(Vec<String>),
    /// AWS's managed `ReadOnlyAccess`, of the partition that the role is in.
    ReadOnly,
}

impl Wishes {
    /// The roles that are gone on to, as sessions of their own.
    pub(super) fn further_roles(&self, session: &Session) -> Result<Vec<Session>, PlanError> {
        let further = |arn| {
            let arn_of_session = session.kind.arn().unwrap_or_default();
            OtherPartition::check(arn, arn_of_session).map_err(|why| {
                PlanError::AssumeOtherPartition {
                    session: session.alias.clone(),
                    why,
                }
            })?;
            Ok(further(session, arn))
        };
        self.assume.iter().map(further).collect()
    }

    /// Refuses a duration that the target's type does not have.
    pub(super) fn check_duration(
        &self,
        target: &Session,
        catalog: &Catalog,
    ) -> Result<(), PlanError> {
        let elsewhere = catalog.elsewhere(target);
        let (shortest, longest) = match elsewhere {
            Some(_) => Type::duration_limits_elsewhere(),
            None => target.kind.duration_limits(),
        };
        match self.duration {
            Some(wanted) if wanted < shortest || wanted > longest => Err(PlanError::Duration {
                session: target.alias.clone(),
                kind: target.kind.name(),
                service: Service::at(elsewhere).to_string(),
                wanted,
                shortest,
                longest,
            }),
            _ => Ok(()),
        }
    }

    /// Puts the policies of this run into the request for the target.
    pub(super) fn narrow(&self, hop: &mut Hop, session: &Session) -> Result<(), PlanError> {
        let Some(narrowing) = &self.narrowing else {
            return Ok(());
        };
        let (role_arn, policy, policy_arns) = match &mut hop.step {
            Step::AssumeRole(role) => (
                &role.role_arn,
                &mut role.terms.policy,
                &mut role.terms.policy_arns,
            ),
            Step::Saml(saml) => (&saml.role_arn, &mut saml.policy, &mut saml.policy_arns),
            Step::AccessKey { .. } | Step::SessionToken { .. } => {
                return Err(PlanError::NarrowedUser(session.alias.clone()));
            }
        };
        if policy.is_some() || !policy_arns.is_empty() {
            return Err(PlanError::NarrowedTwice(session.alias.clone()));
        }
        match narrowing {
            Narrowing::Policy(json) => *policy = Some(json.clone()),
            Narrowing::PolicyArns(arns) => policy_arns.clone_from(arns),
            Narrowing::ReadOnly => {
                policy_arns.push(format!(
                    "arn:{}:iam::aws:policy/ReadOnlyAccess",
                    role_arn.partition()
                ));
            }
        }
        Ok(())
    }

    /// Refuses more time left than the credentials live at all.
    pub(super) fn check_min_ttl(&self, target: &Hop, session: &Session) -> Result<(), PlanError> {
        match (self.min_ttl, target.step.lifetime()) {
            (Some(wanted), Some(lifetime)) if wanted > lifetime => Err(PlanError::MinTtl {
                session: session.alias.clone(),
                wanted,
                lifetime,
            }),
            _ => Ok(()),
        }
    }
}

/// A role that is gone on to from a session, as a session of its own.
fn further(session: &Session, role_arn: &RoleArn) -> Session {
    let role_session_name = match &session.kind {
        Kind::Chained(role) => role.role_session_name.clone(),
        Kind::IamUser(_) | Kind::Federated(_) => None,
    };
    let kind = Kind::Chained(Chained {
        role_arn: role_arn.clone(),
        assumer_session: session.alias.clone(),
        assumer_line: session.origin.line,
        role_session_name,
        terms: RoleTerms::default(),
    });
    Session {
        kind,
        duration: None,
        ..session.clone()
    }
}
