//! Checks every answer to a request of the query protocol before the SDK reads it.

use std::error::Error;
use std::fmt;

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use http_body_util::BodyExt;

use super::AwsErrorKind;
use super::document::{Malformed, check_answer, check_refusal};
use crate::model::Span;

/// A connector whose answers are whole documents.
#[derive(Debug)]
pub(super) struct Checked(pub(super) SharedHttpConnector);

/// An answer that the SDK does not get to see.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) why: Why,
    pub(super) request_id: Option<String>,
}

/// Why it does not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Why {
    #[error("the answer broke off, or is too long")]
    BrokeOff,
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// With the status of the answer.
    #[error("the service asks to wait {0} before the next request")]
    Wait(Span, u16),
}

impl Why {
    pub(super) fn kind(&self) -> AwsErrorKind {
        match self {
            Self::BrokeOff => AwsErrorKind::Garbled,
            Self::Malformed(what) => what.kind(),
            Self::Wait(_, 500..) => AwsErrorKind::Unavailable,
            Self::Wait(..) => AwsErrorKind::Throttled,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.why)
    }
}

impl Error for Refused {}

/// Two pauses of this length fit into the time of one call. A longer one is left to the caller.
const LONGEST_PAUSE: Span = Span(3);

impl HttpConnector for Checked {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let action = action(&request);
        let answer = self.0.call(request);
        HttpConnectorFuture::new(async move {
            match action {
                Some(action) => whole(&action, answer.await?).await,
                None => answer.await,
            }
        })
    }
}

/// The action that a request of the query protocol names.
fn action(request: &HttpRequest) -> Option<String> {
    let form = str::from_utf8(request.body().bytes()?).ok()?;
    let fields = form.split('&');
    let mut actions = fields.filter_map(|field| field.strip_prefix("Action="));
    actions.next().map(str::to_owned)
}

/// Reads an answer to its end, and hands it on where it is one document.
async fn whole(action: &str, mut answer: HttpResponse) -> Result<HttpResponse, ConnectorError> {
    let request_id = answer.headers().get("x-amzn-requestid").map(str::to_owned);
    let refused = |why| Refused { why, request_id };
    let Ok(body) = answer.take_body().collect().await else {
        // As any other connection that breaks, it is worth another try.
        return Err(ConnectorError::io(refused(Why::BrokeOff).into()));
    };
    let body = body.to_bytes();
    let is_refusal = !answer.status().is_success();
    if let Some(pause) = pause(&answer, &body) {
        if pause > LONGEST_PAUSE {
            let why = Why::Wait(pause, answer.status().as_u16());
            return Err(ConnectorError::other(refused(why).into(), None));
        }
        // The SDK reads this header alone.
        let milliseconds = pause.0 * 1000;
        let headers = answer.headers_mut();
        headers.insert("x-amz-retry-after", milliseconds.to_string());
    }
    let checked = if is_refusal {
        check_refusal(&body)
    } else {
        check_answer(action, &body)
    };
    match checked {
        Ok(()) => *answer.body_mut() = SdkBody::from(body),
        // The status alone is left of it, and says whether to try again.
        Err(_) if is_refusal => *answer.body_mut() = SdkBody::empty(),
        Err(why) => return Err(ConnectorError::other(refused(why.into()).into(), None)),
    }
    Ok(answer)
}

/// How long a service that is busy asks to be left alone, by `Retry-After` in seconds.
fn pause(answer: &HttpResponse, body: &[u8]) -> Option<Span> {
    let status = answer.status().as_u16();
    let is_busy = status == 429 || status >= 500 || (status >= 400 && is_throttling(body));
    let seconds = answer.headers().get("retry-after")?.trim().parse().ok()?;
    is_busy.then_some(Span(seconds)).filter(|pause| pause.0 > 0)
}

/// STS throttles with status 400.
fn is_throttling(body: &[u8]) -> bool {
    let text = str::from_utf8(body).unwrap_or_default();
    let code = text.split_once("<Code>").map_or("", |(_, rest)| rest);
    ["Throttl", "TooManyRequests", "RequestLimitExceeded"]
        .iter()
        .any(|start| code.starts_with(start))
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::http::StatusCode;

    use super::*;

    #[test]
    fn a_busy_service_says_how_long_it_wants_to_be_left_alone() {
        let throttled = b"<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>";
        let denied = b"<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>";
        for (status, header, body, asked) in [
            (503, Some("30"), &denied[..], Some(30)),
            (429, Some(" 2 "), b"", Some(2)),
            (400, Some("1"), throttled, Some(1)),
            (403, Some("30"), denied, None),
            (200, Some("30"), throttled, None),
            (503, None, throttled, None),
            (503, Some("0"), throttled, None),
            (503, Some("-1"), throttled, None),
            (503, Some("soon"), throttled, None),
            (503, Some("99999999999999999999"), throttled, None),
        ] {
            let status = StatusCode::try_from(status).unwrap();
            let mut answer = HttpResponse::new(status, SdkBody::empty());
            if let Some(header) = header {
                answer.headers_mut().insert("retry-after", header);
            }
            assert_eq!(pause(&answer, body), asked.map(Span), "{header:?}");
        }
    }
}
