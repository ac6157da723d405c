//! `leapp whoami`: what AWS says, of a session and of the environment.

use insta::assert_snapshot;
use serde_json::json;

use crate::exec::with_r1;
use crate::support::aws::Aws;
use crate::support::doctor::account_of;
use crate::support::faults::Faults;
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;

fn sandbox(chain: &Chain) -> Sandbox {
    let sandbox = Sandbox::new().endpoint(&Aws::shared().url());
    let account = chain
        .target()
        .split(':')
        .nth(4)
        .unwrap_or_default()
        .to_owned();
    let sandbox = sandbox.name(&account, "[ACCOUNT]");
    chain.define(&sandbox);
    sandbox
}

#[test]
fn a_session_is_what_aws_says_that_it_is() {
    let chain = Chain::new(Aws::shared(), 1);
    let sandbox = sandbox(&chain);
    assert_snapshot!(sandbox.leapp(&["whoami", "r1"]).run().transcript(), @"
    exit 0
    --- stdout
    session  r1
    account  [ACCOUNT]
    arn      arn:aws:sts::[ACCOUNT]:assumed-role/R1/leapp-alice
    region   eu-west-1
    ");
    let mut answer = sandbox
        .leapp(&["whoami", "r1", "--json"])
        .run()
        .assert_ok()
        .json();
    let id = answer["user_id"].take();
    assert!(id.as_str().is_some_and(|id| id.starts_with("AROA")), "{id}");
    let expected = json!({
        "version": 1,
        "session": "r1",
        "account": account_of(chain.target()),
        "arn": format!("arn:aws:sts::{}:assumed-role/R1/leapp-alice", account_of(chain.target())),
        "user_id": null,
        "region": "eu-west-1",
    });
    assert_eq!(answer, expected);
}

#[test]
fn without_an_alias_it_is_what_the_environment_is() {
    let chain = Chain::new(Aws::shared(), 1);
    let sandbox = sandbox(&chain);
    let inside = |command: &[&str]| sandbox.leapp_exec(&["r1", "--"]).args(command).run();
    let answer = inside(&["leapp", "whoami", "--json"]).assert_ok().json();
    assert_eq!(
        (&answer["session"], &answer["region"]),
        (&json!("r1"), &json!("eu-west-1"))
    );
    assert!(
        answer["arn"]
            .as_str()
            .unwrap()
            .contains(":assumed-role/R1/")
    );
    // A key that no session of ours has put there; in a region or in none.
    let user = &chain.user;
    let whoami = sandbox.leapp(&["whoami", "--json"]);
    let own = whoami
        .env("AWS_ACCESS_KEY_ID", &user.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", &user.secret_access_key);
    let answer = own.run().assert_ok().json();
    assert_eq!(
        (&answer["arn"], &answer["session"]),
        (&json!(user.arn), &json!(null))
    );
    // No key, and a session's name: as in a shell that has a profile or an endpoint instead.
    let named = sandbox
        .leapp(&["whoami", "--json"])
        .env("LEAPP_SESSION", "r1");
    assert_eq!(named.run().assert_ok().json()["session"], "r1");
    assert_snapshot!(sandbox.leapp(&["whoami"]).run().transcript(), @"
    exit 2
    --- stderr
    leapp: error: no session was named, and there are no credentials in the environment

    hint: name one: `leapp whoami ALIAS`
    hint: run `leapp list` to see every alias
    ");
}

#[test]
fn the_endpoint_of_the_session_that_the_shell_is_in_is_asked() {
    let faults = Faults::before(&Aws::shared().address());
    let user = Chain::new(Aws::shared(), 0).user;
    let sandbox = Sandbox::new();
    let words = ["add", "user", "own", "--access-key-id", &user.access_key_id];
    let more = [
        "--secret-access-key",
        "-",
        "--region",
        "eu-west-1",
        "--endpoint-url",
        &faults.url(),
    ];
    let add = sandbox
        .leapp(&words)
        .args(&more)
        .stdin(user.secret_access_key);
    add.run().assert_ok();
    let inside = sandbox
        .leapp_exec(&["own", "--", "leapp", "whoami", "--json"])
        .run();
    assert_eq!(inside.assert_ok().json()["arn"], json!(user.arn));
    assert_eq!(faults.count("GetCallerIdentity"), 1);
}

#[test]
fn credentials_that_aws_does_not_know_are_said_to_be_so() {
    let sandbox = with_r1();
    let whoami = sandbox.leapp(&["whoami"]);
    let wrong = whoami
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "nonsense-nonsense-nonsense")
        .env("AWS_REGION", "eu-west-1");
    assert_snapshot!(wrong.run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: AWS does not accept the credentials in the environment
    caused by: The security token included in the request is invalid.
    request id: [REQUEST-ID]

    hint: run `leapp whoami ALIAS` for one of your sessions
    ");
    let clear = sandbox
        .leapp(&["whoami"])
        .env("AWS_ENDPOINT_URL", "http://sts.example");
    let clear = clear
        .env("AWS_ACCESS_KEY_ID", "A")
        .env("AWS_SECRET_ACCESS_KEY", "B");
    let output = clear.run().assert_code(1);
    assert!(
        output.stderr.contains("in clear over the network"),
        "{}",
        output.stderr
    );
}

#[test]
fn after_a_failed_switch_nobody_is_asked() {
    let aws = Aws::shared();
    let faults = Faults::before(&aws.address());
    let chain = Chain::new(aws, 1);
    let sandbox = sandbox(&chain).endpoint(&faults.url());
    let script =
        "eval \"$(leapp env nope 2>/dev/null)\"; leapp whoami; leapp add user new --from-env";
    let output = sandbox.sh(script).run();
    assert_eq!(output.stdout, "");
    assert_snapshot!(output.stderr, @r"
    leapp: error: a switch of this shell has failed, so that no AWS program finds credentials

    hint: run `leapp use ALIAS`, or `leapp off` to bring back what this shell had
    hint: name a session to ask as that one: `leapp whoami ALIAS`
    leapp: error: there is no access key in `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`

    hint: from aws-vault: `aws-vault exec --no-session NAME -- leapp add user ALIAS --from-env`
    ");
    assert_eq!(faults.connections(), 0);
}
