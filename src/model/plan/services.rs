//! Which STS each hop asks, and that no hop leaves the service of the chain.

use super::{Caller, OtherService, PlanError};
use crate::model::chain::{Hop, Step, StsAddress};
use crate::model::endpoint::Service;
use crate::model::{Catalog, EndpointSource, Session, is_elsewhere};

/// The STS that makes a session, and who says that it is this one.
pub fn sts_of(
    session: &Session,
    catalog: &Catalog,
    caller: &Caller,
) -> (StsAddress, EndpointSource) {
    let (endpoint_url, named_by) = catalog.endpoint_of(session).unzip();
    // An endpoint expects the signatures of the region that was set with it.
    let of_region = named_by.unwrap_or(session);
    let of_region = of_region.sts_region.as_ref().unwrap_or(&of_region.region);
    let source = match named_by {
        Some(named_by) => EndpointSource::Session(named_by.alias.clone()),
        None if caller.endpoint_url.is_some() => EndpointSource::Environment,
        None => EndpointSource::Region,
    };
    let address = StsAddress {
        region: session.sts_region.as_ref().unwrap_or(of_region).clone(),
        endpoint_url: endpoint_url.or(caller.endpoint_url.as_ref()).cloned(),
    };
    (address, source)
}

/// Refuses a request to one service that would be signed with credentials of another.
///
/// # Errors
/// [`PlanError::OtherService`].
pub(super) fn check(hops: &[Hop], lineage: &[&Session]) -> Result<(), PlanError> {
    for (pair, session) in hops.windows(2).zip(&lineage[1..]) {
        let [signer, hop] = pair else { continue };
        let [signed_for, service] =
            [signer, hop].map(|hop| Service::at(hop.sts.endpoint_url.as_ref()));
        if service != signed_for {
            return Err(PlanError::OtherService(Box::new(OtherService {
                hop: hop.name.clone(),
                service: service.to_string(),
                signer: signer.name.clone(),
                signed_for: signed_for.to_string(),
                endpoint: hop.endpoint_source.clone(),
                origin: session.origin.clone(),
            })));
        }
    }
    Ok(())
}

/// Refuses managed policies where a session's `endpoint_url` leads to another service than AWS: such
/// services ignore them, and would give more than was asked for.
///
/// # Errors
/// [`PlanError::PolicyElsewhere`].
pub(super) fn check_policies(hops: &[Hop]) -> Result<(), PlanError> {
    for hop in hops {
        let arns = match &hop.step {
            Step::AssumeRole(role) => &role.terms.policy_arns,
            Step::Saml(login) => &login.policy_arns,
            Step::AccessKey { .. } | Step::SessionToken { .. } => continue,
        };
        let elsewhere = hop.named_endpoint().filter(|(url, _)| is_elsewhere(url));
        if let (Some(policy), Some((url, _))) = (arns.first(), elsewhere) {
            return Err(PlanError::PolicyElsewhere {
                hop: hop.name.clone(),
                policy: policy.clone(),
                service: url.clone(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
