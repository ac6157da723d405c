//! The profiles of the AWS CLI: IAM users with their keys, and the roles above them.
//!
//! Read as the AWS CLI reads them: the credentials file wins over the config file; a profile with a
//! `role_arn` is a role, and if it holds keys as well, these are the user from whom others are assumed.
//! What aws-vault alone reads (`include_profile`, `mfa_process`, session tags) is read as aws-vault does.
//! What the SDKs read differently is left out: nobody knows which of them the user means.

mod devices;
mod endpoints;
mod left_behind;
mod process;
mod profiles;
mod tags;

use std::path::Path;

use super::{Findings, Found, Reason, Refused};
use crate::aws_files::{AwsFile, Document, SectionKind, profile_header};
use crate::model::secret::SecretString;
use crate::model::session::Type;
use crate::model::{AccessKey, OtherPartition, Span};
use crate::sessions::Draft;

use endpoints::Endpoints;
use left_behind::left_behind;
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

/// Reads the config file and the credentials file. `config_dir` is leapp's own: a profile that runs leapp with
/// another one is no session of here.
pub fn read(config: &Document, credentials: &Document, config_dir: &Path) -> AwsFindings {
    let profiles = Profiles::merged(config, credentials);
    let mut findings = AwsFindings {
        region: (profiles.get("default"))
            .and_then(|default| default.value("region"))
            .map(without_fips),
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
            // What stays behind is told of the role.
            sessions.found.extend(
                user(profile, &user_key(profile), &profiles).map(|user| Found {
                    left: Vec::new(),
                    ..user
                }),
            );
        }
        match session(profile, &profiles) {
            Ok(found) => sessions.found.push(found),
            Err(reason) => sessions.refused.push(Refused {
                stands_for: stand_ins(profile, &reason, config_dir),
                ..Refused::new(profile.name(), profile.name(), reason)
            }),
        }
    }
    for (name, first, second) in &profiles.replaced {
        findings.sessions.remarks.push(format!(
            "`{name}` is on line {first} and on line {second} of the config file, of which the AWS CLI reads the second"
        ));
    }
    findings.sessions.refused.extend(unread(config));
    devices::move_to_users(&mut findings.sessions, &profiles);
    findings
}

/// Sections that somebody took for profiles, and the AWS CLI does not.
fn unread(config: &Document) -> impl Iterator<Item = Refused> {
    config.sections().filter_map(|section| {
        let is_bare = section.kind == SectionKind::Other && section.brings_credentials();
        let bare = is_bare.then_some(section.name.as_str());
        let name = section.profile_of_others().or(bare)?;
        let reason = Reason::NotAProfile {
            line: section.line,
            header: profile_header(AwsFile::Config, name),
        };
        Some(Refused::new(&section.header, &section.header, reason))
    })
}

/// The settings whose values have to be the same to every SDK. The name of a source may have a `#` in it.
const EXACT: [&str; 7] = [
    "role_arn",
    "role_session_name",
    "external_id",
    "source_identity",
    "duration_seconds",
    "region",
    "endpoint_url",
];

/// What a profile becomes; in the order in which the AWS CLI looks for credentials.
fn session(profile: &Profile<'_>, profiles: &Profiles<'_>) -> Result<Found, Reason> {
    for key in EXACT {
        if let Some(found) = profile.key(key).filter(|found| found.is_ambiguous()) {
            let line = found.line;
            return Err(Reason::Ambiguous { key, line });
        }
    }
    if profile.is_role() {
        role(profile, profiles)
    } else {
        root(profile, profiles)
    }
}

/// What a profile becomes that is no role.
fn root(profile: &Profile<'_>, profiles: &Profiles<'_>) -> Result<Found, Reason> {
    let has = |name| profile.value(name).is_some();
    if has("web_identity_token_file") {
        return Err(Reason::WebIdentity);
    }
    if has("sso_role_name") || has("sso_account_id") {
        return Err(Reason::IdentityCenter);
    }
    if !profile.is_in_credentials_file() {
        if has("login_session") {
            return Err(Reason::ConsoleLogin);
        }
        if let Some(command) = profile.value("credential_process") {
            return Err(if process::read(command).is_ours {
                Reason::Ours
            } else if has("granted_sso_account_id") {
                Reason::IdentityCenter
            } else {
                Reason::CredentialProcess
            });
        }
    }
    match profile.keys() {
        KeyPair::Whole { .. } => user(profile, profile.name(), profiles),
        KeyPair::Temporary => Err(Reason::Temporary),
        KeyPair::Half { missing } => Err(Reason::HalfAKey(missing)),
        KeyPair::Ambiguous { key, line } => Err(Reason::Ambiguous { key, line }),
        KeyPair::None if has("sso_session") || has("sso_start_url") => Err(Reason::IdentityCenter),
        KeyPair::None => Err(Reason::NothingToBecome),
    }
}

/// The names of sessions that would give the credentials of a profile that is no session itself: the one
/// that its `credential_process` names, then the one with its own name.
fn stand_ins(profile: &Profile<'_>, reason: &Reason, config_dir: &Path) -> Vec<String> {
    let own = profile.name().to_owned();
    let command = profile.value("credential_process").map(process::read);
    match reason {
        Reason::NothingToBecome => vec![own],
        Reason::Ours | Reason::CredentialProcess | Reason::IdentityCenter => {
            let is_here = |directory: &String| Path::new(directory) == config_dir;
            match command {
                Some(command) if command.config_dir.as_ref().is_none_or(is_here) => {
                    command.names.into_iter().chain([own]).collect()
                }
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

fn role(profile: &Profile<'_>, profiles: &Profiles<'_>) -> Result<Found, Reason> {
    if let Some(source) = profile.value("credential_source") {
        return Err(Reason::CredentialSource(source.to_owned()));
    }
    let source = profile.value("source_profile").ok_or_else(|| {
        match profile.value("web_identity_token_process") {
            Some(_) => Reason::WebIdentity,
            None => Reason::NoSource,
        }
    })?;
    let device = profile.value("mfa_serial").unwrap_or_default();
    if let Some(Ok(role)) = profile.value("role_arn").map(str::parse) {
        OtherPartition::check(&role, device)?;
    }
    let mut draft = Draft::default();
    for key in [
        "role_arn",
        "role_session_name",
        "external_id",
        "source_identity",
    ] {
        draft.text(key, profile.value(key).as_ref());
    }
    let mut left = left_behind(profile, Type::Chained, profiles);
    left.extend(tags::take_over(profile, &mut draft));
    if let Some(seconds) = profile.value("duration_seconds") {
        let duration = seconds.parse().map(|s| Span(s).to_string());
        // What is no number is refused later, by the check of our own key and in its words.
        draft.text("duration", Some(&duration.unwrap_or(seconds.to_owned())));
    }
    let standing_in = standing_in(source, profile.name(), profiles);
    Ok(Found {
        assumer: Some(source_key(standing_in, profiles)?),
        instead_of: Some(source.to_owned()).filter(|source| source != standing_in),
        device: profile.value("mfa_serial").map(ToOwned::to_owned),
        left,
        ..found(profile, profile.name(), Type::Chained, draft, profiles)?
    })
}

fn user(profile: &Profile<'_>, key: &str, profiles: &Profiles<'_>) -> Result<Found, Reason> {
    let mut draft = Draft::default();
    if let KeyPair::Whole { id, .. } = profile.keys() {
        draft.text("access_key_id", Some(&id));
    }
    Ok(Found {
        left: left_behind(profile, Type::IamUser, profiles),
        ..found(profile, key, Type::IamUser, draft, profiles)?
    })
}

fn found(
    profile: &Profile<'_>,
    key: &str,
    kind: Type,
    mut draft: Draft,
    profiles: &Profiles<'_>,
) -> Result<Found, Reason> {
    let region = profile.value("region").map(without_fips);
    draft.text("region", region.as_ref());
    let endpoint = Endpoints::of(profile, profiles).of_session()?;
    draft.text("endpoint_url", endpoint.as_ref());
    Ok(Found {
        key: key.to_owned(),
        name: key.to_owned(),
        kind,
        named_profile: Some(profile.name().to_owned()).filter(|name| name == key),
        assumer: None,
        instead_of: None,
        device: None,
        left: Vec::new(),
        draft,
    })
}

/// The region that `fips-REGION` and `REGION-fips` mean (botocore 1.44, `client.py`). That they ask for FIPS
/// endpoints as well is told with what stays behind.
fn without_fips(region: &str) -> String {
    region.replace("fips-", "").replace("-fips", "")
}

/// The user whose keys stand in a profile that is a role.
fn user_key(profile: &Profile<'_>) -> String {
    format!("{}-user", profile.name())
}

/// Who is behind `source_profile`: where the profile has keys, they are used, whatever else it is.
fn source_key(source: &str, profiles: &Profiles<'_>) -> Result<String, Reason> {
    match profiles.get(source) {
        Some(profile) if profile.is_role() && profile.has_keys() => match profile.keys() {
            KeyPair::Whole { .. } => Ok(user_key(profile)),
            _ => Err(Reason::RefusedSource(source.to_owned())),
        },
        _ => Ok(source.to_owned()),
    }
}

/// The profile whose credentials a role gets at last: where its source runs another program for the
/// credentials of a profile that is in these files as well, that profile.
fn standing_in<'a>(source: &'a str, role: &str, profiles: &Profiles<'a>) -> &'a str {
    let mut met = vec![role];
    let mut at = source;
    while let Some(profile) = profiles.get(at).filter(|_| !met.contains(&at)) {
        met.push(at);
        if profile.is_role() {
            return at;
        }
        match root(profile, profiles) {
            Ok(_) => return at,
            Err(Reason::CredentialProcess) => {}
            Err(_) => return source,
        }
        let command = profile.value("credential_process").map(process::read);
        let named = command.and_then(|command| command.names);
        match named.and_then(|name| profiles.get(&name)) {
            Some(named) => at = named.name(),
            None => return source,
        }
    }
    source
}

#[cfg(test)]
mod tests;
