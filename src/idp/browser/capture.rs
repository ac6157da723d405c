//! The conversation with the browser: open the login page, stop the form that goes to AWS, say thanks.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::error::NoAssertion;
use super::launch::Visibility;
use super::onlooker::Onlooker;
use super::pipe::{Head, NoMessage, Pipe, parse};
use super::sign_in::{SignIn, saml_response};
use crate::model::Url;
use crate::process::Signals;

/// A browser that has not answered its first call by then does not listen.
const FIRST_ANSWER: Duration = Duration::from_secs(10);

/// What a person sees where AWS's console would have opened.
const SIGNED_IN: &str = include_str!("signed_in.html");

/// What one browser is started for.
pub(super) struct Attempt<'a> {
    /// What is to be stopped.
    pub(super) sign_in: SignIn,
    /// Where the login begins.
    pub(super) url: &'a Url,
    /// Whether there is a person before it.
    pub(super) visibility: Visibility,
    /// When it is given up.
    pub(super) limit: Duration,
}

/// Opens the login page, says so to `opened`, and waits until an assertion is posted to AWS.
pub(super) fn capture(
    pipe: &mut Pipe,
    signals: &Signals,
    attempt: &Attempt<'_>,
    opened: impl FnOnce(),
) -> Result<Zeroizing<String>, NoAssertion> {
    let started = Instant::now();
    // On the browser as a whole, so that the form is stopped in whatever tab, popup or frame it is
    // sent from; and before there is a page that could send one.
    let patterns: Vec<Value> = attempt
        .sign_in
        .patterns()
        .map(|pattern| json!({ "urlPattern": pattern, "requestStage": "Request" }))
        .collect();
    let first = pipe.call("Fetch.enable", &json!({ "patterns": patterns }));
    first_answer(pipe, signals, first, started + FIRST_ANSWER)?;
    let filter = json!([{ "type": "page" }]);
    let discover = json!({ "discover": true, "filter": filter });
    pipe.call("Target.setDiscoverTargets", &discover);
    let page = json!({ "url": attempt.url.as_str(), "newWindow": true });
    let opening = pipe.call("Target.createTarget", &page);
    opened();
    let deadline = started + attempt.limit;
    watch(pipe, signals, attempt, opening, deadline)
}

fn first_answer(
    pipe: &mut Pipe,
    signals: &Signals,
    call: u32,
    deadline: Instant,
) -> Result<(), NoAssertion> {
    loop {
        let message = pipe.receive(deadline, signals).map_err(|why| match why {
            NoMessage::TimedOut => NoAssertion::Silent,
            NoMessage::Ended => NoAssertion::Unanswered,
            signal @ NoMessage::Signal(_) => signal.into(),
        })?;
        let head: Head = parse(message).ok_or(NoAssertion::Ended)?;
        if head.id == Some(call) {
            return head.refused();
        }
    }
}

fn watch(
    pipe: &mut Pipe,
    signals: &Signals,
    attempt: &Attempt<'_>,
    opening: u32,
    deadline: Instant,
) -> Result<Zeroizing<String>, NoAssertion> {
    let mut pages = HashSet::new();
    let mut onlooker = None;
    loop {
        let message = pipe.receive(deadline, signals)?;
        let head: Head = parse(message).ok_or(NoAssertion::Ended)?;
        match head.method.as_deref() {
            Some("Fetch.requestPaused") => {
                let stopped: Event<Stopped<'_>> = parse(message).ok_or(NoAssertion::Ended)?;
                let Stopped {
                    request_id,
                    request,
                } = stopped.params;
                if let Some(assertion) = request.assertion(&attempt.sign_in) {
                    pipe.call("Fetch.fulfillRequest", &thanks(&request_id));
                    return Ok(assertion);
                }
                pipe.call("Fetch.continueRequest", &json!({ "requestId": request_id }));
            }
            Some("Target.targetCreated") => {
                let created: Event<Created> = parse(message).ok_or(NoAssertion::Ended)?;
                pages.insert(created.params.target_info.target_id);
            }
            Some("Target.targetDestroyed") => {
                let destroyed: Event<Destroyed> = parse(message).ok_or(NoAssertion::Ended)?;
                pages.remove(&destroyed.params.target_id);
                // On macOS the browser goes on without a window.
                if pages.is_empty() {
                    return Err(NoAssertion::Closed);
                }
            }
            None if head.id == Some(opening) => {
                let opened: Option<Answer<Opened>> = parse(message);
                head.refused()?;
                // Where a person types, nobody looks on: not even we.
                if let (Visibility::Headless, Some(opened)) = (attempt.visibility, opened) {
                    onlooker = Some(Onlooker::new(pipe, opened.result.target_id));
                }
            }
            _ => {
                if let Some(onlooker) = &mut onlooker
                    && let Some(news) = onlooker.news(&head, message)
                {
                    onlooker.act(pipe, news)?;
                }
            }
        }
    }
}

/// A page of our own, instead of the one that AWS would answer with.
fn thanks(request: &str) -> Value {
    json!({
        "requestId": request,
        "responseCode": 200,
        "responseHeaders": [{ "name": "Content-Type", "value": "text/html; charset=utf-8" }],
        "body": BASE64_STANDARD.encode(SIGNED_IN),
    })
}

impl Head {
    fn refused(self) -> Result<(), NoAssertion> {
        match self.error {
            Some(refusal) => Err(NoAssertion::Refused(refusal.message)),
            None => Ok(()),
        }
    }
}

#[derive(Deserialize)]
struct Event<T> {
    params: T,
}

#[derive(Deserialize)]
struct Answer<T> {
    result: T,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Opened {
    target_id: String,
}

/// A request that waits for our word. Its body is borrowed from the message, which is wiped.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stopped<'a> {
    request_id: String,
    #[serde(borrow)]
    request: Request<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    method: String,
    url: String,
    #[serde(borrow, default)]
    post_data_entries: Vec<Piece<'a>>,
}

/// A piece of a body, in base64.
#[derive(Deserialize)]
struct Piece<'a> {
    bytes: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Created {
    target_info: TargetInfo,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TargetInfo {
    target_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Destroyed {
    target_id: String,
}

impl Request<'_> {
    fn assertion(&self, sign_in: &SignIn) -> Option<Zeroizing<String>> {
        if !sign_in.takes(&self.method, &self.url) {
            return None;
        }
        let pieces = || self.post_data_entries.iter().filter_map(|p| p.bytes);
        let mut body = Zeroizing::new(Vec::with_capacity(pieces().map(str::len).sum()));
        for piece in pieces() {
            BASE64_STANDARD.decode_vec(piece, &mut body).ok()?;
        }
        saml_response(&body)
    }
}

#[cfg(test)]
mod tests;
