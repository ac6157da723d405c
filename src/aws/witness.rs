//! What the last request met: where it went, and what the time was there; and that its answer has an end.
//!
//! The SDK's errors do not tell the host that was asked, and its answers not the time at which they were
//! given. Both are seen here, where requests leave and answers come in.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use http_body_util::Limited;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use super::Route;
use super::error::is_about_certificate;
use super::ways::Ways;
use crate::model::{Timestamp, with_causes};

/// More bytes than an answer has.
const LONGEST: usize = 4 * 1024 * 1024;

/// Sees every request of a connection.
#[derive(Clone, Debug)]
pub(super) struct Witness {
    seen: Arc<Mutex<Seen>>,
    ways: Ways,
}

#[derive(Debug, Default)]
struct Seen {
    url: Option<String>,
    their_time: Option<Timestamp>,
}

/// A connector that is watched.
#[derive(Debug)]
pub(super) struct Watched {
    connector: SharedHttpConnector,
    witness: Witness,
}

impl Witness {
    pub(super) fn new(ways: Ways) -> Self {
        Self {
            seen: Arc::default(),
            ways,
        }
    }

    /// Watches a connector.
    pub(super) fn of(self, connector: impl HttpConnector + 'static) -> Watched {
        Watched {
            connector: SharedHttpConnector::new(connector),
            witness: self,
        }
    }

    /// The way that the last request took.
    pub(super) fn route(&self) -> Option<Route> {
        Route::to(self.seen().url.as_deref()?, &self.ways)
    }

    /// What the time was where the last answer came from.
    pub(super) fn their_time(&self) -> Option<Timestamp> {
        self.seen().their_time
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HttpConnector for Watched {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        *self.witness.seen() = Seen {
            url: Some(request.uri().to_owned()),
            their_time: None,
        };
        let answer = self.connector.call(request);
        let witness = self.witness.clone();
        HttpConnectorFuture::new(async move {
            // The SDK would read on for as long as something comes.
            let limited = |body| SdkBody::from_body_1_x(Limited::new(body, LONGEST));
            let answer = answer.await.map(|answer| answer.map(limited));
            let answer = answer.map_err(once);
            witness.seen().their_time = answer.as_ref().ok().and_then(date);
            answer
        })
    }
}

/// The SDK tries again whatever fails on the way. A certificate that is not trusted is the same the next time.
fn once(error: ConnectorError) -> ConnectorError {
    if is_about_certificate(&with_causes(&error)) {
        ConnectorError::other(error.into_source(), None)
    } else {
        error
    }
}

/// The `Date` of an answer.
fn date(answer: &HttpResponse) -> Option<Timestamp> {
    let date = OffsetDateTime::parse(answer.headers().get("date")?, &Rfc2822).ok()?;
    Some(Timestamp(date.unix_timestamp()))
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::http::StatusCode;

    use super::*;

    #[test]
    fn the_date_of_an_answer_is_understood() {
        let mut answer = HttpResponse::new(StatusCode::try_from(403).unwrap(), "".into());
        assert_eq!(date(&answer), None);
        answer
            .headers_mut()
            .insert("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(date(&answer), Some(Timestamp(784_111_777)));
        answer.headers_mut().insert("date", "yesterday");
        assert_eq!(date(&answer), None);
    }
}
