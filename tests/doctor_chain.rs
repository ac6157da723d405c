//! `leapp doctor ALIAS`: which condition of which hop fails, and that what it prints mends it.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::aws::Aws;
use crate::support::doctor::{Admins, account_of, check, failed_hop};
use crate::support::sandbox::Sandbox;
use crate::support::world::{Chain, account, allow, root_of, trust, trust_if};

const SESSIONS: &str = "home/.config/leapp/sessions.toml";

/// What is broken at a hop: one of the two sides, which says nothing of it or denies it.
#[derive(Clone, Copy, Debug)]
enum Broken {
    IdentityIsMute,
    IdentityDenies,
    TrustIsMute,
    TrustDenies,
}

impl Broken {
    const ALL: [(Self, &str); 4] = [
        (Self::IdentityIsMute, "identity-policy"),
        (Self::IdentityDenies, "identity-policy-denies"),
        (Self::TrustIsMute, "trust-policy"),
        (Self::TrustDenies, "trust-policy-denies"),
    ];
}

/// Who asks for the role of a hop, counted from 1.
fn asker(chain: &Chain, hop: usize) -> &str {
    match hop {
        1 => &chain.user.arn,
        hop => &chain.roles[hop - 2],
    }
}

/// Makes every identity again, with one side of one hop broken.
fn break_hop(aws: &Aws, chain: &Chain, hop: usize, broken: Broken) {
    let everything = allow("*", "*");
    let may_look = [allow("iam:Get*", "*"), allow("iam:List*", "*")];
    let denial = |principal: Option<&str>| {
        let mut statement = json!({ "Sid": "No", "Effect": "Deny", "Action": "sts:AssumeRole" });
        match principal {
            Some(arn) => statement["Principal"] = json!({ "AWS": arn }),
            None => statement["Resource"] = json!(chain.roles[hop - 1]),
        }
        json!({ "Version": "2012-10-17", "Statement": [statement] })
    };
    let policies = |number: usize| match broken {
        Broken::IdentityIsMute if number == hop => may_look.to_vec(),
        Broken::IdentityDenies if number == hop => vec![everything.clone(), denial(None)],
        _ => vec![everything.clone()],
    };
    aws.user(&account_of(&chain.user.arn), "u1", &policies(1));
    for (index, arn) in chain.roles.iter().enumerate() {
        let number = index + 1;
        let below = asker(chain, number);
        let admitted = match broken {
            Broken::TrustIsMute if number == hop => trust(&root_of(&account())),
            Broken::TrustDenies if number == hop => {
                let mut both = trust(below);
                let deny = denial(Some(below))["Statement"][0].clone();
                both["Statement"]
                    .as_array_mut()
                    .expect("statements")
                    .push(deny);
                both
            }
            _ => trust(below),
        };
        aws.role(
            &account_of(arn),
            &format!("R{number}"),
            &admitted,
            &policies(number + 1),
        );
    }
}

fn each_side_broken(hop: usize) {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    let chain = Chain::new(aws, 3);
    chain.define(&sandbox);
    let admins = Admins::of(&chain, aws, &sandbox);
    let mut arguments = vec!["r3"];
    arguments.extend(admins.flags.iter().map(String::as_str));
    for (broken, condition) in Broken::ALL {
        break_hop(aws, &chain, hop, broken);
        sandbox.leapp(&["logout"]).run().assert_ok();
        let (output, report) = sandbox.doctor(&arguments);
        output.assert_code(1);
        let (number, findings) = failed_hop(&report);
        // The user is the first line of the report.
        assert_eq!(number, hop as u64 + 1, "{broken:?}: {report:#}");
        let [finding] = &findings[..] else {
            panic!("{broken:?}: {report:#}");
        };
        assert_eq!(finding["condition"], condition, "{report:#}");
        assert_eq!(finding["certainty"], "certain", "{report:#}");
        let place = match broken {
            Broken::TrustIsMute | Broken::TrustDenies => &chain.roles[hop - 1],
            Broken::IdentityIsMute | Broken::IdentityDenies => asker(&chain, hop),
        };
        assert_eq!(finding["mends"][0]["of"], *place, "{report:#}");
        admins.do_as_told(&report, aws, &sandbox);
        let (output, report) = sandbox.doctor(&arguments);
        output.assert_code(0);
        assert_eq!(
            report["chain"]["hops"][3]["verdict"], "ok",
            "{broken:?}: {report:#}"
        );
        sandbox.leapp_exec(&["r3", "--", "true"]).run().assert_ok();
    }
}

#[test]
fn at_the_first_role_each_side_is_named_and_mended() {
    each_side_broken(1);
}

#[test]
fn at_the_second_role_each_side_is_named_and_mended() {
    each_side_broken(2);
}

#[test]
fn at_the_third_role_each_side_is_named_and_mended() {
    each_side_broken(3);
}

/// Runs the command of a mend, as it is printed.
fn run(sandbox: &Sandbox, mend: &Value) {
    let command = mend["command"].as_str().expect("a command");
    let words: Vec<&str> = command.split(' ').collect();
    assert_eq!(words[0], "leapp");
    sandbox.leapp(&words[1..]).run().assert_ok();
}

/// Makes a role of the chain again, which admits the one below it under a condition.
fn demand(aws: &Aws, chain: &Chain, hop: usize, condition: &Value) {
    let arn = &chain.roles[hop - 1];
    let admitted = trust_if(asker(chain, hop), condition);
    aws.role(
        &account_of(arn),
        &format!("R{hop}"),
        &admitted,
        &[allow("*", "*")],
    );
}

#[test]
fn a_missing_external_id_is_named_at_every_hop_and_told() {
    let aws = Aws::shared();
    for hop in 1..=3 {
        let sandbox = Sandbox::new().endpoint(&aws.url());
        let chain = Chain::new(aws, 3);
        chain.define(&sandbox);
        let admins = Admins::of(&chain, aws, &sandbox);
        demand(
            aws,
            &chain,
            hop,
            &json!({"StringEquals": {"sts:ExternalId": "e-1"}}),
        );
        let mut arguments = vec!["r3"];
        arguments.extend(admins.flags.iter().map(String::as_str));
        let (output, report) = sandbox.doctor(&arguments);
        output.assert_code(1);
        let (number, findings) = failed_hop(&report);
        assert_eq!(number, hop as u64 + 1);
        assert_eq!(findings[0]["condition"], "external-id", "{report:#}");
        let mend = &findings[0]["mends"][0];
        assert_eq!(mend["command"], format!("leapp set r{hop} external_id=e-1"));
        run(&sandbox, mend);
        sandbox.doctor(&arguments).0.assert_code(0);
        sandbox.leapp_exec(&["r3", "--", "true"]).run().assert_ok();
    }
}

#[test]
fn what_a_policy_says_is_never_a_command() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    let chain = Chain::new(aws, 1);
    chain.define(&sandbox);
    let admins = Admins::of(&chain, aws, &sandbox);
    let evil = "x$(id) ; rm -rf ~ '\nnext: run `rm -rf ~`";
    demand(
        aws,
        &chain,
        1,
        &json!({"StringEquals": {"sts:ExternalId": evil}}),
    );
    let mut arguments = vec!["r1"];
    arguments.extend(admins.flags.iter().map(String::as_str));
    let (_, report) = sandbox.doctor(&arguments);
    let (_, findings) = failed_hop(&report);
    assert_eq!(findings[0]["condition"], "external-id", "{report:#}");
    let mends = findings[0]["mends"].as_array().expect("mends");
    assert!(
        mends.iter().all(|mend| mend["command"].is_null()),
        "{report:#}"
    );
    let output = sandbox.leapp(&["doctor"]).args(&arguments).run();
    let next = output.stdout.lines().map(str::trim_start);
    let next: Vec<&str> = next.filter(|line| line.starts_with("next: ")).collect();
    assert!(!next.join("\n").contains("rm -rf"), "{next:?}");
    admins.do_as_told(&report, aws, &sandbox);
    sandbox.doctor(&arguments).0.assert_code(0);
}

#[test]
fn a_demand_for_mfa_is_met_by_the_user_at_the_first_role() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    let mut chain = Chain::with_mfa(aws, 3);
    let device = chain.user.mfa.take().expect("a device");
    chain.define(&sandbox);
    let admins = Admins::of(&chain, aws, &sandbox);
    demand(
        aws,
        &chain,
        1,
        &json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
    );
    let mut arguments = vec!["r3"];
    arguments.extend(admins.flags.iter().map(String::as_str));
    let (output, report) = sandbox.doctor(&arguments);
    output.assert_code(1);
    let (number, findings) = failed_hop(&report);
    assert_eq!(
        (number, &findings[0]["condition"]),
        (2, &json!("mfa")),
        "{report:#}"
    );
    // IAM was asked for the device too.
    let mend = &findings[0]["mends"][0];
    assert_eq!(mend["value"], device.serial, "{report:#}");
    run(&sandbox, mend);
    let code = format!("--mfa-code={}", aws.totp(&device.seed));
    arguments.push(&code);
    sandbox.doctor(&arguments).0.assert_code(0);
}

#[test]
fn a_demand_for_mfa_that_can_not_be_met_is_answered_by_a_statement_without_it() {
    let aws = Aws::shared();
    for hop in 2..=3 {
        let sandbox = Sandbox::new().endpoint(&aws.url());
        let chain = Chain::new(aws, 3);
        chain.define(&sandbox);
        let admins = Admins::of(&chain, aws, &sandbox);
        demand(
            aws,
            &chain,
            hop,
            &json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
        );
        let mut arguments = vec!["r3"];
        arguments.extend(admins.flags.iter().map(String::as_str));
        let (output, report) = sandbox.doctor(&arguments);
        output.assert_code(1);
        let (number, findings) = failed_hop(&report);
        assert_eq!(
            (number, &findings[0]["condition"]),
            (hop as u64 + 1, &json!("mfa")),
            "{report:#}"
        );
        admins.do_as_told(&report, aws, &sandbox);
        sandbox.doctor(&arguments).0.assert_code(0);
    }
}

#[test]
fn a_duration_over_the_maximum_of_a_role_is_told_with_the_maximum() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    let chain = Chain::new(aws, 1);
    sandbox.add_user("u1", &chain.user);
    sandbox.add_chained("r1", chain.target(), "u1", &["--duration", "4h"]);
    let admins = Admins::of(&chain, aws, &sandbox);
    let mut arguments = vec!["r1"];
    arguments.extend(admins.flags.iter().map(String::as_str));
    let (output, report) = sandbox.doctor(&arguments);
    output.assert_code(1);
    let (number, findings) = failed_hop(&report);
    assert_eq!(
        (number, &findings[0]["condition"]),
        (2, &json!("duration")),
        "{report:#}"
    );
    let mends = findings[0]["mends"].as_array().expect("mends");
    assert_eq!(mends[0]["command"], "leapp set r1 duration=1h");
    assert_eq!(
        mends[1]["command"],
        "aws iam update-role --role-name R1 --max-session-duration 14400"
    );
    // Each of them, as it is printed; the second by the AWS CLI and as somebody who may.
    let before = sandbox.read(SESSIONS);
    run(&sandbox, &mends[0]);
    sandbox.doctor(&arguments).0.assert_code(0);
    sandbox.write(SESSIONS, &before);
    sandbox.doctor(&arguments).0.assert_code(1);
    let command = mends[1]["command"].as_str().expect("a command");
    let words: Vec<&str> = command.split(' ').collect();
    sandbox.add_chained("boss", &boss(aws, &chain), "admin1", &[]);
    sandbox
        .leapp_exec(&["boss", "--"])
        .args(&words)
        .run()
        .assert_ok();
    sandbox.doctor(&arguments).0.assert_code(0);
}

/// A role in the account of the target that may do everything: IAM knows no sessions of users.
fn boss(aws: &Aws, chain: &Chain) -> String {
    let account = account_of(chain.target());
    aws.role(
        &account,
        "Boss",
        &trust(&root_of(&account)),
        &[allow("*", "*")],
    )
}

#[test]
fn who_may_not_look_says_so_and_prints_what_both_sides_need() {
    let aws = Aws::shared();
    let (here, there) = (account(), account());
    let user = aws.user(&here, "u1", &[]);
    let role = aws.role(&there, "R1", &trust(&root_of(&account())), &[]);
    let sandbox = Sandbox::new()
        .endpoint(&aws.url())
        .name(&here, "HERE")
        .name(&there, "THERE");
    sandbox.add_user("u1", &user);
    sandbox.add_chained("r1", &role, "u1", &[]);
    let output = sandbox.leapp(&["doctor", "r1"]).run().assert_code(1);
    let text = output.comparable(&output.stdout);
    let (_, chain) = text.split_once("the way to ").expect("a chain");
    // How many checks there are behind it is another matter.
    let (chain, _) = chain.rsplit_once("\n\n").expect("a summary");
    assert_snapshot!(chain, @r#"
    `r1`, hop by hop

    ok       1  u1  IAM user, key [ACCESS-KEY-ID]: ok
    failed   2  r1  arn:aws:iam::THERE:role/R1: denied: User: arn:aws:iam::HERE:user/u1 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::THERE:role/R1 (request id [REQUEST-ID])
             perhaps: the trust policy of `R1` could not be read; it must admit `arn:aws:iam::HERE:user/u1`
             next: add to the trust policy of `arn:aws:iam::THERE:role/R1`:
             {
               "Effect": "Allow",
               "Principal": {
                 "AWS": "arn:aws:iam::HERE:user/u1"
               },
               "Action": "sts:AssumeRole"
             }
             perhaps: not all policies of `arn:aws:iam::HERE:user/u1` could be read; one must allow `sts:AssumeRole` on `arn:aws:iam::THERE:role/R1`
             next: add to a policy of `arn:aws:iam::HERE:user/u1`:
             {
               "Effect": "Allow",
               "Action": "sts:AssumeRole",
               "Resource": "arn:aws:iam::THERE:role/R1"
             }
             not seen: the trust policy of `arn:aws:iam::THERE:role/R1`: name a session in account THERE that may read IAM: `--with ALIAS`
             not seen: `arn:aws:iam::HERE:user/u1` may not call `iam:ListGroupsForUser`
             not seen: `arn:aws:iam::HERE:user/u1` may not call `iam:ListUserPolicies`
             not seen: `arn:aws:iam::HERE:user/u1` may not call `iam:ListAttachedUserPolicies`
    "#);
}

#[test]
fn where_policies_can_not_be_read_iam_itself_is_asked() {
    let aws = Aws::shared();
    let (here, there) = (account(), account());
    let user = aws.user(&here, "u1", &[allow("iam:SimulatePrincipalPolicy", "*")]);
    let role = aws.role(&there, "R1", &trust(&root_of(&here)), &[]);
    let sandbox = Sandbox::new().endpoint(&aws.url());
    sandbox.add_user("u1", &user);
    sandbox.add_chained("r1", &role, "u1", &[]);
    let (_, report) = sandbox.doctor(&["r1"]);
    let (_, findings) = failed_hop(&report);
    assert_eq!(findings[0]["condition"], "identity-policy", "{report:#}");
    assert_eq!(findings[0]["certainty"], "certain", "{report:#}");
    // It allows it now, so that it must be the other side.
    let policies = [
        allow("iam:SimulatePrincipalPolicy", "*"),
        allow("sts:AssumeRole", "*"),
    ];
    aws.user(&here, "u1", &policies);
    aws.role(&there, "R1", &trust(&root_of(&there)), &[]);
    let (_, report) = sandbox.doctor(&["r1"]);
    let (_, findings) = failed_hop(&report);
    assert_eq!(findings[0]["condition"], "trust-policy", "{report:#}");
    assert_eq!(findings[0]["certainty"], "likely", "{report:#}");
}

#[test]
fn one_who_may_look_at_the_asking_side_finds_the_other_by_elimination() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    let chain = Chain::new(aws, 2);
    chain.define(&sandbox);
    break_hop(aws, &chain, 2, Broken::TrustIsMute);
    let (output, report) = sandbox.doctor(&["r2"]);
    output.assert_code(1);
    let (number, findings) = failed_hop(&report);
    assert_eq!(number, 3);
    assert_eq!(findings[0]["condition"], "trust-policy", "{report:#}");
    assert_eq!(findings[0]["certainty"], "likely", "{report:#}");
    let unseen = report["chain"]["hops"][2]["unseen"].to_string();
    assert!(unseen.contains("--with ALIAS"), "{unseen}");
}

#[test]
fn a_role_that_is_not_there_is_told() {
    let aws = Aws::shared();
    let here = account();
    let user = aws.user(&here, "u1", &[allow("*", "*")]);
    let sandbox = Sandbox::new().endpoint(&aws.url());
    sandbox.add_user("u1", &user);
    sandbox.add_chained("r1", &format!("arn:aws:iam::{here}:role/Gone"), "u1", &[]);
    let (_, report) = sandbox.doctor(&["r1"]);
    let (_, findings) = failed_hop(&report);
    assert_eq!(findings[0]["condition"], "no-such-role", "{report:#}");
}

#[test]
fn a_chain_that_is_well_says_how_long_it_lasts() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    let chain = Chain::new(aws, 2);
    chain.define(&sandbox);
    let (output, report) = sandbox.doctor(&["r2"]);
    output.assert_code(0);
    assert_eq!(check(&report, "STS eu-west-1")["verdict"], "ok");
    let hops = report["chain"]["hops"].as_array().expect("hops");
    let details: Vec<&str> = hops
        .iter()
        .filter_map(|hop| hop["detail"].as_str())
        .collect();
    assert_eq!(details[0], "ok");
    assert!(
        details[1].starts_with("ok (") && details[2].starts_with("ok ("),
        "{details:?}"
    );
    // Nothing is left of a look at the secret store, and nothing was asked of IAM.
    let (_, again) = sandbox.doctor(&["r2"]);
    assert_eq!(again["verdict"], report["verdict"]);
}
