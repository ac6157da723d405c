//! The local AWS refuses the assertions that the real one refuses: one test for each rule.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::rig_aws::{probe, sandbox};
use crate::support::aws::Aws;
use crate::support::federation::Federation;
use crate::support::pages::Pages;
use crate::support::world::{account, allow, trust, trust_saml};

/// An identity provider that grants a role of an account.
fn granting(aws: &Aws) -> (Pages, Federation) {
    let idp = Pages::start();
    let federation = Federation::new(aws, &idp.provider());
    idp.set(&json!({ "roles": [federation.grant()] }));
    (idp, federation)
}

/// What STS says to a response for each of these settings, which are read as JSON.
fn said(aws: &Aws, idp: &Pages, federation: &Federation, cases: &[Value]) -> String {
    let responses: Vec<_> = cases.iter().map(|case| idp.response(case)).collect();
    let script = "
for response in responses:
    saml(response, role, provider)
";
    let variables = json!({
        "responses": responses, "role": federation.role, "provider": federation.provider,
    });
    probe(
        &sandbox(aws).name(&federation.account, "HERE"),
        script,
        &variables,
    )
}

#[test]
fn what_it_issues_is_the_role_and_can_be_chained_on_for_an_hour() {
    let aws = Aws::shared();
    let (idp, federation) = granting(aws);
    let there = account();
    let next = aws.role_up_to(43200, &there, "Next", &trust(&federation.role), &[]);
    let script = "
session = saml(response, role, provider)
who(session)
who(assume(session, next))
assume(session, next, DurationSeconds=3601)
";
    let variables = json!({
        "response": idp.response(&json!({})), "role": federation.role,
        "provider": federation.provider, "next": next,
    });
    let sandbox = sandbox(aws)
        .name(&federation.account, "HERE")
        .name(&there, "THERE");
    assert_snapshot!(probe(&sandbox, script, &variables), @"
    ok
    arn:aws:sts::HERE:assumed-role/Fed/alice
    ok
    arn:aws:sts::THERE:assumed-role/Next/probe
    400 ValidationError The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining
    ");
}

#[test]
fn the_signature_must_be_the_providers_and_cover_what_is_said() {
    let aws = Aws::shared();
    let (idp, federation) = granting(aws);
    let cases = [
        json!({ "signed": "assertion" }),
        json!({ "signed": "response" }),
        json!({ "signed": "both" }),
        json!({ "encrypted": true }),
        json!({ "encrypted": true, "signed": "response" }),
        json!({ "signed": "nothing" }),
        json!({ "tampered": true }),
        json!({ "signed": "response", "tampered": true }),
        json!({ "encrypted": true, "tampered": true }),
    ];
    assert_snapshot!(said(aws, &idp, &federation, &cases), @"
    ok
    ok
    ok
    ok
    ok
    400 InvalidIdentityToken Response signature invalid
    400 InvalidIdentityToken Response signature invalid
    400 InvalidIdentityToken Response signature invalid
    400 InvalidIdentityToken Response signature invalid
    ");

    // Another provider's key, under this one's name in IAM.
    aws.saml_provider(&federation.account, "Idp", &Pages::start().provider());
    assert_snapshot!(said(aws, &idp, &federation, &[json!({})]), @"400 InvalidIdentityToken Issuer not present in specified provider");
}

#[test]
fn an_assertion_is_fresh_and_meant_for_aws() {
    let aws = Aws::shared();
    let (idp, federation) = granting(aws);
    let cases = [
        json!({ "age": 290 }),
        json!({ "age": 290, "lifetime": 60 }),
        json!({ "age": 310, "lifetime": 3600 }),
        json!({ "age": -30 }),
        json!({ "age": -600 }),
        json!({ "audience": "https://example.com/saml" }),
        json!({ "recipient": "https://example.com/saml" }),
        json!({ "status": "Responder" }),
    ];
    assert_snapshot!(said(aws, &idp, &federation, &cases), @"
    ok
    400 ExpiredTokenException Token must be redeemed within 5 minutes of issuance
    400 ExpiredTokenException Token must be redeemed within 5 minutes of issuance
    ok
    400 InvalidIdentityToken Response is not valid yet
    400 InvalidIdentityToken Response does not contain the required audience.
    400 InvalidIdentityToken Response is not addressed to an AWS sign-in endpoint
    403 IDPRejectedClaim The identity provider rejected the authentication
    ");
}

#[test]
fn an_assertion_grants_pairs_of_role_and_provider() {
    let aws = Aws::shared();
    let (idp, federation) = granting(aws);
    let Federation { role, provider, .. } = &federation;
    let mut many: Vec<_> = (1..300).map(|n| format!("{role}{n},{provider}")).collect();
    many.push(federation.grant());
    let cases = [
        json!({ "roles": [format!("{role},{provider}")] }),
        json!({ "roles": [format!("{provider},{role}")] }),
        json!({ "roles": [format!(" {role} , {provider} ")] }),
        json!({ "roles": many }),
        json!({ "roles": [] }),
        json!({ "roles": [format!("{role}2,{provider}")] }),
        json!({ "session_name": null }),
        json!({ "session_name": "not valid" }),
    ];
    assert_snapshot!(said(aws, &idp, &federation, &cases), @"
    ok
    ok
    ok
    ok
    400 InvalidIdentityToken SAML Assertion doesn't contain the requested Role and Metadata in the attributes
    400 InvalidIdentityToken SAML Assertion doesn't contain the requested Role and Metadata in the attributes
    400 InvalidIdentityToken RoleSessionName is required in AuthnResponse
    400 InvalidIdentityToken RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}
    ");
    let giant = json!({ "roles": vec![federation.grant(); 700] });
    assert_snapshot!(said(aws, &idp, &federation, &[giant]), @"400 ValidationError 1 validation error detected: Value at 'sAMLAssertion' failed to satisfy constraint: Member must have length less than or equal to 100000");
}

#[test]
fn the_provider_exists_and_the_role_trusts_it() {
    let aws = Aws::shared();
    let (idp, federation) = granting(aws);
    let here = &federation.account;
    let other = aws.saml_provider(here, "Other", &idp.provider());
    let distrusts = aws.role(here, "Distrusts", &trust_saml(&other), &[allow("*", "*")]);
    let provider = &federation.provider;
    let missing = provider.replace("/Idp", "/Missing");
    let roles = [&distrusts, &federation.role, &format!("{distrusts}Missing")];
    let mut grants: Vec<_> = roles.map(|role| format!("{role},{provider}")).into();
    grants.push(format!("{},{missing}", federation.role));
    let regional = "https://eu-west-1.signin.aws.amazon.com/saml";
    let script = "
saml(response, distrusts, provider)
saml(response, distrusts + 'Missing', provider)
saml(response, role, missing)
saml(regional, role, provider)
";
    let variables = json!({
        "response": idp.response(&json!({ "roles": grants })),
        // This trust policy wants the global endpoint, as those of IAM's console do.
        "regional": idp.response(&json!({ "recipient": regional })),
        "distrusts": distrusts, "role": federation.role, "provider": provider,
        "missing": missing,
    });
    assert_snapshot!(probe(&sandbox(aws), script, &variables), @"
    403 AccessDenied Not authorized to perform sts:AssumeRoleWithSAML
    403 AccessDenied Not authorized to perform sts:AssumeRoleWithSAML
    400 InvalidIdentityToken Specified provider doesn't exist
    403 AccessDenied Not authorized to perform sts:AssumeRoleWithSAML
    ");
}

#[test]
fn durations_have_limits_and_defaults() {
    let aws = Aws::shared();
    let (idp, federation) = granting(aws);
    let here = &federation.account;
    let hour = aws.role(here, "Hour", &trust_saml(&federation.provider), &[]);
    let grants = [
        federation.grant(),
        format!("{hour},{}", federation.provider),
    ];
    let response =
        |seconds: Value| idp.response(&json!({ "roles": grants, "session_duration": seconds }));
    let script = "
from datetime import datetime, timezone
def lives(session):
    left = session['Expiration'] - datetime.now(timezone.utc)
    print(round(left.total_seconds() / 100) * 100)
lives(saml(plain, role, provider))
lives(saml(long, role, provider))
lives(saml(long, role, provider, DurationSeconds=900))
lives(saml(plain, role, provider, DurationSeconds=43200))
saml(plain, role, provider, DurationSeconds=899)
saml(plain, role, provider, DurationSeconds=43201)
saml(plain, hour, provider, DurationSeconds=3601)
saml(long, hour, provider)
lives(saml(long, hour, provider, DurationSeconds=3600))
";
    let variables = json!({
        "plain": response(Value::Null), "long": response(json!(28800)),
        "role": federation.role, "hour": hour, "provider": federation.provider,
    });
    assert_snapshot!(probe(&sandbox(aws), script, &variables), @"
    ok
    3600
    ok
    28800
    ok
    900
    ok
    43200
    400 ValidationError 1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900
    400 ValidationError 1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200
    400 ValidationError The requested DurationSeconds exceeds the MaxSessionDuration set for this role.
    400 ValidationError The requested DurationSeconds exceeds the MaxSessionDuration set for this role.
    ok
    3600
    ");
}
