//! What a secret access key looks like, so that a slip is found before it is stored.

use crate::model::pasted::is_unseen;

/// How many characters each secret access key of AWS has.
const LENGTH: usize = 40;

/// Whether this can be a secret access key. Other services that speak AWS's protocols (`MinIO`, `Ceph`) have
/// secrets of other lengths: `is_elsewhere`.
///
/// # Errors
/// Why not. The words follow "that" or the name of a variable, and hold no part of the secret.
pub fn secret_access_key(secret: &str, is_elsewhere: bool) -> Result<(), String> {
    let quote = |c: char| matches!(c, '"' | '\'' | '`' | '\u{2018}'..='\u{201f}');
    if secret.contains(quote) {
        return Err(
            "has a quotation mark in it: copy what stands between the quotation marks".to_owned(),
        );
    }
    if let Some(odd) = secret.chars().find(|c| is_unseen(*c)) {
        return Err(match odd {
            ' ' => "has a space in it: copy the secret alone".to_owned(),
            '\n' | '\r' => "has more than one line: copy the secret alone".to_owned(),
            odd => format!(
                "has an invisible character in it (U+{:04X}): copy it again, from a plain text",
                u32::from(odd)
            ),
        });
    }
    if is_id(secret) {
        return Err(
            "is the id of an access key: the secret is the longer of the two, and IAM shows it only once"
                .to_owned(),
        );
    }
    let length = secret.chars().count();
    if is_elsewhere || length == LENGTH {
        return Ok(());
    }
    if length > 100 {
        return Err(
            "looks like a session token: a session stores a long-lived key, which has none"
                .to_owned(),
        );
    }
    Err(format!(
        "has {length} characters, and a secret access key of AWS has {LENGTH}"
    ))
}

/// The unique ids of IAM are 20 or 21 capital letters and digits.
fn is_id(text: &str) -> bool {
    (16..32).contains(&text.len())
        && ["AKIA", "ASIA", "AROA", "AIDA"]
            .iter()
            .any(|p| text.starts_with(p))
        && text
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    #[test]
    fn a_slip_is_named() {
        assert_eq!(secret_access_key(SECRET, false), Ok(()));
        let token = format!("IQoJb3JpZ2luX2VjE{}", "x".repeat(300));
        for (secret, expected) in [
            (&SECRET[1..], "has 39 characters"),
            (&format!("{SECRET}="), "has 41 characters"),
            (&format!("\"{SECRET}\""), "quotation mark"),
            (&format!("\u{201c}{SECRET}\u{201d}"), "quotation mark"),
            (&format!("'{}", &SECRET[1..]), "quotation mark"),
            (&format!("{SECRET}\u{200b}"), "(U+200B)"),
            (&format!("\u{feff}{}", &SECRET[1..]), "(U+FEFF)"),
            (&format!("{}\u{a0}", &SECRET[1..]), "(U+00A0)"),
            (&SECRET.replace('/', " "), "space"),
            (&SECRET.replace('/', "\n"), "more than one line"),
            ("AKIAIOSFODNN7EXAMPLE", "the id of an access key"),
            ("ASIAIOSFODNN7EXAMPLE", "the id of an access key"),
            (&token, "session token"),
        ] {
            let why = secret_access_key(secret, false).unwrap_err();
            assert!(why.contains(expected), "{secret}: {why}");
            assert!(!why.contains("wJal") && !why.contains("EXAMPLE"), "{why}");
        }
    }

    #[test]
    fn elsewhere_a_secret_has_any_length() {
        for secret in ["minio123", SECRET, &SECRET[1..]] {
            assert_eq!(secret_access_key(secret, true), Ok(()), "{secret}");
        }
        for slip in ["\"minio123\"", "minio\u{200b}123", "AKIAIOSFODNN7EXAMPLE"] {
            assert!(secret_access_key(slip, true).is_err(), "{slip}");
        }
    }
}
