//! Where each partition of AWS has its sign-in endpoint and its console.

use std::fmt;
use std::str::FromStr;

use super::ConsoleError;
use crate::model::Region;

/// A partition at one region.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    domain: &'static str,
    sign_in: SignInHost,
    region: &'a Region,
}

/// Whether the sign-in endpoint of a partition has one name for all its regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SignInHost {
    Global,
    Regional,
}

/// The domains, below which a partition has `signin` and `console`. The last four are not open to the
/// world: their sign-in hosts are those of AWS's own SDKs, and their consoles are beside them, as
/// everywhere else.
const DOMAINS: &[(&str, &str, SignInHost)] = &[
    ("aws", "aws.amazon.com", SignInHost::Global),
    ("aws-us-gov", "amazonaws-us-gov.com", SignInHost::Global),
    ("aws-cn", "amazonaws.cn", SignInHost::Global),
    ("aws-eusc", "amazonaws-eusc.eu", SignInHost::Regional),
    ("aws-iso", "c2shome.ic.gov", SignInHost::Regional),
    ("aws-iso-b", "sc2shome.sgov.gov", SignInHost::Regional),
    ("aws-iso-e", "csphome.adc-e.uk", SignInHost::Regional),
    ("aws-iso-f", "csphome.hci.ic.gov", SignInHost::Regional),
];

impl<'a> Place<'a> {
    /// The console of a partition at one of its regions.
    ///
    /// # Errors
    /// [`ConsoleError::UnknownPartition`].
    pub fn new(partition: &str, region: &'a Region) -> Result<Self, ConsoleError> {
        let known = DOMAINS.iter().find(|(name, ..)| *name == partition);
        let &(_, domain, sign_in) =
            known.ok_or_else(|| ConsoleError::UnknownPartition(partition.to_owned()))?;
        Ok(Self {
            domain,
            sign_in,
            region,
        })
    }

    /// Its region.
    pub fn region(&self) -> &'a Region {
        self.region
    }

    /// The federation endpoint.
    pub fn federation(&self) -> String {
        let Self { domain, region, .. } = self;
        match self.sign_in {
            SignInHost::Global => format!("https://signin.{domain}/federation"),
            SignInHost::Regional => format!("https://{region}.signin.{domain}/federation"),
        }
    }

    /// The page of the console that is wanted.
    pub fn destination(&self, service: Option<&Service>) -> String {
        let Self { domain, region, .. } = self;
        let path = service.map_or_else(|| "console/home".to_owned(), Service::path);
        format!("https://{region}.console.{domain}/{path}?region={region}")
    }
}

/// A part of the console: `s3`, `ec2`, or a path such as `systems-manager/parameters`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service(String);

/// The text is not a [`Service`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no part of the console (write `s3`, or a path such as `systems-manager/parameters`)"
)]
pub struct InvalidService(String);

impl Service {
    /// A word is a service, which has its page at `home`; a path leads where it says.
    fn path(&self) -> String {
        if self.0.contains('/') {
            self.0.clone()
        } else {
            format!("{}/home", self.0)
        }
    }
}

impl FromStr for Service {
    type Err = InvalidService;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // It stands in a URL behind a host of AWS's: nothing may end the path or leave it.
        let part = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        if text.len() <= 256 && text.split('/').all(part) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidService(text.to_owned()))
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(partition: &str, region: &str, service: Option<&str>) -> (String, String) {
        let region: Region = region.parse().unwrap();
        let place = Place::new(partition, &region).unwrap();
        let service = service.map(|service| service.parse().unwrap());
        (place.federation(), place.destination(service.as_ref()))
    }

    #[test]
    fn every_partition_has_its_own_console() {
        for (partition, region, service, federation, destination) in [
            (
                "aws",
                "eu-west-1",
                None,
                "https://signin.aws.amazon.com/federation",
                "https://eu-west-1.console.aws.amazon.com/console/home?region=eu-west-1",
            ),
            (
                "aws-us-gov",
                "us-gov-west-1",
                Some("s3"),
                "https://signin.amazonaws-us-gov.com/federation",
                "https://us-gov-west-1.console.amazonaws-us-gov.com/s3/home?region=us-gov-west-1",
            ),
            (
                "aws-cn",
                "cn-north-1",
                Some("ec2/v2/home"),
                "https://signin.amazonaws.cn/federation",
                "https://cn-north-1.console.amazonaws.cn/ec2/v2/home?region=cn-north-1",
            ),
            (
                "aws-eusc",
                "eusc-de-east-1",
                None,
                "https://eusc-de-east-1.signin.amazonaws-eusc.eu/federation",
                "https://eusc-de-east-1.console.amazonaws-eusc.eu/console/home?region=eusc-de-east-1",
            ),
        ] {
            let found = of(partition, region, service);
            assert_eq!(found, (federation.to_owned(), destination.to_owned()));
        }
        let region: Region = "eu-west-1".parse().unwrap();
        assert!(Place::new("aws-new", &region).is_err());
    }

    #[test]
    fn a_service_can_not_leave_the_console() {
        for text in ["s3", "ec2/v2/home", "systems-manager/parameters"] {
            assert!(text.parse::<Service>().is_ok(), "{text}");
        }
        for text in [
            "",
            "/s3",
            "s3/",
            "../x",
            "s3?x=1",
            "s3#x",
            "a b",
            "@evil.example",
        ] {
            assert!(text.parse::<Service>().is_err(), "{text}");
        }
    }
}
