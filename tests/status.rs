//! `leapp status`: what is active, cached and unlocked, without a keyring or a call.

use insta::assert_snapshot;
use serde_json::json;

use crate::support::aws::Aws;
use crate::support::faults::Faults;
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;

/// A sandbox with a user with MFA and a role, logged in, and every call counted.
fn logged_in(faults: &Faults) -> Sandbox {
    let aws = Aws::shared();
    let sandbox = Sandbox::new().endpoint(&faults.url());
    let chain = Chain::with_mfa(aws, 1);
    chain.define(&sandbox);
    let code = aws.totp(&chain.user.mfa.as_ref().expect("a device").seed);
    sandbox
        .leapp(&["login", "r1", "--mfa-code", &code])
        .run()
        .assert_ok();
    sandbox
}

#[test]
fn nothing_is_said_where_there_is_nothing() {
    let sandbox = Sandbox::new();
    assert_snapshot!(sandbox.leapp(&["status"]).run().transcript(), @"
    exit 0
    --- stdout
    this shell  no session
    profiles    none
    unlocked    nothing
    cached      nothing
    ");
    let expected = json!({
        "version": 1, "active": null, "profiles": [], "cached": [],
        "unlocked": { "sealing_keys": [], "vault": false },
    });
    assert_eq!(sandbox.leapp(&["status", "--json"]).run().json(), expected);
    assert!(!sandbox.path("home/.local/share/leapp").exists());
}

#[test]
fn what_is_cached_is_shown_with_what_is_left_of_it() {
    let faults = Faults::before(&Aws::shared().address());
    let sandbox = logged_in(&faults);
    let calls = faults.seen().len();
    let status = sandbox
        .leapp(&["status", "--json"])
        .run()
        .assert_ok()
        .json();
    let of = |at: usize| &status["cached"][at];
    assert_eq!(
        (&of(0)["session"], &of(0)["what"]),
        (&json!("r1"), &json!("role"))
    );
    assert_eq!(
        (&of(1)["session"], &of(1)["what"]),
        (&json!("u1"), &json!("MFA session"))
    );
    let left = |at: usize| of(at)["left_seconds"].as_u64().unwrap();
    assert!(
        (3500..=3600).contains(&left(0)) && (43000..=43200).contains(&left(1)),
        "{status}"
    );
    let text = sandbox.leapp(&["status"]).run().assert_ok().stdout;
    let rows: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with(['r', 'u']) && line.contains(" 5"))
        .collect();
    assert!(
        text.contains("SESSION") && text.contains("MFA session"),
        "{text} {rows:?}"
    );
    // After a rename, what is still good is known by the new name.
    sandbox.leapp(&["rename", "r1", "prod"]).run().assert_ok();
    let status = sandbox
        .leapp(&["status", "--json"])
        .run()
        .assert_ok()
        .json();
    assert_eq!(status["cached"][0]["session"], "prod");
    assert_eq!(faults.seen().len(), calls);
    sandbox.leapp(&["logout"]).run().assert_ok();
    let status = sandbox
        .leapp(&["status", "--json"])
        .run()
        .assert_ok()
        .json();
    assert_eq!(status["cached"], json!([]));
}

#[test]
fn the_profiles_that_are_started_are_shown() {
    let sandbox = Sandbox::new().endpoint(&Aws::shared().url());
    Chain::new(Aws::shared(), 2).define(&sandbox);
    let set = ["set", "r1", "named_profile=own"];
    sandbox.leapp(&set).run().assert_ok();
    sandbox.leapp(&["start", "r1"]).run().assert_ok();
    let start = sandbox.leapp(&["start", "r2", "--write-credentials"]);
    start.may_write_secrets().run().assert_ok();
    let shown = || {
        sandbox
            .leapp(&["status"])
            .may_write_secrets()
            .run()
            .assert_ok()
            .stdout
    };
    let line = "profiles    own (r1); r2, with keys in the credentials file\n";
    assert!(shown().contains(line), "{}", shown());
    let json = sandbox.leapp(&["status", "--json"]);
    let json = json.may_write_secrets().run().json();
    let expected = json!([
        { "profile": "own", "session": "r1", "form": "credential-process" },
        { "profile": "r2", "session": "r2", "form": "written-credentials" },
    ]);
    assert_eq!(json["profiles"], expected);
    sandbox.leapp(&["stop", "--all"]).run().assert_ok();
    assert!(shown().contains("profiles    none\n"));
}

#[test]
fn all_that_is_there_has_a_shape() {
    let faults = Faults::before(&Aws::shared().address());
    let sandbox = logged_in(&faults);
    let inside = ["r1", "--", "leapp", "status", "--json"];
    let output = sandbox.leapp_exec(&inside).run().assert_ok();
    let mut status = output.json();
    // What passes between two looks, and where the role is.
    for field in [
        "/active/left_seconds",
        "/cached/0/left_seconds",
        "/cached/1/left_seconds",
    ] {
        let left = status.pointer_mut(field).expect("a field");
        assert!(left.take().is_u64(), "{field}");
    }
    let account = status["active"]["account"].take();
    assert!(
        account.as_str().is_some_and(|id| id.len() == 12),
        "{account}"
    );
    assert_snapshot!(output.comparable(&format!("{status:#}")), @r#"
    {
      "version": 1,
      "active": {
        "session": "r1",
        "account": null,
        "region": "eu-west-1",
        "left_seconds": null,
        "overridden_by": null
      },
      "profiles": [],
      "cached": [
        {
          "session": "r1",
          "what": "role",
          "issued": "[TIME]",
          "expiration": "[TIME]",
          "left_seconds": null
        },
        {
          "session": "u1",
          "what": "MFA session",
          "issued": "[TIME]",
          "expiration": "[TIME]",
          "left_seconds": null
        }
      ],
      "unlocked": {
        "sealing_keys": [
          "file"
        ],
        "vault": false
      }
    }
    "#);
}

#[test]
fn no_store_is_opened_for_it() {
    let faults = Faults::before(&Aws::shared().address());
    let sandbox = logged_in(&faults);
    // What opens the vault is gone, and a keyring is not there to be asked.
    let status = sandbox
        .leapp(&["status"])
        .env_remove("LEAPP_IDENTITY_FILE")
        .env("LEAPP_SECRETS", "keyring")
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
    let output = status.run().assert_ok();
    assert!(output.stdout.contains("MFA session"), "{}", output.stdout);
    assert_eq!(output.stderr, "");
}

#[test]
fn the_session_of_this_shell_comes_from_its_variables_and_is_not_believed() {
    let sandbox = Sandbox::new();
    let inside = sandbox
        .leapp(&["status"])
        .env("LEAPP_SESSION", "prod")
        .env("LEAPP_SESSION_ACCOUNT", "444455556666")
        .env("LEAPP_SESSION_EXPIRATION", "1000")
        .env("AWS_REGION", "eu-west-1");
    assert_snapshot!(inside.run().transcript(), @"
    exit 0
    --- stdout
    this shell  prod, 444455556666, eu-west-1, expired
    profiles    none
    unlocked    nothing
    cached      nothing
    ");
    let hostile = sandbox
        .leapp(&["status"])
        .env("LEAPP_SESSION", "prod")
        .env("LEAPP_SESSION_ACCOUNT", "\u{1b}[2J")
        .env("LEAPP_SESSION_EXPIRATION", "x")
        .env("AWS_REGION", "\u{1b}[2J");
    let output = hostile.run().assert_ok();
    assert!(
        output.stdout.starts_with("this shell  prod\n"),
        "{:?}",
        output.stdout
    );
}
