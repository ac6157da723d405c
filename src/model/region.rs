//! AWS regions, by shape only: a built-in list would grow stale.

use std::fmt;
use std::str::FromStr;

/// A well-formed region: `eu-west-1`, `us-gov-east-1`, `eusc-de-east-1`...
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Region(String);

/// The text is not a [`Region`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a region (one looks like `eu-west-1`)")]
pub struct InvalidRegion(String);

impl Region {
    /// The region as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The region that requests to the IAM of this region's partition are signed for.
    #[must_use]
    pub fn of_iam(&self) -> Self {
        let home = match self.partition() {
            "aws" => "us-east-1",
            "aws-cn" => "cn-north-1",
            "aws-us-gov" => "us-gov-west-1",
            // The others are small: which region of theirs it is, the SDK finds from any of them.
            _ => &self.0,
        };
        Self(home.to_owned())
    }

    /// The partition that it is in, as ARNs name it. One that is new to us passes for `aws`.
    pub fn partition(&self) -> &'static str {
        let mut parts = self.0.split('-');
        match (parts.next(), parts.next()) {
            (Some("cn"), _) => "aws-cn",
            (Some("eusc"), _) => "aws-eusc",
            (Some("us"), Some("gov")) => "aws-us-gov",
            (_, Some("iso")) => "aws-iso",
            (_, Some("isob")) => "aws-iso-b",
            (_, Some("isoe")) => "aws-iso-e",
            (_, Some("isof")) => "aws-iso-f",
            _ => "aws",
        }
    }
}

impl FromStr for Region {
    type Err = InvalidRegion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // It becomes part of a host name, so nothing but lower-case letters, digits and dashes may
        // pass. At least three parts, the first of letters and the last a number.
        let parts: Vec<&str> = text.split('-').collect();
        let word = |p: &&str| {
            !p.is_empty()
                && p.bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        let well_formed = parts.len() >= 3
            && text.len() <= 40
            && parts.iter().all(word)
            && parts[0].bytes().all(|b| b.is_ascii_lowercase())
            && parts[parts.len() - 1].bytes().all(|b| b.is_ascii_digit());
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidRegion(text.to_owned()))
        }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shape_is_all_that_counts() {
        for text in [
            "eu-west-1",
            "us-gov-east-1",
            "us-isob-east-1",
            "eusc-de-east-1",
            "xx-new-42",
        ] {
            assert!(text.parse::<Region>().is_ok(), "{text}");
        }
        for text in [
            "",
            "eu-west",
            "EU-WEST-1",
            "eu_west_1",
            "eu-west-1.evil.example",
            "eu--1",
            "1-2-3",
            "eu-west-1 ",
        ] {
            assert!(text.parse::<Region>().is_err(), "{text}");
        }
    }

    #[test]
    fn iam_has_one_region_for_each_partition() {
        for (region, home) in [
            ("eu-west-1", "us-east-1"),
            ("ap-southeast-2", "us-east-1"),
            ("cn-northwest-1", "cn-north-1"),
            ("us-gov-east-1", "us-gov-west-1"),
            ("us-isob-east-1", "us-isob-east-1"),
            ("eusc-de-east-1", "eusc-de-east-1"),
        ] {
            let region: Region = region.parse().unwrap();
            assert_eq!(region.of_iam().as_str(), home);
        }
    }

    #[test]
    fn a_region_tells_its_partition() {
        for (region, partition) in [
            ("eu-west-1", "aws"),
            ("cn-north-1", "aws-cn"),
            ("us-gov-east-1", "aws-us-gov"),
            ("us-iso-west-1", "aws-iso"),
            ("us-isob-east-1", "aws-iso-b"),
            ("eu-isoe-west-1", "aws-iso-e"),
            ("us-isof-south-1", "aws-iso-f"),
            ("eusc-de-east-1", "aws-eusc"),
        ] {
            let region: Region = region.parse().unwrap();
            assert_eq!(region.partition(), partition);
        }
    }
}
