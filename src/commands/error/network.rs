//! No answer from AWS: what is in the way, and what to do about it.

use super::{CommandError, Kind};
use crate::aws::{AwsError, AwsErrorKind, TrustError};

impl CommandError {
    /// Nothing that the service itself would say came back.
    pub(in crate::commands) fn no_answer(error: &AwsError) -> Self {
        let headline = match error.kind {
            AwsErrorKind::InvalidAnswer => format!("the answer of {} is invalid", error.place),
            _ => format!("no answer from {}", error.place),
        };
        let mut new = Self::new(Kind::User, headline).with_cause(error.message.clone());
        new.report.request_id.clone_from(&error.request_id);
        new.on_the_way_to_aws(error)
    }

    /// `AWS_CA_BUNDLE` cannot serve.
    pub(in crate::commands) fn ca_bundle(error: &TrustError) -> Self {
        Self::from_room(Kind::User, error)
            .hint("unset `AWS_CA_BUNDLE`, or set it to a file with PEM certificates")
    }

    /// Adds the way that a request took, and what to look at on it.
    pub(super) fn on_the_way_to_aws(self, error: &AwsError) -> Self {
        let (host, proxy) = match &error.route {
            Some(route) => (route.host.as_str(), route.proxy.as_deref()),
            None => ("AWS", None),
        };
        let new = match proxy {
            Some(proxy) => self.with_cause(format!(
                "the way to `{host}` is through the proxy `{proxy}`"
            )),
            None => self,
        };
        match error.kind {
            AwsErrorKind::UnknownHost => {
                let new = new.hint(format!("`{host}` has no address: check the network and its DNS"));
                let names_a_region = host.split('.').any(|label| label.contains('-'));
                if names_a_region {
                    new.hint("a region that does not exist has no address either: check `region` and `sts_region`")
                } else {
                    new
                }
            }
            AwsErrorKind::ProxyFailed => {
                let proxy = proxy.unwrap_or("the proxy");
                new.hint(format!("`{proxy}` does not let us through: mend or unset `HTTPS_PROXY`, `HTTP_PROXY` or `ALL_PROXY`"))
                    .hint("hosts that are named in `NO_PROXY` are asked without it")
            }
            AwsErrorKind::Untrusted if is_about_time(&error.message) => {
                new.hint("set the clock of this machine: `timedatectl set-ntp true`")
            }
            AwsErrorKind::Untrusted => new
                .hint(format!("nobody that is believed vouches for `{host}`; if your network has an authority of its own, set `AWS_CA_BUNDLE` to the file of its certificates"))
                .hint("on a machine without any, install `ca-certificates`"),
            AwsErrorKind::TimedOut => {
                new.hint(format!("`{host}` says nothing in time: check the network, firewalls, `HTTPS_PROXY` and `AWS_ENDPOINT_URL`"))
            }
            AwsErrorKind::WebPage => {
                new.hint("open a web page in a browser: the network may ask for a login first")
                    .hint("check `HTTPS_PROXY` and `AWS_ENDPOINT_URL`: a web page is not an answer of AWS")
            }
            AwsErrorKind::InvalidAnswer => {
                new.hint("check `AWS_ENDPOINT_URL`, `HTTPS_PROXY` and the network: something other than AWS may have answered")
            }
            _ => new.hint("check the network, `HTTPS_PROXY`, `AWS_CA_BUNDLE` and `AWS_ENDPOINT_URL`"),
        }
    }
}

/// A certificate can be good at another time.
fn is_about_time(message: &str) -> bool {
    ["Expired", "expired", "NotValidYet", "not valid yet"]
        .iter()
        .any(|word| message.contains(word))
}
