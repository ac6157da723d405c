//! `include`: files that others share. They may define, and neither run nor redirect anything.

use insta::assert_snapshot;

use crate::sessions::{CORP, FILE, line, with};
use crate::support::sandbox::Sandbox;

const ROLE: &str = "type = \"iam-role-chained\"\nassumer_session = \"corp\"\n\
                    role_arn = \"arn:aws:iam::444455556666:role/Admin\"\n";

/// [`CORP`] with an `include`, and shared files beside it.
fn including(patterns: &str, files: &[(&str, &str)]) -> Sandbox {
    let sandbox = with(&format!("include = {patterns}\n{CORP}"));
    for (name, text) in files {
        sandbox.write(&format!("home/.config/leapp/{name}"), text);
    }
    sandbox
}

/// A shared session of this name.
fn shared(alias: &str) -> String {
    format!("[sessions.\"{alias}\"]\n{ROLE}")
}

fn aliases(sandbox: &Sandbox) -> Vec<String> {
    let list = sandbox.leapp(&["list", "--json"]).run().assert_ok().json();
    let sessions = list["sessions"].as_array().expect("a list").iter();
    sessions
        .map(|session| session["alias"].as_str().expect("an alias").to_owned())
        .collect()
}

/// What is said when a shared file has these lines in a session of each type.
fn refusal(lines: &str) -> String {
    let sandbox = including("[\"team.toml\"]", &[("team.toml", lines)]);
    sandbox.leapp(&["list"]).run().transcript()
}

#[test]
fn sessions_come_in_the_order_of_patterns_and_of_names() {
    let sandbox = including(
        "[\"team/*.toml\", \"more/**/[xy].toml\", \"one.toml\", \"none/*.toml\"]",
        &[
            ("team/b.toml", &shared("b")),
            ("team/a.toml", &format!("{}{}", shared("a2"), shared("a1"))),
            ("team/no.txt", "not TOML"),
            ("more/deep/er/x.toml", &shared("x")),
            ("more/z.toml", "not TOML"),
            ("one.toml", &shared("one")),
        ],
    );
    assert_eq!(aliases(&sandbox), ["corp", "a2", "a1", "b", "x", "one"]);
}

#[test]
fn a_file_that_two_patterns_name_is_read_once_and_our_own_is_not_shared() {
    let patterns = "[\"a.toml\", \"*.toml\", \"a.*\"]";
    let sandbox = including(patterns, &[("a.toml", &shared("a"))]);
    assert_eq!(aliases(&sandbox), ["corp", "a"]);
}

#[test]
fn a_folder_may_have_any_name_and_a_file_may_lie_anywhere() {
    let sandbox = Sandbox::new();
    let repository = sandbox.write("team's [sessions]/all.toml", &shared("all"));
    let folder = repository.parent().expect("a folder");
    let absolute = glob_escaped(&folder.display().to_string());
    sandbox.write(
        "odd [a-z]*/sessions.toml",
        &format!("include = ['''{absolute}/*.toml''', \"near.toml\"]\n{CORP}"),
    );
    sandbox.write("odd [a-z]*/near.toml", &shared("near"));
    let directory = sandbox.path("odd [a-z]*");
    let sandbox = sandbox.env("LEAPP_CONFIG_DIR", directory);
    assert_eq!(aliases(&sandbox), ["corp", "all", "near"]);
}

/// A pattern has no other way to say `[`.
fn glob_escaped(path: &str) -> String {
    path.replace('[', "[[]").replace("sessions]", "sessions[]]")
}

#[test]
fn a_shared_file_has_its_own_defaults_and_ours_behind_them() {
    let sandbox = including(
        "[\"own.toml\", \"none.toml\"]",
        &[
            (
                "own.toml",
                &format!(
                    "[defaults]\nregion = \"us-east-1\"\nduration = {{ iam-role-chained = \"20m\" }}\n{}",
                    shared("own")
                ),
            ),
            ("none.toml", &shared("none")),
        ],
    );
    assert_eq!(shown_region(&sandbox, "own"), "us-east-1 20m");
    assert_eq!(shown_region(&sandbox, "none"), "eu-west-1 -");
    assert_eq!(shown_region(&sandbox, "corp"), "eu-west-1 -");
}

fn shown_region(sandbox: &Sandbox, alias: &str) -> String {
    let show = sandbox.leapp(&["show", alias, "--json"]).run().assert_ok();
    let session = show.json();
    let text = |key: &str| session[key].as_str().unwrap_or("-").to_owned();
    format!("{} {}", text("region"), text("duration"))
}

#[test]
fn a_shared_session_is_shown_with_the_file_it_comes_from() {
    let sandbox = including("[\"team.toml\"]", &[("team.toml", &shared("prod"))]);
    assert_snapshot!(sandbox.leapp(&["show", "prod"]).run().transcript(), @"
    exit 0
    --- stdout
    alias            prod
    type             iam-role-chained
    role_arn         arn:aws:iam::444455556666:role/Admin
    assumer_session  corp
    account          444455556666
    named_profile    prod
    region           eu-west-1
    file             [ROOT]/home/.config/leapp/team.toml
    line             1
    ");
}

#[test]
fn a_pull_runs_nothing() {
    assert_snapshot!(refusal(
        "[sessions.eve]\ntype = \"iam-user\"\naccess_key_id = \"AKIAIOSFODNN7EXAMPLE\"\n\
         mfa_device = \"arn:aws:iam::111122223333:mfa/eve\"\nmfa_process = \"touch /tmp/eve\"\n"
    ), @"
    exit 1
    --- stderr
    leapp: error: [ROOT]/home/.config/leapp/team.toml:5: `sessions.eve.mfa_process`: is refused in a shared file: it could run a command here, or send requests elsewhere

    hint: define the session in your own `sessions.toml`
    ");
    assert_snapshot!(refusal(
        "[sessions.eve]\ntype = \"iam-role-federated\"\nsaml_url = \"https://idp.example\"\n\
         idp_arn = \"arn:aws:iam::111122223333:saml-provider/x\"\n\
         role_arn = \"arn:aws:iam::111122223333:role/x\"\nsaml_process = \"touch /tmp/eve\"\n"
    ), @"
    exit 1
    --- stderr
    leapp: error: [ROOT]/home/.config/leapp/team.toml:6: `sessions.eve.saml_process`: is refused in a shared file: it could run a command here, or send requests elsewhere

    hint: define the session in your own `sessions.toml`
    ");
}

#[test]
fn a_pull_redirects_nothing() {
    let lines = format!(
        "{}endpoint_url = \"https://sts.evil.example\"\n",
        shared("eve")
    );
    assert_snapshot!(refusal(&lines), @"
    exit 1
    --- stderr
    leapp: error: [ROOT]/home/.config/leapp/team.toml:5: `sessions.eve.endpoint_url`: is refused in a shared file: it could run a command here, or send requests elsewhere

    hint: define the session in your own `sessions.toml`
    ");
}

#[test]
fn a_pull_includes_nothing_more() {
    assert_snapshot!(refusal("include = [\n  \"/etc/*.toml\",\n]\n"), @"
    exit 1
    --- stderr
    leapp: error: [ROOT]/home/.config/leapp/team.toml:2: `include`: a shared file includes no other
    ");
}

#[test]
fn an_alias_that_is_taken_is_named_with_both_places() {
    assert_snapshot!(refusal(&shared("corp")), @"
    exit 1
    --- stderr
    leapp: error: [ROOT]/home/.config/leapp/team.toml:1: `sessions.corp`: there is a session of this name already ([ROOT]/home/.config/leapp/sessions.toml:7)
    ");
    let two = [("a.toml", &*shared("x")), ("b.toml", &*shared("x"))];
    let sandbox = including("[\"[ab].toml\"]", &two);
    assert_snapshot!(sandbox.leapp(&["list"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: [ROOT]/home/.config/leapp/b.toml:1: `sessions.x`: there is a session of this name already ([ROOT]/home/.config/leapp/a.toml:1)
    ");
}

#[test]
fn an_error_in_a_shared_file_names_that_file() {
    assert_snapshot!(refusal("\n[sessions.x]\ntype = \"iam-role-chaned\"\n"), @"
    exit 1
    --- stderr
    leapp: error: [ROOT]/home/.config/leapp/team.toml:3: `sessions.x.type`: `iam-role-chaned` is none of `iam-user`, `iam-role-federated`, `iam-role-chained`

    hint: did you mean `iam-role-chained`?
    ");
    assert_snapshot!(refusal("version = 2\n"), @"
    exit 1
    --- stderr
    leapp: error: [ROOT]/home/.config/leapp/team.toml:1: `version`: version 2 was written by a newer leapp

    hint: install the newest leapp
    ");
    assert_snapshot!(refusal("[sessions.x\n"), @"
    exit 1
    --- stderr
    leapp: error: [ROOT]/home/.config/leapp/team.toml:1: unclosed table, expected `]`
    ");
}

#[test]
fn a_shared_file_is_never_written() {
    let sandbox = including("[\"team.toml\"]", &[("team.toml", &shared("prod"))]);
    let before = (
        sandbox.read(FILE),
        sandbox.read("home/.config/leapp/team.toml"),
    );
    assert_snapshot!(sandbox.leapp(&["remove", "prod", "--yes"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: session `prod` is defined in the shared file `[ROOT]/home/.config/leapp/team.toml`, which is not ours to write

    hint: change it where it comes from
    ");
    let taken = line("add chained prod --assumer-session corp --role-arn");
    let taken = sandbox
        .leapp(&taken)
        .args(&["arn:aws:iam::444455556666:role/Mine"]);
    assert_snapshot!(taken.run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: there is a session `prod` already ([ROOT]/home/.config/leapp/team.toml:1)

    hint: choose another alias
    ");
    let after = (
        sandbox.read(FILE),
        sandbox.read("home/.config/leapp/team.toml"),
    );
    assert_eq!(before, after);
}

#[test]
fn our_own_root_of_a_shared_chain_can_be_removed() {
    let sandbox = including("[\"team.toml\"]", &[("team.toml", &shared("prod"))]);
    sandbox
        .leapp(&["remove", "corp", "--yes"])
        .run()
        .assert_ok();
    assert_eq!(aliases(&sandbox), ["prod"]);
    // The default region of our own file is still there for it.
    assert_eq!(shown_region(&sandbox, "prod"), "eu-west-1 -");
}
