//! Why a login in the browser came to nothing.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use nix::sys::signal::Signal;

use super::find::Program;
use super::pipe::NoMessage;
use super::{LOGIN_LIMIT, Screen};
use crate::disk::DiskError;

/// A login in the browser that came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum BrowserError {
    /// The one that the user names is none.
    #[error("there is no browser `{}`", .0.display())]
    NoSuchBrowser(PathBuf),
    /// None is installed.
    #[error("no browser of the Chromium family was found")]
    NoBrowser,
    /// A window would be seen by nobody.
    #[error("{}", match .0 {
        Screen::Remote => "there is no display: this machine is used over ssh",
        Screen::Windowless | Screen::BesideCommand | Screen::Unwanted => "no window is opened from here",
        Screen::Present | Screen::Absent => "there is no display to open a browser window on",
    })]
    NoScreen(Screen),
    /// It cannot be started.
    #[error("cannot start the browser `{}`", program.display())]
    CanNotStart {
        /// The browser.
        program: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It ended before anybody had logged in.
    #[error("the browser `{}` ended by itself", program.display())]
    Died {
        /// The browser.
        program: PathBuf,
        /// The last that it said.
        last_words: Option<String>,
    },
    /// It runs, and does not let itself be talked to.
    #[error("the browser `{}` does not answer", program.display())]
    Silent {
        /// The browser.
        program: PathBuf,
        /// The last that it said.
        last_words: Option<String>,
    },
    /// It answers, and does not do what it is asked for.
    #[error("the browser `{}` refuses: {why}", program.display())]
    Refused {
        /// The browser.
        program: PathBuf,
        /// Its reason.
        why: String,
    },
    /// The window was closed.
    #[error("the browser window was closed before the login was complete")]
    Closed,
    /// Nobody has logged in.
    #[error("nobody has logged in within {} minutes", limit.as_secs() / 60)]
    TimedOut {
        /// How long the window stood.
        limit: Duration,
    },
    /// We are told to end, as by Ctrl-C. The browser is gone.
    #[error("ended by {0}")]
    Signal(Signal),
    /// The profile cannot be used, or another login takes too long.
    #[error(transparent)]
    Profile(#[from] DiskError),
}

/// Why no assertion came.
#[derive(Debug)]
pub(super) enum NoAssertion {
    /// The browser never answered.
    Silent,
    /// It ended, and had not answered before.
    Unanswered,
    /// It does not do what was asked.
    Refused(String),
    /// All its windows were closed.
    Closed,
    /// It ended, or what it says makes no sense.
    Ended,
    /// Nothing came in time.
    TimedOut,
    /// The page that nobody sees wants somebody to type.
    PersonWanted,
    /// We are told to end.
    Signal(Signal),
}

impl From<NoMessage> for NoAssertion {
    fn from(why: NoMessage) -> Self {
        match why {
            NoMessage::TimedOut => Self::TimedOut,
            NoMessage::Ended => Self::Ended,
            NoMessage::Signal(signal) => Self::Signal(signal),
        }
    }
}

/// How one run of the browser ended that gave no assertion.
#[derive(Debug)]
pub(super) struct Ended {
    why: NoAssertion,
    /// The last that it said.
    last_words: Option<String>,
}

impl Ended {
    /// `status` is `None` where the browser had to be ended by force.
    pub(super) fn new(
        why: NoAssertion,
        status: Option<ExitStatus>,
        last_words: Option<String>,
    ) -> Self {
        let in_order = status.is_some_and(|status| status.success());
        Self {
            why: match why {
                // On Linux the browser ends with its last window, in good order.
                NoAssertion::Ended if in_order => NoAssertion::Closed,
                // One that may not talk to us has no window to open, and nothing to do.
                NoAssertion::Unanswered if in_order => NoAssertion::Silent,
                NoAssertion::Unanswered => NoAssertion::Ended,
                why => why,
            },
            last_words,
        }
    }

    /// Whether a window may do what could not be done without one. Nothing but a signal speaks against
    /// it: a policy can forbid the one and admit the other, and what is wrong with both the window tells.
    pub(super) fn leaves_it_to_a_window(&self) -> bool {
        !matches!(self.why, NoAssertion::Signal(_))
    }

    /// The same for those who have started it.
    pub(super) fn told_of(self, program: &Program) -> BrowserError {
        let program = program.file.clone();
        let last_words = self.last_words;
        match self.why {
            NoAssertion::Silent => BrowserError::Silent {
                program,
                last_words,
            },
            NoAssertion::Refused(why) => BrowserError::Refused { program, why },
            NoAssertion::Ended | NoAssertion::Unanswered => BrowserError::Died {
                program,
                last_words,
            },
            NoAssertion::Closed => BrowserError::Closed,
            NoAssertion::TimedOut | NoAssertion::PersonWanted => {
                BrowserError::TimedOut { limit: LOGIN_LIMIT }
            }
            NoAssertion::Signal(signal) => BrowserError::Signal(signal),
        }
    }
}
