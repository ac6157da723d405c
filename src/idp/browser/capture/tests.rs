//! Against a browser that is played by the test.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::thread;

use super::*;

/// The browser's end of the pipe.
struct Browser {
    calls: BufReader<UnixStream>,
    says: UnixStream,
}

impl Browser {
    /// The next call: its name and what it says.
    fn call(&mut self) -> (String, Value) {
        let mut message = Vec::new();
        self.calls.read_until(0, &mut message).unwrap();
        message.pop();
        let mut call: Value = serde_json::from_slice(&message).unwrap();
        let method = call["method"].as_str().unwrap().to_owned();
        (method, call["params"].take())
    }

    fn say(&mut self, message: &Value) {
        self.says
            .write_all(format!("{message}\0").as_bytes())
            .unwrap();
    }

    /// Goes along until the login page is open.
    fn open(&mut self) {
        assert_eq!(self.call().0, "Fetch.enable");
        self.say(&json!({ "id": 1, "result": {} }));
        assert_eq!(self.call().0, "Target.setDiscoverTargets");
        let (method, page) = self.call();
        assert_eq!(method, "Target.createTarget");
        assert_eq!(page["url"], "https://idp.example/login");
        self.page("Target.targetCreated", "1");
        self.say(&json!({ "id": 3, "result": { "targetId": "1" } }));
    }

    /// Goes along until the page is looked on at.
    fn open_unseen(&mut self) {
        self.open();
        let attaching = self.call();
        assert_eq!(attaching.0, "Target.attachToTarget");
        assert_eq!(attaching.1["targetId"], "1");
        self.say(&json!({ "id": 4, "result": { "sessionId": "s" } }));
        assert_eq!(self.call().0, "Page.enable");
        assert_eq!(self.call().0, "Page.setLifecycleEventsEnabled");
    }

    fn moment(&mut self, frame: &str, name: &str) {
        let params = json!({ "frameId": frame, "loaderId": "l", "name": name });
        self.say(&json!({ "method": "Page.lifecycleEvent", "sessionId": "s", "params": params }));
    }

    fn page(&mut self, event: &str, id: &str) {
        let params = json!({ "targetInfo": { "targetId": id }, "targetId": id });
        self.say(&json!({ "method": event, "params": params }));
    }

    /// Stops at a request that has this body, in pieces.
    fn request(&mut self, id: &str, method: &str, url: &str, body: &[&str]) {
        let pieces: Vec<Value> = body
            .iter()
            .map(|piece| json!({ "bytes": BASE64_STANDARD.encode(piece) }))
            .collect();
        self.say(&json!({
            "method": "Fetch.requestPaused",
            "params": {
                "requestId": id,
                "request": { "method": method, "url": url, "postDataEntries": pieces },
            },
        }));
    }
}

const SIGN_IN: &str = "https://signin.aws.amazon.com/saml";

/// What comes of a login with a browser that does this, before a person.
fn with(
    limit: Duration,
    browser: impl FnOnce(&mut Browser) + Send + 'static,
) -> Result<Zeroizing<String>, NoAssertion> {
    seen(Visibility::Window, limit, browser)
}

fn seen(
    visibility: Visibility,
    limit: Duration,
    browser: impl FnOnce(&mut Browser) + Send + 'static,
) -> Result<Zeroizing<String>, NoAssertion> {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let end = |stream: &UnixStream| File::from(OwnedFd::from(stream.try_clone().unwrap()));
    let mut pipe = Pipe::new(end(&ours), end(&ours));
    drop(ours);
    let playing = thread::spawn(move || {
        let mut it = Browser {
            calls: BufReader::new(theirs.try_clone().unwrap()),
            says: theirs,
        };
        browser(&mut it);
        it
    });
    let signals = Signals::watch().unwrap();
    let attempt = Attempt {
        sign_in: SignIn::new(&[]),
        url: &"https://idp.example/login".parse().unwrap(),
        visibility,
        limit,
    };
    let answer = capture(&mut pipe, &signals, &attempt, || ());
    drop(playing.join().unwrap());
    answer
}

const LONG: Duration = Duration::from_mins(1);

#[test]
fn the_form_is_taken_and_everything_else_goes_on() {
    let taken = with(LONG, |browser| {
        browser.open();
        for (id, method, url, body) in [
            ("get", "GET", SIGN_IN, ""),
            (
                "elsewhere",
                "POST",
                "https://evil.test/x.signin.aws.amazon.com/saml",
                "SAMLResponse=x",
            ),
            ("empty", "POST", SIGN_IN, "RelayState=x"),
        ] {
            browser.request(id, method, url, &[body]);
            let (method, params) = browser.call();
            assert_eq!(
                (method.as_str(), &params["requestId"]),
                ("Fetch.continueRequest", &json!(id))
            );
        }
        // In pieces that cut an escaped character in two.
        browser.request(
            "it",
            "POST",
            SIGN_IN,
            &["RelayState=&SAMLResponse=PHM%", "2BPC9zPg"],
        );
        let (method, params) = browser.call();
        assert_eq!(method, "Fetch.fulfillRequest");
        assert_eq!(params["requestId"], "it");
        let page = BASE64_STANDARD
            .decode(params["body"].as_str().unwrap())
            .unwrap();
        assert!(
            String::from_utf8(page)
                .unwrap()
                .contains("close this window")
        );
    });
    assert_eq!(taken.unwrap().as_str(), "PHM+PC9zPg");
}

#[test]
fn a_login_goes_on_in_another_window_until_the_last_is_closed() {
    let closed = with(LONG, |browser| {
        browser.open();
        browser.page("Target.targetCreated", "popup");
        browser.page("Target.targetDestroyed", "1");
        browser.request("get", "GET", SIGN_IN, &[]);
        assert_eq!(browser.call().0, "Fetch.continueRequest");
        browser.page("Target.targetDestroyed", "popup");
    });
    assert!(matches!(closed, Err(NoAssertion::Closed)), "{closed:?}");
}

#[test]
fn a_person_has_so_long_and_no_longer() {
    let late = with(Duration::ZERO, Browser::open);
    assert!(matches!(late, Err(NoAssertion::TimedOut)), "{late:?}");
}

#[test]
fn a_page_that_nobody_sees_is_given_up_when_it_wants_a_person() {
    let wanted = seen(Visibility::Headless, LONG, |browser| {
        browser.open_unseen();
        browser.moment("1", "load");
        browser.moment("a frame in it", "networkIdle");
        browser.moment("1", "networkIdle");
        assert_eq!(browser.call().0, "Runtime.evaluate");
        // It has gone on to the next page, before it could answer; that one is asked anew.
        let gone = json!({ "code": -32000, "message": "Inspected target navigated or closed" });
        browser.say(&json!({ "id": 7, "error": gone }));
        browser.moment("1", "networkIdle");
        assert_eq!(browser.call().0, "Runtime.evaluate");
        let yes = json!({ "result": { "type": "boolean", "value": true } });
        browser.say(&json!({ "id": 8, "result": yes }));
    });
    assert!(
        matches!(wanted, Err(NoAssertion::PersonWanted)),
        "{wanted:?}"
    );
}

#[test]
fn a_page_that_a_person_types_into_is_not_looked_at() {
    let closed = with(LONG, |browser| {
        browser.open();
        browser.request("get", "GET", SIGN_IN, &[]);
        assert_eq!(browser.call().0, "Fetch.continueRequest");
        browser.page("Target.targetDestroyed", "1");
    });
    assert!(matches!(closed, Err(NoAssertion::Closed)), "{closed:?}");
}

#[test]
fn what_the_browser_refuses_is_told_in_its_words() {
    let refused = with(LONG, |browser| {
        browser.call();
        let error = json!({ "code": -32601, "message": "'Fetch.enable' wasn't found" });
        browser.say(&json!({ "id": 1, "error": error }));
    });
    assert!(
        matches!(&refused, Err(NoAssertion::Refused(why)) if why.contains("wasn't found")),
        "{refused:?}"
    );
}

/// A browser that says this to our first call, and nothing more.
fn saying(said: &'static str) -> Result<Zeroizing<String>, NoAssertion> {
    with(LONG, move |browser| {
        browser.call();
        browser.says.write_all(said.as_bytes()).unwrap();
        browser.says.shutdown(std::net::Shutdown::Both).unwrap();
    })
}

#[test]
fn an_end_before_the_first_answer_and_a_foreign_language_are_told_apart() {
    let ended = saying("");
    assert!(matches!(ended, Err(NoAssertion::Unanswered)), "{ended:?}");
    let foreign = saying("HTTP/1.1 400 Bad Request\0");
    assert!(matches!(foreign, Err(NoAssertion::Ended)), "{foreign:?}");
}
