//! `-v` and `LEAPP_LOG`: every step is told, and no secret ever.

use insta::assert_snapshot;
use serde_json::json;

use crate::sessions::{CORP, with};
use crate::support::aws::Aws;
use crate::support::login::Login;
use crate::support::output::Output;
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;

/// What is in no log: parts of requests that carry secrets, whatever the secrets are.
const GIVEAWAYS: [&str; 8] = [
    "Signature=",
    "authorization",
    "Authorization",
    "x-amz-security-token",
    "SessionToken>",
    "SAMLAssertion",
    "TokenCode",
    "SigninToken",
];

/// The log without its times, and without numbers that are chance.
fn steps(output: &Output) -> String {
    let text = output.comparable(&output.stderr);
    let line = |line: &str| {
        let line = match line.trim_start().split_once("s ") {
            Some((time, rest)) if time.parse::<f64>().is_ok() => rest.trim_start(),
            _ => line,
        };
        let words = line.split(' ').map(|word| match word.split_once('=') {
            Some((name @ ("milliseconds" | "left" | "lifetime"), _)) => format!("{name}=..."),
            _ => word.to_owned(),
        });
        words.collect::<Vec<_>>().join(" ") + "\n"
    };
    text.lines().map(line).collect()
}

#[track_caller]
fn assert_discreet(output: &Output) {
    assert!(!output.stderr.is_empty());
    for giveaway in GIVEAWAYS {
        assert!(!output.stderr.contains(giveaway), "{giveaway}");
    }
}

#[test]
fn a_resolution_is_told_step_by_step() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    Chain::new(aws, 2).define(&sandbox);
    let cold = sandbox
        .leapp_exec(&["-v", "r2", "--", "true"])
        .run()
        .assert_ok();
    assert_snapshot!(steps(&cold), @r#"
    INFO leapp::app: read the sessions sessions=3
    INFO leapp::commands::resolve: planned the chain hops=3 target=r2
    INFO leapp::resolver::walk: not from the cache hop=3 name=r2 why="nothing there"
    INFO leapp::resolver::walk: not from the cache hop=2 name=r1 why="nothing there"
    INFO leapp::secrets::front: asking the secret store secret="[ACCESS-KEY-ID]" place="file"
    INFO leapp::resolver::walk: not from the cache hop=2 name=r1 why="nothing there"
    INFO leapp::resolver::walk: asking AWS hop=2 name=r1 call="AssumeRole"
    INFO leapp::aws::connection: answered service=STS at http://127.0.0.1:[PORT] milliseconds=...
    INFO leapp::resolver::walk: got credentials hop=2 name=r1 lifetime=...
    INFO leapp::resolver::walk: not from the cache hop=3 name=r2 why="nothing there"
    INFO leapp::resolver::walk: asking AWS hop=3 name=r2 call="AssumeRole"
    INFO leapp::aws::connection: answered service=STS at http://127.0.0.1:[PORT] milliseconds=...
    INFO leapp::resolver::walk: got credentials hop=3 name=r2 lifetime=...
    "#);
    let warm = sandbox
        .leapp_exec(&["r2", "--", "true"])
        .env("LEAPP_LOG", "info");
    assert_snapshot!(steps(&warm.run().assert_ok()), @"
    INFO leapp::app: read the sessions sessions=3
    INFO leapp::commands::resolve: planned the chain hops=3 target=r2
    INFO leapp::resolver::walk: found in the cache hop=3 name=r2 left=...
    ");
    let silent = sandbox.leapp_exec(&["r2", "--", "true"]).run().assert_ok();
    assert_eq!(silent.stderr, "");
}

#[test]
fn reasons_are_told_to_who_asks_twice() {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&aws.url());
    Chain::new(aws, 1).define(&sandbox);
    let run = sandbox
        .leapp_exec(&["-vv", "r1", "--", "true"])
        .run()
        .assert_ok();
    assert_snapshot!(steps(&run), @r#"
    INFO leapp::app: read the sessions sessions=2
    INFO leapp::commands::resolve: planned the chain hops=2 target=r1
    DEBUG leapp::commands::resolve: planned a hop hop=1 name=u1 call="none" lifetime=... region=eu-west-1
    DEBUG leapp::commands::resolve: planned a hop hop=2 name=r1 call="AssumeRole" lifetime=... region=eu-west-1
    INFO leapp::resolver::walk: not from the cache hop=2 name=r1 why="nothing there"
    INFO leapp::secrets::front: asking the secret store secret="[ACCESS-KEY-ID]" place="file"
    INFO leapp::resolver::walk: not from the cache hop=2 name=r1 why="nothing there"
    DEBUG leapp::resolver::flight: this process asks; others wait for it
    INFO leapp::resolver::walk: asking AWS hop=2 name=r1 call="AssumeRole"
    INFO leapp::aws::connection: answered service=STS at http://127.0.0.1:[PORT] milliseconds=...
    DEBUG leapp::aws::connection: the answer's request id service=STS at http://127.0.0.1:[PORT] request_id="[REQUEST-ID]"
    INFO leapp::resolver::walk: got credentials hop=2 name=r1 lifetime=...
    DEBUG leapp::resolver::walk: kept in the cache hop=2
    "#);
}

#[test]
fn at_the_finest_level_no_secret_is_told() {
    let aws = Aws::shared();
    let chain = Chain::with_mfa(aws, 2);
    let seed = &chain.user.mfa.as_ref().expect("a device").seed;
    let code = aws.totp(seed);
    let mut sandbox = Sandbox::new()
        .endpoint(&aws.url())
        .env("LEAPP_LOG", "trace")
        .watch(&code);
    chain.define(&sandbox);
    let login = ["login", "r2", "--mfa-code", &code];
    let run = sandbox.leapp(&login).run().assert_ok();
    assert_discreet(&run);
    // Something of the libraries is heard, so that this is no test of silence.
    assert!(
        run.stderr.contains("hyper_util::client::legacy"),
        "{}",
        run.stderr
    );

    let again = sandbox.leapp(&["env", "r2", "--shell", "bash"]);
    assert_discreet(&again.may_print_secrets().run().assert_ok());
    let wrong = sandbox.leapp(&["login", "u1", "--refresh", "--duration", "1h"]);
    assert_discreet(&wrong.args(&["--mfa-code", &code]).run().assert_code(1));

    let endpoint = format!("console_endpoint = \"{}/federation\"\n", aws.url());
    sandbox.write("home/.config/leapp/config.toml", &endpoint);
    for alias in ["r2", "u1"] {
        let console = sandbox.leapp(&["console", alias, "--print"]);
        assert_discreet(&console.may_print_secrets().run().assert_ok());
    }
    sandbox.set("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
    let nobody = sandbox.leapp(&["login", "r2", "--mfa-code", &code]).run();
    assert_discreet(&nobody.assert_code(1));
}

#[test]
fn an_assertion_is_not_told_either() {
    let marker = "LEAKED.inside.the.assertion";
    let mut login = Login::new("as=alice");
    login.idp.set(&json!({ "session_name": marker }));
    login.sandbox = login.sandbox.watch(marker).env("LEAPP_LOG", "trace");
    let file = login.assertion(&json!({}));
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    let run = login.run(&["--assertion", "-"]).stdin(text).run();
    assert_discreet(&run.assert_ok());
}

#[test]
fn a_browser_login_is_told_step_by_step() {
    let Some(mut login) = Login::in_browser("as=alice") else {
        return;
    };
    let marker = "LEAKED.inside.the.assertion";
    login.idp.set(&json!({ "session_name": marker }));
    login.sandbox = login.sandbox.watch(marker).env("LEAPP_LOG", "trace");
    let run = login.run(&[]).run().assert_ok();
    assert_discreet(&run);
    for step in ["opening a window for a login", "about to post an assertion"] {
        assert!(run.stderr.contains(step), "{}", run.stderr);
    }
}

#[test]
fn a_level_that_is_none_is_an_error() {
    let sandbox = with(CORP).env("LEAPP_LOG", "loud");
    assert_snapshot!(sandbox.leapp(&["list"]).run().transcript(), @"
    exit 2
    --- stderr
    leapp: error: `LEAPP_LOG` is `loud`, which is none of `info`, `debug`, `trace`

    hint: unset it, or set it to one of these; `-v` does the same for one run
    ");
    assert_snapshot!(sandbox.leapp(&["list", "-q", "-v"]).run().transcript(), @"
    exit 2
    --- stderr
    leapp: error: the argument '--quiet' cannot be used with '--verbose...'

    Usage: leapp list --quiet

    For more information, try '--help'.
    ");
}
