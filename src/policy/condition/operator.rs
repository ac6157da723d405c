//! Condition operators: what their names mean, and how one value is compared with another.

use super::address;
use super::moment::Moment;
use crate::policy::Holds;
use crate::policy::pattern::Pattern;

/// A condition operator, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Operator {
    pub(super) qualifier: Option<Qualifier>,
    pub(super) test: Test,
    pub(super) negated: bool,
    pub(super) if_exists: bool,
}

/// The set operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Qualifier {
    ForAllValues,
    ForAnyValue,
}

/// How values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Test {
    Null,
    Text { ignore_case: bool },
    Like,
    Arn,
    Bool,
    Binary,
    Number(Order),
    Date(Order),
    Address,
}

/// How the value of the request stands to that of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A value of the request.
#[derive(Clone, Copy, Debug)]
pub(super) enum Tested<'a> {
    Text(&'a str),
    /// A point in time between these two, in seconds since 1970.
    Between(i64, i64),
}

impl Operator {
    /// `None` for an operator that AWS does not document, in this very spelling.
    pub(super) fn parse(written: &str) -> Option<Self> {
        let (qualifier, rest) = match written.split_once(':') {
            None => (None, written),
            Some(("ForAllValues", rest)) => (Some(Qualifier::ForAllValues), rest),
            Some(("ForAnyValue", rest)) => (Some(Qualifier::ForAnyValue), rest),
            Some(_) => return None,
        };
        let name = rest.strip_suffix("IfExists").unwrap_or(rest);
        let if_exists = name != rest;
        let (test, negated) = test(name)?;
        if test == Test::Null && (if_exists || qualifier.is_some()) {
            return None;
        }
        Some(Self {
            qualifier,
            test,
            negated,
            if_exists,
        })
    }
}

/// What an operator tests, and whether it is negated.
fn test(name: &str) -> Option<(Test, bool)> {
    let exact = Test::Text { ignore_case: false };
    let ignoring_case = Test::Text { ignore_case: true };
    Some(match name {
        "Null" => (Test::Null, false),
        "StringEquals" => (exact, false),
        "StringNotEquals" => (exact, true),
        "StringEqualsIgnoreCase" => (ignoring_case, false),
        "StringNotEqualsIgnoreCase" => (ignoring_case, true),
        "StringLike" => (Test::Like, false),
        "StringNotLike" => (Test::Like, true),
        "ArnEquals" | "ArnLike" => (Test::Arn, false),
        "ArnNotEquals" | "ArnNotLike" => (Test::Arn, true),
        "Bool" => (Test::Bool, false),
        "BinaryEquals" => (Test::Binary, false),
        "IpAddress" => (Test::Address, false),
        "NotIpAddress" => (Test::Address, true),
        _ => {
            let (of, order) = name
                .strip_prefix("Numeric")
                .map(|order| (Test::Number as fn(Order) -> Test, order))
                .or_else(|| Some((Test::Date as fn(Order) -> Test, name.strip_prefix("Date")?)))?;
            let (order, negated) = match order {
                "Equals" => (Order::Equal, false),
                "NotEquals" => (Order::Equal, true),
                "LessThan" => (Order::Less, false),
                "LessThanEquals" => (Order::LessOrEqual, false),
                "GreaterThan" => (Order::Greater, false),
                "GreaterThanEquals" => (Order::GreaterOrEqual, false),
                _ => return None,
            };
            (of(order), negated)
        }
    })
}

impl Test {
    /// Whether `${...}` in the policy's value is a variable.
    pub(super) fn has_variables(self) -> bool {
        matches!(
            self,
            Self::Text { .. } | Self::Like | Self::Arn | Self::Bool
        )
    }

    /// Compares a value of the request with one of the policy. A value that has not the form that the
    /// operator wants gives [`Holds::Unknown`].
    pub(super) fn compare(self, tested: &Tested<'_>, wanted: &Pattern) -> Holds {
        let text = match (self, tested) {
            (Self::Date(order), tested) => {
                let moment = match tested {
                    Tested::Text(text) => Moment::parse(text),
                    Tested::Between(from, to) => Some(Moment::between(*from, *to)),
                };
                return match (moment, Moment::parse(&wanted.text())) {
                    (Some(moment), Some(wanted)) => moment.stands(order, &wanted),
                    _ => Holds::Unknown,
                };
            }
            (_, Tested::Between(..)) => return Holds::Unknown,
            (_, Tested::Text(text)) => text,
        };
        match self {
            Self::Text { ignore_case: false } | Self::Binary => Holds::of(wanted.text() == *text),
            Self::Text { ignore_case: true } => {
                Holds::of(wanted.text().to_lowercase() == text.to_lowercase())
            }
            Self::Like => Holds::of(wanted.is_like(text)),
            Self::Arn => arns(text, wanted),
            Self::Bool => match (boolean(text), boolean(&wanted.text())) {
                (Some(is), Some(wanted)) => Holds::of(is == wanted),
                _ => Holds::Unknown,
            },
            Self::Number(order) => match (number(text), number(&wanted.text())) {
                (Some(is), Some(wanted)) => Holds::of(order.of(is.total_cmp(&wanted))),
                _ => Holds::Unknown,
            },
            Self::Address => address::is_within(text, &wanted.text()),
            Self::Date(_) | Self::Null => Holds::Unknown,
        }
    }
}

impl Order {
    fn of(self, compared: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => compared.is_eq(),
            Self::Less => compared.is_lt(),
            Self::LessOrEqual => compared.is_le(),
            Self::Greater => compared.is_gt(),
            Self::GreaterOrEqual => compared.is_ge(),
        }
    }
}

/// Each of the six components is compared by itself; the last one holds all that follows.
fn arns(text: &str, wanted: &Pattern) -> Holds {
    let text: Vec<&str> = text.splitn(6, ':').collect();
    let wanted = wanted.components(6);
    if text.len() != 6 || wanted.len() != 6 {
        return Holds::Unknown;
    }
    Holds::of(
        wanted
            .iter()
            .zip(text)
            .all(|(wanted, text)| wanted.is_like(text)),
    )
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// An integer or a decimal value. Rust would read `inf` and `1e3` as well.
fn number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_decimal = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    text.parse().ok().filter(|_| is_decimal)
}
