//! The comment by which we know our own lines again: the command that wrote them.

use crate::model::Alias;

const START: &str = "# leapp start ";

/// The first line of a file that was not there before; where nothing else is left, the file goes.
pub(super) const MADE: &str = "# made by leapp start";

/// The mark of lines that run us when credentials are wanted.
pub(super) fn process(alias: &Alias) -> String {
    format!("{START}{alias}")
}

/// The mark of keys, which end at `until`.
pub(super) fn keys(alias: &Alias, until: &str) -> String {
    format!("{START}{alias} --write-credentials (until {until})")
}

/// The session that a comment is the mark of.
pub(super) fn alias(comment: &str) -> Option<Alias> {
    let rest = comment.strip_prefix(START)?;
    rest.split_whitespace().next()?.parse().ok()
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
        for other in [MADE, "# leapp start", "# leapp start -x", "# leapp stop a"] {
            assert_eq!(alias(other), None, "{other}");
        }
    }
}
