//! Looks on at a page that nobody sees, for one thing only: whether it waits for somebody who types.
//!
//! Then there is nothing more to wait for. A page that shows no empty field may still be at work,
//! however quiet it is, and has all its time.

use serde::Deserialize;
use serde_json::json;

use super::error::NoAssertion;
use super::pipe::{Head, Pipe, parse};

/// Becomes true once a field of the page has been waiting for a person for a while; never false.
const WANTS_PERSON: &str = include_str!("wants_person.js");

/// What is known of the page.
pub(super) struct Onlooker {
    page: String,
    attaching: u32,
    /// The page's session, once there is one.
    session: Option<String>,
    /// What was asked of the page as it is now.
    question: Option<u32>,
}

/// What the browser has said of the page.
pub(super) enum News {
    /// It can be talked to by this session.
    Attached(String),
    /// It is there, and has loaded nothing for half a second.
    AtRest,
    /// It waits for a person.
    PersonWanted,
}

impl Onlooker {
    pub(super) fn new(pipe: &mut Pipe, page: String) -> Self {
        let target = json!({ "targetId": page, "flatten": true });
        Self {
            attaching: pipe.call("Target.attachToTarget", &target),
            page,
            session: None,
            question: None,
        }
    }

    /// What a message means for us, if anything. A refusal means that the page has gone on meanwhile.
    pub(super) fn news(&self, head: &Head, message: &[u8]) -> Option<News> {
        if head.id == Some(self.attaching) {
            let attached: Answer<Attached> = parse(message)?;
            return Some(News::Attached(attached.result.session_id));
        }
        if head.id.is_some() && head.id == self.question {
            let answer: Answer<Evaluated> = parse(message)?;
            let yes = answer.result.result.value == Some(true);
            return yes.then_some(News::PersonWanted);
        }
        if head.method.as_deref() == Some("Page.lifecycleEvent") {
            let Lifecycle { params } = parse(message)?;
            // The main frame has the name of the page.
            let at_rest = params.name == "networkIdle" && params.frame_id == self.page;
            return at_rest.then_some(News::AtRest);
        }
        None
    }

    pub(super) fn act(&mut self, pipe: &mut Pipe, news: News) -> Result<(), NoAssertion> {
        match (news, &self.session) {
            (News::Attached(session), _) => {
                pipe.call_in(&session, "Page.enable", &json!({}));
                let enabled = json!({ "enabled": true });
                pipe.call_in(&session, "Page.setLifecycleEventsEnabled", &enabled);
                self.session = Some(session);
            }
            (News::AtRest, Some(session)) => {
                let question = json!({ "expression": WANTS_PERSON, "awaitPromise": true });
                self.question = Some(pipe.call_in(session, "Runtime.evaluate", &question));
            }
            (News::AtRest, None) => {}
            (News::PersonWanted, _) => return Err(NoAssertion::PersonWanted),
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Answer<T> {
    result: T,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attached {
    session_id: String,
}

#[derive(Deserialize)]
struct Evaluated {
    result: Remote,
}

/// A value in the page.
#[derive(Deserialize)]
struct Remote {
    value: Option<bool>,
}

#[derive(Deserialize)]
struct Lifecycle {
    params: Moment,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Moment {
    frame_id: String,
    name: String,
}
