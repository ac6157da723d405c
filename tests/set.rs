//! `leapp set`: what it refuses, and what it leaves as it was. Every key is walked in `set_every_key`.

use insta::assert_snapshot;
use serde_json::json;

use crate::questions::answer;
use crate::session_edits::BY_HAND;
use crate::sessions::{CORP, FILE, shown, with};
use crate::support::pty::Ended;
use crate::support::sandbox::Sandbox;

const PROD: &str = r#"
[sessions.prod]
type = "iam-role-chained"
role_arn = "arn:aws:iam::444455556666:role/Admin"
assumer_session = "corp"
"#;

fn corp_and_prod() -> Sandbox {
    with(&format!("{CORP}{PROD}"))
}

#[test]
fn only_what_is_changed_changes() {
    let sandbox = with(BY_HAND);
    let set = |words: &[&str]| sandbox.leapp(&["set"]).args(words).run().assert_ok();
    set(&["corp", "access_key_id=AKIAIOSFODNN7EXAMPL2"]);
    let expected = BY_HAND.replace("'AKIAIOSFODNN7EXAMPLE'", "\"AKIAIOSFODNN7EXAMPL2\"");
    assert_eq!(sandbox.read(FILE), expected);
    // A table of its own, and one in a line: what stays in it is not touched.
    set(&["dev", "tags=Team=y"]);
    set(&["team/prod.eu", "tags=a=b,n=1"]);
    let expected = expected
        .replace("Team = \"x\"", "Team = \"y\"")
        .replace("\"b\", \"c d\" = \"e\" }", "\"b\", n = \"1\" }");
    assert_eq!(sandbox.read(FILE), expected);
    // What is new comes last in its table, and leaves no trace when it goes.
    set(&["corp", "region=eu-west-3", "labels=x"]);
    let with_more = expected.replace(
        "no secret\n",
        "no secret\nregion = \"eu-west-3\"\nlabels = [\"x\"]\n",
    );
    assert_eq!(sandbox.read(FILE), with_more);
    set(&["corp", "region=", "--unset", "labels"]);
    assert_eq!(sandbox.read(FILE), expected);
}

#[test]
fn a_key_takes_the_comment_that_touches_it_along_and_no_other() {
    let text = "[sessions.corp]\n# What it is.\n\n# How long.\nduration = \"8h\"\n# Which.\n\
                type = \"iam-user\"\naccess_key_id = \"AKIAIOSFODNN7EXAMPLE\"\nregion = \"eu-west-1\"\n\
                # Kept.\n\n# Words.\nlabels = [\n  \"a\", # first\n  \"b\", # second\n]\n# the end\n";
    let sandbox = with(text);
    sandbox
        .leapp(&["set", "corp", "duration=", "labels=a,c"])
        .run()
        .assert_ok();
    let text = text.replace("# How long.\nduration = \"8h\"\n", "");
    let with_c = text.replace("\"b\", # second\n", "\"c\", # second\n");
    let after = sandbox.read(FILE);
    assert!(
        after.starts_with(with_c.split("labels").next().unwrap()),
        "{after}"
    );
    assert!(
        after.contains("# first") && after.ends_with("# the end\n"),
        "{after}"
    );
    assert_eq!(
        shown(&sandbox, "corp")["labels"],
        serde_json::json!(["a", "c"])
    );
    sandbox.leapp(&["set", "corp", "labels="]).run().assert_ok();
    let after = sandbox.read(FILE);
    assert!(
        after.contains("# Kept.") && !after.contains("# Words."),
        "{after}"
    );
    assert!(after.ends_with("# the end\n"), "{after}");
}

#[test]
fn inline_and_dotted_sessions_are_changed_in_their_place() {
    for (before, after) in [
        (
            "[sessions]\ncorp = { type = \"iam-user\", access_key_id = \"AKIAIOSFODNN7EXAMPLE\", region = \"eu-west-1\" } # Alice\n",
            "[sessions]\ncorp = { type = \"iam-user\", access_key_id = \"AKIAIOSFODNN7EXAMPLE\", region = \"eu-west-2\" , description = \"x\" } # Alice\n",
        ),
        (
            "sessions.corp.type = \"iam-user\" # b\nsessions.corp.region = \"eu-west-1\" # r\nsessions.corp.access_key_id = \"AKIAIOSFODNN7EXAMPLE\" # c\n",
            "sessions.corp.type = \"iam-user\" # b\nsessions.corp.region = \"eu-west-2\" # r\nsessions.corp.access_key_id = \"AKIAIOSFODNN7EXAMPLE\" # c\nsessions.corp.description = \"x\"\n",
        ),
    ] {
        let sandbox = with(before);
        let words = ["set", "corp", "region=eu-west-2", "description=x"];
        sandbox.leapp(&words).run().assert_ok();
        assert_eq!(sandbox.read(FILE), after);
        let words = ["set", "corp", "region=eu-west-1", "description="];
        sandbox.leapp(&words).run().assert_ok();
        assert_eq!(
            sandbox.read(FILE).replace(" }", "}"),
            before.replace(" }", "}")
        );
    }
}

#[test]
fn what_makes_no_sense_is_refused_and_nothing_is_written() {
    let sandbox = corp_and_prod();
    let before = sandbox.read(FILE);
    let refused = |words: &[&str]| {
        let output = sandbox.leapp(&["set"]).args(words).run();
        assert_eq!(sandbox.read(FILE), before);
        output.transcript()
    };
    assert_snapshot!(refused(&["prod", "rol_arn=x"]), @"
    exit 2
    --- stderr
    leapp: error: a session has no key `rol_arn`

    hint: did you mean `role_arn`?
    ");
    assert_snapshot!(refused(&["prod", "mfa_device=GAHT12345678"]), @"
    exit 2
    --- stderr
    leapp: error: cannot change `prod`: `mfa_device`: a session of type `iam-role-chained` has no such key

    hint: it belongs to `iam-user`
    ");
    assert_snapshot!(refused(&["prod", "role_arn=arn:aws:iam::4444:role/x"]), @"
    exit 2
    --- stderr
    leapp: error: cannot change `prod`: `role_arn`: an AWS account has 12 digits, `4444` has not
    ");
    assert_snapshot!(refused(&["prod", "duration=13h"]), @"
    exit 2
    --- stderr
    leapp: error: cannot change `prod`: `duration`: AWS gives an iam-role-chained session 15m to 12h, not 13h
    ");
    assert_snapshot!(refused(&["prod", "assumer_session=crop"]), @"
    exit 2
    --- stderr
    leapp: error: cannot change `prod`: session `prod` is chained on `crop`, and there is no such session

    hint: did you mean `corp`?
    hint: name another `assumer_session`; nothing was changed
    ");
    assert_snapshot!(refused(&["prod", "assumer_session=prod"]), @"
    exit 2
    --- stderr
    leapp: error: cannot change `prod`: the chain of `prod` never ends: prod -> prod

    hint: name another `assumer_session`; nothing was changed
    ");
    assert_snapshot!(refused(&["prod", "role_arn"]), @"
    exit 2
    --- stderr
    leapp: error: `role_arn` changes nothing

    hint: write `KEY=VALUE` to set a key, and `KEY=` to remove it
    ");
    assert_snapshot!(refused(&["prod", "region=eu-west-1", "region="]), @"
    exit 2
    --- stderr
    leapp: error: `region` is said twice
    ");
    assert_snapshot!(refused(&["prod", "protected=maybe"]), @"
    exit 2
    --- stderr
    leapp: error: `protected`: `maybe` is neither `true` nor `false`
    ");
    assert_snapshot!(refused(&["corp", "secret_access_key=x"]), @"
    exit 2
    --- stderr
    leapp: error: a secret is never an argument

    hint: run `leapp add user ALIAS --secret-access-key -`, which takes it
    hint: it may be in the history of your shell by now: delete it there
    ");
    assert_snapshot!(refused(&["crop", "region=eu-west-1"]), @"
    exit 1
    --- stderr
    leapp: error: no session named `crop`

    hint: did you mean `corp`?
    hint: run `leapp list` to see every alias
    ");
    assert_snapshot!(refused(&["prod"]), @"
    exit 2
    --- stderr
    leapp: error: nothing is to be changed of `prod`
    caused by: this process has no terminal

    hint: write `KEY=VALUE` to set a key, and `KEY=` to remove it
    ");
}

#[test]
fn a_shared_session_is_not_ours_to_change() {
    let sandbox = with(&format!("include = [\"team.toml\"]\n{CORP}"));
    let shared = sandbox.write("home/.config/leapp/team.toml", PROD);
    assert_snapshot!(sandbox.leapp(&["set", "prod", "region=eu-west-2"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: session `prod` is defined in the shared file `[ROOT]/home/.config/leapp/team.toml`, which is not ours to write

    hint: change it where it comes from
    ");
    assert_eq!(std::fs::read_to_string(shared).unwrap(), PROD);
}

#[test]
fn another_type_is_never_a_surprise() {
    let sandbox = corp_and_prod();
    let before = sandbox.read(FILE);
    assert_snapshot!(sandbox.leapp(&["set", "prod", "type=iam-user"]).run().transcript(), @"
    exit 2
    --- stderr
    leapp: error: cannot change `prod`: `role_arn`: a session of type `iam-user` has no such key

    hint: it belongs to `iam-role-federated` and `iam-role-chained`
    ");
    assert_eq!(sandbox.read(FILE), before);
    let words = ["type=iam-user", "role_arn=", "assumer_session="];
    let id = "access_key_id=AKIAIOSFODNN7EXAMPL2";
    assert_snapshot!(sandbox.leapp(&["set", "prod", id]).args(&words).run().transcript(), @"
    exit 0
    --- stderr
    leapp: changed `access_key_id`, `type`, `role_arn`, `assumer_session` of `prod`
    leapp: `prod` was of type iam-role-chained, and is of type iam-user
    leapp: the secret of `[ACCESS-KEY-ID]` is not stored yet: run `leapp add user prod --secret-access-key -`
    ");
    assert_eq!(shown(&sandbox, "prod")["type"], "iam-user");
}

#[test]
fn another_type_asks_for_what_it_needs() {
    let sandbox = corp_and_prod();
    let mut terminal = sandbox.leapp(&["set", "corp"]).on_terminal();
    answer(
        &mut terminal,
        &[
            ("Key to change (Enter for none): ", "type"),
            ("iam-role-chained): ", "chained"),
            ("ARN of the role: ", "arn:aws:iam::444455556666:role/Dev"),
            ("is assumed from: ", "prod"),
        ],
    );
    // It would be assumed from itself.
    terminal.expect("corp -> prod -> corp");
    assert_eq!(terminal.wait(), Ended::Code(2));
    let mut terminal = sandbox.leapp(&["set", "prod"]).on_terminal();
    answer(
        &mut terminal,
        &[
            ("Key to change (Enter for none): ", "type"),
            ("iam-role-chained): ", "federated"),
            ("SAML login begins: ", "https://idp.example/aws"),
            (
                "provider in IAM: ",
                "arn:aws:iam::444455556666:saml-provider/x",
            ),
            ("Key to change (Enter for none): ", ""),
        ],
    );
    assert_eq!(terminal.wait(), Ended::Code(0));
    let prod = shown(&sandbox, "prod");
    assert_eq!(prod["role_arn"], "arn:aws:iam::444455556666:role/Admin");
    assert_eq!(prod["assumer_session"], serde_json::Value::Null);
}

#[test]
fn a_slip_in_an_answer_is_asked_again_with_what_is_wrong() {
    let sandbox = corp_and_prod();
    let mut terminal = sandbox.leapp(&["set", "prod"]).on_terminal();
    answer(
        &mut terminal,
        &[
            ("Key to change (Enter for none): ", "regoin"),
            ("did you mean `region`?", "region"),
            ("now eu-west-1", "Ireland"),
            ("`Ireland` is not a region", "eu-west-2"),
            ("Key to change (Enter for none): ", "assumer-session"),
            ("now corp", "crop"),
            ("`crop`", "-"),
            ("`assumer_session`: is missing", ""),
            ("Key to change (Enter for none): ", ""),
        ],
    );
    assert_eq!(terminal.wait(), Ended::Code(0));
    assert_eq!(shown(&sandbox, "prod")["region"], "eu-west-2");
    assert_eq!(shown(&sandbox, "prod")["assumer_session"], "corp");
}

#[test]
fn changes_at_once_all_land() {
    let sandbox = corp_and_prod();
    let roles: Vec<String> = (0..10).map(|n| format!("role-{n}")).collect();
    let add = |role: &String| {
        let words = ["add", "chained", role, "--assumer-session", "corp"];
        let arn = ["--role-arn", "arn:aws:iam::444455556666:role/x"];
        sandbox.leapp(&words).args(&arn).start()
    };
    let changes = [
        "description=a",
        "labels=a",
        "duration=1h",
        "sts_region=eu-west-2",
    ];
    let set = |change: &&str| sandbox.leapp(&["set", "prod", change]).start();
    let rename = sandbox.leapp(&["rename", "corp", "root"]).start();
    let writers: Vec<_> = roles
        .iter()
        .map(add)
        .chain(changes.iter().map(set))
        .collect();
    rename.wait().assert_ok();
    let mut added = 0;
    for writer in writers {
        // `corp` may be gone when its turn comes, and that is said.
        added += usize::from(writer.wait().code == Some(0));
    }
    let prod = shown(&sandbox, "prod");
    for key in ["description", "labels", "duration", "sts_region"] {
        assert!(!prod[key].is_null(), "{key}: {prod}");
    }
    assert_eq!(prod["assumer_session"], "root");
    let text = sandbox.read(FILE);
    assert_eq!(
        text.matches("[sessions.role-").count() + changes.len(),
        added
    );
}

#[test]
fn short_names_and_lists_mean_the_same_as_with_add() {
    let sandbox = corp_and_prod();
    let set = |words: &[&str]| sandbox.leapp(&[&["set"], words].concat()).run().assert_ok();
    set(&["prod", "type=chained", "labels=eu,west"]);
    assert_eq!(shown(&sandbox, "prod")["type"], "iam-role-chained");
    let role = "arn:aws:iam::444455556666:role/Admin";
    let more = ["--role-arn", role, "--assumer-session", "corp"];
    let add = sandbox.leapp(&["add", "chained", "other", "--labels", "eu,west"]);
    add.args(&more).run().assert_ok();
    for alias in ["prod", "other"] {
        assert_eq!(shown(&sandbox, alias)["labels"], json!(["eu", "west"]));
    }
}
