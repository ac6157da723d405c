//! A session as JSON: the keys of `sessions.toml`, as they hold after `[defaults]`, and where it is
//! defined. Fields are only ever added.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::app::App;
use crate::aws_files::Form;
use crate::model::Alias;
use crate::model::session::{Kind, Mfa, RoleTerms};
use crate::model::{Region, Session, Url};

/// The sessions that have a named profile now.
#[derive(Default)]
pub(in crate::commands) struct Started(HashMap<Alias, Form>);

impl Started {
    /// Those that the AWS CLI's files show; none where they cannot be read, which is not what was asked.
    pub(in crate::commands) fn of(app: &App) -> Self {
        let started = app.aws_files().started().unwrap_or_default();
        Self(
            started
                .into_iter()
                .map(|one| (one.alias, one.form))
                .collect(),
        )
    }
}

/// The session as an object; keys that are not set are absent.
pub(in crate::commands) fn session(session: &Session, started: &Started) -> Value {
    let mut fields = Map::new();
    let mut set = |key: &str, value: Value| {
        let empty = match &value {
            Value::Null => true,
            Value::Array(items) => items.is_empty(),
            Value::Object(entries) => entries.is_empty(),
            _ => false,
        };
        if !empty {
            fields.insert(key.to_owned(), value);
        }
    };
    set("alias", json!(session.alias.as_str()));
    set("type", json!(session.kind.name()));
    match &session.kind {
        Kind::IamUser(user) => {
            set("access_key_id", json!(user.access_key_id));
            set(
                "mfa_device",
                json!(user.mfa.as_ref().map(|mfa| mfa.device.as_str())),
            );
            set(
                "mfa_process",
                json!(
                    user.mfa
                        .as_ref()
                        .and_then(|Mfa { process, .. }| process.clone())
                ),
            );
        }
        Kind::Federated(role) => {
            set("saml_url", json!(role.saml_url.as_str()));
            set("idp_arn", json!(role.idp_arn.as_str()));
            set("role_arn", json!(role.role_arn.as_str()));
            set("saml_process", json!(role.saml_process));
        }
        Kind::Chained(role) => {
            let RoleTerms {
                external_id,
                source_identity,
                tags,
                transitive_tags,
                policy,
                policy_arns,
            } = &role.terms;
            set("role_arn", json!(role.role_arn.as_str()));
            set("assumer_session", json!(role.assumer_session.as_str()));
            set("role_session_name", json!(role.role_session_name));
            set("external_id", json!(external_id));
            set("source_identity", json!(source_identity));
            set(
                "tags",
                tags.iter()
                    .map(|(k, v)| (k.clone(), json!(v)))
                    .collect::<Map<_, _>>()
                    .into(),
            );
            set("transitive_tags", json!(transitive_tags));
            set("policy", json!(policy));
            set("policy_arns", json!(policy_arns));
        }
    }
    set("account", json!(session.kind.account()));
    set("named_profile", json!(session.named_profile));
    set("region", json!(session.region.as_str()));
    set(
        "sts_region",
        json!(session.sts_region.as_ref().map(Region::as_str)),
    );
    set(
        "endpoint_url",
        json!(session.endpoint_url.as_ref().map(Url::as_str)),
    );
    set("duration", json!(session.duration.map(|d| d.to_string())));
    set("description", json!(session.description));
    set("labels", json!(session.labels));
    set("protected", json!(session.protected.then_some(true)));
    set(
        "started",
        json!(started.0.get(&session.alias).map(|form| match form {
            Form::CredentialProcess => "credential-process",
            Form::WrittenCredentials => "write-credentials",
        })),
    );
    set("file", json!(session.origin.file.display().to_string()));
    set("line", json!(session.origin.line));
    Value::Object(fields)
}
