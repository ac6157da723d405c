//! What AWS says to an assertion, in its words: each its own error and next step.

use insta::assert_snapshot;
use serde_json::json;

use crate::support::aws::Aws;
use crate::support::faults::{Fault, Faults, When};
use crate::support::login::Login;
use crate::support::world::trust_saml;

/// What is said where AWS refuses the assertion with this code and text.
fn said(code: &'static str, text: &'static str) -> String {
    let mut login = Login::new("");
    let faults = Faults::before(&Aws::shared().address());
    faults.on(
        When::action("AssumeRoleWithSAML"),
        Fault::Refuse(code, text),
    );
    login.sandbox.set("AWS_ENDPOINT_URL", faults.url());
    let file = login.assertion(&json!({}));
    let run = login.run(&["--assertion", &file]).run().assert_code(125);
    run.comparable(&run.stderr)
}

/// By the STS of the tests itself, whose words are AWS's.
#[test]
fn the_role_does_not_trust_the_provider() {
    let login = Login::new("");
    let account = &login.federation.account;
    let other = format!("arn:aws:iam::{account}:saml-provider/Other");
    Aws::shared().role(account, "Fed", &trust_saml(&other), &[]);
    let file = login.assertion(&json!({}));
    let run = login.run(&["--assertion", &file]).run().assert_code(125);
    assert_snapshot!(run.comparable(&run.stderr), @"
    leapp-exec: error: AWS denied `fed`
    caused by: Not authorized to perform sts:AssumeRoleWithSAML
    request id: [REQUEST-ID]

    hint: the trust policy of `Fed` must allow `sts:AssumeRoleWithSAML` to `arn:aws:iam::ACCOUNT:saml-provider/Idp`
    hint: its condition on `SAML:aud` must name the sign-in page that the provider posts to
    ");
}

#[test]
fn the_provider_does_not_vouch() {
    assert_snapshot!(said(
        "IDPRejectedClaim",
        "The identity provider (IdP) reported that authentication failed."
    ), @"
    leapp-exec: error: the identity provider does not vouch for you, says AWS of `fed`
    caused by: The identity provider (IdP) reported that authentication failed.
    request id: [REQUEST-ID]

    hint: run `leapp login fed --refresh` to log in again
    ");
}

#[test]
fn it_was_redeemed_too_late() {
    assert_snapshot!(said(
        "ExpiredTokenException",
        "Token must be redeemed within 5 minutes of issuance"
    ), @"
    leapp-exec: error: AWS says that the assertion for `fed` has expired
    caused by: Token must be redeemed within 5 minutes of issuance
    request id: [REQUEST-ID]

    hint: run `leapp login fed --refresh` to log in again
    ");
}

#[test]
fn sts_is_switched_off_in_the_region() {
    assert_snapshot!(said(
        "RegionDisabledException",
        "STS is not activated in this region for account:111122223333. Your account administrator \
         can activate STS in this region using the IAM Console."
    ), @r#"
    leapp-exec: error: STS is not switched on in the region asked for `fed`
    caused by: STS is not activated in this region for account:111122223333. Your account administrator can activate STS in this region using the IAM Console.
    request id: [REQUEST-ID]

    hint: set `sts_region = "us-east-1"` on session `fed`
    "#);
}

#[test]
fn policies_and_tags_are_too_long_together() {
    assert_snapshot!(said(
        "PackedPolicyTooLarge",
        "Packed policy consumes 112% of allotted space, please use smaller policy."
    ), @"
    leapp-exec: error: AWS does not accept the session policy of `fed`
    caused by: Packed policy consumes 112% of allotted space, please use smaller policy.
    request id: [REQUEST-ID]

    hint: mend or shorten `--policy` and `--policy-arn`; the tags that the provider sends count towards their size
    ");
}
