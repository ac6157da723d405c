//! What a hop asks, as AWS sees it when it judges: who, which actions, and what is known beside.

use crate::model::chain::{Hop, RoleStep, Step};
use crate::model::{Chain, Span, Timestamp};
use crate::policy::{Facts, Principal};

/// The request of a hop.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Every one of these must be allowed.
    pub actions: Vec<&'static str>,
    /// What is known of the request.
    pub facts: Facts,
    /// How MFA may come into it.
    pub mfa: MfaWay,
}

/// How MFA may come into a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MfaWay {
    /// It does.
    Given,
    /// It would, if the session at the root had an MFA device.
    Possible,
    /// It cannot: AWS does not pass it on to what is assumed from a role.
    Never,
}

/// When a hop asked, by the clock of this machine.
#[derive(Clone, Copy, Debug)]
pub struct When {
    /// When it asked.
    pub now: Timestamp,
    /// When the credentials that asked were issued; `None` for a long-lived key.
    pub issued: Option<Timestamp>,
}

/// How far the clocks of this machine and of AWS can differ: AWS accepts no signature that is further off.
const CLOCKS_DIFFER: i64 = 15 * 60;

/// What the hop at `index` asks as `asker`. `None` for a hop that assumes no role.
pub fn asked(chain: &Chain, index: usize, asker: &Principal, when: When) -> Option<Asked> {
    let hop = &chain.hops[index];
    match &hop.step {
        Step::AssumeRole(role) => Some(assume_role(chain, index, role, asker, when)),
        Step::Saml(_) => Some(Asked {
            actions: vec!["sts:AssumeRoleWithSAML"],
            facts: Facts::default(),
            mfa: MfaWay::Never,
        }),
        Step::AccessKey { .. } | Step::SessionToken { .. } => None,
    }
}

fn assume_role(
    chain: &Chain,
    index: usize,
    role: &RoleStep,
    asker: &Principal,
    when: When,
) -> Asked {
    let hop = &chain.hops[index];
    let below = &chain.hops[..index];
    let terms = &role.terms;
    let mut facts = Facts::default();
    let mut fact = |key: &str, value: Option<&str>| match value {
        Some(value) => facts.has(key, value),
        None => facts.lacks(key),
    };
    fact("sts:RoleSessionName", Some(&role.session_name));
    fact("sts:ExternalId", terms.external_id.as_deref());
    // Once set, it stays for the whole chain. What a SAML login has set is not known here.
    let set_below = below.iter().rev().find_map(source_identity);
    let may_be_set = matches!(chain.hops[0].step, Step::Saml(_));
    let source_identity = terms.source_identity.as_deref().or(set_below);
    if source_identity.is_some() || !may_be_set {
        fact("sts:SourceIdentity", source_identity);
        fact("aws:SourceIdentity", set_below);
    }
    fact("aws:PrincipalArn", Some(asker.arn()));
    fact("aws:PrincipalAccount", asker.account());
    let user = asker.arn().split_once(":user/");
    let user = user.and_then(|(_, name)| name.rsplit('/').next());
    fact("aws:username", user);
    fact(
        "aws:PrincipalType",
        Some(if user.is_some() {
            "User"
        } else {
            "AssumedRole"
        }),
    );
    fact("aws:RequestedRegion", Some(hop.sts.region.as_str()));
    let in_clear = hop
        .sts
        .endpoint_url
        .as_ref()
        .is_some_and(|url| url.as_str().starts_with("http:"));
    fact(
        "aws:SecureTransport",
        Some(if in_clear { "false" } else { "true" }),
    );
    fact("aws:ViaAWSService", Some("false"));
    fact("aws:PrincipalIsAWSService", Some("false"));
    let mfa_age = when.issued.map(|at| when.now.after(at).unwrap_or(Span(0)));
    let mfa = mfa(role, below.last(), mfa_age);
    fact("aws:MultiFactorAuthPresent", mfa.present);
    fact("aws:MultiFactorAuthAge", mfa.age.as_deref());
    for (key, value) in &terms.tags {
        fact(&format!("aws:RequestTag/{key}"), Some(value));
    }
    let inherits_tags = below.iter().any(hands_tags_on);
    // What a request has of inherited tags is not documented.
    if !inherits_tags {
        facts.lacks_others("aws:RequestTag/");
    }
    let tag_keys: Vec<String> = terms.tags.iter().map(|(key, _)| key.clone()).collect();
    let listed = [
        ("aws:TagKeys", &tag_keys),
        ("sts:TransitiveTagKeys", &terms.transitive_tags),
    ];
    for (key, values) in listed {
        match values.is_empty() {
            true if inherits_tags => {}
            true => facts.lacks(key),
            false => facts.has_all(key, values.iter().cloned()),
        }
    }
    times(&mut facts, when, below.last());

    let mut actions = vec!["sts:AssumeRole"];
    if !terms.tags.is_empty() || inherits_tags {
        actions.push("sts:TagSession");
    }
    if source_identity.is_some() {
        actions.push("sts:SetSourceIdentity");
    }
    Asked {
        actions,
        facts,
        mfa: mfa.way,
    }
}

/// The keys that tell times, which AWS fills in by its own clock.
fn times(facts: &mut Facts, when: When, below: Option<&Hop>) {
    let mut about = |key: &str, at: Timestamp| {
        facts.has_time_between(key, at.0 - CLOCKS_DIFFER, at.0 + CLOCKS_DIFFER);
    };
    about("aws:CurrentTime", when.now);
    about("aws:EpochTime", when.now);
    match (when.issued, below.map(|hop| &hop.step)) {
        (Some(issued), _) => about("aws:TokenIssueTime", issued),
        // Only temporary credentials have one.
        (None, Some(Step::AccessKey { .. })) => facts.lacks("aws:TokenIssueTime"),
        (None, _) => {}
    }
}

fn source_identity(hop: &Hop) -> Option<&str> {
    match &hop.step {
        Step::AssumeRole(role) => role.terms.source_identity.as_deref(),
        _ => None,
    }
}

fn hands_tags_on(hop: &Hop) -> bool {
    matches!(&hop.step, Step::AssumeRole(role) if !role.terms.transitive_tags.is_empty())
}

/// MFA, as the condition keys tell it.
struct Mfa {
    way: MfaWay,
    present: Option<&'static str>,
    age: Option<String>,
}

fn mfa(role: &RoleStep, below: Option<&Hop>, age: Option<Span>) -> Mfa {
    let new = |way, present, age: Option<Span>| Mfa {
        way,
        present,
        age: age.map(|age| age.0.to_string()),
    };
    match below.map(|hop| &hop.step) {
        _ if role.mfa.is_some() => new(MfaWay::Given, Some("true"), Some(Span(0))),
        Some(Step::SessionToken { mfa: Some(_), .. }) => new(MfaWay::Given, Some("true"), age),
        // AWS leaves the key out where a long-lived key signs.
        Some(Step::AccessKey { .. }) | None => new(MfaWay::Possible, None, None),
        Some(Step::SessionToken { mfa: None, .. }) => new(MfaWay::Possible, Some("false"), None),
        Some(Step::AssumeRole(_) | Step::Saml(_)) => new(MfaWay::Never, Some("false"), None),
    }
}

#[cfg(test)]
mod tests;
