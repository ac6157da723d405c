use super::*;

/// As AWS writes it, with the line ends and the namespace.
const SESSION: &str = r#"<GetSessionTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetSessionTokenResult>
    <Credentials>
      <SessionToken>AQoEXAMPLEH4aoAH0gNCAPyJxz4BlCFFxWNE1OPTgk5TthT+FvwqnKwRcOIfrRh3c/LTo6UDdyJwOOvEVPvLXCrrrUtdnniCEXAMPLE/IvU1dYUg2RVAJBanLiHb4IgRmpRV3zrkuWJOgQs8IZZaIv2BXIa2R4Olgk</SessionToken>
      <SecretAccessKey>wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY</SecretAccessKey>
      <Expiration>2026-07-11T19:55:29.611Z</Expiration>
      <AccessKeyId>AKIAIOSFODNN7EXAMPLE</AccessKeyId>
    </Credentials>
  </GetSessionTokenResult>
  <ResponseMetadata><RequestId>58c5dbae-abef-11e0-8cfe-09039844ac7d</RequestId></ResponseMetadata>
</GetSessionTokenResponse>
"#;

/// A list, as a serializer without line ends writes it.
const KEYS: &str = "<?xml version='1.0' encoding='utf-8'?>\n<ListAccessKeysResponse><ListAccessKeysResult>\
    <AccessKeyMetadata><member><AccessKeyId>AKIA1</AccessKeyId><Status>Active</Status></member>\
    <member><AccessKeyId>AKIA2</AccessKeyId><Status>Inactive</Status></member></AccessKeyMetadata>\
    <IsTruncated>false</IsTruncated></ListAccessKeysResult></ListAccessKeysResponse>";

fn session(body: &str) -> Result<(), Malformed> {
    check_answer("GetSessionToken", body.as_bytes())
}

#[test]
fn whole_answers_are_taken() {
    assert_eq!(session(SESSION), Ok(()));
    assert_eq!(session(&format!("\u{feff}{SESSION}")), Ok(()));
    assert_eq!(check_answer("ListAccessKeys", KEYS.as_bytes()), Ok(()));
    let empty = "<DeleteAccessKeyResponse><ResponseMetadata/></DeleteAccessKeyResponse>";
    assert_eq!(check_answer("DeleteAccessKey", empty.as_bytes()), Ok(()));
}

#[test]
fn an_answer_that_is_cut_at_any_byte_is_refused() {
    for (action, whole) in [
        ("GetSessionToken", SESSION.trim_end()),
        ("ListAccessKeys", KEYS),
    ] {
        for end in 0..whole.len() {
            let cut = check_answer(action, &whole.as_bytes()[..end]);
            assert!(cut.is_err(), "{}", &whole[..end]);
            let garbled = cut.unwrap_err().kind() == AwsErrorKind::Garbled;
            assert!(garbled, "{}", &whole[..end]);
        }
    }
}

#[test]
fn an_element_that_is_there_twice_or_renamed_is_refused() {
    let twice = |name: &str| {
        let tag = format!("<{name}>");
        let end = format!("</{name}>");
        let at = SESSION.find(&tag).unwrap();
        let to = SESSION.find(&end).unwrap() + end.len();
        let element = &SESSION[at..to];
        SESSION.replacen(element, &format!("{element}{element}"), 1)
    };
    for name in [
        "GetSessionTokenResult",
        "Credentials",
        "SessionToken",
        "SecretAccessKey",
        "Expiration",
        "AccessKeyId",
    ] {
        assert_eq!(
            session(&twice(name)),
            Err(Malformed::Twice(name.to_owned()))
        );
    }
    let other = SESSION.replace("GetSessionTokenRes", "AssumeRoleRes");
    assert_eq!(
        session(&other),
        Err(Malformed::OtherRoot("GetSessionToken".to_owned()))
    );
    for (old, new) in [
        ("Credentials>", "Credential>"),
        ("GetSessionTokenResult>", "Result>"),
    ] {
        let renamed = SESSION.replace(old, new);
        assert_eq!(session(&renamed), Err(Malformed::Missing("Credentials")));
    }
}

#[test]
fn a_member_is_one_text() {
    for (spoiled, name) in [
        ("wJalr<b/>XUt", "SecretAccessKey"),
        ("wJalr<!-- -->XUt", "SecretAccessKey"),
        ("wJalr<?a b?>XUt", "SecretAccessKey"),
    ] {
        let mixed = SESSION.replace("wJalrXUt", spoiled);
        assert_eq!(session(&mixed), Err(Malformed::Mixed(name.to_owned())));
    }
    let stray = SESSION.replace("<Credentials>", "stray <Credentials>");
    assert!(session(&stray).is_err());
}

#[test]
fn other_documents_are_told_apart() {
    let error = "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>";
    for (body, what) in [
        ("", Malformed::Empty),
        (" \r\n", Malformed::Empty),
        (
            "<!DOCTYPE html><html><body>Log in</body></html>",
            Malformed::WebPage,
        ),
        ("\n<HTML><BODY>Log in", Malformed::WebPage),
        (r#"{"GetSessionTokenResponse":{}}"#, Malformed::NotXml),
        ("OK", Malformed::NotXml),
        ("<a></b>", Malformed::NotXml),
        (error, Malformed::OtherRoot("GetSessionToken".to_owned())),
    ] {
        assert_eq!(session(body), Err(what), "{body}");
    }
    assert_eq!(
        check_answer("GetSessionToken", b"\x1f\x8b\x08"),
        Err(Malformed::NotXml)
    );
    let entities = format!("<!DOCTYPE a [<!ENTITY b 'c'>]>{SESSION}");
    assert_eq!(session(&entities), Err(Malformed::NotXml));
    assert_eq!(check_refusal(error.as_bytes()), Ok(()));
    assert!(check_refusal(&error.as_bytes()[..50]).is_err());
    let two = error.replace("</Code>", "</Code><Code>Throttling</Code>");
    assert!(check_refusal(two.as_bytes()).is_err());
}

#[test]
fn a_name_that_is_not_one_of_aws_is_not_repeated() {
    let odd = SESSION.replace("<Credentials>", "<é/><é/><Credentials>");
    assert_eq!(
        session(&odd),
        Err(Malformed::Twice("an element".to_owned()))
    );
}
