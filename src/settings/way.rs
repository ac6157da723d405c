//! What the environment says of the way to AWS, to tell runs that take different ones apart.

use super::environment::text;
use crate::env_vars as var;

/// The HTTP client and the SDK read these by themselves.
const NAMES: [&str; 11] = [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
    var::CA_BUNDLE,
    var::FIPS,
    var::DUAL_STACK,
];

/// One line for each variable that is set. Names and passwords of proxies are left out.
pub(super) fn way() -> String {
    let set = |name: &&str| Some(format!("{name}={}\n", without_user(&text(name)?)));
    NAMES.iter().filter_map(set).collect()
}

/// A URL without what stands before its `@`.
fn without_user(value: &str) -> String {
    let (scheme, rest) = value.split_once("://").unwrap_or(("", value));
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    format!("{scheme}://{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_told_without_its_password() {
        for (value, told) in [
            ("http://me:p@ss@proxy:3128", "http://proxy:3128"),
            ("me:pass@proxy:3128", "://proxy:3128"),
            ("/etc/ssl/own.pem", ":///etc/ssl/own.pem"),
        ] {
            assert_eq!(without_user(value), told);
        }
    }
}
