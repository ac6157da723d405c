//! What a check-up finds: checks with a verdict each, and for a hop that AWS denies, which condition fails
//! and what would mend it. Pure: `commands/doctor` looks, and says it in words.

mod denial;
mod finding;
mod request;

pub use denial::{Denial, Sight, Simulation};
pub use finding::{Cause, Certainty, Diagnosis, Finding, Mend, Place};
pub use request::{Asked, MfaWay, When, asked};

use crate::model::{Alias, RoleArn};

/// How a check went, from the best to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Its turn did not come: something before it failed.
    NotTried,
    /// It is well.
    Ok,
    /// It works, and should be looked into.
    Warning,
    /// It does not work.
    Failed,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What it is: two or three words.
    pub name: String,
    /// How it went.
    pub verdict: Verdict,
    /// What was found.
    pub detail: String,
    /// What to do or type next.
    pub next: Vec<String>,
}

/// All that was looked at.
#[derive(Debug, Default)]
pub struct Report {
    /// This machine.
    pub checks: Vec<Check>,
    /// The chain of a session.
    pub chain: Option<Walked>,
}

/// A chain, hop by hop.
#[derive(Debug)]
pub struct Walked {
    /// The session at its end.
    pub target: Alias,
    /// Its hops, in their order.
    pub hops: Vec<HopCheck>,
}

/// One hop.
#[derive(Debug)]
pub struct HopCheck {
    /// The check, named by the session of the hop.
    pub check: Check,
    /// What it is: a user's key, a role.
    pub what: String,
    /// The role that it leads to.
    pub role: Option<RoleArn>,
    /// Why it was denied.
    pub diagnosis: Diagnosis,
}

impl Check {
    /// It is well.
    pub fn ok(name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(Verdict::Ok, name, detail)
    }

    /// It works, and should be looked into.
    pub fn warning(name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(Verdict::Warning, name, detail)
    }

    /// It does not work.
    pub fn failed(name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(Verdict::Failed, name, detail)
    }

    /// Its turn did not come.
    pub fn not_tried(name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(Verdict::NotTried, name, detail)
    }

    /// Adds a next step.
    #[must_use]
    pub fn next(mut self, step: impl Into<String>) -> Self {
        self.next.push(step.into());
        self
    }

    fn new(verdict: Verdict, name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            verdict,
            detail: detail.into(),
            next: Vec::new(),
        }
    }
}

impl Report {
    /// Every check, those of the hops behind those of the machine.
    pub fn all(&self) -> impl Iterator<Item = &Check> {
        let hops = self.chain.iter().flat_map(|chain| &chain.hops);
        self.checks.iter().chain(hops.map(|hop| &hop.check))
    }

    /// The worst of all.
    pub fn verdict(&self) -> Verdict {
        let verdicts = self.all().map(|check| check.verdict);
        verdicts.max().unwrap_or(Verdict::Ok).max(Verdict::Ok)
    }

    /// How many went like this.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.all().filter(|check| check.verdict == verdict).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_is_the_verdict_of_all() {
        let mut report = Report::default();
        assert_eq!(report.verdict(), Verdict::Ok);
        report.checks.push(Check::ok("a", "well"));
        report.checks.push(Check::warning("b", "odd").next("look"));
        assert_eq!(report.verdict(), Verdict::Warning);
        let hop = |check| HopCheck {
            check,
            what: String::new(),
            role: None,
            diagnosis: Diagnosis::default(),
        };
        report.chain = Some(Walked {
            target: "prod".parse().unwrap(),
            hops: vec![
                hop(Check::failed("c", "no")),
                hop(Check::not_tried("d", "")),
            ],
        });
        assert_eq!(report.verdict(), Verdict::Failed);
        assert_eq!(report.count(Verdict::Ok), 1);
        assert_eq!(report.all().count(), 4);
    }
}
