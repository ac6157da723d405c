//! The calls of a hop to STS, with an MFA code where one is due.

use super::HopError;
use super::flight::{Asker, Reached};
use super::walk::{Identity, Walk};
use crate::aws::{AwsError, AwsErrorKind, Signer};
use crate::cache::Turn;
use crate::mfa::CodeSource;
use crate::model::chain::Step;
use crate::model::session::Mfa;
use crate::model::{AccessKey, Credentials};
use crate::secrets::SecretName;
use crate::sts::MfaCode;

/// How often AWS is shown a code before we give up: it locks a device after too many failures.
const CODE_ATTEMPTS: u32 = 3;

type Signing<'a> = dyn Fn() -> Result<Signer, HopError> + 'a;
type Call<'a> = dyn Fn(&Signer, Option<&MfaCode<'_>>) -> Result<Credentials, AwsError> + 'a;

impl Walk<'_> {
    /// The credentials of a hop: by a call to STS, or by that of another process.
    pub(super) fn ask(&self, index: usize, below: Option<&Identity>) -> Result<Reached, HopError> {
        let sts = self.resolver.sts;
        let hop = &self.chain.hops[index];
        match &hop.step {
            Step::SessionToken {
                access_key_id,
                mfa,
                lifetime,
            } => self.with_code(
                index,
                mfa.as_ref(),
                &|| Ok(Signer::from(&self.access_key(access_key_id)?)),
                &|signer, code| sts.get_session_token(&hop.sts, signer, *lifetime, code),
            ),
            Step::AssumeRole(role) => self.with_code(
                index,
                role.mfa.as_ref(),
                &|| Ok(below.ok_or(HopError::NoCredentials)?.signer()),
                &|signer, code| sts.assume_role(&hop.sts, signer, role, code),
            ),
            Step::Saml(saml) => self.log_in(index, saml),
            Step::AccessKey { .. } => Err(HopError::NoCredentials),
        }
    }

    /// Makes a call with a code, where one is due. A run that has its code waits for nobody's question.
    fn with_code(
        &self,
        index: usize,
        mfa: Option<&Mfa>,
        signer: &Signing<'_>,
        call: &Call<'_>,
    ) -> Result<Reached, HopError> {
        let Some(mfa) = mfa else {
            let signer = signer()?;
            return self.call(index, &Asker::Nothing, || Ok(call(&signer, None)?));
        };
        let codes = self.resolver.mfa;
        let asker = match codes.source(mfa) {
            CodeSource::Given => {
                let signer = signer()?;
                let code = codes.code(mfa, None)?.ok_or(HopError::NoCredentials)?;
                let shown = MfaCode {
                    device: &mfa.device,
                    code: code.clone(),
                };
                return self.call(index, &Asker::Given(code), || {
                    Ok(call(&signer, Some(&shown))?)
                });
            }
            CodeSource::Program => Asker::Program,
            CodeSource::Person => Asker::Person,
            CodeSource::Nobody => Asker::Nobody,
        };
        let turn = match asker {
            Asker::Program => Turn::Program,
            _ => Turn::Person,
        };
        let device = mfa.device.name();
        let target = &self.chain.target;
        let purpose = format!("asking for an MFA code for {device}, to use `{target}`");
        self.in_turn(index, turn, &purpose, &asker, || {
            // Before a person is asked for a code that could not be used.
            let signer = signer()?;
            // The dialog that unlocked the key may have unlocked the cache.
            if let Some(found) = self.cached(index)? {
                return Ok(Reached::Found(found));
            }
            self.with_codes_asked_for(index, mfa, &asker, &|code| call(&signer, Some(code)))
        })
    }

    /// A code that AWS refuses is asked for again, as long as there is somebody who could know a better one.
    fn with_codes_asked_for(
        &self,
        index: usize,
        mfa: &Mfa,
        asker: &Asker,
        call: &dyn Fn(&MfaCode<'_>) -> Result<Credentials, AwsError>,
    ) -> Result<Reached, HopError> {
        let mut refused: Option<AwsError> = None;
        for _ in 0..CODE_ATTEMPTS {
            tracing::info!(device = %mfa.device, "asking for an MFA code");
            let said = refused.as_ref().map(|error| error.message.as_str());
            let Some(code) = self.resolver.mfa.code(mfa, said)? else {
                break;
            };
            let shown = MfaCode {
                device: &mfa.device,
                code,
            };
            match self.call(index, asker, || Ok(call(&shown)?)) {
                Err(HopError::Sts(error)) if error.kind == AwsErrorKind::MfaCodeRejected => {
                    refused = Some(error);
                }
                answer => return answer,
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
