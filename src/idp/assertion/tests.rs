use secrecy::ExposeSecret;

use super::*;

const IDP: &str = "arn:aws:iam::111122223333:saml-provider/Corp";

fn encode(xml: &str) -> String {
    BASE64_STANDARD.encode(xml)
}

fn response(inside: &str) -> String {
    encode(&format!(
        r#"<?xml version="1.0"?><samlp:Response xmlns:samlp="{PROTOCOL}" xmlns:saml="{ASSERTION}">{inside}</samlp:Response>"#
    ))
}

fn role(name: &str) -> String {
    format!("arn:aws:iam::111122223333:role/{name}")
}

/// An assertion that grants these pairs, good from second 1000 to second 1300.
fn granting(pairs: &[String]) -> String {
    let values = format!(
        "<saml:AttributeValue>{}</saml:AttributeValue>",
        pairs.join("</saml:AttributeValue><saml:AttributeValue>")
    );
    response(&format!(
        r#"<saml:Assertion>
  <saml:Subject><saml:SubjectConfirmation><saml:SubjectConfirmationData NotOnOrAfter="1970-01-01T00:21:40Z"/></saml:SubjectConfirmation></saml:Subject>
  <saml:Conditions NotBefore="1970-01-01T00:16:40.123Z" NotOnOrAfter="1970-01-01T01:00:00Z"><saml:AudienceRestriction><saml:Audience> urn:one </saml:Audience><saml:Audience>urn:other</saml:Audience></saml:AudienceRestriction></saml:Conditions>
  <saml:AttributeStatement>
    <saml:Attribute Name="{ROLE}">{values}</saml:Attribute>
    <saml:Attribute Name="{SESSION_DURATION}"><saml:AttributeValue> 7200 </saml:AttributeValue></saml:Attribute>
  </saml:AttributeStatement>
</saml:Assertion>"#
    ))
}

fn read(text: &str) -> Statement {
    match Assertion::read(text).unwrap().contents {
        Contents::Readable(statement) => statement,
        Contents::Encrypted => panic!("encrypted"),
    }
}

#[test]
fn roles_stand_in_either_order_and_among_spaces() {
    let statement = read(&granting(&[
        format!("{},{IDP}", role("A")),
        format!("\n {IDP} , {}\n", role("team/B")),
        "arn:aws:iam::1:role/broken,and so on".to_owned(),
        role("alone"),
    ]));
    let grants: Vec<(&str, &str)> = statement
        .grants
        .iter()
        .map(|grant| (grant.role.name(), grant.provider.as_str()))
        .collect();
    assert_eq!(grants, [("A", IDP), ("B", IDP)]);
    assert_eq!(statement.session_duration, Some(Span(7200)));
    assert_eq!(statement.audiences, ["urn:one", "urn:other"]);
}

#[test]
fn three_hundred_roles_are_read_and_too_many_are_refused() {
    let pairs = |n| -> Vec<String> {
        (0..n)
            .map(|i| format!("{},{IDP}", role(&format!("Role{i}"))))
            .collect()
    };
    assert_eq!(read(&granting(&pairs(300))).grants.len(), 300);
    let refused = Assertion::read(&granting(&pairs(900))).unwrap_err();
    assert_eq!(refused, AssertionError::TooLong);
}

#[test]
fn it_is_good_between_the_tightest_bounds() {
    let statement = read(&granting(&[format!("{},{IDP}", role("A"))]));
    assert_eq!(statement.not_before, Some(Timestamp(1000)));
    assert_eq!(statement.not_on_or_after, Some(Timestamp(1300)));
    let check = |now| statement.check_time(Timestamp(now));
    assert_eq!(check(1000), Ok(()));
    assert_eq!(check(1299), Ok(()));
    assert_eq!(check(1300), Err(Untimely::Late(Span(0))));
    assert_eq!(check(1420), Err(Untimely::Late(Span(120))));
    // A clock that is a little behind is forgiven; one that is much behind is named.
    assert_eq!(check(700), Ok(()));
    assert_eq!(check(699), Err(Untimely::Early(Span(301))));
}

#[test]
fn it_serves_others_for_five_minutes_at_most() {
    let until = |text: &str, received| {
        Assertion::read(text)
            .unwrap()
            .good_until(Timestamp(received))
    };
    let readable = granting(&[format!("{},{IDP}", role("A"))]);
    assert_eq!(until(&readable, 1100), Timestamp(1300));
    assert_eq!(until(&readable, 900), Timestamp(1200));
    let encrypted = response("<saml:EncryptedAssertion/>");
    assert_eq!(until(&encrypted, 1000), Timestamp(1300));
}

#[test]
fn line_breaks_of_base64_tools_do_no_harm() {
    let text = granting(&[format!("{},{IDP}", role("A"))]);
    let wrapped: String = text.as_bytes().chunks(76).fold(String::new(), |all, line| {
        all + str::from_utf8(line).unwrap() + "\r\n"
    });
    assert_eq!(read(&wrapped), read(&text));
}

/// The text, as a form sends it.
fn percent(text: &str) -> String {
    let encode = |b: u8| match b {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(b).to_string(),
        b => format!("%{b:02X}"),
    };
    text.bytes().map(encode).collect()
}

/// One that has every character of base64 that needs care: `+`, `/` and `=`.
fn with_all_characters() -> String {
    let granted = |pad: &str| {
        granting(&[
            format!("{},{IDP}", role("A")),
            format!("{pad}~?>\u{7ff}\u{3fb}~~??>>"),
        ])
    };
    ["", " ", "  ", "   ", "    ", "     "]
        .into_iter()
        .map(granted)
        .find(|text| text.contains('+') && text.contains('/') && text.ends_with('='))
        .expect("one of them has all")
}

#[test]
fn every_form_in_which_it_is_copied_is_read() {
    let text = with_all_characters();
    let xml = String::from_utf8(BASE64_STANDARD.decode(&text).unwrap()).unwrap();
    let url_safe = text.replace('+', "-").replace('/', "_");
    let wrapped: String = text.as_bytes().chunks(64).fold(String::new(), |all, line| {
        all + str::from_utf8(line).unwrap() + "\n"
    });
    let entities = text
        .replace('+', "&#43;")
        .replace('/', "&#x2F;")
        .replace('=', "&#61;");
    let unicode = text.replace('+', r"\u002b").replace('=', r"\u003D");
    let encoded = percent(&text);
    for copied in [
        text.clone(),
        format!("\u{feff} {text}\r\n"),
        text.trim_end_matches('=').to_owned(),
        url_safe.clone(),
        url_safe.trim_end_matches('=').to_owned(),
        wrapped.clone(),
        encoded.clone(),
        percent(&encoded),
        percent(&wrapped),
        format!("SAMLResponse={encoded}"),
        format!("SAMLResponse={text}"),
        format!("SAMLResponse={encoded}&RelayState=https%3A%2F%2Fx"),
        format!("RelayState=&SAMLResponse={encoded}"),
        format!("SAMLResponse: {text}\nRelayState: https://x"),
        format!("SAMLResponse:\n{text}\nRelayState:\n"),
        format!(
            "curl 'https://signin.aws.amazon.com/saml' \\\n  --data-raw 'SAMLResponse={encoded}&RelayState='"
        ),
        format!("\"{text}\""),
        format!("'{text}'"),
        format!("\"{}\"", text.replace('/', r"\/")),
        format!("\"{unicode}\""),
        format!(r#"{{"SAMLResponse": "{unicode}", "RelayState": null}}"#),
        format!(r#"{{"samlResponse":"{text}"}}"#),
        format!(
            r#"<html><form method=post><INPUT type=hidden name="RelayState" value="x"/><input type="hidden" name="SAMLResponse" value="{entities}"/></form>"#
        ),
        format!("<input value='{text}' name=SAMLResponse disabled>"),
        xml.clone(),
        format!("\u{feff}\n{xml}\n"),
        percent(&xml),
    ] {
        let assertion = Assertion::read(&copied).unwrap_or_else(|why| panic!("{why}: {copied}"));
        // STS is sent the same text, whatever was copied.
        assert_eq!(assertion.encoded.expose_secret(), text, "{copied}");
    }
}

#[test]
fn what_cannot_be_decoded_is_named() {
    let text = granting(&[format!("{},{IDP}", role("A"))]);
    let request = encode(&format!(
        r#"<samlp:AuthnRequest xmlns:samlp="{PROTOCOL}"/>"#
    ));
    let half = text.len() / 8 * 4;
    for (copied, expected) in [
        (text[..half].to_owned(), "its end is missing"),
        (text[..=half].to_owned(), "its end is missing"),
        (
            "<html><title>SSO</title></html>".to_owned(),
            "no field `SAMLResponse`",
        ),
        (r#"{"RelayState": "x"}"#.to_owned(), "JSON without"),
        (
            format!("SAMLRequest={}", percent(&request)),
            "it is a `SAMLRequest`",
        ),
        (request, "it is a `SAMLRequest`"),
        ("SAMLResponse=".to_owned(), "it is empty"),
        ("SAMLResponse=a%2".to_owned(), "percent-encoding is broken"),
        ("hello, world".to_owned(), "not base64"),
        (format!("{}=x", &text[..8]), "not base64"),
    ] {
        let why = Assertion::read(&copied).unwrap_err().to_string();
        assert!(why.contains(expected), "{why}: {copied}");
    }
}

#[test]
fn an_encrypted_one_is_recognised() {
    let encrypted = Assertion::read(&response("<saml:EncryptedAssertion/>")).unwrap();
    assert_eq!(encrypted.contents, Contents::Encrypted);
}

#[test]
fn a_time_that_cannot_be_read_limits_nothing_and_is_refused() {
    let whole = BASE64_STANDARD.decode(granting(&[format!("{},{IDP}", role("A"))]));
    let whole = String::from_utf8(whole.unwrap()).unwrap();
    for odd in ["", "tomorrow", "1970-01-01", "1970-13-01T00:00:00Z"] {
        for good in ["1970-01-01T00:21:40Z", "1970-01-01T00:16:40.123Z"] {
            let spoiled = Assertion::read(&encode(&whole.replace(good, odd)));
            assert!(matches!(spoiled, Err(AssertionError::NotSaml(_))), "{odd}");
        }
    }
}

#[test]
fn one_assertion_is_read_and_only_where_the_login_succeeded() {
    let whole = BASE64_STANDARD.decode(granting(&[format!("{},{IDP}", role("A"))]));
    let whole = String::from_utf8(whole.unwrap()).unwrap();
    let with = |first: &str| {
        Assertion::read(&encode(&whole.replacen(
            "<saml:Assertion>",
            &format!("{first}<saml:Assertion>"),
            1,
        )))
    };
    let status =
        |code: &str| format!(r#"<samlp:Status><samlp:StatusCode Value="{code}"/></samlp:Status>"#);
    assert!(with(&status(SUCCESS)).is_ok());
    assert!(matches!(
        with(&status("urn:denied")),
        Err(AssertionError::Refused(_))
    ));
    let twice = with("<saml:Assertion/>").unwrap_err();
    assert_eq!(
        twice,
        AssertionError::NotSaml("two assertions in the response")
    );
}

#[test]
fn an_assertion_that_is_cut_is_refused() {
    let whole = granting(&[format!("{},{IDP}", role("A"))]);
    let whole = whole.trim_end_matches('=');
    for end in (0..whole.len()).step_by(10) {
        assert!(Assertion::read(&whole[..end]).is_err(), "{end}");
    }
}

#[test]
fn hostile_and_odd_texts_are_refused() {
    use AssertionError as E;
    let bomb = r#"<!DOCTYPE r [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;">]><r>&b;</r>"#;
    let file = r#"<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>"#;
    for (text, error) in [
        (String::new(), E::NotSaml("it is empty")),
        (" \r\n".into(), E::NotSaml("it is empty")),
        ("%%%".into(), E::NotSaml("its percent-encoding is broken")),
        (
            BASE64_STANDARD.encode([0xff, 0xfe]),
            E::NotSaml("not UTF-8"),
        ),
        (encode(bomb), E::NotSaml("not XML")),
        (encode(file), E::NotSaml("not XML")),
        (encode("<a><b></a>"), E::NotSaml("not XML")),
        (encode("<Response/>"), E::NotSaml("no SAML 2.0 `Response`")),
        (response(""), E::NotSaml("no assertion in the response")),
        (granting(&[]), E::NoRoles),
        (granting(&["a,b".into(), ",".into()]), E::NoRoles),
        // An element of another vocabulary is not an assertion, whatever its name.
        (
            response("<Assertion/>"),
            E::NotSaml("no assertion in the response"),
        ),
    ] {
        assert_eq!(Assertion::read(&text).unwrap_err(), error, "{text}");
    }
    // As deep as it fits into the limit: the parser must not exhaust the stack.
    let deep = 7_000;
    let nested = format!("{}{}", "<a>".repeat(deep), "</a>".repeat(deep));
    assert!(Assertion::read(&encode(&nested)).is_err());
}

#[test]
fn a_refusal_is_told_in_the_providers_words() {
    let refused = response(
        "<samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Responder\"/>\
         <samlp:StatusMessage>no&#x85; such user</samlp:StatusMessage></samlp:Status>",
    );
    assert_eq!(
        Assertion::read(&refused).unwrap_err(),
        AssertionError::Refused("no\u{85} such user".into())
    );
}

#[test]
fn debug_shows_nothing_of_the_text() {
    let text = granting(&[format!("{},{IDP}", role("A"))]);
    let shown = format!("{:?}", Assertion::read(&text).unwrap());
    assert!(!shown.contains(&text[..16]), "{shown}");
    assert!(shown.contains("role/A"), "{shown}");
}
