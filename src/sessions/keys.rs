//! Which keys there are, and where each may stand.

use crate::model::session::Type;

/// The keys of every session.
pub const COMMON_KEYS: &[&str] = &[
    "type",
    "named_profile",
    "region",
    "description",
    "labels",
    "duration",
    "sts_region",
    "endpoint_url",
    "protected",
];

/// The keys at the top of a file.
pub(super) const TOP_KEYS: &[&str] = &["version", "include", "defaults", "sessions"];

/// The keys of `[defaults]`.
pub(super) const DEFAULT_KEYS: &[&str] = &["region", "role_session_name", "duration"];

/// The keys that a shared file may not have: a `git pull` must run nothing and redirect nothing.
pub(super) const OWN_ONLY_KEYS: &[&str] = &["mfa_process", "saml_process", "endpoint_url"];

/// The words for the types.
pub const TYPES: &[&str] = &[
    Type::IamUser.name(),
    Type::Federated.name(),
    Type::Chained.name(),
];

/// The keys of a type beside the common ones.
pub const fn keys_of(kind: Type) -> &'static [&'static str] {
    match kind {
        Type::IamUser => &["access_key_id", "mfa_device", "mfa_process"],
        Type::Federated => &["saml_url", "idp_arn", "role_arn", "saml_process"],
        Type::Chained => &[
            "role_arn",
            "assumer_session",
            "role_session_name",
            "external_id",
            "source_identity",
            "tags",
            "transitive_tags",
            "policy",
            "policy_arns",
        ],
    }
}

/// What a type cannot do without, beside a region.
pub const fn required_keys(kind: Type) -> &'static [&'static str] {
    match kind {
        Type::IamUser => &["access_key_id"],
        Type::Federated => &["saml_url", "idp_arn", "role_arn"],
        Type::Chained => &["role_arn", "assumer_session"],
    }
}

/// What the value of a key is, in TOML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A string.
    Text,
    /// `true` or `false`.
    Flag,
    /// A list of strings.
    List,
    /// A table of strings.
    Map,
}

/// What the value of a key is. The reader of the file would refuse anything else.
pub(super) fn shape_of(key: &str) -> Shape {
    match key {
        "protected" => Shape::Flag,
        "labels" | "transitive_tags" | "policy_arns" => Shape::List,
        "tags" => Shape::Map,
        _ => Shape::Text,
    }
}

/// The key that a word means: dashes do as well as underscores, as in the flags of `leapp add`.
pub fn key_named(word: &str) -> Option<&'static str> {
    let word = word.replace('-', "_");
    all_keys().into_iter().find(|key| *key == word)
}

/// The keys of a session of any type, each once.
pub fn all_keys() -> Vec<&'static str> {
    let mut all = COMMON_KEYS.to_vec();
    for key in Type::ALL.iter().flat_map(|kind| keys_of(*kind)) {
        if !all.contains(key) {
            all.push(key);
        }
    }
    all
}
