//! https where `AWS_CA_BUNDLE` is set. The SDK's own client cannot be told how to verify a certificate, so
//! this is the same client, hyper's, with a verifier of leapp's own.

use std::error::Error;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use hyper::Uri;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector as TcpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tower_service::Service;

use super::dns::Lookup;
use super::verifier::BundleVerifier;

type BoxError = Box<dyn Error + Send + Sync>;

/// A stream to a proxy or to the server, with TLS where the proxy itself wants it.
type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;

/// Carries https requests to servers that a bundle vouches for.
#[derive(Clone, Debug)]
pub(super) struct Bundled(Client<Limited, SdkBody>);

/// Connects with TLS, within a limit.
#[derive(Clone, Debug)]
struct Limited {
    https: HttpsConnector<Way>,
    limit: Duration,
}

/// Connects to a server: directly, or through a tunnel.
#[derive(Clone, Debug)]
struct Way {
    tcp: TcpConnector<Lookup>,
    tls: Arc<ClientConfig>,
    proxy: Option<Arc<Matcher>>,
}

/// There was no connection within the limit.
#[derive(Debug, thiserror::Error)]
#[error("no connection in time")]
struct NoConnection;

impl Bundled {
    /// A client that has connected to nothing yet. `limit` is for one connection.
    pub(super) fn new(
        bundle: Vec<CertificateDer<'static>>,
        proxy: Option<Matcher>,
        limit: Duration,
    ) -> Result<Self, BoxError> {
        let tls = Arc::new(config(bundle)?);
        let mut tcp = TcpConnector::new_with_resolver(Lookup);
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        let way = Way {
            tcp,
            tls: Arc::clone(&tls),
            proxy: proxy.map(Arc::new),
        };
        let connector = Limited {
            https: HttpsConnector::from((way, tls)),
            limit,
        };
        Ok(Self(Client::builder(TokioExecutor::new()).build(connector)))
    }
}

fn config(bundle: Vec<CertificateDer<'static>>) -> Result<ClientConfig, BoxError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = BundleVerifier::new(bundle, Arc::clone(&provider))?;
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        // rustls's word for any verifier that is not its own.
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

impl HttpConnector for Bundled {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(error) => {
                return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into())));
            }
        };
        let answer = self.0.request(request);
        HttpConnectorFuture::new(async move {
            let answer = answer.await.map_err(|error| {
                if is_late(&error) {
                    ConnectorError::timeout(error.into())
                } else {
                    ConnectorError::io(error.into())
                }
            })?;
            HttpResponse::try_from(answer.map(SdkBody::from_body_1_x))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

fn is_late(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<NoConnection>() {
            return true;
        }
        cause = error.source();
    }
    false
}

impl Service<Uri> for Limited {
    type Response = MaybeHttpsStream<Stream>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.https.poll_ready(context)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let connection = timeout(self.limit, self.https.call(to));
        Box::pin(async move { connection.await.map_err(|_| NoConnection)? })
    }
}

impl Service<Uri> for Way {
    type Response = Stream;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.tcp.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let proxy = self.proxy.as_ref().and_then(|proxy| proxy.intercept(&to));
        let Some(proxy) = proxy else {
            let stream = self.tcp.call(to);
            return Box::pin(async move { Ok(MaybeHttpsStream::Http(stream.await?)) });
        };
        let to_proxy = HttpsConnector::from((self.tcp.clone(), Arc::clone(&self.tls)));
        let mut tunnel = Tunnel::new(proxy.uri().clone(), to_proxy);
        if let Some(password) = proxy.basic_auth() {
            tunnel = tunnel.with_auth(password.clone());
        }
        Box::pin(async move {
            tunnel
                .call(to)
                .await
                .map_err(io::Error::other)
                .map_err(Into::into)
        })
    }
}
