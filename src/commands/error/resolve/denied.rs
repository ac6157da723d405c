//! A role that was denied: all that can be at fault, each with what mends it.

use super::{CommandError, Walk};
use crate::aws::AwsError;
use crate::model::RoleArn;
use crate::model::chain::Step;

/// The conditions that can be at fault: the asker may not ask, or the role does not trust it, and
/// what a trust policy can demand beside.
pub(super) fn access_denied(error: CommandError, said: &AwsError, walk: &Walk<'_>) -> CommandError {
    let role = match &walk.hop().step {
        Step::AssumeRole(role) => role,
        Step::Saml(saml) => {
            let name = saml.role_arn.name();
            return error
                .hint(format!(
                    "the trust policy of `{name}` must allow `sts:AssumeRoleWithSAML` to `{}`",
                    saml.idp_arn
                ))
                .hint("its condition on `SAML:aud` must name the sign-in page that the provider posts to");
        }
        Step::AccessKey { .. } | Step::SessionToken { .. } => return error,
    };
    // AWS names the session of a role; policies name the role itself.
    let below = walk
        .failed
        .checked_sub(1)
        .and_then(|below| walk.hops[below].step.role_arn());
    let asker = below.map(RoleArn::as_str).or_else(|| asker(&said.message));
    let asker = asker.map_or_else(
        || "the identity that asks".to_owned(),
        |arn| format!("`{arn}`"),
    );
    let name = role.role_arn.name();
    let mut error = error
        .hint(format!("the trust policy of `{name}` must allow {asker}"))
        .hint(format!(
            "{asker} needs `sts:AssumeRole` on `{}`",
            role.role_arn
        ));
    let has_mfa = walk.hops.iter().any(|hop| hop.step.mfa().is_some());
    if !has_mfa
        && matches!(
            walk.root().step,
            Step::AccessKey { .. } | Step::SessionToken { .. }
        )
    {
        error = error.hint(format!(
            "if the role demands MFA, set `mfa_device` on session `{}`",
            walk.root().name
        ));
    }
    if role.terms.external_id.is_none() {
        // A role that the run went on to has no session that could say it.
        error = error.hint(if walk.hop().name == name {
            "if it demands an external id, run a session that has `external_id`: `leapp add chained`".to_owned()
        } else {
            format!(
                "if it demands an external id, set `external_id` on session `{}`",
                walk.hop().name
            )
        });
    }
    error.hint(format!(
        "`leapp doctor {}` can look at both policies",
        walk.target
    ))
}

/// Who asked, in AWS's words: `User: ARN is not authorized to perform...`.
fn asker(message: &str) -> Option<&str> {
    message
        .strip_prefix("User: ")?
        .split_once(' ')
        .map(|(arn, _)| arn)
}
