//! A SAML login in the user's own browser: first without a window, where an earlier login may still
//! hold; then in one, for a person.

mod capture;
mod find;
mod launch;
mod pipe;
mod profile;
mod sign_in;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use nix::sys::signal::Signal;
use serde_json::json;
use zeroize::Zeroizing;

pub use find::Surroundings;
pub use profile::{Keep, Profiles};

use crate::disk::DiskError;
use crate::model::Url;
use crate::process::Signals;
use capture::{NoAssertion, capture};
use find::Program;
use launch::{Running, Visibility};
use profile::Profile;
use sign_in::SignIn;

/// How long an earlier login may take to be recognised.
const SILENT_LIMIT: Duration = Duration::from_secs(8);

/// How long a person may take.
const LOGIN_LIMIT: Duration = Duration::from_mins(5);

/// What a login needs to know of the world around it.
pub struct BrowserConfig {
    /// The browser that the user names.
    pub named: Option<PathBuf>,
    /// Where browsers are looked for.
    pub surroundings: Surroundings,
    /// What the user wants it to be started with, beside our own arguments.
    pub arguments: Vec<String>,
    /// Hosts at which an assertion is posted to AWS, beside AWS's own.
    pub hosts: Vec<String>,
    /// Whether logins are remembered.
    pub keep: Keep,
    /// The profiles.
    pub profiles: Profiles,
    /// Where a window would be seen.
    pub screen: Screen,
    /// Says to a person what is waited for.
    pub notify: Box<dyn Fn(&Notice<'_>)>,
}

/// Where a window would be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// Here.
    Present,
    /// Nowhere.
    Absent,
    /// Nowhere: this machine is used from another.
    Remote,
    /// Nowhere, since nobody has asked for one: a prompt's hook, a program behind a program.
    Unwanted,
}

/// What a person is told on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice<'a> {
    /// Another process logs in with this profile; the text says which.
    WaitingFor(&'a str),
    /// There is a window now, and somebody is to log in.
    WindowOpened,
}

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
        Screen::Unwanted => "no window is opened from here",
        Screen::Present | Screen::Absent => "there is no display to open a browser window on",
    })]
    NoScreen(Screen),
    /// It can not be started.
    #[error("can not start the browser `{}`", program.display())]
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
    /// The profile can not be used, or another login takes too long.
    #[error(transparent)]
    Profile(#[from] DiskError),
}

/// Logins in the browser.
pub struct Browser {
    config: BrowserConfig,
}

impl Browser {
    /// Nothing is looked for or started yet.
    pub fn new(config: BrowserConfig) -> Self {
        Self { config }
    }

    /// Whether there is a person who may be asked to log in.
    ///
    /// # Errors
    /// [`BrowserError::NoScreen`], where nobody wants to be asked: not even a try without a window is
    /// made then, which could take longer than the one who asks can wait.
    pub(super) fn check_wanted(&self) -> Result<(), BrowserError> {
        match self.config.screen {
            Screen::Unwanted => Err(BrowserError::NoScreen(Screen::Unwanted)),
            Screen::Present | Screen::Absent | Screen::Remote => Ok(()),
        }
    }

    /// Logs in at `url`; what was posted to AWS, in base64.
    pub(super) fn log_in(&self, url: &Url) -> Result<Zeroizing<String>, BrowserError> {
        let config = &self.config;
        let program = self.program()?;
        let profile = config.profiles.open(url, config.keep, &program, |holder| {
            (config.notify)(&Notice::WaitingFor(holder));
        })?;
        if profile.has_cookies() {
            match self.attempt(url, &program, &profile, Visibility::Headless) {
                // Somebody has to type something; or it can not be done without a window.
                Err(BrowserError::TimedOut { .. } | BrowserError::Closed) => {}
                answer => return answer,
            }
        }
        self.check_screen()?;
        self.attempt(url, &program, &profile, Visibility::Window)
    }

    fn program(&self) -> Result<Program, BrowserError> {
        let BrowserConfig {
            named,
            surroundings,
            ..
        } = &self.config;
        match named {
            Some(name) => surroundings
                .named(name)
                .ok_or_else(|| BrowserError::NoSuchBrowser(name.clone())),
            None => surroundings.any().ok_or(BrowserError::NoBrowser),
        }
    }

    /// Whoever starts the browser without a window, or brings a screen for it, knows better.
    fn check_screen(&self) -> Result<(), BrowserError> {
        let BrowserConfig {
            screen, arguments, ..
        } = &self.config;
        let own_screen = arguments
            .iter()
            .any(|word| word.starts_with("--headless") || word.starts_with("--ozone-platform"));
        match screen {
            Screen::Present => Ok(()),
            Screen::Absent | Screen::Remote if own_screen => Ok(()),
            none => Err(BrowserError::NoScreen(*none)),
        }
    }

    fn attempt(
        &self,
        url: &Url,
        program: &Program,
        profile: &Profile,
        visibility: Visibility,
    ) -> Result<Zeroizing<String>, BrowserError> {
        let can_not_start = |source| BrowserError::CanNotStart {
            program: program.file.clone(),
            source,
        };
        let limit = match visibility {
            Visibility::Headless => SILENT_LIMIT,
            Visibility::Window => LOGIN_LIMIT,
        };
        let signals = Signals::watch().map_err(can_not_start)?;
        let (mut running, mut pipe) = Running::start(
            &program.file,
            &self.config.arguments,
            profile.directory(),
            visibility,
        )
        .map_err(can_not_start)?;
        let sign_in = SignIn::new(&self.config.hosts);
        let opened = || {
            if visibility == Visibility::Window {
                (self.config.notify)(&Notice::WindowOpened);
            }
        };
        let answer = capture(&mut pipe, &signals, &sign_in, url, limit, opened);
        // Asked to end it writes its cookies; and where it has ended, nobody listens.
        pipe.call("Browser.close", &json!({}));
        let status = running.wait();
        profile.forget_pages()?;
        let program = program.file.clone();
        answer.map_err(|why| match why {
            NoAssertion::Silent => BrowserError::Silent {
                program,
                last_words: running.last_words(),
            },
            NoAssertion::Refused(why) => BrowserError::Refused { program, why },
            // On Linux the browser ends with its last window, in good order.
            NoAssertion::Ended if status.is_some_and(|status| status.success()) => {
                BrowserError::Closed
            }
            NoAssertion::Ended => BrowserError::Died {
                program,
                last_words: running.last_words(),
            },
            NoAssertion::Closed => BrowserError::Closed,
            NoAssertion::TimedOut => BrowserError::TimedOut { limit },
            NoAssertion::Signal(signal) => BrowserError::Signal(signal),
        })
    }
}
