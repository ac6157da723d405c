use super::*;

#[test]
fn what_aws_says_is_told_apart() {
    use AwsErrorKind as Kind;
    for (code, message, kind) in [
        (
            "AccessDenied",
            "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::444455556666:role/Audit",
            Kind::AccessDenied,
        ),
        (
            "AccessDenied",
            "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
            Kind::MfaCodeRejected,
        ),
        (
            "AccessDenied",
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
            Kind::MfaDeviceRejected,
        ),
        (
            "AccessDenied",
            "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
            Kind::MfaIncomplete,
        ),
        (
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
            Kind::UnknownKey,
        ),
        (
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided.",
            Kind::WrongSecret,
        ),
        (
            "SignatureDoesNotMatch",
            "Signature expired: 20261122T000000Z is now earlier than 20261122T001000Z (20261122T001500Z - 5 min.)",
            Kind::ClockSkew,
        ),
        (
            "ExpiredToken",
            "The security token included in the request is expired",
            Kind::SourceExpired,
        ),
        (
            "ValidationError",
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
            Kind::DurationTooLong,
        ),
        (
            "ValidationError",
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
            Kind::DurationTooLong,
        ),
        (
            "PackedPolicyTooLarge",
            "Packed policy consumes 112% of allotted space",
            Kind::PolicyRejected,
        ),
        (
            "RegionDisabledException",
            "STS is not activated in this region for account",
            Kind::RegionDisabled,
        ),
        (
            "ExpiredTokenException",
            "Token must be redeemed within 5 minutes of issuance",
            Kind::SourceExpired,
        ),
        (
            "InvalidIdentityToken",
            "Response signature invalid (Service: AWSSecurityTokenService; Status Code: 400)",
            Kind::AssertionRejected,
        ),
        (
            "IDPRejectedClaim",
            "The identity provider reported that authentication failed",
            Kind::ClaimRejected,
        ),
        (
            "NoSuchEntity",
            "The Access Key with id AKIAIOSFODNN7EXAMPLE cannot be found.",
            Kind::NoSuchEntity,
        ),
        ("Throttling", "Rate exceeded", Kind::Throttled),
        ("SomethingNew", "?", Kind::Other),
    ] {
        assert_eq!(kind_of(code, message, 403), kind, "{message}");
    }
    assert_eq!(kind_of("InternalFailure", "?", 500), Kind::Unavailable);
}

#[test]
fn what_other_services_say_is_told_apart() {
    use AwsErrorKind as Kind;
    for (code, message, kind) in [
        (
            "InvalidParameterValue",
            "Unsupported action GetSessionToken",
            Kind::NoSuchAction,
        ),
        (
            "MissingParameter",
            "Invalid STS API version 2010-05-08, expecting 2011-06-15",
            Kind::NoSuchAction,
        ),
        ("NotImplemented", "not yet", Kind::NoSuchAction),
        ("InvalidParameterValue", "invalid character", Kind::Other),
        (
            "AccessDenied",
            "The Access Key Id you provided does not exist in our records.",
            Kind::UnknownKey,
        ),
        (
            "AccessDenied",
            "Your account is disabled; please contact your administrator.",
            Kind::UnknownKey,
        ),
        (
            "AccessDenied",
            "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
            Kind::WrongSecret,
        ),
        ("AccessDenied", "Access Denied.", Kind::AccessDenied),
    ] {
        assert_eq!(kind_of(code, message, 403), kind, "{message}");
    }
}

#[test]
fn what_is_in_the_way_is_told_apart() {
    use AwsErrorKind as Kind;
    let straight = Route {
        host: "sts.eu-west-1.amazonaws.com".to_owned(),
        proxy: None,
    };
    let proxied = Route {
        proxy: Some("127.0.0.1:3128".to_owned()),
        ..straight.clone()
    };
    let refused = "io error: client error (Connect): tcp connect error: Connection refused";
    let unknown = "client error (Connect): dns error: failed to perform DNS lookup";
    let stranger = "client error (Connect): invalid peer certificate: UnknownIssuer";
    let tunnel = "client error (Connect): tunnel error: unsuccessful";
    let hang_up = "client error (SendRequest): connection closed before message completed";
    for (message, route, kind) in [
        (refused, &straight, Kind::Unreachable),
        (refused, &proxied, Kind::ProxyFailed),
        (unknown, &straight, Kind::UnknownHost),
        (unknown, &proxied, Kind::ProxyFailed),
        (stranger, &straight, Kind::Untrusted),
        (stranger, &proxied, Kind::Untrusted),
        (tunnel, &proxied, Kind::ProxyFailed),
        (hang_up, &proxied, Kind::Unreachable),
    ] {
        assert_eq!(blame(message, Some(route)), kind, "{message}");
    }
    assert_eq!(
        proxied.to_string(),
        "sts.eu-west-1.amazonaws.com through the proxy 127.0.0.1:3128"
    );
}
