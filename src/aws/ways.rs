//! The way of a request out of this machine: directly, or through a proxy that the environment names. A
//! request never goes directly because a variable could not be read.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, OnceLock};

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use hyper::Uri;
use hyper_util::client::proxy::matcher::Matcher;

use crate::model::proxy::{InvalidProxy, Proxy, ProxyVariables};
use crate::model::secret::{ExposeSecret, SecretString};

pub(super) type BoxError = Box<dyn Error + Send + Sync>;

/// The rules by which a request goes through a proxy.
#[derive(Clone, Debug)]
pub(super) struct Ways(Arc<Rules>);

#[derive(Debug)]
struct Rules {
    variables: ProxyVariables,
    /// Knows which hosts `NO_PROXY` leaves out.
    exceptions: Matcher,
}

impl Ways {
    pub(super) fn new(variables: ProxyVariables) -> Self {
        // Which proxy it is does not matter: only whether there would be one.
        let exceptions = Matcher::builder()
            .all("http://proxy.invalid")
            .no(variables.exceptions.as_str())
            .build();
        Self(Arc::new(Rules {
            variables,
            exceptions,
        }))
    }

    /// The proxy on the way to a URL, if there is one.
    ///
    /// # Errors
    /// Where the variable that names it cannot be read.
    pub(super) fn proxy_to(&self, url: &Uri) -> Result<Option<Proxy>, InvalidProxy> {
        if self.0.exceptions.intercept(url).is_none() {
            return Ok(None);
        }
        self.0.variables.proxy(url.scheme_str() == Some("https"))
    }

    /// A connector for both schemes. `connect` makes the one of a scheme when its first request comes.
    pub(super) fn connector(&self, connect: impl Connect + 'static) -> ByScheme {
        ByScheme {
            http: OnceLock::new(),
            https: OnceLock::new(),
            connect: Box::new(connect),
            ways: self.clone(),
        }
    }
}

/// Where requests of one scheme go first.
#[derive(Clone, Copy, Debug)]
pub(super) struct FirstStop<'a> {
    /// Whether the scheme is https.
    pub(super) is_https: bool,
    /// The URL of the proxy, where one is named.
    pub(super) proxy: Option<&'a SecretString>,
    /// The hosts that are asked without it.
    pub(super) exceptions: &'a str,
}

impl FirstStop<'_> {
    /// Whether it, or what is behind it, is asked over TLS.
    pub(super) fn needs_tls(self) -> bool {
        let proxy = self.proxy.map(SecretString::expose_secret);
        self.is_https || proxy.is_some_and(|url| url.starts_with("https:"))
    }

    /// The proxy, for the SDK's own client.
    pub(super) fn config(self) -> Result<ProxyConfig, BoxError> {
        let Some(url) = self.proxy else {
            return Ok(ProxyConfig::disabled());
        };
        let config = ProxyConfig::all(url.expose_secret())?;
        Ok(config.no_proxy(self.exceptions))
    }

    /// The proxy, for hyper's.
    pub(super) fn matcher(self) -> Option<Matcher> {
        let url = self.proxy?.expose_secret();
        Some(Matcher::builder().all(url).no(self.exceptions).build())
    }
}

/// Makes the connector of a scheme.
pub(super) trait Connect:
    Fn(FirstStop<'_>) -> Result<SharedHttpConnector, BoxError> + Send + Sync
{
}

impl<F> Connect for F where
    F: Fn(FirstStop<'_>) -> Result<SharedHttpConnector, BoxError> + Send + Sync
{
}

/// A pool of connections for each scheme.
pub(super) struct ByScheme {
    http: OnceLock<SharedHttpConnector>,
    https: OnceLock<SharedHttpConnector>,
    connect: Box<dyn Connect>,
    ways: Ways,
}

impl ByScheme {
    fn of(&self, is_https: bool) -> Result<&SharedHttpConnector, BoxError> {
        let pool = if is_https { &self.https } else { &self.http };
        if let Some(made) = pool.get() {
            return Ok(made);
        }
        let variables = &self.ways.0.variables;
        // One that cannot be read is reported for each host that is asked through it: see `proxy_to`.
        let proxy = variables.proxy(is_https).ok().flatten();
        let made = (self.connect)(FirstStop {
            is_https,
            proxy: proxy.as_ref().map(Proxy::url),
            exceptions: &variables.exceptions,
        })?;
        Ok(pool.get_or_init(|| made))
    }
}

impl fmt::Debug for ByScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByScheme")
            .field("ways", &self.ways)
            .finish_non_exhaustive()
    }
}

impl HttpConnector for ByScheme {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let url: Result<Uri, _> = request.uri().parse();
        let Ok(url) = url else {
            return HttpConnectorFuture::ready(Err(ConnectorError::user(
                "the URL cannot be read".into(),
            )));
        };
        if let Err(why) = self.ways.proxy_to(&url) {
            return HttpConnectorFuture::ready(Err(ConnectorError::user(why.into())));
        }
        match self.of(url.scheme_str() != Some("http")) {
            Ok(connector) => connector.call(request),
            Err(why) => HttpConnectorFuture::ready(Err(ConnectorError::user(why))),
        }
    }
}
