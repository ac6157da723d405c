//! What `leapp explain --json` says to programs. Fields are only ever added.

use serde_json::{Value, json};

use super::{Ask, Duration, Explained, Explanation, Limit, WantedBy};
use crate::model::chain::Step;
use crate::model::{EndpointSource, Life, RoleArn};
use crate::resolver::Outlook;

/// The whole answer.
pub(super) fn json(explanation: &Explanation<'_>) -> Value {
    let Explanation {
        session,
        chain,
        hops,
        ..
    } = explanation;
    json!({
        "version": 1,
        "alias": session.alias.as_str(),
        "region": chain.region.as_str(),
        "account": chain.account,
        "protected": session.protected,
        "hops": hops.iter().map(hop).collect::<Vec<_>>(),
        "next": {
            "begins_with": explanation.begins_with().map(|index| index + 1),
            "calls": explanation.calls(),
            "asks": explanation.asks().iter().map(ask).collect::<Vec<_>>(),
        },
    })
}

fn hop(explained: &Explained<'_>) -> Value {
    let Explained { hop, asker, .. } = explained;
    let (call, key) = match &hop.step {
        Step::AccessKey { access_key_id } => (None, Some(access_key_id)),
        Step::SessionToken { access_key_id, .. } => (Some("GetSessionToken"), Some(access_key_id)),
        Step::Saml(_) => (Some("AssumeRoleWithSAML"), None),
        Step::AssumeRole(_) => (Some("AssumeRole"), None),
    };
    json!({
        "name": hop.name,
        "asked_by": asker.map(|asker| &asker.name),
        "call": call,
        "access_key_id": key,
        "role_arn": hop.step.role_arn().map(RoleArn::as_str),
        "account": explained.account,
        "partition": explained.partition,
        "sts": {
            "region": hop.sts.region.as_str(),
            "endpoint": explained.endpoint,
            "endpoint_from": match &hop.endpoint_source {
                EndpointSource::Region => "region",
                EndpointSource::Environment => "environment",
                EndpointSource::Session(_) => "session",
            },
            "endpoint_session": hop.named_endpoint().map(|(_, named_by)| named_by.as_str()),
        },
        "duration": explained.duration.as_ref().map(duration),
        "asks": explained.ask().as_ref().map(ask),
        "kept_login": explained.kept_login.map(life),
        "cached": cached(explained.outlook),
        "may_call_iam": !explained.is_without_iam(),
    })
}

fn duration(duration: &Duration) -> Value {
    json!({
        "wanted_seconds": duration.wanted.0,
        "wanted_by": match duration.wanted_by {
            WantedBy::Option => "option",
            WantedBy::Session => "session",
            WantedBy::Nobody => "default",
        },
        "seconds": duration.asked.0,
        "limit": match duration.limit {
            Limit::None => None,
            Limit::RoleChaining => Some("role-chaining"),
            Limit::RoleMaximum | Limit::RoleMaximumOrAnHour => Some("role-maximum"),
        },
    })
}

fn ask(ask: &Ask<'_>) -> Value {
    let of = |process: &Option<String>| process.as_ref().map_or("person", |_| "process");
    match ask {
        Ask::Confirmation => json!({ "what": "confirmation", "of": "person" }),
        Ask::Code(mfa) => json!({
            "what": "mfa-code",
            "of": of(&mfa.process),
            "device": mfa.device.as_str(),
        }),
        Ask::Login(saml) => json!({
            "what": "saml-login",
            "of": of(&saml.saml_process),
            "url": saml.saml_url.as_str(),
        }),
    }
}

fn cached(outlook: Outlook) -> Option<Value> {
    let mut cached = life(outlook.life()?);
    cached["serves"] = matches!(outlook, Outlook::Serves(_)).into();
    Some(cached)
}

fn life(life: Life) -> Value {
    json!({
        "issued": life.issued.rfc3339(),
        "expires": life.expiration.rfc3339(),
    })
}
