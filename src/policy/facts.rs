//! What is known of a request when AWS judges it: the condition keys of its context.

use std::collections::BTreeMap;

/// What is known of one condition key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The request has it, with these values.
    Values(Vec<String>),
    /// The request does not have it.
    Absent,
    /// It cannot be known from outside.
    Unknown,
}

/// What is known of the condition keys of a request. Their names are the same in any case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts(BTreeMap<String, Fact>);

impl Facts {
    /// The request has this key, with this value.
    pub fn has(&mut self, key: &str, value: impl Into<String>) {
        self.has_all(key, [value.into()]);
    }

    /// The request has this key, with these values.
    pub fn has_all(&mut self, key: &str, values: impl IntoIterator<Item = String>) {
        let values = Fact::Values(values.into_iter().collect());
        self.0.insert(key.to_ascii_lowercase(), values);
    }

    /// The request does not have this key.
    pub fn lacks(&mut self, key: &str) {
        self.0.insert(key.to_ascii_lowercase(), Fact::Absent);
    }

    /// What is known of a key. A key that nobody has spoken of is unknown.
    pub fn of(&self, key: &str) -> &Fact {
        let known = self.0.get(&key.to_ascii_lowercase());
        known.unwrap_or(&Fact::Unknown)
    }

    /// All keys that the request has, with their values.
    pub fn present(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().filter_map(|(key, fact)| match fact {
            Fact::Values(values) => Some((key.as_str(), values.as_slice())),
            Fact::Absent | Fact::Unknown => None,
        })
    }
}
