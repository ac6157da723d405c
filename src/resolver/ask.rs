//! The calls of a hop to STS, with an MFA code where one is due.

use super::HopError;
use super::walk::{Identity, Walk};
use crate::aws::{AwsError, AwsErrorKind, Signer};
use crate::model::chain::{Hop, Step};
use crate::model::session::Mfa;
use crate::model::{AccessKey, Credentials};
use crate::secrets::SecretName;
use crate::sts::MfaCode;

/// How often AWS is shown a code before we give up: it locks a device after too many failures.
const CODE_ATTEMPTS: u32 = 3;

impl Walk<'_> {
    /// One call to STS.
    pub(super) fn ask(&self, hop: &Hop, below: Option<&Identity>) -> Result<Credentials, HopError> {
        let sts = self.resolver.sts;
        match &hop.step {
            Step::SessionToken {
                access_key_id,
                mfa,
                lifetime,
            } => {
                // Before a person is asked for a code that could not be used.
                let signer = Signer::from(&self.access_key(access_key_id)?);
                self.with_code(mfa.as_ref(), |code| {
                    sts.get_session_token(&hop.sts, &signer, *lifetime, code)
                })
            }
            Step::AssumeRole(role) => {
                let signer = below.ok_or(HopError::NoCredentials)?.signer();
                self.with_code(role.mfa.as_ref(), |code| {
                    sts.assume_role(&hop.sts, &signer, role, code)
                })
            }
            Step::Saml(saml) => self.log_in(hop, saml),
            Step::AccessKey { .. } => Err(HopError::NoCredentials),
        }
    }

    /// Makes a call with a code, where one is due. A code that AWS refuses is asked for again, as
    /// long as there is somebody who could know a better one.
    fn with_code(
        &self,
        mfa: Option<&Mfa>,
        call: impl Fn(Option<&MfaCode<'_>>) -> Result<Credentials, AwsError>,
    ) -> Result<Credentials, HopError> {
        let Some(mfa) = mfa else {
            return Ok(call(None)?);
        };
        let mut refused: Option<AwsError> = None;
        for _ in 0..CODE_ATTEMPTS {
            tracing::info!(device = %mfa.device, "asking for an MFA code");
            let code = self
                .resolver
                .mfa
                .code(mfa, refused.as_ref().map(|error| error.message.as_str()))?;
            let Some(code) = code else { break };
            match call(Some(&MfaCode {
                device: &mfa.device,
                code,
            })) {
                Err(error) if error.kind == AwsErrorKind::MfaCodeRejected => refused = Some(error),
                answer => return Ok(answer?),
            }
        }
        Err(refused.map_or(HopError::NoCredentials, HopError::Sts))
    }

    pub(super) fn access_key(&self, access_key_id: &str) -> Result<AccessKey, HopError> {
        let secret_access_key = self
            .resolver
            .secrets
            .get(&SecretName::AccessKey(access_key_id.to_owned()))?;
        Ok(AccessKey {
            access_key_id: access_key_id.to_owned(),
            secret_access_key,
        })
    }
}
