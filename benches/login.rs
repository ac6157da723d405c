//! A SAML login over the browser alone, which starts without a window, goes through the same login at the
//! same provider, and ends. What is over it is ours: our start, the catalog, the vault, the profile, the
//! conversation with the browser, the call to STS, and what is sealed.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::figure::{at_most, count, quiet, row_of, time};
use crate::support::login::Login;
use crate::support::run::send_signal;
use crate::support::sandbox::private;
use crate::support::wait_for;

/// What a whole login may take.
const WHOLE: Duration = Duration::from_secs(3);
const TURNS: usize = 15;

pub(crate) fn rows() {
    let Some(login) = Login::in_browser("as=alice") else {
        return;
    };
    let arguments = arguments(&login);
    let profile = login.sandbox.path("home/alone");
    let alone = || browser_alone(&login, &arguments, &profile);
    let nothing_kept = || {
        let _ = fs::remove_dir_all(&profile);
        alone()
    };
    let mut ours = quiet(&login.sandbox, "leapp-exec", &["fed", "--", "true"]);
    let first = || {
        login.sandbox.leapp(&["logout"]).run().assert_ok();
        time(&mut ours)
    };
    let what = "SAML login, first (the browser alone)";
    let whole = row_of(what, at_most(200), TURNS, nothing_kept, first);
    count(
        "  the whole of it",
        &format!("{:.2} s", whole.as_secs_f64()),
        "3 s",
        whole <= WHOLE,
    );
    let refresh = ["--refresh", "fed", "--", "true"];
    let mut ours = quiet(&login.sandbox, "leapp-exec", &refresh);
    let what = "SAML login, silent (the browser alone)";
    row_of(what, at_most(200), TURNS, alone, || time(&mut ours));
}

/// What leapp starts the browser with, but for what makes it leapp's.
fn arguments(login: &Login) -> Vec<String> {
    let file = login.sandbox.path("home/arguments");
    let script = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$@\" >'{}'\nexec chromium \"$@\"\n",
        file.display()
    );
    let browser = login.sandbox.write("home/browser", &script);
    private(&browser, 0o700);
    let run = login.run(&[]).env("LEAPP_BROWSER", browser);
    run.run().assert_ok();
    login.sandbox.leapp(&["logout"]).run().assert_ok();
    let ours = ["--remote-debugging", "--no-startup", "--user-data-dir"];
    let arguments = login.sandbox.read("home/arguments");
    arguments
        .lines()
        .filter(|line| !ours.iter().any(|start| line.starts_with(start)))
        .map(str::to_owned)
        .collect()
}

/// From the browser's start to its orderly end, with the login between.
fn browser_alone(login: &Login, arguments: &[String], profile: &Path) -> Duration {
    let arrived = || login.idp.count("arrived");
    let before = arrived();
    let mut command = Command::new("chromium");
    command
        .args(arguments)
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(login.idp.login_url("as=alice&end=here"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let started = Instant::now();
    let mut browser = command.spawn().expect("chromium to start");
    wait_for("the end of the login", || {
        (arrived() > before).then_some(())
    });
    send_signal("TERM", &browser.id().to_string());
    browser.wait().expect("the browser's end");
    started.elapsed()
}
