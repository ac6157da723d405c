//! `leapp explain`: what a run would do, told without doing it.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::sessions::{line, with};
use crate::support::aws::Aws;
use crate::support::faults::Faults;
use crate::support::program;
use crate::support::sandbox::Sandbox;
use crate::support::secret_service::SecretService;
use crate::support::world::Chain;

/// Every kind of hop: a user with MFA and one without, roles, a login.
const ALL: &str = r#"version = 1

[defaults]
region = "eu-west-1"

[sessions.corp]
type = "iam-user"
access_key_id = "AKIAIOSFODNN7EXAMPLE"
mfa_device = "arn:aws:iam::111122223333:mfa/alice"

[sessions.robot]
type = "iam-user"
access_key_id = "AKIAIOSFODNN7EXAMPLE"

[sessions.audit]
type = "iam-role-chained"
assumer_session = "corp"
role_arn = "arn:aws:iam::444455556666:role/Audit"

[sessions.prod]
type = "iam-role-chained"
assumer_session = "audit"
role_arn = "arn:aws:iam::777788889999:role/Admin"
external_id = "e-1"
tags = { Team = "platform" }
protected = true

[sessions.china]
type = "iam-role-chained"
assumer_session = "robot"
role_arn = "arn:aws-cn:iam::777788889999:role/Admin"
region = "cn-north-1"

[sessions.work]
type = "iam-role-federated"
saml_url = "https://idp.example.com/app/aws"
idp_arn = "arn:aws:iam::111122223333:saml-provider/Corp"
role_arn = "arn:aws:iam::111122223333:role/Dev"
duration = "4h"
"#;

fn explained(words: &str) -> String {
    let sandbox = with(ALL);
    let run = sandbox.leapp(&line(words)).env("COLUMNS", "80").run();
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 80));
    run.assert_ok().transcript()
}

fn json_of(sandbox: &Sandbox, words: &str) -> Value {
    sandbox.leapp(&line(words)).run().assert_ok().json()
}

#[test]
fn a_chain_is_told_hop_by_hop() {
    assert_snapshot!(explained("explain prod --duration 4h --read-only"), @"
    exit 0
    --- stdout
    1  corp: IAM user in account 111122223333, partition aws
       call   GetSessionToken, signed by access key [ACCESS-KEY-ID]
       at     https://sts.eu-west-1.amazonaws.com
       life   12h, by default
       asks   an MFA code for alice
       cache  nothing

    2  audit: role in account 444455556666, partition aws
       role   arn:aws:iam::444455556666:role/Audit
       call   AssumeRole, asked by the MFA session of `corp`
       as     `leapp-alice`
       at     https://sts.eu-west-1.amazonaws.com
       life   1h, by default
       cache  nothing

    3  prod: role in account 777788889999, partition aws
       role   arn:aws:iam::777788889999:role/Admin
       call   AssumeRole, asked by the role of `audit`
       as     `leapp-alice`, with external id `e-1`, tagged Team
       less   only what the role and ReadOnlyAccess allow
       at     https://sts.eu-west-1.amazonaws.com
       life   1h, of 4h by `--duration`: AWS gives no more to a role that is not
              assumed by a long-lived key
       cache  nothing

    Next run
       calls  3 to STS
       asks   whether to use it: the session is protected; an MFA code for alice
    ");
}

#[test]
fn what_a_key_signs_itself_is_told() {
    assert_snapshot!(explained("explain audit --duration 4h"), @"
    exit 0
    --- stdout
    1  corp: IAM user in account 111122223333, partition aws
       call   none: access key [ACCESS-KEY-ID] signs for the next hop; a role
              for longer than an hour wants the key itself

    2  audit: role in account 444455556666, partition aws
       role   arn:aws:iam::444455556666:role/Audit
       call   AssumeRole, signed by the access key of `corp`
       as     `leapp-alice`
       at     https://sts.eu-west-1.amazonaws.com
       life   4h, by `--duration`; AWS refuses it if the role's maximum session
              duration is less
       asks   an MFA code for alice
       cache  nothing

    Next run
       calls  1 to STS
       asks   an MFA code for alice
    ");
    assert_snapshot!(explained("explain china"), @"
    exit 0
    --- stdout
    1  robot: IAM user in an account that only AWS knows, partition aws
       call   none: access key [ACCESS-KEY-ID] signs for the next hop; without
              MFA, a session would open nothing that the key does not

    2  china: role in account 777788889999, partition aws-cn
       role   arn:aws-cn:iam::777788889999:role/Admin
       call   AssumeRole, signed by the access key of `robot`
       as     `leapp-alice`
       at     https://sts.cn-north-1.amazonaws.com.cn
       life   1h, by default
       cache  nothing
       note   nothing of partition aws is known in aws-cn: AWS will refuse this

    Next run
       calls  1 to STS
       asks   nothing
    ");
}

#[test]
fn a_user_without_mfa_is_told_what_they_can_not_do() {
    assert_snapshot!(explained("explain robot"), @"
    exit 0
    --- stdout
    1  robot: IAM user in an account that only AWS knows, partition aws
       call   GetSessionToken, signed by access key [ACCESS-KEY-ID]
       at     https://sts.eu-west-1.amazonaws.com
       life   12h, by default
       cache  nothing
       note   without MFA, AWS lets these credentials call nothing of IAM

    Next run
       calls  1 to STS
       asks   nothing
    ");
}

#[test]
fn a_login_is_told() {
    assert_snapshot!(explained("explain work --assume arn:aws:iam::444455556666:role/Further"), @"
    exit 0
    --- stdout
    1  work: role in account 111122223333, partition aws
       role   arn:aws:iam::111122223333:role/Dev
       call   AssumeRoleWithSAML, with an assertion for
              arn:aws:iam::111122223333:saml-provider/Corp
       at     https://sts.eu-west-1.amazonaws.com
       life   4h, as the session or `[defaults]` says, or 1h if the role's maximum
              session duration is less
       asks   a login at idp.example.com in your browser, silent while it remembers
              you
       cache  nothing

    2  Further: role in account 444455556666, partition aws
       role   arn:aws:iam::444455556666:role/Further
       call   AssumeRole, asked by the role of `work`
       as     `leapp-alice`
       at     https://sts.eu-west-1.amazonaws.com
       life   1h, by default
       cache  nothing

    Next run
       calls  2 to STS
       asks   a login at idp.example.com in your browser, silent while it remembers
              you
    ");
}

#[test]
fn programs_get_the_same_in_json() {
    let sandbox = with(ALL);
    let run = sandbox.leapp(&line("explain audit --json")).run();
    assert_snapshot!(run.assert_ok().transcript(), @r#"
    exit 0
    --- stdout
    {
      "version": 1,
      "alias": "audit",
      "region": "eu-west-1",
      "account": "444455556666",
      "protected": false,
      "hops": [
        {
          "name": "corp",
          "asked_by": null,
          "call": "GetSessionToken",
          "access_key_id": "[ACCESS-KEY-ID]",
          "role_arn": null,
          "account": "111122223333",
          "partition": "aws",
          "sts": {
            "region": "eu-west-1",
            "endpoint": "https://sts.eu-west-1.amazonaws.com",
            "endpoint_from": "region",
            "endpoint_session": null
          },
          "duration": {
            "wanted_seconds": 43200,
            "wanted_by": "default",
            "seconds": 43200,
            "limit": null
          },
          "asks": {
            "what": "mfa-code",
            "of": "person",
            "device": "arn:aws:iam::111122223333:mfa/alice"
          },
          "kept_login": null,
          "cached": null,
          "may_call_iam": true
        },
        {
          "name": "audit",
          "asked_by": "corp",
          "call": "AssumeRole",
          "access_key_id": null,
          "role_arn": "arn:aws:iam::444455556666:role/Audit",
          "account": "444455556666",
          "partition": "aws",
          "sts": {
            "region": "eu-west-1",
            "endpoint": "https://sts.eu-west-1.amazonaws.com",
            "endpoint_from": "region",
            "endpoint_session": null
          },
          "duration": {
            "wanted_seconds": 3600,
            "wanted_by": "default",
            "seconds": 3600,
            "limit": null
          },
          "asks": null,
          "kept_login": null,
          "cached": null,
          "may_call_iam": true
        }
      ],
      "next": {
        "begins_with": null,
        "calls": 2,
        "asks": [
          {
            "what": "mfa-code",
            "of": "person",
            "device": "arn:aws:iam::111122223333:mfa/alice"
          }
        ]
      }
    }
    "#);
    let prod = json_of(&sandbox, "explain prod --duration 4h --json");
    assert_eq!(
        prod["hops"][2]["duration"],
        json!({ "wanted_seconds": 14400, "wanted_by": "option", "seconds": 3600, "limit": "role-chaining" })
    );
    assert_eq!(prod["next"]["asks"][0]["what"], "confirmation");
    let robot = json_of(&sandbox, "explain robot --json");
    assert_eq!(robot["hops"][0]["may_call_iam"], false);
}

#[test]
fn what_can_not_be_planned_is_an_error() {
    assert_snapshot!(with(ALL).leapp(&line("explain robot --read-only")).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: session `robot` is an IAM user, whose credentials no session policy can narrow

    hint: chain a role on it, or go on to one with `--assume ROLE_ARN`, and narrow that
    ");
    assert_snapshot!(with(ALL).leapp(&line("explain prdo")).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: no session named `prdo`

    hint: did you mean `prod`?
    hint: run `leapp list` to see every alias
    ");
}

#[test]
fn the_cache_is_told_from_its_headers() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    Chain::new(aws, 2).define(&sandbox);
    sandbox.leapp_exec(&["r1", "--", "true"]).run().assert_ok();
    let told = json_of(&sandbox, "explain r2 --json");
    assert_eq!(
        told["next"],
        json!({ "begins_with": 2, "calls": 1, "asks": [] })
    );
    assert_eq!(told["hops"][0]["call"], Value::Null);
    assert_eq!(told["hops"][1]["cached"]["serves"], true);
    assert_eq!(told["hops"][1]["sts"]["endpoint"], aws.url());
    assert_eq!(told["hops"][2]["cached"], Value::Null);

    sandbox.leapp_exec(&["r2", "--", "true"]).run().assert_ok();
    let told = json_of(&sandbox, "explain r2 --json");
    assert_eq!(
        told["next"],
        json!({ "begins_with": 3, "calls": 0, "asks": [] })
    );
    let text = sandbox.leapp(&["explain", "r2"]).run().assert_ok();
    assert!(
        text.stdout.contains("\n   cache  good for "),
        "{}",
        text.stdout
    );
    assert!(
        text.stdout
            .contains("calls  none: the credentials are in the cache")
    );

    // What would be passed over is no part of the next run, and neither is what was edited.
    let again = json_of(&sandbox, "explain r2 --json --refresh");
    assert_eq!(again["hops"][2]["cached"]["serves"], false);
    assert_eq!(again["next"]["calls"], 2);
    let shorter = json_of(&sandbox, "explain r2 --json --duration 30m");
    assert_eq!(shorter["hops"][2]["cached"], Value::Null);
    assert_eq!(shorter["next"]["calls"], 1);
}

#[test]
fn a_live_mfa_session_is_told_and_not_asked_for() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    let chain = Chain::with_mfa(aws, 1);
    chain.define(&sandbox);
    let cold = json_of(&sandbox, "explain r1 --json");
    assert_eq!(cold["next"]["calls"], 2);
    assert_eq!(cold["next"]["asks"][0]["what"], "mfa-code");
    let code = aws.totp(&chain.user.mfa.as_ref().expect("a device").seed);
    let login = ["login", "u1", "--mfa-code", &code];
    sandbox.leapp(&login).run().assert_ok();
    let warm = json_of(&sandbox, "explain r1 --json --refresh");
    assert_eq!(
        warm["next"],
        json!({ "begins_with": 1, "calls": 1, "asks": [] })
    );
}

#[test]
fn neither_a_locked_keyring_nor_the_network_is_touched() {
    let aws = Aws::shared();
    let faults = Faults::before(&aws.address());
    let mut sandbox = Sandbox::new().env_remove("LEAPP_IDENTITY_FILE");
    let Some(keyring) = SecretService::unlocked(&mut sandbox) else {
        return;
    };
    sandbox.set("AWS_ENDPOINT_URL", faults.url());
    sandbox.set("HTTPS_PROXY", faults.url());
    Chain::new(aws, 2).define(&sandbox);
    sandbox.leapp_exec(&["r1", "--", "true"]).run().assert_ok();
    keyring.lock();
    sandbox.leapp(&["lock"]).run().assert_ok();
    let before = faults.connections();
    let Some(strace) = program("strace") else {
        return;
    };
    let log = sandbox.path("tmp/strace");
    let options = ["-f", "-qq", "-o", log.to_str().expect("a path")];
    let run = sandbox
        .command(&strace.display().to_string())
        .args(&options)
        .args(&["leapp", "explain", "r2", "--json"])
        .run()
        .assert_ok();
    assert_eq!(run.json()["next"]["begins_with"], 2);
    assert_eq!(faults.connections(), before);
    let calls = sandbox.read("tmp/strace");
    for name in ["socket(", "connect(", "keyctl(", "clone", "flock("] {
        assert!(!calls.contains(name), "{name}");
    }
}
