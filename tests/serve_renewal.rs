//! Credentials that are served outlive those that they began with, whatever STS does in between; and
//! where somebody is needed, somebody is called.

use std::time::Duration;

use crate::support::aws::Aws;
use crate::support::endpoint::{ASKABLE, Endpoint};
use crate::support::faults::{Fault, Faults, Rewrite, When};
use crate::support::hooked::Clock;
use crate::support::output::Output;
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;
use crate::support::{VENV_BIN, WITHOUT_KEYCTL, long, wait_for};

const MINUTE: Duration = Duration::from_mins(1);

/// Works for as long as it takes to have had so many credentials, 100 requests a second: each tenth is a
/// call of AWS, by a client that is as old as the program; the rest ask for credentials as a call does
/// that is about to be signed. What goes wrong, ends it.
const WORKING: &str = "
import sys, time, boto3
wanted, url = int(sys.argv[1]), sys.argv[2]
session = boto3.Session()
client = session.client('sts', endpoint_url=url)
keys, requests, started = [], 0, time.monotonic()
while len(keys) < wanted and time.monotonic() - started < 280:
    key = session.get_credentials().get_frozen_credentials().access_key
    if key not in keys:
        keys.append(key)
    if requests % 10 == 0:
        assert client.get_caller_identity()['Arn'].endswith('/R1/leapp-alice')
    requests += 1
    ahead = started + requests / 100 - time.monotonic()
    if ahead > 0:
        time.sleep(ahead)
took = time.monotonic() - started
print(len(keys), 'credentials')
print(round(requests / took), 'requests a second for', round(took), 's')
";

/// boto3 at work as `r1`, whose credentials live so many seconds, behind these faults of `AssumeRole`,
/// each at the n-th time that it is asked for.
fn working(lifetime: u32, renewals: usize, faults: &[(usize, Fault)]) -> Output {
    let aws = Aws::start();
    let before = Faults::before(&aws.address());
    for (nth, fault) in faults {
        before.on(When::action("AssumeRole").nth(*nth), fault.clone());
    }
    let sandbox = Sandbox::new().endpoint(&before.url());
    Chain::new(&aws, 1).define(&sandbox);
    aws.set_max_lifetime(lifetime);
    let python = format!("{VENV_BIN}/python");
    let words = ["--serve", "r1", "--", &python, "-B", "-c", WORKING];
    let wanted = (renewals + 1).to_string();
    let run = sandbox.leapp_exec(&words).args(&[&wanted, &aws.url()]);
    let output = run.limit(Duration::from_mins(5)).run().assert_ok();
    let first = format!("{wanted} credentials\n");
    assert!(output.stdout.starts_with(&first), "{}", output.transcript());
    let (_, rate) = output.stdout.split_once('\n').expect("two lines");
    let rate: u32 = rate
        .split(' ')
        .next()
        .and_then(|n| n.parse().ok())
        .expect("a number");
    assert!(rate > 50, "{}", output.transcript());
    output
}

#[test]
fn boto3_outlives_its_credentials_five_times_while_sts_fails() {
    let output = working(
        14,
        6,
        &[
            (2, Fault::Throttle(None)),
            (4, Fault::Status(500)),
            (6, Fault::HangUp),
            // All three tries of one renewal.
            (8, Fault::Throttle(None)),
            (9, Fault::Status(503)),
            (10, Fault::Throttle(None)),
            (12, Fault::Delay(Duration::from_secs(3))),
            (13, Fault::Rewrite(Rewrite::without_secret())),
        ],
    );
    let said: Vec<&str> = output.stderr.lines().collect();
    let failing = "leapp-exec: warning: the credentials of `r1` could not be renewed; they are good for another ";
    assert!(
        said.iter().any(|line| line.starts_with(failing)),
        "{}",
        output.transcript()
    );
    assert!(said.contains(&"leapp-exec: the credentials of `r1` are renewed"));
}

#[test]
fn boto3_outlives_an_sts_that_does_not_answer_at_all() {
    if !long("it waits for more than the ten seconds that a request may take") {
        return;
    }
    working(
        50,
        6,
        &[
            (2, Fault::Hold),
            (4, Fault::Throttle(None)),
            (6, Fault::Hold),
            (8, Fault::HangUp),
        ],
    );
}

/// A role behind an MFA session of a quarter of an hour, on a clock that the test moves.
struct Attended {
    aws: Aws,
    sandbox: Sandbox,
    clock: Clock,
    chain: Chain,
}

impl Attended {
    fn new() -> Option<Self> {
        let aws = Aws::start();
        let mut sandbox = Sandbox::new().endpoint(&aws.url());
        let chain = Chain::with_mfa(&aws, 1);
        chain.define(&sandbox);
        let sessions = sandbox.read("home/.config/leapp/sessions.toml");
        let short = "type = \"iam-user\"\nduration = \"15m\"\n";
        sandbox.write(
            "home/.config/leapp/sessions.toml",
            &sessions.replace("type = \"iam-user\"\n", short),
        );
        let clock = Clock::of(&mut sandbox)?;
        Some(Self {
            aws,
            sandbox,
            clock,
            chain,
        })
    }

    fn code(&self) -> String {
        let mfa = self.chain.user.mfa.as_ref().expect("a device");
        self.aws.totp(&mfa.seed)
    }

    fn advance_to(&self, later: Duration) {
        self.clock.advance_to(later);
        let seconds = i64::try_from(later.as_secs()).expect("a moment");
        self.aws.set_clock(seconds);
    }
}

#[test]
fn somebody_who_is_needed_is_called_ten_minutes_ahead_and_logs_in_elsewhere() {
    let Some(world) = Attended::new() else { return };
    let code = world.code();
    let words = [
        "--serve",
        "--mfa-code",
        &code,
        "r1",
        "--",
        "sh",
        "-c",
        ASKABLE,
    ];
    let mut terminal = world.sandbox.leapp_exec(&words).on_terminal();
    // Once, and ahead of the command.
    terminal.expect("the login behind `r1` ends in 1");
    terminal.expect("ready");
    let endpoint = Endpoint::from_lines(&terminal.screen());
    let first = endpoint.access_key_id();
    // It would be renewed here, and nobody has to know that it cannot.
    world.advance_to(42 * MINUTE);
    assert_eq!(endpoint.access_key_id(), first);
    world.advance_to(51 * MINUTE);
    terminal.expect("renewing them needs you: run `leapp login r1` in another terminal");
    assert_eq!(endpoint.access_key_id(), first);
    let code = world.code();
    let login = world.sandbox.leapp(&["login", "r1", "--mfa-code", &code]);
    login.run().assert_ok();
    world.advance_to(52 * MINUTE);
    terminal.expect("the credentials of `r1` are renewed");
    assert_ne!(endpoint.access_key_id(), first);
    terminal.send_line("");
    let (_, screen) = terminal.wait_and_read();
    assert_eq!(screen.matches("needs you").count(), 1, "{screen}");
    assert!(
        !screen.contains("MFA code"),
        "a question in the command's terminal"
    );
}

#[test]
fn what_is_warm_says_nothing_of_logins_to_come() {
    let Some(world) = Attended::new() else { return };
    let code = world.code();
    let words = ["--serve", "--mfa-code", &code, "r1", "--", "true"];
    let made = world.sandbox.leapp_exec(&words).run().assert_ok();
    assert!(
        made.stderr.contains("run `leapp login r1` then"),
        "{}",
        made.stderr
    );
    let warm = world.sandbox.leapp_exec(&["--serve", "r1", "--", "true"]);
    assert_eq!(warm.run().assert_ok().stderr, "");
}

#[test]
fn the_login_that_is_asked_for_is_the_one_that_is_needed() {
    let Some(world) = Attended::new() else { return };
    let code = world.code();
    let words = [
        "--serve",
        "--read-only",
        "--mfa-code",
        &code,
        "r1",
        "--",
        "true",
    ];
    let made = world.sandbox.leapp_exec(&words).run().assert_ok();
    let login = "run `leapp login r1 --read-only` then";
    assert!(made.stderr.contains(login), "{}", made.stderr);
}

#[test]
fn by_a_named_profile_the_login_to_come_is_said_as_well() {
    let Some(world) = Attended::new() else { return };
    let code = world.code();
    let words = ["--profile", "--mfa-code", &code, "r1", "--", "true"];
    let made = world.sandbox.leapp_exec(&words).run().assert_ok();
    let login = "run `leapp login r1` then";
    assert!(made.stderr.contains(login), "{}", made.stderr);
}

#[test]
fn after_the_end_there_are_no_credentials_until_there_are_new_ones() {
    let aws = Aws::start();
    let faults = Faults::before(&aws.address());
    let mut sandbox = Sandbox::new().endpoint(&faults.url());
    Chain::new(&aws, 1).define(&sandbox);
    let Some(clock) = Clock::of(&mut sandbox) else {
        return;
    };
    let words = ["--serve", "r1", "--", "sh", "-c", ASKABLE];
    let mut terminal = sandbox.leapp_exec(&words).on_terminal();
    terminal.expect("ready");
    let endpoint = Endpoint::from_lines(&terminal.screen());
    let first = endpoint.access_key_id();
    faults.on(When::action("AssumeRole"), Fault::Status(500));
    // The machine has slept for hours.
    clock.advance_to(180 * MINUTE);
    aws.set_clock(180 * 60);
    let (status, answer) = endpoint.ask(Some(&endpoint.token), "localhost");
    assert_eq!(status, 503, "{answer}");
    terminal.expect("there are no new ones yet");
    faults.clear();
    wait_for("new credentials", || {
        let (status, _) = endpoint.ask(Some(&endpoint.token), "localhost");
        (status == 200).then_some(())
    });
    assert_ne!(endpoint.access_key_id(), first);
    terminal.expect("are renewed");
    terminal.send_line("");
    let _ = terminal.wait();
}

#[test]
fn a_vault_that_was_opened_by_hand_stays_open_where_the_kernel_keeps_nothing() {
    let aws = Aws::start();
    let mut sandbox = Sandbox::new()
        .endpoint(&aws.url())
        .env_remove("LEAPP_IDENTITY_FILE")
        .env("LEAPP_PASSPHRASE", "of the vault");
    Chain::new(&aws, 1).define(&sandbox);
    sandbox = sandbox.env_remove("LEAPP_PASSPHRASE");
    aws.set_max_lifetime(12);
    let words = [
        "-B",
        WITHOUT_KEYCTL,
        "leapp-exec",
        "--serve",
        "r1",
        "--",
        "sh",
        "-c",
        ASKABLE,
    ];
    let python = format!("{VENV_BIN}/python");
    let mut terminal = sandbox.command(&python).args(&words).on_terminal();
    terminal.expect("assphrase");
    terminal.send_line("of the vault");
    terminal.expect("ready");
    let endpoint = Endpoint::from_lines(&terminal.screen());
    let first = endpoint.access_key_id();
    wait_for("new credentials", || {
        (endpoint.access_key_id() != first).then_some(())
    });
    terminal.send_line("");
    let (_, screen) = terminal.wait_and_read();
    assert!(!screen.contains("needs you"), "{screen}");
}
