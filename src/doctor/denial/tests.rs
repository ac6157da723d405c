use serde_json::{Value, json};

use super::*;
use crate::doctor::request::MfaWay;
use crate::policy::Facts;

const ALICE: &str = "arn:aws:iam::111122223333:user/alice";
const AUDIT: &str = "arn:aws:iam::444455556666:role/Audit";

fn document(statements: &Value) -> Document {
    Document::parse(&json!({ "Statement": statements }).to_string()).unwrap()
}

fn seen(statements: &Value) -> Sight {
    Sight {
        seen: vec![document(statements)],
        unseen: Vec::new(),
    }
}

fn unseen() -> Sight {
    Sight {
        seen: Vec::new(),
        unseen: vec!["not for us".to_owned()],
    }
}

fn allow() -> Value {
    json!({"Effect": "Allow", "Action": "*", "Resource": "*"})
}

fn admit() -> Value {
    json!({"Effect": "Allow", "Principal": {"AWS": ALICE}, "Action": "sts:AssumeRole"})
}

/// A user who asks for a role of another account, without MFA and without an external id.
struct Case {
    asker: Principal,
    role: RoleArn,
    asked: Asked,
}

impl Case {
    fn new() -> Self {
        let mut facts = Facts::default();
        facts.lacks("sts:ExternalId");
        facts.lacks("aws:MultiFactorAuthPresent");
        Self {
            asker: Principal::Aws {
                arn: ALICE.into(),
                session: None,
                account: "111122223333".into(),
            },
            role: AUDIT.parse().unwrap(),
            asked: Asked {
                actions: vec!["sts:AssumeRole"],
                facts,
                mfa: MfaWay::Possible,
            },
        }
    }

    fn denial(&self, trust: Sight, identity: Sight) -> Denial<'_> {
        Denial {
            asker: &self.asker,
            role: &self.role,
            asked: &self.asked,
            session: Some("audit"),
            below: Some("corp"),
            root: "corp",
            mfa_device: None,
            trust,
            identity,
            session_policies: Vec::new(),
            narrowed_by: "policy",
            boundary: None,
            simulated: None,
        }
    }

    fn findings(&self, trust: Sight, identity: Sight) -> Vec<Finding> {
        diagnosed(&self.denial(trust, identity))
    }
}

/// The findings, none of which leaves a person without a next step.
fn diagnosed(denial: &Denial<'_>) -> Vec<Finding> {
    let findings = denial.diagnose().findings;
    for finding in &findings {
        assert!(!finding.mends.is_empty(), "{finding:?}");
    }
    findings
}

fn causes(findings: &[Finding]) -> Vec<(Cause, Certainty)> {
    let cause = |finding: &Finding| (finding.cause, finding.certainty);
    findings.iter().map(cause).collect()
}

#[test]
fn the_side_that_does_not_allow_is_named_with_what_to_add() {
    let case = Case::new();
    let findings = case.findings(seen(&admit()), seen(&json!([])));
    assert_eq!(
        causes(&findings),
        [(Cause::IdentityPolicy, Certainty::Certain)]
    );
    assert_eq!(
        findings[0].mends,
        [Mend::Add {
            to: Place::Identity(ALICE.into()),
            statement: json!({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": AUDIT}),
        }]
    );
    let findings = case.findings(seen(&json!([])), seen(&allow()));
    assert_eq!(
        causes(&findings),
        [(Cause::TrustPolicy, Certainty::Certain)]
    );
    assert_eq!(
        findings[0].mends,
        [Mend::Add {
            to: Place::Trust(AUDIT.into()),
            statement: json!({"Effect": "Allow", "Principal": {"AWS": ALICE}, "Action": "sts:AssumeRole"}),
        }]
    );
    // Both at once are both named.
    let both = case.findings(seen(&json!([])), seen(&json!([])));
    assert_eq!(both.len(), 2);
}

#[test]
fn what_could_not_be_read_is_found_by_what_could() {
    let case = Case::new();
    for (trust, identity, expected) in [
        (
            seen(&admit()),
            unseen(),
            vec![(Cause::IdentityPolicy, Certainty::Likely)],
        ),
        (
            unseen(),
            seen(&allow()),
            vec![(Cause::TrustPolicy, Certainty::Likely)],
        ),
        (
            unseen(),
            unseen(),
            vec![
                (Cause::TrustPolicy, Certainty::Possible),
                (Cause::IdentityPolicy, Certainty::Possible),
            ],
        ),
        (
            seen(&json!([])),
            unseen(),
            vec![(Cause::TrustPolicy, Certainty::Certain)],
        ),
        (
            seen(&admit()),
            seen(&allow()),
            vec![(Cause::Elsewhere, Certainty::Likely)],
        ),
    ] {
        let diagnosis = case.denial(trust, identity).diagnose();
        assert_eq!(causes(&diagnosis.findings), expected);
        for finding in &diagnosis.findings {
            let has_statement = matches!(finding.mends[..], [Mend::Add { .. }]);
            assert_eq!(has_statement, finding.cause != Cause::Elsewhere);
        }
    }
}

#[test]
fn an_explicit_denial_is_shown_as_it_stands() {
    let case = Case::new();
    let deny = json!({"Sid": "No", "Effect": "Deny", "Action": "sts:*", "Resource": "*"});
    let findings = case.findings(seen(&admit()), seen(&json!([allow(), deny])));
    assert_eq!(
        causes(&findings),
        [(Cause::IdentityPolicyDenies, Certainty::Certain)]
    );
    let [Mend::Remove { statement, .. }] = &findings[0].mends[..] else {
        panic!("{findings:?}");
    };
    assert_eq!(*statement, deny);
}

#[test]
fn conditions_that_the_session_can_meet_are_met_there() {
    let case = Case::new();
    let admit_if = |condition: &Value| {
        let mut statement = admit();
        statement["Condition"] = condition.clone();
        seen(&statement)
    };
    let set = |session: &str, key, value: Option<&str>| {
        vec![Mend::Set {
            session: session.to_owned(),
            key,
            value: value.map(str::to_owned),
        }]
    };
    for (condition, cause, mends) in [
        (
            json!({"StringEquals": {"sts:ExternalId": "e-1"}}),
            Cause::ExternalId,
            set("audit", "external_id", Some("e-1")),
        ),
        (
            json!({"StringLike": {"sts:ExternalId": "e-*"}}),
            Cause::ExternalId,
            set("audit", "external_id", None),
        ),
        (
            json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
            Cause::Mfa,
            set("corp", "mfa_device", None),
        ),
        (
            json!({"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}),
            Cause::Condition,
            vec![Mend::Compare {
                with: Place::Trust(AUDIT.into()),
            }],
        ),
    ] {
        let findings = case.findings(admit_if(&condition), seen(&allow()));
        // Nothing was said of the age: so it cannot be told.
        let certainty = if cause == Cause::Condition {
            Certainty::Possible
        } else {
            Certainty::Certain
        };
        assert_eq!(findings[0].cause, cause, "{condition}");
        assert_eq!(findings[0].certainty, certainty, "{condition}");
        assert_eq!(findings[0].mends, mends, "{condition}");
    }
}

#[test]
fn what_sts_accepts_from_nobody_is_never_offered() {
    let case = Case::new();
    for id in ["x$(id)", "a b", "x", "it's", "x\ny", &"x".repeat(1225)] {
        let mut statement = admit();
        statement["Condition"] = json!({"StringEquals": {"sts:ExternalId": id}});
        let findings = case.findings(seen(&statement), seen(&allow()));
        assert_eq!(causes(&findings), [(Cause::ExternalId, Certainty::Certain)]);
        assert!(findings[0].detail.contains("STS accepts no such text"));
        let mend = Mend::Add {
            to: Place::Trust(AUDIT.into()),
            statement: admit(),
        };
        assert_eq!(findings[0].mends, [mend], "{id}");
        // A denial that only such a text would spare has to go.
        let mut denial = admit();
        denial["Effect"] = json!("Deny");
        denial["Condition"] = json!({"StringNotEquals": {"sts:ExternalId": id}});
        let findings = case.findings(seen(&json!([admit(), denial])), seen(&allow()));
        assert!(
            matches!(findings[0].mends[..], [Mend::Remove { .. }]),
            "{id}"
        );
    }
}

#[test]
fn a_role_without_a_session_is_offered_one() {
    let case = Case::new();
    let mut statement = admit();
    statement["Condition"] = json!({"StringEquals": {"sts:ExternalId": "e-1"}});
    let mut denial = case.denial(seen(&statement), seen(&allow()));
    denial.session = None;
    denial.below = Some("r1");
    let mend = Mend::Define {
        role_arn: AUDIT.into(),
        assumer: Some("r1".into()),
        key: "external_id",
        value: Some("e-1".into()),
    };
    assert_eq!(diagnosed(&denial)[0].mends, [mend]);
}

#[test]
fn where_mfa_can_not_come_the_role_must_demand_none() {
    let mut case = Case::new();
    case.asked.mfa = MfaWay::Never;
    let mut statement = admit();
    statement["Condition"] = json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}});
    let findings = case.findings(seen(&statement), seen(&allow()));
    assert_eq!(causes(&findings), [(Cause::Mfa, Certainty::Certain)]);
    let [Mend::Add { to, statement }] = &findings[0].mends[..] else {
        panic!("{findings:?}");
    };
    assert_eq!(*to, Place::Trust(AUDIT.into()));
    assert_eq!(*statement, admit());
}

#[test]
fn a_denial_without_mfa_is_mended_by_mfa() {
    let case = Case::new();
    let deny = json!({"Effect": "Deny", "NotAction": "iam:*", "Resource": "*",
        "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}});
    let findings = case.findings(seen(&admit()), seen(&json!([allow(), deny])));
    assert_eq!(causes(&findings), [(Cause::Mfa, Certainty::Certain)]);
    assert!(matches!(
        findings[0].mends[..],
        [Mend::Set {
            key: "mfa_device",
            ..
        }]
    ));
    let mut trust = admit();
    trust["Effect"] = json!("Deny");
    trust["Condition"] = json!({"StringNotEquals": {"sts:ExternalId": "e-1"}});
    let findings = case.findings(seen(&json!([admit(), trust])), seen(&allow()));
    assert_eq!(causes(&findings), [(Cause::ExternalId, Certainty::Certain)]);
}

#[test]
fn a_guard_that_does_not_apply_is_not_blamed() {
    let mut case = Case::new();
    case.asked.facts.lacks("aws:TagKeys");
    let deny = |condition: Value| {
        let deny =
            json!({"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition});
        json!([allow(), deny])
    };
    // Not met: nothing that was read refuses the request.
    for condition in [
        json!({"ForAnyValue:StringNotEquals": {"aws:TagKeys": "team"}}),
        json!({"Null": {"aws:TagKeys": "false"}, "ForAllValues:StringNotLike": {"aws:TagKeys": "t*"}}),
    ] {
        let findings = case.findings(seen(&admit()), seen(&deny(condition.clone())));
        assert_eq!(
            causes(&findings),
            [(Cause::Elsewhere, Certainty::Likely)],
            "{condition}"
        );
    }
    // Only AWS can tell whether these are met: nothing is to be removed.
    for condition in [
        json!({"ForAnyValue:StringNotLike": {"aws:PrincipalOrgPaths": "o-1/*"}}),
        json!({"ForAllValues:StringNotLike": {"aws:PrincipalOrgPaths": "o-1/*"}}),
        json!({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
        json!({"DateGreaterThan": {"aws:CurrentTime": "soon"}}),
        json!({"StringNotEqualsOrNot": {"aws:TagKeys": "team"}}),
    ] {
        let findings = case.findings(seen(&admit()), seen(&deny(condition.clone())));
        assert_eq!(
            causes(&findings),
            [(Cause::Condition, Certainty::Possible)],
            "{condition}"
        );
        assert!(
            matches!(&findings[0].mends[..], [Mend::Compare { .. }]),
            "{findings:?}"
        );
    }
}

#[test]
fn revoked_credentials_are_replaced_and_the_revocation_stays() {
    let mut case = Case::new();
    let revoked = |at: &str| {
        json!([allow(), {"Effect": "Deny", "Action": "*", "Resource": "*",
            "Condition": {"DateLessThan": {"aws:TokenIssueTime": at}}}])
    };
    let (nine, ten) = (1_795_338_000, 1_795_341_600);
    case.asked
        .facts
        .has_time_between("aws:CurrentTime", ten - 900, ten + 900);
    case.asked
        .facts
        .has_time_between("aws:TokenIssueTime", nine - 900, nine + 900);
    let findings = case.findings(seen(&admit()), seen(&revoked("2026-11-22T09:30:00.123Z")));
    assert_eq!(causes(&findings), [(Cause::Condition, Certainty::Certain)]);
    let again = Mend::LogInAgain {
        session: "corp".into(),
    };
    assert_eq!(findings[0].mends, [again]);
    // Within the time that clocks may differ, nobody can tell.
    let findings = case.findings(seen(&admit()), seen(&revoked("2026-11-22T09:10:00Z")));
    assert_eq!(causes(&findings), [(Cause::Condition, Certainty::Possible)]);
    // New credentials would be denied as well.
    let findings = case.findings(seen(&admit()), seen(&revoked("2027-01-01T00:00:00Z")));
    assert!(matches!(&findings[0].mends[..], [Mend::Remove { .. }]));
    // A long-lived key was not issued at any time, and is not what the policy means.
    case.asked.facts.lacks("aws:TokenIssueTime");
    let findings = case.findings(seen(&admit()), seen(&revoked("2027-01-01T00:00:00Z")));
    assert_eq!(causes(&findings), [(Cause::Elsewhere, Certainty::Likely)]);
}

#[test]
fn in_one_account_a_trust_policy_that_names_them_is_enough() {
    let mut case = Case::new();
    case.role = "arn:aws:iam::111122223333:role/Audit".parse().unwrap();
    let findings = case.findings(seen(&admit()), seen(&json!([])));
    assert_eq!(causes(&findings), [(Cause::Elsewhere, Certainty::Likely)]);
    let deny = json!({"Effect": "Deny", "Action": "*", "Resource": "*"});
    let findings = case.findings(seen(&admit()), seen(&deny));
    assert_eq!(
        causes(&findings),
        [(Cause::IdentityPolicyDenies, Certainty::Certain)]
    );
}

#[test]
fn what_narrows_and_what_bounds_must_allow_it_too() {
    let case = Case::new();
    let only_s3 = document(&json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*"}));
    let mut denial = case.denial(seen(&admit()), seen(&allow()));
    denial.session_policies = vec![only_s3.clone()];
    assert_eq!(
        causes(&diagnosed(&denial)),
        [(Cause::SessionPolicy, Certainty::Certain)]
    );
    denial.session_policies.push(document(&allow()));
    denial.boundary = Some(("arn:aws:iam::111122223333:policy/B".into(), only_s3));
    let findings = denial.diagnose().findings;
    assert_eq!(causes(&findings), [(Cause::Boundary, Certainty::Certain)]);
    assert!(matches!(
        &findings[0].mends[..],
        [Mend::Add {
            to: Place::Managed(_),
            ..
        }]
    ));
}

#[test]
fn what_iam_itself_says_stands_in_for_what_could_not_be_read() {
    let case = Case::new();
    for (simulated, expected) in [
        (Simulation::Allows, (Cause::Elsewhere, Certainty::Likely)),
        (
            Simulation::DoesNotAllow,
            (Cause::IdentityPolicy, Certainty::Certain),
        ),
        (
            Simulation::Denies,
            (Cause::IdentityPolicyDenies, Certainty::Certain),
        ),
        (
            Simulation::OrganizationForbids,
            (Cause::Elsewhere, Certainty::Certain),
        ),
    ] {
        let mut denial = case.denial(seen(&admit()), unseen());
        denial.simulated = Some(simulated);
        assert_eq!(causes(&diagnosed(&denial)), [expected], "{simulated:?}");
    }
}

#[test]
fn every_action_that_is_needed_is_asked_for_at_once() {
    let mut case = Case::new();
    case.asked.actions = vec!["sts:AssumeRole", "sts:TagSession"];
    let findings = case.findings(seen(&admit()), seen(&allow()));
    assert_eq!(
        causes(&findings),
        [(Cause::TrustPolicy, Certainty::Certain)]
    );
    let [Mend::Add { statement, .. }] = &findings[0].mends[..] else {
        panic!("{findings:?}");
    };
    assert_eq!(statement["Action"], json!("sts:TagSession"));
}

#[test]
fn a_provider_is_admitted_with_its_audience() {
    let case = Case {
        asker: Principal::Saml {
            provider: "arn:aws-cn:iam::444455556666:saml-provider/Corp".into(),
        },
        asked: Asked {
            actions: vec!["sts:AssumeRoleWithSAML"],
            facts: Facts::default(),
            mfa: MfaWay::Never,
        },
        ..Case::new()
    };
    let findings = case.findings(seen(&json!([])), Sight::default());
    let [Mend::Add { statement, .. }] = &findings[0].mends[..] else {
        panic!("{findings:?}");
    };
    assert_eq!(
        *statement,
        json!({
            "Effect": "Allow",
            "Principal": {"Federated": "arn:aws-cn:iam::444455556666:saml-provider/Corp"},
            "Action": "sts:AssumeRoleWithSAML",
            "Condition": {"StringEquals": {"SAML:aud": "https://signin.amazonaws.cn/saml"}},
        })
    );
}
