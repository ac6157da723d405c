//! A login in a window that can be seen, by somebody at the keyboard.

use insta::{allow_duplicates, assert_snapshot};
use serde_json::json;

use crate::support::idp::{PASSWORD, USER};
use crate::support::login::Login;
use crate::support::run::Running;
use crate::support::screen::Screen;

/// What a browser needs here, where it is started by root and has no network.
const SETTINGS: &str = r#"browser_args = [
    "--no-sandbox", "--disable-gpu", "--disable-quic",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
"#;

/// The page's title: at first, and when the cursor stands in its field (`password_form` in
/// `tests/idp/endings.py`).
const TITLE: &str = "The identity provider";
const READY: &str = "Your name";
const READY_AGAIN: &str = "Wrong password";

/// A session whose login shows a window, and where it is shown; `None` after a printed skip.
fn seen() -> Option<(Login, Screen)> {
    seen_with("")
}

/// The same, where the login goes like this.
fn seen_with(how: &str) -> Option<(Login, Screen)> {
    let mut login = Login::in_browser(how)?;
    let screen = Screen::start()?;
    login
        .sandbox
        .write("home/.config/leapp/config.toml", SETTINGS);
    login.sandbox.set("DISPLAY", screen.display());
    Some((login, screen))
}

/// Waits until somebody can type.
fn wait_until_asked(running: &Running<'_>, screen: &Screen) {
    running.wait_for_stderr("waiting for the login in your browser");
    screen.focus(TITLE, READY);
}

fn log_in(screen: &Screen, password: &str) {
    screen.types(USER);
    screen.presses("Tab");
    screen.types(password);
    screen.presses("Return");
}

#[test]
fn somebody_types_a_wrong_password_and_the_right_one() {
    let Some((login, screen)) = seen() else {
        return;
    };
    let running = login.run(&[]).start();
    wait_until_asked(&running, &screen);
    log_in(&screen, "a wrong one");
    screen.focus(TITLE, READY_AGAIN);
    log_in(&screen, PASSWORD);
    running.wait().assert_ok();
    assert_eq!(
        (login.idp.count("refused"), login.idp.count("logins")),
        (1, 1)
    );
    login.assert_no_browser();
    // The next one shows nothing.
    let again = login.run(&["--refresh"]).env_remove("DISPLAY").run();
    assert_snapshot!(again.assert_ok().stderr, @"");
    assert_eq!(login.idp.count("silent"), 1);
}

#[test]
fn the_window_has_an_address_bar() {
    let Some((login, screen)) = seen() else {
        return;
    };
    let running = login.run(&[]).start();
    wait_until_asked(&running, &screen);
    screen.presses("ctrl+l");
    screen.types(&login.idp.login_url("as=alice"));
    screen.presses("Return");
    running.wait().assert_ok();
}

/// Closes the window with these keys, in a login that `leapp-exec` and then `leapp` wants.
fn close_with(keys: &str) {
    let Some((login, screen)) = seen() else {
        return;
    };
    let close = |running: Running<'_>| {
        wait_until_asked(&running, &screen);
        screen.presses(keys);
        let ended = running.wait();
        login.assert_no_browser();
        ended
    };
    let command = close(login.run(&[]).start()).assert_code(125);
    allow_duplicates! {
        assert_snapshot!(command.stderr, @"
        leapp-exec: waiting for the login in your browser (Ctrl-C to stop)
        leapp-exec: error: the browser window was closed before the login was complete
        caused by: session `fed` needs a SAML login

        hint: run it again, and log in
        ");
    }
    close(login.sandbox.leapp(&["login", "fed"]).start()).assert_code(3);
}

#[test]
fn somebody_closes_the_tab() {
    close_with("ctrl+w");
}

#[test]
fn somebody_closes_the_window() {
    close_with("ctrl+shift+w");
}

/// A window each time, since without one it must not run.
#[test]
fn a_policy_forbids_logins_that_nobody_sees() {
    let Some((mut login, _screen)) = seen_with("as=alice") else {
        return;
    };
    if !login.under_policy(&json!({ "HeadlessMode": 2 })) {
        return;
    }
    for options in [&[][..], &["--refresh"]] {
        let run = login.run(options).run().assert_ok();
        assert!(run.stderr.contains("login in your browser"), "{options:?}");
    }
}
