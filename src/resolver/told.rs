//! A failure as one process tells it to those who wait: which of them it concerns, and the cause as
//! data, so that each says it in its own words. No secret is in it; of a refused code, a hash.

use std::fmt::Write;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::HopError;
use super::flight::Asker;
use crate::aws::{AwsError, AwsErrorKind};
use crate::idp::{AssertionError, BrowserError, Grant, IdpError, Untimely};
use crate::mfa::MfaError;
use crate::model::Span;
use crate::process::AnswerError;

/// A failure for others.
#[derive(Serialize, Deserialize)]
pub(super) struct Told {
    /// By which way AWS was asked: proxies, certificates. Who takes another one is not concerned.
    way: String,
    concerns: Concerns,
    cause: Cause,
}

/// Whom a failure concerns, of those who want the same.
#[derive(Serialize, Deserialize)]
enum Concerns {
    Everybody,
    /// Who would take the same login, and has no assertion of their own.
    WhoLogsIn,
    /// Who would ask the same program.
    WhoAsksProgram,
    /// Who has the same code.
    WhoHasCode {
        salt: String,
        hash: String,
    },
}

/// Those causes that are the same for others.
#[derive(Serialize, Deserialize)]
enum Cause {
    Aws(AwsError),
    Audience { said: AwsError, found: Vec<String> },
    NotGranted { granted: Vec<(String, String)> },
    Early { seconds: u64 },
    Late { seconds: u64 },
    NotACode,
    MfaProgram(Program),
    SamlProgram(Program),
    AssertionRefused(String),
    AssertionWithoutRoles,
    AssertionTooLong,
    WindowClosed,
    NobodyLoggedIn { seconds: u64 },
}

/// How a program gave no answer.
#[derive(Serialize, Deserialize)]
enum Program {
    Failed { program: String, status: String },
    TimedOut { program: String, seconds: u64 },
}

const MFA_PROCESS: &str = "mfa_process";
const SAML_PROCESS: &str = "saml_process";

impl Told {
    /// `None` for a failure that concerns this process alone.
    pub(super) fn of(cause: &HopError, asker: &Asker, way: &str) -> Option<Self> {
        Some(Self {
            way: way.to_owned(),
            concerns: Concerns::of(cause, asker)?,
            cause: Cause::of(cause)?,
        })
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// `None` where it is damaged, or of another version.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    /// The cause, where it is one for this process as well.
    pub(super) fn cause_for(self, asker: &Asker, way: &str) -> Option<HopError> {
        let concerned = self.way == way
            && match (&self.concerns, asker) {
                (Concerns::Everybody, _)
                | (Concerns::WhoLogsIn, Asker::Login)
                | (Concerns::WhoAsksProgram, Asker::Program) => true,
                (Concerns::WhoHasCode { salt, hash }, Asker::Given(code)) => {
                    *hash == hashed(salt, code.expose_secret())
                }
                _ => false,
            };
        if concerned { self.cause.told() } else { None }
    }
}

impl Concerns {
    fn of(cause: &HopError, asker: &Asker) -> Option<Self> {
        match (cause, asker) {
            (HopError::Sts(error), _) if error.kind == AwsErrorKind::Local => None,
            (HopError::Sts(error), Asker::Given(code))
                if error.kind == AwsErrorKind::MfaCodeRejected =>
            {
                let salt = salt()?;
                let hash = hashed(&salt, code.expose_secret());
                Some(Self::WhoHasCode { salt, hash })
            }
            (HopError::Sts(error), _) if error.kind == AwsErrorKind::MfaCodeRejected => {
                matches!(asker, Asker::Program).then_some(Self::WhoAsksProgram)
            }
            (HopError::Sts(error), Asker::Assertion | Asker::Login)
                if !error.kind.is_no_answer() && error.kind != AwsErrorKind::Throttled =>
            {
                matches!(asker, Asker::Login).then_some(Self::WhoLogsIn)
            }
            (HopError::Sts(_), _) => Some(Self::Everybody),
            (HopError::Mfa(_), Asker::Program) => Some(Self::WhoAsksProgram),
            (_, Asker::Login) => Some(Self::WhoLogsIn),
            _ => None,
        }
    }
}

impl Cause {
    fn of(cause: &HopError) -> Option<Self> {
        Some(match cause {
            HopError::Sts(error) => Self::Aws(error.clone()),
            HopError::Audience { said, found } => Self::Audience {
                said: said.clone(),
                found: found.clone(),
            },
            HopError::NotGranted { granted } => {
                let pair = |grant: &Grant| (grant.role.to_string(), grant.provider.to_string());
                Self::NotGranted {
                    granted: granted.iter().map(pair).collect(),
                }
            }
            HopError::Untimely(Untimely::Early(Span(seconds))) => Self::Early { seconds: *seconds },
            HopError::Untimely(Untimely::Late(Span(seconds))) => Self::Late { seconds: *seconds },
            HopError::Mfa(MfaError::NotACode { .. }) => Self::NotACode,
            HopError::Mfa(MfaError::Process(error)) => Self::MfaProgram(Program::of(error)?),
            HopError::Idp(IdpError::Process(error)) => Self::SamlProgram(Program::of(error)?),
            HopError::Idp(IdpError::Assertion(AssertionError::Refused(why))) => {
                Self::AssertionRefused(why.clone())
            }
            HopError::Idp(IdpError::Assertion(AssertionError::NoRoles)) => {
                Self::AssertionWithoutRoles
            }
            HopError::Idp(IdpError::Assertion(AssertionError::TooLong)) => Self::AssertionTooLong,
            HopError::Idp(IdpError::Browser(BrowserError::Closed)) => Self::WindowClosed,
            HopError::Idp(IdpError::Browser(BrowserError::TimedOut { limit })) => {
                Self::NobodyLoggedIn {
                    seconds: limit.as_secs(),
                }
            }
            _ => return None,
        })
    }

    /// The same as an error of this process.
    fn told(self) -> Option<HopError> {
        let assertion = |error| HopError::Idp(IdpError::Assertion(error));
        Some(match self {
            Self::Aws(error) => HopError::Sts(error),
            Self::Audience { said, found } => HopError::Audience { said, found },
            Self::NotGranted { granted } => {
                let grant = |(role, provider): (String, String)| {
                    Some(Grant {
                        role: role.parse().ok()?,
                        provider: provider.parse().ok()?,
                    })
                };
                HopError::NotGranted {
                    granted: granted.into_iter().map(grant).collect::<Option<_>>()?,
                }
            }
            Self::Early { seconds } => HopError::Untimely(Untimely::Early(Span(seconds))),
            Self::Late { seconds } => HopError::Untimely(Untimely::Late(Span(seconds))),
            Self::NotACode => HopError::Mfa(MfaError::of_program()),
            Self::MfaProgram(program) => HopError::Mfa(program.told(MFA_PROCESS).into()),
            Self::SamlProgram(program) => HopError::Idp(program.told(SAML_PROCESS).into()),
            Self::AssertionRefused(why) => assertion(AssertionError::Refused(why)),
            Self::AssertionWithoutRoles => assertion(AssertionError::NoRoles),
            Self::AssertionTooLong => assertion(AssertionError::TooLong),
            Self::WindowClosed => HopError::Idp(BrowserError::Closed.into()),
            Self::NobodyLoggedIn { seconds } => {
                let limit = Duration::from_secs(seconds);
                HopError::Idp(BrowserError::TimedOut { limit }.into())
            }
        })
    }
}

impl Program {
    /// One that cannot be started costs no time, and is left to each process.
    fn of(error: &AnswerError) -> Option<Self> {
        match error {
            AnswerError::Failed {
                program, status, ..
            } => Some(Self::Failed {
                program: program.clone(),
                status: status.clone(),
            }),
            AnswerError::TimedOut { program, limit, .. } => Some(Self::TimedOut {
                program: program.clone(),
                seconds: limit.as_secs(),
            }),
            AnswerError::CanNotRun { .. } => None,
        }
    }

    fn told(self, key: &'static str) -> AnswerError {
        match self {
            Self::Failed { program, status } => AnswerError::Failed {
                key,
                program,
                status,
            },
            Self::TimedOut { program, seconds } => AnswerError::TimedOut {
                key,
                program,
                limit: Duration::from_secs(seconds),
            },
        }
    }
}

fn salt() -> Option<String> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).ok()?;
    Some(hex(&bytes))
}

/// A refused code is worth nothing to AWS any more, but may be one of another device, for seconds.
fn hashed(salt: &str, code: &str) -> String {
    hex(digest(&SHA256, format!("{salt} {code}").as_bytes()).as_ref())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests;
