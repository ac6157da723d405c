//! One plain request over the connection: what is no service of the SDK's, with the same proxies, the
//! same authorities and the same limits.

use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use http_body_util::{BodyExt, Limited};
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::connection::ATTEMPT_LIMIT;
use super::{AwsError, AwsErrorKind, Connection, Service};
use crate::model::Url;

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The text; it may be worth as much as what was sent.
    pub body: SecretString,
}

/// Nothing that is asked here has a longer answer, in bytes.
const LONGEST: usize = 256 * 1024;

impl Connection {
    /// Posts a form, which may hold secrets.
    ///
    /// # Errors
    /// [`AwsError`], where there is no answer. A refusal is one.
    pub fn post(&self, service: &Service<'_>, url: &Url, form: String) -> Result<Answer, AwsError> {
        let connector = self.open(service)?.connector().clone();
        let request = request(url, form).ok_or_else(|| {
            AwsError::new(
                service,
                AwsErrorKind::Local,
                "the request could not be made",
            )
        })?;
        let exchange = async {
            let answer = connector
                .call(request)
                .await
                .map_err(|error| AwsError::of_connector(service, &error))?;
            let status = answer.status().as_u16();
            let body = Limited::new(answer.into_body(), LONGEST).collect().await;
            let broken = |_| AwsError::garbled(service, "the answer broke off, or is too long");
            let bytes = Zeroizing::new(body.map_err(broken)?.to_bytes().to_vec());
            let text = str::from_utf8(&bytes).map_err(|_| AwsError::garbled(service, "no text"))?;
            Ok(Answer {
                status,
                body: SecretString::from(text),
            })
        };
        self.patiently(service, async {
            tokio::time::timeout(ATTEMPT_LIMIT, exchange)
                .await
                .unwrap_or_else(|_| {
                    let what = "no answer in time";
                    Err(AwsError::new(service, AwsErrorKind::TimedOut, what))
                })
        })
    }
}

fn request(url: &Url, form: String) -> Option<HttpRequest> {
    let mut request = HttpRequest::new(form.into());
    request.set_method("POST").ok()?;
    request.set_uri(url.as_str()).ok()?;
    let headers = request.headers_mut();
    headers.insert("content-type", "application/x-www-form-urlencoded");
    headers.insert("accept", "application/json");
    headers.insert("user-agent", concat!("leapp/", env!("CARGO_PKG_VERSION")));
    Some(request)
}
