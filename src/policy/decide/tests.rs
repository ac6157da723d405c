use serde_json::{Value, json};

use super::*;
use crate::policy::Document;

const ROLE: &str = "arn:aws:iam::444455556666:role/Audit";

fn statements(statements: &Value) -> Vec<Statement> {
    let text = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    Document::parse(&text).unwrap().statements
}

fn facts() -> Facts {
    let mut facts = Facts::default();
    facts.has("sts:ExternalId", "e-1");
    facts.lacks("aws:MultiFactorAuthPresent");
    facts.has("aws:username", "alice");
    facts
}

/// What the policies of an identity say.
fn identity(of: &Value) -> Verdict {
    let facts = facts();
    let request = Request {
        action: "sts:AssumeRole",
        resource: ROLE,
        principal: None,
        facts: &facts,
    };
    decide(&statements(of), &request)
}

/// What a trust policy says to alice.
fn trust(of: &Value) -> Verdict {
    let facts = facts();
    let alice = Principal::Aws {
        arn: "arn:aws:iam::111122223333:user/alice".into(),
        session: None,
        account: "111122223333".into(),
    };
    let request = Request {
        action: "sts:AssumeRole",
        resource: ROLE,
        principal: Some(&alice),
        facts: &facts,
    };
    decide(&statements(of), &request)
}

const ALLOWED: Verdict = Verdict::Allowed { by_name: false };

#[test]
fn actions_and_resources_are_patterns() {
    for (statement, expected) in [
        (
            json!({"Effect": "Allow", "Action": "*", "Resource": "*"}),
            ALLOWED,
        ),
        (
            json!({"Effect": "Allow", "Action": "STS:assume*", "Resource": ROLE}),
            ALLOWED,
        ),
        (
            json!({"Effect": "Allow", "Action": ["s3:*", "sts:AssumeRole"], "Resource": ["x", "arn:*:role/Audit"]}),
            ALLOWED,
        ),
        (
            json!({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),
            ALLOWED,
        ),
        (
            json!({"Effect": "Allow", "NotAction": "sts:*", "Resource": "*"}),
            Verdict::NotAllowed,
        ),
        (
            json!({"Effect": "Allow", "Action": "*", "NotResource": "arn:*:role/Admin"}),
            ALLOWED,
        ),
        (
            json!({"Effect": "Allow", "Action": "*", "NotResource": ROLE}),
            Verdict::NotAllowed,
        ),
        (
            json!({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::444455556666:role/audit"}),
            Verdict::NotAllowed,
        ),
        (
            json!({"Effect": "Allow", "Action": "sts:AssumeRoleWithSAML", "Resource": "*"}),
            Verdict::NotAllowed,
        ),
        (json!([]), Verdict::NotAllowed),
    ] {
        assert_eq!(identity(&statement), expected, "{statement}");
    }
}

#[test]
fn a_denial_wins_where_it_applies() {
    let allow = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
    let deny = json!({"Effect": "Deny", "Action": "sts:*", "Resource": "*"});
    let Verdict::DeniedBy(statement) = identity(&json!([allow, deny])) else {
        panic!("not denied");
    };
    assert_eq!(statement.source, deny);
    let elsewhere = json!({"Effect": "Deny", "Action": "*", "Resource": "arn:*:role/Admin"});
    assert_eq!(identity(&json!([allow, elsewhere])), ALLOWED);
    let unmet = json!({"Effect": "Deny", "Action": "*", "Resource": "*",
        "Condition": {"StringNotEquals": {"sts:ExternalId": "e-1"}}});
    assert_eq!(identity(&json!([allow, unmet])), ALLOWED);
    let without_mfa = json!({"Effect": "Deny", "Action": "*", "Resource": "*",
        "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}});
    assert!(matches!(
        identity(&json!([allow, without_mfa])),
        Verdict::DeniedBy(_)
    ));
}

#[test]
fn the_statement_that_is_nearest_names_what_fails() {
    let statement = |condition: &Value| json!({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "111122223333"}, "Condition": condition});
    let both = statement(&json!({"Bool": {"aws:MultiFactorAuthPresent": "true"},
        "StringEquals": {"sts:ExternalId": "e-2"}}));
    let one = statement(&json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}}));
    let Verdict::Unmet {
        statement,
        conditions,
    } = trust(&json!([both, one]))
    else {
        panic!("met");
    };
    assert_eq!(statement.source, one);
    assert_eq!(conditions.len(), 1);
    assert!(conditions[0].is_on("AWS:multifactorauthpresent"));
    assert_eq!(
        conditions[0].to_string(),
        "aws:MultiFactorAuthPresent Bool true"
    );
}

#[test]
fn what_can_not_be_told_is_said() {
    let in_org = json!({"StringEquals": {"aws:PrincipalOrgID": "o-1"}});
    let maybe = json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": in_org});
    let Verdict::DependsOn { conditions, .. } = identity(&maybe) else {
        panic!("told");
    };
    assert_eq!(conditions[0].key, "aws:PrincipalOrgID");
    // An allowance that may be taken away again is none that can be relied on.
    let allow = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
    let may_deny = json!({"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": in_org});
    assert!(matches!(
        identity(&json!([allow, may_deny])),
        Verdict::DependsOn { .. }
    ));
    // One that fails for certain does not depend on the rest.
    let fails = json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {
        "StringEquals": {"aws:PrincipalOrgID": "o-1", "sts:ExternalId": "e-2"}}});
    assert!(matches!(identity(&fails), Verdict::Unmet { .. }));
    // And what another allows for certain is allowed.
    assert_eq!(identity(&json!([maybe, allow])), ALLOWED);
}

#[test]
fn resources_may_speak_of_who_asks() {
    let statement =
        |resource: &str| json!({"Effect": "Allow", "Action": "*", "Resource": resource});
    let own = statement("arn:aws:iam::444455556666:role/${aws:username}");
    assert_eq!(identity(&own), Verdict::NotAllowed);
    let untold = statement("arn:aws:iam::444455556666:role/${aws:PrincipalTag/role}");
    assert!(matches!(identity(&untold), Verdict::DependsOn { .. }));
}

#[test]
fn a_trust_policy_names_who_may_ask() {
    let statement = |principal: &Value| json!({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal});
    for (principal, expected) in [
        (
            json!({"AWS": "arn:aws:iam::111122223333:user/alice"}),
            Verdict::Allowed { by_name: true },
        ),
        (json!({"AWS": "arn:aws:iam::111122223333:root"}), ALLOWED),
        (json!("*"), ALLOWED),
        (
            json!({"AWS": "arn:aws:iam::111122223333:user/bob"}),
            Verdict::NotAllowed,
        ),
        (json!({"Service": "ec2.amazonaws.com"}), Verdict::NotAllowed),
    ] {
        assert_eq!(trust(&statement(&principal)), expected, "{principal}");
    }
    let all_but = json!([
        statement(&json!("*")),
        {"Effect": "Deny", "Action": "*", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:user/bob"}},
    ]);
    assert!(matches!(trust(&all_but), Verdict::DeniedBy(_)));
    // A policy of an identity is no trust policy, and the other way round.
    assert_eq!(
        trust(&json!({"Effect": "Allow", "Action": "*", "Resource": "*"})),
        Verdict::NotAllowed
    );
    assert_eq!(identity(&statement(&json!("*"))), Verdict::NotAllowed);
}
