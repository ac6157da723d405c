//! Renewal before a command, and what the prompt says of the time that is left.

use std::time::{Duration, Instant};

use crate::support::aws::Aws;
use crate::support::faults::{Fault, Faults, When};
use crate::support::hooked::{Clock, HOOKED, Hooked, export, init_line};
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;

pub(crate) const MINUTE: Duration = Duration::from_mins(1);

/// An AWS of our own, whose clock goes with that of the sandbox, behind faults.
pub(crate) struct World {
    aws: Aws,
    pub(crate) faults: Faults,
    pub(crate) sandbox: Sandbox,
    clock: Clock,
    pub(crate) chain: Chain,
}

impl World {
    pub(crate) fn new(chain: fn(&Aws, usize) -> Chain) -> Option<Self> {
        let aws = Aws::start();
        let faults = Faults::before(&aws.address());
        let mut sandbox = Sandbox::new().endpoint(&faults.url());
        let chain = chain(&aws, 1);
        chain.define(&sandbox);
        let clock = Clock::of(&mut sandbox)?;
        Some(Self {
            aws,
            faults,
            sandbox,
            clock,
            chain,
        })
    }

    /// It is so much later now than in the beginning.
    pub(crate) fn advance_to(&self, later: Duration) {
        self.clock.advance_to(later);
        let seconds = i64::try_from(later.as_secs()).expect("a moment");
        self.aws.set_clock(seconds);
    }
}

/// A shell that has become `session`.
fn as_session<'a>(world: &'a World, shell: &str, session: &str) -> Option<Hooked<'a>> {
    let mut hooked = world.sandbox.hooked(shell)?;
    hooked.type_line(&format!("leapp use {session}"));
    Some(hooked)
}

#[test]
fn credentials_are_renewed_before_the_command_without_a_question() {
    for shell in HOOKED {
        let Some(world) = World::new(Chain::new) else {
            return;
        };
        let Some(mut hooked) = as_session(&world, shell, "r1 --region us-east-1") else {
            continue;
        };
        let first = hooked.ask("$AWS_ACCESS_KEY_ID");
        world.advance_to(44 * MINUTE);
        assert_eq!(hooked.ask("$AWS_ACCESS_KEY_ID"), first, "{shell}");
        world.advance_to(50 * MINUTE);
        // This very command has the new ones, and they are for the same place.
        assert_ne!(hooked.ask("$AWS_ACCESS_KEY_ID"), first, "{shell}");
        assert_eq!(
            hooked.ask("$LEAPP_PROMPT in $AWS_REGION"),
            "r1 in us-east-1"
        );
        assert_eq!(world.faults.count("AssumeRole"), 2, "{shell}");
        hooked.leave();
    }
}

#[test]
fn another_region_survives_a_renewal() {
    for shell in HOOKED {
        let Some(world) = World::new(Chain::new) else {
            return;
        };
        let Some(mut hooked) = as_session(&world, shell, "r1") else {
            continue;
        };
        hooked.type_line(&export(shell, "AWS_REGION", "us-east-1"));
        let first = hooked.ask("$AWS_ACCESS_KEY_ID");
        world.advance_to(50 * MINUTE);
        assert_ne!(hooked.ask("$AWS_ACCESS_KEY_ID"), first, "{shell}");
        assert_eq!(hooked.ask("$AWS_REGION"), "us-east-1", "{shell}");
        let shown = "r1 overridden by AWS_REGION";
        assert_eq!(hooked.ask("$LEAPP_PROMPT"), shown, "{shell}");
        hooked.leave();
    }
}

#[test]
fn a_needed_question_is_told_once_and_never_put() {
    for shell in HOOKED {
        let Some(world) = World::new(Chain::with_mfa) else {
            return;
        };
        let Some(mut hooked) = world.sandbox.hooked(shell) else {
            continue;
        };
        let seed = &world.chain.user.mfa.as_ref().expect("a device").seed;
        let code = world.aws.totp(seed);
        hooked.answer("leapp use u1 --duration 1h", "MFA code for", &code);
        assert_eq!(hooked.ask("$LEAPP_PROMPT"), "u1", "{shell}");
        world.advance_to(50 * MINUTE);
        hooked.ask("one");
        world.advance_to(52 * MINUTE);
        hooked.ask("two");
        assert_eq!(hooked.ask("$LEAPP_PROMPT"), "u1 8m", "{shell}");
        let screen = hooked.leave();
        let told = "leapp: u1 cannot be renewed without you: leapp use u1";
        assert_eq!(screen.matches(told).count(), 1, "{shell}: {screen}");
        assert_eq!(screen.matches("MFA code for").count(), 1, "{shell}");
        assert_eq!(world.faults.count("GetSessionToken"), 1, "{shell}");
    }
}

#[test]
fn offline_one_try_a_minute_and_the_prompt_tells_the_truth() {
    for shell in HOOKED {
        let Some(world) = World::new(Chain::new) else {
            return;
        };
        let Some(mut hooked) = as_session(&world, shell, "r1") else {
            continue;
        };
        let first = hooked.ask("$AWS_ACCESS_KEY_ID");
        world.faults.on(When::always(), Fault::Hold);
        world.advance_to(50 * MINUTE);
        // A network that hangs does not hold the command for good: it comes, with the old ones, within
        // two seconds; the rest is for a machine that has other things to do.
        let asked = Instant::now();
        assert_eq!(hooked.ask("$AWS_ACCESS_KEY_ID"), first, "{shell}");
        assert!(asked.elapsed() < Duration::from_secs(6), "{shell}");
        assert_eq!(hooked.ask("$LEAPP_PROMPT"), "r1 10m", "{shell}");
        for _ in 0..5 {
            hooked.ask("again");
        }
        assert_eq!(world.faults.count("AssumeRole"), 2, "{shell}: one try");
        world.advance_to(52 * MINUTE);
        hooked.ask("again");
        assert_eq!(
            world.faults.count("AssumeRole"),
            3,
            "{shell}: a minute later"
        );
        // Expired, they stay: AWS refuses them, and nothing else is used instead.
        world.advance_to(61 * MINUTE);
        hooked.ask("again");
        assert_eq!(hooked.ask("$LEAPP_PROMPT"), "r1 expired", "{shell}");
        assert_eq!(hooked.ask("$AWS_ACCESS_KEY_ID"), first, "{shell}");
        world.faults.clear();
        world.faults.release();
        world.advance_to(63 * MINUTE);
        assert_ne!(hooked.ask("$AWS_ACCESS_KEY_ID"), first, "{shell}");
        hooked.leave();
    }
}

#[test]
fn a_protected_session_is_confirmed_once() {
    for shell in HOOKED {
        let Some(world) = World::new(Chain::new) else {
            return;
        };
        world
            .sandbox
            .add_chained("live", world.chain.target(), "u1", &["--protected"]);
        let Some(mut hooked) = world.sandbox.hooked(shell) else {
            continue;
        };
        let question = "`live` is protected. Use it? [y/N]";
        hooked.answer("leapp use live", question, "y");
        let first = hooked.ask("$AWS_ACCESS_KEY_ID");
        world.advance_to(50 * MINUTE);
        assert_ne!(hooked.ask("$AWS_ACCESS_KEY_ID"), first, "{shell}");
        let screen = hooked.leave();
        assert_eq!(screen.matches("is protected").count(), 1, "{shell}");
    }
}

#[test]
fn a_shell_that_was_given_a_narrowed_session_renews_the_narrowed_one() {
    for shell in HOOKED {
        let Some(world) = World::new(Chain::new) else {
            return;
        };
        // A child inherits no secret of ours; people who set one do so where their shells start.
        let identity = world.sandbox.path("identity.txt").display().to_string();
        let export = match shell {
            "fish" => format!("set -gx LEAPP_IDENTITY_FILE {identity}"),
            _ => format!("export LEAPP_IDENTITY_FILE={identity}"),
        };
        let start_up = format!("{export}\n{}", init_line(shell));
        if world.sandbox.interactive(shell, &start_up).is_none() {
            continue;
        }
        let nested = match shell {
            "bash" => "bash --noprofile --rcfile .bashrc -i",
            "zsh" => "zsh -d -i",
            _ => "fish -i",
        };
        let command = format!("exec leapp-exec --read-only r1 -- {nested}");
        let run = world.sandbox.sh(&command).env("TERM", "xterm");
        let mut hooked = Hooked::on_terminal(run);
        let first = hooked.ask("$AWS_ACCESS_KEY_ID");
        world.advance_to(50 * MINUTE);
        assert_ne!(hooked.ask("$AWS_ACCESS_KEY_ID"), first, "{shell}");
        let calls = world.aws.calls();
        let narrowed = calls
            .iter()
            .filter(|call| call.action == "AssumeRole")
            .filter(|call| format!("{:?}", call.parameters).contains("ReadOnlyAccess"));
        assert_eq!(narrowed.count(), 2, "{shell}");
        hooked.leave();
    }
}

#[test]
fn an_environment_that_the_user_took_over_is_left_alone() {
    for shell in HOOKED {
        let Some(world) = World::new(Chain::new) else {
            return;
        };
        let Some(mut hooked) = as_session(&world, shell, "r1") else {
            continue;
        };
        hooked.type_line(if shell == "fish" {
            "set -gx AWS_PROFILE mine"
        } else {
            "export AWS_PROFILE=mine"
        });
        world.advance_to(50 * MINUTE);
        assert_eq!(hooked.ask("$AWS_PROFILE"), "mine", "{shell}");
        assert_eq!(world.faults.count("AssumeRole"), 1, "{shell}");
        hooked.leave();
    }
}

#[test]
fn a_renewal_starts_no_login_by_saml() {
    let sandbox = Sandbox::new().endpoint(&Aws::shared().url());
    let session = "[defaults]\nregion = \"eu-west-1\"\n[sessions.fed]\ntype = \"iam-role-federated\"\n\
        saml_url = \"https://idp.example/login\"\nidp_arn = \"arn:aws:iam::111122223333:saml-provider/x\"\n\
        role_arn = \"arn:aws:iam::111122223333:role/R\"\nsaml_process = \"touch ran\"\n";
    sandbox.write("home/.config/leapp/sessions.toml", session);
    sandbox
        .leapp(&["use", "--shell=bash", "--unattended", "--", "fed"])
        .run()
        .assert_code(3);
    assert!(!sandbox.path("home/ran").exists());
    // With a person there, it is the session's way to log in.
    sandbox
        .leapp_exec(&["fed", "--", "true"])
        .run()
        .assert_code(125);
    assert!(sandbox.path("home/ran").exists());
}
