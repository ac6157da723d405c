//! `leapp rename`: what names the session follows, and nothing else moves.

use insta::assert_snapshot;

use crate::session_edits::BY_HAND;
use crate::sessions::{CORP, FILE, with};
use crate::support::aws::Aws;
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;

#[test]
fn whoever_is_assumed_from_it_follows_and_nothing_else_changes() {
    let sandbox = with(BY_HAND);
    assert_snapshot!(sandbox.leapp(&["rename", "corp", "people/alice.w"]).run().transcript(), @"
    exit 0
    --- stderr
    leapp: `corp` is `people/alice.w` now, also where 2 sessions are assumed from it
    ");
    let expected = BY_HAND
        .replace("[sessions.corp]", "[sessions.\"people/alice.w\"]")
        .replace("\"corp\"", "\"people/alice.w\"");
    assert_eq!(sandbox.read(FILE), expected);
    sandbox
        .leapp(&["rename", "people/alice.w", "corp"])
        .run()
        .assert_ok();
    assert_eq!(sandbox.read(FILE), BY_HAND);
    // With a table of its own below it.
    assert_snapshot!(sandbox.leapp(&["rename", "dev", "test"]).run().transcript(), @"
    exit 0
    --- stderr
    leapp: `dev` is `test` now
    ");
    let expected = BY_HAND.replace("[sessions.dev", "[sessions.test");
    assert_eq!(sandbox.read(FILE), expected);
}

#[test]
fn inline_and_dotted_sessions_keep_their_place() {
    for text in [
        "[sessions]\ncorp = { type = \"iam-user\", access_key_id = \"AKIAIOSFODNN7EXAMPLE\", region = \"eu-west-1\" } # A\n\
         other = { type = \"iam-role-chained\", assumer_session = \"corp\", role_arn = \"arn:aws:iam::111122223333:role/x\", region = \"eu-west-1\" } # B\n",
        "defaults.region = \"eu-west-1\"\nsessions.corp.type = \"iam-user\" # b\nsessions.corp.access_key_id = \"AKIAIOSFODNN7EXAMPLE\" # c\n\
         sessions.other.type = \"iam-role-chained\"\nsessions.other.assumer_session = \"corp\"\nsessions.other.role_arn = \"arn:aws:iam::111122223333:role/x\"\n",
    ] {
        let sandbox = with(text);
        sandbox.leapp(&["rename", "corp", "root"]).run().assert_ok();
        assert_eq!(sandbox.read(FILE), text.replace("corp", "root"));
    }
}

#[test]
fn what_can_not_follow_is_said_before_anything_is_written() {
    let role = "[sessions.prod]\ntype = \"iam-role-chained\"\nassumer_session = \"corp\"\n\
                role_arn = \"arn:aws:iam::444455556666:role/prod\"\n";
    let text = format!("include = [\"team.toml\"]\n{CORP}");
    let sandbox = with(&text);
    sandbox.write("home/.config/leapp/team.toml", role);
    let refused = |words: &[&str]| {
        let output = sandbox.leapp(&["rename"]).args(words).run();
        assert_eq!(sandbox.read(FILE), text);
        output.transcript()
    };
    assert_snapshot!(refused(&["corp", "root"]), @"
    exit 1
    --- stderr
    leapp: error: `prod` in the shared file `[ROOT]/home/.config/leapp/team.toml` is assumed from `corp`, by that name

    hint: let whoever shares that file rename it there too; until then, keep `corp`
    ");
    assert_snapshot!(refused(&["prod", "live"]), @"
    exit 1
    --- stderr
    leapp: error: session `prod` is defined in the shared file `[ROOT]/home/.config/leapp/team.toml`, which is not ours to write

    hint: change it where it comes from
    ");
    assert_snapshot!(refused(&["corp", "prod"]), @"
    exit 1
    --- stderr
    leapp: error: there is a session `prod` already ([ROOT]/home/.config/leapp/team.toml:1)

    hint: choose another alias
    ");
    assert_snapshot!(refused(&["crop", "root"]), @"
    exit 1
    --- stderr
    leapp: error: no session named `crop`

    hint: did you mean `corp`?
    hint: run `leapp list` to see every alias
    ");
    refused(&["corp", "-x"]);
}

#[test]
fn what_is_cached_stays_good_and_the_picker_keeps_the_place() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    let chain = Chain::new(aws, 2);
    chain.define(&sandbox);
    for alias in ["r2", "r1"] {
        sandbox.leapp_exec(&[alias, "--", "true"]).run().assert_ok();
    }
    let calls = || {
        let about = |call: &crate::support::aws::Call| {
            call.parameters["RoleArn"]
                .as_str()
                .is_some_and(|arn| chain.roles.iter().any(|r| r == arn))
        };
        aws.calls().iter().filter(|call| about(call)).count()
    };
    let before = calls();
    sandbox.leapp(&["rename", "r1", "audit"]).run().assert_ok();
    sandbox.leapp(&["rename", "u1", "root"]).run().assert_ok();
    sandbox.leapp(&["rename", "r2", "prod"]).run().assert_ok();
    for alias in ["prod", "audit"] {
        sandbox.leapp_exec(&[alias, "--", "true"]).run().assert_ok();
    }
    assert_eq!(calls(), before);
    assert_eq!(sandbox.read("home/.local/share/leapp/recent"), "prod\n");
}
