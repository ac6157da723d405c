//! The local AWS refuses what the real one refuses: one test for each rule.
//!
//! The rules are asked with boto3, so that no mistake of ours can hide on both sides.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::VENV_BIN;
use crate::support::aws::Aws;
use crate::support::sandbox::Sandbox;
use crate::support::world::{Chain, User, account, allow, root_of, trust, trust_if};

/// Runs lines of Python with boto3 (`tests/aws/probe.py`), and tells what the calls said.
pub(crate) fn probe(sandbox: &Sandbox, script: &str, variables: &Value) -> String {
    let probe = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/aws/probe.py");
    let output = sandbox
        .command(&format!("{VENV_BIN}/python"))
        .args(&["-B", probe, script, &variables.to_string()])
        .run()
        .assert_ok();
    output.comparable(&output.stdout)
}

pub(crate) fn sandbox(aws: &Aws) -> Sandbox {
    Sandbox::new().endpoint(&aws.url())
}

pub(crate) fn key(user: &User) -> Value {
    json!({ "access_key_id": user.access_key_id, "secret_access_key": user.secret_access_key })
}

#[test]
fn a_role_needs_the_policies_of_both_sides() {
    let aws = Aws::shared();
    let (here, there) = (account(), account());
    let asks = aws.user(&here, "asks", &[allow("sts:AssumeRole", "*")]);
    let mute = aws.user(&here, "mute", &[]);
    let open = aws.role(&there, "Open", &trust(&root_of(&here)), &[]);
    let shut = aws.role(&there, "Shut", &trust(&mute.arn), &[]);
    let sandbox = sandbox(aws).name(&here, "HERE").name(&there, "THERE");
    let script = "
who(assume(asks, open))
assume(mute, open)
assume(mute, shut)
assume(asks, shut)
assume(asks, shut + 'Missing')
";
    let variables = json!({ "asks": key(&asks), "mute": key(&mute), "open": open, "shut": shut });
    assert_snapshot!(probe(&sandbox, script, &variables), @"
    ok
    arn:aws:sts::THERE:assumed-role/Open/probe
    403 AccessDenied User: arn:aws:iam::HERE:user/mute is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::THERE:role/Open
    403 AccessDenied User: arn:aws:iam::HERE:user/mute is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::THERE:role/Shut
    403 AccessDenied User: arn:aws:iam::HERE:user/asks is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::THERE:role/Shut
    403 AccessDenied User: arn:aws:iam::HERE:user/asks is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::THERE:role/ShutMissing
    ");
}

#[test]
fn inside_an_account_a_trust_policy_that_names_the_caller_is_enough() {
    let aws = Aws::shared();
    let here = account();
    let user = aws.user(&here, "alice", &[]);
    let named = aws.role(&here, "Named", &trust(&user.arn), &[]);
    let root = aws.role(&here, "Root", &trust(&root_of(&here)), &[]);
    // A role may be named by its own ARN or by that of one session.
    let by_role = aws.role(&here, "ByRole", &trust(&named), &[]);
    let session = format!("arn:aws:sts::{here}:assumed-role/Named/probe");
    let by_session = aws.role(&here, "BySession", &trust(&session), &[]);
    let script = "
session = assume(alice, named)
assume(alice, root)
assume(session, by_role)
assume(session, by_session)
assume(session, root)
";
    let variables = json!({
        "alice": key(&user), "named": named, "root": root,
        "by_role": by_role, "by_session": by_session,
    });
    let sandbox = sandbox(aws).name(&here, "HERE");
    assert_snapshot!(probe(&sandbox, script, &variables), @"
    ok
    403 AccessDenied User: arn:aws:iam::HERE:user/alice is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::HERE:role/Root
    ok
    ok
    403 AccessDenied User: arn:aws:sts::HERE:assumed-role/Named/probe is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::HERE:role/Root
    ");
}

#[test]
fn an_external_id_must_be_the_right_one() {
    let aws = Aws::shared();
    let here = account();
    let user = aws.user(&here, "alice", &[allow("sts:AssumeRole", "*")]);
    let condition = json!({ "StringEquals": { "sts:ExternalId": "right" } });
    let role = aws.role(&here, "R", &trust_if(&root_of(&here), &condition), &[]);
    let script = "
assume(alice, role)
assume(alice, role, ExternalId='wrong')
assume(alice, role, ExternalId='right')
";
    let sandbox = sandbox(aws).name(&here, "HERE");
    let variables = json!({ "alice": key(&user), "role": role });
    assert_snapshot!(probe(&sandbox, script, &variables), @"
    403 AccessDenied User: arn:aws:iam::HERE:user/alice is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::HERE:role/R
    403 AccessDenied User: arn:aws:iam::HERE:user/alice is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::HERE:role/R
    ok
    ");
}

#[test]
fn session_policies_narrow_what_a_role_may_do() {
    let aws = Aws::shared();
    let here = account();
    let user = aws.user(&here, "alice", &[allow("sts:*", "*")]);
    let role = aws.role(&here, "R", &trust(&root_of(&here)), &[allow("*", "*")]);
    let script = "
where = {'LocationConstraint': 'eu-west-1'}
full = client('s3', assume(alice, role))
say(full.create_bucket, Bucket=bucket, CreateBucketConfiguration=where)
say(full.put_object, Bucket=bucket, Key='k', Body=b'text')
read_only = {'arn': 'arn:aws:iam::aws:policy/ReadOnlyAccess'}
session = assume(alice, role, PolicyArns=[read_only])
narrow = client('s3', session)
say(narrow.list_objects_v2, Bucket=bucket)
say(narrow.get_object, Bucket=bucket, Key='k')
say(narrow.put_object, Bucket=bucket, Key='k', Body=b'text')
assume(session, role)
statement = {'Effect': 'Allow', 'Action': 's3:PutObject', 'Resource': f'arn:aws:s3:::{bucket}/in/*'}
policy = json.dumps({'Version': '2012-10-17', 'Statement': [statement]})
inline = client('s3', assume(alice, role, Policy=policy))
say(inline.put_object, Bucket=bucket, Key='in/k', Body=b'text')
say(inline.put_object, Bucket=bucket, Key='out/k', Body=b'text')
say(inline.get_object, Bucket=bucket, Key='in/k')
assume(alice, role, PolicyArns=[{'arn': 'arn:aws:iam::aws:policy/Nonsense'}])
";
    let bucket = format!("bucket-{here}");
    let variables = json!({ "alice": key(&user), "role": role, "bucket": bucket });
    let sandbox = sandbox(aws).name(&here, "HERE");
    assert_snapshot!(probe(&sandbox, script, &variables), @"
    ok
    ok
    ok
    ok
    ok
    ok
    403 AccessDenied Access Denied
    403 AccessDenied User: arn:aws:sts::HERE:assumed-role/R/probe is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::HERE:role/R
    ok
    ok
    403 AccessDenied Access Denied
    403 AccessDenied Access Denied
    400 PolicyNotFound The requested policy arn:aws:iam::aws:policy/Nonsense does not exist or is not attachable
    ");
}

#[test]
fn tags_and_source_identities_need_permission_and_stay() {
    let aws = Aws::shared();
    let here = account();
    let user = aws.user(&here, "alice", &[allow("sts:*", "*")]);
    let plain = aws.user(&here, "bob", &[allow("sts:AssumeRole", "*")]);
    let first = aws.role(
        &here,
        "First",
        &trust(&root_of(&here)),
        &[allow("sts:*", "*")],
    );
    let tagged = json!({ "StringEquals": { "aws:PrincipalTag/team": "blue" } });
    let team = aws.role(&here, "Team", &trust_if(&root_of(&here), &tagged), &[]);
    let script = "
tags = {'Tags': [{'Key': 'team', 'Value': 'blue'}]}
assume(bob, first, **tags)
assume(bob, first, SourceIdentity='alice')
assume(assume(alice, first), team)
session = assume(alice, first, SourceIdentity='alice', TransitiveTagKeys=['team'], **tags)
assume(session, team)
assume(session, team, SourceIdentity='mallory')
";
    let variables = json!({
        "alice": key(&user), "bob": key(&plain), "first": first, "team": team,
    });
    let sandbox = sandbox(aws).name(&here, "HERE");
    assert_snapshot!(probe(&sandbox, script, &variables), @"
    403 AccessDenied User: arn:aws:iam::HERE:user/bob is not authorized to perform: sts:TagSession on resource: arn:aws:iam::HERE:role/First
    403 AccessDenied User: arn:aws:iam::HERE:user/bob is not authorized to perform: sts:SetSourceIdentity on resource: arn:aws:iam::HERE:role/First
    ok
    403 AccessDenied User: arn:aws:sts::HERE:assumed-role/First/probe is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::HERE:role/Team
    ok
    ok
    403 AccessDenied User: arn:aws:sts::HERE:assumed-role/First/probe is not authorized to perform: sts:SetSourceIdentity on resource: arn:aws:iam::HERE:role/Team
    ");
}

#[test]
fn keys_are_checked() {
    let aws = Aws::shared();
    let user = aws.user(&account(), "alice", &[allow("*", "*")]);
    let script = "
who(alice | {'secret_access_key': 'wrong'})
who(alice | {'access_key_id': 'AKIAIOSFODNN7EXAMPLE'})
token = session_token(alice)
who(token | {'SessionToken': 'wrong'})
iam = client('iam', alice)
say(iam.update_access_key, AccessKeyId=alice['access_key_id'], Status='Inactive')
who(alice)
";
    let variables = json!({ "alice": key(&user) });
    assert_snapshot!(probe(&sandbox(aws), script, &variables), @"
    403 SignatureDoesNotMatch The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.
    403 InvalidClientTokenId The security token included in the request is invalid.
    ok
    403 InvalidClientTokenId The security token included in the request is invalid.
    ok
    403 InvalidClientTokenId The security token included in the request is invalid.
    ");
}

#[test]
fn calls_are_recorded_and_connections_kept() {
    let aws = Aws::shared();
    let chain = Chain::new(aws, 1);
    let script = "
client = sts(alice)
for _ in range(3):
    say(client.assume_role, RoleArn=role, RoleSessionName='probe')
";
    let variables = json!({ "alice": key(&chain.user), "role": chain.target() });
    probe(&sandbox(aws), script, &variables);
    let mut calls = aws.calls();
    calls.retain(|call| call.access_key_id == chain.user.access_key_id);
    assert_eq!(calls.len(), 3);
    for call in &calls {
        assert_eq!((call.action.as_str(), call.status), ("AssumeRole", 200));
        assert_eq!(call.parameters["RoleArn"], chain.target());
        assert_eq!(call.peer_port, calls[0].peer_port);
    }
}
