//! Whom the browser of a login asks, by its own account: the log of its network stack, in which every
//! request, every look-up of a name and every connection stands, those of the browser itself included.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use crate::support::login::Login;
use crate::support::screen::Screen;
use crate::support::{long, wait_for_limit};

const LOG: &str = "home/net.json";
const SETTINGS: &str = "home/.config/leapp/config.toml";

/// Lets the browsers of this login write their log.
fn logging(login: &Login) {
    let log = login.sandbox.path(LOG);
    let argument = format!("browser_args = [ \"--log-net-log={}\",", log.display());
    let settings = login.sandbox.read(SETTINGS);
    let settings = settings.replace("browser_args = [", &argument);
    login.sandbox.write(SETTINGS, &settings);
}

/// The hosts that the last browser asked for, looked up or connected to.
fn hosts_asked(login: &Login) -> BTreeSet<String> {
    let log: Value =
        serde_json::from_str(&login.sandbox.read(LOG)).expect("the browser's network log");
    let events = log["events"].as_array().expect("events");
    let texts = events.iter().flat_map(|event| {
        let params = &event["params"];
        let one = ["url", "host", "destination"].map(|key| &params[key]);
        let many = params["address_list"].as_array().into_iter().flatten();
        one.into_iter().chain(many).filter_map(Value::as_str)
    });
    texts
        .filter_map(host)
        // What a name becomes that leads nowhere (`BROWSER` in `support/login.rs`); which one it was
        // stands in the URL.
        .filter(|host| host != "~notfound")
        .collect()
}

/// `http://HOST:1/path`, `HOST:1`, `HOST`; none in `data:` and its like.
fn host(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
    let host = rest.split(['/', ':', '?']).next()?;
    let leaves = ["http", "https", "ws", "wss"].contains(&scheme) && !text.starts_with("data:");
    leaves.then(|| host.to_owned())
}

fn set<const N: usize>(hosts: [&str; N]) -> BTreeSet<String> {
    hosts.map(str::to_owned).into()
}

#[test]
fn the_browser_asks_nobody_but_the_provider() {
    let Some(login) = Login::in_browser("as=alice") else {
        return;
    };
    logging(&login);
    for _ in 0..2 {
        login.run(&["--refresh"]).run().assert_ok();
        assert_eq!(hosts_asked(&login), set(["127.0.0.1"]));
    }
}

/// The log would show it.
#[test]
fn what_the_provider_itself_wants_from_elsewhere_is_seen() {
    let Some(login) = Login::in_browser("as=alice&end=get-first") else {
        return;
    };
    logging(&login);
    login.run(&[]).run().assert_ok();
    let expected = set(["127.0.0.1", "signin.aws.amazon.com"]);
    assert_eq!(hosts_asked(&login), expected);
}

/// Some requests of its own a browser makes only when it has been open for a while.
#[test]
fn a_window_that_is_open_for_long_asks_nobody_either() {
    if !long("a window stands open for half a minute") {
        return;
    }
    let Some(mut login) = Login::in_browser("") else {
        return;
    };
    let Some(screen) = Screen::start() else {
        return;
    };
    logging(&login);
    let settings = login.sandbox.read(SETTINGS).replace("\"--headless\",", "");
    login.sandbox.write(SETTINGS, &settings);
    login.sandbox.set("DISPLAY", screen.display());
    let running = login.run(&[]).start();
    let limit = Duration::from_mins(2);
    wait_for_limit(limit, "a page that is open for long", || {
        (login.idp.count("still") >= 7).then_some(())
    });
    running.signal("TERM");
    running.wait().assert_signal(15);
    assert_eq!(hosts_asked(&login), set(["127.0.0.1"]));
}
