//! STS over the network, by the AWS SDK. The only place with an async runtime on the main road, and
//! it starts when there is a first call to make.

use std::cell::OnceCell;
use std::path::PathBuf;
use std::pin::pin;
use std::time::Duration;

use aws_config::{AppName, BehaviorVersion, SdkConfig};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_sdk_sts::Client;
use aws_sdk_sts::config::retry::RetryConfig;
use aws_sdk_sts::config::timeout::TimeoutConfig;
use aws_sdk_sts::config::{Credentials as SdkCredentials, Region as SdkRegion, SharedHttpClient};
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::types::{Credentials as StsCredentials, PolicyDescriptorType, Tag};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::{Connector, tls};
use aws_smithy_runtime_api::client::http::{
    HttpConnectorSettings, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use secrecy::{ExposeSecret, SecretString};
use tokio::runtime::{Builder, Runtime};

use super::error::{self, StsError};
use super::{MfaCode, Signer, Sts, trust};
use crate::model::chain::{RoleStep, SamlStep, StsAddress};
use crate::model::{Credentials, Span, Timestamp};

/// What the client needs to know of the world around it.
pub struct StsConfig {
    /// `AWS_CA_BUNDLE`.
    pub ca_bundle: Option<PathBuf>,
    /// The clock.
    pub now: fn() -> Timestamp,
    /// Says to a person what is waited for; called once for each call that takes over a second.
    pub waiting: Box<dyn Fn(&str)>,
}

/// The real STS.
pub struct StsClient {
    config: StsConfig,
    opened: OnceCell<Opened>,
}

/// What the first call opens and all calls share: one runtime, and one pool of connections, so that
/// all hops of a chain go over one connection where they ask one endpoint.
struct Opened {
    runtime: Runtime,
    sdk: SdkConfig,
}

/// A connection that is not there after this long will not come.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// STS answers in well under a second; a slow network may need more.
const ATTEMPT_LIMIT: Duration = Duration::from_secs(10);
/// Three attempts and the pauses between them.
const CALL_LIMIT: Duration = Duration::from_secs(30);
/// The first try and two more.
const ATTEMPTS: u32 = 3;
/// A person who waits longer than this is told for what.
const PATIENCE: Duration = Duration::from_secs(1);

impl StsClient {
    /// A client that has opened nothing yet.
    pub fn new(config: StsConfig) -> Self {
        Self {
            config,
            opened: OnceCell::new(),
        }
    }

    fn opened(&self, address: &StsAddress) -> Result<&Opened, StsError> {
        if let Some(opened) = self.opened.get() {
            return Ok(opened);
        }
        let context = trust::tls_context(self.config.ca_bundle.as_deref())
            .map_err(|e| error::local(address, &e))?;
        let runtime = Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
            .map_err(|e| error::local(address, &e))?;
        let sdk = runtime.block_on(load(http_client(context)));
        Ok(self.opened.get_or_init(|| Opened { runtime, sdk }))
    }

    /// A client for one request; without a `signer`, for one that needs no signature.
    fn client(opened: &Opened, address: &StsAddress, signer: Option<&Signer>) -> Client {
        let mut config = aws_sdk_sts::config::Builder::from(&opened.sdk)
            .region(SdkRegion::new(address.region.to_string()));
        // Set even where it is none: the SDK has read `AWS_ENDPOINT_URL` by itself, and that may be
        // one that another session left in the environment.
        config.set_endpoint_url(address.endpoint_url.as_ref().map(ToString::to_string));
        if let Some(signer) = signer {
            config = config.credentials_provider(SdkCredentials::new(
                &signer.access_key_id,
                signer.secret_access_key.expose_secret(),
                signer
                    .session_token
                    .as_ref()
                    .map(|t| t.expose_secret().to_owned()),
                None,
                "leapp",
            ));
        }
        Client::from_conf(config.build())
    }

    /// Runs one call, and says so where it takes long.
    fn call<T, E>(
        &self,
        opened: &Opened,
        address: &StsAddress,
        call: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    ) -> Result<T, StsError>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        opened.runtime.block_on(async {
            let mut call = pin!(call);
            let answer = if let Ok(answer) = tokio::time::timeout(PATIENCE, &mut call).await {
                answer
            } else {
                let place = error::place(address);
                (self.config.waiting)(&format!("waiting for STS at {place} (Ctrl-C to stop)"));
                call.await
            };
            answer.map_err(|e| error::classify(address, e))
        })
    }
}

fn credentials(
    address: &StsAddress,
    asked: Timestamp,
    answer: Option<StsCredentials>,
) -> Result<Credentials, StsError> {
    let given = answer.ok_or_else(|| error::garbled(address, "an answer without credentials"))?;
    Ok(Credentials {
        access_key_id: given.access_key_id,
        secret_access_key: SecretString::from(given.secret_access_key),
        session_token: SecretString::from(given.session_token),
        issued: asked,
        expiration: Timestamp(given.expiration.secs()),
    })
}

impl Sts for StsClient {
    fn get_session_token(
        &self,
        at: &StsAddress,
        signer: &Signer,
        lifetime: Span,
        code: Option<&MfaCode<'_>>,
    ) -> Result<Credentials, StsError> {
        let opened = self.opened(at)?;
        let asked = (self.config.now)();
        let request = Self::client(opened, at, Some(signer))
            .get_session_token()
            .duration_seconds(seconds(lifetime))
            .set_serial_number(code.map(|c| c.device.to_string()))
            .set_token_code(code.map(|c| c.code.expose_secret().to_owned()));
        let answer = self.call(opened, at, request.send())?;
        credentials(at, asked, answer.credentials)
    }

    fn assume_role(
        &self,
        at: &StsAddress,
        signer: &Signer,
        role: &RoleStep,
        code: Option<&MfaCode<'_>>,
    ) -> Result<Credentials, StsError> {
        let opened = self.opened(at)?;
        let asked = (self.config.now)();
        let terms = &role.terms;
        let mut request = Self::client(opened, at, Some(signer))
            .assume_role()
            .role_arn(role.role_arn.as_str())
            .role_session_name(&role.session_name)
            .duration_seconds(seconds(role.lifetime))
            .set_external_id(terms.external_id.clone())
            .set_source_identity(terms.source_identity.clone())
            .set_policy(terms.policy.clone())
            .set_serial_number(code.map(|c| c.device.to_string()))
            .set_token_code(code.map(|c| c.code.expose_secret().to_owned()));
        for (key, value) in &terms.tags {
            let tag = Tag::builder()
                .key(key)
                .value(value)
                .build()
                .map_err(|e| error::local(at, &e))?;
            request = request.tags(tag);
        }
        for key in &terms.transitive_tags {
            request = request.transitive_tag_keys(key);
        }
        for arn in &terms.policy_arns {
            request = request.policy_arns(PolicyDescriptorType::builder().arn(arn).build());
        }
        let answer = self.call(opened, at, request.send())?;
        credentials(at, asked, answer.credentials)
    }

    fn assume_role_with_saml(
        &self,
        at: &StsAddress,
        role: &SamlStep,
        assertion: &SecretString,
    ) -> Result<Credentials, StsError> {
        let opened = self.opened(at)?;
        let asked = (self.config.now)();
        let mut request = Self::client(opened, at, None)
            .assume_role_with_saml()
            .role_arn(role.role_arn.as_str())
            .principal_arn(role.idp_arn.as_str())
            .saml_assertion(assertion.expose_secret())
            .duration_seconds(seconds(role.lifetime))
            .set_policy(role.policy.clone());
        for arn in &role.policy_arns {
            request = request.policy_arns(PolicyDescriptorType::builder().arn(arn).build());
        }
        let answer = self.call(opened, at, request.send())?;
        credentials(at, asked, answer.credentials)
    }
}

fn seconds(span: Span) -> i32 {
    // 36 hours at most, by `Kind::duration_limits`.
    i32::try_from(span.0).unwrap_or(i32::MAX)
}

/// The SDK's settings from the environment (FIPS, dual stack, retries), and from nowhere else:
/// with profile files read, the caller's `AWS_PROFILE` would steer us.
async fn load(http: SharedHttpClient) -> SdkConfig {
    let no_files = EnvConfigFiles::builder()
        .with_contents(EnvConfigFileKind::Config, "")
        .build();
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_LIMIT)
        .operation_attempt_timeout(ATTEMPT_LIMIT)
        .operation_timeout(CALL_LIMIT)
        .build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .profile_files(no_files)
        .no_credentials()
        // Every call names its own; this only keeps the SDK from asking an instance's metadata.
        .region(SdkRegion::new("us-east-1"))
        .http_client(http)
        // Said here, so that the SDK does not read `AWS_RETRY_MODE` and `AWS_MAX_ATTEMPTS`: it panics
        // on values that the AWS CLI accepts, such as `legacy`.
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        .timeout_config(timeouts);
    if let Ok(name) = AppName::new(concat!("leapp-", env!("CARGO_PKG_VERSION"))) {
        loader = loader.app_name(name);
    }
    loader.load().await
}

/// One pool of connections, through the proxies that the environment names.
fn http_client(context: tls::TlsContext) -> SharedHttpClient {
    let settings = HttpConnectorSettings::builder()
        .connect_timeout(CONNECT_LIMIT)
        .build();
    let connector = Connector::builder()
        .connector_settings(settings)
        .sleep_impl(TokioSleep::new())
        .proxy_config(ProxyConfig::from_env())
        .tls_provider(tls::Provider::Rustls(
            tls::rustls_provider::CryptoMode::AwsLc,
        ))
        .tls_context(context)
        .build();
    let connector = SharedHttpConnector::new(connector);
    http_client_fn(move |_, _| connector.clone())
}
