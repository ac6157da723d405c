//! Names of hosts, looked up as everywhere on this system, but not for ever.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use std::vec;

use aws_smithy_runtime_api::client::dns::{DnsFuture, ResolveDns, ResolveDnsError};
use hyper_util::client::legacy::connect::dns::Name;
use tokio::net::lookup_host;
use tokio::time::timeout;
use tower_service::Service;

/// So short that all attempts of a call end in it where they do: it is said then which of the two did not
/// come, the address or the connection.
const LIMIT: Duration = Duration::from_millis(1800);

/// The system's own look-up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lookup;

async fn addresses(name: &str) -> io::Result<Vec<SocketAddr>> {
    let found = timeout(LIMIT, lookup_host((name, 0))).await;
    let found = found.unwrap_or_else(|_| {
        let silence = format!("no answer to the question for `{name}`");
        Err(io::Error::new(io::ErrorKind::TimedOut, silence))
    });
    Ok(found?.collect())
}

/// For the SDK's client.
impl ResolveDns for Lookup {
    fn resolve_dns<'a>(&'a self, name: &'a str) -> DnsFuture<'a> {
        DnsFuture::new(async move {
            let found = addresses(name).await.map_err(ResolveDnsError::new)?;
            Ok(found.iter().map(SocketAddr::ip).collect())
        })
    }
}

/// For hyper's.
impl Service<Name> for Lookup {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        Box::pin(async move { Ok(addresses(name.as_str()).await?.into_iter()) })
    }
}
