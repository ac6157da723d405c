mod saml;
mod world;

use super::*;
use crate::aws::AwsErrorKind;
use crate::secrets::SecretName;
use world::{Rig, chain, later};

#[test]
fn only_what_is_missing_is_asked_for() {
    let rig = Rig::new();
    assert_eq!(
        rig.calls(&chain(&["a", "b"])),
        ["AKIA session with code 1", "ASIA a", "ASIA b"]
    );
    assert!(rig.calls(&chain(&["a", "b"])).is_empty());
    assert_eq!(rig.calls(&chain(&["a", "c"])), ["ASIA c"]);
    assert_eq!(rig.calls(&chain(&["d"])), ["ASIA d"]);
}

#[test]
fn a_target_is_renewed_with_a_quarter_hour_left_and_a_stepping_stone_serves_to_its_last_minute() {
    let rig = Rig::new();
    rig.calls(&chain(&["a", "b"]));
    later(3600 - 900);
    assert!(rig.calls(&chain(&["a", "b"])).is_empty());
    later(1);
    assert_eq!(rig.calls(&chain(&["a", "b"])), ["ASIA b"]);
    later(899 - 60);
    assert_eq!(rig.calls(&chain(&["a", "c"])), ["ASIA c"]);
    later(1);
    assert_eq!(rig.calls(&chain(&["a", "d"])), ["ASIA a", "ASIA d"]);
}

#[test]
fn refreshing_renews_all_but_the_mfa_session() {
    let rig = Rig::new();
    rig.calls(&chain(&["a", "b"]));
    later(1);
    let freshness = Freshness {
        renew: Renew::AllButMfa,
        min_ttl: None,
    };
    rig.resolve(&chain(&["a", "b"]), freshness).unwrap();
    assert_eq!(rig.sts.take(), ["ASIA a", "ASIA b"]);
}

#[test]
fn a_refused_code_is_asked_for_again_but_not_for_ever() {
    let rig = Rig::new();
    *rig.sts.refusals.borrow_mut() = vec![AwsErrorKind::MfaCodeRejected];
    assert_eq!(
        rig.calls(&chain(&["a"])),
        [
            "AKIA session with code 1",
            "AKIA session with code 2",
            "ASIA a"
        ]
    );
    let rig = Rig::new();
    *rig.sts.refusals.borrow_mut() = vec![AwsErrorKind::MfaCodeRejected; 9];
    let error = rig
        .resolve(&chain(&["a"]), Freshness::default())
        .unwrap_err();
    assert_eq!(error.sts().unwrap().kind, AwsErrorKind::MfaCodeRejected);
    assert_eq!(rig.sts.take().len(), 3);
}

#[test]
fn a_failure_says_how_far_it_got() {
    let rig = Rig::new();
    rig.calls(&chain(&["a"]));
    *rig.sts.refusals.borrow_mut() = vec![AwsErrorKind::AccessDenied];
    let error = rig
        .resolve(&chain(&["a", "b", "c"]), Freshness::default())
        .unwrap_err();
    let outcomes: Vec<Outcome> = error.hops.iter().map(|hop| hop.outcome).collect();
    let cached = Outcome::Cached { left: Span::HOUR };
    assert_eq!(
        outcomes,
        [
            Outcome::NotNeeded,
            cached,
            Outcome::Failed,
            Outcome::NotTried
        ]
    );
    assert_eq!((error.failed, error.hop().name.as_str()), (2, "b"));
}

#[test]
fn a_stepping_stone_that_aws_no_longer_knows_is_made_again_a_hop_at_a_time() {
    let rig = Rig::new();
    rig.calls(&chain(&["a"]));
    let expire = |times| *rig.sts.refusals.borrow_mut() = vec![AwsErrorKind::SourceExpired; times];
    // The live MFA session is kept, which would cost a person another code.
    expire(1);
    assert_eq!(
        rig.calls(&chain(&["a", "b"])),
        ["ASIA b", "ASIA a", "ASIA b"]
    );
    // Unless it is dead as well.
    expire(2);
    assert_eq!(
        rig.calls(&chain(&["a", "c"])),
        [
            "ASIA c",
            "ASIA a",
            "AKIA session with code 2",
            "ASIA a",
            "ASIA c"
        ]
    );
    expire(99);
    assert!(
        rig.resolve(&chain(&["a", "d"]), Freshness::default())
            .is_err()
    );
}

#[test]
fn a_clock_that_was_set_back_costs_no_code() {
    let rig = Rig::new();
    rig.calls(&chain(&["a"]));
    later(-12 * 3600);
    assert_eq!(rig.calls(&chain(&["a"])), ["ASIA a"]);
    // Unless AWS says that the session is over.
    later(-3600);
    *rig.sts.refusals.borrow_mut() = vec![AwsErrorKind::SourceExpired];
    assert_eq!(
        rig.calls(&chain(&["a"])),
        ["ASIA a", "AKIA session with code 2", "ASIA a"]
    );
}

#[test]
fn a_missing_key_is_noticed_before_a_person_is_asked() {
    let rig = Rig::new();
    rig.secrets
        .delete(&SecretName::AccessKey("AKIA".into()))
        .unwrap();
    let error = rig
        .resolve(&chain(&["a"]), Freshness::default())
        .unwrap_err();
    assert!(matches!(error.cause, HopError::Secret(_)));
    assert_eq!(rig.person.asked.get(), 0);
}

#[test]
fn an_expired_mfa_session_is_told_of_where_nobody_can_be_asked() {
    let rig = Rig::new();
    rig.calls(&chain(&["a"]));
    later(12 * 3600 + 60);
    rig.person.absent.set(true);
    let error = rig
        .resolve(&chain(&["a"]), Freshness::default())
        .unwrap_err();
    assert_eq!(
        error.at.after(error.mfa_life.unwrap().expiration),
        Some(Span(60))
    );
}

#[test]
fn a_denial_behind_an_old_code_is_worth_one_new_code() {
    let rig = Rig::new();
    rig.calls(&chain(&["a"]));
    // Young: a denial is a denial.
    later(3600);
    *rig.sts.refusals.borrow_mut() = vec![AwsErrorKind::AccessDenied];
    rig.resolve(&chain(&["b"]), Freshness::default())
        .unwrap_err();
    assert_eq!(rig.sts.take(), ["ASIA b"]);
    // Old: a code is asked for, once.
    later(1);
    *rig.sts.refusals.borrow_mut() = vec![AwsErrorKind::AccessDenied];
    assert_eq!(
        rig.calls(&chain(&["b"])),
        ["ASIA b", "AKIA session with code 2", "ASIA b"]
    );
    // Not for a role behind another, which does not learn of the code.
    rig.calls(&chain(&["a"]));
    later(3540);
    rig.calls(&chain(&["a"]));
    later(100);
    *rig.sts.refusals.borrow_mut() = vec![AwsErrorKind::AccessDenied];
    rig.resolve(&chain(&["a", "c"]), Freshness::default())
        .unwrap_err();
    assert_eq!(rig.sts.take(), ["ASIA c"]);
}

#[test]
fn where_nobody_can_be_asked_the_denial_stands() {
    let rig = Rig::new();
    rig.calls(&chain(&["a"]));
    later(3601);
    rig.person.absent.set(true);
    *rig.sts.refusals.borrow_mut() = vec![AwsErrorKind::AccessDenied];
    let error = rig
        .resolve(&chain(&["b"]), Freshness::default())
        .unwrap_err();
    assert_eq!(error.sts().unwrap().kind, AwsErrorKind::AccessDenied);
    // And the session that was live still is.
    rig.person.absent.set(false);
    rig.sts.take();
    assert_eq!(rig.calls(&chain(&["c"])), ["ASIA c"]);
}
