//! IAM's patterns: `*` is any text, `?` one character, `${key}` what the request has under that key.

use super::{Fact, Facts, Holds};

/// Whether `text` is like `pattern`. Case counts.
pub(super) fn like(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where the last `*` stood, and how far it has reached.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => (p, t) = (p + 1, t + 1),
            _ => match star {
                Some((at, reached)) => {
                    star = Some((at, reached + 1));
                    (p, t) = (at + 1, reached + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// The same, with what stands in `${...}` filled in from the request.
pub(super) fn like_with(pattern: &str, text: &str, facts: &Facts) -> Holds {
    match filled_in(pattern, facts) {
        Filled::With(pattern) => Holds::of(like(&pattern, text)),
        // A pattern with a key that the request does not have is like nothing.
        Filled::Never => Holds::No,
        Filled::Unknown => Holds::Unknown,
    }
}

/// A pattern after its variables were looked up.
pub(super) enum Filled {
    With(String),
    Never,
    Unknown,
}

pub(super) fn filled_in(pattern: &str, facts: &Facts) -> Filled {
    let mut filled = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((key, behind)) = after.split_once('}') else {
            break;
        };
        filled.push_str(before);
        match key {
            // These three stand for themselves.
            "*" | "?" | "$" => filled.push_str(key),
            _ => match facts.of(key.split(',').next().unwrap_or(key).trim()) {
                Fact::Values(values) if values.len() == 1 => filled.push_str(&values[0]),
                Fact::Values(_) | Fact::Unknown => return Filled::Unknown,
                Fact::Absent => return Filled::Never,
            },
        }
        rest = behind;
    }
    filled.push_str(rest);
    Filled::With(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks() {
        for (pattern, text) in [
            ("*", ""),
            ("*", "sts:AssumeRole"),
            ("sts:*", "sts:AssumeRole"),
            ("s*:Assume?ole", "sts:AssumeRole"),
            ("*Role*", "sts:AssumeRoleWithSAML"),
            ("a**b", "ab"),
            ("*a*a", "banana"),
            ("", ""),
        ] {
            assert!(like(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("", "a"),
            ("?", ""),
            ("sts:Assume", "sts:AssumeRole"),
            ("*b", "banana"),
            ("arn:aws:iam::1:role/*", "arn:aws:iam::2:role/R"),
            ("Admin", "admin"),
        ] {
            assert!(!like(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn variables_are_what_the_request_says() {
        let mut facts = Facts::default();
        facts.has("aws:username", "alice");
        facts.lacks("sts:ExternalId");
        let of = |pattern| like_with(pattern, "role/alice", &facts);
        assert_eq!(of("role/${aws:username}"), Holds::Yes);
        assert_eq!(of("role/${aws:userName}"), Holds::Yes);
        assert_eq!(of("team/${aws:username}"), Holds::No);
        assert_eq!(of("role/${sts:ExternalId}"), Holds::No);
        assert_eq!(of("role/${aws:PrincipalTag/team}"), Holds::Unknown);
        assert_eq!(of("role/ali${*}"), Holds::Yes);
        assert_eq!(of("role/${"), Holds::No);
    }
}
