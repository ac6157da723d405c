//! AWS's Security Token Service, as a port: what is asked and what is answered.

mod answer;
mod client;
mod endpoint;
mod probe;

use secrecy::SecretString;

use crate::aws::{AwsError, Signer};
use crate::model::chain::{RoleStep, SamlStep, StsAddress};
use crate::model::{Credentials, MfaDevice, Span};

pub use client::StsClient;
pub use endpoint::endpoint;
pub use probe::Answer;

/// Something that answers as STS does.
pub trait Sts {
    /// Temporary credentials of the very user whose key signs, with the rights that MFA opens where
    /// a code comes along.
    ///
    /// # Errors
    /// [`AwsError`], classified.
    fn get_session_token(
        &self,
        at: &StsAddress,
        signer: &Signer,
        lifetime: Span,
        code: Option<&MfaCode<'_>>,
    ) -> Result<Credentials, AwsError>;

    /// Temporary credentials of a role.
    ///
    /// # Errors
    /// [`AwsError`], classified.
    fn assume_role(
        &self,
        at: &StsAddress,
        signer: &Signer,
        role: &RoleStep,
        code: Option<&MfaCode<'_>>,
    ) -> Result<Credentials, AwsError>;

    /// Temporary credentials of the very user whose key signs, cut down to a policy, that AWS's console
    /// takes. `name` stands in AWS's logs: 2 to 32 characters of `[\w+=,.@-]`.
    ///
    /// # Errors
    /// [`AwsError`], classified.
    fn get_federation_token(
        &self,
        at: &StsAddress,
        signer: &Signer,
        name: &str,
        policy: &str,
        lifetime: Span,
    ) -> Result<Credentials, AwsError>;

    /// Temporary credentials of a role, for an assertion: the one request that nobody signs.
    ///
    /// # Errors
    /// [`AwsError`], classified.
    fn assume_role_with_saml(
        &self,
        at: &StsAddress,
        role: &SamlStep,
        assertion: &SecretString,
    ) -> Result<Credentials, AwsError>;

    /// Who signs, as AWS sees it. No policy can deny this.
    ///
    /// # Errors
    /// [`AwsError`], classified.
    fn get_caller_identity(
        &self,
        at: &StsAddress,
        signer: &Signer,
    ) -> Result<CallerIdentity, AwsError>;
}

/// Who signs, as AWS sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerIdentity {
    /// The account, twelve digits.
    pub account: String,
    /// The ARN of the user, or of the role session.
    pub arn: String,
    /// `AIDA...` of a user, `AROA...:SESSION` of a role.
    pub user_id: String,
}

/// A code and the device that showed it.
#[derive(Debug)]
pub struct MfaCode<'a> {
    /// The device.
    pub device: &'a MfaDevice,
    /// Six digits, good once.
    pub code: SecretString,
}

impl CallerIdentity {
    /// The name of the IAM user, without its path; `None` of a role and of the root of an account.
    pub fn user_name(&self) -> Option<&str> {
        let resource = self.arn.splitn(6, ':').nth(5)?;
        resource.strip_prefix("user/")?.rsplit('/').next()
    }
}
