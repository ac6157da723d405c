//! New credentials ahead of time, one request for them at a time.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use tokio::sync::watch;

use crate::model::{Credentials, Span, Timestamp};

/// How credentials are renewed, and who is told of it.
pub struct Renewal {
    /// Makes new ones, of whose life so much must be left. It may take its time.
    pub renew: Box<dyn FnMut(Span) -> Result<Credentials, Failure> + Send>,
    /// Is told what a person should know.
    pub tell: Box<dyn Fn(&Event<'_>) + Send>,
    /// How much of their life must be left of those that are served, where somebody has said so.
    pub min_ttl: Option<Span>,
    /// The clock.
    pub now: fn() -> Timestamp,
}

/// Credentials were not renewed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What would help.
    pub remedy: Remedy,
    /// Why, in a line.
    pub why: String,
}

/// What helps where credentials were not renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// To try again later.
    Time,
    /// Somebody who logs in.
    Person,
}

/// What a person should know. `left`: of the credentials that are served, nothing once they have expired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// Renewing them has failed; it goes on.
    Failing {
        /// Why.
        why: &'a str,
        /// For how long those that are there are good.
        left: Option<Span>,
    },
    /// They cannot be renewed before somebody logs in.
    PersonNeeded {
        /// For how long those that are there are good.
        left: Option<Span>,
    },
    /// They have expired before there were new ones.
    Expired,
    /// After any of these: there are new ones.
    Renewed,
}

/// The SDKs ask again when a quarter of an hour is left, so there have to be new ones by then, and some
/// time to get them.
const AHEAD: Span = Span(20 * 60);

/// When somebody who is needed is called: soon enough, and not while all is well for long; nor before a
/// login would do anything.
const CALL: Span = Span(10 * 60);

/// The first pause after a failure, and the longest, each twice the one before; in seconds.
const PAUSES: (i64, i64) = (1, 30);

/// How long a person's login may go unnoticed, in seconds.
const LOOK: i64 = 15;

/// How often at most it is tried for somebody who waits, in seconds.
const HURRIED: i64 = 2;

/// How long we sleep at most: a machine that was suspended wakes up later than it knows.
const NAP: Duration = Duration::from_secs(5);

/// Renews from now on, in a thread of its own. What is sent to the answer is a wish for haste.
pub(super) fn begin(
    renewal: Renewal,
    credentials: Credentials,
    publish: watch::Sender<Credentials>,
) -> io::Result<SyncSender<()>> {
    let (hurry, hurried) = sync_channel(1);
    let mut course = Course::new(renewal, credentials);
    thread::Builder::new()
        .name("renewal".to_owned())
        .spawn(move || {
            while course.wait(&hurried) {
                if let Some(renewed) = course.attempt() {
                    publish.send_replace(renewed);
                }
            }
        })?;
    Ok(hurry)
}

/// How far things are.
struct Course {
    renewal: Renewal,
    credentials: Credentials,
    /// When it is to be tried next.
    next: Timestamp,
    last: Timestamp,
    pause: i64,
    said: Said,
}

/// What was said since the last success, each once.
#[derive(Default)]
struct Said {
    failing: bool,
    person_needed: bool,
    expired: bool,
}

impl Course {
    fn new(renewal: Renewal, credentials: Credentials) -> Self {
        let mut course = Self {
            next: Timestamp(0),
            last: Timestamp(0),
            pause: PAUSES.0,
            said: Said::default(),
            credentials,
            renewal,
        };
        course.next = course.due();
        course
    }

    /// How much of their life is to be left when they are renewed.
    fn ahead(&self) -> Span {
        let Credentials {
            issued, expiration, ..
        } = self.credentials;
        let life = expiration.after(issued).unwrap_or(Span(0));
        self.renewal.min_ttl.unwrap_or(AHEAD.min(Span(life.0 / 2)))
    }

    fn due(&self) -> Timestamp {
        let ahead = i64::try_from(self.ahead().0).unwrap_or(i64::MAX);
        Timestamp(self.credentials.expiration.0.saturating_sub(ahead))
    }

    /// Waits until it is time, or somebody cannot; false when nobody is left to renew for.
    fn wait(&self, hurried: &Receiver<()>) -> bool {
        loop {
            let now = (self.renewal.now)();
            let Some(left) = self.next.after(now) else {
                return true;
            };
            match hurried.recv_timeout(NAP.min(Duration::from_secs(left.0))) {
                Ok(()) if (self.renewal.now)().0 >= self.last.0 + HURRIED => return true,
                Ok(()) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
    }

    /// Tries once. What came of it, where something did.
    fn attempt(&mut self) -> Option<Credentials> {
        let ahead = self.ahead();
        let answer = (self.renewal.renew)(ahead);
        let now = (self.renewal.now)();
        self.last = now;
        match answer {
            Ok(credentials) => {
                self.credentials = credentials;
                self.pause = PAUSES.0;
                // AWS may give them for less than was asked for.
                self.next = self.due().max(Timestamp(now.0 + PAUSES.0));
                let Said {
                    failing,
                    person_needed,
                    expired,
                } = std::mem::take(&mut self.said);
                if failing || person_needed || expired {
                    (self.renewal.tell)(&Event::Renewed);
                }
                Some(self.credentials.clone())
            }
            Err(failure) => {
                self.report(&failure, now);
                self.next = Timestamp(now.0 + self.rest(failure.remedy));
                None
            }
        }
    }

    /// How long it is not tried again, in seconds.
    fn rest(&mut self, remedy: Remedy) -> i64 {
        match remedy {
            Remedy::Person => LOOK,
            Remedy::Time => {
                let pause = self.pause;
                self.pause = (pause * 2).min(PAUSES.1);
                pause
            }
        }
    }

    fn report(&mut self, failure: &Failure, now: Timestamp) {
        let left = self.credentials.left(now);
        let say = |said: &mut bool, event: Event<'_>| {
            if !std::mem::replace(said, true) {
                (self.renewal.tell)(&event);
            }
        };
        let said = &mut self.said;
        match failure.remedy {
            // A login leaves alone what still serves by itself.
            Remedy::Person
                if left.is_none_or(|left| left <= CALL)
                    && !self.credentials.serve(now, self.renewal.min_ttl) =>
            {
                say(&mut said.person_needed, Event::PersonNeeded { left });
            }
            Remedy::Person => {}
            Remedy::Time => {
                let why = &failure.why;
                say(&mut said.failing, Event::Failing { why, left });
            }
        }
        if left.is_none() {
            say(&mut said.expired, Event::Expired);
        }
    }
}

#[cfg(test)]
mod tests;
