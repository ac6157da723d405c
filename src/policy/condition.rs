//! The `Condition` element: operators, `IfExists`, and the two qualifiers of sets.

use std::fmt;

use serde_json::Value;

use super::pattern::{Filled, filled_in, like};
use super::texts::texts;
use super::{Fact, Facts, Holds};

/// One key of a condition block, under one operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// As it is written: `StringEquals`, `ForAllValues:StringLikeIfExists`.
    operator: String,
    /// As it is written: `sts:ExternalId`.
    pub key: String,
    /// What it is compared with: one is enough, or none may be for a negated operator.
    pub values: Vec<String>,
}

/// An operator, taken apart.
struct Operator<'a> {
    all_values: bool,
    name: &'a str,
    negated: bool,
    if_exists: bool,
}

impl Condition {
    /// Reads a condition block; `None` where it is none.
    pub(super) fn parse_block(block: &Value) -> Option<Vec<Self>> {
        let mut conditions = Vec::new();
        for (operator, keys) in block.as_object()? {
            for (key, values) in keys.as_object()? {
                conditions.push(Self {
                    operator: operator.clone(),
                    key: key.clone(),
                    values: texts(values)?,
                });
            }
        }
        Some(conditions)
    }

    /// Whether it is about this key.
    pub fn is_on(&self, key: &str) -> bool {
        self.key.eq_ignore_ascii_case(key)
    }

    /// Whether it is met by the very text of one of its values, so that this could be sent.
    pub fn wants_exactly(&self) -> Option<&str> {
        let operator = self.operator();
        let exact = matches!(operator.name, "StringEquals" | "StringEqualsIgnoreCase")
            || operator.name == "StringLike"
                && self
                    .values
                    .first()
                    .is_some_and(|v| !v.contains(['*', '?', '$']));
        let first = self.values.first().map(String::as_str);
        first.filter(|_| exact && !operator.negated)
    }

    /// The other way round: the text by which it is *not* met, where it wants none but that.
    pub fn spares_exactly(&self) -> Option<&str> {
        let operator = self.operator();
        let exact = matches!(operator.name, "StringEquals" | "StringEqualsIgnoreCase");
        let first = self.values.first().map(String::as_str);
        first.filter(|_| exact && operator.negated)
    }

    /// Whether it holds for a request.
    pub(super) fn holds(&self, facts: &Facts) -> Holds {
        let operator = self.operator();
        let fact = facts.of(&self.key);
        if operator.name == "Null" {
            let wants_absence = self
                .values
                .iter()
                .any(|value| value.eq_ignore_ascii_case("true"));
            return match fact {
                Fact::Unknown => Holds::Unknown,
                Fact::Absent => Holds::of(wants_absence),
                Fact::Values(_) => Holds::of(!wants_absence),
            };
        }
        let values = match fact {
            Fact::Unknown => return Holds::Unknown,
            Fact::Absent => {
                let passes = operator.if_exists || operator.negated || operator.all_values;
                return Holds::of(passes);
            }
            Fact::Values(values) => values,
        };
        let meets_one = |value: &String| {
            Holds::any(
                self.values
                    .iter()
                    .map(|wanted| operator.compare(value, wanted, facts)),
            )
        };
        let each = values.iter().map(meets_one);
        match (operator.negated, operator.all_values) {
            (true, _) => Holds::any(each).not(),
            (false, true) => Holds::all(each),
            (false, false) => Holds::any(each),
        }
    }

    fn operator(&self) -> Operator<'_> {
        let (qualifier, rest) = self
            .operator
            .split_once(':')
            .unwrap_or(("", &self.operator));
        let name = rest.strip_suffix("IfExists").unwrap_or(rest);
        let positive = match name {
            "StringNotEquals" => "StringEquals",
            "StringNotEqualsIgnoreCase" => "StringEqualsIgnoreCase",
            "StringNotLike" => "StringLike",
            "ArnNotEquals" => "ArnEquals",
            "ArnNotLike" => "ArnLike",
            "NumericNotEquals" => "NumericEquals",
            other => other,
        };
        Operator {
            all_values: qualifier.eq_ignore_ascii_case("ForAllValues"),
            name: positive,
            negated: positive != name,
            if_exists: rest != name,
        }
    }
}

impl Operator<'_> {
    fn compare(&self, value: &str, wanted: &str, facts: &Facts) -> Holds {
        let wanted = match filled_in(wanted, facts) {
            Filled::With(wanted) => wanted,
            Filled::Never => return Holds::No,
            Filled::Unknown => return Holds::Unknown,
        };
        let numbers = |test: fn(f64, f64) -> bool| match (value.parse(), wanted.parse()) {
            (Ok(value), Ok(wanted)) => Holds::of(test(value, wanted)),
            _ => Holds::No,
        };
        match self.name {
            "StringEquals" => Holds::of(value == wanted),
            "StringEqualsIgnoreCase" | "Bool" => Holds::of(value.eq_ignore_ascii_case(&wanted)),
            "StringLike" | "ArnEquals" | "ArnLike" => Holds::of(like(&wanted, value)),
            "NumericEquals" => numbers(|value, wanted| value.total_cmp(&wanted).is_eq()),
            "NumericLessThan" => numbers(|value, wanted| value < wanted),
            "NumericLessThanEquals" => numbers(|value, wanted| value <= wanted),
            "NumericGreaterThan" => numbers(|value, wanted| value > wanted),
            "NumericGreaterThanEquals" => numbers(|value, wanted| value >= wanted),
            // Dates, addresses, bytes: nothing that assuming a role turns on, as a rule.
            _ => Holds::Unknown,
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} {}",
            self.key,
            self.operator,
            self.values.join(" or ")
        )
    }
}

#[cfg(test)]
mod tests;
