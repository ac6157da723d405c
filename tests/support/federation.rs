//! An identity provider, and the account that trusts it.

use super::aws::Aws;
use super::pages::Provider;
use super::world::{account, allow, trust_saml};

/// A provider in IAM with a role that it may hand out and that may do everything.
pub(crate) struct Federation {
    pub(crate) account: String,
    pub(crate) provider: String,
    pub(crate) role: String,
}

impl Federation {
    pub(crate) fn new(aws: &Aws, idp: &Provider) -> Self {
        let account = account();
        let provider = aws.saml_provider(&account, "Idp", idp);
        let everything = [allow("*", "*")];
        let role = aws.role_up_to(43200, &account, "Fed", &trust_saml(&provider), &everything);
        Self {
            account,
            provider,
            role,
        }
    }

    /// A value of the Role attribute that grants the role.
    pub(crate) fn grant(&self) -> String {
        format!("{},{}", self.role, self.provider)
    }
}
