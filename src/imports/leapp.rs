//! What Leapp's workspace holds: sessions, the profiles and the login URLs that they name by id.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Findings, Found, Left, Reason, Refused};
use crate::model::Span;
use crate::model::session::Type;
use crate::sessions::Draft;

/// The SAML sessions of a fresh Leapp last an hour, as ours do.
const USUAL_SAML_DURATION: u64 = 3600;

/// The name that Leapp gives to role sessions where nobody says another.
const USUAL_ROLE_SESSION_NAME: &str = "assumed-from-leapp";

/// The workspace is not what Leapp writes. The words are of the JSON reader, and quote nothing.
#[derive(Debug, thiserror::Error)]
#[error("is open, but not written by a Leapp that is known (line {line}, column {column})")]
pub struct UnknownWorkspace {
    line: usize,
    column: usize,
}

/// Which half of an access key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// The identifier.
    Id,
    /// The secret.
    Secret,
}

/// The account under which Leapp keeps one half of a user's access key in the OS keyring.
pub fn keyring_account(session_id: &str, half: Half) -> String {
    let half = match half {
        Half::Id => "access-key-id",
        Half::Secret => "secret-access-key",
    };
    format!("{session_id}-iam-user-aws-session-{half}")
}

/// Reads a workspace. The keys of what is found are Leapp's session ids; IAM users come without their
/// access keys, which are in the OS keyring.
///
/// # Errors
/// [`UnknownWorkspace`].
pub fn read(json: &str) -> Result<Findings, UnknownWorkspace> {
    let workspace: Workspace = serde_json::from_str(json).map_err(|error| UnknownWorkspace {
        line: error.line(),
        column: error.column(),
    })?;
    let mut findings = Findings {
        left: workspace.left_behind(),
        ..Findings::default()
    };
    for session in &workspace.sessions {
        match workspace.found(session) {
            Ok(found) => findings.found.push(found),
            Err(reason) => {
                let refused = Refused::new(&session.id, &session.name, reason);
                findings.refused.push(refused);
            }
        }
    }
    Ok(findings)
}

#[derive(Deserialize)]
struct Workspace {
    #[serde(rename = "_sessions")]
    sessions: Vec<Session>,
    #[serde(rename = "_profiles", default)]
    profiles: Vec<Profile>,
    #[serde(rename = "_idpUrls", default)]
    idp_urls: Vec<IdpUrl>,
    #[serde(rename = "_samlRoleSessionDuration", default)]
    saml_duration: Option<u64>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

/// What is of use of all types of sessions. A field that is there and empty is as good as none.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Session {
    #[serde(rename = "sessionId")]
    id: String,
    #[serde(rename = "sessionName", default)]
    name: String,
    #[serde(rename = "type")]
    kind: String,
    region: Option<String>,
    profile_id: Option<String>,
    mfa_device: Option<String>,
    idp_url_id: Option<String>,
    idp_arn: Option<String>,
    role_arn: Option<String>,
    parent_session_id: Option<String>,
    role_session_name: Option<String>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct Profile {
    id: String,
    name: String,
}

#[derive(Deserialize)]
struct IdpUrl {
    id: String,
    url: String,
}

/// What a workspace holds beside sessions, and what to do about it. All else is of Leapp's own window.
const OF_WORKSPACES: &[(&str, &str, &str)] = &[
    (
        "_proxyConfiguration",
        "proxy",
        "set `HTTPS_PROXY` where you run leapp",
    ),
    (
        "_awsSsoIntegrations",
        "AWS SSO integrations",
        "no session type here logs in through IAM Identity Center",
    ),
    (
        "_azureIntegrations",
        "Azure integrations",
        "only AWS is spoken here",
    ),
    (
        "_folders",
        "folders",
        "use labels: `leapp set ALIAS labels=...`",
    ),
    (
        "_segments",
        "segments",
        "use labels: `leapp set ALIAS labels=...`",
    ),
    (
        "_pinned",
        "pinned sessions",
        "use labels: `leapp set ALIAS labels=...`",
    ),
];

/// What a session says of its moment, and nothing that could be lost.
const OF_THE_MOMENT: &[&str] = &[
    "status",
    "startDateTime",
    "sessionTokenExpiration",
    "sessionToken",
];

/// Whether it says something: in a proxy's settings, only the host counts.
fn says_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => fields.get("proxyUrl").is_some_and(says_something),
        _ => true,
    }
}

impl Session {
    /// The fields that no Leapp is known to have, and that say something.
    fn left_behind(&self) -> Vec<Left> {
        let others = self.others.iter().filter(|(name, value)| {
            !OF_THE_MOMENT.contains(&name.as_str()) && says_something(value)
        });
        others
            .map(|(name, _)| Left::new(name, "no Leapp that is known here has this field"))
            .collect()
    }
}

impl Workspace {
    fn left_behind(&self) -> Vec<Left> {
        let found = OF_WORKSPACES
            .iter()
            .filter(|(key, ..)| self.others.get(*key).is_some_and(says_something));
        found.map(|(_, name, how)| Left::new(*name, *how)).collect()
    }

    fn found(&self, session: &Session) -> Result<Found, Reason> {
        let kind = match session.kind.as_str() {
            "awsIamUser" => Type::IamUser,
            "awsIamRoleFederated" => Type::Federated,
            "awsIamRoleChained" => Type::Chained,
            "awsSsoRole" => return Err(Reason::IdentityCenter),
            "azure" => return Err(Reason::Azure),
            "localstack" => return Err(Reason::LocalStack),
            other => return Err(Reason::UnknownType(other.to_owned())),
        };
        let mut draft = Draft::default();
        match kind {
            Type::IamUser => draft.text("mfa_device", said(session.mfa_device.as_ref())),
            Type::Federated => {
                let id = session.idp_url_id.as_ref();
                let mut urls = self.idp_urls.iter();
                let url = id.and_then(|id| urls.find(|url| url.id == *id));
                draft.text("saml_url", said(url.map(|url| &url.url)));
                draft.text("idp_arn", said(session.idp_arn.as_ref()));
                draft.text("role_arn", said(session.role_arn.as_ref()));
                let unusual = self.saml_duration.filter(|&d| d != USUAL_SAML_DURATION);
                draft.text("duration", unusual.map(Span).as_ref());
            }
            Type::Chained => {
                draft.text("role_arn", said(session.role_arn.as_ref()));
                let name = said(session.role_session_name.as_ref());
                let name = name.filter(|name| *name != USUAL_ROLE_SESSION_NAME);
                draft.text("role_session_name", name);
            }
        }
        draft.text("region", said(session.region.as_ref()));
        let mut profiles = self.profiles.iter();
        let profile = session.profile_id.as_ref();
        let profile = profile.and_then(|id| profiles.find(|profile| profile.id == *id));
        Ok(Found {
            key: session.id.clone(),
            name: session.name.clone(),
            kind,
            named_profile: profile.map(|profile| profile.name.clone()),
            assumer: match kind {
                Type::Chained => Some(session.parent_session_id.clone().ok_or(Reason::NoSource)?),
                _ => None,
            },
            instead_of: None,
            device: None,
            left: session.left_behind(),
            draft,
        })
    }
}

fn said(text: Option<&String>) -> Option<&String> {
    text.filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::plan;
    use crate::model::Catalog;
    use crate::model::session::Kind;

    #[test]
    fn what_stays_behind_is_named() {
        let user = serde_json::json!({
            "sessionId": "u", "sessionName": "corp", "type": "awsIamUser", "status": 1,
            "startDateTime": "2024-01-01", "sessionTokenExpiration": "2024-01-01", "region": "eu-west-1",
            "mfaDevice": "", "tags": ["a"], "note": "", "flag": false,
        });
        let left = |more: serde_json::Value| -> Vec<String> {
            let mut workspace = serde_json::json!({ "_sessions": [user], "_colorTheme": "dark" });
            for (key, value) in more.as_object().unwrap() {
                workspace[key] = value.clone();
            }
            let findings = read(&workspace.to_string()).unwrap();
            let of_session = findings.found[0].left.clone();
            let all = findings.left.into_iter().chain(of_session);
            all.map(|left| left.setting).collect()
        };
        let proxy = |host: &str| serde_json::json!({ "proxyProtocol": "https", "proxyUrl": host, "proxyPort": "8080" });
        for (more, expected) in [
            (serde_json::json!({}), &["tags"][..]),
            (
                serde_json::json!({ "_proxyConfiguration": proxy("") }),
                &["tags"],
            ),
            (
                serde_json::json!({ "_proxyConfiguration": proxy("proxy.corp") }),
                &["proxy", "tags"],
            ),
            (
                serde_json::json!({ "_folders": [], "_segments": [], "_pinned": [] }),
                &["tags"],
            ),
            (
                serde_json::json!({ "_folders": [{}], "_pinned": ["u"] }),
                &["folders", "pinned sessions", "tags"],
            ),
            (
                serde_json::json!({ "_awsSsoIntegrations": [{ "alias": "x" }] }),
                &["AWS SSO integrations", "tags"],
            ),
            (
                serde_json::json!({ "_azureIntegrations": [{}] }),
                &["Azure integrations", "tags"],
            ),
        ] {
            assert_eq!(left(more.clone()), expected, "{more}");
        }
    }

    #[test]
    fn every_type_is_brought_over_or_listed_with_the_reason() {
        let json = serde_json::json!({
            "_workspaceVersion": 4,
            "_samlRoleSessionDuration": 7200,
            "_profiles": [{ "id": "p1", "name": "default" }, { "id": "p2", "name": "legacy" }],
            "_idpUrls": [{ "id": "i1", "url": "https://idp.example/start" }],
            "_sessions": [
                { "sessionId": "u", "sessionName": "corp", "type": "awsIamUser", "status": 0,
                  "region": "eu-west-1", "profileId": "p1", "mfaDevice": "" },
                { "sessionId": "f", "sessionName": "Dev Login", "type": "awsIamRoleFederated",
                  "region": "eu-west-1", "profileId": "p2", "idpUrlId": "i1",
                  "idpArn": "arn:aws:iam::111122223333:saml-provider/G",
                  "roleArn": "arn:aws:iam::111122223333:role/Dev" },
                { "sessionId": "c", "sessionName": "prod", "type": "awsIamRoleChained",
                  "region": "us-east-1", "profileId": "gone", "parentSessionId": "f",
                  "roleSessionName": "assumed-from-leapp",
                  "roleArn": "arn:aws:iam::444455556666:role/Admin" },
                { "sessionId": "n", "sessionName": "no url", "type": "awsIamRoleFederated",
                  "region": "eu-west-1", "idpUrlId": "gone",
                  "idpArn": "arn:aws:iam::111122223333:saml-provider/G",
                  "roleArn": "arn:aws:iam::111122223333:role/Dev" },
                { "sessionId": "s", "sessionName": "sso", "type": "awsSsoRole" },
                { "sessionId": "a", "sessionName": "az", "type": "azure" },
                { "sessionId": "l", "sessionName": "local", "type": "localstack" },
                { "sessionId": "x", "sessionName": "new", "type": "google" },
                { "sessionId": "o", "sessionName": "on sso", "type": "awsIamRoleChained",
                  "region": "eu-west-1", "parentSessionId": "s",
                  "roleArn": "arn:aws:iam::444455556666:role/Admin" },
            ],
        });
        let findings = read(&json.to_string()).unwrap();
        let plan = plan(findings, &Catalog::default(), None);
        let refused: Vec<_> = (plan.refused.iter())
            .map(|refused| format!("{}: {}", refused.name, refused.reason))
            .collect();
        assert_eq!(
            refused,
            [
                "sso: it logs in through IAM Identity Center (SSO), which has no session type here",
                "az: it is an Azure session, and only AWS is spoken here",
                "local: it is a LocalStack session, which needs no credentials: give any session an `endpoint_url`",
                "new: its type `google` is not known",
                "no url: its `saml_url`: is missing",
                "on sso: it is assumed from `sso`, which cannot be imported",
            ]
        );
        let [dev, prod] = &plan.new[..] else {
            panic!("{:?}", plan.new);
        };
        let dev = &dev.session;
        assert_eq!(dev.alias.as_str(), "dev-login");
        assert_eq!(dev.description.as_deref(), Some("Dev Login"));
        assert_eq!(dev.named_profile, "legacy");
        assert_eq!(dev.duration, Some(Span(7200)));
        let Kind::Federated(login) = &dev.kind else {
            panic!("{dev:?}");
        };
        assert_eq!(login.saml_url.as_str(), "https://idp.example/start");
        let Kind::Chained(role) = &prod.session.kind else {
            panic!("{prod:?}");
        };
        assert_eq!(role.assumer_session.as_str(), "dev-login");
        assert_eq!(role.role_session_name, None);
        assert_eq!(prod.session.named_profile, "prod");
        assert_eq!(plan.unfinished[0].alias.as_str(), "corp");
    }

    #[test]
    fn another_workspace_is_an_error_that_quotes_nothing_of_it() {
        let error = read("{\"_sessions\": \"hidden\"}").err().unwrap();
        assert!(!error.to_string().contains("hidden"), "{error}");
        assert!(read("{").is_err());
    }
}
