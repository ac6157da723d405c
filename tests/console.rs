//! `leapp console`: what is asked of the sign-in endpoint, and how its answer gets to the browser.

use std::os::unix::fs::PermissionsExt;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::sessions::with;
use crate::support::aws::Aws;
use crate::support::faults::{Fault, Faults, When};
use crate::support::leaks::TEMPORARY;
use crate::support::login::Login;
use crate::support::sandbox::Sandbox;
use crate::support::tls::Tls;
use crate::support::world::{Chain, account, allow, trust};
use crate::support::{not_here, program, wait_for};

/// A sandbox whose sign-in endpoint is the local AWS's.
fn sandbox(aws: &Aws) -> Sandbox {
    let sandbox = Sandbox::new().endpoint(&aws.url());
    let endpoint = format!("console_endpoint = \"{}/federation\"\n", aws.url());
    sandbox.write("home/.config/leapp/config.toml", &endpoint);
    sandbox
}

/// Who a role is at work.
fn session_of(role_arn: &str) -> String {
    let role_session = role_arn.replace(":iam:", ":sts:");
    role_session.replace(":role/", ":assumed-role/") + "/leapp-alice"
}

fn printed(sandbox: &Sandbox, words: &[&str]) -> String {
    let run = sandbox.leapp(&["console", "--print"]).args(words);
    run.may_print_secrets().run().assert_ok().stdout
}

#[test]
fn every_partition_signs_in_at_its_own_endpoint() {
    let aws = Aws::shared();
    for (partition, region, host, console) in [
        (
            "aws",
            "eu-west-1",
            "signin.aws.amazon.com",
            "console.aws.amazon.com",
        ),
        (
            "aws-us-gov",
            "us-gov-west-1",
            "signin.amazonaws-us-gov.com",
            "console.amazonaws-us-gov.com",
        ),
        (
            "aws-cn",
            "cn-north-1",
            "signin.amazonaws.cn",
            "console.amazonaws.cn",
        ),
    ] {
        let sandbox = Sandbox::new().endpoint(&aws.url());
        let tls = Tls::before(&aws.address(), &sandbox);
        let proxy = Faults::before(&aws.address());
        proxy.lead_to(&tls.address());
        let ca = sandbox.path("ca.pem");
        let sandbox = sandbox
            .env("AWS_CA_BUNDLE", ca)
            .env("HTTPS_PROXY", proxy.url());

        let account = account();
        let everything = allow("*", "*");
        let world = |kind: &str, name: &str, fields: Value| {
            let wanted =
                json!({ "account": account, "partition": partition, kind: { name: fields } });
            aws.post("/rig/world", &wanted)[kind][name].clone()
        };
        let user = world("users", "u1", json!({ "policies": [everything] }));
        let text = |field: &str| user[field].as_str().expect("a text").to_owned();
        let trusting = json!({ "trust": trust(&text("arn")), "policies": [everything] });
        let role = world("roles", "R1", trusting);
        let role = role["arn"].as_str().expect("an ARN");
        let key = text("access_key_id");
        sandbox
            .leapp(&[
                "add",
                "user",
                "u1",
                "--access-key-id",
                &key,
                "--region",
                region,
            ])
            .args(&["--secret-access-key", "-"])
            .stdin(text("secret_access_key") + "\n")
            .run()
            .assert_ok();
        let chained = [
            "add",
            "chained",
            "r1",
            "--role-arn",
            role,
            "--region",
            region,
        ];
        sandbox
            .leapp(&chained)
            .args(&["--assumer-session", "u1"])
            .run()
            .assert_ok();

        let url = printed(&sandbox, &["r1", "--service", "s3"]);
        assert_eq!(proxy.seen()[0].action, format!("CONNECT {host}:443"));
        let start = format!(
            "https://{host}/federation?Action=login&Issuer=leapp&Destination=https%3A%2F%2F\
             {region}.{console}%2Fs3%2Fhome%3Fregion%3D{region}&SigninToken={TEMPORARY}"
        );
        assert!(url.starts_with(&start), "{partition}");
        let asked = aws.sign_ins(&session_of(role));
        assert_eq!(asked.len(), 1, "{partition}");
        assert_eq!(asked[0]["host"], host);
        assert_eq!(asked[0]["method"], "POST");
        assert_eq!(
            asked[0]["in_body"],
            json!(["Action", "Session", "SessionDuration"])
        );
        assert_eq!(asked[0]["duration"], "3600");
    }
}

#[test]
fn a_user_signs_in_by_a_federation_token_and_with_their_own_rights() {
    let aws = Aws::shared();
    let sandbox = sandbox(aws);
    let chain = Chain::with_mfa(aws, 0);
    chain.define(&sandbox);
    // No code is asked for: AWS would not take one here.
    printed(&sandbox, &["u1"]);
    let asked = aws.sign_ins(&chain.user.arn);
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0]["in_body"], json!(["Action", "Session"]));
    let calls = aws.calls();
    let ours: Vec<_> = calls
        .iter()
        .filter(|call| call.access_key_id == chain.user.access_key_id)
        .collect();
    assert_eq!(ours.len(), 1);
    assert_eq!(ours[0].action, "GetFederationToken");
    assert_eq!(
        ours[0].parameters,
        json!({
            "Name": "leapp-alice",
            "DurationSeconds": "43200",
            "Policy": r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
        })
    );
}

#[test]
fn a_duration_is_sent_only_where_aws_takes_one() {
    let aws = Aws::shared();
    let sandbox = sandbox(aws);
    let chain = Chain::new(aws, 2);
    chain.define(&sandbox);
    let fields = |alias: &str, arn: &str| {
        printed(&sandbox, &[alias]);
        aws.sign_ins(&session_of(arn))[0]["in_body"].clone()
    };
    let with_duration = json!(["Action", "Session", "SessionDuration"]);
    assert_eq!(fields("r1", &chain.roles[0]), with_duration);
    assert_eq!(fields("r2", &chain.roles[1]), json!(["Action", "Session"]));

    let login = Login::new("as=alice");
    let endpoint = format!("console_endpoint = \"{}/federation\"\n", aws.url());
    login
        .sandbox
        .write("home/.config/leapp/config.toml", &endpoint);
    let file = login.assertion(&json!({}));
    printed(
        &login.sandbox,
        &["fed", "--assertion", &file, "--duration", "2h"],
    );
    let fed = login.federation.role.replace(":iam:", ":sts:");
    let fed = fed.replace(":role/", ":assumed-role/") + "/alice";
    assert_eq!(aws.sign_ins(&fed)[0]["duration"], "7200");
}

/// What a browser does, in a script: it asks twice, and notes what it was started with.
const BROWSER: &str = r#"#!/bin/sh
echo "$*" > "$HOME/started-with"
exec python - "$1" "$HOME/asked" <<'END'
import http.client, sys, urllib.parse
address = urllib.parse.urlsplit(sys.argv[1])
def ask():
    try:
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=10)
        connection.request("GET", address.path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):  # refused, or cut off while we were leaving
        return "nothing"
found = [ask(), ask()]
with open(sys.argv[2] + ".new", "w") as file:
    print(*found, file=file)
import os
os.rename(sys.argv[2] + ".new", sys.argv[2])
END
"#;

#[test]
fn the_browser_gets_an_address_that_is_good_once() {
    let aws = Aws::shared();
    let sandbox = sandbox(aws).env("DISPLAY", ":99");
    Chain::new(aws, 1).define(&sandbox);
    let browser = sandbox.write("browser", BROWSER);
    std::fs::set_permissions(&browser, std::fs::Permissions::from_mode(0o755)).unwrap();
    let run = sandbox
        .leapp(&["console", "r1"])
        .env("LEAPP_BROWSER", &browser)
        .run()
        .assert_ok();
    assert_snapshot!(run.transcript(), @"
    exit 0
    --- stderr
    leapp: opened the console as `r1` for 1h
    ");
    let asked = wait_for("the browser's two requests", || {
        Some(sandbox.read("home/asked")).filter(|text| !text.is_empty())
    });
    assert_eq!(asked, "302 nothing\n");
    let started = sandbox.read("home/started-with");
    let (address, path) = started.trim().rsplit_once('/').expect("a path");
    assert!(address.starts_with("http://127.0.0.1:"), "{started}");
    assert_eq!(path.len(), 64, "{started}");
}

#[cfg(target_os = "linux")]
#[test]
fn another_user_of_the_machine_gets_nothing_by_the_address() {
    if !nix::unistd::geteuid().is_root() {
        return not_here("only root can be somebody else");
    }
    let aws = Aws::shared();
    let sandbox = sandbox(aws).env("DISPLAY", ":99");
    Chain::new(aws, 1).define(&sandbox);
    // Before the browser asks, somebody does who has read its arguments.
    let somebody_first = "import os, encodings.idna
child = os.fork()
if not child:
    os.setuid(65534)
    os._exit(0 if ask() == \"nothing\" else 1)
somebody = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
found = [somebody, ask()]";
    let script = BROWSER.replace("found = [ask(), ask()]", somebody_first);
    let browser = sandbox.write("browser", &script);
    std::fs::set_permissions(&browser, std::fs::Permissions::from_mode(0o755)).unwrap();
    let console = sandbox.leapp(&["console", "r1"]);
    console.env("LEAPP_BROWSER", &browser).run().assert_ok();
    let asked = wait_for("the browser's request", || {
        Some(sandbox.read("home/asked")).filter(|text| !text.is_empty())
    });
    assert_eq!(asked, "0 302\n");
}

#[test]
fn a_private_window_is_asked_for_by_the_browsers_own_word() {
    let aws = Aws::shared();
    let sandbox = sandbox(aws).env("DISPLAY", ":99");
    Chain::new(aws, 1).define(&sandbox);
    let script = BROWSER.replace("\"$1\"", "\"$2\"");
    for (name, word) in [("firefox", "--private-window "), ("brave", "--incognito ")] {
        let browser = sandbox.write(name, &script);
        std::fs::set_permissions(&browser, std::fs::Permissions::from_mode(0o755)).unwrap();
        sandbox
            .leapp(&["console", "r1", "--private"])
            .env("LEAPP_BROWSER", &browser)
            .run()
            .assert_ok();
        wait_for("the browser's two requests", || {
            Some(sandbox.read("home/asked")).filter(|text| !text.is_empty())
        });
        std::fs::remove_file(sandbox.path("home/asked")).unwrap();
        let started = sandbox.read("home/started-with");
        assert!(started.starts_with(word), "{started}");
    }
}

#[test]
fn a_real_browser_is_signed_in() {
    if program("chromium").is_none() {
        return;
    }
    let aws = Aws::shared();
    let sandbox = sandbox(aws).env("DISPLAY", ":99");
    let chain = Chain::new(aws, 1);
    chain.define(&sandbox);
    let file = "home/.config/leapp/config.toml";
    let profile = sandbox.path("home/profile");
    let settings = sandbox.read(file)
        + &format!(
            "browser = \"chromium\"\nbrowser_args = [\"--headless\", \"--no-sandbox\", \
             \"--disable-gpu\", \"--dump-dom\", \"--user-data-dir={}\"]\n",
            profile.display()
        );
    sandbox.write(file, &settings);
    sandbox
        .leapp(&["console", "r1"])
        // The browser's history has where it was.
        .may_write_secrets()
        .run()
        .assert_ok();
    let arn = session_of(chain.target());
    let seen = wait_for("the browser at the console's door", || {
        let seen = aws.sign_ins(&arn);
        seen.into_iter()
            .find(|request| request["action"] == "login")
    });
    assert_eq!(
        (&seen["status"], &seen["method"]),
        (&json!(200), &json!("GET"))
    );
}

#[test]
fn without_a_screen_it_says_what_to_do() {
    let sandbox = with(crate::sessions::CORP).env("LEAPP_BROWSER", "sh");
    assert_snapshot!(sandbox.leapp(&["console", "corp"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: there is no display to open a browser on

    hint: add `--print` to get the URL, and open it where there is a browser; it is a secret for 15 minutes
    ");
    let over_ssh = sandbox
        .leapp(&["console", "corp"])
        .env("SSH_CONNECTION", "1");
    assert_snapshot!(over_ssh.run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: there is no display: this machine is used over ssh

    hint: add `--print` to get the URL, and open it where there is a browser; it is a secret for 15 minutes
    ");
    let no_such = sandbox
        .leapp(&["console", "corp"])
        .env("LEAPP_BROWSER", "lynxx");
    assert_snapshot!(no_such.run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: there is no browser `lynxx`

    hint: mend `LEAPP_BROWSER`, or `browser` in `config.toml`
    hint: add `--print` to get the URL, and open it where there is a browser; it is a secret for 15 minutes
    ");
}

#[test]
fn the_url_is_not_printed_on_a_terminal() {
    let sandbox = with(crate::sessions::CORP);
    let run = sandbox.leapp(&["console", "corp", "--print"]);
    let (code, screen) = run.on_terminal().wait_and_read();
    assert_snapshot!(format!("{code:?}\n{}", screen.replace('\r', "")), @"
    Code(2)
    leapp: error: the URL signs in whoever has it, and is not printed on a terminal

    hint: give it to a program, as in `leapp console ALIAS --print | wl-copy`
    hint: to see it nevertheless, add `--show`
    ");
}

#[test]
fn what_is_refused_says_why() {
    let aws = Aws::shared();
    let mut sandbox = sandbox(aws);
    let poor = aws.user(&account(), "poor", &[]);
    sandbox.add_user("poor", &poor);
    let denied = sandbox.leapp(&["console", "poor", "--print"]).run();
    let number = poor.arn.split(':').nth(4).expect("an account").to_owned();
    let denied = denied.transcript().replace(&number, "ACCOUNT");
    assert_snapshot!(denied, @"
    exit 1
    --- stderr
    leapp: error: AWS denied `poor`
    caused by: User: arn:aws:iam::ACCOUNT:user/poor is not authorized to perform: sts:GetFederationToken on resource: arn:aws:sts::ACCOUNT:federated-user/leapp-alice
    request id: [REQUEST-ID]

    hint: the user's policies must allow `sts:GetFederationToken`, without MFA
    ");

    let chain = Chain::new(aws, 1);
    chain.define(&sandbox);
    let faults = Faults::before(&aws.address());
    let endpoint = format!("console_endpoint = \"{}/federation\"\n", faults.url());
    sandbox.write("home/.config/leapp/config.toml", &endpoint);
    sandbox = sandbox.env("COLUMNS", "100");
    let signs_in = || {
        sandbox
            .leapp(&["console", "r1", "--print"])
            .run()
            .transcript()
    };
    faults.on(When::action("getSigninToken"), Fault::Status(400));
    assert_snapshot!(signs_in(), @"
    exit 1
    --- stderr
    leapp: error: AWS sign-in at http://127.0.0.1:[PORT]/federation refused the credentials (status 400)

    hint: the credentials may have been revoked: add `--refresh` for new ones
    hint: AWS signs in to the console of the session's own partition only: see `leapp explain`
    ");
    faults.clear();
    faults.on(When::action("getSigninToken"), Fault::Garbage);
    assert_snapshot!(signs_in(), @"
    exit 1
    --- stderr
    leapp: error: no answer from AWS sign-in at http://127.0.0.1:[PORT]/federation
    caused by: the answer is not JSON with a `SigninToken`

    hint: check the network, `HTTPS_PROXY`, `AWS_CA_BUNDLE` and `AWS_ENDPOINT_URL`
    ");
    faults.clear();
    faults.on(When::action("getSigninToken"), Fault::HangUp);
    let cut = signs_in();
    assert!(
        cut.contains("error: no answer from AWS sign-in at http://"),
        "{cut}"
    );
}

#[test]
fn an_endpoint_in_clear_over_the_network_is_refused() {
    let sandbox = with(crate::sessions::CORP);
    let file = "home/.config/leapp/config.toml";
    sandbox.write(file, "console_endpoint = \"http://signin.example\"\n");
    let run = sandbox.leapp(&["console", "corp", "--print"]).run();
    assert_snapshot!(run.transcript(), @"
    exit 1
    --- stderr
    leapp: error: [ROOT]/home/.config/leapp/config.toml:1: `http://signin.example` is asked in clear over the network; plain http is for this machine only
    ");
}
