//! The way of a request out of this machine: directly, or through a proxy that the environment names. A
//! request never goes directly because a variable could not be read.

use std::sync::Arc;

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

    /// A connector for both schemes. `connect` makes one for a proxy, or for none.
    pub(super) fn connector(
        &self,
        connect: impl Fn(Option<ProxyConfig>) -> SharedHttpConnector,
    ) -> ByScheme {
        // One that cannot be read has no connector of its own: no request gets as far as that.
        let url = |is_https| {
            let proxy = self.0.variables.proxy(is_https).ok().flatten();
            proxy.map(|proxy| proxy.url().clone())
        };
        let made = |url: Option<&SecretString>| {
            let config = url.and_then(|url| ProxyConfig::all(url.expose_secret()).ok());
            connect(config.map(|config| config.no_proxy(&self.0.variables.exceptions)))
        };
        let (http, https) = (url(false), url(true));
        let is_one = http.as_ref().map(SecretString::expose_secret)
            == https.as_ref().map(SecretString::expose_secret);
        let for_https = made(https.as_ref());
        ByScheme {
            http: if is_one {
                for_https.clone()
            } else {
                made(http.as_ref())
            },
            https: for_https,
            ways: self.clone(),
        }
    }
}

/// A pool of connections for each scheme, or one for both.
#[derive(Debug)]
pub(super) struct ByScheme {
    http: SharedHttpConnector,
    https: SharedHttpConnector,
    ways: Ways,
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
        match url.scheme_str() {
            Some("http") => self.http.call(request),
            _ => self.https.call(request),
        }
    }
}
