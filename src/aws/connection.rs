//! The one connection to AWS of a run, by the AWS SDK: opened when there is a first call to make, and
//! shared by all, so that all hops of a chain go over one connection where they ask one endpoint.

use std::cell::OnceCell;
use std::path::PathBuf;
use std::pin::pin;
use std::time::{Duration, Instant};

use aws_sdk_sts::config::retry::RetryConfig;
use aws_sdk_sts::config::timeout::TimeoutConfig;
use aws_sdk_sts::config::{AppName, BehaviorVersion, SharedHttpClient};
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::operation::RequestId;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::{Connector, tls};
use aws_smithy_runtime_api::client::http::{
    HttpConnectorSettings, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_types::SdkConfig;
use tokio::runtime::{Builder, Runtime};

use super::bundled::Bundled;
use super::checked::Checked;
use super::dns::Lookup;
use super::error::{self, AwsError};
use super::ways::Ways;
use super::witness::Witness;
use super::{Route, Service, trust};
use crate::model::Timestamp;
use crate::model::chain::Variants;
use crate::model::proxy::ProxyVariables;

/// What the connection needs to know of the world around it.
pub struct ConnectionConfig {
    /// `AWS_CA_BUNDLE`.
    pub ca_bundle: Option<PathBuf>,
    /// Which variant of an endpoint is used where no URL is given.
    pub variants: Variants,
    /// `HTTPS_PROXY` and its like.
    pub proxies: ProxyVariables,
    /// Says to a person what is waited for; called once for each call that takes over a second.
    pub waiting: Box<dyn Fn(&str)>,
}

/// The way to AWS, opened or not.
pub struct Connection {
    config: ConnectionConfig,
    opened: OnceCell<Opened>,
}

/// What the first call opens and all calls share.
pub struct Opened {
    /// Always there; taken by `drop`.
    runtime: Option<Runtime>,
    sdk: SdkConfig,
    connector: SharedHttpConnector,
    witness: Witness,
}

/// A connection that is not there after this long will not come.
const CONNECT_LIMIT: Duration = Duration::from_secs(3);
/// AWS answers in well under a second; a slow network may need more.
pub(super) const ATTEMPT_LIMIT: Duration = Duration::from_secs(8);
/// All attempts and the pauses between them: whoever waits is told within ten seconds what for.
const CALL_LIMIT: Duration = Duration::from_secs(9);
/// The first try and two more.
const ATTEMPTS: u32 = 3;
/// A person who waits longer than this is told for what.
const PATIENCE: Duration = Duration::from_secs(1);

impl Connection {
    /// A connection that has opened nothing yet.
    pub fn new(config: ConnectionConfig) -> Self {
        Self {
            config,
            opened: OnceCell::new(),
        }
    }

    /// Opens it, if it is not open.
    ///
    /// # Errors
    /// [`AwsErrorKind::Local`](super::AwsErrorKind::Local): the system gives no more files or memory.
    pub fn open(&self, service: &Service<'_>) -> Result<&Opened, AwsError> {
        if let Some(opened) = self.opened.get() {
            return Ok(opened);
        }
        let runtime = Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
            .map_err(|e| AwsError::local(service, &e))?;
        let ways = Ways::new(self.config.proxies.clone());
        let witness = Witness::new(ways.clone());
        let connector = connector(self.config.ca_bundle.clone(), &ways, witness.clone());
        let shared = SharedHttpConnector::new(Checked(connector.clone()));
        let http = http_client_fn(move |_, _| shared.clone());
        let sdk = sdk_config(http, self.config.variants);
        Ok(self.opened.get_or_init(|| Opened {
            runtime: Some(runtime),
            sdk,
            connector,
            witness,
        }))
    }

    /// The way that the last request took.
    pub fn route(&self) -> Option<Route> {
        self.opened.get()?.witness.route()
    }

    /// What the time was at the other end when the last answer left there.
    pub fn their_time(&self) -> Option<Timestamp> {
        self.opened.get()?.witness.their_time()
    }

    /// Runs one call, and says so where it takes long.
    ///
    /// # Errors
    /// [`AwsError`], classified.
    pub fn call<T, E>(
        &self,
        service: &Service<'_>,
        call: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    ) -> Result<T, AwsError>
    where
        T: RequestId,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let answer = self.patiently(service, async {
            call.await.map_err(|e| error::classify(service, e))
        });
        if let Ok(answer) = &answer {
            let request_id = answer.request_id().unwrap_or("none");
            tracing::debug!(%service, request_id, "the answer's request id");
        }
        answer
    }

    /// Waits for an answer, and says so where it takes long.
    pub(super) fn patiently<T>(
        &self,
        service: &Service<'_>,
        exchange: impl Future<Output = Result<T, AwsError>>,
    ) -> Result<T, AwsError> {
        let opened = self.open(service)?;
        let Some(runtime) = &opened.runtime else {
            return Err(AwsError::garbled(service, "the connection is closed"));
        };
        let started = Instant::now();
        let answer = runtime.block_on(async {
            let mut exchange = pin!(exchange);
            if let Ok(answer) = tokio::time::timeout(PATIENCE, &mut exchange).await {
                return answer;
            }
            (self.config.waiting)(&format!("waiting for {service} (Ctrl-C to stop)"));
            exchange.await
        });
        let answer = answer.map_err(|error| error.on_the_way(opened.witness.route()));
        let milliseconds = started.elapsed().as_millis();
        match &answer {
            Ok(_) => tracing::info!(%service, milliseconds, "answered"),
            Err(error) => {
                let request_id = error.request_id.as_deref().unwrap_or("none");
                tracing::info!(%service, milliseconds, request_id, kind = ?error.kind, "refused, or no answer");
            }
        }
        answer
    }
}

impl Opened {
    /// The settings of every client.
    pub fn sdk(&self) -> &SdkConfig {
        &self.sdk
    }

    /// What carries requests, for those that are none of the SDK's.
    pub(super) fn connector(&self) -> &SharedHttpConnector {
        &self.connector
    }
}

impl Drop for Opened {
    /// A look-up of a name cannot be called off. Nobody waits for one whose answer is not wanted any more.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// The settings of every client. The SDK reads neither files nor the environment: with profile files read,
/// the caller's `AWS_PROFILE` would decide, and on values of `AWS_RETRY_MODE` that the AWS CLI accepts, such
/// as `legacy`, the SDK panics.
fn sdk_config(http: SharedHttpClient, variants: Variants) -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_LIMIT)
        .operation_attempt_timeout(ATTEMPT_LIMIT)
        .operation_timeout(CALL_LIMIT)
        .build();
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(http)
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        .timeout_config(timeouts)
        .use_fips(variants.fips)
        .use_dual_stack(variants.dual_stack);
    config.set_app_name(AppName::new(concat!("leapp-", env!("CARGO_PKG_VERSION"))).ok());
    config.build()
}

/// What carries requests, through the proxies that the environment names. Certificates are read where the
/// first request needs some: one over plain http has no use for them.
fn connector(bundle: Option<PathBuf>, ways: &Ways, witness: Witness) -> SharedHttpConnector {
    let connector = ways.connector(move |to| {
        if let Some(bundle) = bundle.as_deref().filter(|_| to.is_https) {
            let (certificates, _) = trust::usable_certificates(bundle)?;
            let connector = Bundled::new(certificates, to.matcher(), CONNECT_LIMIT)?;
            return Ok(SharedHttpConnector::new(connector));
        }
        let context = if to.needs_tls() {
            trust::tls_context(bundle.as_deref())?
        } else {
            trust::nobody()?
        };
        let settings = HttpConnectorSettings::builder()
            .connect_timeout(CONNECT_LIMIT)
            .build();
        let connector = Connector::builder()
            .connector_settings(settings)
            .sleep_impl(TokioSleep::new())
            .proxy_config(to.config()?)
            .tls_provider(tls::Provider::Rustls(
                tls::rustls_provider::CryptoMode::AwsLc,
            ))
            .tls_context(context)
            .build_with_resolver(Lookup);
        Ok(SharedHttpConnector::new(connector))
    });
    SharedHttpConnector::new(witness.of(connector))
}
