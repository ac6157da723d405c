//! Amazon resource names, as far as sessions need them: roles, SAML providers, MFA devices.
//!
//! Partitions are not listed anywhere: AWS adds them, and a list would grow stale. A partition is
//! `aws` or starts with `aws-`.

use std::array;
use std::fmt;
use std::str::FromStr;

/// The text is not the ARN that was wanted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidArn {
    /// Not six fields separated by colons, or the first is not `arn`.
    #[error("`{0}` is not an ARN (`{1}`)")]
    Shape(String, &'static str),
    /// The partition is neither `aws` nor `aws-...`.
    #[error("`{0}` is not a partition of AWS")]
    Partition(String),
    /// The account is not twelve digits.
    #[error("an AWS account has 12 digits, `{0}` has not")]
    Account(String),
    /// An ARN of something else.
    #[error("`{0}` is not the ARN of {1} (`{2}`)")]
    Kind(String, &'static str, &'static str),
    /// The ARN of a role session where the role's own was wanted.
    #[error("`{0}` is a role session; the role itself is `{1}`")]
    RoleSession(String, String),
    /// A FIDO device: STS has no call that takes one.
    #[error(
        "`{0}` is a FIDO security key, and STS accepts codes only: add a virtual or a hardware TOTP device"
    )]
    SecurityKey(String),
    /// Neither an ARN nor a serial number.
    #[error("`{0}` is neither the ARN of an MFA device nor a serial number")]
    MfaDevice(String),
}

/// What every ARN of IAM has; `resource` is what follows the account.
struct Parts<'a> {
    partition: &'a str,
    service: &'a str,
    account: &'a str,
    resource: &'a str,
}

fn split<'a>(text: &'a str, example: &'static str) -> Result<Parts<'a>, InvalidArn> {
    let shape = || InvalidArn::Shape(text.to_owned(), example);
    let mut fields = text.splitn(6, ':');
    let [
        Some("arn"),
        Some(partition),
        Some(service),
        Some(""),
        Some(account),
        Some(resource),
    ] = array::from_fn(|_| fields.next())
    else {
        return Err(shape());
    };
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(shape());
    }
    let well_formed = |p: &str| {
        p.bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    if !(partition == "aws" || partition.starts_with("aws-")) || !well_formed(partition) {
        return Err(InvalidArn::Partition(partition.to_owned()));
    }
    if account.len() != 12 || !account.bytes().all(|b| b.is_ascii_digit()) {
        return Err(InvalidArn::Account(account.to_owned()));
    }
    Ok(Parts {
        partition,
        service,
        account,
        resource,
    })
}

/// The ARN of a role, with or without a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RoleArn(String);

impl RoleArn {
    const EXAMPLE: &'static str = "arn:aws:iam::111122223333:role/NAME";

    /// The ARN as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The partition: `aws`, `aws-cn`, `aws-us-gov`...
    pub fn partition(&self) -> &str {
        self.0.split(':').nth(1).unwrap_or_default()
    }

    /// The account that the role belongs to, twelve digits.
    pub fn account(&self) -> &str {
        self.0.split(':').nth(4).unwrap_or_default()
    }

    /// The name without its path.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// Whether IAM Identity Center has made the role, for itself.
    pub fn is_of_identity_center(&self) -> bool {
        self.name().starts_with("AWSReservedSSO_")
    }
}

impl FromStr for RoleArn {
    type Err = InvalidArn;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = split(text, Self::EXAMPLE)?;
        if parts.service == "sts"
            && let Some(role) = parts
                .resource
                .strip_prefix("assumed-role/")
                .and_then(|r| r.split('/').next())
        {
            let role = format!("arn:{}:iam::{}:role/{role}", parts.partition, parts.account);
            return Err(InvalidArn::RoleSession(text.to_owned(), role));
        }
        let name = parts.resource.strip_prefix("role/").unwrap_or_default();
        if parts.service != "iam" || name.is_empty() || name.ends_with('/') {
            return Err(InvalidArn::Kind(text.to_owned(), "a role", Self::EXAMPLE));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for RoleArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The ARN of a SAML identity provider in IAM.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SamlProviderArn(String);

impl SamlProviderArn {
    const EXAMPLE: &'static str = "arn:aws:iam::111122223333:saml-provider/NAME";

    /// The ARN as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SamlProviderArn {
    type Err = InvalidArn;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = split(text, Self::EXAMPLE)?;
        let name = parts
            .resource
            .strip_prefix("saml-provider/")
            .unwrap_or_default();
        if parts.service != "iam" || name.is_empty() {
            return Err(InvalidArn::Kind(
                text.to_owned(),
                "a SAML identity provider",
                Self::EXAMPLE,
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for SamlProviderArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An MFA device as STS names it: the ARN of a virtual device, or a hardware device's serial number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MfaDevice(String);

impl MfaDevice {
    const EXAMPLE: &'static str = "arn:aws:iam::111122223333:mfa/NAME";

    /// The ARN or the serial number, as STS wants it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The account of the device, where it is named by an ARN.
    pub fn account(&self) -> Option<&str> {
        self.0
            .starts_with("arn:")
            .then(|| self.0.split(':').nth(4).unwrap_or_default())
    }

    /// The short name to ask a person with: the device's name, or the serial number.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }
}

impl FromStr for MfaDevice {
    type Err = InvalidArn;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if !text.starts_with("arn:") {
            // STS: 9 to 256 characters of `[\w+=/:,.@-]`.
            let admitted = |b: u8| b.is_ascii_alphanumeric() || b"_+=/:,.@-".contains(&b);
            return if (9..=256).contains(&text.len()) && text.bytes().all(admitted) {
                Ok(Self(text.to_owned()))
            } else {
                Err(InvalidArn::MfaDevice(text.to_owned()))
            };
        }
        let parts = split(text, Self::EXAMPLE)?;
        if parts.resource.starts_with("u2f/") {
            return Err(InvalidArn::SecurityKey(text.to_owned()));
        }
        let name = parts.resource.strip_prefix("mfa/").unwrap_or_default();
        if parts.service != "iam" || name.is_empty() {
            return Err(InvalidArn::Kind(
                text.to_owned(),
                "an MFA device",
                Self::EXAMPLE,
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for MfaDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_tells_its_partition_account_and_name() {
        let role: RoleArn = "arn:aws-us-gov:iam::444455556666:role/team/Admin"
            .parse()
            .unwrap();
        assert_eq!(
            (role.partition(), role.account(), role.name()),
            ("aws-us-gov", "444455556666", "Admin")
        );
    }

    #[test]
    fn what_is_not_a_role_says_why() {
        let error = |text: &str| text.parse::<RoleArn>().unwrap_err();
        assert!(matches!(error("Admin"), InvalidArn::Shape(..)));
        assert!(matches!(
            error("arn:gcp:iam::444455556666:role/A"),
            InvalidArn::Partition(_)
        ));
        assert!(matches!(
            error("arn:aws:iam::4444:role/A"),
            InvalidArn::Account(_)
        ));
        assert!(matches!(
            error("arn:aws:iam::444455556666:user/A"),
            InvalidArn::Kind(..)
        ));
        assert!(matches!(
            error("arn:aws:iam::444455556666:role/A b"),
            InvalidArn::Shape(..)
        ));
        assert_eq!(
            error("arn:aws:sts::444455556666:assumed-role/Admin/alice"),
            InvalidArn::RoleSession(
                "arn:aws:sts::444455556666:assumed-role/Admin/alice".into(),
                "arn:aws:iam::444455556666:role/Admin".into()
            )
        );
    }

    #[test]
    fn mfa_devices_are_arns_or_serials_and_never_security_keys() {
        let device: MfaDevice = "arn:aws:iam::111122223333:mfa/alice".parse().unwrap();
        assert_eq!(device.name(), "alice");
        assert!("GAHT12345678".parse::<MfaDevice>().is_ok());
        assert!(matches!(
            "short".parse::<MfaDevice>(),
            Err(InvalidArn::MfaDevice(_))
        ));
        assert!(matches!(
            "arn:aws:iam::111122223333:u2f/user/alice/key".parse::<MfaDevice>(),
            Err(InvalidArn::SecurityKey(_))
        ));
    }
}
