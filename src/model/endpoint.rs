//! Which service a request goes to, and who says so.
//!
//! An endpoint belongs to a chain: credentials that one service issued mean nothing to another, which
//! would only learn their session token. So a session without `endpoint_url` uses the endpoint of the
//! session it is assumed from, and a chain that would leave its service is refused.

use std::fmt;

use super::session::{Kind, Session};
use super::{Alias, Catalog, Url};

/// Who says where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndpointSource {
    /// Nobody: it goes to AWS in the region of the session.
    Region,
    /// `AWS_ENDPOINT_URL` or `AWS_ENDPOINT_URL_STS`.
    Environment,
    /// The `endpoint_url` of this session.
    Session(Alias),
}

/// A service that issues credentials: AWS as a whole, or what answers at one address.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Service {
    Aws,
    /// Scheme, host and port.
    At(String),
}

impl Catalog {
    /// The endpoint that a chain uses from `session` on, and the session whose `endpoint_url` it is:
    /// `session` itself, or the nearest one below it.
    pub fn endpoint_of<'a>(&'a self, session: &'a Session) -> Option<(&'a Url, &'a Session)> {
        let mut at = session;
        // A cycle, which is reported elsewhere, has no end.
        for _ in 0..=self.iter().len() {
            if let Some(url) = &at.endpoint_url {
                return Some((url, at));
            }
            let Kind::Chained(chained) = &at.kind else {
                return None;
            };
            at = self.get(chained.assumer_session.as_str())?;
        }
        None
    }
}

impl Catalog {
    /// The endpoint of a session's chain, where another service than AWS answers there.
    pub fn elsewhere<'a>(&'a self, session: &'a Session) -> Option<&'a Url> {
        let (url, _) = self.endpoint_of(session)?;
        Some(url).filter(|url| is_elsewhere(url))
    }
}

/// Whether another service than AWS answers at an endpoint. Such services have keys and lifetimes of their
/// own, and a part of what AWS has.
pub fn is_elsewhere(endpoint: &Url) -> bool {
    Service::at(Some(endpoint)) != Service::Aws
}

impl Service {
    /// The service at an endpoint; AWS where there is none.
    pub(super) fn at(endpoint: Option<&Url>) -> Self {
        match endpoint {
            Some(url) if !is_sts_of_aws(url) => Self::At(url.origin()),
            _ => Self::Aws,
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aws => f.write_str("AWS"),
            Self::At(origin) => write!(f, "`{origin}`"),
        }
    }
}

/// The domains below which the partitions have their STS, from the endpoint rules of AWS's SDKs.
const AWS_DOMAINS: &[&str] = &[
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "api.aws",
    "api.amazonwebservices.com.cn",
    "c2s.ic.gov",
    "sc2s.sgov.gov",
    "cloud.adc-e.uk",
    "csp.hci.ic.gov",
];

/// Whether this is AWS's own STS: global, of a region, or at an endpoint inside a VPC.
/// What else is below these domains may belong to anybody: load balancers, machines, buckets.
fn is_sts_of_aws(url: &Url) -> bool {
    let host = url.host().to_ascii_lowercase();
    let below = |domain: &&str| host.strip_suffix(*domain)?.strip_suffix('.');
    let is_sts = |label: &str| label == "sts" || label == "sts-fips";
    let is_region = |label: &str| label.split('-').count() >= 3;
    AWS_DOMAINS.iter().filter_map(below).any(|labels| {
        let labels: Vec<&str> = labels.split('.').collect();
        match labels[..] {
            [sts] => is_sts(sts),
            [sts, region] => is_sts(sts) && is_region(region),
            [endpoint, sts, region, "vpce"] => {
                endpoint.starts_with("vpce-") && is_sts(sts) && is_region(region)
            }
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(url: &str) -> Service {
        Service::at(Some(&url.parse().unwrap()))
    }

    #[test]
    fn the_addresses_of_aws_are_one_service() {
        for url in [
            "https://sts.amazonaws.com",
            "https://STS.eu-west-1.amazonaws.com/",
            "https://sts-fips.us-east-1.amazonaws.com:443",
            "https://sts.cn-north-1.amazonaws.com.cn",
            "https://sts.eu-west-1.api.aws",
            "https://vpce-0a1b-c2d3.sts.eu-west-1.vpce.amazonaws.com",
        ] {
            assert_eq!(service(url), Service::Aws, "{url}");
        }
        assert_eq!(Service::at(None), Service::Aws);
    }

    #[test]
    fn what_others_run_at_aws_is_not_aws() {
        for url in [
            "https://sts.s3.amazonaws.com",
            "https://sts.eu-west-1.elb.amazonaws.com",
            "https://ec2-192-0-2-1.eu-west-1.compute.amazonaws.com:9000",
            "https://sts.amazonaws.com.example",
            "https://xamazonaws.com",
            "https://s3.amazonaws.com",
            "http://127.0.0.1:9000",
        ] {
            assert!(matches!(service(url), Service::At(_)), "{url}");
        }
    }

    #[test]
    fn a_service_is_told_by_scheme_host_and_port() {
        assert_eq!(
            service("http://minio:80/x?y"),
            service("http://MinIO"),
            "the port that the scheme has anyway"
        );
        for (one, other) in [
            ("http://minio:9000", "http://minio:9001"),
            ("http://minio", "https://minio"),
            ("http://a", "http://b"),
        ] {
            assert_ne!(service(one), service(other));
        }
        assert_eq!(
            service("http://[::1]:9000/").to_string(),
            "`http://[::1]:9000`"
        );
    }
}
