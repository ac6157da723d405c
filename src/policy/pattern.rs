//! IAM's patterns: `*` is any text, `?` one character, `${key}` what the request has under that key.

use super::{Fact, Facts};

/// A value of a policy, with its variables looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Glyph>);

/// A character of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Glyph {
    /// `*` or `?`, which may be wildcards.
    Wild(char),
    /// What stands for itself.
    Plain(char),
}

/// A value of a policy after its variables were looked up.
pub(super) enum Filled {
    With(Pattern),
    /// The request does not have the key of a variable, and there is no default value.
    Missing,
    Unknown,
}

/// Looks up the variables of a value. `facts` is `None` where `${...}` is plain text.
pub(super) fn fill(value: &str, facts: Option<&Facts>) -> Filled {
    let mut glyphs = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some(facts) = facts {
        let Some((before, after)) = rest.split_once("${") else {
            break;
        };
        let Some((variable, behind)) = after.split_once('}') else {
            break;
        };
        glyphs.extend(before.chars().map(Glyph::of));
        // A variable's value has no wildcards: `${*}` is how AWS writes the character itself.
        match looked_up(variable, facts) {
            Ok(text) => glyphs.extend(text.chars().map(Glyph::Plain)),
            Err(why) => return why,
        }
        rest = behind;
    }
    glyphs.extend(rest.chars().map(Glyph::of));
    Filled::With(Pattern(glyphs))
}

/// The value of a variable: `aws:username`, or `aws:PrincipalTag/team, 'default'`.
fn looked_up<'v>(variable: &'v str, facts: &'v Facts) -> Result<&'v str, Filled> {
    if matches!(variable, "*" | "?" | "$") {
        return Ok(variable);
    }
    let (key, default) = match variable.split_once(',') {
        None => (variable, None),
        Some((key, default)) => {
            let default = default.trim().strip_prefix('\'');
            let default = default.and_then(|default| default.strip_suffix('\''));
            (key, Some(default.ok_or(Filled::Unknown)?))
        }
    };
    match facts.of(key.trim()) {
        Fact::One(value) => Ok(value),
        Fact::Absent => default.ok_or(Filled::Missing),
        // A multivalued key is no variable.
        Fact::Many(_) | Fact::Between(..) | Fact::Unknown => Err(Filled::Unknown),
    }
}

/// Whether `text` is like `pattern`, which has no variables. Case counts.
pub(super) fn like(pattern: &str, text: &str) -> bool {
    Pattern(pattern.chars().map(Glyph::of).collect()).is_like(text)
}

impl Glyph {
    fn of(char: char) -> Self {
        match char {
            '*' | '?' => Self::Wild(char),
            _ => Self::Plain(char),
        }
    }

    fn char(self) -> char {
        match self {
            Self::Wild(char) | Self::Plain(char) => char,
        }
    }
}

impl Pattern {
    /// The text, where wildcards are plain characters.
    pub(super) fn text(&self) -> String {
        self.0.iter().map(|glyph| glyph.char()).collect()
    }

    /// What stands between colons, in at most so many parts: the last one has all the rest.
    pub(super) fn components(&self, count: usize) -> Vec<Self> {
        let parts = self.0.splitn(count, |glyph| glyph.char() == ':');
        parts.map(|part| Self(part.to_vec())).collect()
    }

    /// Whether a text is like this. Case counts.
    pub(super) fn is_like(&self, text: &str) -> bool {
        let (pattern, text): (_, Vec<char>) = (&self.0, text.chars().collect());
        let (mut p, mut t) = (0, 0);
        // Where the last `*` stood, and how far it has reached.
        let mut star: Option<(usize, usize)> = None;
        while t < text.len() {
            match pattern.get(p) {
                Some(Glyph::Wild('*')) => {
                    star = Some((p, t));
                    p += 1;
                }
                Some(Glyph::Wild('?')) => (p, t) = (p + 1, t + 1),
                Some(Glyph::Plain(c)) if *c == text[t] => (p, t) = (p + 1, t + 1),
                _ => match star {
                    Some((at, reached)) => {
                        star = Some((at, reached + 1));
                        (p, t) = (at + 1, reached + 1);
                    }
                    None => return false,
                },
            }
        }
        pattern[p..].iter().all(|glyph| *glyph == Glyph::Wild('*'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Holds;

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
        let of = |pattern| match fill(pattern, Some(&facts)) {
            Filled::With(pattern) => Holds::of(pattern.is_like("role/alice")),
            Filled::Missing => Holds::No,
            Filled::Unknown => Holds::Unknown,
        };
        assert_eq!(of("role/${aws:username}"), Holds::Yes);
        assert_eq!(of("role/${aws:userName}"), Holds::Yes);
        assert_eq!(of("team/${aws:username}"), Holds::No);
        assert_eq!(of("role/${sts:ExternalId}"), Holds::No);
        assert_eq!(of("role/${aws:PrincipalTag/team}"), Holds::Unknown);
        assert_eq!(of("role/ali${*}"), Holds::No);
        assert_eq!(of("role/${sts:ExternalId, 'alice'}"), Holds::Yes);
        assert_eq!(of("role/${sts:ExternalId, alice}"), Holds::Unknown);
        assert_eq!(of("role/${"), Holds::No);
    }
}
