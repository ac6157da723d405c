//! The profiles of the AWS CLI: IAM users with their keys, and the roles above them.
//!
//! Read as the AWS CLI reads them: the credentials file wins over the config file; a profile with a
//! `role_arn` is a role, and if it holds keys as well, these are the user from whom others are assumed.

mod devices;
mod profiles;

use std::path::Path;

use super::{Findings, Found, Reason, Refused};
use crate::aws_files::Document;
use crate::model::secret::SecretString;
use crate::model::session::Type;
use crate::model::{AccessKey, Span};
use crate::sessions::Draft;

use profiles::{KeyPair, Profile, Profiles};

/// What the two files hold.
#[derive(Debug, Default)]
pub struct AwsFindings {
    /// The sessions, whose keys are the names of profiles.
    pub sessions: Findings,
    /// The access keys, with their secrets.
    pub keys: Vec<AccessKey>,
    /// The region of the profile `default`.
    pub region: Option<String>,
}

/// Reads the config file and the credentials file.
pub fn read(config: &Document, credentials: &Document) -> AwsFindings {
    let profiles = Profiles::merged(config, credentials);
    let mut findings = AwsFindings {
        region: (profiles.get("default"))
            .and_then(|default| default.value("region"))
            .map(ToOwned::to_owned),
        ..AwsFindings::default()
    };
    for profile in profiles.iter() {
        if let KeyPair::Whole { id, secret } = profile.keys() {
            findings.keys.push(AccessKey {
                access_key_id: id.to_owned(),
                secret_access_key: SecretString::from(secret),
            });
        }
        let sessions = &mut findings.sessions;
        if profile.is_role() && matches!(profile.keys(), KeyPair::Whole { .. }) {
            sessions.found.push(user(profile, &user_key(profile)));
        }
        match session(profile, &profiles) {
            Ok(found) => sessions.found.push(found),
            Err(reason) => sessions.refused.push(Refused {
                key: profile.name().to_owned(),
                name: profile.name().to_owned(),
                reason,
            }),
        }
    }
    devices::move_to_users(&mut findings.sessions, &profiles);
    findings
}

/// What a profile becomes; in the order in which the AWS CLI looks for credentials.
fn session(profile: &Profile<'_>, profiles: &Profiles<'_>) -> Result<Found, Reason> {
    if profile.is_role() {
        return role(profile, profiles);
    }
    let has = |name| profile.value(name).is_some();
    if has("web_identity_token_file") {
        return Err(Reason::WebIdentity);
    }
    if has("sso_session") || has("sso_start_url") || has("sso_account_id") {
        return Err(Reason::IdentityCenter);
    }
    match profile.keys() {
        KeyPair::Whole { .. } => Ok(user(profile, profile.name())),
        KeyPair::Temporary => Err(Reason::Temporary),
        KeyPair::Half { missing } => Err(Reason::HalfAKey(missing)),
        KeyPair::None if has("login_session") => Err(Reason::ConsoleLogin),
        KeyPair::None => Err(match profile.value("credential_process") {
            Some(command) if is_ours(command) => Reason::Ours,
            Some(_) => Reason::CredentialProcess,
            None => Reason::NothingToBecome,
        }),
    }
}

fn role(profile: &Profile<'_>, profiles: &Profiles<'_>) -> Result<Found, Reason> {
    if let Some(source) = profile.value("credential_source") {
        return Err(Reason::CredentialSource(source.to_owned()));
    }
    let source = profile.value("source_profile").ok_or(Reason::NoSource)?;
    let mut draft = Draft::default();
    draft.text("role_arn", profile.value("role_arn").as_ref());
    for (key, ours) in [
        ("role_session_name", "role_session_name"),
        ("external_id", "external_id"),
    ] {
        draft.text(ours, profile.value(key).as_ref());
    }
    if let Some(seconds) = profile.value("duration_seconds") {
        let duration = seconds.parse().map(|s| duration(Span(s)));
        // What is no number is refused later, by the check of our own key and in its words.
        draft.text("duration", Some(&duration.unwrap_or(seconds.to_owned())));
    }
    Ok(Found {
        assumer: Some(source_key(source, profiles)),
        ..found(profile, profile.name(), Type::Chained, draft)
    })
}

fn user(profile: &Profile<'_>, key: &str) -> Found {
    let mut draft = Draft::default();
    if let KeyPair::Whole { id, .. } = profile.keys() {
        draft.text("access_key_id", Some(&id));
    }
    found(profile, key, Type::IamUser, draft)
}

fn found(profile: &Profile<'_>, key: &str, kind: Type, mut draft: Draft) -> Found {
    for name in ["region", "endpoint_url"] {
        draft.text(name, profile.value(name).as_ref());
    }
    Found {
        key: key.to_owned(),
        name: key.to_owned(),
        kind,
        named_profile: Some(profile.name().to_owned()).filter(|name| name == key),
        assumer: None,
        draft,
    }
}

/// The user whose keys stand in a profile that is a role.
fn user_key(profile: &Profile<'_>) -> String {
    format!("{}-user", profile.name())
}

/// Who is behind `source_profile`: where the profile has keys, they are used, whatever else it is.
fn source_key(source: &str, profiles: &Profiles<'_>) -> String {
    match profiles.get(source) {
        Some(profile) if profile.is_role() && matches!(profile.keys(), KeyPair::Whole { .. }) => {
            user_key(profile)
        }
        _ => source.to_owned(),
    }
}

/// Exactly: a [`Span`] shows its two largest units.
fn duration(span: Span) -> String {
    if span.0.is_multiple_of(60) {
        span.to_string()
    } else {
        format!("{}s", span.0)
    }
}

/// Whether a `credential_process` is our own.
fn is_ours(command: &str) -> bool {
    let words = shell_words::split(command).unwrap_or_default();
    let program = words.first().map(Path::new).and_then(Path::file_name);
    program.is_some_and(|name| name == "leapp")
        && words.iter().any(|word| word == "credential-process")
}

#[cfg(test)]
mod tests;
