//! An identity provider, and the account that trusts it.

use super::aws::Aws;
use super::pages::Provider;
use super::world::{account, allow, trust_saml};

/// A provider in IAM with a role that it may hand out and that may do everything.
#[derive(Clone)]
pub(crate) struct Federation {
    pub(crate) account: String,
    pub(crate) provider: String,
    pub(crate) role: String,
}

impl Federation {
    pub(crate) fn new(aws: &Aws, idp: &Provider) -> Self {
        Self::in_account(aws, account(), idp)
    }

    /// For an identity provider that must know the account before it starts.
    pub(crate) fn in_account(aws: &Aws, account: String, idp: &Provider) -> Self {
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
        Self::grant_in(&self.account)
    }

    pub(crate) fn grant_in(account: &str) -> String {
        let iam = format!("arn:aws:iam::{account}");
        format!("{iam}:role/Fed,{iam}:saml-provider/Idp")
    }
}
