//! Assertions that are given, and those of a command: what is sent, what is refused before, what AWS says.

use insta::assert_snapshot;
use serde_json::json;

use crate::support::login::Login;
use crate::support::pty::Ended;

#[test]
fn an_assertion_comes_from_a_file_or_from_standard_input() {
    let login = Login::new("");
    let file = login.assertion(&json!({}));
    let account = &login.federation.account;
    let who = "aws sts get-caller-identity --query Arn --output text";
    let words = ["--assertion", &file, "fed", "--", "sh", "-c", who];
    let run = login.sandbox.leapp_exec(&words).run().assert_ok();
    let arn = format!("arn:aws:sts::{account}:assumed-role/Fed/alice\n");
    assert_eq!(run.stdout, arn);
    // What was made of it serves without it.
    login.run(&[]).run().assert_ok();
    let given = login.idp.response(&json!({}));
    let stdin = login.run(&["--refresh", "--assertion", "-"]).stdin(given);
    stdin.run().assert_ok();
}

/// The forms are written by the encoders of Python, not by ours.
#[test]
fn an_assertion_is_taken_as_tools_write_it() {
    let login = Login::new("");
    let response = login.idp.response(&json!({}));
    let script = r#"
import base64, html, json, sys, textwrap, urllib.parse as url
text = sys.stdin.read().strip()
xml = base64.b64decode(text)
form = {'SAMLResponse': text, 'RelayState': 'https://console.aws.amazon.com/?a=b&c'}
print(json.dumps([
    url.urlencode(form),
    'SAMLResponse=' + url.quote(text, safe=''),
    url.quote_plus(text),
    json.dumps(form),
    json.dumps(text),
    base64.urlsafe_b64encode(xml).decode().rstrip('='),
    '\n'.join(textwrap.wrap(text, 76)),
    base64.encodebytes(xml).decode(),
    f'<input type="hidden" name="SAMLResponse" value="{html.escape(text)}">',
    xml.decode(),
    url.quote_plus(xml),
    'SAMLResponse: ' + text,
]))"#;
    let run = login
        .sandbox
        .command("python")
        .args(&["-c", script])
        .stdin(response)
        .may_print_secrets();
    let forms = run.run().assert_ok().json();
    for form in forms.as_array().expect("a list") {
        let form = form.as_str().expect("a text");
        let run = login.run(&["--refresh", "--assertion", "-"]).stdin(form);
        run.run().assert_ok();
    }
}

#[test]
fn one_that_no_hop_can_use_is_a_mistake() {
    let login = Login::new("");
    let file = "home/.config/leapp/sessions.toml";
    let user = "[sessions.corp]\ntype = \"iam-user\"\naccess_key_id = \"AKIAIOSFODNN7EXAMPLE\"\nregion = \"eu-west-1\"\n";
    let sessions = login.sandbox.read(file) + user;
    login.sandbox.write(file, &sessions);
    let run = login
        .sandbox
        .leapp_exec(&["corp", "--assertion", "none", "--", "true"]);
    assert_snapshot!(run.run().transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: no SAML login leads to `corp`, so `--assertion` is of no use to it

    hint: run `leapp explain corp` to see what does
    ");
}

#[test]
fn a_terminal_is_told_to_use_a_file() {
    let login = Login::new("");
    let mut pty = login.run(&["--assertion", "-"]).on_terminal();
    pty.expect("a terminal cuts lines at 4,096 characters");
    pty.expect("--assertion FILE");
    assert_eq!(pty.wait(), Ended::Code(125));
}

/// Runs with an assertion that has these settings, and tells what is said.
fn said(settings: &serde_json::Value) -> String {
    let login = Login::new("");
    let file = login.assertion(settings);
    let run = login.run(&["--assertion", &file]).run().assert_code(125);
    run.comparable(&run.stderr)
}

#[test]
fn an_expired_one_is_not_sent() {
    let said = said(&json!({ "age": 600 }));
    let (headline, rest) = said.split_once('\n').unwrap();
    assert!(
        headline.starts_with("leapp-exec: error: the assertion expired ")
            && headline.ends_with("by the clock of this machine, which may be that much ahead"),
        "{headline}"
    );
    assert_snapshot!(rest, @"
    hint: log in again; an assertion lives five minutes
    hint: if the login was just now, set the clock: `timedatectl set-ntp true`
    ");
}

#[test]
fn one_of_a_clock_far_ahead_is_not_sent() {
    let said = said(&json!({ "age": -3600 }));
    assert!(
        said.contains("the assertion is not valid for another")
            && said.contains("by the clock of this machine, which may be that much behind"),
        "{said}"
    );
}

#[test]
fn a_tampered_one_is_refused_by_aws() {
    let login = Login::new("");
    let file = login.assertion(&json!({ "tampered": true }));
    // Somebody has written a role into it that was not there.
    let sessions = "home/.config/leapp/sessions.toml";
    let text = login.sandbox.read(sessions).replace("/Fed", "/TamperedFed");
    login.sandbox.write(sessions, &text);
    let run = login.run(&["--assertion", &file]).run().assert_code(125);
    assert_snapshot!(run.comparable(&run.stderr), @"
    leapp-exec: error: AWS does not accept the assertion for `fed`
    caused by: Response signature invalid
    request id: [REQUEST-ID]

    hint: check `idp_arn` of session `fed`: IAM must know the very provider that you log in at
    hint: if the provider's certificate was renewed, somebody must upload its new metadata to IAM
    ");
}

#[test]
fn one_for_another_audience_is_refused_by_aws() {
    let wrong = json!({ "audience": "urn:somebody:else" });
    assert_snapshot!(said(&wrong), @"
    leapp-exec: error: the assertion for `fed` is not meant for AWS
    caused by: Response does not contain the required audience.
    request id: [REQUEST-ID]

    hint: let somebody set at the provider which audience it sends for AWS: `urn:amazon:webservices` or `https://signin.aws.amazon.com/saml`; it sends `urn:somebody:else`
    ");
    let unreadable = json!({ "audience": "urn:somebody:else", "encrypted": true });
    let hint = "`https://signin.aws.amazon.com/saml`\n";
    assert!(said(&unreadable).ends_with(hint), "{}", said(&unreadable));
}

#[test]
fn a_login_that_the_provider_refused_says_so() {
    assert_snapshot!(said(&json!({ "status": "Responder" })), @"
    leapp-exec: error: the identity provider refused the login: urn:oasis:names:tc:SAML:2.0:status:Responder

    hint: if you logged in as somebody else, run `leapp logout fed` and log in again
    ");
}

#[test]
fn a_login_that_grants_nothing_may_be_that_of_another_account() {
    assert_snapshot!(said(&json!({ "roles": [] })), @"
    leapp-exec: error: the assertion grants no role of AWS

    hint: let somebody assign you to AWS at the provider, and send the attribute `https://aws.amazon.com/SAML/Attributes/Role`
    hint: if you logged in as somebody else, run `leapp logout fed` and log in again
    ");
}

#[test]
fn a_role_that_is_not_granted_is_told_with_those_that_are() {
    let login = Login::new("");
    let grant = |role: &str| {
        let account = &login.federation.account;
        format!(
            "{}, arn:aws:iam::{account}:role/{role}",
            login.federation.provider
        )
    };
    let file = login.assertion(&json!({ "roles": [grant("Admin"), grant("team/Reader")] }));
    let run = login.run(&["--assertion", &file]).run().assert_code(125);
    assert_snapshot!(run.comparable(&run.stderr), @"
    leapp-exec: error: the login does not grant the role of `fed`, `arn:aws:iam::ACCOUNT:role/Fed`

      arn:aws:iam::ACCOUNT:role/Admin        by arn:aws:iam::ACCOUNT:saml-provider/Idp
      arn:aws:iam::ACCOUNT:role/team/Reader  by arn:aws:iam::ACCOUNT:saml-provider/Idp

    hint: above are the roles that it grants; set `role_arn` and `idp_arn` to one of those pairs
    hint: if you logged in as somebody else, run `leapp logout fed` and log in again
    ");
}

#[test]
fn a_role_that_is_granted_meanwhile_is_had_at_the_next_run() {
    let login = Login::new("");
    login.define("other", "", &["--saml-process", "cat assertion"]);
    let account = &login.federation.account;
    let other = format!("arn:aws:iam::{account}:role/Other");
    let grant = format!("{},{other}", login.federation.provider);
    let run = || login.sandbox.leapp_exec(&["other", "--", "true"]).run();
    login.assertion(&json!({ "roles": [grant] }));
    let said = run().assert_code(125).stderr;
    assert!(said.contains("does not grant the role"), "{said}");
    login.assertion(&json!({}));
    run().assert_ok();
}

#[test]
fn a_role_that_is_granted_by_another_provider_says_by_which() {
    let login = Login::new("");
    let other = format!(
        "arn:aws:iam::{}:saml-provider/Other",
        login.federation.account
    );
    let grant = format!("{},{other}", login.federation.role);
    let file = login.assertion(&json!({ "roles": [grant] }));
    let run = login.run(&["--assertion", &file]).run().assert_code(125);
    assert_snapshot!(run.comparable(&run.stderr), @r#"
    leapp-exec: error: the login grants `arn:aws:iam::ACCOUNT:role/Fed` by another provider than `arn:aws:iam::ACCOUNT:saml-provider/Idp`

    hint: set `idp_arn = "arn:aws:iam::ACCOUNT:saml-provider/Other"` on session `fed`
    "#);
}

#[test]
fn an_encrypted_one_is_passed_on() {
    let login = Login::new("");
    let file = login.assertion(&json!({ "encrypted": true }));
    login.run(&["--assertion", &file]).run().assert_ok();
}

#[test]
fn what_is_no_assertion_is_told_so() {
    let login = Login::new("");
    login
        .sandbox
        .write("home/page", "<html>Please log in</html>");
    let run = login.run(&["--assertion", "page"]).run().assert_code(125);
    assert_snapshot!(run.stderr, @"
    leapp-exec: error: what came is not a SAML response: it is a page of HTML that has no field `SAMLResponse`

    hint: what is wanted is the form field `SAMLResponse` as it is posted to AWS, in base64
    ");
}

#[test]
fn a_duration_that_the_role_does_not_have_becomes_an_hour() {
    use crate::support::aws::Aws;
    use crate::support::world::trust_saml;
    let login = Login::new("");
    let federation = &login.federation;
    let trusted = trust_saml(&federation.provider);
    Aws::shared().role_up_to(3600, &federation.account, "Fed", &trusted, &[]);
    let file = login.assertion(&json!({}));
    let words = ["--assertion", &file, "--duration", "4h"];
    let run = login.run(&words).run().assert_ok();
    assert_snapshot!(run.stderr, @"leapp-exec: AWS does not give `fed` for 4h; it gives an hour");
}

#[test]
fn doctor_says_what_a_role_that_trusts_another_provider_needs() {
    use crate::support::aws::Aws;
    use crate::support::world::trust_saml;
    let login = Login::new("");
    let federation = &login.federation;
    let others = trust_saml(
        &federation
            .provider
            .replace("saml-provider/", "saml-provider/Not"),
    );
    Aws::shared().role(&federation.account, "Fed", &others, &[]);
    let file = login.assertion(&json!({}));
    let doctor = ["doctor", "--json", "fed", "--assertion", &file];
    let output = login.sandbox.leapp(&doctor).run().assert_code(1);
    let mut hop = output.json()["chain"]["hops"][0].take();
    hop["detail"].take();
    let hop = format!("{hop:#}").replace(&federation.account, "[ACCOUNT]");
    assert_snapshot!(hop, @r#"
    {
      "hop": 1,
      "name": "fed",
      "verdict": "failed",
      "detail": null,
      "next": [],
      "role_arn": "arn:aws:iam::[ACCOUNT]:role/Fed",
      "findings": [
        {
          "condition": "trust-policy",
          "certainty": "likely",
          "detail": "the trust policy of `Fed` could not be read; it must admit `arn:aws:iam::[ACCOUNT]:saml-provider/Idp`",
          "mends": [
            {
              "do": "add-statement",
              "policy": "trust",
              "of": "arn:aws:iam::[ACCOUNT]:role/Fed",
              "statement": {
                "Effect": "Allow",
                "Principal": {
                  "Federated": "arn:aws:iam::[ACCOUNT]:saml-provider/Idp"
                },
                "Action": "sts:AssumeRoleWithSAML",
                "Condition": {
                  "StringEquals": {
                    "SAML:aud": "https://signin.aws.amazon.com/saml"
                  }
                }
              },
              "command": null
            }
          ]
        }
      ],
      "unseen": [
        "the trust policy of `arn:aws:iam::[ACCOUNT]:role/Fed`: name a session in account [ACCOUNT] that may read IAM: `--with ALIAS`"
      ]
    }
    "#);
}

#[test]
fn a_command_gives_one_for_all_sessions_that_name_it() {
    let login = Login::new("");
    login
        .sandbox
        .write("home/assertion", &login.idp.response(&json!({})));
    let command = "sh -c 'echo called >> calls; cat assertion'";
    for (alias, duration) in [("one", "1h"), ("two", "2h")] {
        login.define(
            alias,
            "",
            &["--saml-process", command, "--duration", duration],
        );
        login
            .sandbox
            .leapp_exec(&[alias, "--", "true"])
            .run()
            .assert_ok();
    }
    assert_eq!(login.sandbox.read("home/calls"), "called\n");
    login.define(
        "broken",
        "",
        &["--saml-process", "sh -c 'exit 3'", "--duration", "3h"],
    );
    let broken = login.sandbox.leapp_exec(&["broken", "--", "true"]).run();
    assert_snapshot!(broken.assert_code(125).stderr, @"
    leapp-exec: error: the `saml_process` command `sh` failed (exit status: 3)

    hint: mend `saml_process`, or give the assertion as `--assertion FILE`
    ");
}

#[test]
fn a_role_of_identity_center_is_refused_before_any_login() {
    let login = Login::new("");
    let role =
        "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0a1b";
    let file = "home/.config/leapp/sessions.toml";
    let text = login
        .sandbox
        .read(file)
        .replace(&login.federation.role, role);
    login.sandbox.write(file, &text);
    let run = login.run(&[]).run().assert_code(125);
    assert_snapshot!(run.comparable(&run.stderr), @"
    leapp-exec: error: the role of `fed` belongs to IAM Identity Center, which lets nobody else log in to it

      [ROOT]/home/.config/leapp/sessions.toml:6

    hint: ask for a role of your own that trusts a SAML provider, or use `aws sso login` for this one
    ");
}
