//! Where an STS is, by AWS's own rules, without asking anybody.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use aws_sdk_sts::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};

use crate::model::chain::{StsAddress, Variants};

/// The URL that a request to this STS goes to; `None` where AWS has no rule for it.
pub fn endpoint(address: &StsAddress, variants: Variants) -> Option<String> {
    // A URL of the session's own comes without variants: the rules refuse the two together.
    if let Some(url) = &address.endpoint_url {
        return Some(url.to_string());
    }
    let parameters = Params::builder()
        .region(address.region.as_str())
        .use_fips(variants.fips)
        .use_dual_stack(variants.dual_stack)
        .use_global_endpoint(false)
        .build()
        .ok()?;
    let rules = DefaultResolver::new();
    let found = pin!(ResolveEndpoint::resolve_endpoint(&rules, &parameters));
    // The rules are a table: what they say is there at once, without a runtime.
    match found.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(endpoint)) => Some(endpoint.url().to_owned()),
        Poll::Ready(Err(_)) | Poll::Pending => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(region: &str, variants: Variants) -> Option<String> {
        let address = StsAddress {
            region: region.parse().unwrap(),
            endpoint_url: None,
        };
        endpoint(&address, variants)
    }

    #[test]
    fn every_partition_has_its_own() {
        let plain = Variants::default();
        for (region, url) in [
            ("eu-west-1", "https://sts.eu-west-1.amazonaws.com"),
            ("us-east-1", "https://sts.us-east-1.amazonaws.com"),
            ("cn-north-1", "https://sts.cn-north-1.amazonaws.com.cn"),
            ("us-gov-west-1", "https://sts.us-gov-west-1.amazonaws.com"),
        ] {
            assert_eq!(at(region, plain).as_deref(), Some(url));
        }
    }

    #[test]
    fn variants_and_urls_of_ones_own_are_honoured() {
        let fips = Variants {
            fips: true,
            ..Variants::default()
        };
        assert_eq!(
            at("us-east-1", fips).as_deref(),
            Some("https://sts-fips.us-east-1.amazonaws.com")
        );
        let own = StsAddress {
            region: "eu-west-1".parse().unwrap(),
            endpoint_url: Some("http://127.0.0.1:5000".parse().unwrap()),
        };
        assert_eq!(
            endpoint(&own, fips).as_deref(),
            Some("http://127.0.0.1:5000")
        );
    }
}
