//! AWS's partitions: `aws`, `aws-cn`, `aws-us-gov`... They share no accounts and no identities, so a role is
//! never assumed from another partition than its own.

use super::RoleArn;
use super::session::{Kind, Session};

/// A role and the identity that is to assume it are in two partitions.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{role}` is in the partition `{}`, and `{other}` in `{}`",
    partition(role.as_str()),
    partition(other)
)]
pub struct OtherPartition {
    role: RoleArn,
    other: String,
}

impl OtherPartition {
    /// Refuses a role that is in another partition than `other`, an ARN of the identity that is to assume
    /// it. What is no ARN, such as the serial number of an MFA device, tells no partition.
    ///
    /// # Errors
    /// [`OtherPartition`].
    pub fn check(role: &RoleArn, other: &str) -> Result<(), Self> {
        if !other.starts_with("arn:") || partition(other) == role.partition() {
            return Ok(());
        }
        Err(Self {
            role: role.clone(),
            other: other.to_owned(),
        })
    }

    /// Refuses a session whose own ARNs are in two partitions, or whose role is in another one than the
    /// session `assumer` that it is assumed from.
    ///
    /// # Errors
    /// [`OtherPartition`].
    pub fn check_session(session: &Session, assumer: Option<&Session>) -> Result<(), Self> {
        match &session.kind {
            Kind::IamUser(_) => Ok(()),
            Kind::Federated(role) => Self::check(&role.role_arn, role.idp_arn.as_str()),
            Kind::Chained(role) => match assumer.and_then(|assumer| assumer.kind.arn()) {
                Some(arn) => Self::check(&role.role_arn, arn),
                None => Ok(()),
            },
        }
    }

    /// The partition that the role is in.
    pub fn wanted(&self) -> &str {
        self.role.partition()
    }
}

/// The partition of an ARN.
fn partition(arn: &str) -> &str {
    arn.split(':').nth(1).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_assumed_from_its_own_partition_only() {
        let role = |partition: &str| format!("arn:{partition}:iam::444455556666:role/Admin");
        let device = |partition: &str| format!("arn:{partition}:iam::111122223333:mfa/alice");
        let provider =
            |partition: &str| format!("arn:{partition}:iam::444455556666:saml-provider/P");
        for (wanted, other, may) in [
            ("aws", role("aws"), true),
            ("aws-cn", role("aws-cn"), true),
            ("aws", role("aws-cn"), false),
            ("aws-cn", role("aws"), false),
            ("aws-us-gov", role("aws"), false),
            ("aws-iso", role("aws-iso-b"), false),
            ("aws-iso-b", role("aws-iso"), false),
            ("aws-us-gov", device("aws-us-gov"), true),
            ("aws-us-gov", device("aws"), false),
            ("aws-eusc", provider("aws-eusc"), true),
            ("aws-eusc", provider("aws"), false),
            // The serial number of a hardware device tells nothing.
            ("aws-cn", "GAHT12345678".to_owned(), true),
            ("aws-cn", String::new(), true),
        ] {
            let role: RoleArn = role(wanted).parse().unwrap();
            let answer = OtherPartition::check(&role, &other);
            assert_eq!(answer.is_ok(), may, "{wanted} from {other}");
            if let Err(error) = answer {
                let words = error.to_string();
                assert!(
                    words.contains(role.as_str()) && words.contains(&other),
                    "{words}"
                );
            }
        }
    }
}
