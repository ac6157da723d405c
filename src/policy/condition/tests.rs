use super::*;
use serde_json::json;

fn facts() -> Facts {
    let mut facts = Facts::default();
    facts.has("sts:ExternalId", "e-1");
    facts.lacks("aws:MultiFactorAuthPresent");
    facts.has("aws:MultiFactorAuthAge", "1800");
    facts.has("aws:PrincipalArn", "arn:aws:iam::111122223333:role/R");
    facts.has_all("aws:TagKeys", ["team".to_owned(), "cost".to_owned()]);
    facts.has("sts:RoleSessionName", "alice");
    facts.has("aws:username", "alice");
    facts
}

fn holds(block: &Value) -> Holds {
    let conditions = Condition::parse_block(block, true).unwrap();
    Holds::all(conditions.iter().map(|condition| condition.holds(&facts())))
}

#[test]
fn what_is_known_decides() {
    for (block, expected) in [
        (
            json!({"StringEquals": {"sts:ExternalId": "e-1"}}),
            Holds::Yes,
        ),
        (
            json!({"StringEquals": {"STS:externalid": ["x", "e-1"]}}),
            Holds::Yes,
        ),
        (
            json!({"StringEquals": {"sts:ExternalId": "E-1"}}),
            Holds::No,
        ),
        (
            json!({"StringEqualsIgnoreCase": {"sts:ExternalId": "E-1"}}),
            Holds::Yes,
        ),
        (
            json!({"StringNotEquals": {"sts:ExternalId": "e-2"}}),
            Holds::Yes,
        ),
        (
            json!({"StringNotEquals": {"sts:ExternalId": ["e-2", "e-1"]}}),
            Holds::No,
        ),
        (json!({"StringLike": {"sts:ExternalId": "e-*"}}), Holds::Yes),
        (
            json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/?"}}),
            Holds::Yes,
        ),
        (
            json!({"ArnNotEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/R"}}),
            Holds::No,
        ),
        (
            json!({"StringEquals": {"sts:RoleSessionName": "${aws:username}"}}),
            Holds::Yes,
        ),
        (
            json!({"StringEquals": {"sts:RoleSessionName": "${aws:PrincipalTag/x}"}}),
            Holds::Unknown,
        ),
        (
            json!({"NumericLessThan": {"aws:MultiFactorAuthAge": 3600}}),
            Holds::Yes,
        ),
        (
            json!({"NumericLessThan": {"aws:MultiFactorAuthAge": "900"}}),
            Holds::No,
        ),
        (
            json!({"NumericEquals": {"aws:MultiFactorAuthAge": "1800.0"}}),
            Holds::Yes,
        ),
        (
            json!({"NumericLessThan": {"aws:MultiFactorAuthAge": "soon"}}),
            Holds::Unknown,
        ),
    ] {
        assert_eq!(holds(&block), expected, "{block}");
    }
}

#[test]
fn an_absent_key_fails_unless_the_operator_forgives_it() {
    for (block, expected) in [
        (
            json!({"Bool": {"aws:MultiFactorAuthPresent": true}}),
            Holds::No,
        ),
        (
            json!({"Bool": {"aws:MultiFactorAuthPresent": "false"}}),
            Holds::No,
        ),
        (
            json!({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}),
            Holds::Yes,
        ),
        (
            json!({"StringNotEquals": {"aws:MultiFactorAuthPresent": "x"}}),
            Holds::Yes,
        ),
        (
            json!({"Null": {"aws:MultiFactorAuthPresent": "true"}}),
            Holds::Yes,
        ),
        (
            json!({"Null": {"aws:MultiFactorAuthPresent": false}}),
            Holds::No,
        ),
        (json!({"Null": {"sts:ExternalId": "false"}}), Holds::Yes),
        (
            json!({"ForAllValues:StringEquals": {"aws:MultiFactorAuthPresent": "x"}}),
            Holds::Yes,
        ),
    ] {
        assert_eq!(holds(&block), expected, "{block}");
    }
}

#[test]
fn sets_are_for_all_or_for_any() {
    for (block, expected) in [
        (
            json!({"ForAllValues:StringEquals": {"aws:TagKeys": ["team", "cost", "x"]}}),
            Holds::Yes,
        ),
        (
            json!({"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}),
            Holds::No,
        ),
        (
            json!({"ForAnyValue:StringEquals": {"aws:TagKeys": ["team"]}}),
            Holds::Yes,
        ),
    ] {
        assert_eq!(holds(&block), expected, "{block}");
    }
}

#[test]
fn what_can_not_be_known_is_not_guessed() {
    for block in [
        json!({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}),
        json!({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}),
        json!({"DateLessThan": {"sts:ExternalId": "2030-01-01T00:00:00Z"}}),
        json!({"Null": {"aws:SourceVpc": "true"}}),
    ] {
        assert_eq!(holds(&block), Holds::Unknown, "{block}");
    }
}

#[test]
fn some_conditions_tell_what_to_send() {
    let wants = |block: &Value| {
        let conditions = Condition::parse_block(block, true).unwrap();
        conditions[0].wants_exactly().map(str::to_owned)
    };
    assert_eq!(
        wants(&json!({"StringEquals": {"sts:ExternalId": ["e-1", "e-2"]}})).unwrap(),
        "e-1"
    );
    assert_eq!(
        wants(&json!({"StringLike": {"sts:ExternalId": "e-1"}})).unwrap(),
        "e-1"
    );
    assert_eq!(
        wants(&json!({"StringLike": {"sts:ExternalId": "e-*"}})),
        None
    );
    assert_eq!(
        wants(&json!({"StringNotEquals": {"sts:ExternalId": "e-1"}})),
        None
    );
}
