//! What is known of a request when AWS judges it: the condition keys of its context.

use std::collections::BTreeMap;
use std::slice;

/// What is known of one condition key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The request has it. The key is single-valued.
    One(String),
    /// The request has it. The key is multivalued.
    Many(Vec<String>),
    /// The request has it: a point in time between these two, in seconds since 1970.
    Between(i64, i64),
    /// The request does not have it.
    Absent,
    /// It cannot be known from outside.
    Unknown,
}

/// What is known of the condition keys of a request. Their names are the same in any case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    known: BTreeMap<String, Fact>,
    /// What else begins like this is not in the request.
    absent_below: Vec<String>,
}

impl Facts {
    /// The request has this single-valued key.
    pub fn has(&mut self, key: &str, value: impl Into<String>) {
        self.insert(key, Fact::One(value.into()));
    }

    /// The request has this multivalued key.
    pub fn has_all(&mut self, key: &str, values: impl IntoIterator<Item = String>) {
        self.insert(key, Fact::Many(values.into_iter().collect()));
    }

    /// The request has this key: a point in time that is not known to the second.
    pub fn has_time_between(&mut self, key: &str, from: i64, to: i64) {
        self.insert(key, Fact::Between(from, to));
    }

    /// The request does not have this key.
    pub fn lacks(&mut self, key: &str) {
        self.insert(key, Fact::Absent);
    }

    /// The request has no other key that begins like this: `aws:RequestTag/`.
    pub fn lacks_others(&mut self, prefix: &str) {
        self.absent_below.push(prefix.to_ascii_lowercase());
    }

    /// What is known of a key. A key that nobody has spoken of is unknown.
    pub fn of(&self, key: &str) -> &Fact {
        let key = key.to_ascii_lowercase();
        match self.known.get(&key) {
            Some(fact) => fact,
            None if self.absent_below.iter().any(|p| key.starts_with(p)) => &Fact::Absent,
            None => &Fact::Unknown,
        }
    }

    /// The keys that the request has, with their values, and whether they are multivalued.
    pub fn present(&self) -> impl Iterator<Item = (&str, &[String], bool)> {
        self.known.iter().filter_map(|(key, fact)| match fact {
            Fact::One(value) => Some((key.as_str(), slice::from_ref(value), false)),
            Fact::Many(values) => Some((key.as_str(), values.as_slice(), true)),
            Fact::Between(..) | Fact::Absent | Fact::Unknown => None,
        })
    }

    fn insert(&mut self, key: &str, fact: Fact) {
        self.known.insert(key.to_ascii_lowercase(), fact);
    }
}
