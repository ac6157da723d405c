//! Chains that begin with a login.

use super::world::{PROVIDER, Rig, chain, later};
use crate::aws::AwsErrorKind;
use crate::model::chain::{SamlStep, Step};
use crate::model::{Chain, Span};
use crate::resolver::{Freshness, HopError, Renew};

/// A role behind a login, and a role behind that one.
fn federated(role: &str, lifetime: Span) -> Chain {
    let mut chain = chain(&["behind"]);
    chain.hops[0].name = role.to_owned();
    chain.hops[0].step = Step::Saml(SamlStep {
        saml_url: "https://idp.example/login".parse().unwrap(),
        idp_arn: PROVIDER.parse().unwrap(),
        role_arn: format!("arn:aws:iam::111122223333:role/{role}")
            .parse()
            .unwrap(),
        saml_process: None,
        policy: None,
        policy_arns: Vec::new(),
        lifetime,
    });
    chain
}

#[test]
fn one_login_serves_every_session_of_the_provider_while_the_assertion_is_good() {
    let rig = Rig::new();
    assert_eq!(
        rig.calls(&federated("a", Span::HOUR)),
        ["login a for 1h", "ASIA behind"]
    );
    assert_eq!(
        rig.calls(&federated("b", Span::HOUR)),
        ["login b for 1h", "ASIA behind"]
    );
    assert_eq!(rig.provider.logins.get(), 1);
    // Half a minute before its end it is not worth the try.
    later(270);
    rig.calls(&federated("a", Span(7200)));
    assert_eq!(rig.provider.logins.get(), 2);
}

#[test]
fn refreshing_repeats_the_login() {
    let rig = Rig::new();
    rig.calls(&federated("a", Span::HOUR));
    later(1);
    let freshness = Freshness {
        renew: Renew::AllButMfa,
        min_ttl: None,
    };
    rig.resolve(&federated("a", Span::HOUR), freshness).unwrap();
    assert_eq!(rig.provider.logins.get(), 2);
}

#[test]
fn an_assertion_given_for_a_run_serves_that_run_alone() {
    let rig = Rig::new();
    rig.provider.given.set(true);
    rig.calls(&federated("a", Span::HOUR));
    rig.calls(&federated("b", Span::HOUR));
    assert_eq!(rig.provider.logins.get(), 2);
}

#[test]
fn a_role_that_is_not_given_for_so_long_is_asked_for_once_more_for_an_hour() {
    let rig = Rig::new();
    *rig.sts.refusals.borrow_mut() = vec![AwsErrorKind::DurationTooLong];
    assert_eq!(
        rig.calls(&federated("a", Span(4 * 3600))),
        ["login a for 4h", "login a for 1h", "ASIA behind"]
    );
    let rig = Rig::new();
    *rig.sts.refusals.borrow_mut() = vec![AwsErrorKind::DurationTooLong];
    let refused = rig.resolve(&federated("a", Span::HOUR), Freshness::default());
    assert!(refused.is_err());
    assert_eq!(rig.sts.take().len(), 1);
}

#[test]
fn a_role_that_the_login_does_not_grant_is_never_asked_for() {
    let rig = Rig::new();
    let error = rig
        .resolve(&federated("c", Span::HOUR), Freshness::default())
        .unwrap_err();
    assert!(matches!(&error.cause, HopError::NotGranted { granted } if granted.len() == 2));
    assert!(rig.sts.take().is_empty());
}

#[test]
fn an_assertion_that_aws_refuses_is_not_used_again() {
    let rig = Rig::new();
    *rig.sts.refusals.borrow_mut() = vec![AwsErrorKind::AssertionRejected];
    rig.resolve(&federated("a", Span::HOUR), Freshness::default())
        .unwrap_err();
    rig.calls(&federated("a", Span::HOUR));
    assert_eq!(rig.provider.logins.get(), 2);
}
