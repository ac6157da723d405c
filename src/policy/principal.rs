//! Who asks, and whether a trust policy means them.

use serde_json::Value;

/// Who asks for a role, by every name that a trust policy may know them by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// A user or a role.
    Aws {
        /// The ARN of the user or of the role: the one to write into a policy.
        arn: String,
        /// The ARN of a role's session.
        session: Option<String>,
        /// Twelve digits.
        account: String,
    },
    /// A SAML provider that vouches for somebody.
    Saml {
        /// Its ARN.
        provider: String,
    },
}

/// The `Principal` or `NotPrincipal` of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Principals {
    These(Named),
    AllBut(Named),
}

/// Those that are named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    aws: Vec<String>,
    federated: Vec<String>,
}

/// How a statement means somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Means {
    /// By a name of their own.
    Them,
    /// By their account, or everybody.
    TheirsToo,
    /// Not at all.
    Others,
}

impl Principal {
    /// The ARN to write into a policy.
    pub fn arn(&self) -> &str {
        match self {
            Self::Aws { arn, .. } => arn,
            Self::Saml { provider } => provider,
        }
    }

    /// The account, where there is one.
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Aws { account, .. } => Some(account),
            Self::Saml { .. } => None,
        }
    }
}

impl Named {
    /// Reads the value of a `Principal` element; `None` where it is none.
    pub(super) fn parse(value: &Value) -> Option<Self> {
        let everybody = || vec!["*".to_owned()];
        match value {
            Value::String(all) if all == "*" => Some(Self {
                aws: everybody(),
                federated: everybody(),
            }),
            Value::Object(kinds) => {
                let texts = |kind| {
                    kinds
                        .get(kind)
                        .map_or(Some(Vec::new()), super::texts::texts)
                };
                Some(Self {
                    aws: texts("AWS")?,
                    federated: texts("Federated")?,
                })
            }
            _ => None,
        }
    }

    fn means(&self, who: &Principal) -> Means {
        let (names, own, shared): (_, Vec<&str>, Vec<String>) = match who {
            Principal::Aws {
                arn,
                session,
                account,
            } => {
                let partition = arn.split(':').nth(1).unwrap_or("aws");
                let root = format!("arn:{partition}:iam::{account}:root");
                let own = [Some(arn.as_str()), session.as_deref()];
                let shared = vec![root, account.clone(), "*".to_owned()];
                (&self.aws, own.into_iter().flatten().collect(), shared)
            }
            Principal::Saml { provider } => (
                &self.federated,
                vec![provider.as_str()],
                vec!["*".to_owned()],
            ),
        };
        if names.iter().any(|name| own.contains(&name.as_str())) {
            Means::Them
        } else if names.iter().any(|name| shared.contains(name)) {
            Means::TheirsToo
        } else {
            Means::Others
        }
    }
}

impl Principals {
    pub(super) fn mean(&self, who: &Principal) -> Means {
        match self {
            Self::These(named) => named.means(who),
            Self::AllBut(named) => match named.means(who) {
                Means::Others => Means::TheirsToo,
                Means::Them | Means::TheirsToo => Means::Others,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn role() -> Principal {
        Principal::Aws {
            arn: "arn:aws:iam::111122223333:role/team/R".into(),
            session: Some("arn:aws:sts::111122223333:assumed-role/R/leapp-alice".into()),
            account: "111122223333".into(),
        }
    }

    #[test]
    fn one_is_meant_by_name_by_account_or_with_all() {
        for (element, means) in [
            (
                json!({"AWS": "arn:aws:iam::111122223333:role/team/R"}),
                Means::Them,
            ),
            (
                json!({"AWS": ["x", "arn:aws:sts::111122223333:assumed-role/R/leapp-alice"]}),
                Means::Them,
            ),
            (
                json!({"AWS": "arn:aws:iam::111122223333:root"}),
                Means::TheirsToo,
            ),
            (json!({"AWS": "111122223333"}), Means::TheirsToo),
            (json!("*"), Means::TheirsToo),
            (json!({"AWS": "*"}), Means::TheirsToo),
            (
                json!({"AWS": "arn:aws:iam::111122223333:role/R"}),
                Means::Others,
            ),
            (
                json!({"AWS": "arn:aws:iam::111122223333:role/*"}),
                Means::Others,
            ),
            (json!({"AWS": "AROAEXAMPLE"}), Means::Others),
            (json!({"Service": "ec2.amazonaws.com"}), Means::Others),
            (json!({"Federated": "*"}), Means::Others),
        ] {
            assert_eq!(
                Named::parse(&element).unwrap().means(&role()),
                means,
                "{element}"
            );
        }
        assert!(Named::parse(&json!("x")).is_none());
        assert!(Named::parse(&json!({"AWS": {}})).is_none());
    }

    #[test]
    fn all_but_those_that_are_named() {
        let but = |element| Principals::AllBut(Named::parse(&element).unwrap()).mean(&role());
        assert_eq!(
            but(json!({"AWS": "arn:aws:iam::111122223333:root"})),
            Means::Others
        );
        assert_eq!(
            but(json!({"AWS": "arn:aws:iam::444455556666:root"})),
            Means::TheirsToo
        );
    }

    #[test]
    fn a_provider_is_federated() {
        let provider = "arn:aws:iam::111122223333:saml-provider/Corp";
        let who = Principal::Saml {
            provider: provider.into(),
        };
        let named = Named::parse(&json!({"Federated": provider})).unwrap();
        assert_eq!(named.means(&who), Means::Them);
        let named = Named::parse(&json!({"AWS": provider})).unwrap();
        assert_eq!(named.means(&who), Means::Others);
    }
}
