//! "Did you mean": the nearest valid word to one that is not.

/// The candidate nearest to `word`, if one is near enough to be what was meant.
///
/// Near is a Damerau-Levenshtein distance of at most a third of the word's length (at least one), so
/// that `prdo` finds `prod` and `x` finds nothing longer than two letters.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|&(distance, _)| distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_found_and_a_stranger_is_not() {
        let words = ["prod", "staging", "role_arn"];
        assert_eq!(nearest("prdo", words), Some("prod"));
        assert_eq!(nearest("role_anr", words), Some("role_arn"));
        assert_eq!(nearest("stagng", words), Some("staging"));
        assert_eq!(nearest("billing", words), None);
    }
}
