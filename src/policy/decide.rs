//! What IAM decides, given statements and a request.

use super::document::Patterns;
use super::pattern::{Filled, fill, like};
use super::principal::Means;
use super::{Condition, Effect, Facts, Holds, Principal, Statement};

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// `sts:AssumeRole`.
    pub action: &'a str,
    /// The ARN of the role.
    pub resource: &'a str,
    /// Who asks, where the statements are those of a trust policy.
    pub principal: Option<&'a Principal>,
    /// What else is known of it.
    pub facts: &'a Facts,
}

/// What statements say of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// They allow it.
    Allowed {
        /// Whether a trust policy names the very one who asks. Inside an account that is enough, and
        /// their own policies are not asked.
        by_name: bool,
    },
    /// None of them is about it.
    NotAllowed,
    /// One would allow it, but for conditions that do not hold.
    Unmet {
        /// The statement that is nearest to allowing it.
        statement: Box<Statement>,
        /// Those of its conditions that do not hold.
        conditions: Vec<Condition>,
    },
    /// One denies it, whatever others say.
    DeniedBy(Box<Statement>),
    /// It turns on conditions that cannot be known from outside.
    DependsOn {
        /// The statement that may allow or deny it.
        statement: Box<Statement>,
        /// Those of its conditions that nobody can tell.
        conditions: Vec<Condition>,
    },
}

/// How a statement bears on a request that it is about.
struct Bearing {
    /// The principal is meant by name.
    by_name: bool,
    failing: Vec<Condition>,
    untold: Vec<Condition>,
    /// Its action and resource can be compared, with nothing unknown in them.
    is_certain: bool,
}

/// What the statements say of a request, taken together.
pub fn decide<'s>(
    statements: impl IntoIterator<Item = &'s Statement>,
    request: &Request<'_>,
) -> Verdict {
    let bearing: Vec<(&Statement, Bearing)> = statements
        .into_iter()
        .filter_map(|statement| Some((statement, bearing(statement, request)?)))
        .collect();
    let of = |effect| {
        bearing
            .iter()
            .filter(move |(statement, _)| statement.effect == effect)
    };
    let depends = |(statement, bearing): &(&Statement, Bearing)| Verdict::DependsOn {
        statement: Box::new((*statement).clone()),
        conditions: bearing.untold.clone(),
    };
    if let Some((statement, _)) = of(Effect::Deny).find(|(_, bearing)| bearing.applies()) {
        return Verdict::DeniedBy(Box::new((*statement).clone()));
    }
    let allowing: Vec<_> = of(Effect::Allow)
        .filter(|(_, bearing)| bearing.applies())
        .collect();
    if !allowing.is_empty() {
        let may_deny = of(Effect::Deny).find(|(_, bearing)| bearing.may_apply());
        return may_deny.map_or_else(
            || Verdict::Allowed {
                by_name: allowing.iter().any(|(_, bearing)| bearing.by_name),
            },
            depends,
        );
    }
    if let Some(may_allow) = of(Effect::Allow).find(|(_, bearing)| bearing.may_apply()) {
        return depends(may_allow);
    }
    // A statement that may be about something else is no good example of what fails.
    let nearest =
        of(Effect::Allow).min_by_key(|(_, bearing)| (!bearing.is_certain, bearing.failing.len()));
    nearest.map_or(Verdict::NotAllowed, |(statement, bearing)| Verdict::Unmet {
        statement: Box::new((*statement).clone()),
        conditions: bearing.failing.clone(),
    })
}

/// `None` where the statement is not about the request.
fn bearing(statement: &Statement, request: &Request<'_>) -> Option<Bearing> {
    let means = match (&statement.principals, request.principal) {
        (Some(principals), Some(who)) => principals.mean(who),
        // Policies of an identity name nobody: they are about whoever has them.
        (None, None) => Means::TheirsToo,
        (Some(_), None) | (None, Some(_)) => Means::Others,
    };
    let action = request.action.to_ascii_lowercase();
    let about = statement
        .actions
        .mean(|pattern, _| Holds::of(like(&pattern.to_ascii_lowercase(), &action)));
    let facts = Some(request.facts).filter(|_| statement.has_variables);
    let resource = statement
        .resources
        .as_ref()
        .map_or(Holds::Yes, |resources| {
            resources.mean(|pattern, all_but| match fill(pattern, facts) {
                Filled::With(pattern) => Holds::of(pattern.is_like(request.resource)),
                // A variable that has no value matches nothing, and may make the statement invalid.
                Filled::Missing if all_but => Holds::Unknown,
                Filled::Missing => Holds::No,
                Filled::Unknown => Holds::Unknown,
            })
        });
    let about = about.and(resource);
    if means == Means::Others || about == Holds::No {
        return None;
    }
    let (mut failing, mut untold) = (Vec::new(), Vec::new());
    for condition in &statement.conditions {
        match condition.holds(request.facts) {
            Holds::Yes => {}
            Holds::No => failing.push(condition.clone()),
            Holds::Unknown => untold.push(condition.clone()),
        }
    }
    Some(Bearing {
        by_name: means == Means::Them,
        failing,
        untold,
        is_certain: about == Holds::Yes,
    })
}

impl Bearing {
    fn applies(&self) -> bool {
        self.is_certain && self.failing.is_empty() && self.untold.is_empty()
    }

    fn may_apply(&self) -> bool {
        self.failing.is_empty()
    }
}

impl Patterns {
    /// `is_like` is also told whether the patterns are those that are left out.
    fn mean(&self, is_like: impl Fn(&str, bool) -> Holds) -> Holds {
        let any = |patterns: &[String], all_but| {
            Holds::any(patterns.iter().map(|pattern| is_like(pattern, all_but)))
        };
        match self {
            Self::These(patterns) => any(patterns, false),
            Self::AllBut(patterns) => any(patterns, true).not(),
        }
    }
}

#[cfg(test)]
mod tests;
