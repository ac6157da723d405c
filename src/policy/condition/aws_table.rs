//! Cases from AWS's documentation: `tests/fixtures/policy_conditions.json`, which the tests' own AWS
//! (`tests/aws/conditions.py`) and an independent evaluator (`tests/policy_conditions.rs`) are held to as well.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::policy::{Document, Facts, Holds};

#[derive(Deserialize)]
struct Case {
    condition: Value,
    context: serde_json::Map<String, Value>,
    /// Keys that only AWS can tell. All others that `context` does not have are missing.
    #[serde(default)]
    unknown: Vec<String>,
    #[serde(default = "latest")]
    version: String,
    expected: String,
    page: String,
    says: String,
}

fn latest() -> String {
    "2012-10-17".to_owned()
}

fn facts(case: &Case) -> Facts {
    let mut facts = Facts::default();
    let operators = case.condition.as_object().unwrap().values();
    let keys = operators.flat_map(|keys| keys.as_object().unwrap().keys());
    for key in keys
        .map(String::as_str)
        .chain(["aws:username", "aws:PrincipalTag/team"])
    {
        if !case.unknown.iter().any(|unknown| unknown == key) {
            facts.lacks(key);
        }
    }
    for (key, value) in &case.context {
        match value {
            Value::Array(values) => {
                let values = values
                    .iter()
                    .map(|value| value.as_str().unwrap().to_owned());
                facts.has_all(key, values);
            }
            one => facts.has(key, one.as_str().unwrap()),
        }
    }
    facts
}

#[test]
fn conditions_hold_as_the_documentation_of_aws_says() {
    let table = include_str!("../../../tests/fixtures/policy_conditions.json");
    let cases: Vec<Case> = serde_json::from_str(table).unwrap();
    assert!(cases.len() >= 60);
    let mut wrong = Vec::new();
    for case in &cases {
        let document = json!({"Version": case.version, "Statement": {
            "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": case.condition}});
        let document = Document::parse(&document.to_string()).unwrap();
        let facts = facts(case);
        let conditions = document.statements[0].conditions();
        let holds = Holds::all(conditions.iter().map(|condition| condition.holds(&facts)));
        let holds = match holds {
            Holds::Yes => "true",
            Holds::No => "false",
            Holds::Unknown => "unknown",
        };
        if holds != case.expected {
            wrong.push(format!(
                "{holds} instead of {}: {} with {:?} ({}: {})",
                case.expected, case.condition, case.context, case.page, case.says
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
