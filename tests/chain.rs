//! Chains of real roles: every hop allowed on both sides, and what is said where one is not.

use insta::assert_snapshot;
use serde_json::json;

use crate::support::aws::Aws;
use crate::support::faults::Faults;
use crate::support::output::Output;
use crate::support::sandbox::Sandbox;
use crate::support::world::{Chain, account, allow, root_of, trust, trust_if};

/// The ARN that the AWS CLI finds itself to be, as a session.
fn arn_as(sandbox: &Sandbox, alias: &str) -> String {
    let who = [
        "aws",
        "sts",
        "get-caller-identity",
        "--query",
        "Arn",
        "--output",
        "text",
    ];
    let output = sandbox.leapp_exec(&[alias, "--"]).args(&who).run();
    output.assert_ok().stdout.trim().to_owned()
}

/// The ARN of a session of ours of a role.
fn session_of(role_arn: &str) -> String {
    let role = role_arn
        .replace(":iam:", ":sts:")
        .replace(":role/", ":assumed-role/");
    format!("{role}/leapp-alice")
}

fn exec_true(sandbox: &Sandbox, alias: &str) -> Output {
    sandbox.leapp_exec(&[alias, "--", "true"]).run()
}

#[test]
fn a_user_becomes_a_role_and_then_one_in_another_account() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    let chain = Chain::new(aws, 2);
    chain.define(&sandbox);
    assert_eq!(arn_as(&sandbox, "r2"), session_of(chain.target()));
    assert_eq!(arn_as(&sandbox, "r1"), session_of(&chain.roles[0]));
    assert_eq!(arn_as(&sandbox, "u1"), chain.user.arn);
}

#[test]
fn four_hops_cost_a_call_each_and_one_connection() {
    let aws = Aws::shared();
    let faults = Faults::before(&aws.address());
    let sandbox = Sandbox::new().endpoint(&faults.url());
    let chain = Chain::with_mfa(aws, 4);
    chain.define(&sandbox);
    let code = aws.totp(&chain.user.mfa.as_ref().unwrap().seed);
    sandbox
        .leapp_exec(&["--mfa-code", &code, "r4", "--", "true"])
        .run()
        .assert_ok();
    assert_eq!(faults.count("GetSessionToken"), 1);
    assert_eq!(faults.count("AssumeRole"), 4);
    assert_eq!(faults.connections(), 1);
    assert_eq!(arn_as(&sandbox, "r4"), session_of(chain.target()));
}

#[test]
fn a_user_without_mfa_signs_for_the_first_role_itself() {
    let aws = Aws::shared();
    let faults = Faults::before(&aws.address());
    let sandbox = Sandbox::new().endpoint(&faults.url());
    Chain::new(aws, 1).define(&sandbox);
    exec_true(&sandbox, "r1").assert_ok();
    assert_eq!(
        (faults.count("GetSessionToken"), faults.count("AssumeRole")),
        (0, 1)
    );
}

#[test]
fn a_denial_names_its_hop_whichever_it_is() {
    let aws = Aws::shared();
    for denied in 1..=3 {
        let chain = Chain::new(aws, 3);
        let role = chain.roles[denied - 1].clone();
        let mut numbers = vec![account_of(&chain.user.arn)];
        numbers.extend(chain.roles.iter().map(|arn| account_of(arn)));
        let mut sandbox = Sandbox::new().endpoint(&aws.url());
        for (number, name) in numbers.iter().zip(["USER", "ONE", "TWO", "THREE"]) {
            sandbox = sandbox.name(number, name);
        }
        chain.define(&sandbox);
        // A trust policy that admits somebody else.
        aws.role(
            &account_of(&role),
            &format!("R{denied}"),
            &trust(&root_of(&account())),
            &[],
        );
        let output = exec_true(&sandbox, "r3").assert_code(125);
        let table: Vec<&str> = output
            .stderr
            .lines()
            .filter(|line| line.starts_with("  "))
            .collect();
        let outcomes: Vec<&str> = table
            .iter()
            .map(|l| l.rsplit("  ").next().unwrap_or(""))
            .collect();
        let mut expected = vec!["ok"; denied];
        expected.push("denied");
        expected.resize(4, "not tried");
        assert_eq!(outcomes, expected, "{}", output.stderr);
        if denied == 2 {
            assert_snapshot!(output.transcript(), @"
            exit 125
            --- stderr
            leapp-exec: error: AWS denied hop 3 of 4 to `r3`

              1  u1  IAM user, key [ACCESS-KEY-ID]  ok
              2  r1  arn:aws:iam::ONE:role/R1   ok
              3  r2  arn:aws:iam::TWO:role/R2   denied
              4  r3  arn:aws:iam::THREE:role/R3   not tried

            caused by: User: arn:aws:sts::ONE:assumed-role/R1/leapp-alice is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::TWO:role/R2
            request id: [REQUEST-ID]

            hint: the trust policy of `R2` must allow `arn:aws:iam::ONE:role/R1`
            hint: `arn:aws:iam::ONE:role/R1` needs `sts:AssumeRole` on `arn:aws:iam::TWO:role/R2`
            hint: if the role demands MFA, set `mfa_device` on session `u1`
            hint: if it demands an external id, set `external_id` on session `r2`
            hint: `leapp doctor r3` can look at both policies
            ");
        }
    }
}

fn account_of(arn: &str) -> String {
    arn.split(':').nth(4).expect("an ARN").to_owned()
}

#[test]
fn a_missing_policy_on_either_side_is_a_denial() {
    let aws = Aws::shared();
    let (here, there) = (account(), account());
    let mute = aws.user(&here, "mute", &[]);
    let asks = aws.user(&here, "asks", &[allow("sts:AssumeRole", "*")]);
    let open = aws.role(&there, "Open", &trust(&root_of(&here)), &[]);
    let shut = aws.role(&there, "Shut", &trust(&root_of(&there)), &[]);
    let sandbox = Sandbox::new().endpoint(&aws.url());
    sandbox.add_user("mute", &mute);
    sandbox.add_user("asks", &asks);
    sandbox.add_chained("mute-open", &open, "mute", &[]);
    sandbox.add_chained("asks-open", &open, "asks", &[]);
    sandbox.add_chained("asks-shut", &shut, "asks", &[]);
    exec_true(&sandbox, "asks-open").assert_ok();
    for alias in ["mute-open", "asks-shut"] {
        let output = exec_true(&sandbox, alias).assert_code(125);
        assert!(
            output.stderr.contains("AWS denied hop 2 of 2"),
            "{}",
            output.stderr
        );
        assert!(output.stderr.contains("request id: "), "{}", output.stderr);
    }
}

#[test]
fn an_external_id_opens_what_demands_it_and_a_denial_suggests_it() {
    let aws = Aws::shared();
    let here = account();
    let user = aws.user(&here, "u1", &[allow("*", "*")]);
    let condition = json!({ "StringEquals": { "sts:ExternalId": "e-1" } });
    let role = aws.role(&here, "R", &trust_if(&user.arn, &condition), &[]);
    let sandbox = Sandbox::new().endpoint(&aws.url());
    sandbox.add_user("u1", &user);
    sandbox.add_chained("with", &role, "u1", &["--external-id", "e-1"]);
    sandbox.add_chained("without", &role, "u1", &[]);
    exec_true(&sandbox, "with").assert_ok();
    let denied = exec_true(&sandbox, "without").assert_code(125);
    assert!(
        denied
            .stderr
            .contains("set `external_id` on session `without`"),
        "{}",
        denied.stderr
    );
}

#[test]
fn tags_policies_and_identities_are_sent() {
    let aws = Aws::start();
    let here = account();
    let user = aws.user(&here, "u1", &[allow("*", "*")]);
    let role = aws.role(&here, "R", &trust(&user.arn), &[allow("*", "*")]);
    let sandbox = Sandbox::new().endpoint(&aws.url());
    sandbox.add_user("u1", &user);
    let policy = r#"{"Version":"2012-10-17","Statement":[]}"#;
    let terms = [
        "--role-session-name",
        "{user}-at-work",
        "--source-identity",
        "alice",
        "--tags",
        "team=x",
        "--tags",
        "cost=7",
        "--transitive-tags",
        "team",
        "--policy",
        policy,
        "--policy-arns",
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "--duration",
        "20m",
    ];
    sandbox.add_chained("r", &role, "u1", &terms);
    exec_true(&sandbox, "r").assert_ok();
    let calls = aws.calls();
    let call = calls
        .iter()
        .find(|call| call.action == "AssumeRole")
        .unwrap();
    for (key, value) in [
        ("RoleSessionName", "alice-at-work"),
        ("SourceIdentity", "alice"),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "x"),
        ("Tags.member.2.Value", "7"),
        ("TransitiveTagKeys.member.1", "team"),
        ("Policy", policy),
        (
            "PolicyArns.member.1.arn",
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
        ),
        ("DurationSeconds", "1200"),
    ] {
        assert_eq!(
            call.parameters[key].as_str(),
            Some(value),
            "{key} in {:?}",
            call.parameters
        );
    }
}

#[test]
fn a_chain_that_can_not_be_planned_asks_nobody() {
    let aws = Aws::shared();
    let faults = Faults::before(&aws.address());
    let sandbox = Sandbox::new().endpoint(&faults.url());
    // `leapp add` would refuse these: by hand they can be written.
    let session = |alias: &str, assumer: &str| {
        let role = "arn:aws:iam::111122223333:role/R";
        format!(
            "[sessions.{alias}]\ntype = \"iam-role-chained\"\nrole_arn = \"{role}\"\nassumer_session = \"{assumer}\"\n"
        )
    };
    let sessions = [session("a", "b"), session("b", "a"), session("c", "nobody")].concat();
    sandbox.write(
        "home/.config/leapp/sessions.toml",
        &format!("[defaults]\nregion = \"eu-west-1\"\n{sessions}"),
    );
    assert_snapshot!(exec_true(&sandbox, "a").transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: the chain of `a` never ends: a -> b -> a

      [ROOT]/home/.config/leapp/sessions.toml:10

    hint: let one of these sessions be chained on another: mend its `assumer_session`
    ");
    assert_snapshot!(exec_true(&sandbox, "c").transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: session `c` is chained on `nobody`, and there is no such session

      [ROOT]/home/.config/leapp/sessions.toml:14

    hint: define it with `leapp add`, or mend `assumer_session`: `nobody`
    ");
    assert_snapshot!(sandbox.leapp_exec(&["--duration", "13h", "c", "--", "true"]).run().transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: session `c` is chained on `nobody`, and there is no such session

      [ROOT]/home/.config/leapp/sessions.toml:14

    hint: define it with `leapp add`, or mend `assumer_session`: `nobody`
    ");
    assert_snapshot!(sandbox.leapp_exec(&["prdo", "--", "true"]).run().transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: no session named `prdo`

    hint: run `leapp list` to see every alias
    ");
    assert_eq!(faults.seen().len(), 0);
}
