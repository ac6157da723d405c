//! The way that a request takes: to which host, and through which proxy.

use std::fmt;

use hyper::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use serde::{Deserialize, Serialize};

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// The host, with its port where one is named.
    pub host: String,
    /// The proxy that the environment names for that host, without the password that may stand there.
    pub proxy: Option<String>,
}

impl Route {
    /// The way to a URL. The HTTP client asks the environment by the same rules.
    pub(super) fn to(url: &str) -> Option<Self> {
        let url: Uri = url.parse().ok()?;
        let host = url.authority()?.to_string();
        let proxy = Matcher::from_env().intercept(&url);
        let proxy = proxy.and_then(|proxy| {
            let address = proxy.uri().authority()?;
            // `USER:PASSWORD@` is before the last `@`.
            address.as_str().rsplit('@').next().map(str::to_owned)
        });
        Some(Self { host, proxy })
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
