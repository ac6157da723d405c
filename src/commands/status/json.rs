//! `leapp status --json`. Fields are only ever added.

use serde_json::{Value, json};

use super::{Cached, Status};
use crate::aws_files::{Form, Started};
use crate::model::{Span, Timestamp};

pub(super) fn status(status: &Status) -> Value {
    let seconds = |left: Option<Span>| left.map_or(0, |left| left.0);
    let active = status.active.as_ref().map(|active| {
        json!({
            "session": active.alias,
            "account": active.account,
            "region": active.region,
            "left_seconds": active.left(status.now).map(seconds),
            "overridden_by": active.overridden_by,
        })
    });
    let started = |started: &Started| {
        json!({
            "profile": started.profile,
            "session": started.alias.as_str(),
            "form": match started.form {
                Form::CredentialProcess => "credential-process",
                Form::WrittenCredentials => "written-credentials",
            },
        })
    };
    let cached = |cached: &Cached| {
        json!({
            "session": cached.session,
            "what": cached.what,
            "issued": Timestamp::rfc3339(cached.issued),
            "expiration": Timestamp::rfc3339(cached.expiration),
            "left_seconds": seconds(cached.expiration.after(status.now)),
        })
    };
    let keys = status.unlocked.sealing_keys.iter();
    json!({
        "version": 1,
        "active": active,
        "profiles": status.started.iter().map(started).collect::<Vec<_>>(),
        "cached": status.cached.iter().map(cached).collect::<Vec<_>>(),
        "unlocked": {
            "sealing_keys": keys.map(|place| place.word()).collect::<Vec<_>>(),
            "vault": status.unlocked.vault,
        },
    })
}
