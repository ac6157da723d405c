//! Policy documents, read.

use serde_json::{Map, Value};

use super::Condition;
use super::principal::{Named, Principals};
use super::texts::texts;

/// A policy document.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Its statements, in their order.
    pub statements: Vec<Statement>,
}

/// One statement of a policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Whether it allows or denies.
    pub effect: Effect,
    pub(super) principals: Option<Principals>,
    pub(super) actions: Patterns,
    /// A trust policy has none: its resource is the role.
    pub(super) resources: Option<Patterns>,
    pub(super) conditions: Vec<Condition>,
    /// Whether `${...}` is a variable: only in version 2012-10-17 of the policy language.
    pub(super) has_variables: bool,
    /// As it is written.
    pub source: Value,
}

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It allows.
    Allow,
    /// It denies, whatever others allow.
    Deny,
}

/// `Action` and `Resource`, or their opposites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Patterns {
    These(Vec<String>),
    AllBut(Vec<String>),
}

/// The text is no policy.
#[derive(Debug, thiserror::Error)]
pub enum InvalidPolicy {
    /// It is not JSON.
    #[error("it is not JSON")]
    Json(#[from] serde_json::Error),
    /// It is not what a policy is made of.
    #[error("its `{0}` is not what a policy has there")]
    Element(&'static str),
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    /// [`InvalidPolicy`], where it is none: IAM keeps no such thing, so that something is odd.
    pub fn parse(text: &str) -> Result<Self, InvalidPolicy> {
        let document: Value = serde_json::from_str(text)?;
        let statements = document
            .get("Statement")
            .ok_or(InvalidPolicy::Element("Statement"))?;
        let has_variables = document.get("Version").and_then(Value::as_str) == Some("2012-10-17");
        let parse = |statement| Statement::parse(statement, has_variables);
        let statements = match statements {
            Value::Array(many) => many.iter().map(parse).collect(),
            one => parse(one).map(|statement| vec![statement]),
        };
        Ok(Self {
            statements: statements?,
        })
    }
}

impl Statement {
    /// When it applies, beside whom and what it is about.
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    fn parse(source: &Value, has_variables: bool) -> Result<Self, InvalidPolicy> {
        let fields = source
            .as_object()
            .ok_or(InvalidPolicy::Element("Statement"))?;
        let effect = match fields.get("Effect").and_then(Value::as_str) {
            Some("Allow") => Effect::Allow,
            Some("Deny") => Effect::Deny,
            _ => return Err(InvalidPolicy::Element("Effect")),
        };
        let named = |key, of: fn(Named) -> Principals| match fields.get(key) {
            None => Ok(None),
            Some(value) => Named::parse(value)
                .map(|named| Some(of(named)))
                .ok_or(InvalidPolicy::Element("Principal")),
        };
        let principals = match named("Principal", Principals::These)? {
            None => named("NotPrincipal", Principals::AllBut)?,
            some => some,
        };
        Ok(Self {
            effect,
            principals,
            actions: patterns(fields, "Action", "NotAction")?
                .ok_or(InvalidPolicy::Element("Action"))?,
            resources: patterns(fields, "Resource", "NotResource")?,
            conditions: match fields.get("Condition") {
                None => Vec::new(),
                Some(block) => Condition::parse_block(block, has_variables)
                    .ok_or(InvalidPolicy::Element("Condition"))?,
            },
            has_variables,
            source: source.clone(),
        })
    }
}

fn patterns(
    fields: &Map<String, Value>,
    these: &'static str,
    all_but: &'static str,
) -> Result<Option<Patterns>, InvalidPolicy> {
    let read = |key: &'static str| {
        let value = fields.get(key);
        value
            .map(|value| texts(value).ok_or(InvalidPolicy::Element(key)))
            .transpose()
    };
    Ok(match read(these)? {
        Some(texts) => Some(Patterns::These(texts)),
        None => read(all_but)?.map(Patterns::AllBut),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_statement_needs_no_list() {
        let one =
            r#"{"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}}"#;
        let document = Document::parse(one).unwrap();
        assert_eq!(document.statements.len(), 1);
        assert_eq!(document.statements[0].effect, Effect::Allow);
    }

    #[test]
    fn what_is_no_policy_says_where() {
        for (text, element) in [
            ("{}", "Statement"),
            (r#"{"Statement": 1}"#, "Statement"),
            (r#"{"Statement": {"Effect": "Maybe"}}"#, "Effect"),
            (r#"{"Statement": {"Effect": "Deny"}}"#, "Action"),
            (
                r#"{"Statement": {"Effect": "Deny", "Action": {}}}"#,
                "Action",
            ),
            (
                r#"{"Statement": {"Effect": "Deny", "Action": "*", "Principal": "x"}}"#,
                "Principal",
            ),
            (
                r#"{"Statement": {"Effect": "Deny", "Action": "*", "Condition": []}}"#,
                "Condition",
            ),
        ] {
            let error = Document::parse(text).unwrap_err().to_string();
            assert!(error.contains(&format!("`{element}`")), "{text}: {error}");
        }
        assert!(Document::parse("{").is_err());
    }
}
