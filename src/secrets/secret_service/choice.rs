//! Which item is meant, where several match.
//!
//! A search finds every item that has the attributes, in all collections, those with more attributes too:
//! `KeePassXC` and other programs add some of their own.

use zbus::zvariant::OwnedObjectPath;

/// An item that matches.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) path: OwnedObjectPath,
    pub(super) is_in_default: bool,
    pub(super) is_locked: bool,
    /// How many it has that were not asked for.
    pub(super) more_attributes: usize,
    /// When it was last changed, in seconds.
    pub(super) modified: u64,
}

/// The default collection's own item comes first, then what is open. Of several, the one with the fewest
/// attributes, then the newest.
pub(super) fn best(candidates: impl Iterator<Item = Candidate>) -> Option<Candidate> {
    candidates.min_by_key(|candidate| {
        (
            !candidate.is_in_default,
            candidate.is_locked,
            candidate.more_attributes,
            u64::MAX - candidate.modified,
        )
    })
}

/// Whether a path leads to an item of a collection.
pub(super) fn is_in(item: &str, collection: &str) -> bool {
    item.strip_prefix(collection)
        .is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(path: &str, is_locked: bool, more_attributes: usize, modified: u64) -> Candidate {
        Candidate {
            path: path.try_into().unwrap(),
            is_in_default: is_in(path, "/c/login"),
            is_locked,
            more_attributes,
            modified,
        }
    }

    fn best_of(candidates: &[Candidate]) -> String {
        let best = best(candidates.iter().cloned()).unwrap();
        best.path.as_str().to_owned()
    }

    #[test]
    fn the_item_of_the_default_collection_comes_first() {
        let own = candidate("/c/login/1", false, 0, 1);
        let more = candidate("/c/login/2", false, 3, 9);
        let newer = candidate("/c/login/3", false, 0, 2);
        let elsewhere = candidate("/c/other/1", false, 0, 9);
        let locked = candidate("/c/third/1", true, 0, 9);
        let all = [&locked, &elsewhere, &more, &own, &newer].map(Clone::clone);
        for (left, expected) in [(5, "/c/login/3"), (4, "/c/login/1"), (3, "/c/login/2")] {
            assert_eq!(best_of(&all[..left]), expected);
        }
        assert_eq!(best_of(&all[..2]), "/c/other/1");
        assert_eq!(best_of(&all[..1]), "/c/third/1");
    }

    #[test]
    fn a_name_that_begins_alike_is_another_collection() {
        assert!(is_in("/c/login/1", "/c/login"));
        assert!(!is_in("/c/login_2/1", "/c/login"));
        assert!(!is_in("/c/login", "/c/login"));
    }
}
