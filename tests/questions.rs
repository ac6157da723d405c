//! `leapp add` by questions alone, on a terminal.

use insta::assert_snapshot;

use crate::manage::{KEY, SECRET};
use crate::sessions::{CORP, FILE, line, with};
use crate::support::pty::{Ended, Pty};
use crate::support::sandbox::Sandbox;

/// Answers questions, in their order.
#[track_caller]
pub(crate) fn answer(terminal: &mut Pty<'_>, dialogue: &[(&str, &str)]) {
    for (question, answer) in dialogue {
        terminal.expect(question);
        terminal.send_line(answer);
    }
}

#[test]
fn a_user_is_defined_by_answers() {
    let sandbox = Sandbox::new();
    let mut terminal = sandbox.leapp(&["add"]).on_terminal();
    let types = "Type (iam-user, iam-role-federated, iam-role-chained): ";
    answer(&mut terminal, &[(types, "iam-user"), ("Alias: ", "corp")]);
    answer(&mut terminal, &[("Access key id (AKIA...): ", KEY)]);
    terminal.expect("Secret access key (not shown): ");
    assert!(!terminal.echoes());
    terminal.send_line(SECRET);
    let device = "arn:aws:iam::111122223333:mfa/alice";
    answer(
        &mut terminal,
        &[("ARN of the MFA device (Enter for none): ", device)],
    );
    answer(&mut terminal, &[("Region: ", "eu-west-1")]);
    terminal.expect("added `corp`");
    assert_eq!(terminal.wait(), Ended::Code(0));
    assert_snapshot!(sandbox.read(FILE), @r#"
    version = 1

    [defaults]
    region = "eu-west-1"

    [sessions.corp]
    type = "iam-user"
    access_key_id = "AKIAIOSFODNN7EXAMPLE"
    mfa_device = "arn:aws:iam::111122223333:mfa/alice"
    "#);
}

#[test]
fn a_chained_role_is_defined_by_answers() {
    let sandbox = with(CORP);
    let mut terminal = sandbox.leapp(&["add", "chained"]).on_terminal();
    answer(
        &mut terminal,
        &[
            ("Alias: ", "team/prod"),
            ("ARN of the role: ", "arn:aws:iam::444455556666:role/Admin"),
            ("Session that the role is assumed from: ", "corp"),
        ],
    );
    terminal.expect("added `team/prod`");
    assert_eq!(terminal.wait(), Ended::Code(0));
    let added = sandbox.read(FILE);
    assert_snapshot!(added.strip_prefix(CORP).unwrap_or(&added).trim_start(), @r#"
    [sessions."team/prod"]
    type = "iam-role-chained"
    role_arn = "arn:aws:iam::444455556666:role/Admin"
    assumer_session = "corp"
    "#);
}

#[test]
fn a_federated_role_is_defined_by_answers() {
    let sandbox = with(CORP);
    let mut terminal = sandbox.leapp(&["add", "federated", "dev"]).on_terminal();
    answer(
        &mut terminal,
        &[
            (
                "URL where the SAML login begins: ",
                "https://idp.example/aws",
            ),
            (
                "ARN of the identity provider in IAM: ",
                "arn:aws:iam::111122223333:saml-provider/x",
            ),
            ("ARN of the role: ", "arn:aws:iam::111122223333:role/Dev"),
        ],
    );
    assert_eq!(terminal.wait(), Ended::Code(0));
    let added = sandbox.read(FILE);
    assert_snapshot!(added.strip_prefix(CORP).unwrap_or(&added).trim_start(), @r#"
    [sessions.dev]
    type = "iam-role-federated"
    saml_url = "https://idp.example/aws"
    idp_arn = "arn:aws:iam::111122223333:saml-provider/x"
    role_arn = "arn:aws:iam::111122223333:role/Dev"
    "#);
}

#[test]
fn a_slip_is_asked_again_with_what_is_wrong() {
    let sandbox = with(CORP);
    let mut terminal = sandbox.leapp(&["add"]).on_terminal();
    answer(
        &mut terminal,
        &[
            ("): ", "iam-usr"),
            ("did you mean `iam-user`?", "chained"),
            ("Alias: ", "corp"),
            ("there is a session `corp` already", "-x"),
            ("not with '-'", "prod"),
            ("ARN of the role: ", "arn:aws:iam::4444:role/Admin"),
            ("12 digits", "arn:aws:iam::444455556666:role/Admin"),
            ("is assumed from: ", "crop"),
            ("did you mean `corp`?", "corp"),
        ],
    );
    assert_eq!(terminal.wait(), Ended::Code(0));
    assert!(sandbox.read(FILE).contains("[sessions.prod]"));
}

#[test]
fn a_slip_in_a_key_is_asked_again_and_never_shown() {
    let sandbox = Sandbox::new();
    let mut terminal = sandbox.leapp(&["add", "user", "corp"]).on_terminal();
    answer(
        &mut terminal,
        &[
            ("(AKIA...): ", "ASIAIOSFODNN7EXAMPLE"),
            ("belongs to temporary credentials", KEY),
            ("(not shown): ", "short"),
            ("that has 5 characters", SECRET),
            (
                "(Enter for none): ",
                "arn:aws:iam::111122223333:u2f/user/alice/key",
            ),
            ("FIDO", ""),
            ("Region: ", "Ireland"),
            ("Region: ", "eu-west-1"),
        ],
    );
    terminal.expect("without MFA, AWS lets its temporary credentials call nothing of IAM");
    assert!(!terminal.screen().contains("short"));
    assert_eq!(terminal.wait(), Ended::Code(0));
    assert_eq!(sandbox.read(FILE), CORP);
}

#[test]
fn what_flags_say_is_not_asked() {
    let sandbox = Sandbox::new();
    let words = line("add user corp --access-key-id AKIAIOSFODNN7EXAMPLE --region eu-west-1");
    let mut terminal = sandbox.leapp(&words).on_terminal();
    answer(
        &mut terminal,
        &[("Secret access key (not shown): ", SECRET)],
    );
    terminal.expect("added `corp`");
    assert!(!terminal.screen().contains("MFA device"));
    assert_eq!(terminal.wait(), Ended::Code(0));
}

#[test]
fn a_dash_on_a_terminal_is_a_question_too() {
    // Typed on standard input, it would be shown.
    let sandbox = with(CORP);
    let words = line("add user corp --secret-access-key -");
    let mut terminal = sandbox.leapp(&words).on_terminal();
    answer(
        &mut terminal,
        &[("Secret access key (not shown): ", SECRET)],
    );
    terminal.expect("stored the secret of `AKIAIOSFODNN7EXAMPLE` in the file vault");
    assert_eq!(terminal.wait(), Ended::Code(0));
}

#[test]
fn answers_come_from_the_terminal_even_when_standard_output_does_not_go_there() {
    let sandbox = with(CORP);
    let role = "arn:aws:iam::444455556666:role/Admin";
    let script = format!("leapp add chained prod --role-arn {role} </dev/null >out 2>err");
    let mut terminal = sandbox.sh(&script).on_terminal();
    answer(&mut terminal, &[("is assumed from: ", "corp")]);
    assert_eq!(terminal.wait(), Ended::Code(0));
    assert_eq!(sandbox.read("home/err"), "leapp: added `prod`\n");
}

#[test]
fn ctrl_c_and_ctrl_d_leave_everything_as_it_was() {
    let sandbox = with(CORP);
    let mut terminal = sandbox.leapp(&["add", "chained", "prod"]).on_terminal();
    terminal.expect("ARN of the role: ");
    terminal.ctrl_c();
    assert_eq!(terminal.wait(), Ended::Signal(2));
    let mut terminal = sandbox.leapp(&["add", "chained", "prod"]).on_terminal();
    terminal.expect("ARN of the role: ");
    terminal.send("\x04");
    terminal.expect("the question was closed without an answer");
    assert_eq!(terminal.wait(), Ended::Code(3));
    assert_eq!(sandbox.read(FILE), CORP);
}
