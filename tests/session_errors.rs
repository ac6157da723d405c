//! What is wrong in `sessions.toml`: the file, the line, the key, and the nearest valid word.

use insta::assert_snapshot;

use crate::sessions::{CORP, FILE, with};

/// A role after [`CORP`], with these lines in it. Its header is line 9.
pub(crate) fn role(lines: &str) -> String {
    format!(
        "{CORP}[sessions.prod]\ntype = \"iam-role-chained\"\nassumer_session = \"corp\"\nrole_arn = \"arn:aws:iam::444455556666:role/Admin\"\n{lines}\n"
    )
}

/// A user with these lines in it; its header is line 1.
pub(crate) fn user(lines: &str) -> String {
    format!("[sessions.corp]\ntype = \"iam-user\"\nregion = \"eu-west-1\"\n{lines}\n")
}

/// What `leapp list` says of the file, without what all errors have.
fn complaint(text: &str) -> String {
    let sandbox = with(text);
    let output = sandbox.leapp(&["list"]).run().assert_code(1);
    assert_eq!(output.stdout, "");
    assert_eq!(sandbox.read(FILE), text, "the file was written");
    let place = format!("leapp: error: {}:", sandbox.path(FILE).display());
    let words = output.stderr.replace("\n\n", "\n").replace('\n', " | ");
    match words.strip_prefix(&place) {
        Some(words) => words.trim_end_matches(" | ").to_owned(),
        None => panic!("{}", output.transcript()),
    }
}

/// Compares the complaints about all texts.
#[track_caller]
pub(crate) fn check(cases: &[(String, &str)]) {
    let found: Vec<String> = cases.iter().map(|(text, _)| complaint(text)).collect();
    let expected: Vec<&str> = cases.iter().map(|(_, words)| *words).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_misspelt_key_is_an_error_with_the_nearest() {
    let sandbox = with(&role("rol_session_name = \"x\""));
    assert_snapshot!(sandbox.leapp(&["list"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: [ROOT]/home/.config/leapp/sessions.toml:13: `sessions.prod.rol_session_name`: unknown key

    hint: did you mean `role_session_name`?
    ");
}

#[test]
fn a_key_that_is_near_to_none_is_answered_with_all() {
    let sandbox = with(&user("colour = \"blue\""));
    assert_snapshot!(sandbox.leapp(&["list"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: [ROOT]/home/.config/leapp/sessions.toml:4: `sessions.corp.colour`: unknown key

    hint: there are type, named_profile, region, description, labels, duration, sts_region, endpoint_url, protected, access_key_id, mfa_device, mfa_process
    ");
}

#[test]
fn a_secret_in_the_file_is_refused_and_not_repeated() {
    let sandbox = with(&user("secret_access_key = \"LEAKED-by-hand\"")).watch("LEAKED-by-hand");
    let run = sandbox.leapp(&["list"]).may_write_secrets().run();
    assert_snapshot!(run.transcript(), @"
    exit 1
    --- stderr
    leapp: error: [ROOT]/home/.config/leapp/sessions.toml:4: `sessions.corp.secret_access_key`: a secret does not belong into this file

    hint: delete the line, deactivate that key if others could have read it, and run `leapp add user ALIAS --secret-access-key -`, which takes the secret
    ");
}

#[test]
fn a_missing_assumer_is_named_with_its_line() {
    let sandbox = with(&role("").replace("\"corp\"", "\"crop\""));
    assert_snapshot!(sandbox.leapp(&["env", "prod", "--format", "json"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: session `prod` is chained on `crop`, and there is no such session

      [ROOT]/home/.config/leapp/sessions.toml:11

    hint: did you mean `corp`?
    hint: define it with `leapp add`, or mend `assumer_session`: `crop`
    ");
}

#[test]
fn a_cycle_is_shown_whole() {
    let sandbox = with(&format!(
        "{}{}",
        role("").replace("\"corp\"", "\"audit\""),
        "[sessions.audit]\ntype = \"iam-role-chained\"\nassumer_session = \"prod\"\n\
         role_arn = \"arn:aws:iam::444455556666:role/Audit\"\n"
    ));
    assert_snapshot!(sandbox.leapp(&["env", "prod", "--format", "json"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: the chain of `prod` never ends: prod -> audit -> prod

      [ROOT]/home/.config/leapp/sessions.toml:16

    hint: let one of these sessions be chained on another: mend its `assumer_session`
    ");
}

#[test]
fn a_file_that_can_not_be_read_is_named() {
    let sandbox = with("");
    std::fs::remove_file(sandbox.path(FILE)).unwrap();
    std::fs::create_dir(sandbox.path(FILE)).unwrap();
    assert_snapshot!(sandbox.leapp(&["list"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: cannot read `[ROOT]/home/.config/leapp/sessions.toml`
    caused by: Is a directory (os error 21)
    ");
}

#[test]
fn the_file_as_a_whole() {
    let syntax = "[sessions.corp\ntype = 1\n".to_owned();
    check(&[
        (syntax, "1: unclosed table, expected `]`"),
        (
            "a = \n".to_owned(),
            "1: string values must be quoted, expected literal string",
        ),
        (
            "version = 2\nnew = true".to_owned(),
            "1: `version`: version 2 was written by a newer leapp | hint: install the newest leapp",
        ),
        (
            "version = \"1\"".to_owned(),
            "1: `version`: should be a whole number, and is a string",
        ),
        (
            "sesions = {}".to_owned(),
            "1: `sesions`: unknown key | hint: did you mean `sessions`?",
        ),
        (
            "sessions = 1".to_owned(),
            "1: `sessions`: should be a table, and is an integer",
        ),
        (
            "[sessions]\ncorp = 1".to_owned(),
            "2: `sessions.corp`: should be a table, and is an integer",
        ),
        (
            "[[sessions.corp]]\ntype = \"iam-user\"".to_owned(),
            "1: `sessions.corp`: should be a table, and is a list",
        ),
        (
            "[sessions.corp]\n[sessions.corp]".to_owned(),
            "2: duplicate key `corp`",
        ),
        (
            "[sessions.\"a b\"]".to_owned(),
            "1: `sessions.\"a b\"`: an alias is made of letters, digits and `._@/+-`, not ' '",
        ),
        (
            "[sessions.\"\\u001B[2J\"]".to_owned(),
            "1: `sessions.\"\\u{1b}[2J\"`: an alias starts with a letter or a digit, not with '\\u{1b}'",
        ),
        (
            "include = \"team.toml\"".to_owned(),
            "1: `include`: should be a list of strings, and is a string",
        ),
        (
            "include = [\n  \"team.toml\",\n]".to_owned(),
            "2: `include`: there is no file `team.toml`",
        ),
        (
            "include = [\"~/team/*.toml\"]".to_owned(),
            "1: `include`: `~` is no home in this file: write the path from `/`, or from the folder of the file",
        ),
        (
            "include = [\"***\"]".to_owned(),
            "1: `include`: wildcards are either regular `*` or recursive `**`",
        ),
    ]);
}

#[test]
fn text_that_is_not_utf_8_is_found_by_its_line() {
    let sandbox = with("");
    std::fs::write(sandbox.path(FILE), b"version = 1\n# caf\xe9\n").unwrap();
    assert_snapshot!(sandbox.leapp(&["list"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: [ROOT]/home/.config/leapp/sessions.toml:2: is not UTF-8 text
    ");
}

#[test]
fn defaults_are_checked_where_they_stand() {
    let defaults = |line: &str| format!("[defaults]\n\n{line}\n");
    check(&[
        (
            defaults("regoin = \"eu-west-1\""),
            "3: `defaults.regoin`: unknown key | hint: did you mean `region`?",
        ),
        (
            defaults("region = \"Ireland\""),
            "3: `defaults.region`: `Ireland` is not a region (one looks like `eu-west-1`)",
        ),
        (
            defaults("role_session_name = \"{usr}\""),
            "3: `defaults.role_session_name`: '{' cannot stand here, but in `{user}` and `{host}`, which are filled in",
        ),
        (
            defaults("duration = \"1h\""),
            "3: `defaults.duration`: should be a table, and is a string",
        ),
        (
            defaults("duration = { iam-usr = \"1h\" }"),
            "3: `defaults.duration.iam-usr`: unknown key | hint: did you mean `iam-user`?",
        ),
        (
            defaults("duration = { iam-role-chained = \"36h\" }"),
            "3: `defaults.duration.iam-role-chained`: AWS gives an iam-role-chained session 15m to 12h, not 36h",
        ),
    ]);
}

#[test]
fn a_session_says_its_type() {
    check(&[
        (
            "[sessions.a]\nregion = \"eu-west-1\"".to_owned(),
            "1: `sessions.a.type`: is missing | hint: there are iam-user, iam-role-federated, iam-role-chained",
        ),
        (
            "[sessions.a]\ntype = \"iam-usr\"".to_owned(),
            "2: `sessions.a.type`: `iam-usr` is none of `iam-user`, `iam-role-federated`, `iam-role-chained` | hint: did you mean `iam-user`?",
        ),
        (
            "[sessions.a]\ntype = \"sso\"".to_owned(),
            "2: `sessions.a.type`: `sso` is none of `iam-user`, `iam-role-federated`, `iam-role-chained`",
        ),
        (
            "[sessions.a]\ntype = true".to_owned(),
            "2: `sessions.a.type`: should be a string, and is true or false",
        ),
        (
            user("role_arn = \"x\""),
            "4: `sessions.corp.role_arn`: a session of type `iam-user` has no such key | hint: it belongs to `iam-role-federated` and `iam-role-chained`",
        ),
        (
            "[sessions.a]\ntyp = \"iam-user\"".to_owned(),
            "2: `sessions.a.typ`: unknown key | hint: did you mean `type`?",
        ),
        (
            role("access_key_id = \"x\""),
            "13: `sessions.prod.access_key_id`: a session of type `iam-role-chained` has no such key | hint: it belongs to `iam-user`",
        ),
    ]);
}
