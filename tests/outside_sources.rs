//! The same as `outside_text.rs` for what comes from variables, files, AWS, processes and providers, and
//! for what is asked on a terminal.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::thread;

use crate::outside_text::{check, rounds, sandbox, sessions};
use crate::sessions::FILE;
use crate::support::http::Message;
use crate::support::outside::{Texts, assert_visible, toml_string};

const VARIABLES: &str = "LEAPP_LOG LEAPP_SECRETS LEAPP_SESSION LEAPP_SESSION_EXPIRATION LEAPP_SESSION_ACCOUNT \
    LEAPP_SESSION_OPTIONS LEAPP_CONFIG_DIR LEAPP_PASSPHRASE_FILE LEAPP_IDENTITY_FILE LEAPP_MFA_CODE \
    LEAPP_BROWSER AWS_ENDPOINT_URL AWS_REGION AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE \
    AWS_CA_BUNDLE HTTP_PROXY HTTPS_PROXY HOME USER XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME \
    VISUAL SHELL COLUMNS DBUS_SESSION_BUS_ADDRESS AWS_PROFILE AWS_ACCESS_KEY_ID";

#[test]
fn variables_and_files_are_quoted_as_data() {
    let mut texts = Texts::new();
    for _ in 0..rounds() {
        let sandbox = sandbox();
        sandbox.write(FILE, &sessions("", ""));
        for name in VARIABLES.split_whitespace() {
            let value = texts.text();
            let value = match name {
                "HOME" | "XDG_CONFIG_HOME" | "XDG_DATA_HOME" | "XDG_CACHE_HOME"
                | "LEAPP_CONFIG_DIR" => {
                    format!("{}/{value}", sandbox.home().display())
                }
                _ => value,
            };
            for words in [
                "status",
                "env corp",
                "whoami --json",
                "edit",
                "console prod",
            ] {
                let words: Vec<&str> = words.split(' ').collect();
                check(sandbox.leapp(&words).env(name, &value), &texts);
            }
        }
        check(
            sandbox.leapp(&["doctor"]).env("AWS_PROFILE", texts.text()),
            &texts,
        );
        for (file, text) in [
            (
                "home/.config/leapp/config.toml",
                format!("browser = {}\n", toml_string(&texts.text())),
            ),
            (
                "home/.config/leapp/config.toml",
                format!("{} = 1\n", toml_string(&texts.text())),
            ),
            ("home/.config/leapp/config.toml", texts.text()),
            (
                "home/.leapp.toml",
                format!("session = {}\n", toml_string(&texts.text())),
            ),
            ("home/.leapp.toml", texts.text()),
            ("home/.local/share/leapp/recipient.txt", texts.text()),
            ("home/.local/share/leapp/vault.age", texts.text()),
            ("home/.Leapp/Leapp-lock.json", texts.text()),
        ] {
            let path = sandbox.write(file, &text);
            for words in [
                "env --here",
                "console prod",
                "login corp",
                "import leapp --dry-run",
            ] {
                let words: Vec<&str> = words.split(' ').collect();
                check(sandbox.leapp(&words), &texts);
            }
            fs::remove_file(path).expect("a file");
        }
        let lines = |text: &str| text.replace(['\n', '\r'], "\u{2029}");
        let (name, value) = (lines(&texts.text()).replace(']', ""), lines(&texts.text()));
        let profiles = format!(
            "[profile {name}]\nrole_arn = arn:aws:iam::444455556666:role/{value}\nsource_profile = base\n\
             mfa_serial = {value}\nregion = {value}\n[profile base]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n\
             aws_secret_access_key = x{value}\n[profile b{name}]\nrole_arn = arn:aws:iam::444455556666:role/Admin\n\
             source_profile = base\n[{value}\n"
        );
        sandbox.write("home/.aws/config", &profiles);
        sandbox.write("home/.aws/credentials", &profiles);
        for words in [
            "import aws-config --dry-run --region eu-west-1",
            "import aws-config --yes --region eu-west-1",
            "list",
            "list --json",
            "show base",
            "start base",
            "status",
            "status --json",
            "doctor",
        ] {
            let words: Vec<&str> = words.split(' ').collect();
            check(sandbox.leapp(&words).may_write_secrets(), &texts);
        }
    }
}

/// Answers every request with these bytes, for as long as the test runs.
fn answering(status: u16, body: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let mut reader = std::io::BufReader::new(client.try_clone().expect("a socket"));
            while let Ok(Some(_)) = Message::read(&mut reader) {
                let head = format!(
                    "HTTP/1.1 {status} X\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n",
                    body.len()
                );
                if client
                    .write_all(&[head.as_bytes(), body.as_bytes()].concat())
                    .is_err()
                {
                    break;
                }
            }
        }
    });
    url
}

/// A text in XML, with what XML cannot hold as it is written as references.
fn xml(text: &str) -> String {
    let escape = |c: char| match c {
        '<' | '>' | '&' => format!("&#{};", u32::from(c)),
        c if c.is_control() => format!("&#x{:x};", u32::from(c)),
        c => c.to_string(),
    };
    text.chars().map(escape).collect()
}

#[test]
fn what_aws_says_is_quoted_as_data() {
    let mut texts = Texts::new();
    for _ in 0..rounds() {
        let mut sandbox = sandbox();
        sandbox.write(FILE, &sessions("", ""));
        let words = ["add", "user", "corp", "--secret-access-key", "-"];
        sandbox
            .leapp(&words)
            .stdin("x".repeat(40))
            .run()
            .assert_ok();
        let error = |code: &str, text: &str, id: &str| {
            format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{text}</Message></Error>\
                 <RequestId>{id}</RequestId></ErrorResponse>"
            )
        };
        let (raw, escaped) = (texts.text().replace(['<', '&'], ""), xml(&texts.text()));
        let mut answers: Vec<(u16, String)> = Vec::new();
        for text in [&raw, &escaped] {
            answers.push((403, error("AccessDenied", text, text)));
            answers.push((400, error(text, text, "x")));
            answers.push((400, error("RegionDisabledException", text, text)));
            answers.push((403, text.clone()));
            answers.push((
                200,
                format!(
                    "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>{text}</Arn><Account>{text}</Account>\
                     <UserId>{text}</UserId></GetCallerIdentityResult></GetCallerIdentityResponse>"
                ),
            ));
        }
        for (status, body) in answers {
            sandbox.set("AWS_ENDPOINT_URL", answering(status, body));
            for line in [
                "env prod",
                "env corp --format json",
                "login prod",
                "credential-process prod",
                "-vvv whoami corp",
                "rotate-key corp --yes",
                "console prod",
            ] {
                let words: Vec<&str> = line.split(' ').collect();
                check(sandbox.leapp(&words), &texts);
            }
            check(sandbox.leapp_exec(&["prod", "--", "true"]), &texts);
            for words in [&["whoami"][..], &["whoami", "--json"]] {
                let run = sandbox
                    .leapp(words)
                    .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE");
                check(run.env("AWS_SECRET_ACCESS_KEY", "x"), &texts);
            }
        }
        sandbox.set(
            "AWS_ENDPOINT_URL",
            answering(403, error("AccessDenied", &escaped, "x")),
        );
        check(sandbox.leapp(&["doctor", "prod"]), &texts);
        check(sandbox.leapp(&["doctor", "prod", "--json"]), &texts);
    }
}

#[test]
fn what_a_process_or_a_provider_says_is_quoted_as_data() {
    let mut texts = Texts::new();
    for _ in 0..rounds() {
        let sandbox = sandbox();
        for code in [0, 1] {
            let text = texts.text();
            sandbox.write("home/said", &text);
            let script =
                sandbox.write("home/say", &format!("#!/bin/sh\ncat ~/said; exit {code}\n"));
            fs::set_permissions(&script, fs::Permissions::from_mode(0o700)).expect("permissions");
            let process = toml_string(&script.display().to_string());
            let mfa = format!("mfa_device = \"GAHT12345678\"\nmfa_process = {process}\n");
            let federated = format!(
                "\n[sessions.fed]\ntype = \"iam-role-federated\"\nsaml_url = \"https://idp.example/x\"\n\
                 idp_arn = \"arn:aws:iam::444455556666:saml-provider/Idp\"\n\
                 role_arn = \"arn:aws:iam::444455556666:role/Fed\"\nsaml_process = {process}\n"
            );
            sandbox.write(FILE, &sessions(&mfa, &federated));
            let words = ["add", "user", "corp", "--secret-access-key", "-"];
            let _ = sandbox.leapp(&words).stdin("x".repeat(40)).run();
            for line in [
                "env prod",
                "env fed",
                "-vv login fed",
                "doctor fed",
                "doctor fed --json",
            ] {
                let words: Vec<&str> = line.split(' ').collect();
                check(sandbox.leapp(&words), &texts);
            }
            let odd = xml(&text);
            for response in [
                format!(
                    "<p:Status><p:StatusCode Value=\"x\"/><p:StatusMessage>{odd}</p:StatusMessage></p:Status>"
                ),
                format!(
                    "<p:Status><p:StatusCode Value=\"{}\"/></p:Status>",
                    odd.replace('"', "")
                ),
                format!(
                    "<a:Assertion><a:Issuer>{odd}</a:Issuer><a:Conditions><a:AudienceRestriction>\
                     <a:Audience>{odd}</a:Audience></a:AudienceRestriction></a:Conditions><a:AttributeStatement>\
                     <a:Attribute Name=\"https://aws.amazon.com/SAML/Attributes/Role\"><a:AttributeValue>\
                     arn:aws:iam::444455556666:role/{odd},arn:aws:iam::444455556666:saml-provider/Idp\
                     </a:AttributeValue></a:Attribute><a:Attribute \
                     Name=\"https://aws.amazon.com/SAML/Attributes/RoleSessionName\"><a:AttributeValue>{odd}\
                     </a:AttributeValue></a:Attribute></a:AttributeStatement></a:Assertion>"
                ),
            ] {
                let response = format!(
                    "<p:Response xmlns:p=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
                     xmlns:a=\"urn:oasis:names:tc:SAML:2.0:assertion\">{response}</p:Response>"
                );
                sandbox.write("home/response", &response);
                sandbox
                    .sh("base64 -w0 response > assertion")
                    .run()
                    .assert_ok();
                check(
                    sandbox.leapp(&["env", "fed", "--assertion", "assertion"]),
                    &texts,
                );
                let words = [
                    "add",
                    "federated",
                    "--from-login",
                    "https://idp.example/x",
                    "--region",
                ];
                let run =
                    sandbox
                        .leapp(&words)
                        .args(&["eu-west-1", "--assertion", "assertion", "--yes"]);
                check(run, &texts);
            }
        }
    }
}

/// What is asked on a terminal, and what stands above it.
#[test]
fn a_question_and_a_list_to_pick_from_are_shown_as_data() {
    let mut texts = Texts::new();
    let sandbox = sandbox().env("TERM", "xterm");
    let text = format!(
        "description = {}\nlabels = [{}]\n",
        toml_string(&texts.printable()),
        toml_string(&texts.printable())
    );
    sandbox.write(FILE, &sessions(&text, &text));
    let mut screens = Vec::new();
    let mut terminal = sandbox.leapp(&["set", "corp"]).on_terminal();
    terminal.expect("Key to change");
    terminal.send("description\r");
    terminal.expect("description, now");
    terminal.send("\x03");
    screens.push(terminal.wait_and_read().1);
    let mut terminal = sandbox.leapp(&["show"]).on_terminal();
    terminal.expect("Session:");
    terminal.send("\r");
    screens.push(terminal.wait_and_read().1);
    for screen in screens {
        // The escape sequences are the picker's: they say nothing in the C1 or bidi ranges.
        let structure = ['\x1b', '\r', '\x08'];
        let visible = assert_visible(&screen, &structure);
        assert_eq!(
            visible,
            Ok(()),
            "LEAPP_TEST_SEED={}\n{screen:?}",
            texts.seed
        );
    }
}
