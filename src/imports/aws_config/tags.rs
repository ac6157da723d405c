//! Session tags as aws-vault writes them: `session_tags = KEY=VALUE,KEY=VALUE` and
//! `transitive_session_tags = KEY,KEY` (aws-vault 7, `vault/config.go`).

use super::profiles::Profile;
use crate::imports::Left;
use crate::sessions::{Draft, Entry};

/// Takes the tags over, as far as they mean something; what does not stays behind.
pub(super) fn take_over(profile: &Profile<'_>, draft: &mut Draft) -> Vec<Left> {
    let mut left = Vec::new();
    let tags = match profile.value("session_tags").map(tags) {
        Some(Some(tags)) => tags,
        Some(None) => {
            let why = "it is not `KEY=VALUE,KEY=VALUE`, and aws-vault refuses the profile";
            left.push(Left::new("session_tags", why));
            Vec::new()
        }
        None => Vec::new(),
    };
    let keys = profile.value("transitive_session_tags").unwrap_or_default();
    let keys = keys.split(',').map(str::trim).filter(|key| !key.is_empty());
    let (transitive, strays): (Vec<&str>, Vec<&str>) =
        keys.partition(|key| tags.iter().any(|(tag, _)| tag == key));
    for stray in strays {
        let why = format!("`{stray}` is none of its `session_tags`");
        left.push(Left::new("transitive_session_tags", why));
    }
    let transitive: Vec<String> = transitive.into_iter().map(ToOwned::to_owned).collect();
    draft.set(
        "tags",
        Some(Entry::Map(tags)).filter(|tags| !is_empty(tags)),
    );
    draft.set(
        "transitive_tags",
        Some(Entry::List(transitive)).filter(|keys| !is_empty(keys)),
    );
    left
}

/// The pairs; of a key that is there twice, the last one.
fn tags(text: &str) -> Option<Vec<(String, String)>> {
    let mut tags: Vec<(String, String)> = Vec::new();
    for pair in text.split(',') {
        let (key, value) = pair.split_once('=')?;
        let (key, value) = (key.trim().to_owned(), value.trim().to_owned());
        tags.retain(|(known, _)| *known != key);
        tags.push((key, value));
    }
    Some(tags)
}

fn is_empty(entry: &Entry) -> bool {
    match entry {
        Entry::List(items) => items.is_empty(),
        Entry::Map(pairs) => pairs.is_empty(),
        Entry::Text(_) | Entry::Flag(_) => false,
    }
}
