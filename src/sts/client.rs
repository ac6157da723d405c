//! STS over the network, by the AWS SDK.

use std::rc::Rc;

use aws_sdk_sts::Client;
use aws_sdk_sts::config::{Builder, Region as SdkRegion};
use aws_sdk_sts::types::{Credentials as StsCredentials, PolicyDescriptorType, Tag};
use secrecy::{ExposeSecret, SecretString};

use super::answer::{self, Asked};
use super::{CallerIdentity, MfaCode, Sts};
use crate::aws::{AwsError, Connection, Service, Signer};
use crate::model::chain::{RoleStep, SamlStep, StsAddress};
use crate::model::{Credentials, InvalidMember, Span, Timestamp};

/// The real STS.
pub struct StsClient {
    pub(super) connection: Rc<Connection>,
    now: fn() -> Timestamp,
}

impl StsClient {
    /// A client that has opened nothing yet; `now` is the clock.
    pub fn new(connection: Rc<Connection>, now: fn() -> Timestamp) -> Self {
        Self { connection, now }
    }

    /// A client for one request; without a `signer`, for one that needs no signature.
    pub(super) fn client(
        &self,
        address: &StsAddress,
        signer: Option<&Signer>,
    ) -> Result<Client, AwsError> {
        let opened = self.connection.open(&service(address))?;
        let mut config =
            Builder::from(opened.sdk()).region(SdkRegion::new(address.region.to_string()));
        config.set_endpoint_url(address.endpoint_url.as_ref().map(ToString::to_string));
        if let Some(signer) = signer {
            config = config.credentials_provider(signer.for_sdk());
        }
        Ok(Client::from_conf(config.build()))
    }

    /// The credentials of the answer that came last.
    fn checked(
        &self,
        at: &StsAddress,
        ours: Timestamp,
        lifetime: Span,
        answer: Option<StsCredentials>,
    ) -> Result<Credentials, AwsError> {
        let asked = Asked {
            at,
            ours,
            theirs: self.connection.their_time(),
            lifetime,
        };
        answer::credentials(asked, answer).map_err(invalid(at))
    }
}

pub(super) fn service(address: &StsAddress) -> Service<'_> {
    Service {
        name: "STS",
        region: &address.region,
        endpoint_url: address.endpoint_url.as_ref(),
    }
}

impl Sts for StsClient {
    fn get_session_token(
        &self,
        at: &StsAddress,
        signer: &Signer,
        lifetime: Span,
        code: Option<&MfaCode<'_>>,
    ) -> Result<Credentials, AwsError> {
        let asked = (self.now)();
        let request = self
            .client(at, Some(signer))?
            .get_session_token()
            .duration_seconds(seconds(lifetime))
            .set_serial_number(code.map(|c| c.device.to_string()))
            .set_token_code(code.map(|c| c.code.expose_secret().to_owned()));
        let answer = self.connection.call(&service(at), request.send())?;
        self.checked(at, asked, lifetime, answer.credentials)
    }

    fn assume_role(
        &self,
        at: &StsAddress,
        signer: &Signer,
        role: &RoleStep,
        code: Option<&MfaCode<'_>>,
    ) -> Result<Credentials, AwsError> {
        let asked = (self.now)();
        let terms = &role.terms;
        let mut request = self
            .client(at, Some(signer))?
            .assume_role()
            .role_arn(role.role_arn.as_str())
            .role_session_name(&role.session_name)
            .duration_seconds(seconds(role.lifetime))
            .set_external_id(terms.external_id.clone())
            .set_source_identity(terms.source_identity.clone())
            .set_policy(terms.policy.clone())
            .set_serial_number(code.map(|c| c.device.to_string()))
            .set_token_code(code.map(|c| c.code.expose_secret().to_owned()));
        for (key, value) in &terms.tags {
            let tag = Tag::builder()
                .key(key)
                .value(value)
                .build()
                .map_err(|e| AwsError::local(&service(at), &e))?;
            request = request.tags(tag);
        }
        for key in &terms.transitive_tags {
            request = request.transitive_tag_keys(key);
        }
        for arn in &terms.policy_arns {
            request = request.policy_arns(PolicyDescriptorType::builder().arn(arn).build());
        }
        let answer = self.connection.call(&service(at), request.send())?;
        let made = self.checked(at, asked, role.lifetime, answer.credentials)?;
        answer::assumed(at, &role.role_arn, answer.assumed_role_user).map_err(invalid(at))?;
        Ok(made)
    }

    fn get_federation_token(
        &self,
        at: &StsAddress,
        signer: &Signer,
        name: &str,
        policy: &str,
        lifetime: Span,
    ) -> Result<Credentials, AwsError> {
        let asked = (self.now)();
        let request = self
            .client(at, Some(signer))?
            .get_federation_token()
            .name(name)
            .policy(policy)
            .duration_seconds(seconds(lifetime));
        let answer = self.connection.call(&service(at), request.send())?;
        self.checked(at, asked, lifetime, answer.credentials)
    }

    fn assume_role_with_saml(
        &self,
        at: &StsAddress,
        role: &SamlStep,
        assertion: &SecretString,
    ) -> Result<Credentials, AwsError> {
        let asked = (self.now)();
        let mut request = self
            .client(at, None)?
            .assume_role_with_saml()
            .role_arn(role.role_arn.as_str())
            .principal_arn(role.idp_arn.as_str())
            .saml_assertion(assertion.expose_secret())
            .duration_seconds(seconds(role.lifetime))
            .set_policy(role.policy.clone());
        for arn in &role.policy_arns {
            request = request.policy_arns(PolicyDescriptorType::builder().arn(arn).build());
        }
        let answer = self.connection.call(&service(at), request.send())?;
        let made = self.checked(at, asked, role.lifetime, answer.credentials)?;
        answer::assumed(at, &role.role_arn, answer.assumed_role_user).map_err(invalid(at))?;
        Ok(made)
    }

    fn get_caller_identity(
        &self,
        at: &StsAddress,
        signer: &Signer,
    ) -> Result<CallerIdentity, AwsError> {
        let request = self.client(at, Some(signer))?.get_caller_identity();
        let answer = self.connection.call(&service(at), request.send())?;
        answer::identity(answer.account, answer.arn, answer.user_id).map_err(invalid(at))
    }
}

fn invalid(at: &StsAddress) -> impl FnOnce(InvalidMember) -> AwsError {
    move |wrong| AwsError::invalid(&service(at), &wrong)
}

fn seconds(span: Span) -> i32 {
    // A week at most, by `Type::duration_limits_elsewhere`.
    i32::try_from(span.0).unwrap_or(i32::MAX)
}
