//! The local AWS on time: durations, MFA codes, expiry, and what a session token may not do.

use insta::assert_snapshot;
use serde_json::json;

use crate::rig_aws::{key, probe, sandbox};
use crate::support::aws::Aws;
use crate::support::world::{account, allow, root_of, trust, trust_if};

#[test]
fn durations_have_limits() {
    let aws = Aws::shared();
    let here = account();
    let user = aws.user(&here, "alice", &[allow("sts:*", "*")]);
    let trusts = trust(&root_of(&here));
    let hour = aws.role(&here, "Hour", &trusts, &[allow("sts:*", "*")]);
    let long = aws.role_up_to(43200, &here, "Long", &trusts, &[]);
    let script = "
session_token(alice, DurationSeconds=899)
session_token(alice, DurationSeconds=129601)
token = session_token(alice, DurationSeconds=129600)
assume(alice, hour, DurationSeconds=899)
assume(alice, hour, DurationSeconds=3601)
assume(alice, long, DurationSeconds=43200)
assume(alice, long, DurationSeconds=43201)
assume(token, long, DurationSeconds=3601)
assume(assume(alice, hour), long, DurationSeconds=3601)
assume(token, long, DurationSeconds=3600)
";
    let variables = json!({ "alice": key(&user), "hour": hour, "long": long });
    assert_snapshot!(probe(&sandbox(aws), script, &variables), @"
    400 ValidationError 1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900
    400 ValidationError 1 validation error detected: Value '129601' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 129600
    ok
    400 ValidationError 1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900
    400 ValidationError The requested DurationSeconds exceeds the MaxSessionDuration set for this role.
    ok
    400 ValidationError 1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200
    400 ValidationError The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining
    ok
    400 ValidationError The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining
    ok
    ");
}

#[test]
fn mfa_codes_are_checked_and_good_once() {
    let aws = Aws::shared();
    let here = account();
    let user = aws.user_with_mfa(&here, "alice", &[allow("sts:*", "*")]);
    let other = aws.user(&here, "bob", &[]);
    let mfa = user.mfa.as_ref().unwrap();
    let condition = json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } });
    let role = aws.role(&here, "R", &trust_if(&root_of(&here), &condition), &[]);
    let script = "
assume(alice, role)
assume(session_token(alice), role)
assume(session_token(alice, SerialNumber=serial, TokenCode=code), role)
session_token(alice, SerialNumber=serial, TokenCode=code)
session_token(alice, SerialNumber=serial, TokenCode=old)
session_token(bob, SerialNumber=serial, TokenCode=next)
session_token(alice, SerialNumber=serial)
session_token(alice, TokenCode=next)
assume(alice, role, SerialNumber=serial, TokenCode=next)
";
    let variables = json!({
        "alice": key(&user), "bob": key(&other), "role": role, "serial": mfa.serial,
        "code": aws.totp(&mfa.seed),
        "next": aws.totp_at(&mfa.seed, 1),
        "old": aws.totp_at(&mfa.seed, -4),
    });
    let sandbox = sandbox(aws).name(&here, "HERE");
    assert_snapshot!(probe(&sandbox, script, &variables), @"
    403 AccessDenied User: arn:aws:iam::HERE:user/alice is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::HERE:role/R
    ok
    403 AccessDenied User: arn:aws:iam::HERE:user/alice is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::HERE:role/R
    ok
    ok
    403 AccessDenied MultiFactorAuthentication failed with invalid MFA one time pass code.
    403 AccessDenied MultiFactorAuthentication failed with invalid MFA one time pass code.
    403 AccessDenied MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.
    403 AccessDenied MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.
    403 AccessDenied MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.
    ok
    ");
}

#[test]
fn time_passes_for_sessions_and_for_mfa() {
    let aws = Aws::start();
    let here = account();
    let user = aws.user_with_mfa(&here, "alice", &[allow("sts:*", "*")]);
    let mfa = user.mfa.as_ref().unwrap();
    let young = json!({ "NumericLessThan": { "aws:MultiFactorAuthAge": "3600" } });
    let role = aws.role(&here, "R", &trust_if(&root_of(&here), &young), &[]);
    let script = "
import urllib.request
def clock(**what):
    urllib.request.urlopen(url + '/rig/clock', json.dumps(what).encode())
token = session_token(alice, SerialNumber=serial, TokenCode=code)
session = assume(token, role)
clock(offset=3500)
assume(token, role)
who(session)
clock(offset=3700)
assume(token, role)
who(session)
say(client('s3', session).list_buckets)
clock(offset=0, max_lifetime=60)
session = assume(token, role)
clock(offset=61)
who(session)
";
    let variables = json!({
        "alice": key(&user), "role": role, "url": aws.url(),
        "serial": mfa.serial, "code": aws.totp(&mfa.seed),
    });
    let sandbox = sandbox(&aws).name(&here, "HERE");
    assert_snapshot!(probe(&sandbox, script, &variables), @"
    ok
    ok
    ok
    arn:aws:sts::HERE:assumed-role/R/probe
    403 AccessDenied User: arn:aws:iam::HERE:user/alice is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::HERE:role/R
    403 ExpiredToken The security token included in the request is expired
    400 ExpiredToken The provided token has expired.
    ok
    403 ExpiredToken The security token included in the request is expired
    ");
}

#[test]
fn a_session_token_without_mfa_cannot_call_iam() {
    let aws = Aws::shared();
    let here = account();
    let user = aws.user_with_mfa(&here, "alice", &[allow("*", "*")]);
    let mfa = user.mfa.as_ref().unwrap();
    let script = "
plain = session_token(alice)
who(plain)
say(client('iam', plain).list_users)
session_token(plain)
strong = session_token(alice, SerialNumber=serial, TokenCode=code)
say(client('iam', strong).list_users)
say(client('iam', alice).list_users)
";
    let variables = json!({
        "alice": key(&user), "serial": mfa.serial, "code": aws.totp(&mfa.seed),
    });
    let sandbox = sandbox(aws).name(&here, "HERE");
    assert_snapshot!(probe(&sandbox, script, &variables), @"
    ok
    arn:aws:iam::HERE:user/alice
    403 InvalidClientTokenId The security token included in the request is invalid.
    403 AccessDenied Cannot call GetSessionToken with session credentials
    ok
    ok
    ok
    ");
}
