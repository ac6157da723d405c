//! `KeePassXC` and `KWallet` as the keyring, for `tests/run.sh --all`; and a dialog that nobody answers.

#![cfg(target_os = "linux")]

use std::time::{Duration, Instant};

use zbus::blocking::connection::Builder;
use zbus::zvariant::ObjectPath;

use crate::support::aws::Aws;
use crate::support::long;
use crate::support::sandbox::Sandbox;
use crate::support::screen::Screen;
use crate::support::secret_service::SecretService;
use crate::support::world::{User, account};

/// The title of `KeePassXC`'s question.
const REQUEST: &str = "KeePassXC -  Access Request";
const LOGIN: [&str; 3] = ["login", "corp", "--refresh"];
/// More than any run takes that waits for nobody, on whatever machine this is.
const SOON: Duration = Duration::from_secs(20);

fn user() -> User {
    Aws::shared().user(&account(), "u1", &[])
}

fn sandbox() -> Sandbox {
    Sandbox::new().endpoint(&Aws::shared().url())
}

#[test]
fn keepassxc_asks_once_for_all_that_a_run_needs() {
    let Some(screen) = Screen::start() else {
        return;
    };
    let mut sandbox = sandbox();
    let Some(mut keyring) = SecretService::keepassxc(&mut sandbox, &screen, "") else {
        return;
    };
    sandbox.add_user("corp", &user());
    for _ in 0..2 {
        // It has forgotten whom it let through, and the kernel keeps no key.
        sandbox.leapp(&["lock"]).run().assert_ok();
        keyring.restart_keepassxc(&sandbox, &screen);
        let login = sandbox.leapp(&LOGIN).env("DISPLAY", screen.display());
        let login = login.start();
        screen.focus(REQUEST, REQUEST);
        screen.presses("Return");
        login.wait().assert_ok();
        // The key of the cache was let through by the same answer.
        sandbox
            .leapp_exec(&["corp", "--", "true"])
            .run()
            .assert_ok();
    }
}

#[test]
fn keepassxc_is_named_where_its_question_cannot_be_seen() {
    let Some(screen) = Screen::start() else {
        return;
    };
    let mut sandbox = sandbox();
    let Some(mut keyring) = SecretService::keepassxc(&mut sandbox, &screen, "") else {
        return;
    };
    sandbox.add_user("corp", &user());
    sandbox.leapp(&["lock"]).run().assert_ok();
    keyring.restart_keepassxc(&sandbox, &screen);
    let refused = sandbox.leapp(&LOGIN).run().assert_code(3).stderr;
    assert!(
        refused.contains("the unlock dialog of KeePassXC needs"),
        "{refused}"
    );
    assert!(refused.contains("Secret Service Integration"), "{refused}");
}

#[test]
fn keepassxc_without_its_question_is_a_keyring_like_others() {
    let Some(screen) = Screen::start() else {
        return;
    };
    let mut sandbox = sandbox();
    let settings = "ConfirmAccessItem=false\nConfirmDeleteItem=false";
    let Some(mut keyring) = SecretService::keepassxc(&mut sandbox, &screen, settings) else {
        return;
    };
    let user = user();
    sandbox.add_user("corp", &user);
    sandbox.leapp(&["lock"]).run().assert_ok();
    keyring.restart_keepassxc(&sandbox, &screen);
    sandbox.leapp(&LOGIN).run().assert_ok();
    // It gives each item attributes of its own. Setting replaces the item all the same.
    let set = ["add", "user", "corp", "--secret-access-key", "-"];
    let secret = &user.secret_access_key;
    sandbox.leapp(&set).stdin(secret.clone()).run().assert_ok();
    sandbox.leapp(&LOGIN).run().assert_ok();
    let removed = sandbox.leapp(&["remove", "corp", "--yes"]).run();
    let removed = removed.assert_ok().stderr;
    assert!(removed.contains("recycle bin"), "{removed}");
}

#[test]
fn kwallet_without_a_wallet_is_named_and_one_that_is_open_serves() {
    let Some(screen) = Screen::start() else {
        return;
    };
    let mut sandbox = sandbox();
    let Some(mut keyring) = SecretService::kwallet(&mut sandbox, &screen) else {
        return;
    };
    let words = ["secrets", "move", "--to", "keyring"];
    let none = sandbox.leapp(&words).run().assert_code(1).stderr;
    assert!(none.contains("KWallet has no default collection"), "{none}");
    assert!(none.contains("create a wallet"), "{none}");
    keyring.make_wallet(&sandbox, &screen);
    sandbox.set("LEAPP_SECRETS", "keyring");
    sandbox.add_user("corp", &user());
    for _ in 0..2 {
        sandbox.leapp(&["lock"]).run().assert_ok();
        let done = sandbox.leapp(&LOGIN).run().assert_ok().stderr;
        assert!(!done.contains("could not be kept"), "{done}");
    }
}

/// What shows the dialogs of gnome-keyring, and never shows one.
struct Prompter;

#[allow(clippy::unused_self, reason = "what the bus calls has this form")]
#[zbus::interface(name = "org.gnome.keyring.internal.Prompter")]
impl Prompter {
    fn begin_prompting(&self, callback: ObjectPath<'_>) {
        drop(callback);
    }

    fn stop_prompting(&self, callback: ObjectPath<'_>) {
        drop(callback);
    }
}

/// A gnome-keyring whose dialog nobody answers.
fn unanswered(sandbox: &mut Sandbox) -> Option<(SecretService, zbus::blocking::Connection)> {
    let keyring = SecretService::unlocked(sandbox)?;
    let prompter = Builder::address(keyring.address())
        .and_then(|bus| bus.serve_at("/org/gnome/keyring/Prompter", Prompter))
        .and_then(|bus| bus.name("org.gnome.keyring.SystemPrompter"))
        .and_then(Builder::build)
        .expect("the bus");
    Some((keyring, prompter))
}

#[test]
fn nobody_is_asked_for_what_only_the_cache_needs() {
    let mut sandbox = sandbox();
    // The secret of the user is in the file vault.
    sandbox.add_user("corp", &user());
    let Some((keyring, _prompter)) = unanswered(&mut sandbox) else {
        return;
    };
    keyring.lock();
    sandbox.set("LEAPP_SECRETS", "keyring");
    sandbox.set("DISPLAY", ":99");
    let begun = Instant::now();
    for _ in 0..2 {
        let run = sandbox.leapp_exec(&["corp", "--", "true"]).run();
        let said = run.assert_ok().stderr;
        let why = "nobody is asked to unlock gnome-keyring for the cache alone";
        assert!(said.contains(why), "{said}");
    }
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
}

#[test]
fn a_dialog_that_nobody_answers_is_given_up_after_a_minute() {
    if !long("a dialog stands open for a minute") {
        return;
    }
    let mut sandbox = sandbox();
    let Some((keyring, _prompter)) = unanswered(&mut sandbox) else {
        return;
    };
    sandbox.add_user("corp", &user());
    keyring.lock();
    sandbox.set("DISPLAY", ":99");
    let run = sandbox.leapp(&LOGIN).limit(Duration::from_mins(2)).run();
    let said = run.assert_code(3).stderr;
    let why = "nobody answered the dialog of gnome-keyring within 60 s";
    assert!(said.contains(why), "{said}");
}
