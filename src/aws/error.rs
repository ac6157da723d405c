//! What AWS refuses and how, told apart by what a person can do about it.
//!
//! STS says `AccessDenied` for policies and for MFA alike; only the text tells. The texts here are
//! AWS's own, and each has a test.

mod elsewhere;

use std::error::Error;
use std::fmt;

use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;
use serde::{Deserialize, Serialize};

use super::checked::Refused;
use super::{Route, Service};
use crate::model::{InvalidMember, with_causes};

/// A call that AWS did not answer as it should.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AwsError {
    /// What kind of refusal or failure it is.
    pub kind: AwsErrorKind,
    /// AWS's own words, or those of what failed on the way.
    pub message: String,
    /// AWS's name for this very request, for their support.
    pub request_id: Option<String>,
    /// Who was asked, and where.
    pub place: String,
    /// The way that the request was to take, where it got no answer.
    pub route: Option<Box<Route>>,
}

/// The kinds, by what there is to do about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AwsErrorKind {
    /// A policy on one of the two sides does not allow it.
    AccessDenied,
    /// The code is wrong, old, or was used before.
    MfaCodeRejected,
    /// The device is not one of this user.
    MfaDeviceRejected,
    /// A device without a code, or a code without a device.
    MfaIncomplete,
    /// The access key does not exist (any more), or belongs to another partition.
    UnknownKey,
    /// The secret does not belong to the access key id.
    WrongSecret,
    /// The clock of this machine is too far from AWS's.
    ClockSkew,
    /// What was to vouch for the request has expired: the credentials that signed it, or the assertion.
    SourceExpired,
    /// The assertion is not one of the provider that it is said to come from, or is damaged.
    AssertionRejected,
    /// The provider did not vouch for the user.
    ClaimRejected,
    /// The role is not assumed for so long.
    DurationTooLong,
    /// The session policy is not a policy, or is too large.
    PolicyRejected,
    /// Nobody has switched this region on for the account.
    RegionDisabled,
    /// What the request is about does not exist.
    NoSuchEntity,
    /// The service does not have the action that it was asked for, as others than AWS lack many.
    NoSuchAction,
    /// Too many requests; the SDK has tried again in vain.
    Throttled,
    /// No answer in time.
    TimedOut,
    /// The host has no address.
    UnknownHost,
    /// The proxy does not answer, or does not let us through.
    ProxyFailed,
    /// Nobody that we believe vouches for the one at the other end.
    Untrusted,
    /// No connection.
    Unreachable,
    /// An answer that is not one of the service.
    Garbled,
    /// A web page, as the login page of a network.
    WebPage,
    /// An answer of the service that lacks a member, or has one that cannot be right.
    InvalidAnswer,
    /// The service itself failed.
    Unavailable,
    /// Something on this machine, before anything was sent.
    Local,
    /// Everything else that is refused.
    Other,
}

impl fmt::Display for AwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for AwsError {}

impl AwsError {
    /// A failure before anything was sent.
    pub fn local(service: &Service<'_>, source: &dyn Error) -> Self {
        Self::new(service, AwsErrorKind::Local, with_causes(source))
    }

    /// An answer whose member is missing or wrong.
    pub fn invalid(service: &Service<'_>, wrong: &InvalidMember) -> Self {
        Self::new(service, AwsErrorKind::InvalidAnswer, wrong.to_string())
    }

    /// An answer that makes no sense.
    pub fn garbled(service: &Service<'_>, what: &str) -> Self {
        Self::new(service, AwsErrorKind::Garbled, what)
    }

    /// What failed on the way, without an answer.
    pub(super) fn of_connector(service: &Service<'_>, error: &ConnectorError) -> Self {
        if error.is_timeout() {
            Self::new(service, AwsErrorKind::TimedOut, "no connection in time")
        } else if let Some(why) = own_refusal(error) {
            Self::new(service, AwsErrorKind::Local, why)
        } else {
            Self::new(service, AwsErrorKind::Unreachable, with_causes(error))
        }
    }

    /// An error that is told by its kind.
    pub(super) fn new(
        service: &Service<'_>,
        kind: AwsErrorKind,
        message: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            message: message.into(),
            request_id: None,
            place: service.to_string(),
            route: None,
        }
    }

    /// Adds the way that the request was to take. Where that is what failed, the way says at what.
    pub(super) fn on_the_way(mut self, route: Option<Route>) -> Self {
        if self.kind == AwsErrorKind::Unreachable {
            self.kind = blame(&self.message, route.as_ref());
        }
        self.route = route.filter(|_| self.kind.is_no_answer()).map(Box::new);
        self
    }
}

impl AwsErrorKind {
    /// Whether nothing was answered that the service itself would say.
    pub fn is_no_answer(self) -> bool {
        matches!(
            self,
            Self::TimedOut
                | Self::UnknownHost
                | Self::ProxyFailed
                | Self::Untrusted
                | Self::Unreachable
                | Self::Garbled
                | Self::WebPage
                | Self::InvalidAnswer
                | Self::Unavailable
        )
    }
}

/// Why leapp's own connector sent nothing (`ways.rs`).
fn own_refusal(error: &ConnectorError) -> Option<String> {
    let source = error.source().filter(|_| error.is_user())?;
    Some(with_causes(source))
}

/// Whether a message says that the certificate at the other end is not trusted.
pub(super) fn is_about_certificate(message: &str) -> bool {
    message.contains("invalid peer certificate")
}

/// What keeps a connection from coming about. The libraries on the way tell it in words only.
fn blame(message: &str, route: Option<&Route>) -> AwsErrorKind {
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    let has_proxy = route.is_some_and(|route| route.proxy.is_some());
    if is_about_certificate(message) {
        AwsErrorKind::Untrusted
    } else if has_proxy && says(&["dns error", "tcp connect error", "tunnel error", "proxy"]) {
        // Through a proxy it is the proxy whose name is looked up, and that is connected to.
        AwsErrorKind::ProxyFailed
    } else if says(&["dns error"]) {
        AwsErrorKind::UnknownHost
    } else {
        AwsErrorKind::Unreachable
    }
}

/// Tells the SDK's errors apart.
pub(super) fn classify<E>(service: &Service<'_>, error: SdkError<E, HttpResponse>) -> AwsError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let new = |kind, message, request_id| AwsError {
        kind,
        message,
        request_id,
        place: service.to_string(),
        route: None,
    };
    let name = service.name;
    match error {
        SdkError::ServiceError(context) => {
            let status = context.raw().status().as_u16();
            let meta = context.err().meta();
            let request_id = context.raw().request_id().or(meta.request_id());
            let request_id = request_id.map(str::to_owned);
            let said = meta.code().map(|code| {
                let message = meta.message().unwrap_or(code);
                (code.to_owned(), message.to_owned())
            });
            match said.or_else(|| elsewhere::refusal_of_s3(context.raw())) {
                Some((code, message)) => new(
                    kind_of(&code, &message, status),
                    message.trim_end().to_owned(),
                    request_id,
                ),
                None if status >= 500 => new(
                    AwsErrorKind::Unavailable,
                    format!("{name} answered with status {status}"),
                    request_id,
                ),
                None => new(
                    AwsErrorKind::Garbled,
                    format!("status {status}, and nothing that {name} would say"),
                    request_id,
                ),
            }
        }
        SdkError::TimeoutError(_) => {
            new(AwsErrorKind::TimedOut, "no answer in time".to_owned(), None)
        }
        SdkError::DispatchFailure(failure) if failure.is_timeout() => new(
            AwsErrorKind::TimedOut,
            "no connection in time".to_owned(),
            None,
        ),
        SdkError::DispatchFailure(failure) => match failure.as_connector_error() {
            Some(error) => match error.source().and_then(|e| e.downcast_ref::<Refused>()) {
                Some(refused) => new(
                    refused.why.kind(),
                    refused.to_string(),
                    refused.request_id.clone(),
                ),
                None => match own_refusal(error) {
                    Some(why) => new(AwsErrorKind::Local, why, None),
                    None => new(AwsErrorKind::Unreachable, with_causes(error), None),
                },
            },
            None => new(AwsErrorKind::Unreachable, "no connection".to_owned(), None),
        },
        SdkError::ResponseError(_) => new(
            AwsErrorKind::Garbled,
            format!("the answer broke off, or is not one of {name}"),
            None,
        ),
        // Before it is sent, the SDK's causes can hold the request as it would have gone out, codes and
        // tokens included: none of them is shown.
        _ => new(
            AwsErrorKind::Local,
            "the request could not be made".to_owned(),
            None,
        ),
    }
}

fn kind_of(code: &str, message: &str, status: u16) -> AwsErrorKind {
    use AwsErrorKind as Kind;
    match code {
        "AccessDenied" | "AccessDeniedException" => mfa(message)
            .or_else(|| elsewhere::denied(message))
            .unwrap_or(Kind::AccessDenied),
        _ if elsewhere::lacks_action(code, message) => Kind::NoSuchAction,
        "InvalidClientTokenId" | "UnrecognizedClientException" | "InvalidAccessKeyId" => {
            Kind::UnknownKey
        }
        // A wrong clock makes signatures that are "not yet current" or "expired".
        "SignatureDoesNotMatch"
            if message.contains("Signature expired") || message.contains("not yet current") =>
        {
            Kind::ClockSkew
        }
        "RequestExpired" | "RequestTimeTooSkewed" => Kind::ClockSkew,
        "SignatureDoesNotMatch" => Kind::WrongSecret,
        "ExpiredToken" | "ExpiredTokenException" => Kind::SourceExpired,
        "InvalidIdentityToken" | "InvalidIdentityTokenException" => Kind::AssertionRejected,
        "IDPRejectedClaim" | "IDPRejectedClaimException" => Kind::ClaimRejected,
        "ValidationError" if message.contains("DurationSeconds") => Kind::DurationTooLong,
        "MalformedPolicyDocument"
        | "MalformedPolicyDocumentException"
        | "PackedPolicyTooLarge"
        | "PackedPolicyTooLargeException" => Kind::PolicyRejected,
        "RegionDisabledException" | "RegionDisabled" => Kind::RegionDisabled,
        "NoSuchEntity" | "NoSuchEntityException" => Kind::NoSuchEntity,
        "Throttling"
        | "ThrottlingException"
        | "TooManyRequestsException"
        | "RequestLimitExceeded" => Kind::Throttled,
        _ if status >= 500 => Kind::Unavailable,
        _ => Kind::Other,
    }
}

fn mfa(message: &str) -> Option<AwsErrorKind> {
    let rest = message.strip_prefix("MultiFactorAuthentication failed")?;
    Some(
        if rest.contains("one time pass code") && rest.contains("invalid") {
            AwsErrorKind::MfaCodeRejected
        } else if rest.contains("must provide both") {
            AwsErrorKind::MfaIncomplete
        } else {
            AwsErrorKind::MfaDeviceRejected
        },
    )
}

#[cfg(test)]
mod tests;
