//! The rest of the rig: the sandbox, the faults, the keyrings, the shells, the terminal.

use std::time::Duration;

use insta::assert_snapshot;
use serde_json::json;

use crate::rig_aws::{key, probe};
use crate::support::aws::Aws;
use crate::support::faults::{Fault, Faults, When};
use crate::support::leaks::LONG_LIVED;
use crate::support::pty::Ended;
use crate::support::sandbox::Sandbox;
use crate::support::secret_service::SecretService;
use crate::support::shells;
use crate::support::world::Chain;

#[test]
fn a_sandbox_has_its_own_environment() {
    let output = Sandbox::new()
        .sh("echo $USER $COLUMNS $HOME; env | grep -c CARGO")
        .run();
    assert_snapshot!(output.transcript(), @"
    exit 1
    --- stdout
    alice 100 [ROOT]/home
    0
    ");
}

#[test]
fn our_binaries_and_the_clients_are_found() {
    let sandbox = Sandbox::new();
    sandbox
        .sh("command -v leapp leapp-exec aws")
        .run()
        .assert_ok();
}

#[test]
fn a_plain_command_has_no_terminal() {
    let output = Sandbox::new().sh("true </dev/tty").run();
    assert_ne!(output.code, Some(0), "{}", output.transcript());
}

#[test]
fn exit_codes_and_signals_are_told_apart() {
    let sandbox = Sandbox::new();
    sandbox.sh("exit 7").run().assert_code(7);
    sandbox.sh("kill -TERM $$").run().assert_signal(15);
    let sleeping = sandbox.sh("echo ready >&2; exec sleep 100").start();
    sleeping.wait_for_stderr("ready");
    sleeping.signal("KILL");
    sleeping.wait().assert_signal(9);
}

#[test]
#[should_panic(expected = "did not end in")]
fn a_command_that_hangs_fails_its_test() {
    Sandbox::new()
        .sh("sleep 100")
        .limit(Duration::from_millis(50))
        .run();
}

#[test]
#[should_panic(expected = "printed a secret to stderr")]
fn a_secret_on_stderr_is_a_leak() {
    Sandbox::new()
        .sh(&format!("echo {LONG_LIVED} >&2"))
        .may_print_secrets()
        .run();
}

#[test]
#[should_panic(expected = "printed a secret to stdout")]
fn a_secret_on_stdout_must_be_asked_for() {
    Sandbox::new()
        .command("cat")
        .stdin("a secret of this test")
        .run();
    Sandbox::new()
        .watch("a secret of")
        .command("cat")
        .stdin("a secret of this test")
        .run();
}

#[test]
#[should_panic(expected = "a secret is in")]
fn a_secret_in_a_file_is_a_leak() {
    Sandbox::new().sh("cat >.hidden").stdin(LONG_LIVED).run();
}

#[test]
fn faults_happen_to_the_chosen_calls() {
    let aws = Aws::shared();
    let chain = Chain::new(aws, 2);
    let faults = Faults::before(&aws.address());
    faults.on(When::role(chain.target()).nth(2), Fault::Deny("not you"));
    let all = || When::action("GetCallerIdentity");
    faults.on(all().nth(1), Fault::Throttle(None));
    faults.on(all().nth(2), Fault::Status(503));
    faults.on(all().nth(3), Fault::Garbage);
    faults.on(all().nth(4), Fault::HalfAnswer);
    faults.on(all().nth(5), Fault::HangUp);
    faults.on(all().nth(6), Fault::Delay(Duration::from_millis(1)));
    let script = "
r1 = assume(u1, roles[0])
assume(r1, roles[1])
assume(r1, roles[1])
assume(r1, roles[1])
for _ in range(6):
    who(u1)
";
    let sandbox = Sandbox::new().endpoint(&faults.url());
    let variables = json!({ "u1": key(&chain.user), "roles": chain.roles });
    let account = chain.user.arn.split(':').nth(4).unwrap();
    let sandbox = sandbox.name(account, "HERE");
    assert_snapshot!(probe(&sandbox, script, &variables), @"
    ok
    ok
    403 AccessDenied not you
    ok
    400 Throttling Rate exceeded
    503 InternalFailure out of order
    ResponseParserError
    ResponseParserError
    ConnectionClosedError
    arn:aws:iam::HERE:user/u1
    ");
    assert_eq!(faults.count("AssumeRole"), 4);
    assert_eq!(faults.seen().len(), 10);
}

#[test]
fn a_held_call_waits_for_its_release() {
    let aws = Aws::shared();
    let chain = Chain::new(aws, 1);
    let faults = Faults::before(&aws.address());
    faults.on(When::always(), Fault::Hold);
    let sandbox = Sandbox::new()
        .endpoint(&faults.url())
        .env("AWS_DEFAULT_REGION", "eu-west-1")
        .env("AWS_ACCESS_KEY_ID", &chain.user.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", &chain.user.secret_access_key);
    let asking = sandbox
        .command("aws")
        .args(&["sts", "get-caller-identity"])
        .start();
    faults.wait_for_requests(1);
    faults.release();
    let answer = asking.wait().assert_ok().json();
    assert_eq!(answer["Arn"], chain.user.arn);
    assert_eq!(faults.connections(), 1);
}

#[test]
fn the_proxy_serves_http_proxy_and_counts_connect() {
    let aws = Aws::shared();
    let chain = Chain::new(aws, 1);
    let proxy = Faults::before(&aws.address());
    let sandbox = Sandbox::new()
        .endpoint(&aws.url())
        .env("HTTP_PROXY", proxy.url())
        .env("HTTPS_PROXY", proxy.url());
    let script = "
assume(u1, role)
say(client('sts', u1, endpoint_url='https://127.0.0.1:1').get_caller_identity)
";
    let variables = json!({ "u1": key(&chain.user), "role": chain.target() });
    assert_snapshot!(probe(&sandbox, script, &variables), @"
    ok
    ProxyConnectionError
    ");
    let seen: Vec<String> = proxy.seen().into_iter().map(|seen| seen.action).collect();
    assert_eq!(seen, ["AssumeRole", "CONNECT 127.0.0.1:1"]);
}

const STORE: &str = "printf hidden | secret-tool store --label=test service rig";
const LOOKUP: &str = "secret-tool lookup service rig";

#[test]
fn an_unlocked_keyring_keeps_secrets_until_it_is_locked() {
    let mut sandbox = Sandbox::new();
    let Some(keyring) = SecretService::unlocked(&mut sandbox) else {
        return;
    };
    sandbox.sh(STORE).run().assert_ok();
    assert_eq!(sandbox.sh(LOOKUP).run().assert_ok().stdout, "hidden");
    keyring.lock();
    assert_eq!(sandbox.sh(LOOKUP).run().stdout, "");
}

#[test]
fn a_locked_keyring_and_an_empty_bus_keep_nothing() {
    let mut sandbox = Sandbox::new();
    let Some(_keyring) = SecretService::locked(&mut sandbox) else {
        return;
    };
    assert_ne!(sandbox.sh(STORE).run().code, Some(0));
    let mut sandbox = Sandbox::new();
    let Some(_bus) = SecretService::bus_only(&mut sandbox) else {
        return;
    };
    let output = sandbox.sh(STORE).run();
    assert!(output.stderr.contains("ServiceUnknown") || output.stderr.contains("not provided"));
}

#[test]
fn every_shell_runs_a_script() {
    let sandbox = Sandbox::new();
    for shell in shells::ALL {
        if let Some(run) = sandbox.shell(shell, "echo $HOME") {
            let home = sandbox.home().display().to_string();
            assert_eq!(run.run().assert_ok().stdout.trim(), home, "{shell}");
        }
    }
}

#[test]
fn a_terminal_echoes_asks_and_ends() {
    let sandbox = Sandbox::new();
    let script = "printf 'name? '; read name; echo \"hello $name\"; exit 3";
    let mut terminal = sandbox.sh(script).on_terminal();
    terminal.expect("name? ");
    assert!(terminal.echoes());
    terminal.send_line("alice");
    terminal.expect("alice");
    terminal.expect("hello alice");
    assert_eq!(terminal.wait(), Ended::Code(3));
}

#[test]
fn ctrl_c_reaches_the_command_on_a_terminal() {
    let sandbox = Sandbox::new();
    let mut terminal = sandbox
        .sh("stty -echo; echo ready; exec sleep 100")
        .on_terminal();
    terminal.expect("ready");
    assert!(!terminal.echoes());
    terminal.ctrl_c();
    assert_eq!(terminal.wait(), Ended::Signal(2));
}
