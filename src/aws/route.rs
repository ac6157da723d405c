//! The way that a request takes: to which host, and through which proxy.

use std::fmt;

use hyper::Uri;
use serde::{Deserialize, Serialize};

use super::ways::Ways;

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// The host, with its port where one is named.
    pub host: String,
    /// The proxy that the environment names for that host, without the password that may stand there.
    pub proxy: Option<String>,
}

impl Route {
    /// The way to a URL.
    pub(super) fn to(url: &str, ways: &Ways) -> Option<Self> {
        let url: Uri = url.parse().ok()?;
        let host = url.authority()?.to_string();
        let proxy = ways.proxy_to(&url).ok().flatten();
        Some(Self {
            host,
            proxy: proxy.map(|proxy| proxy.address().to_owned()),
        })
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.proxy {
            Some(proxy) => write!(f, "{} through the proxy {proxy}", self.host),
            None => f.write_str(&self.host),
        }
    }
}
