//! `leapp status --json`. Fields are only ever added.

use serde_json::{Value, json};

use super::{Cached, Status};
use crate::model::{Span, Timestamp};

pub(super) fn status(status: &Status) -> Value {
    let seconds = |left: Option<Span>| left.map_or(0, |left| left.0);
    let active = status.active.as_ref().map(|active| {
        json!({
            "session": active.alias,
            "account": active.account,
            "region": active.region,
            "left_seconds": active.left(status.now).map(seconds),
        })
    });
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
        "cached": status.cached.iter().map(cached).collect::<Vec<_>>(),
        "unlocked": {
            "sealing_keys": keys.map(|place| place.word()).collect::<Vec<_>>(),
            "vault": status.unlocked.vault,
        },
    })
}
