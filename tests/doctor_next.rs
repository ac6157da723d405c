//! What `leapp doctor ALIAS` says to do next is of use: for this very run, and for every finding.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::aws::Aws;
use crate::support::doctor::{Admins, account_of, failed_hop};
use crate::support::program;
use crate::support::sandbox::Sandbox;
use crate::support::world::{Chain, account, allow, root_of, trust, trust_if};

/// What stands below the hop that was denied, for a person.
fn told(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let output = sandbox.leapp(&["doctor"]).args(arguments).run();
    let output = output.assert_code(1);
    let text = output.comparable(&output.stdout);
    let (_, below) = text.split_once(" denied: ").expect("a denied hop");
    let (_, below) = below.split_once('\n').expect("more lines");
    let (below, _) = below.rsplit_once("\n\n").expect("a summary");
    below.to_owned()
}

fn mends(sandbox: &Sandbox, arguments: &[&str]) -> Value {
    let (output, report) = sandbox.doctor(arguments);
    let output = output.assert_code(1);
    let (_, findings) = failed_hop(&report);
    let mends = findings[0]["mends"].to_string();
    serde_json::from_str(&output.comparable(&mends)).expect("JSON")
}

/// A user with a role in one account, who both may do everything.
fn one_account(aws: &Aws) -> (Sandbox, String, String) {
    let here = account();
    let user = aws.user(&here, "u1", &[allow("*", "*")]);
    let role = aws.role(&here, "R1", &trust(&user.arn), &[allow("*", "*")]);
    let sandbox = Sandbox::new().endpoint(&aws.url()).name(&here, "HERE");
    sandbox.add_user("u1", &user);
    sandbox.add_chained("r1", &role, "u1", &[]);
    (sandbox, here, role)
}

#[test]
fn a_role_that_was_gone_on_to_is_no_session_of_its_name() {
    let aws = Aws::shared();
    let (sandbox, here, role) = one_account(aws);
    let wanted = trust_if(&role, &json!({"StringEquals": {"sts:ExternalId": "e-1"}}));
    let further = aws.role(&here, "Ext", &wanted, &[]);
    // Another one, which has nothing to do with it.
    sandbox.add_chained("Ext", &role, "u1", &[]);
    let arguments = ["r1", "--assume", &further];
    assert_snapshot!(told(&sandbox, &arguments), @"
    the trust policy of `Ext` demands `sts:ExternalId StringEquals e-1`: the request says nothing of it
    next: only a session can say `external_id`: define one for this role, with `leapp add chained ALIAS --role-arn arn:aws:iam::HERE:role/Ext --assumer-session r1 --external-id e-1`
    ");
    assert_snapshot!(format!("{:#}", mends(&sandbox, &arguments)), @r#"
    [
      {
        "do": "define-session",
        "role_arn": "arn:aws:iam::HERE:role/Ext",
        "assumer_session": "r1",
        "key": "external_id",
        "value": "e-1",
        "command": null
      }
    ]
    "#);
    let gone = further.replace("Ext", "Gone");
    assert_snapshot!(told(&sandbox, &["r1", "--assume", &gone]), @"
    there is no role `Gone` in account HERE
    next: give `--assume` the ARN of a role that is there
    ");
}

#[test]
fn a_duration_that_the_run_wishes_is_not_set_on_the_session() {
    let aws = Aws::shared();
    let (sandbox, ..) = one_account(aws);
    assert_snapshot!(told(&sandbox, &["r1", "--duration", "4h"]), @"
    4h are asked for, and `R1` gives 1h at most
    next: give `--duration 1h`
    next: or let the role give longer sessions: `aws iam update-role --role-name R1 --max-session-duration 14400`
    ");
    assert_snapshot!(format!("{:#}", mends(&sandbox, &["r1", "--duration", "4h"])), @r#"
    [
      {
        "do": "give-option",
        "option": "--duration",
        "value": "1h",
        "command": null
      },
      {
        "do": "lengthen-sessions",
        "role": "R1",
        "seconds": 14400,
        "command": "aws iam update-role --role-name R1 --max-session-duration 14400"
      }
    ]
    "#);
}

#[test]
fn the_hint_looks_at_the_very_chain_that_was_denied() {
    let aws = Aws::shared();
    let (sandbox, here, _) = one_account(aws);
    let closed = aws.role(&here, "Closed", &trust(&root_of(&account())), &[]);
    let shaped = ["r1", "--assume", &closed, "--read-only"];
    let hint =
        format!("hint: `leapp doctor r1 --assume {closed} --read-only` can look at both policies");
    let denied = sandbox.leapp_exec(&shaped).args(&["--", "true"]).run();
    assert!(
        denied.stderr.ends_with(&format!("{hint}\n")),
        "{}",
        denied.stderr
    );
    let denied = sandbox.leapp(&["env"]).args(&shaped).run().assert_code(1);
    assert!(denied.stderr.contains(&hint), "{}", denied.stderr);
    let (_, report) = sandbox.doctor(&shaped);
    assert_eq!(report["chain"]["hops"][2]["name"], "Closed", "{report:#}");
}

#[test]
fn a_role_that_is_not_there_is_to_be_replaced() {
    let aws = Aws::shared();
    let (sandbox, here, _) = one_account(aws);
    sandbox.add_chained("gone", &format!("arn:aws:iam::{here}:role/Gone"), "u1", &[]);
    assert_snapshot!(told(&sandbox, &["gone"]), @"
    there is no role `Gone` in account HERE
    next: run `leapp set gone role_arn=...`, with the ARN of a role that is there
    ");
}

#[test]
fn a_session_policy_is_to_allow_what_comes_behind_it() {
    let aws = Aws::shared();
    let chain = Chain::new(aws, 2);
    let sandbox = Sandbox::new()
        .endpoint(&aws.url())
        .name(&account_of(chain.target()), "THERE");
    sandbox.add_user("u1", &chain.user);
    let only_s3 = allow("s3:*", "*");
    // A session that is narrowed may still look.
    let policy = json!({"Version": "2012-10-17", "Statement": [
        only_s3["Statement"][0], allow("iam:*", "*")["Statement"][0]]});
    let policy = policy.to_string();
    sandbox.add_chained("r1", &chain.roles[0], "u1", &["--policy", &policy]);
    sandbox.add_chained("r2", &chain.roles[1], "r1", &[]);
    let admins = Admins::of(&chain, aws, &sandbox);
    let mut arguments = vec!["r2"];
    arguments.extend(admins.flags.iter().map(String::as_str));
    assert_snapshot!(told(&sandbox, &arguments), @"
    the session that asks was narrowed by a policy that does not allow `sts:AssumeRole` on `arn:aws:iam::THERE:role/R2`
    next: let `policy` of session `r1` allow it too: `leapp set r1 policy=...`
    ");
}

#[test]
fn what_can_not_be_told_from_here_is_to_be_compared() {
    let aws = Aws::shared();
    let (sandbox, here, _) = one_account(aws);
    let from_there = json!({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}});
    let user = format!("arn:aws:iam::{here}:user/u1");
    let role = aws.role(&here, "R2", &trust_if(&user, &from_there), &[]);
    sandbox.add_chained("r2", &role, "u1", &[]);
    assert_snapshot!(told(&sandbox, &["r2"]), @"
    perhaps: the trust policy of `R2` depends on `aws:SourceIp IpAddress 203.0.113.0/24`, which cannot be told from here
    next: compare that with where and how you ask, or ask whoever may change the trust policy of `arn:aws:iam::HERE:role/R2`
    ");
}

/// Time passes for AWS and for us alike: `faketime` moves the clock of a program.
#[test]
fn a_code_that_is_too_old_is_to_be_given_anew() {
    let Some(faketime) = program("faketime") else {
        return;
    };
    let aws = Aws::start();
    let here = account();
    let user = aws.user_with_mfa(&here, "u1", &[allow("*", "*")]);
    let young = json!({"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}});
    let role = aws.role(&here, "R1", &trust_if(&user.arn, &young), &[]);
    let sandbox = Sandbox::new().endpoint(&aws.url());
    sandbox.add_user("u1", &user);
    sandbox.add_chained("r1", &role, "u1", &[]);
    let seed = &user.mfa.as_ref().expect("a device").seed;
    let code = aws.totp(seed);
    let login = sandbox.leapp(&["login", "u1", "--mfa-code", &code]);
    login.run().assert_ok();
    aws.set_clock(2 * 3600);
    let doctor = sandbox.command(&faketime.display().to_string());
    let doctor = doctor.args(&["-f", "+2h", "leapp", "doctor", "--json", "r1"]);
    let report = doctor.run().assert_code(1).json();
    let (_, findings) = failed_hop(&report);
    assert_eq!(findings[0]["condition"], "mfa-age", "{report:#}");
    assert_snapshot!(format!("{:#}", findings[0]["mends"]), @r#"
    [
      {
        "do": "log-in-again",
        "session": "u1",
        "command": "leapp logout u1"
      }
    ]
    "#);
}

#[test]
fn every_mend_has_a_shape() {
    let aws = Aws::shared();
    let (sandbox, here, role) = one_account(aws);
    sandbox
        .leapp(&["set", "r1", "duration=4h"])
        .run()
        .assert_ok();
    assert_snapshot!(format!("{:#}", mends(&sandbox, &["r1"])), @r#"
    [
      {
        "do": "set-key",
        "session": "r1",
        "key": "duration",
        "value": "1h",
        "command": "leapp set r1 duration=1h"
      },
      {
        "do": "lengthen-sessions",
        "role": "R1",
        "seconds": 14400,
        "command": "aws iam update-role --role-name R1 --max-session-duration 14400"
      }
    ]
    "#);
    sandbox.leapp(&["set", "r1", "duration="]).run().assert_ok();
    let user = format!("arn:aws:iam::{here}:user/u1");
    let mut both = trust(&user);
    let denial = json!({"Sid": "No", "Effect": "Deny", "Principal": {"AWS": user}, "Action": "sts:AssumeRole"});
    both["Statement"]
        .as_array_mut()
        .expect("statements")
        .push(denial);
    aws.role(&here, "R1", &both, &[]);
    assert_snapshot!(format!("{:#}", mends(&sandbox, &["r1"])), @r#"
    [
      {
        "do": "remove-statement",
        "policy": "trust",
        "of": "arn:aws:iam::HERE:role/R1",
        "statement": {
          "Sid": "No",
          "Effect": "Deny",
          "Principal": {
            "AWS": "arn:aws:iam::HERE:user/u1"
          },
          "Action": "sts:AssumeRole"
        },
        "command": null
      }
    ]
    "#);
    drop(role);
}
