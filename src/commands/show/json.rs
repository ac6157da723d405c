//! A session as JSON: the keys of `sessions.toml`, as they hold after `[defaults]`, and where it is
//! defined. Fields are only ever added.

use std::collections::HashMap;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use crate::app::App;
use crate::aws_files::Form;
use crate::model::session::{Kind, RoleTerms};
use crate::model::{Alias, Region, Session, Url};

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

/// A session as an object; keys that are not set are absent.
pub(in crate::commands) struct Shown<'a> {
    pub(in crate::commands) session: &'a Session,
    pub(in crate::commands) started: &'a Started,
}

impl Shown<'_> {
    /// The object itself.
    pub(in crate::commands) fn fields(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(fields)) => fields,
            // Only what has keys that are not text is no object.
            _ => Map::new(),
        }
    }
}

/// Written as it is read: a list of thousands never stands in memory as a tree.
impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { session, started } = self;
        let mut fields = Fields(serializer.serialize_map(None)?);
        fields.set("alias", session.alias.as_str())?;
        fields.set("type", session.kind.name())?;
        match &session.kind {
            Kind::IamUser(user) => {
                let mfa = user.mfa.as_ref();
                fields.set("access_key_id", &user.access_key_id)?;
                fields.may("mfa_device", mfa.map(|mfa| mfa.device.as_str()))?;
                fields.may("mfa_process", mfa.and_then(|mfa| mfa.process.as_ref()))?;
            }
            Kind::Federated(role) => {
                fields.set("saml_url", role.saml_url.as_str())?;
                fields.set("idp_arn", role.idp_arn.as_str())?;
                fields.set("role_arn", role.role_arn.as_str())?;
                fields.may("saml_process", role.saml_process.as_ref())?;
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
                fields.set("role_arn", role.role_arn.as_str())?;
                fields.set("assumer_session", role.assumer_session.as_str())?;
                fields.may("role_session_name", role.role_session_name.as_ref())?;
                fields.may("external_id", external_id.as_ref())?;
                fields.may("source_identity", source_identity.as_ref())?;
                let tags = tags.iter().cloned();
                let tags: Map<_, _> = tags.map(|(key, value)| (key, value.into())).collect();
                fields.may("tags", (!tags.is_empty()).then_some(tags))?;
                fields.may("transitive_tags", filled(transitive_tags))?;
                fields.may("policy", policy.as_ref())?;
                fields.may("policy_arns", filled(policy_arns))?;
            }
        }
        fields.may("account", session.kind.account())?;
        fields.set("named_profile", &session.named_profile)?;
        fields.set("region", session.region.as_str())?;
        fields.may(
            "sts_region",
            session.sts_region.as_ref().map(Region::as_str),
        )?;
        fields.may(
            "endpoint_url",
            session.endpoint_url.as_ref().map(Url::as_str),
        )?;
        fields.may("duration", session.duration.map(|span| span.to_string()))?;
        fields.may("description", session.description.as_ref())?;
        fields.may("labels", filled(&session.labels))?;
        fields.may("protected", session.protected.then_some(true))?;
        let form = started.0.get(&session.alias);
        let form = form.map(|form| match form {
            Form::CredentialProcess => "credential-process",
            Form::WrittenCredentials => "write-credentials",
        });
        fields.may("started", form)?;
        fields.set("file", &session.origin.file.to_string_lossy())?;
        fields.set("line", &session.origin.line)?;
        fields.0.end()
    }
}

/// An object that is being written.
struct Fields<M>(M);

impl<M: SerializeMap> Fields<M> {
    fn set<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), M::Error> {
        self.0.serialize_entry(key, value)
    }

    fn may(&mut self, key: &str, value: Option<impl Serialize>) -> Result<(), M::Error> {
        value.map_or(Ok(()), |value| self.set(key, &value))
    }
}

/// A list that says something.
fn filled(list: &[String]) -> Option<&[String]> {
    (!list.is_empty()).then_some(list)
}
