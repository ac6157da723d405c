//! A SAML login in the user's own browser: first without a window, where an earlier login may still
//! hold; then in one, for a person.

mod capture;
mod entry;
mod error;
mod find;
mod launch;
mod onlooker;
mod pipe;
mod private;
mod profile;
mod profiles;
mod sign_in;

use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;
use zeroize::Zeroizing;

pub use error::BrowserError;
pub use find::Surroundings;
pub use private::PrivateBrowser;
pub use profile::Keep;
pub use profiles::Profiles;

use crate::model::Url;
use crate::process::Signals;
use capture::{Attempt, capture};
use error::Ended;
use find::Program;
use launch::{Running, Visibility};
use profile::Profile;
use sign_in::SignIn;

/// How long an earlier login may take to be recognised, unless the page asks for a person before.
const SILENT_LIMIT: Duration = Duration::from_secs(8);

/// How long a person may take.
pub(super) const LOGIN_LIMIT: Duration = Duration::from_mins(5);

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
    /// Nowhere: a program behind a program asks. An earlier login is tried without a window.
    Windowless,
    /// Nowhere: credentials are renewed beside a command. An earlier login is tried without a window.
    BesideCommand,
    /// Nowhere, since nobody has asked for one: a prompt's hook.
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

/// Logins in the browser.
pub struct Browser {
    config: BrowserConfig,
}

impl Browser {
    /// Nothing is looked for or started yet.
    pub fn new(config: BrowserConfig) -> Self {
        Self { config }
    }

    /// The browser that a login would start.
    ///
    /// # Errors
    /// [`BrowserError`], where there is none.
    pub fn find(&self) -> Result<PathBuf, BrowserError> {
        self.program().map(|program| program.file)
    }

    /// Whether there is a person whom a command of theirs may ask.
    ///
    /// # Errors
    /// [`BrowserError::NoScreen`].
    pub(super) fn check_attended(&self) -> Result<(), BrowserError> {
        match self.config.screen {
            none @ (Screen::BesideCommand | Screen::Unwanted) => Err(BrowserError::NoScreen(none)),
            Screen::Present | Screen::Absent | Screen::Remote | Screen::Windowless => Ok(()),
        }
    }

    /// Logs in at `url`; what was posted to AWS, in base64.
    pub(super) fn log_in(&self, url: &Url) -> Result<Zeroizing<String>, BrowserError> {
        match self.config.screen {
            // Not even a try without a window: it could take longer than the one who asks can wait.
            Screen::Unwanted => Err(BrowserError::NoScreen(Screen::Unwanted)),
            // Whatever was in the way, a person is needed now, who will see it.
            Screen::BesideCommand => self.attempts(url).map_err(|error| {
                tracing::info!(%error, "no login without a person");
                BrowserError::NoScreen(Screen::BesideCommand)
            }),
            Screen::Present | Screen::Absent | Screen::Remote | Screen::Windowless => {
                self.attempts(url)
            }
        }
    }

    /// First without a window, where there may be something to be remembered by; then in one.
    fn attempts(&self, url: &Url) -> Result<Zeroizing<String>, BrowserError> {
        let config = &self.config;
        let program = self.program()?;
        let profile = config.profiles.open(url, config.keep, &program, |holder| {
            (config.notify)(&Notice::WaitingFor(holder));
        })?;
        tracing::debug!(program = %program.file.display(), profile = %profile.directory().display(), "found the browser");
        if profile.has_cookies() {
            tracing::info!(host = url.host(), "trying a login without a window");
            match self.attempt(url, &program, &profile, Visibility::Headless)? {
                Ok(assertion) => return Ok(assertion),
                Err(ended) if ended.leaves_it_to_a_window() => {
                    tracing::info!(?ended, "no login without a window");
                }
                Err(ended) => return Err(ended.told_of(&program)),
            }
        }
        self.check_screen()?;
        tracing::info!(host = url.host(), "opening a window for a login");
        self.attempt(url, &program, &profile, Visibility::Window)?
            .map_err(|ended| ended.told_of(&program))
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

    /// Starts a browser, lets it log in, and ends it.
    fn attempt(
        &self,
        url: &Url,
        program: &Program,
        profile: &Profile,
        visibility: Visibility,
    ) -> Result<Result<Zeroizing<String>, Ended>, BrowserError> {
        let can_not_start = |source| BrowserError::CanNotStart {
            program: program.file.clone(),
            source,
        };
        let signals = Signals::watch().map_err(can_not_start)?;
        let (mut running, mut pipe) = Running::start(
            &program.file,
            &self.config.arguments,
            profile.directory(),
            visibility,
        )
        .map_err(can_not_start)?;
        let opened = || {
            if visibility == Visibility::Window {
                (self.config.notify)(&Notice::WindowOpened);
            }
        };
        let attempt = Attempt {
            sign_in: SignIn::new(&self.config.hosts),
            url,
            visibility,
            limit: match visibility {
                Visibility::Headless => SILENT_LIMIT,
                Visibility::Window => LOGIN_LIMIT,
            },
        };
        let answer = capture(&mut pipe, &signals, &attempt, opened);
        // Asked to end it writes its cookies; and where it has ended, nobody listens.
        pipe.call("Browser.close", &json!({}));
        let status = running.end();
        profile.forget_pages()?;
        Ok(answer.map_err(|why| Ended::new(why, status, running.last_words())))
    }
}
