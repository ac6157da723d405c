use super::*;
use crate::model::chain::StsAddress;
use crate::model::session::{Mfa as Device, RoleTerms};
use crate::policy::Fact;

fn device() -> Device {
    Device {
        device: "arn:aws:iam::111122223333:mfa/alice".parse().unwrap(),
        process: None,
    }
}

fn role(terms: RoleTerms) -> Step {
    Step::AssumeRole(RoleStep {
        role_arn: "arn:aws:iam::444455556666:role/Audit".parse().unwrap(),
        session_name: "leapp-alice".into(),
        terms,
        mfa: None,
        lifetime: Span::HOUR,
    })
}

fn key() -> Step {
    Step::AccessKey {
        access_key_id: "AKIAIOSFODNN7EXAMPLE".into(),
    }
}

fn chain(steps: Vec<Step>) -> Chain {
    let hop = |step| Hop {
        name: "hop".into(),
        is_session: true,
        step,
        sts: StsAddress {
            region: "eu-west-1".parse().unwrap(),
            endpoint_url: None,
        },
        endpoint_source: crate::model::EndpointSource::Region,
    };
    Chain {
        target: "prod".parse().unwrap(),
        region: "eu-west-1".parse().unwrap(),
        endpoint_url: None,
        account: None,
        hops: steps.into_iter().map(hop).collect(),
        cuts: Vec::new(),
    }
}

/// What the last hop of a chain asks, as alice or as a role.
fn last(steps: Vec<Step>, age: Option<Span>) -> Asked {
    let now = Timestamp(1_795_338_000);
    let issued = age.map(|age| Timestamp(now.0 - i64::try_from(age.0).unwrap()));
    let when = When { now, issued };
    let by_role = matches!(steps[steps.len() - 2], Step::AssumeRole(_));
    let name = if by_role {
        "role/Audit"
    } else {
        "user/team/alice"
    };
    let asker = Principal::Aws {
        arn: format!("arn:aws:iam::111122223333:{name}"),
        session: None,
        account: "111122223333".into(),
    };
    let chain = chain(steps);
    asked(&chain, chain.hops.len() - 1, &asker, when).unwrap()
}

fn value(asked: &Asked, key: &str) -> Option<String> {
    match asked.facts.of(key) {
        Fact::One(value) => Some(value.clone()),
        Fact::Many(values) => Some(values.join(",")),
        Fact::Between(from, to) => Some(format!("{from} to {to}")),
        Fact::Absent => None,
        Fact::Unknown => Some("unknown".to_owned()),
    }
}

#[test]
fn mfa_is_told_as_aws_tells_it() {
    let session = |mfa| Step::SessionToken {
        access_key_id: "AKIAIOSFODNN7EXAMPLE".into(),
        mfa,
        lifetime: Span::HOUR,
    };
    let mut with_code = role(RoleTerms::default());
    if let Step::AssumeRole(step) = &mut with_code {
        step.mfa = Some(device());
    }
    let plain = || role(RoleTerms::default());
    for (steps, way, present, age) in [
        (vec![key(), plain()], MfaWay::Possible, None, None),
        (
            vec![key(), with_code],
            MfaWay::Given,
            Some("true"),
            Some("0"),
        ),
        (
            vec![session(Some(device())), plain()],
            MfaWay::Given,
            Some("true"),
            Some("90"),
        ),
        (
            vec![session(None), plain()],
            MfaWay::Possible,
            Some("false"),
            None,
        ),
        (
            vec![key(), plain(), plain()],
            MfaWay::Never,
            Some("false"),
            None,
        ),
    ] {
        let asked = last(steps, Some(Span(90)));
        assert_eq!(asked.mfa, way);
        assert_eq!(
            value(&asked, "aws:MultiFactorAuthPresent").as_deref(),
            present
        );
        assert_eq!(value(&asked, "aws:MultiFactorAuthAge").as_deref(), age);
    }
}

#[test]
fn what_is_sent_and_what_was_handed_on_decides_which_actions_are_needed() {
    let plain = last(vec![key(), role(RoleTerms::default())], None);
    assert_eq!(plain.actions, ["sts:AssumeRole"]);
    assert_eq!(value(&plain, "sts:ExternalId"), None);
    assert_eq!(value(&plain, "sts:SourceIdentity"), None);
    assert_eq!(value(&plain, "aws:username").as_deref(), Some("alice"));
    assert_eq!(
        value(&plain, "aws:PrincipalOrgID").as_deref(),
        Some("unknown")
    );
    let terms = RoleTerms {
        external_id: Some("e-1".into()),
        source_identity: Some("alice".into()),
        tags: vec![("team".into(), "x".into())],
        transitive_tags: vec!["team".into()],
        ..RoleTerms::default()
    };
    let all = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"];
    let asked = last(vec![key(), role(terms.clone())], None);
    assert_eq!(asked.actions, all);
    assert_eq!(value(&asked, "sts:ExternalId").as_deref(), Some("e-1"));
    assert_eq!(value(&asked, "aws:RequestTag/team").as_deref(), Some("x"));
    assert_eq!(value(&asked, "aws:TagKeys").as_deref(), Some("team"));
    // The hop above says none of it, and inherits it.
    let above = last(vec![key(), role(terms), role(RoleTerms::default())], None);
    assert_eq!(above.actions, all);
    assert_eq!(
        value(&above, "sts:SourceIdentity").as_deref(),
        Some("alice")
    );
    assert_eq!(value(&above, "aws:username"), None);
    assert_eq!(
        value(&above, "aws:PrincipalType").as_deref(),
        Some("AssumedRole")
    );
}

#[test]
fn the_time_of_issue_is_known_as_far_as_clocks_agree() {
    let of_key = last(vec![key(), role(RoleTerms::default())], None);
    assert_eq!(value(&of_key, "aws:TokenIssueTime"), None);
    let steps = vec![
        key(),
        role(RoleTerms::default()),
        role(RoleTerms::default()),
    ];
    let of_role = last(steps, Some(Span::HOUR));
    assert_eq!(
        value(&of_role, "aws:TokenIssueTime").as_deref(),
        Some("1795333500 to 1795335300")
    );
    assert_eq!(
        value(&of_role, "aws:CurrentTime").as_deref(),
        Some("1795337100 to 1795338900")
    );
}

#[test]
fn tags_that_are_not_sent_are_missing_unless_some_are_inherited() {
    let plain = last(vec![key(), role(RoleTerms::default())], None);
    for absent in ["aws:RequestTag/team", "aws:TagKeys"] {
        assert_eq!(value(&plain, absent), None, "{absent}");
    }
    let terms = RoleTerms {
        tags: vec![("team".into(), "x".into())],
        transitive_tags: vec!["team".into()],
        ..RoleTerms::default()
    };
    let inherits = last(vec![key(), role(terms), role(RoleTerms::default())], None);
    for unknown in ["aws:RequestTag/team", "aws:TagKeys"] {
        assert_eq!(
            value(&inherits, unknown).as_deref(),
            Some("unknown"),
            "{unknown}"
        );
    }
}
