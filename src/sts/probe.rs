//! Whether an STS answers at all.

use std::time::Duration;

use aws_sdk_sts::config::Config;
use aws_sdk_sts::config::retry::RetryConfig;
use aws_sdk_sts::config::timeout::TimeoutConfig;

use super::client::{StsClient, service};
use crate::aws::{AwsError, AwsErrorKind, Route, Signer};
use crate::model::chain::StsAddress;
use crate::model::{AccessKey, Timestamp};

/// How long one answer may take.
const LIMIT: Duration = Duration::from_secs(5);

/// An STS that answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What the time was there.
    pub their_time: Option<Timestamp>,
    /// The way to it.
    pub route: Option<Route>,
}

impl StsClient {
    /// Asks an STS something that it refuses, by a key that nobody has. One try, five seconds at most.
    ///
    /// # Errors
    /// [`AwsError`], where no answer of an STS came back.
    pub fn probe(&self, at: &StsAddress) -> Result<Answer, AwsError> {
        let nobody = Signer::from(&AccessKey {
            // AWS keeps this one for examples.
            access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret_access_key: "nobody's".to_owned().into(),
        });
        let once = Config::builder()
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::builder().operation_timeout(LIMIT).build());
        let request = self
            .client(at, Some(&nobody))?
            .get_caller_identity()
            .customize()
            .config_override(once);
        match self.connection.call(&service(at), request.send()) {
            Err(error) if error.kind.is_no_answer() || error.kind == AwsErrorKind::Local => {
                Err(error)
            }
            _ => Ok(Answer {
                their_time: self.connection.their_time(),
                route: self.connection.route(),
            }),
        }
    }
}
