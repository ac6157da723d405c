//! Names of other programs, as aliases.

use crate::model::Alias;

/// A name that nothing is left of is called this.
const NAMELESS: &str = "session";

/// The longest part of a name that is used: a number finds room behind it.
const LONGEST: usize = 120;

/// The alias nearest to a name: the name itself where it is one, else its letters and digits in lower
/// case, with a dash for all that stands between them.
pub(super) fn slug(name: &str) -> Alias {
    if let Ok(alias) = name.parse() {
        return alias;
    }
    let mut slug = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if "._@/+".contains(c) && !slug.is_empty() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    // All of it is ASCII, so it can be cut anywhere.
    slug.truncate(LONGEST);
    let slug = slug.trim_end_matches('-');
    slug.parse()
        .unwrap_or_else(|_| NAMELESS.parse().expect("a word is an alias"))
}

/// The first of `slug`, `slug-2`, `slug-3`... that is free.
pub(super) fn free(slug: &Alias, is_taken: impl Fn(&Alias) -> bool) -> Alias {
    if !is_taken(slug) {
        return slug.clone();
    }
    let stem = stem(slug);
    let mut numbered = (2_u32..).filter_map(|n| format!("{stem}-{n}").parse().ok());
    numbered
        .find(|alias| !is_taken(alias))
        .unwrap_or_else(|| slug.clone())
}

/// Whether an alias is what [`free`] could have made of a slug.
pub(super) fn is_numbered(alias: &Alias, slug: &Alias) -> bool {
    let number = alias.as_str().strip_prefix(stem(slug));
    let number = number.and_then(|rest| rest.strip_prefix('-'));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    alias == slug || number.is_some_and(is_number)
}

/// What a number is put behind.
fn stem(slug: &Alias) -> &str {
    let slug = slug.as_str();
    &slug[..slug.len().min(LONGEST)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_an_alias_stays_and_all_else_becomes_one() {
        for (name, alias) in [
            ("prod", "prod"),
            ("Team/Prod@eu", "Team/Prod@eu"),
            ("Prod Admin (EU)", "prod-admin-eu"),
            ("  --x  ", "x"),
            ("a  \t b", "a-b"),
            ("_a/b c", "a/b-c"),
            ("Straße 7", "stra-e-7"),
            ("日本", "session"),
            ("", "session"),
            (&"x y".repeat(100), &"x-yx-yx-yx-y".repeat(10)),
        ] {
            let slug = slug(name);
            let expected = &alias[..alias.len().min(LONGEST)];
            assert_eq!(slug.as_str(), expected.trim_end_matches('-'), "{name}");
        }
    }

    #[test]
    fn clashes_are_numbered() {
        let taken = |free: &[&str]| {
            let free: Vec<String> = free.iter().map(ToString::to_string).collect();
            move |alias: &Alias| !free.contains(&alias.to_string())
        };
        let prod: Alias = "prod".parse().unwrap();
        assert_eq!(free(&prod, |_| false), prod);
        assert_eq!(free(&prod, taken(&["prod-3", "prod-4"])).as_str(), "prod-3");
        let long: Alias = "x".repeat(128).parse().unwrap();
        let numbered = free(&long, |alias| *alias == long);
        assert_eq!(numbered.as_str(), format!("{}-2", "x".repeat(LONGEST)));
    }

    #[test]
    fn a_numbered_alias_is_known_by_its_slug() {
        let prod: Alias = "prod".parse().unwrap();
        for (alias, is) in [
            ("prod", true),
            ("prod-2", true),
            ("prod2", false),
            ("prod-", false),
            ("prod-eu", false),
            ("pro", false),
        ] {
            assert_eq!(is_numbered(&alias.parse().unwrap(), &prod), is, "{alias}");
        }
    }
}
