//! The statements that let somebody through, ready to be put into a policy.

use serde_json::{Map, Value, json};

use super::Principal;

/// What a trust policy needs to say to admit somebody, under conditions that they meet.
pub fn admission(who: &Principal, actions: &[&str], conditions: &[(&str, &str, &str)]) -> Value {
    let principal = match who {
        Principal::Aws { arn, .. } => json!({ "AWS": arn }),
        Principal::Saml { provider } => json!({ "Federated": provider }),
    };
    let mut statement = json!({
        "Effect": "Allow",
        "Principal": principal,
        "Action": one_or_many(actions),
    });
    let mut block: Map<String, Value> = Map::new();
    for (operator, key, value) in conditions {
        block.entry(*operator).or_insert_with(|| json!({}))[*key] = json!(value);
    }
    if !block.is_empty() {
        statement["Condition"] = Value::Object(block);
    }
    statement
}

/// What a policy of an identity needs to say for these actions on a resource.
pub fn permission(actions: &[&str], resource: &str) -> Value {
    json!({
        "Effect": "Allow",
        "Action": one_or_many(actions),
        "Resource": resource,
    })
}

fn one_or_many(actions: &[&str]) -> Value {
    match actions {
        [one] => json!(one),
        many => json!(many),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Document, Facts, Request, Verdict, decide};

    #[test]
    fn what_is_granted_is_allowed() {
        let who = Principal::Aws {
            arn: "arn:aws:iam::111122223333:role/R".into(),
            session: None,
            account: "111122223333".into(),
        };
        let role = "arn:aws:iam::444455556666:role/Audit";
        let mut facts = Facts::default();
        facts.has("sts:ExternalId", "e-1");
        let asked = |statement: &Value, principal| {
            let text = json!({ "Statement": statement }).to_string();
            let document = Document::parse(&text).unwrap();
            let request = Request {
                action: "sts:TagSession",
                resource: role,
                principal,
                facts: &facts,
            };
            decide(&document.statements, &request)
        };
        let actions = ["sts:AssumeRole", "sts:TagSession"];
        let conditions = [("StringEquals", "sts:ExternalId", "e-1")];
        let admission = admission(&who, &actions, &conditions);
        assert_eq!(
            asked(&admission, Some(&who)),
            Verdict::Allowed { by_name: true }
        );
        let permission = permission(&actions, role);
        assert_eq!(
            asked(&permission, None),
            Verdict::Allowed { by_name: false }
        );
        assert_eq!(
            permission.to_string(),
            r#"{"Effect":"Allow","Action":["sts:AssumeRole","sts:TagSession"],"Resource":"arn:aws:iam::444455556666:role/Audit"}"#
        );
    }
}
