//! Sessions at other services than AWS, without one of them: `tests/minio.rs` has a real one.

use insta::assert_snapshot;

use crate::support::aws::Aws;
use crate::support::faults::{Fault, Faults, When};
use crate::support::sandbox::Sandbox;
use crate::support::world::{account, allow, root_of, trust};

/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:1";

fn add_user(sandbox: &Sandbox, alias: &str, id: &str, endpoint: &str) -> String {
    let output = sandbox
        .leapp(&["add", "user", alias, "--access-key-id", id])
        .args(&["--endpoint-url", endpoint, "--region", "us-east-1"])
        .args(&["--secret-access-key", "-"])
        .stdin("a-secret")
        .run();
    output.transcript()
}

#[test]
fn keys_of_any_form_are_taken_where_the_endpoint_is_not_one_of_aws() {
    let sandbox = Sandbox::new();
    for (alias, id) in [
        ("a", "minioadmin"),
        ("b", "bob"),
        ("c", "alice@example.com"),
    ] {
        let said = add_user(&sandbox, alias, id, NOWHERE);
        assert!(said.starts_with("exit 0"), "{said}");
        assert!(!said.contains("IAM"), "{said}");
    }
    let of_aws = add_user(
        &sandbox,
        "d",
        "minioadmin",
        "https://sts.eu-west-1.amazonaws.com",
    );
    assert_snapshot!(of_aws, @"
    exit 2
    --- stderr
    leapp: error: cannot add `d`: `access_key_id`: AWS wants 16 to 128 characters, not 10
    ");
    assert_snapshot!(add_user(&sandbox, "d", "ab", NOWHERE), @"
    exit 2
    --- stderr
    leapp: error: cannot add `d`: `access_key_id`: has 2 characters, and such services want 3 to 128
    ");
}

#[test]
fn credentials_last_a_week_where_the_endpoint_is_not_one_of_aws() {
    let sandbox = Sandbox::new();
    add_user(&sandbox, "root", "minioadmin", NOWHERE);
    let role = "arn:aws:iam::000000000000:role/any";
    sandbox.add_chained("week", role, "root", &["--duration", "7d"]);
    sandbox.add_chained("behind", role, "week", &["--duration", "48h"]);
    let explained = sandbox.leapp(&["explain", "behind"]).run().assert_ok();
    assert_snapshot!(explained.transcript(), @"
    exit 0
    --- stdout
    1  root: IAM user in an account that only AWS knows, partition aws
       call   none: access key minioadmin signs for the next hop; without MFA, a session would open
              nothing that the key does not

    2  week: role in account 000000000000, partition aws
       role   arn:aws:iam::000000000000:role/any
       call   AssumeRole, signed by the access key of `root`
       as     `leapp-alice`
       at     http://127.0.0.1:[PORT] (`endpoint_url` of `root`)
       life   168h, as the session or `[defaults]` says
       cache  nothing

    3  behind: role in account 000000000000, partition aws
       role   arn:aws:iam::000000000000:role/any
       call   AssumeRole, asked by the role of `week`
       as     `leapp-alice`
       at     http://127.0.0.1:[PORT] (`endpoint_url` of `root`)
       life   48h, as the session or `[defaults]` says
       cache  nothing

    Next run
       calls  2 to STS
       asks   nothing
    ");
    let too_long = sandbox
        .leapp(&[
            "add",
            "chained",
            "x",
            "--role-arn",
            role,
            "--assumer-session",
            "root",
        ])
        .args(&["--duration", "169h"])
        .run();
    assert_snapshot!(too_long.transcript(), @"
    exit 2
    --- stderr
    leapp: error: cannot add `x`: `duration`: AWS gives an iam-role-chained session 15m to 12h, not 169h
    ");
    let too_long = sandbox
        .leapp_exec(&["--duration", "169h", "week", "--", "true"])
        .run();
    assert_snapshot!(too_long.transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: `169h` is no duration for `week`: `http://127.0.0.1:[PORT]` gives an iam-role-chained session 15m to 168h

    hint: give `--duration` 15m to 168h
    ");
}

#[test]
fn a_lifetime_is_looked_at_again_where_the_endpoint_changes() {
    let sandbox = Sandbox::new();
    add_user(&sandbox, "root", "AKIAIOSFODNN7EXAMPLE", NOWHERE);
    let role = "arn:aws:iam::000000000000:role/any";
    sandbox.add_chained("long", role, "root", &["--duration", "48h"]);
    for endpoint in ["", "https://sts.eu-west-1.amazonaws.com"] {
        let change = format!("endpoint_url={endpoint}");
        let refused = sandbox.leapp(&["set", "root", &change]).run();
        let refused = refused.assert_code(2).stderr;
        let why = "cannot change `root`: `sessions.long.duration`: AWS gives an iam-role-chained session 15m to 12h";
        assert!(refused.contains(why), "{refused}");
    }
    let other = "endpoint_url=https://storage.example.com";
    sandbox.leapp(&["set", "root", other]).run().assert_ok();
}

#[test]
fn managed_policies_are_refused_where_they_would_be_ignored() {
    let sandbox = Sandbox::new();
    add_user(&sandbox, "root", "minioadmin", NOWHERE);
    sandbox.add_chained("role", "arn:aws:iam::000000000000:role/any", "root", &[]);
    let refused = sandbox
        .leapp_exec(&["--read-only", "role", "--", "true"])
        .run();
    assert_snapshot!(refused.transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: the service at `http://127.0.0.1:[PORT]` does not know `arn:aws:iam::aws:policy/ReadOnlyAccess`, and would not narrow `role` to it

    hint: give `--policy FILE` instead: a policy that is written out is sent along, and such services read it
    ");
}

#[test]
fn a_service_without_get_session_token_is_named() {
    let aws = Aws::shared();
    let faults = Faults::before(&aws.address());
    let text = "Unsupported action GetSessionToken";
    faults.on(
        When::action("GetSessionToken"),
        Fault::Refuse("InvalidParameterValue", text),
    );
    let text = "Unsupported action GetCallerIdentity";
    faults.on(
        When::action("GetCallerIdentity"),
        Fault::Refuse("InvalidParameterValue", text),
    );
    let here = account();
    let user = aws.user(&here, "bob", &[allow("sts:AssumeRole", "*")]);
    let role = aws.role(&here, "Any", &trust(&root_of(&here)), &[]);
    let sandbox = Sandbox::new().name(&here, "ACCOUNT");
    sandbox
        .leapp(&["add", "user", "bob", "--access-key-id", &user.access_key_id])
        .args(&["--endpoint-url", &faults.url(), "--region", "us-east-1"])
        .args(&["--secret-access-key", "-"])
        .stdin(user.secret_access_key.clone())
        .run()
        .assert_ok();
    sandbox.add_chained("role", &role, "bob", &[]);
    let run = sandbox.leapp_exec(&["bob", "--", "true"]).run();
    assert_snapshot!(run.transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: the service at `http://127.0.0.1:[PORT]` does not have `GetSessionToken`
    caused by: Unsupported action GetSessionToken
    caused by: the request went to `http://127.0.0.1:[PORT]`, the endpoint of `bob`
    request id: [REQUEST-ID]

    hint: add a role to get temporary credentials: `leapp add chained NAME --assumer-session bob --role-arn arn:aws:iam::000000000000:role/any`
    hint: MinIO does not look at the role: the credentials can do what the user can
    ");
    sandbox
        .leapp_exec(&["role", "--", "true"])
        .run()
        .assert_ok();
    let who = sandbox.leapp(&["whoami", "role"]).run();
    assert_snapshot!(who.transcript(), @"
    exit 1
    --- stderr
    leapp: error: the service at `http://127.0.0.1:[PORT]` does not have `GetCallerIdentity`
    caused by: Unsupported action GetCallerIdentity
    request id: [REQUEST-ID]

    hint: run `leapp status`: it shows which session the credentials are from
    ");
    let rotate = sandbox.leapp(&["rotate-key", "bob", "--yes"]).run();
    assert_snapshot!(rotate.transcript(), @"
    exit 1
    --- stderr
    leapp: error: the service at `http://127.0.0.1:[PORT]` has no keys that leapp can exchange
    caused by: Unsupported action GetCallerIdentity
    request id: [REQUEST-ID]

    hint: make a new key with the service's own tools: at MinIO, `mc admin user add`
    hint: then run `leapp set bob access_key_id=ID` and `leapp add user bob --secret-access-key -`
    ");
    let console = sandbox.leapp(&["console", "role", "--print"]).run();
    assert_snapshot!(console.transcript(), @"
    exit 1
    --- stderr
    leapp: error: the service at `http://127.0.0.1:[PORT]` has no AWS console

    hint: `leapp console` is for sessions at AWS, and `role` is at the service's own endpoint
    ");
}
