//! The name of a cache entry: everything that shaped the request, and the chain below it.
//!
//! Whatever is edited in a session or given for a run, and would make AWS give something else,
//! changes the fingerprint: an edited role is never answered with old credentials. The region of the
//! child is left out on purpose, since STS credentials are good in every region.

use std::fmt;

use aws_lc_rs::digest::{Context, SHA256};

use crate::model::chain::{Hop, Step};
use crate::model::{Chain, Url};

/// SHA-256 over one hop and all below it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprints of all hops, in the chain's order.
    pub fn of_hops(chain: &Chain) -> Vec<Self> {
        let mut below = Self([0; 32]);
        chain
            .hops
            .iter()
            .map(|hop| {
                below = Self::of(hop, below);
                below
            })
            .collect()
    }

    /// The fingerprint of a login, which several sessions may share.
    pub fn of_login(saml_url: &Url, saml_process: Option<&str>) -> Self {
        let mut fields = Fields(Context::new(&SHA256));
        fields.text("SamlLogin");
        fields.text(saml_url.as_str());
        fields.optional(saml_process);
        fields.finish()
    }

    fn of(hop: &Hop, below: Self) -> Self {
        let mut fields = Fields(Context::new(&SHA256));
        fields.bytes(&below.0);
        fields.text(hop.sts.endpoint_url.as_ref().map_or("", |url| url.as_str()));
        match &hop.step {
            // The key signs; which STS it would have asked shapes nothing, but is the same anyway.
            Step::AccessKey { access_key_id } => {
                fields.text("AccessKey");
                fields.text(access_key_id);
            }
            Step::SessionToken {
                access_key_id,
                mfa,
                lifetime,
            } => {
                fields.text("GetSessionToken");
                fields.text(access_key_id);
                fields.text(mfa.as_ref().map_or("", |mfa| mfa.device.as_str()));
                fields.number(lifetime.0);
            }
            Step::Saml(saml) => {
                fields.text("AssumeRoleWithSAML");
                fields.text(saml.saml_url.as_str());
                fields.text(saml.idp_arn.as_str());
                fields.text(saml.role_arn.as_str());
                fields.number(saml.lifetime.0);
                fields.optional(saml.policy.as_deref());
                fields.list(saml.policy_arns.iter().map(String::as_str));
            }
            Step::AssumeRole(role) => {
                fields.text("AssumeRole");
                fields.text(role.role_arn.as_str());
                fields.text(&role.session_name);
                fields.text(role.mfa.as_ref().map_or("", |mfa| mfa.device.as_str()));
                fields.number(role.lifetime.0);
                let terms = &role.terms;
                fields.optional(terms.external_id.as_deref());
                fields.optional(terms.source_identity.as_deref());
                fields.optional(terms.policy.as_deref());
                fields.list(
                    terms
                        .tags
                        .iter()
                        .flat_map(|(key, value)| [key.as_str(), value.as_str()]),
                );
                fields.list(terms.transitive_tags.iter().map(String::as_str));
                fields.list(terms.policy_arns.iter().map(String::as_str));
            }
        }
        fields.finish()
    }

    /// The bytes, to be bound into what is sealed under this name.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Lower-case hexadecimal: the name of the entry's file.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Every field goes in behind its length, so that no two lists of fields are the same bytes.
struct Fields(Context);

impl Fields {
    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.update(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn number(&mut self, number: u64) {
        self.0.update(&number.to_be_bytes());
    }

    fn optional(&mut self, text: Option<&str>) {
        self.list(text);
    }

    fn list<'a>(&mut self, items: impl IntoIterator<Item = &'a str>) {
        let items: Vec<&str> = items.into_iter().collect();
        self.number(items.len() as u64);
        for item in items {
            self.text(item);
        }
    }

    fn finish(self) -> Fingerprint {
        let digest = self.0.finish();
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest.as_ref());
        Fingerprint(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::chain::{RoleStep, StsAddress};
    use crate::model::session::{Mfa, RoleTerms};
    use crate::model::{Span, Url};

    fn hop(step: Step) -> Hop {
        let sts = StsAddress {
            region: "eu-west-1".parse().unwrap(),
            endpoint_url: None,
        };
        Hop {
            name: "a".into(),
            is_session: true,
            step,
            sts,
            endpoint_source: crate::model::EndpointSource::Region,
        }
    }

    fn role() -> RoleStep {
        RoleStep {
            role_arn: "arn:aws:iam::111122223333:role/A".parse().unwrap(),
            session_name: "leapp-alice".into(),
            terms: RoleTerms::default(),
            mfa: None,
            lifetime: Span(3600),
        }
    }

    const ROOT: Fingerprint = Fingerprint([0; 32]);

    #[test]
    fn everything_that_shapes_the_request_changes_it() {
        let mfa = Mfa {
            device: "arn:aws:iam::111122223333:mfa/alice".parse().unwrap(),
            process: None,
        };
        let terms = |terms: RoleTerms| RoleStep { terms, ..role() };
        let one = |s: &str| Some(s.to_owned());
        let many = |s: &str| vec![s.to_owned()];
        let variants = [
            role(),
            RoleStep {
                role_arn: "arn:aws:iam::111122223333:role/B".parse().unwrap(),
                ..role()
            },
            RoleStep {
                session_name: "leapp-bob".into(),
                ..role()
            },
            RoleStep {
                mfa: Some(mfa),
                ..role()
            },
            RoleStep {
                lifetime: Span(3601),
                ..role()
            },
            terms(RoleTerms {
                external_id: one("x"),
                ..RoleTerms::default()
            }),
            terms(RoleTerms {
                source_identity: one("x"),
                ..RoleTerms::default()
            }),
            terms(RoleTerms {
                policy: one("x"),
                ..RoleTerms::default()
            }),
            terms(RoleTerms {
                tags: vec![("x".into(), "y".into())],
                ..RoleTerms::default()
            }),
            terms(RoleTerms {
                tags: vec![("xy".into(), String::new())],
                ..RoleTerms::default()
            }),
            terms(RoleTerms {
                transitive_tags: many("x"),
                ..RoleTerms::default()
            }),
            terms(RoleTerms {
                policy_arns: many("x"),
                ..RoleTerms::default()
            }),
        ];
        let mut seen: Vec<Fingerprint> = variants
            .into_iter()
            .map(|role| Fingerprint::of(&hop(Step::AssumeRole(role)), ROOT))
            .collect();
        let url: Url = "http://127.0.0.1:1".parse().unwrap();
        let mut elsewhere = hop(Step::AssumeRole(role()));
        elsewhere.sts.endpoint_url = Some(url);
        seen.push(Fingerprint::of(&elsewhere, ROOT));
        seen.push(Fingerprint::of(
            &hop(Step::AssumeRole(role())),
            Fingerprint([1; 32]),
        ));
        for (i, one) in seen.iter().enumerate() {
            assert!(
                !seen[..i].contains(one),
                "variant {i} is like an earlier one"
            );
        }
    }

    #[test]
    fn what_does_not_shape_it_does_not() {
        let mut other = hop(Step::AssumeRole(role()));
        other.name = "b".into();
        other.sts.region = "us-east-1".parse().unwrap();
        assert_eq!(
            Fingerprint::of(&other, ROOT),
            Fingerprint::of(&hop(Step::AssumeRole(role())), ROOT)
        );
    }
}
