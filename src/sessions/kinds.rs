//! What the sessions of each type say beside what all say.

use super::checks::{self, MOST_POLICIES, MOST_TAGS};
use super::defaults::Defaults;
use super::error::{Problem, SessionsError};
use super::fields::{Fields, Located};
use crate::model::session::{Chained, Federated, IamUser, Kind, Mfa, RoleTerms, Type};
use crate::model::{Url, is_elsewhere};

/// Reads the keys of a type.
pub(super) fn read(
    kind: Type,
    fields: &Fields<'_, '_>,
    defaults: &Defaults,
) -> Result<Kind, SessionsError> {
    Ok(match kind {
        Type::IamUser => Kind::IamUser(user(fields)?),
        Type::Federated => Kind::Federated(federated(fields)?),
        Type::Chained => Kind::Chained(chained(fields, defaults)?),
    })
}

fn user(fields: &Fields<'_, '_>) -> Result<IamUser, SessionsError> {
    let endpoint: Option<Url> = fields.parsed("endpoint_url")?;
    let check = if endpoint.as_ref().is_some_and(is_elsewhere) {
        checks::access_key_id_elsewhere
    } else {
        checks::access_key_id
    };
    let id = fields.string("access_key_id", check)?;
    let device = fields.parsed("mfa_device")?;
    let process = fields.string("mfa_process", checks::command)?;
    let mfa = match (device, process) {
        (Some(device), process) => Some(Mfa { device, process }),
        (None, Some(_)) => {
            let why = "gives the codes of an `mfa_device`, and none is named".to_owned();
            return Err(fields.error("mfa_process", Problem::Invalid(why)));
        }
        (None, None) => None,
    };
    Ok(IamUser {
        access_key_id: fields.required("access_key_id", id)?,
        mfa,
    })
}

fn federated(fields: &Fields<'_, '_>) -> Result<Federated, SessionsError> {
    let saml_url: Url = fields.required("saml_url", fields.parsed("saml_url")?)?;
    if !saml_url.is_private() {
        let why = "a login over plain http can be read on the way: use https";
        return Err(fields.error("saml_url", Problem::Invalid(why.to_owned())));
    }
    Ok(Federated {
        saml_url,
        idp_arn: fields.required("idp_arn", fields.parsed("idp_arn")?)?,
        role_arn: fields.required("role_arn", fields.parsed("role_arn")?)?,
        saml_process: fields.string("saml_process", checks::command)?,
    })
}

fn chained(fields: &Fields<'_, '_>, defaults: &Defaults) -> Result<Chained, SessionsError> {
    let name = fields.string("role_session_name", checks::session_name_template)?;
    Ok(Chained {
        role_arn: fields.required("role_arn", fields.parsed("role_arn")?)?,
        assumer_session: fields.required("assumer_session", fields.parsed("assumer_session")?)?,
        assumer_line: fields.line("assumer_session"),
        role_session_name: name.or_else(|| defaults.role_session_name.clone()),
        terms: terms(fields)?,
    })
}

fn terms(fields: &Fields<'_, '_>) -> Result<RoleTerms, SessionsError> {
    let tags = tags(fields)?;
    Ok(RoleTerms {
        external_id: fields.string("external_id", checks::external_id)?,
        source_identity: fields.string("source_identity", checks::source_identity)?,
        transitive_tags: transitive_tags(fields, &tags)?,
        tags,
        policy: fields.string("policy", checks::policy)?,
        policy_arns: at_most(
            MOST_POLICIES,
            fields,
            "policy_arns",
            fields.strings("policy_arns", checks::policy_arn)?,
        )?,
    })
}

fn tags(fields: &Fields<'_, '_>) -> Result<Vec<(String, String)>, SessionsError> {
    let tags = fields.string_table("tags", checks::tag)?;
    // To AWS, `Team` and `team` are one key.
    let twice = tags.iter().enumerate().find_map(|(index, (key, _))| {
        let mut before = tags[..index].iter();
        before
            .find(|(other, _)| other.to_lowercase() == key.to_lowercase())
            .map(|(other, _)| (other, key))
    });
    let why = match twice {
        Some((one, other)) => format!("to AWS, `{one}` and `{other}` are the same key"),
        None if tags.len() > MOST_TAGS => format!("AWS takes at most {MOST_TAGS}"),
        None => return Ok(tags),
    };
    Err(fields.error("tags", Problem::Invalid(why)))
}

fn transitive_tags(
    fields: &Fields<'_, '_>,
    tags: &[(String, String)],
) -> Result<Vec<String>, SessionsError> {
    let keys = fields.strings("transitive_tags", |key| {
        if tags.iter().any(|(tag, _)| tag == key) {
            Ok(())
        } else {
            Err(format!("{key:?} is not one of `tags`"))
        }
    })?;
    at_most(MOST_TAGS, fields, "transitive_tags", keys)
}

fn at_most(
    most: usize,
    fields: &Fields<'_, '_>,
    name: &str,
    list: Vec<Located<&str>>,
) -> Result<Vec<String>, SessionsError> {
    match list.get(most) {
        Some(first_too_many) => Err(fields.error_at(
            first_too_many.at,
            name,
            Problem::Invalid(format!("AWS takes at most {most}")),
        )),
        None => Ok(list.into_iter().map(|item| item.value.to_owned()).collect()),
    }
}
