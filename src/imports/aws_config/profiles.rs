//! Both files as one, as the AWS CLI sees them.

use std::collections::HashMap;

use crate::aws_files::{Document, Section, SectionKind};

/// All profiles, in the order in which they first appear.
pub(super) struct Profiles<'a> {
    profiles: Vec<Profile<'a>>,
    by_name: HashMap<&'a str, usize>,
}

/// A profile: its sections of both files.
pub(super) struct Profile<'a> {
    name: &'a str,
    /// Those that win come last.
    sections: Vec<&'a Section>,
}

/// What a profile holds of an access key.
pub(super) enum KeyPair<'a> {
    /// A long-lived key.
    Whole { id: &'a str, secret: &'a str },
    /// Keys that STS has issued.
    Temporary,
    /// One half only.
    Half { missing: &'static str },
    /// Nothing.
    None,
}

const ID: &str = "aws_access_key_id";
const SECRET: &str = "aws_secret_access_key";

impl<'a> Profiles<'a> {
    pub(super) fn merged(config: &'a Document, credentials: &'a Document) -> Self {
        let mut merged = Self {
            profiles: Vec::new(),
            by_name: HashMap::new(),
        };
        // The credentials file last: its keys win.
        for section in config.sections().chain(credentials.sections()) {
            if section.kind != SectionKind::Profile || section.name.is_empty() {
                continue;
            }
            let name = section.name.as_str();
            let next = merged.profiles.len();
            let index = *merged.by_name.entry(name).or_insert(next);
            if index == next {
                merged.profiles.push(Profile {
                    name,
                    sections: Vec::new(),
                });
            }
            merged.profiles[index].sections.push(section);
        }
        merged
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Profile<'a>> {
        self.profiles.iter()
    }

    pub(super) fn get(&self, name: &str) -> Option<&Profile<'a>> {
        self.by_name.get(name).map(|&index| &self.profiles[index])
    }
}

impl<'a> Profile<'a> {
    pub(super) fn name(&self) -> &'a str {
        self.name
    }

    /// The value of a key, unless it is empty.
    pub(super) fn value(&self, key: &str) -> Option<&'a str> {
        let mut values = self.sections.iter().rev().filter_map(|s| s.value(key));
        values.next().filter(|value| !value.is_empty())
    }

    /// The AWS CLI takes a role with a token from a file for something else.
    pub(super) fn is_role(&self) -> bool {
        self.value("role_arn").is_some() && self.value("web_identity_token_file").is_none()
    }

    pub(super) fn keys(&self) -> KeyPair<'a> {
        match (self.value(ID), self.value(SECRET)) {
            (Some(id), Some(_)) if id.starts_with("ASIA") => KeyPair::Temporary,
            (Some(_), Some(_)) if self.value("aws_session_token").is_some() => KeyPair::Temporary,
            (Some(id), Some(secret)) => KeyPair::Whole { id, secret },
            (Some(_), None) => KeyPair::Half { missing: SECRET },
            (None, Some(_)) => KeyPair::Half { missing: ID },
            (None, None) => KeyPair::None,
        }
    }
}
