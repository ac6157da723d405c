//! The `Condition` element of a statement.
//!
//! Source: IAM User Guide, "Condition operators", "Conditions with multiple context keys or values" and
//! "Single-valued vs. multivalued context keys", as of 2026-11. Where AWS does not say what happens, the
//! result is unknown, never a guess.

mod address;
mod moment;
mod operator;

use std::fmt;

use serde_json::Value;

use super::pattern::{Filled, fill};
use super::texts::texts;
use super::{Fact, Facts, Holds};
use operator::{Operator, Qualifier, Test, Tested};

/// One key of a condition block, under one operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// As it is written: `StringEquals`, `ForAllValues:StringLikeIfExists`.
    written: String,
    /// `None` for an operator that AWS does not document.
    operator: Option<Operator>,
    /// As it is written: `sts:ExternalId`.
    pub key: String,
    /// The values of the policy. One match is enough; for a negated operator none may match.
    pub values: Vec<String>,
    /// Whether `${...}` is a variable in this version of the policy language.
    has_variables: bool,
}

impl Condition {
    /// Reads a condition block; `None` where it is none.
    pub(super) fn parse_block(block: &Value, has_variables: bool) -> Option<Vec<Self>> {
        let mut conditions = Vec::new();
        for (operator, keys) in block.as_object()? {
            for (key, values) in keys.as_object()? {
                conditions.push(Self {
                    written: operator.clone(),
                    operator: Operator::parse(operator),
                    key: key.clone(),
                    values: texts(values)?,
                    has_variables,
                });
            }
        }
        Some(conditions)
    }

    /// Whether it is about this key.
    pub fn is_on(&self, key: &str) -> bool {
        self.key.eq_ignore_ascii_case(key)
    }

    /// A value that meets the condition when the request has exactly this text.
    pub fn wants_exactly(&self) -> Option<&str> {
        self.exact_text().filter(|_| !self.is_negated())
    }

    /// The text that keeps a negated condition from being met, where there is only one.
    pub fn spares_exactly(&self) -> Option<&str> {
        self.exact_text().filter(|_| self.is_negated())
    }

    fn is_negated(&self) -> bool {
        self.operator.is_some_and(|operator| operator.negated)
    }

    /// The first value, where a request with this very text matches it.
    fn exact_text(&self) -> Option<&str> {
        let first = self.values.first()?;
        let is_exact = match self.operator?.test {
            Test::Text { .. } => true,
            Test::Like => !first.contains(['*', '?', '$']),
            _ => false,
        };
        Some(first.as_str()).filter(|_| is_exact)
    }

    /// Whether it is known to be met by a request with these facts.
    pub fn is_met_by(&self, facts: &Facts) -> bool {
        self.holds(facts) == Holds::Yes
    }

    /// Whether it is known not to be met by a request with these facts.
    pub fn is_failed_by(&self, facts: &Facts) -> bool {
        self.holds(facts) == Holds::No
    }

    /// Whether it holds for a request.
    pub(super) fn holds(&self, facts: &Facts) -> Holds {
        let Some(operator) = self.operator.filter(|_| !self.values.is_empty()) else {
            return Holds::Unknown;
        };
        let fact = facts.of(&self.key);
        if operator.test == Test::Null {
            return self.is_as_absent_as(fact);
        }
        let tested: Vec<Tested> = match fact {
            Fact::Unknown => return Holds::Unknown,
            Fact::Absent => Vec::new(),
            Fact::One(text) => vec![Tested::Text(text)],
            Fact::Many(texts) => texts.iter().map(|text| Tested::Text(text)).collect(),
            Fact::Between(from, to) => vec![Tested::Between(*from, *to)],
        };
        let is_absent = tested.is_empty();
        // For the two qualifiers, an empty text is an empty set.
        let is_empty = tested
            .iter()
            .all(|tested| matches!(tested, Tested::Text("")));
        let each = tested
            .iter()
            .map(|tested| self.compare(operator, tested, facts));
        match operator.qualifier {
            Some(Qualifier::ForAllValues) if is_empty => Holds::Yes,
            // AWS says "true" of a missing key under `IfExists`, and "false" of one under `ForAnyValue`.
            Some(Qualifier::ForAnyValue) if is_absent && operator.if_exists => Holds::Unknown,
            Some(Qualifier::ForAnyValue) if is_empty => Holds::No,
            Some(Qualifier::ForAnyValue) => Holds::any(each),
            // A multivalued key needs a qualifier. AWS does not say what happens without one.
            None if matches!(fact, Fact::Many(_)) => Holds::Unknown,
            None if is_absent => Holds::of(operator.if_exists || operator.negated),
            Some(Qualifier::ForAllValues) | None => Holds::all(each),
        }
    }

    /// `Null`: `true` where the key must be missing, `false` where it must be there.
    fn is_as_absent_as(&self, fact: &Fact) -> Holds {
        let is_absent = match fact {
            Fact::Absent => true,
            Fact::Many(texts) if texts.iter().all(String::is_empty) => true,
            Fact::One(text) if text.is_empty() => return Holds::Unknown,
            Fact::Unknown => return Holds::Unknown,
            Fact::One(_) | Fact::Many(_) | Fact::Between(..) => false,
        };
        Holds::any(self.values.iter().map(|value| match value.as_str() {
            "true" => Holds::of(is_absent),
            "false" => Holds::of(!is_absent),
            _ => Holds::Unknown,
        }))
    }

    /// Whether one value of the request matches a value of the policy, or none where the operator is negated.
    fn compare(&self, operator: Operator, tested: &Tested<'_>, facts: &Facts) -> Holds {
        let facts = Some(facts).filter(|_| self.has_variables && operator.test.has_variables());
        let matches = Holds::any(self.values.iter().map(|value| match fill(value, facts) {
            Filled::With(pattern) => operator.test.compare(tested, &pattern),
            // The match fails, and "this might cause the entire statement to be invalid".
            Filled::Missing if operator.negated || self.values.len() > 1 => Holds::Unknown,
            Filled::Missing => Holds::No,
            Filled::Unknown => Holds::Unknown,
        }));
        if operator.negated {
            matches.not()
        } else {
            matches
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} {}",
            self.key,
            self.written,
            self.values.join(" or ")
        )
    }
}

#[cfg(test)]
mod aws_table;
#[cfg(test)]
mod tests;
