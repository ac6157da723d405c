//! IAM policies, as far as the assuming of roles needs them: what documents say of a request, which
//! condition it fails at, and the statement that would let it through. No input, no output, no clock.
//!
//! What cannot be known from outside (an organization's id, an address as AWS sees it) is neither
//! assumed nor denied: it is [`Verdict::DependsOn`].

mod condition;
mod decide;
mod document;
mod facts;
mod grant;
mod pattern;
mod principal;
mod texts;

pub use condition::Condition;
pub use decide::{Request, Verdict, decide};
pub use document::{Document, Effect, InvalidPolicy, Statement};
pub use facts::{Fact, Facts};
pub use grant::{admission, permission};
pub use principal::Principal;

/// Whether something holds, as far as can be told from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    Yes,
    No,
    Unknown,
}

impl Holds {
    fn of(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }

    /// What is neither known to hold nor known to fail is unknown.
    fn known(holds: bool, fails: bool) -> Self {
        match (holds, fails) {
            (true, _) => Self::Yes,
            (_, true) => Self::No,
            _ => Self::Unknown,
        }
    }

    /// Both of two.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Unknown,
        }
    }

    /// One of two.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, Self::No) => Self::No,
            _ => Self::Unknown,
        }
    }

    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
        }
    }

    fn all(holds: impl IntoIterator<Item = Self>) -> Self {
        holds.into_iter().fold(Self::Yes, Self::and)
    }

    fn any(holds: impl IntoIterator<Item = Self>) -> Self {
        holds.into_iter().fold(Self::No, Self::or)
    }
}
