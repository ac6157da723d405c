//! A SAML response as people and tools copy it: the value of a form's field, the whole form, its HTML,
//! JSON, or the XML itself. The result is base64 as STS wants it.
//!
//! Every buffer here has its full size from the start and is wiped: one that grows leaves copies behind.

use std::borrow::Cow;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::AssertionError;
use crate::model::pasted::{bare, is_unseen};

const FIELD: &str = "SAMLResponse";

/// A JSON object with the field.
#[derive(Deserialize)]
struct Object<'t> {
    #[serde(
        rename = "SAMLResponse",
        alias = "samlResponse",
        alias = "saml_response",
        borrow
    )]
    response: Cow<'t, str>,
}

/// The base64 text of a SAML response in what was copied.
///
/// # Errors
/// [`AssertionError::NotSaml`], which names the problem and holds no part of the text.
pub(super) fn base64_of(text: &str) -> Result<Zeroizing<String>, AssertionError> {
    let text = text.trim_matches(is_unseen);
    if text.starts_with('{') {
        let object: Object<'_> = serde_json::from_str(text)
            .map_err(|_| AssertionError::NotSaml("it is JSON without a text `SAMLResponse`"))?;
        return value(&Zeroizing::new(object.response.into_owned()));
    }
    if text.starts_with('"')
        && let Ok(string) = serde_json::from_str::<String>(text)
    {
        return base64_of(&Zeroizing::new(string));
    }
    if text.starts_with('<') {
        return match html_field(text) {
            Some(field) => value(&without_entities(field)),
            None if is_html(text) => Err(AssertionError::NotSaml(
                "it is a page of HTML that has no field `SAMLResponse`",
            )),
            None => Ok(encoded(text)),
        };
    }
    match form_field(text) {
        Some(field) => value(field),
        None if text.contains("SAMLRequest") => Err(AssertionError::NotSaml(REQUEST)),
        None => value(text),
    }
}

/// The value of the field, perhaps quoted, percent-encoded, or XML.
fn value(text: &str) -> Result<Zeroizing<String>, AssertionError> {
    let text = bare(text);
    if text.is_empty() {
        return Err(AssertionError::NotSaml("it is empty"));
    }
    if text.starts_with('<') {
        return Ok(encoded(text));
    }
    let mut text = unescaped(text);
    // A form inside of a form is encoded twice.
    for _ in 0..2 {
        if text.contains('%') {
            text = percent_decoded(&text)
                .ok_or(AssertionError::NotSaml("its percent-encoding is broken"))?;
        }
        if text.starts_with('<') {
            return Ok(encoded(&text));
        }
    }
    normal(&text)
}

/// Base64 of the standard alphabet, with its padding and without line breaks.
fn normal(text: &str) -> Result<Zeroizing<String>, AssertionError> {
    let mut normal = Zeroizing::new(String::with_capacity(text.len() + 3));
    for c in text.chars().filter(|c| !is_unseen(*c)) {
        normal.push(match c {
            '-' => '+',
            '_' => '/',
            c if c.is_ascii_alphanumeric() || "+/=".contains(c) => c,
            _ => return Err(AssertionError::NotSaml("not base64")),
        });
    }
    let length = normal.trim_end_matches('=').len();
    normal.truncate(length);
    if normal.contains('=') {
        return Err(AssertionError::NotSaml("not base64"));
    }
    match length % 4 {
        // The XML of a response begins with `<s`, `<S` or `<?`.
        1 if ["PHN", "PFN", "PD9"]
            .iter()
            .any(|start| normal.starts_with(start)) =>
        {
            return Err(AssertionError::NotSaml(CUT_OFF));
        }
        1 => return Err(AssertionError::NotSaml("not base64")),
        2 => normal.push_str("=="),
        3 => normal.push('='),
        _ => {}
    }
    Ok(normal)
}

/// The other direction.
pub(super) const REQUEST: &str = "it is a `SAMLRequest`, which goes to the identity provider; copy the `SAMLResponse` that comes back";

/// What is missing at its end cannot be made up.
pub(super) const CUT_OFF: &str = "its end is missing: copy all of it";

/// Base64 of a text that is XML already.
fn encoded(xml: &str) -> Zeroizing<String> {
    let length = xml.len().div_ceil(3) * 4;
    let mut encoded = Zeroizing::new(String::with_capacity(length));
    BASE64_STANDARD.encode_string(xml, &mut encoded);
    encoded
}

/// The value of `SAMLResponse=` in the body of a form, or in a command that posts one; or of
/// `SAMLResponse:`, as the developer tools of browsers list a form.
fn form_field(text: &str) -> Option<&str> {
    let mut from = 0;
    while let Some(at) = text[from..].find(FIELD) {
        let start = from + at;
        let before = text[..start].chars().next_back();
        let after = &text[start + FIELD.len()..];
        from = start + FIELD.len();
        if before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_') {
            continue;
        }
        let after = after.trim_start_matches(['"', '\'']);
        let Some(rest) = after
            .strip_prefix('=')
            .or_else(|| after.strip_prefix("%3D"))
            .or_else(|| after.strip_prefix("%3d"))
        else {
            if let Some(rest) = after.trim_start_matches(is_unseen).strip_prefix(':') {
                let rest = rest.trim_start_matches(is_unseen);
                return rest.lines().next();
            }
            continue;
        };
        let rest = rest.trim_start_matches(['"', '\'']);
        let end = rest.find(['&', '"', '\'']).unwrap_or(rest.len());
        return Some(&rest[..end]);
    }
    None
}

fn is_html(text: &str) -> bool {
    let lower = |tag: &str| {
        text.get(..tag.len())
            .is_some_and(|t| t.eq_ignore_ascii_case(tag))
    };
    [
        "<!doctype html",
        "<html",
        "<form",
        "<input",
        "<head",
        "<body",
    ]
    .into_iter()
    .any(lower)
}

/// The `value` of `<input name="SAMLResponse" ...>`.
fn html_field(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let Some(attributes) = after_tag_name(rest, "input") else {
            continue;
        };
        rest = attributes;
        let (mut name, mut value) = (None, None);
        while let Some((attribute, text, behind)) = attribute(rest) {
            match attribute.to_ascii_lowercase().as_str() {
                "name" => name = Some(text),
                "value" => value = Some(text),
                _ => {}
            }
            rest = behind;
        }
        if name == Some(FIELD) {
            return value;
        }
    }
    None
}

fn after_tag_name<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let (tag, after) = text.split_at_checked(name.len())?;
    let is_it = tag.eq_ignore_ascii_case(name) && after.starts_with(char::is_whitespace);
    is_it.then_some(after)
}

/// The next attribute of a tag that has a value, and what is behind it.
fn attribute(text: &str) -> Option<(&str, &str, &str)> {
    let text = text.trim_start();
    let end = text.find(|c: char| c == '=' || c == '>' || c.is_whitespace())?;
    let (name, rest) = text.split_at(end);
    let rest = rest.trim_start();
    let Some(rest) = rest.strip_prefix('=') else {
        return if rest.starts_with('>') || name.is_empty() {
            None
        } else {
            Some((name, "", rest))
        };
    };
    let rest = rest.trim_start();
    let quote = rest.chars().next().filter(|c| "\"'".contains(*c));
    if let Some(quote) = quote {
        let (value, behind) = rest[1..].split_once(quote)?;
        return Some((name, value, behind));
    }
    let end = rest.find(|c: char| c == '>' || c.is_whitespace())?;
    Some((name, &rest[..end], &rest[end..]))
}

/// Base64 needs few entities, and HTML writes them as numbers: `&#43;`, `&#x2F;`, `&#61;`, `&#13;`.
fn without_entities(text: &str) -> Zeroizing<String> {
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let entity = after.split_once(';').and_then(|(entity, behind)| {
            let c = match entity {
                "plus" => '+',
                "sol" => '/',
                "equals" => '=',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "amp" => '&',
                "apos" => '\'',
                number => {
                    let number = number.strip_prefix('#')?;
                    let code = match number.strip_prefix(['x', 'X']) {
                        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                        None => number.parse().ok()?,
                    };
                    char::from_u32(code)?
                }
            };
            Some((c, behind))
        });
        let (c, behind) = entity.unwrap_or(('&', after));
        plain.push(c);
        rest = behind;
    }
    plain.push_str(rest);
    plain
}

/// Without the backslashes of JSON or of a shell: `\/`, `\r\n`, a backslash at the end of a line.
fn unescaped(text: &str) -> Zeroizing<String> {
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            // Base64 has no backslashes of its own.
            '\\' => match chars.next() {
                Some('n' | 'r' | 't') | None => plain.push('\n'),
                Some(other) => plain.push(other),
            },
            c => plain.push(c),
        }
    }
    plain
}

/// `None` where a `%` is not followed by two hexadecimal digits, or bytes are not UTF-8.
fn percent_decoded(text: &str) -> Option<Zeroizing<String>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    // Base64 has no spaces, and forms write its `+` as `%2B` or as it is. In XML, `+` stands for a space.
    let is_xml = text.starts_with("%3C") || text.starts_with("%3c");
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            b'+' if is_xml => b' ',
            byte => byte,
        });
    }
    let text = str::from_utf8(&bytes).ok()?;
    let mut decoded = Zeroizing::new(String::with_capacity(text.len()));
    decoded.push_str(text);
    Some(decoded)
}
