//! What a condition that fails means to a person, and what meets it.

use super::Denial;
use crate::doctor::finding::{Cause, Certainty, Finding, Mend, Place};
use crate::doctor::request::MfaWay;
use crate::model::Timestamp;
use crate::model::accepted::{self, Accepted};
use crate::policy::{Condition, Fact, Facts, Principal, Statement};

const EXTERNAL_ID: &str = "sts:ExternalId";
const MFA: &str = "aws:MultiFactorAuthPresent";
const MFA_AGE: &str = "aws:MultiFactorAuthAge";
const ISSUED: &str = "aws:TokenIssueTime";

/// The conditions that a key of the session meets, and what STS accepts there.
const KEYS: [(&str, &str, Accepted); 3] = [
    (EXTERNAL_ID, "external_id", accepted::EXTERNAL_ID),
    ("sts:RoleSessionName", "role_session_name", accepted::NAME),
    ("sts:SourceIdentity", "source_identity", accepted::NAME),
];

impl Denial<'_> {
    /// A statement would let the request through, but for these conditions.
    pub(super) fn unmet(
        &self,
        conditions: &[Condition],
        action: &'static str,
        place: &Place,
    ) -> Vec<Finding> {
        let subject = self.subject(place);
        let of = |condition: &Condition| {
            let cause = cause_of(condition);
            let mut detail = format!("{subject} demands `{condition}`: {}", self.sent(condition));
            let with_mfa = condition.is_met_by(&self.with_mfa());
            let mends = match (cause, self.asked.mfa) {
                (Cause::Mfa | Cause::MfaAge, MfaWay::Possible) if with_mfa => {
                    vec![self.set_mfa_device()]
                }
                (Cause::MfaAge, MfaWay::Given) if with_mfa => vec![self.log_in_again()],
                _ if condition.is_on(ISSUED) && condition.is_met_by(&self.just_issued()) => {
                    vec![self.log_in_again()]
                }
                (Cause::ExternalId | Cause::Condition, _) => {
                    let wanted = condition.wants_exactly();
                    let mend = self.set_key(condition, wanted);
                    if mend.is_none() && is_on_a_key(condition) {
                        detail += ", and STS accepts no such text from anybody";
                    }
                    mend.into_iter().collect()
                }
                _ => Vec::new(),
            };
            let mends = if mends.is_empty() {
                // Nothing that the session can say meets it: the other side has to say less.
                vec![self.grant(place, &[action])]
            } else {
                mends
            };
            Finding {
                cause,
                certainty: Certainty::Certain,
                detail,
                mends,
            }
        };
        conditions.iter().map(of).collect()
    }

    /// A statement denies the request.
    pub(super) fn denied_by(&self, statement: &Statement, place: &Place) -> Finding {
        let subject = self.subject(place);
        let (with_mfa, just_issued) = (self.with_mfa(), self.just_issued());
        let mut conditions = statement.conditions().iter();
        let by_mfa = conditions.clone().find(|condition| {
            (condition.is_on(MFA) || condition.is_on(MFA_AGE)) && condition.is_failed_by(&with_mfa)
        });
        let by_age = conditions
            .find(|condition| condition.is_on(ISSUED) && condition.is_failed_by(&just_issued));
        if let Some(condition) = by_age {
            return Finding {
                cause: Cause::Condition,
                certainty: Certainty::Certain,
                detail: format!(
                    "{subject} denies it to credentials that were issued too early (`{condition}`): {}",
                    self.sent(condition)
                ),
                mends: vec![self.log_in_again()],
            };
        }
        if let (Some(condition), MfaWay::Possible) = (by_mfa, self.asked.mfa) {
            return Finding {
                cause: Cause::Mfa,
                certainty: Certainty::Certain,
                detail: format!("{subject} denies it without MFA (`{condition}`)"),
                mends: vec![self.set_mfa_device()],
            };
        }
        let spared = statement.conditions().iter().find_map(|condition| {
            let mend = self.set_key(condition, condition.spares_exactly())?;
            Some((condition, mend))
        });
        if let Some((condition, mend)) = spared {
            return Finding {
                cause: cause_of(condition),
                certainty: Certainty::Certain,
                detail: format!(
                    "{subject} denies it where `{condition}`: {}",
                    self.sent(condition)
                ),
                mends: vec![mend],
            };
        }
        Finding {
            cause: match place {
                Place::Trust(_) => Cause::TrustPolicyDenies,
                Place::Identity(_) | Place::Managed(_) => Cause::IdentityPolicyDenies,
            },
            certainty: Certainty::Certain,
            detail: format!("a statement of {subject} denies it, whatever others allow"),
            mends: vec![Mend::Remove {
                from: place.clone(),
                statement: statement.source.clone(),
            }],
        }
    }

    /// Nobody but AWS can tell whether these hold.
    pub(super) fn depends_on(&self, conditions: &[Condition], place: &Place) -> Finding {
        let said: Vec<String> = conditions.iter().map(|c| format!("`{c}`")).collect();
        let said = if said.is_empty() {
            "variables in its resources".to_owned()
        } else {
            said.join(" and ")
        };
        Finding {
            cause: Cause::Condition,
            certainty: Certainty::Possible,
            detail: format!(
                "{} depends on {said}, which cannot be told from here",
                self.subject(place)
            ),
            mends: vec![Mend::Compare {
                with: place.clone(),
            }],
        }
    }

    /// Conditions that the request is known to meet, to be written into what admits it.
    pub(super) fn offered(&self) -> Vec<(&'static str, &'static str, &str)> {
        if let Principal::Saml { provider } = self.asker {
            return vec![("StringEquals", "SAML:aud", audience(provider))];
        }
        match self.asked.facts.of(EXTERNAL_ID) {
            Fact::One(id) => vec![("StringEquals", EXTERNAL_ID, id.as_str())],
            _ => Vec::new(),
        }
    }

    fn subject(&self, place: &Place) -> String {
        match place {
            Place::Trust(_) => format!("the trust policy of `{}`", self.role.name()),
            Place::Identity(arn) => format!("the policies of `{arn}`"),
            Place::Managed(arn) => format!("`{arn}`"),
        }
    }

    /// What the request said under a condition's key.
    fn sent(&self, condition: &Condition) -> String {
        match self.asked.facts.of(&condition.key) {
            _ if condition.is_on(MFA) || condition.is_on(MFA_AGE) => match self.asked.mfa {
                MfaWay::Given => "the code that was given is too old".to_owned(),
                MfaWay::Possible => format!("session `{}` has no `mfa_device`", self.root),
                MfaWay::Never => "AWS passes no MFA on to what is assumed from a role".to_owned(),
            },
            Fact::One(value) => format!("the request says `{value}`"),
            Fact::Many(values) => format!("the request says `{}`", values.join("`, `")),
            Fact::Between(from, to) => {
                let about = Timestamp(from.midpoint(*to)).rfc3339();
                format!("the request says about `{about}`")
            }
            Fact::Absent => "the request says nothing of it".to_owned(),
            Fact::Unknown => "what the request says is not known".to_owned(),
        }
    }

    fn set_key(&self, condition: &Condition, value: Option<&str>) -> Option<Mend> {
        let (_, key, accepted) = KEYS.iter().find(|(name, ..)| condition.is_on(name))?;
        // A pattern can be met in more ways than one: then the key is named, and no value.
        let value = value.filter(|value| !value.contains("${"));
        // What STS accepts from nobody meets nothing.
        if value.is_some_and(|value| !accepted.holds(value)) {
            return None;
        }
        let value = value.map(str::to_owned);
        Some(match self.session {
            Some(session) => Mend::Set {
                session: session.to_owned(),
                key,
                value,
            },
            None => Mend::Define {
                role_arn: self.role.to_string(),
                assumer: self.below.map(str::to_owned),
                key,
                value,
            },
        })
    }

    fn set_mfa_device(&self) -> Mend {
        Mend::Set {
            session: self.root.to_owned(),
            key: "mfa_device",
            value: self.mfa_device.clone(),
        }
    }

    fn log_in_again(&self) -> Mend {
        Mend::LogInAgain {
            session: self.below.unwrap_or(self.root).to_owned(),
        }
    }

    /// The facts of the same request with an MFA code that was given just now.
    fn with_mfa(&self) -> Facts {
        let mut facts = self.asked.facts.clone();
        facts.has(MFA, "true");
        facts.has(MFA_AGE, "0");
        facts
    }

    /// The facts of the same request with credentials that were issued just now.
    fn just_issued(&self) -> Facts {
        let mut facts = self.asked.facts.clone();
        // A long-lived key has no time of issue, whenever it is used.
        if let (Fact::Between(..), &Fact::Between(from, to)) =
            (facts.of(ISSUED), facts.of("aws:CurrentTime"))
        {
            facts.has_time_between(ISSUED, from, to);
        }
        facts
    }
}

fn is_on_a_key(condition: &Condition) -> bool {
    KEYS.iter().any(|(name, ..)| condition.is_on(name))
}

fn cause_of(condition: &Condition) -> Cause {
    if condition.is_on(EXTERNAL_ID) {
        Cause::ExternalId
    } else if condition.is_on(MFA) {
        Cause::Mfa
    } else if condition.is_on(MFA_AGE) {
        Cause::MfaAge
    } else {
        Cause::Condition
    }
}

/// The sign-in page of a provider's partition, which AWS tells as the audience.
fn audience(provider: &str) -> &'static str {
    match provider.split(':').nth(1) {
        Some("aws-cn") => "https://signin.amazonaws.cn/saml",
        Some("aws-us-gov") => "https://signin.amazonaws-us-gov.com/saml",
        _ => "https://signin.aws.amazon.com/saml",
    }
}
