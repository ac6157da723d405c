//! The comment by which we know our own lines again: the command that wrote them.

use crate::model::Alias;

const START: &str = "# leapp start ";
const KEYS: &str = "--write-credentials";

/// The first line of a file that was not there before; where nothing else is left, the file goes.
pub(super) const MADE: &str = "# made by leapp start";

/// The mark of lines that run us when credentials are wanted.
pub(super) fn process(alias: &Alias) -> String {
    format!("{START}{alias}")
}

/// The mark of keys, which end at `until`.
pub(super) fn keys(alias: &Alias, until: &str) -> String {
    format!("{START}{alias} {KEYS} (until {until})")
}

/// The session that a comment is the mark of.
pub(super) fn alias(comment: &str) -> Option<Alias> {
    let rest = comment.strip_prefix(START)?;
    rest.split_whitespace().next()?.parse().ok()
}

/// Whether a mark is that of keys.
pub(super) fn is_of_keys(mark: &str) -> bool {
    mark.split_whitespace().any(|word| word == KEYS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_known_again() {
        let prod: Alias = "team/prod".parse().unwrap();
        for mark in [process(&prod), keys(&prod, "2026-11-23T09:00:00Z")] {
            assert_eq!(alias(&mark), Some(prod.clone()), "{mark}");
        }
        assert!(is_of_keys(&keys(&prod, "x")) && !is_of_keys(&process(&prod)));
        for other in [MADE, "# leapp start", "# leapp start -x", "# leapp stop a"] {
            assert_eq!(alias(other), None, "{other}");
        }
    }
}
