//! Credentials of an IAM user that AWS's console takes. Those of `GetSessionToken` it does not, so the
//! key itself signs here as well.

use super::walk::{Flights, Walk};
use super::{Freshness, HopError, ResolveError, Resolver};
use crate::aws::Signer;
use crate::model::chain::Step;
use crate::model::{Chain, Credentials};

/// Credentials of `GetFederationToken` may do what both the user and this allow: all that the user may.
const OWN_RIGHTS: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// The longest name that AWS takes, in characters.
const LONGEST_NAME: usize = 32;

impl Resolver<'_> {
    /// Credentials of the IAM user that a chain consists of, for the console alone: they are not kept.
    /// `name` stands in AWS's logs, cut to what AWS takes.
    ///
    /// # Errors
    /// [`ResolveError`], as for any other hop.
    pub fn federate(&self, chain: &Chain, name: &str) -> Result<Credentials, Box<ResolveError>> {
        let flights = Flights::default();
        let walk = Walk::new(self, chain, Freshness::default(), &flights);
        let hop = &chain.hops[0];
        let Step::SessionToken {
            access_key_id,
            lifetime,
            ..
        } = &hop.step
        else {
            return Err(walk.failed(0, HopError::NoCredentials));
        };
        let admitted = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
        let name: String = name
            .chars()
            .map(|c| if admitted(c) { c } else { '-' })
            .take(LONGEST_NAME)
            .collect();
        let made = walk.access_key(access_key_id).and_then(|key| {
            let (sts, signer) = (self.sts, Signer::from(&key));
            Ok(sts.get_federation_token(&hop.sts, &signer, &name, OWN_RIGHTS, *lifetime)?)
        });
        made.map_err(|cause| walk.failed(0, cause))
    }
}
