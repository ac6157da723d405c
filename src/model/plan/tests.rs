use std::path::Path;

use super::super::session::{Mfa, Ownership, RoleTerms};
use super::*;
use crate::model::IamAddress;

pub(super) fn caller() -> Caller {
    Caller {
        user: "alice".into(),
        host: "box".into(),
        endpoint_url: None,
        iam_endpoint_url: None,
    }
}

fn session(alias: &str, kind: Kind) -> Session {
    Session {
        alias: alias.parse().unwrap(),
        kind,
        named_profile: alias.into(),
        region: "eu-west-1".parse().unwrap(),
        sts_region: None,
        endpoint_url: None,
        duration: None,
        description: None,
        labels: Vec::new(),
        protected: false,
        origin: Origin {
            file: Path::new("sessions.toml").into(),
            line: 1,
            ownership: Ownership::Own,
        },
    }
}

pub(super) fn user(alias: &str, device: Option<&str>) -> Session {
    let mfa = device.map(|d| Mfa {
        device: d.parse().unwrap(),
        process: None,
    });
    session(
        alias,
        Kind::IamUser(IamUser {
            access_key_id: "AKIAEXAMPLE".into(),
            mfa,
        }),
    )
}

pub(super) fn role(alias: &str, assumer: &str, duration: Option<&str>) -> Session {
    let kind = Kind::Chained(Chained {
        role_arn: format!("arn:aws:iam::444455556666:role/{alias}")
            .parse()
            .unwrap(),
        assumer_session: assumer.parse().unwrap(),
        assumer_line: 7,
        role_session_name: None,
        terms: RoleTerms::default(),
    });
    Session {
        duration: duration.map(|d| d.parse().unwrap()),
        ..session(alias, kind)
    }
}

/// The session with an endpoint of its own.
pub(super) fn at(url: &str, session: Session) -> Session {
    Session {
        endpoint_url: Some(url.parse().unwrap()),
        ..session
    }
}

pub(super) fn catalog(sessions: impl IntoIterator<Item = Session>) -> Catalog {
    let mut catalog = Catalog::default();
    for session in sessions {
        catalog.insert(session).unwrap();
    }
    catalog
}

const DEVICE: Option<&str> = Some("arn:aws:iam::111122223333:mfa/alice");

fn lifetimes(chain: &Chain) -> Vec<Option<u64>> {
    chain
        .hops
        .iter()
        .map(|hop| hop.step.lifetime().map(|l| l.0))
        .collect()
}

#[test]
fn a_user_without_mfa_signs_the_first_role_itself() {
    let catalog = catalog([user("u", None), role("a", "u", Some("12h"))]);
    let chain = plan(&catalog, "a", &Wishes::default(), &caller()).unwrap();
    assert!(matches!(chain.hops[0].step, Step::AccessKey { .. }));
    assert_eq!(lifetimes(&chain), [None, Some(12 * 3600)]);
    assert!(chain.cuts.is_empty());
}

#[test]
fn a_user_with_mfa_opens_one_session_for_all_roles() {
    let catalog = catalog([
        user("u", DEVICE),
        role("a", "u", None),
        role("b", "a", None),
    ]);
    let chain = plan(&catalog, "b", &Wishes::default(), &caller()).unwrap();
    assert!(matches!(
        &chain.hops[0].step,
        Step::SessionToken { mfa: Some(_), .. }
    ));
    assert_eq!(lifetimes(&chain), [Some(12 * 3600), Some(3600), Some(3600)]);
}

#[test]
fn one_long_role_takes_the_code_along_with_the_key() {
    let catalog = catalog([user("u", DEVICE), role("a", "u", None)]);
    let wishes = Wishes {
        duration: Some("4h".parse().unwrap()),
        ..Wishes::default()
    };
    let chain = plan(&catalog, "a", &wishes, &caller()).unwrap();
    assert!(matches!(chain.hops[0].step, Step::AccessKey { .. }));
    assert!(chain.hops[1].step.mfa().is_some());
    assert_eq!(lifetimes(&chain), [None, Some(4 * 3600)]);
}

#[test]
fn from_the_second_role_on_an_hour_is_all_there_is() {
    let catalog = catalog([
        user("u", None),
        role("a", "u", Some("12h")),
        role("b", "a", Some("2h")),
    ]);
    let chain = plan(&catalog, "b", &Wishes::default(), &caller()).unwrap();
    assert_eq!(lifetimes(&chain), [None, Some(12 * 3600), Some(3600)]);
    assert_eq!(
        chain.cuts,
        [Cut {
            hop: "b".into(),
            wanted: Span(7200),
            allowed: Span::HOUR
        }]
    );
}

#[test]
fn what_aws_would_refuse_is_refused_before_any_call() {
    let catalog = catalog([user("u", None), role("a", "u", None)]);
    let wish = |d: &str| Wishes {
        duration: Some(d.parse().unwrap()),
        ..Wishes::default()
    };
    let refused = |alias: &str, d: &str| plan(&catalog, alias, &wish(d), &caller()).is_err();
    assert!(refused("a", "14m") && refused("a", "13h") && refused("u", "37h"));
    assert!(!refused("u", "36h"));
    let min_ttl = Wishes {
        min_ttl: Some(Span(3601)),
        ..Wishes::default()
    };
    assert!(matches!(
        plan(&catalog, "a", &min_ttl, &caller()),
        Err(PlanError::MinTtl { .. })
    ));
}

#[test]
fn circles_and_missing_assumers_name_the_line() {
    let broken = catalog([
        role("a", "b", None),
        role("b", "a", None),
        role("c", "d", None),
    ]);
    let error = plan(&broken, "a", &Wishes::default(), &caller()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the chain of `a` never ends: a -> b -> a"
    );
    let error = plan(&broken, "c", &Wishes::default(), &caller()).unwrap_err();
    assert!(matches!(
        error,
        PlanError::MissingAssumer {
            origin: Origin { line: 7, .. },
            ..
        }
    ));
}

#[test]
fn session_names_are_made_of_what_sts_admits() {
    let odd = Caller {
        user: "Zoë de Wit".into(),
        host: "h".repeat(80),
        ..caller()
    };
    assert_eq!(session_name("leapp-{user}", &odd), "leapp-Zo--de-Wit");
    assert_eq!(session_name("{host}", &odd).len(), 64);
    assert_eq!(session_name("x", &odd), "x-");
}

#[test]
fn the_environment_can_not_send_requests_in_clear() {
    let catalog = catalog([user("u", None)]);
    let at = |url: &str| Caller {
        endpoint_url: Some(url.parse().unwrap()),
        ..caller()
    };
    assert!(
        plan(
            &catalog,
            "u",
            &Wishes::default(),
            &at("http://127.0.0.1:5000")
        )
        .is_ok()
    );
    assert!(plan(&catalog, "u", &Wishes::default(), &at("http://sts.example")).is_err());
}

#[test]
fn the_iam_of_a_session_is_where_the_session_or_the_environment_says() {
    let mut session = user("u", None);
    session.region = "cn-northwest-1".parse().unwrap();
    let at = |url: &str| Caller {
        iam_endpoint_url: Some(url.parse().unwrap()),
        ..caller()
    };
    let own = IamAddress::of(&session, &Catalog::default(), &caller()).unwrap();
    assert_eq!(own.region.as_str(), "cn-north-1");
    assert_eq!(own.endpoint_url, None);
    let named = IamAddress::of(&session, &Catalog::default(), &at("https://iam.example")).unwrap();
    assert_eq!(named.endpoint_url.unwrap().as_str(), "https://iam.example");
    assert!(IamAddress::of(&session, &Catalog::default(), &at("http://iam.example")).is_err());
    session.endpoint_url = Some("http://own.example".parse().unwrap());
    let own = IamAddress::of(&session, &Catalog::default(), &at("https://iam.example")).unwrap();
    assert_eq!(own.endpoint_url.unwrap().as_str(), "http://own.example");
}

fn narrowed(alias: &str, catalog: &Catalog, narrowing: Narrowing) -> Result<RoleTerms, PlanError> {
    let wishes = Wishes {
        narrowing: Some(narrowing),
        ..Wishes::default()
    };
    let chain = plan(catalog, alias, &wishes, &caller())?;
    match chain.hops.into_iter().next_back().unwrap().step {
        Step::AssumeRole(role) => Ok(role.terms),
        step => panic!("{step:?}"),
    }
}

#[test]
fn a_run_is_narrowed_by_one_kind_of_policy() {
    let mut own = role("own", "u", None);
    if let Kind::Chained(chained) = &mut own.kind {
        chained.terms.policy_arns = vec!["arn:aws:iam::aws:policy/X".into()];
    }
    let mut china = role("china", "u", None);
    if let Kind::Chained(chained) = &mut china.kind {
        chained.role_arn = "arn:aws-cn:iam::444455556666:role/R".parse().unwrap();
    }
    let catalog = catalog([user("u", None), role("a", "u", None), own, china]);
    let terms = narrowed("a", &catalog, Narrowing::ReadOnly).unwrap();
    assert_eq!(
        terms.policy_arns,
        ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
    );
    let terms = narrowed("china", &catalog, Narrowing::ReadOnly).unwrap();
    assert_eq!(
        terms.policy_arns,
        ["arn:aws-cn:iam::aws:policy/ReadOnlyAccess"]
    );
    let terms = narrowed("a", &catalog, Narrowing::Policy("{}".into())).unwrap();
    assert_eq!(terms.policy.as_deref(), Some("{}"));
    assert!(matches!(
        narrowed("u", &catalog, Narrowing::ReadOnly),
        Err(PlanError::NarrowedUser(_))
    ));
    assert!(matches!(
        narrowed("own", &catalog, Narrowing::ReadOnly),
        Err(PlanError::NarrowedTwice(_))
    ));
}

#[test]
fn roles_of_identity_center_are_behind_no_login_but_its_own() {
    let role =
        "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123";
    let session = session(
        "sso",
        Kind::Federated(Federated {
            saml_url: "https://idp.example".parse().unwrap(),
            idp_arn: "arn:aws:iam::111122223333:saml-provider/Corp"
                .parse()
                .unwrap(),
            role_arn: role.parse().unwrap(),
            saml_process: None,
        }),
    );
    assert!(matches!(
        plan(&catalog([session]), "sso", &Wishes::default(), &caller()),
        Err(PlanError::IdentityCenterRole { .. })
    ));
}

#[test]
fn further_roles_are_hops_like_any_other() {
    let catalog = catalog([user("u", DEVICE), role("a", "u", Some("4h"))]);
    let further = "arn:aws:iam::555566667777:role/path/Further"
        .parse()
        .unwrap();
    let wishes = Wishes {
        assume: vec![further],
        ..Wishes::default()
    };
    let chain = plan(&catalog, "a", &wishes, &caller()).unwrap();
    let names: Vec<&str> = chain.hops.iter().map(|hop| hop.name.as_str()).collect();
    assert_eq!(names, ["u", "a", "Further"]);
    // With a second role behind it, the first is no longer one long role of its own.
    assert_eq!(lifetimes(&chain), [Some(12 * 3600), Some(3600), Some(3600)]);
    assert_eq!(
        (chain.target.as_str(), chain.account.as_deref()),
        ("a", Some("555566667777"))
    );
    // From a bare user, too; then it is the one that may last.
    let wishes = Wishes {
        duration: Some("4h".parse().unwrap()),
        ..wishes
    };
    let chain = plan(&catalog, "u", &wishes, &caller()).unwrap();
    assert_eq!(lifetimes(&chain), [None, Some(4 * 3600)]);
}
