//! Both files as one, as the AWS CLI sees them.

use std::collections::HashMap;

use crate::aws_files::{Document, Key, Section, SectionKind};

/// All profiles, in the order in which they first appear.
pub(super) struct Profiles<'a> {
    in_order: Vec<Profile<'a>>,
    by_name: HashMap<&'a str, usize>,
    services: Vec<&'a Section>,
    /// Sections of the config file that a later one replaces: the profile, and both lines.
    pub(super) replaced: Vec<(&'a str, usize, usize)>,
}

/// A profile: its own sections, and those of others that it includes.
pub(super) struct Profile<'a> {
    name: &'a str,
    own: Sections<'a>,
    /// Those of the profiles that it includes, the nearest first.
    included: Vec<Sections<'a>>,
}

/// The section of a profile in each file.
#[derive(Clone, Copy, Default)]
struct Sections<'a> {
    config: Option<&'a Section>,
    credentials: Option<&'a Section>,
}

impl<'a> Sections<'a> {
    /// A key: that of the credentials file, or else that of the config file.
    fn key(&self, name: &str) -> Option<&'a Key> {
        let of = |section: Option<&'a Section>| section.and_then(|section| section.key(name));
        of(self.credentials).or_else(|| of(self.config))
    }

    /// The value of a key, unless it is empty.
    fn value(&self, name: &str) -> Option<&'a str> {
        let value = self.key(name).map(Key::value);
        value.filter(|value| !value.is_empty())
    }
}

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
    /// One half that the SDKs read differently.
    Ambiguous { key: &'static str, line: usize },
    /// Nothing, or nothing that the AWS CLI would come to.
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
            replaced: Vec::new(),
        };
        let is_other = |section: &&Section| section.kind == SectionKind::Other;
        merged.services.extend(config.sections().filter(is_other));
        for section in profiles_in(config) {
            // `[profile a]` and `[profile "a"]`: the later one alone is read.
            let before = merged.profile(&section.name).own.config.replace(section);
            merged
                .replaced
                .extend(before.map(|before| (section.name.as_str(), before.line, section.line)));
        }
        for section in profiles_in(credentials) {
            merged.profile(&section.name).own.credentials = Some(section);
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

    fn profile(&mut self, name: &'a str) -> &mut Profile<'a> {
        let next = self.in_order.len();
        let index = *self.by_name.entry(name).or_insert(next);
        if index == next {
            self.in_order.push(Profile {
                name,
                own: Sections::default(),
                included: Vec::new(),
            });
        }
        &mut self.in_order[index]
    }

    /// The profiles that one includes, as aws-vault follows them: at the end of the way stands `default`. It
    /// refuses a circle; nothing is included then.
    fn included(&self, profile: &Profile<'a>) -> Vec<Sections<'a>> {
        let include = |sections: Sections<'a>| sections.value("include_profile");
        let (mut way, mut included) = (vec![profile.name], Vec::new());
        let mut next = include(profile.own);
        while let Some(name) = next {
            let sections = self.get(name).map(|profile| profile.own);
            if way.contains(&name) || sections.is_none() && way.len() == 1 {
                return Vec::new();
            }
            let sections = sections.unwrap_or_default();
            next = include(sections).or(Some("default").filter(|default| *default != name));
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

fn profiles_in(document: &Document) -> impl Iterator<Item = &Section> {
    let is_profile =
        |section: &&Section| section.kind == SectionKind::Profile && !section.name.is_empty();
    document.sections().filter(is_profile)
}

impl<'a> Profile<'a> {
    pub(super) fn name(&self) -> &'a str {
        self.name
    }

    /// The value of a key, unless it is empty.
    pub(super) fn value(&self, name: &str) -> Option<&'a str> {
        self.own.value(name).or_else(|| {
            let inherited = self.inherited(name).map(Key::value);
            // aws-vault: who includes its own source is not its own source.
            inherited.filter(|value| name != "source_profile" || *value != self.name)
        })
    }

    /// The key from which a value comes.
    pub(super) fn key(&self, name: &str) -> Option<&'a Key> {
        match self.own.value(name) {
            Some(_) => self.own.key(name),
            None => self.inherited(name),
        }
    }

    fn inherited(&self, name: &str) -> Option<&'a Key> {
        let mut included = self.included.iter().filter(|_| INHERITED.contains(&name));
        let has_value = |sections: &&Sections<'a>| sections.value(name).is_some();
        included.find(has_value)?.key(name)
    }

    /// All that it says or inherits, each setting once, in the order in which they first appear.
    pub(super) fn settings(&self) -> Vec<(&'a str, &'a str)> {
        let mut settings: Vec<(&str, &str)> = Vec::new();
        let sections = [self.own.config, self.own.credentials];
        for key in sections
            .into_iter()
            .flatten()
            .flat_map(|section| &section.keys)
        {
            let is_known = settings.iter().any(|(name, _)| *name == key.name);
            if !is_known {
                let value = self.own.value(&key.name);
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
        let section = self.own.credentials;
        section.is_some_and(|section| section.value(ID).is_some())
    }

    /// The AWS CLI takes a role with a token from a file for something else. It does not look at the values.
    pub(super) fn is_role(&self) -> bool {
        let has = |name| self.own.key(name).is_some() || self.inherited(name).is_some();
        has("role_arn") && !has("web_identity_token_file")
    }

    /// Whether roles that are assumed from this profile are assumed with its keys, whatever else it is.
    pub(super) fn has_keys(&self) -> bool {
        self.own.key(ID).is_some() || self.own.key(SECRET).is_some()
    }

    /// Both halves stand in one file: in the credentials file, or else in the config file. There, a login or
    /// a command comes first.
    pub(super) fn keys(&self) -> KeyPair<'a> {
        let has_id = |section: &&Section| section.key(ID).is_some();
        let comes_first = |key: &str| {
            self.own.key(key).is_some() && !self.own.credentials.as_ref().is_some_and(has_id)
        };
        if comes_first("login_session") || comes_first("credential_process") {
            return KeyPair::None;
        }
        let Some(section) =
            (self.own.credentials.filter(has_id)).or(self.own.config.filter(has_id))
        else {
            return match self.own.value(SECRET) {
                Some(_) => KeyPair::Half { missing: ID },
                None => KeyPair::None,
            };
        };
        for key in [ID, SECRET] {
            if let Some(found) = section.key(key).filter(|found| found.is_ambiguous()) {
                return KeyPair::Ambiguous {
                    key,
                    line: found.line,
                };
            }
        }
        let value = |key| section.value(key).filter(|value| !value.is_empty());
        let has_token =
            value("aws_session_token").is_some() || value("aws_security_token").is_some();
        match (value(ID), value(SECRET)) {
            (Some(id), Some(_)) if has_token || id.starts_with("ASIA") => KeyPair::Temporary,
            (Some(id), Some(secret)) => KeyPair::Whole { id, secret },
            (Some(_), None) => KeyPair::Half { missing: SECRET },
            (None, Some(_)) => KeyPair::Half { missing: ID },
            (None, None) => KeyPair::None,
        }
    }
}
