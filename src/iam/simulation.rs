//! What IAM itself makes of an identity's policies.

use aws_sdk_iam::types::{ContextEntry, ContextKeyTypeEnum, PolicyEvaluationDecisionType};

use super::client::service;
use super::policies::{Look, ask};
use crate::aws::AwsError;

/// What IAM answers, asked whether an identity may do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simulated {
    /// Whether it may.
    pub decision: Decision,
    /// Whether a policy of the organization is what forbids it.
    pub by_organization: bool,
    /// Whether the identity's permissions boundary is.
    pub by_boundary: bool,
    /// Condition keys of the policies that the question did not say.
    pub missing: Vec<String>,
}

/// A simulated decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is allowed.
    Allowed,
    /// A statement denies it.
    Denied,
    /// No statement allows it.
    NotAllowed,
}

impl Look<'_> {
    /// What IAM says that an identity may do, boundaries and the organization's policies included.
    /// `context` is what the request is known to say: keys, values, and whether a key is multivalued.
    ///
    /// # Errors
    /// [`AwsError`], classified.
    pub fn simulate<'c>(
        &self,
        identity_arn: &str,
        action: &str,
        resource: &str,
        context: impl IntoIterator<Item = (&'c str, &'c [String], bool)>,
    ) -> Result<Simulated, AwsError> {
        let context = context.into_iter().map(|(key, values, is_multivalued)| {
            ContextEntry::builder()
                .context_key_name(key)
                .set_context_key_values(Some(values.to_vec()))
                .context_key_type(kind(key, is_multivalued))
                .build()
        });
        let answer = ask!(
            self,
            simulate_principal_policy,
            policy_source_arn = identity_arn,
            action_names = action,
            resource_arns = resource,
            set_context_entries = Some(context.collect())
        )?;
        let results = answer.evaluation_results.unwrap_or_default();
        let result = results
            .first()
            .ok_or_else(|| self.without("EvaluationResults"))?;
        let organization = result.organizations_decision_detail();
        let boundary = result.permissions_boundary_decision_detail();
        Ok(Simulated {
            decision: match result.eval_decision() {
                PolicyEvaluationDecisionType::Allowed => Decision::Allowed,
                PolicyEvaluationDecisionType::ExplicitDeny => Decision::Denied,
                PolicyEvaluationDecisionType::ImplicitDeny => Decision::NotAllowed,
                _ => return Err(self.without("EvalDecision")),
            },
            by_organization: organization.is_some_and(|o| !o.allowed_by_organizations),
            by_boundary: boundary.is_some_and(|b| !b.allowed_by_permissions_boundary),
            missing: result.missing_context_values().to_vec(),
        })
    }
}

/// The type that AWS documents for a condition key, whose name is in lower case.
fn kind(key: &str, is_multivalued: bool) -> ContextKeyTypeEnum {
    match key {
        "aws:multifactorauthpresent"
        | "aws:securetransport"
        | "aws:viaawsservice"
        | "aws:principalisawsservice" => ContextKeyTypeEnum::Boolean,
        "aws:multifactorauthage" => ContextKeyTypeEnum::Numeric,
        _ if is_multivalued => ContextKeyTypeEnum::StringList,
        _ => ContextKeyTypeEnum::String,
    }
}
