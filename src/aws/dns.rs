//! Names of hosts, looked up as everywhere on this system, but not for ever.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use aws_smithy_runtime_api::client::dns::{DnsFuture, ResolveDns, ResolveDnsError};
use tokio::net::lookup_host;
use tokio::time::timeout;

use crate::model::is_localhost;

/// So short that all attempts of a call end in it where they do: it is said then which of the two did not
/// come, the address or the connection.
const LIMIT: Duration = Duration::from_millis(1800);

/// The system's own look-up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lookup;

impl ResolveDns for Lookup {
    fn resolve_dns<'a>(&'a self, name: &'a str) -> DnsFuture<'a> {
        DnsFuture::new(async move {
            // Plain http is allowed there, so no name server is asked where it is.
            if is_localhost(name) {
                return Ok(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]);
            }
            let found = timeout(LIMIT, lookup_host((name, 0))).await;
            let found = found.unwrap_or_else(|_| {
                let silence = format!("no answer to the question for `{name}`");
                Err(io::Error::new(io::ErrorKind::TimedOut, silence))
            });
            let addresses: Vec<IpAddr> = found
                .map_err(ResolveDnsError::new)?
                .map(|address| address.ip())
                .collect();
            Ok(addresses)
        })
    }
}
