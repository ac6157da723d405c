//! What the header of a section names, for the AWS CLI and for other SDKs.

use super::read::{AwsFile, SectionKind};

/// What a header means.
pub(super) struct SectionName {
    pub(super) kind: SectionKind,
    /// The name, without `profile` and without quotes.
    pub(super) name: String,
    /// The profile that an SDK may take it for that trims names and does without quotes.
    pub(super) resembles: Option<String>,
}

/// The section whose keys are those of every other section, by a rule of Python's parser.
pub(super) const DEFAULTS: &str = "DEFAULT";

impl SectionName {
    /// Of all that stands between the brackets.
    pub(super) fn of(file: AwsFile, header: &str) -> Self {
        let (kind, name) = match file {
            _ if header == DEFAULTS => (SectionKind::Defaults, header.to_owned()),
            AwsFile::Credentials => (SectionKind::Profile, header.to_owned()),
            AwsFile::Config => in_config(header),
        };
        Self {
            kind,
            name,
            resembles: resembles(file, header),
        }
    }
}

/// By `botocore.configloader.build_profile_map`: a header that begins with `profile` names one where a shell
/// would split it into two words, whatever else the first of them is.
fn in_config(header: &str) -> (SectionKind, String) {
    if header == "default" {
        return (SectionKind::Profile, header.to_owned());
    }
    let kind = if header.starts_with("profile") {
        SectionKind::Profile
    } else if header.starts_with("sso-session") {
        SectionKind::SsoSession
    } else {
        return (SectionKind::Other, header.to_owned());
    };
    match words(header).as_deref() {
        Some([_, name]) => (kind, name.clone()),
        _ => (SectionKind::Other, header.to_owned()),
    }
}

/// The other SDKs end a header at its first bracket, and take the rest of the line for a name.
fn resembles(file: AwsFile, header: &str) -> Option<String> {
    let header = header.split(']').next().unwrap_or_default().trim();
    if file == AwsFile::Credentials || header == "default" {
        return Some(header.to_owned());
    }
    let (first, rest) = header.split_once(char::is_whitespace)?;
    let rest = rest.trim();
    (first == "profile" && !rest.is_empty()).then(|| match words(rest).as_deref() {
        Some([name]) => name.clone(),
        _ => rest.to_owned(),
    })
}

/// Splits a text as Python's `shlex.split` does; `None` where a quote is not closed.
fn words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut all = text.chars();
    while let Some(c) = all.next() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some('"'), '\\') => {
                let escaped = all.next()?;
                let word = word.get_or_insert_default();
                if !matches!(escaped, '"' | '\\') {
                    word.push('\\');
                }
                word.push(escaped);
            }
            (None, '"' | '\'') => {
                word.get_or_insert_default();
                quote = Some(c);
            }
            (None, '\\') => word.get_or_insert_default().push(all.next()?),
            (None, ' ' | '\t' | '\r' | '\n') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_a_shell_without_comments() {
        for (text, expected) in [
            ("profile #2", &["profile", "#2"][..]),
            ("profile 'a b'", &["profile", "a b"]),
            ("profile \"a\\\"b\\c\"", &["profile", "a\"b\\c"]),
            ("profile a\\ b", &["profile", "a b"]),
            ("profile\t''", &["profile", ""]),
            ("profile\u{a0}x", &["profile\u{a0}x"]),
        ] {
            assert_eq!(words(text).unwrap(), expected, "{text}");
        }
        for open in ["profile 'a", "profile a\"", "a\\"] {
            assert_eq!(words(open), None, "{open}");
        }
    }

    #[test]
    fn what_other_sdks_take_for_a_profile_is_known() {
        for (header, expected) in [
            (" profile x ", Some("x")),
            ("profile a b", Some("a b")),
            ("profile 'a b'", Some("a b")),
            (" default", Some("default")),
            ("default] # [x", Some("default")),
            ("x", None),
            ("profiles x", None),
        ] {
            let found = SectionName::of(AwsFile::Config, header).resembles;
            assert_eq!(found.as_deref(), expected, "{header}");
        }
    }
}
