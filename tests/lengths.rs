//! How long credentials live, against an STS that enforces AWS's limits.

use insta::assert_snapshot;
use serde_json::json;

use crate::support::aws::Aws;
use crate::support::faults::Faults;
use crate::support::output::Output;
use crate::support::program;
use crate::support::pty::Ended;
use crate::support::sandbox::Sandbox;
use crate::support::world::{Chain, User, account, allow, trust, trust_if};

/// A user, and a role of twelve hours that trusts it.
struct World {
    aws: &'static Aws,
    sandbox: Sandbox,
    faults: Faults,
    user: User,
    role: String,
}

impl World {
    fn new(user: impl Fn(&Aws, &str) -> User) -> Self {
        let aws = Aws::shared();
        let faults = Faults::before(&aws.address());
        let sandbox = Sandbox::new().endpoint(&faults.url());
        let user = user(aws, &account());
        let role = aws.role_up_to(
            12 * 3600,
            &account(),
            "Long",
            &trust(&user.arn),
            &[allow("*", "*")],
        );
        sandbox.add_user("u1", &user);
        sandbox.add_chained("long", &role, "u1", &[]);
        Self {
            aws,
            sandbox,
            faults,
            user,
            role,
        }
    }

    fn plain() -> Self {
        Self::new(|aws, account| aws.user(account, "u1", &[allow("*", "*")]))
    }

    fn with_mfa() -> Self {
        Self::new(|aws, account| aws.user_with_mfa(account, "u1", &[allow("*", "*")]))
    }

    fn run(&self, options: &[&str]) -> Output {
        self.sandbox.leapp_exec(options).args(&["--", "true"]).run()
    }

    fn code(&self) -> String {
        self.aws
            .totp(&self.user.mfa.as_ref().expect("a device").seed)
    }

    /// The durations that the user, or what it became, has asked for.
    fn asked(&self) -> Vec<String> {
        let role_or_key = [&self.role, &self.user.access_key_id];
        let calls = self.aws.calls();
        let ours = calls.iter().filter(|call| {
            let parameters = call.parameters.to_string();
            role_or_key
                .iter()
                .any(|ours| parameters.contains(*ours) || call.access_key_id == **ours)
        });
        ours.map(|call| {
            format!(
                "{} {}",
                call.action,
                call.parameters["DurationSeconds"].as_str().unwrap_or("-")
            )
        })
        .collect()
    }
}

#[test]
fn each_type_has_its_own_default_and_its_own_limits() {
    let world = World::plain();
    world.run(&["u1"]).assert_ok();
    world.run(&["long"]).assert_ok();
    world.run(&["--duration", "36h", "u1"]).assert_ok();
    world.run(&["--duration", "12h", "long"]).assert_ok();
    world.run(&["--duration", "15m", "long"]).assert_ok();
    assert_eq!(
        world.asked(),
        [
            "GetSessionToken 43200",
            "AssumeRole 3600",
            "GetSessionToken 129600",
            "AssumeRole 43200",
            "AssumeRole 900"
        ]
    );
    let calls = world.faults.seen().len();
    assert_snapshot!(world.run(&["--duration", "37h", "u1"]).transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: `37h` is no duration for `u1`: AWS gives an iam-user session 15m to 36h

    hint: give `--duration` 15m to 36h
    ");
    world.run(&["--duration", "13h", "long"]).assert_code(125);
    world.run(&["--duration", "14m", "long"]).assert_code(125);
    assert_eq!(
        world.faults.seen().len(),
        calls,
        "what cannot be granted is not asked for"
    );
}

#[test]
fn defaults_are_set_per_type() {
    let world = World::plain();
    let file = "home/.config/leapp/sessions.toml";
    let text = world.sandbox.read(file);
    world.sandbox.write(
        file,
        &format!("{text}\n[defaults.duration]\niam-user = \"2h\"\niam-role-chained = \"3h\"\n"),
    );
    world.run(&["u1"]).assert_ok();
    world.run(&["long"]).assert_ok();
    assert_eq!(world.asked(), ["GetSessionToken 7200", "AssumeRole 10800"]);
}

#[test]
fn a_long_single_role_takes_the_code_along_and_a_short_one_the_session() {
    let world = World::with_mfa();
    world
        .run(&["--mfa-code", &world.code(), "--duration", "4h", "long"])
        .assert_ok();
    assert_eq!(world.asked(), ["AssumeRole 14400"]);
    let next = world.aws.totp_at(&world.user.mfa.as_ref().unwrap().seed, 1);
    world.run(&["--mfa-code", &next, "long"]).assert_ok();
    assert_eq!(
        world.asked(),
        [
            "AssumeRole 14400",
            "GetSessionToken 43200",
            "AssumeRole 3600"
        ]
    );
}

#[test]
fn behind_another_role_an_hour_is_all_and_that_is_said_once() {
    let world = World::plain();
    let second = world
        .aws
        .role_up_to(12 * 3600, &account(), "Second", &trust(&world.role), &[]);
    world
        .sandbox
        .add_chained("second", &second, "long", &["--duration", "4h"]);
    let output = world.run(&["second"]).assert_ok();
    assert_eq!(
        output.stderr,
        "leapp-exec: `second` asks for 4h; AWS gives 1h to a role that is not assumed by a long-lived key\n"
    );
    assert_eq!(world.run(&["second"]).assert_ok().stderr, "");
    // Whoever asks for it now hears it now, also where nothing has to be made.
    let asked = world.run(&["--duration", "3h", "second"]).assert_ok();
    assert_eq!(
        asked.stderr,
        "leapp-exec: `second` asks for 3h; AWS gives 1h to a role that is not assumed by a long-lived key\n"
    );
}

#[test]
fn more_than_the_role_allows_is_an_error_that_says_so() {
    let aws = Aws::shared();
    let chain = Chain::new(aws, 1);
    let account = chain.target().split(':').nth(4).unwrap().to_owned();
    let sandbox = Sandbox::new().endpoint(&aws.url()).name(&account, "ROLE");
    chain.define(&sandbox);
    let output = sandbox
        .leapp_exec(&["--duration", "2h", "r1", "--", "true"])
        .run();
    assert_snapshot!(output.transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: AWS does not give hop 2 of 2 to `r1` for so long

      1  u1  IAM user, key [ACCESS-KEY-ID]  ok
      2  r1  arn:aws:iam::ROLE:role/R1   failed

    caused by: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.
    request id: [REQUEST-ID]

    hint: ask for less with `--duration`, or let somebody raise the role's maximum session duration
    ");
}

/// Time passes for AWS and for us alike: `faketime` moves the clock of a program.
#[test]
fn a_role_that_wants_a_young_code_gets_one_new_code() {
    let Some(faketime) = program("faketime") else {
        return;
    };
    let aws = Aws::start();
    let here = account();
    let user = aws.user_with_mfa(&here, "u1", &[allow("*", "*")]);
    let young = json!({ "NumericLessThan": { "aws:MultiFactorAuthAge": "3600" } });
    let strict = aws.role(&here, "Strict", &trust_if(&user.arn, &young), &[]);
    let sandbox = Sandbox::new().endpoint(&aws.url());
    sandbox.add_user("u1", &user);
    sandbox.add_chained("strict", &strict, "u1", &[]);
    let seed = &user.mfa.as_ref().unwrap().seed;
    sandbox
        .leapp(&["login", "u1", "--mfa-code", &aws.totp(seed)])
        .run()
        .assert_ok();
    sandbox
        .leapp_exec(&["strict", "--", "true"])
        .run()
        .assert_ok();

    aws.set_clock(2 * 3600);
    let later = || {
        let faketime = sandbox.command(&faketime.display().to_string());
        faketime.args(&["-f", "+2h", "leapp-exec", "strict", "--", "echo", "done"])
    };
    // Nobody to ask: the denial stands, and tells who denied.
    let denied = later().run().assert_code(125);
    assert!(
        denied.stderr.contains("AWS denied hop 2 of 2"),
        "{}",
        denied.stderr
    );
    let mut terminal = later().on_terminal();
    terminal.expect("MFA code for u1: ");
    terminal.send_line(&aws.totp(seed));
    terminal.expect("done");
    assert_eq!(terminal.wait(), Ended::Code(0));
}
