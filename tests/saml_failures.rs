//! Logins that come to nothing: each its own words, and no browser is left of any.

use std::fs;
use std::time::Duration;

use insta::assert_snapshot;
use serde_json::json;

use crate::support::login::Login;
use crate::support::run::send_signal;
use crate::support::{long, wait_for};

#[test]
fn a_wrong_password_and_then_the_right_one_is_a_login() {
    let Some(login) = Login::in_browser("as=alice&wrong=1") else {
        return;
    };
    login.run(&[]).run().assert_ok();
    assert_eq!(
        (login.idp.count("refused"), login.idp.count("logins")),
        (1, 1)
    );
}

/// A login that stands at a page from where nothing is ever posted; `None` without a browser.
fn stuck() -> Option<Login> {
    Login::in_browser("end=nowhere&as=alice")
}

/// Waits until the page is there.
fn wait_for_page(login: &Login) {
    wait_for("a login", || {
        (login.idp.count("delivered") > 0).then_some(())
    });
}

#[test]
fn a_signal_ends_the_browser_first() {
    for (name, number) in [("INT", 2), ("TERM", 15), ("HUP", 1), ("QUIT", 3)] {
        let Some(login) = stuck() else { return };
        let running = login.run(&[]).start();
        wait_for_page(&login);
        running.signal(name);
        let ended = running.wait().assert_signal(number);
        assert!(!ended.stderr.contains("error"), "{}", ended.stderr);
        login.assert_no_browser();
    }
}

#[test]
fn a_login_that_was_not_to_be_kept_leaves_nothing_whatever_becomes_of_it() {
    for signal in ["INT", "QUIT", "KILL"] {
        let Some(login) = stuck() else { return };
        let file = "home/.config/leapp/config.toml";
        let settings = login.sandbox.read(file) + "saml_profile = \"fresh\"\n";
        login.sandbox.write(file, &settings);
        let running = login.run(&[]).start();
        wait_for_page(&login);
        running.signal(signal);
        let _ = running.wait();
        login.assert_no_browser();
        if signal == "KILL" {
            // What could not be removed is, by the next login, here one that has no browser.
            let none = login.run(&[]).env("LEAPP_BROWSER", "/bin/false").run();
            none.assert_code(125);
        }
        assert_eq!(login.profiles().len(), 0, "{signal}");
    }
}

/// As long as a person has.
#[test]
fn nobody_logs_in() {
    if !long("it takes five minutes") {
        return;
    }
    let Some(login) = Login::in_browser("") else {
        return;
    };
    let run = login.sandbox.leapp(&["login", "fed"]);
    let ended = run.limit(Duration::from_mins(6)).run().assert_code(3);
    assert_snapshot!(ended.stderr, @"
    leapp: waiting for the login in your browser (Ctrl-C to stop)
    leapp: error: nobody has logged in within 5 minutes
    caused by: session `fed` needs a SAML login

    hint: run it again, and log in
    ");
    login.assert_no_browser();
}

#[test]
fn a_killed_login_takes_its_browser_along() {
    let Some(login) = stuck() else { return };
    let running = login.run(&[]).start();
    wait_for_page(&login);
    running.signal("KILL");
    running.wait().assert_signal(9);
    login.assert_no_browser();
}

#[test]
fn a_browser_that_is_ended_in_order_or_by_force() {
    for (name, said) in [
        (
            "TERM",
            "the browser window was closed before the login was complete",
        ),
        ("KILL", "ended by itself"),
    ] {
        let Some(login) = stuck() else { return };
        let running = login.run(&[]).start();
        wait_for_page(&login);
        let browser = login.browser().expect("a browser");
        send_signal(name, &browser.to_string());
        let ended = running.wait().assert_code(125);
        assert!(ended.stderr.contains(said), "{}", ended.stderr);
        login.assert_no_browser();
    }
}

#[test]
fn no_browser_of_that_name() {
    let mut login = Login::new("");
    login.sandbox.set("LEAPP_BROWSER", "netscape");
    assert_snapshot!(login.run(&[]).run().assert_code(125).stderr, @"
    leapp-exec: error: there is no browser `netscape`

    hint: mend `LEAPP_BROWSER`, or `browser` in `config.toml`
    hint: without either, the first of Chrome, Chromium, Edge and Brave is taken
    ");
}

#[test]
fn no_browser_at_all() {
    let login = Login::new("");
    let script = "leapp=$(command -v leapp); PATH=/nowhere exec \"$leapp\" login fed";
    assert_snapshot!(login.sandbox.sh(script).run().assert_code(1).stderr, @"
    leapp: error: no browser of the Chromium family was found

    hint: install Chromium, Chrome, Edge or Brave, or name yours in `LEAPP_BROWSER`
    hint: log in on another machine, and give what it posts to AWS as `--assertion FILE`, or set `saml_process`
    ");
}

#[test]
fn a_browser_that_dies_at_once() {
    let mut login = Login::new("");
    login.stand_in("#!/bin/sh\necho 'Missing X server or $DISPLAY' >&2\nexit 1\n");
    assert_snapshot!(login.run(&[]).run().assert_code(125).transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: the browser `[ROOT]/home/browser` ended by itself
    caused by: it said: Missing X server or $DISPLAY

    hint: see whether it starts by itself; `LEAPP_BROWSER` names another
    hint: log in on another machine, and give what it posts to AWS as `--assertion FILE`, or set `saml_process`
    ");
}

/// A browser is many processes, and what is left of a dying one goes on writing.
#[test]
fn a_browser_whose_helpers_outlive_it() {
    let mut login = Login::new("");
    login.stand_in(
        "#!/bin/sh
for word; do case $word in --user-data-dir=*) pages=${word#*=}/Default/Cache ;; esac; done
while :; do mkdir -p \"$pages\"; : >\"$pages/$((i += 1))\"; done 3<&- 4>&- &
while ! [ -e \"$pages/99\" ]; do :; done
exit 1\n",
    );
    let ended = login.run(&[]).run().assert_code(125);
    assert!(ended.stderr.contains("ended by itself"), "{}", ended.stderr);
    let [profile] = &login.profiles()[..] else {
        panic!("one profile");
    };
    // A directory at most, where the one that made it was killed before it made the file.
    let pages = fs::read_dir(profile.join("Default/Cache"));
    assert_eq!(pages.into_iter().flatten().count(), 0);
}

#[test]
fn a_browser_that_a_policy_keeps_from_talking() {
    let Some(mut login) = Login::in_browser("") else {
        return;
    };
    if !login.under_policy(&json!({ "RemoteDebuggingAllowed": false })) {
        return;
    }
    assert_snapshot!(login.run(&[]).run().assert_code(125).transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: the browser `[ROOT]/home/browser` does not answer
    caused by: it said: DevTools remote debugging is disallowed by the system admin.

    hint: a policy of your company may forbid it (`RemoteDebuggingAllowed`); see `chrome://policy`
    hint: log in on another machine, and give what it posts to AWS as `--assertion FILE`, or set `saml_process`
    ");
    login.assert_no_browser();
}

/// As older ones do it: they open a window, and stay.
#[test]
fn a_browser_that_a_policy_keeps_silent() {
    let mut login = Login::new("");
    login.stand_in(
        "#!/bin/sh\necho 'DevTools remote debugging is disallowed by the system admin.' >&2\nexec sleep 60\n",
    );
    assert_snapshot!(login.run(&[]).run().assert_code(125).transcript(), @"
    exit 125
    --- stderr
    leapp-exec: error: the browser `[ROOT]/home/browser` does not answer
    caused by: it said: DevTools remote debugging is disallowed by the system admin.

    hint: a policy of your company may forbid it (`RemoteDebuggingAllowed`); see `chrome://policy`
    hint: log in on another machine, and give what it posts to AWS as `--assertion FILE`, or set `saml_process`
    ");
}

/// Policies forbid this too (`HeadlessMode`), and admit windows. The rig's own "window" is
/// `--headless`; without one it is always `--headless=new`.
#[test]
fn a_browser_that_must_not_run_without_a_window_opens_one_each_time() {
    for end in ["exit 1", "exit 0", "kill -9 $$"] {
        let Some(mut login) = Login::in_browser("as=alice") else {
            return;
        };
        login.stand_in(
            &format!(
                "#!/bin/sh\nfor word; do\n  if [ \"$word\" = --headless=new ]; then\n    \
                 echo 'Headless mode is disallowed by the system admin.' >&2\n    {end}\n  fi\ndone\n\
                 exec chromium \"$@\"\n"
            ),
        );
        login.run(&[]).run().assert_ok();
        let again = login.run(&["--refresh"]).run().assert_ok();
        assert!(again.stderr.contains("login in your browser"), "{end}");
    }
}

#[test]
fn no_display() {
    let Some(mut login) = Login::in_browser("") else {
        return;
    };
    login.sandbox.write("home/.config/leapp/config.toml", "");
    let here = login.sandbox.leapp(&["login", "fed"]).run().assert_code(3);
    assert_snapshot!(here.stderr, @"
    leapp: error: there is no display to open a browser window on
    caused by: session `fed` needs a SAML login

    hint: log in on another machine, and give what it posts to AWS as `--assertion FILE`, or set `saml_process`
    ");
    login
        .sandbox
        .set("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22");
    let remote = login.sandbox.leapp(&["login", "fed"]).run().assert_code(3);
    assert_snapshot!(remote.stderr, @"
    leapp: error: there is no display: this machine is used over ssh
    caused by: session `fed` needs a SAML login

    hint: log in on another machine, and give what it posts to AWS as `--assertion FILE`, or set `saml_process`
    ");
}
