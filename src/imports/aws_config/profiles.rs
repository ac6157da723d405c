//! Both files as one, as the AWS CLI sees them.

use std::collections::HashMap;

use crate::aws_files::{AwsFile, Document, Section, SectionKind};

/// All profiles, in the order in which they first appear.
pub(super) struct Profiles<'a> {
    in_order: Vec<Profile<'a>>,
    by_name: HashMap<&'a str, usize>,
    services: Vec<&'a Section>,
}

/// A profile: its sections of both files.
pub(super) struct Profile<'a> {
    name: &'a str,
    sections: Sections<'a>,
    /// Those of the profiles that it includes, the nearest first.
    included: Vec<Sections<'a>>,
}

/// The sections of a profile in both files. Those that win come last.
type Sections<'a> = Vec<(AwsFile, &'a Section)>;

/// What aws-vault takes from a profile that `include_profile` names, where the profile itself does not say it
/// (aws-vault 7, `vault/config.go`). The AWS CLI does not know that key.
const INHERITED: &[&str] = &[
    "credential_process",
    "duration_seconds",
    "endpoint_url",
    "external_id",
    "mfa_process",
    "mfa_serial",
    "region",
    "role_arn",
    "role_session_name",
    "session_tags",
    "source_identity",
    "source_profile",
    "sso_account_id",
    "sso_region",
    "sso_role_name",
    "sso_session",
    "sso_start_url",
    "sts_regional_endpoints",
    "transitive_session_tags",
    "web_identity_token_file",
    "web_identity_token_process",
];

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
            in_order: Vec::new(),
            by_name: HashMap::new(),
            services: Vec::new(),
        };
        // The credentials file last: its keys win.
        let config = config.sections().map(|section| (AwsFile::Config, section));
        let credentials = credentials.sections();
        let credentials = credentials.map(|section| (AwsFile::Credentials, section));
        for (file, section) in config.chain(credentials) {
            if section.kind == SectionKind::Other && file == AwsFile::Config {
                merged.services.push(section);
            }
            if section.kind != SectionKind::Profile || section.name.is_empty() {
                continue;
            }
            let name = section.name.as_str();
            let next = merged.in_order.len();
            let index = *merged.by_name.entry(name).or_insert(next);
            if index == next {
                merged.in_order.push(Profile {
                    name,
                    sections: Vec::new(),
                    included: Vec::new(),
                });
            }
            merged.in_order[index].sections.push((file, section));
        }
        let included: Vec<_> = merged
            .iter()
            .map(|profile| merged.included(profile))
            .collect();
        for (profile, included) in merged.in_order.iter_mut().zip(included) {
            profile.included = included;
        }
        merged
    }

    /// The profiles that one includes, as aws-vault follows them: at the end of the way stands `default`. It
    /// refuses a circle; nothing is included then.
    fn included(&self, profile: &Profile<'a>) -> Vec<Sections<'a>> {
        let include = |sections: &Sections<'a>| own_value(sections, "include_profile");
        let (mut way, mut included) = (vec![profile.name], Vec::new());
        let mut next = include(&profile.sections);
        while let Some(name) = next {
            let sections = self.get(name).map(|profile| profile.sections.clone());
            if way.contains(&name) || sections.is_none() && way.len() == 1 {
                return Vec::new();
            }
            let sections = sections.unwrap_or_default();
            next = include(&sections).or(Some("default").filter(|default| *default != name));
            way.push(name);
            included.push(sections);
        }
        included
    }

    /// The section `[services NAME]`.
    pub(super) fn services(&self, name: &str) -> Option<&'a Section> {
        let is_meant = |section: &&&Section| {
            let words = shell_words::split(&section.name).unwrap_or_default();
            words == ["services", name]
        };
        self.services.iter().rev().find(is_meant).copied()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Profile<'a>> {
        self.in_order.iter()
    }

    pub(super) fn get(&self, name: &str) -> Option<&Profile<'a>> {
        self.by_name.get(name).map(|&index| &self.in_order[index])
    }
}

impl<'a> Profile<'a> {
    pub(super) fn name(&self) -> &'a str {
        self.name
    }

    /// The value of a key, unless it is empty.
    pub(super) fn value(&self, key: &str) -> Option<&'a str> {
        let inherited = || {
            let mut included = self.included.iter().filter(|_| INHERITED.contains(&key));
            let value = included.find_map(|sections| own_value(sections, key));
            // aws-vault: who includes its own source is not its own source.
            value.filter(|value| key != "source_profile" || *value != self.name)
        };
        own_value(&self.sections, key).or_else(inherited)
    }

    /// All that it says or inherits, each setting once, in the order in which they first appear.
    pub(super) fn settings(&self) -> Vec<(&'a str, &'a str)> {
        let mut settings: Vec<(&str, &str)> = Vec::new();
        for key in self.sections.iter().flat_map(|(_, section)| &section.keys) {
            let is_known = settings.iter().any(|(name, _)| *name == key.name);
            if !is_known {
                let value = own_value(&self.sections, &key.name);
                settings.push((&key.name, value.unwrap_or_default()));
            }
        }
        for key in INHERITED {
            let is_known = settings.iter().any(|(name, _)| name == key);
            settings.extend(
                self.value(key)
                    .filter(|_| !is_known)
                    .map(|value| (*key, value)),
            );
        }
        settings
    }

    /// Whether it includes another profile, and that is there.
    pub(super) fn includes(&self) -> bool {
        !self.included.is_empty()
    }

    /// Whether it has an access key in the credentials file, which comes before a login and a program;
    /// botocore looks at keys in the config file after these.
    pub(super) fn is_in_credentials_file(&self) -> bool {
        let mut sections = self.sections.iter();
        sections.any(|(file, section)| *file == AwsFile::Credentials && section.value(ID).is_some())
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

/// What sections say of a key, unless it is empty.
fn own_value<'a>(sections: &Sections<'a>, key: &str) -> Option<&'a str> {
    let mut values = sections
        .iter()
        .rev()
        .filter_map(|(_, section)| section.value(key));
    values.next().filter(|value| !value.is_empty())
}
