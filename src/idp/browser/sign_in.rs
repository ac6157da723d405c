//! Which requests of a browser carry an assertion to AWS, and where it is in them.

use zeroize::Zeroizing;

/// The hosts at which AWS signs people in, partition by partition; a region may stand before each.
const HOSTS: &[&str] = &[
    "signin.aws.amazon.com",
    "signin.amazonaws.cn",
    "signin.amazonaws-us-gov.com",
    "signin-fips.amazonaws-us-gov.com",
    "signin.amazonaws-eusc.eu",
    "signin.c2shome.ic.gov",
    "signin.sc2shome.sgov.gov",
    "signin.csphome.adc-e.uk",
    "signin.csphome.hci.ic.gov",
];

/// AWS's sign-in hosts, and those that the user adds.
#[derive(Clone, Debug)]
pub(super) struct SignIn {
    hosts: Vec<String>,
}

impl SignIn {
    pub(super) fn new(more: &[String]) -> Self {
        let aws = HOSTS.iter().map(|&host| host.to_owned());
        let more = more.iter().map(|host| host.to_ascii_lowercase());
        Self {
            hosts: aws.chain(more).collect(),
        }
    }

    /// What the browser is to stop. Its `*` matches `/` as well, so these let through too much:
    /// every request that stops is asked about by [`SignIn::takes`].
    pub(super) fn patterns(&self) -> impl Iterator<Item = String> {
        self.hosts.iter().flat_map(|host| {
            [
                format!("https://{host}/saml*"),
                format!("https://*.{host}/saml*"),
            ]
        })
    }

    /// Whether an assertion is posted to AWS by this request.
    pub(super) fn takes(&self, method: &str, url: &str) -> bool {
        // The browser has parsed the URL and writes it in one way only: in lower case, without a
        // default port, and with the path resolved.
        let Some(rest) = url.strip_prefix("https://") else {
            return false;
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (host, rest) = rest.split_at(end);
        let path = rest.split(['?', '#']).next().unwrap_or_default();
        method == "POST" && self.knows(host) && is_saml(path)
    }

    fn knows(&self, host: &str) -> bool {
        self.hosts
            .iter()
            .any(|known| match host.strip_suffix(known) {
                Some("") => true,
                Some(region) => region.strip_suffix('.').is_some_and(is_region),
                None => false,
            })
    }
}

/// `/saml`, `/saml/acs/ID`. Not `/platform/saml/acs`: that is Identity Center's, whose assertions
/// STS does not take.
fn is_saml(path: &str) -> bool {
    path == "/saml" || path.starts_with("/saml/acs/")
}

fn is_region(label: &str) -> bool {
    let admitted = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !label.is_empty() && label.bytes().all(admitted)
}

/// The `SAMLResponse` of a posted form, wherever in it it stands.
pub(super) fn saml_response(form: &[u8]) -> Option<Zeroizing<String>> {
    form_urlencoded::parse(form)
        .find(|(name, _)| name == "SAMLResponse")
        .map(|(_, value)| Zeroizing::new(value.into_owned()))
        .filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(method: &str, url: &str) -> bool {
        SignIn::new(&["Sign-In.test".to_owned()]).takes(method, url)
    }

    #[test]
    fn posts_to_sign_in_hosts_of_all_partitions_are_taken() {
        for url in [
            "https://signin.aws.amazon.com/saml",
            "https://signin.aws.amazon.com/saml?region=x#y",
            "https://eu-west-1.signin.aws.amazon.com/saml",
            "https://us-east-1.signin.aws.amazon.com/saml/acs/SAMLSPAB12",
            "https://signin.amazonaws.cn/saml",
            "https://cn-north-1.signin.amazonaws.cn/saml",
            "https://us-gov-west-1.signin.amazonaws-us-gov.com/saml",
            "https://signin.c2shome.ic.gov/saml",
            "https://eusc-de-east-1.signin.amazonaws-eusc.eu/saml",
            "https://sign-in.test/saml",
        ] {
            assert!(takes("POST", url), "{url}");
            assert!(!takes("GET", url), "{url}");
        }
    }

    #[test]
    fn what_only_looks_like_one_passes() {
        for url in [
            "http://signin.aws.amazon.com/saml",
            "https://signin.aws.amazon.com/samlx",
            "https://signin.aws.amazon.com/",
            "https://signin.aws.amazon.com/platform/saml/acs/x",
            "https://eu-west-1.signin.aws.amazon.com/platform/saml/acs/x",
            "https://evil.test/x.signin.aws.amazon.com/saml",
            "https://evil.test/?https://signin.aws.amazon.com/saml",
            "https://evil.test#signin.aws.amazon.com/saml",
            "https://signin.aws.amazon.com.evil.test/saml",
            "https://evilsignin.aws.amazon.com/saml",
            "https://a.b.signin.aws.amazon.com/saml",
            "https://.signin.aws.amazon.com/saml",
            "https://signin.aws.amazon.com:8443/saml",
            "https://user@signin.aws.amazon.com/saml",
            "https://signin.aws.amazon.com@evil.test/saml",
        ] {
            assert!(!takes("POST", url), "{url}");
        }
    }

    #[test]
    fn the_response_is_found_before_and_behind_the_relay_state() {
        for form in [
            "SAMLResponse=PHM%2BPC9zPg%3D%3D&RelayState=a%26b",
            "RelayState=&SAMLResponse=PHM%2BPC9zPg%3D%3D",
            "RelayState=SAMLResponse&x=1&SAMLResponse=PHM%2BPC9zPg%3D%3D",
        ] {
            let found = saml_response(form.as_bytes()).unwrap();
            assert_eq!(found.as_str(), "PHM+PC9zPg==", "{form}");
        }
        for form in [
            "",
            "RelayState=SAMLResponse%3Dx",
            "SAMLResponse=",
            "samlresponse=x",
        ] {
            assert!(saml_response(form.as_bytes()).is_none(), "{form}");
        }
    }
}
