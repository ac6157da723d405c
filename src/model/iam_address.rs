//! Where the IAM of a session is. There is one for each partition, not one for each region.

use super::plan::{Caller, PlanError};
use super::{Catalog, Region, Session, Url};

/// Which IAM answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IamAddress {
    /// Whose signatures it expects, and by which its own address is found when no other is named.
    pub region: Region,
    /// An endpoint named by the session or by the environment.
    pub endpoint_url: Option<Url>,
}

impl IamAddress {
    /// The IAM of a session's partition, or the endpoint that its chain or the environment names.
    ///
    /// # Errors
    /// [`PlanError::InsecureEndpoint`]: the environment would send requests in clear over the network.
    pub fn of(session: &Session, catalog: &Catalog, caller: &Caller) -> Result<Self, PlanError> {
        let of_environment = caller.iam_endpoint_url.as_ref();
        if let Some(url) = of_environment.filter(|url| !url.is_private()) {
            return Err(PlanError::InsecureEndpoint("IAM", url.clone()));
        }
        Ok(Self {
            region: session.region.of_iam(),
            endpoint_url: catalog
                .endpoint_of(session)
                .map(|(url, _)| url)
                .or(of_environment)
                .cloned(),
        })
    }
}
