//! `leapp rotate-key`, killed at each of its steps: a key works, and the next run finishes.

use crate::rotate_key::{assert_rotated, corp, faults, key_of};
use crate::support::faults::{Fault, When};
use crate::support::sandbox::Sandbox;
use crate::support::wait_for;

/// Whether what the sessions file and the store say together is somebody to AWS.
#[track_caller]
fn assert_works(sandbox: &Sandbox) {
    sandbox.leapp(&["logout"]).run().assert_ok();
    for alias in ["corp", "same-key"] {
        sandbox.leapp_exec(&[alias, "--", "true"]).run().assert_ok();
    }
}

/// Kills it when it asks `action` the `nth` time and is not answered.
fn killed_at(action: &str, nth: usize) {
    let faults = faults();
    let (sandbox, user) = corp(&faults);
    faults.on(When::action(action).nth(nth), Fault::Hold);
    let rotating = sandbox.leapp(&["rotate-key", "corp", "--yes"]).start();
    wait_for(action, || (faults.count(action) >= nth).then_some(()));
    rotating.signal("KILL");
    rotating.wait().assert_signal(9);
    faults.clear();
    faults.release();
    assert_works(&sandbox);
    sandbox
        .leapp(&["rotate-key", "corp", "--yes"])
        .run()
        .assert_ok();
    assert_rotated(&sandbox, &user);
}

/// Kills it when AWS has done what it was asked for, and the answer is lost.
fn killed_behind(action: &str) {
    let faults = faults();
    let (sandbox, user) = corp(&faults);
    faults.on(When::action(action).nth(1), Fault::LoseAnswer);
    // Where it asks again, as it may of what can be done twice.
    faults.on(When::action(action).nth(2), Fault::Hold);
    let rotating = sandbox.leapp(&["rotate-key", "corp", "--yes"]).start();
    wait_for(action, || (faults.count(action) >= 1).then_some(()));
    if action == "CreateAccessKey" {
        rotating.wait().assert_code(1);
        assert_eq!(faults.count(action), 1, "a key is never asked for twice");
    } else {
        wait_for(action, || (faults.count(action) >= 2).then_some(()));
        rotating.signal("KILL");
        rotating.wait().assert_signal(9);
    }
    faults.clear();
    faults.release();
    assert_works(&sandbox);
    sandbox
        .leapp(&["rotate-key", "corp", "--yes"])
        .run()
        .assert_ok();
    assert_rotated(&sandbox, &user);
}

#[test]
fn before_a_key_is_made() {
    killed_at("ListAccessKeys", 1);
    killed_at("CreateAccessKey", 1);
}

#[test]
fn when_a_key_is_made_and_its_secret_lost() {
    killed_behind("CreateAccessKey");
}

#[test]
fn when_a_key_is_stored_and_not_used_yet() {
    // The first is about the old key.
    killed_at("GetCallerIdentity", 2);
}

#[test]
fn when_the_sessions_have_the_new_key() {
    killed_at("ListAccessKeys", 2);
    killed_at("UpdateAccessKey", 1);
}

#[test]
fn when_the_old_key_is_switched_off_or_gone() {
    killed_behind("UpdateAccessKey");
    killed_at("DeleteAccessKey", 1);
    killed_behind("DeleteAccessKey");
}

#[test]
fn a_key_that_somebody_else_has_made_meanwhile_is_not_deleted() {
    let faults = faults();
    let (sandbox, user) = corp(&faults);
    faults.on(When::action("CreateAccessKey").nth(1), Fault::HangUp);
    sandbox
        .leapp(&["rotate-key", "corp", "--yes"])
        .run()
        .assert_code(1);
    // Nothing was made. A note of long ago, and a key of today: it is not the one that was lost.
    let note = format!("home/.local/share/leapp/rotations/{}", user.access_key_id);
    let text = format!(
        "{{\"old\":\"{}\",\"new\":null,\"begun\":1000}}",
        user.access_key_id
    );
    sandbox.write(&note, &text);
    let create = sandbox
        .sh("aws iam create-access-key --user-name alice --query AccessKey.AccessKeyId --output text")
        .env("AWS_ACCESS_KEY_ID", &user.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", &user.secret_access_key)
        .env("AWS_DEFAULT_REGION", "us-east-1");
    let other = create.run().assert_ok().stdout.trim().to_owned();
    let refused = sandbox
        .leapp(&["rotate-key", "corp", "--yes"])
        .run()
        .assert_code(1);
    assert!(refused.stderr.contains(&other), "{}", refused.stderr);
    assert_eq!(faults.count("DeleteAccessKey"), 0);
    assert_eq!(key_of(&sandbox, "corp"), user.access_key_id);
}

#[test]
fn a_key_that_aws_has_refused_to_make_is_not_looked_for() {
    let faults = faults();
    let (sandbox, user) = corp(&faults);
    faults.on(When::action("CreateAccessKey"), Fault::Deny("no more keys"));
    let refused = sandbox.leapp(&["rotate-key", "corp", "--yes"]).run();
    refused.assert_code(1);
    faults.clear();
    // Made by hand, in the minute after the refusal.
    let create = sandbox
        .sh("aws iam create-access-key --user-name alice --query AccessKey.AccessKeyId --output text")
        .env("AWS_ACCESS_KEY_ID", &user.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", &user.secret_access_key)
        .env("AWS_DEFAULT_REGION", "us-east-1");
    let other = create.run().assert_ok().stdout.trim().to_owned();
    let refused = sandbox.leapp(&["rotate-key", "corp", "--yes"]).run();
    let refused = refused.assert_code(1);
    assert!(refused.stderr.contains(&other), "{}", refused.stderr);
    assert_eq!(faults.count("DeleteAccessKey"), 0);
}
