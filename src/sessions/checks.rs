//! What AWS admits in one value, so that a slip is found in the file and not in a refused call.
//!
//! The limits are those of the API references of STS and IAM. Each check answers with words that
//! follow the name of the key.

use std::ops::RangeInclusive;

use crate::model::Span;
use crate::model::accepted::{EXTERNAL_ID, NAME};
use crate::model::session::Type;

/// A check's answer; the error goes behind the name of the key.
pub(super) type Checked = Result<(), String>;

/// At most so many tags and transitive tags go with one request.
pub(super) const MOST_TAGS: usize = 50;
/// At most so many managed policies narrow one session.
pub(super) const MOST_POLICIES: usize = 10;
/// An inline session policy is no longer.
const LONGEST_POLICY: usize = 2048;

pub(super) fn duration(wanted: Span, kind: Type) -> Checked {
    let (shortest, longest) = kind.duration_limits();
    if (shortest..=longest).contains(&wanted) {
        return Ok(());
    }
    let kind = kind.name();
    Err(format!(
        "AWS gives an {kind} session {shortest} to {longest}, not {wanted}"
    ))
}

/// The same at another service than AWS.
pub(super) fn duration_elsewhere(wanted: Span) -> Checked {
    let (shortest, longest) = Type::duration_limits_elsewhere();
    if (shortest..=longest).contains(&wanted) {
        return Ok(());
    }
    Err(format!("is {shortest} to {longest}, not {wanted}"))
}

/// Whether this can be the id of an access key at another service than AWS: `minioadmin`, an address, a name.
///
/// # Errors
/// Why not.
pub fn access_key_id_elsewhere(text: &str) -> Checked {
    if text.starts_with("ASIA") && access_key_id(&text.replacen("ASIA", "AKIA", 1)).is_ok() {
        return access_key_id(text);
    }
    match text
        .chars()
        .find(|c| !c.is_ascii_alphanumeric() && !"_.@+:/-".contains(*c))
    {
        Some(odd) => Err(format!("{odd:?} cannot stand here")),
        None if !(3..=128).contains(&text.len()) => Err(format!(
            "has {} characters, and such services want 3 to 128",
            text.len()
        )),
        None => Ok(()),
    }
}

/// Whether this can be the id of a long-lived access key.
///
/// # Errors
/// Why not.
pub fn access_key_id(text: &str) -> Checked {
    let others = [
        // What STS issues; such a key is of no use without its token.
        ("ASIA", "belongs to temporary credentials"),
        ("AROA", "is the id of a role, not of an access key"),
        ("AIDA", "is the id of an IAM user, not of an access key"),
        ("AGPA", "is the id of a group, not of an access key"),
        ("ANPA", "is the id of a policy, not of an access key"),
        (
            "AIPA",
            "is the id of an instance profile, not of an access key",
        ),
        ("APKA", "is the id of a public key, not of an access key"),
        ("ASCA", "is the id of a certificate, not of an access key"),
    ];
    if let Some((_, what)) = others.iter().find(|(prefix, _)| text.starts_with(prefix)) {
        return Err(format!(
            "{what}; a session wants the long-lived key, `AKIA...`"
        ));
    }
    admit(text, 16..=128, "_")?;
    if text.contains(|c: char| c.is_ascii_lowercase()) {
        return Err("is written in capital letters and digits, `AKIA...`".to_owned());
    }
    Ok(())
}

pub(super) fn external_id(text: &str) -> Checked {
    admit(text, EXTERNAL_ID.length, EXTERNAL_ID.also)
}

pub(super) fn source_identity(text: &str) -> Checked {
    admit(text, NAME.length, NAME.also)
}

/// What is filled in later is cut to fit; what is written here should fit as it is.
pub(super) fn session_name_template(text: &str) -> Checked {
    let fixed = text.replace("{user}", "").replace("{host}", "");
    let shortest = if fixed == text { 2 } else { 0 };
    if let Some(odd) = fixed.chars().find(|c| "{}".contains(*c)) {
        return Err(format!(
            "{odd:?} cannot stand here, but in `{{user}}` and `{{host}}`, which are filled in"
        ));
    }
    admit(&fixed, shortest..=*NAME.length.end(), NAME.also)
}

pub(super) fn tag(key: &str, value: &str) -> Checked {
    length(key, 1..=128)?;
    length(value, 0..=256)?;
    if key.to_ascii_lowercase().starts_with("aws:") {
        return Err("begins with `aws:`, which AWS keeps for itself".to_owned());
    }
    let admitted = |c: char| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c);
    match key.chars().chain(value.chars()).find(|c| !admitted(*c)) {
        Some(odd) => Err(format!("{odd:?} cannot stand in a tag")),
        None => Ok(()),
    }
}

pub(super) fn policy(text: &str) -> Checked {
    serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text)
        .map_err(|error| format!("is not a JSON policy: {error}"))?;
    length(text, 1..=LONGEST_POLICY)?;
    let admitted = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{a0}'..='\u{ff}');
    match text.chars().find(|c| !admitted(*c)) {
        Some(odd) => Err(format!("{odd:?} cannot stand in a policy")),
        None => Ok(()),
    }
}

/// Whether this can be a managed policy: `arn:aws:iam::aws:policy/...` is AWS's own, any other account's
/// is a customer's.
///
/// # Errors
/// Why not.
pub fn policy_arn(text: &str) -> Checked {
    let fields: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, resource] = fields[..] else {
        return Err(not_a_policy(text));
    };
    let known_partition = partition == "aws" || partition.starts_with("aws-");
    let known_account =
        account == "aws" || account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
    let name = resource.strip_prefix("policy/").unwrap_or_default();
    if !known_partition || !known_account || name.is_empty() {
        return Err(not_a_policy(text));
    }
    admit(name, 1..=1024, "_+=,.@/-")
}

fn not_a_policy(text: &str) -> String {
    format!("{text:?} is not the ARN of a policy (`arn:aws:iam::aws:policy/ReadOnlyAccess`)")
}

/// It becomes the header of a section in an INI file, and a word on command lines.
///
/// # Errors
/// What is wrong with it.
pub fn profile_name(text: &str) -> Result<(), String> {
    if text.trim() != text {
        return Err("begins or ends with a space".to_owned());
    }
    match text
        .chars()
        .find(|c| c.is_control() || "[]#;'\"\\".contains(*c))
    {
        Some(odd) => Err(format!("{odd:?} cannot stand in a profile name")),
        None => Ok(()),
    }
}

/// Split by the rules of a shell, though none will run it.
pub(super) fn command(text: &str) -> Checked {
    line(text)?;
    match shell_words::split(text) {
        Ok(words) if words.is_empty() => Err("is no command".to_owned()),
        Ok(_) => Ok(()),
        Err(error) => Err(format!("cannot be split into words: {error}")),
    }
}

/// A line for people. It is shown on terminals, which obey control characters, and a shared file
/// comes from others.
pub(super) fn line(text: &str) -> Checked {
    match text.chars().find(|c| c.is_control()) {
        Some(odd) => Err(format!("{odd:?} cannot stand in a line")),
        None => Ok(()),
    }
}

fn admit(text: &str, wanted: RangeInclusive<usize>, also: &str) -> Checked {
    match text
        .chars()
        .find(|c| !c.is_ascii_alphanumeric() && !also.contains(*c))
    {
        Some(odd) => Err(format!("{odd:?} cannot stand here")),
        None => length(text, wanted),
    }
}

fn length(text: &str, wanted: RangeInclusive<usize>) -> Checked {
    let found = text.chars().count();
    if wanted.contains(&found) {
        return Ok(());
    }
    let (shortest, longest) = (wanted.start(), wanted.end());
    Err(format!(
        "AWS wants {shortest} to {longest} characters, not {found}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn length_is(check: impl Fn(&str) -> Checked, wanted: RangeInclusive<usize>) {
        let of = |length| check(&"x".repeat(length));
        assert!(of(*wanted.start()).is_ok() && of(*wanted.end()).is_ok());
        assert!(of(wanted.start() - 1).is_err() && of(wanted.end() + 1).is_err());
    }

    #[test]
    fn lengths_are_those_of_aws() {
        length_is(|id| access_key_id(&id.to_uppercase()), 16..=128);
        assert!(access_key_id(&"x".repeat(20)).is_err());
        length_is(access_key_id_elsewhere, 3..=128);
        length_is(external_id, 2..=1224);
        length_is(source_identity, 2..=64);
        length_is(session_name_template, 2..=64);
        length_is(|key| tag(key, ""), 1..=128);
        assert!(tag("key", &"x".repeat(256)).is_ok());
        assert!(tag("key", &"x".repeat(257)).is_err());
        let policy_of = |length: usize| policy(&format!("{{{}}}", " ".repeat(length - 2)));
        assert!(policy_of(2048).is_ok() && policy_of(2049).is_err());
    }

    #[test]
    fn other_services_have_ids_of_their_own() {
        for id in [
            "minioadmin",
            "bob",
            "0555b35654ad1656d804",
            "alice@example.com",
        ] {
            assert_eq!(access_key_id_elsewhere(id), Ok(()), "{id}");
            assert!(access_key_id(id).is_err(), "{id}");
        }
        for id in ["a b", "a=b", "a,b", "\u{1b}ab", "ASIAIOSFODNN7EXAMPLE"] {
            assert!(access_key_id_elsewhere(id).is_err(), "{id}");
        }
    }

    #[test]
    fn session_names_may_be_made_of_what_is_filled_in() {
        for text in ["{user}", "{host}", "x-{user}@{host}", "ci"] {
            assert_eq!(session_name_template(text), Ok(()), "{text}");
        }
        for text in ["{usr}", "{user", "a b", "é", "x"] {
            assert!(session_name_template(text).is_err(), "{text}");
        }
    }

    #[test]
    fn tags_are_unicode_and_never_those_of_aws() {
        assert_eq!(tag("Straße", "a b_.:/=+-@1"), Ok(()));
        for (key, value) in [("aws:x", ""), ("AWS:x", ""), ("a\n", ""), ("a", "<")] {
            assert!(tag(key, value).is_err(), "{key:?} {value:?}");
        }
    }

    #[test]
    fn policies_are_json_objects_and_arns_of_policies() {
        assert_eq!(policy("{\n\t\"Version\": \"2012-10-17\"\r\n}"), Ok(()));
        for text in ["", "[]", "{", "{\"a\": \"\u{9b}\"}", "{\"a\": \"€\"}"] {
            assert!(policy(text).is_err(), "{text:?}");
        }
        for text in [
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "arn:aws-us-gov:iam::111122223333:policy/team/x",
        ] {
            assert_eq!(policy_arn(text), Ok(()), "{text}");
        }
        for text in [
            "arn:",
            "arn:aws:iam::aws:policy/",
            "arn:aws:iam::1:policy/x",
            "arn:aws:iam::111122223333:role/x",
            "arn:other:iam::aws:policy/x",
            "arn:aws:iam::aws:policy/a b",
        ] {
            assert!(policy_arn(text).is_err(), "{text}");
        }
    }

    #[test]
    fn nothing_reaches_a_terminal_that_it_would_obey() {
        for text in ["a\nb", "\u{1b}[2J", "\u{9b}2J", "\u{7f}"] {
            assert!(line(text).is_err(), "{text:?}");
            assert!(profile_name(text).is_err(), "{text:?}");
            assert!(command(text).is_err(), "{text:?}");
        }
        assert_eq!(line("Zoë's, über alles 🙂"), Ok(()));
    }

    #[test]
    fn commands_are_split_as_a_shell_would() {
        assert_eq!(command("op item get 'AWS prod' --otp"), Ok(()));
        for text in [" ", "an 'open quote"] {
            assert!(command(text).is_err(), "{text}");
        }
    }
}
