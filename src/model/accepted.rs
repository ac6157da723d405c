//! What STS accepts as a text of a request.

use std::ops::RangeInclusive;

/// ASCII letters and digits, these characters too, and so many of all.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// Beside letters and digits.
    pub also: &'static str,
    /// How many characters.
    pub length: RangeInclusive<usize>,
}

/// As an external id.
pub const EXTERNAL_ID: Accepted = Accepted {
    also: "_+=,.@:/-",
    length: 2..=1224,
};

/// As a source identity, and as the name of a role's session.
pub const NAME: Accepted = Accepted {
    also: "_+=,.@-",
    length: 2..=64,
};

impl Accepted {
    /// Whether this text is.
    pub fn holds(&self, text: &str) -> bool {
        let admitted = |c: char| c.is_ascii_alphanumeric() || self.also.contains(c);
        self.length.contains(&text.chars().count()) && text.chars().all(admitted)
    }
}
