//! The variables, each read in its own way.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use super::{Display, SettingsError};
use crate::env_vars as var;
use crate::model::Url;
use crate::model::environment::{Inherited, Setter};

/// The directories of `PATH` in which we look for programs ourselves: browsers, openers, our own. Those
/// that mean the working directory, or one below it, are left out: it may be somebody else's repository.
/// The commands that a user gives us are found by the whole `PATH`, as a shell would.
pub fn search_path() -> Vec<PathBuf> {
    let path = variable(var::PATH).unwrap_or_default();
    env::split_paths(&path)
        .filter(|directory| directory.is_absolute())
        .collect()
}

/// `LEAPP_LOG`, checked by who knows its words.
pub fn log_word() -> Option<String> {
    text(var::LOG)
}

/// X11 can come over ssh, and is then as good as here; the desktop of macOS cannot.
pub(super) fn display() -> Display {
    let named = [var::DISPLAY, var::WAYLAND_DISPLAY]
        .into_iter()
        .any(|name| text(name).is_some());
    let over_ssh = text(var::SSH_CONNECTION).is_some();
    match (named, over_ssh) {
        (true, _) => Display::Present,
        (false, true) => Display::Elsewhere,
        (false, false) if cfg!(target_os = "macos") => Display::Present,
        (false, false) => Display::Absent,
    }
}

/// Who has set what a session sets beside the user.
pub fn inherited() -> Inherited {
    Inherited {
        endpoint: match (text(var::ENDPOINT), text(var::OWN_ENDPOINT)) {
            (Some(endpoint), Some(own)) if endpoint == own => Setter::Session,
            _ => Setter::User,
        },
        metadata: if is_true(var::METADATA_DISABLED) && text(var::OWN_METADATA_DISABLED).is_none() {
            Setter::User
        } else {
            Setter::Session
        },
    }
}

/// The endpoint that the environment names for a service by that service's variable or by the one for
/// all, unless it is one that a session left there.
pub(super) fn endpoint(
    of_service: &'static str,
    inherited: Setter,
) -> Result<Option<Url>, SettingsError> {
    let of_all = ours(var::ENDPOINT)?.filter(|_| inherited == Setter::User);
    let named = [(of_service, ours(of_service)?), (var::ENDPOINT, of_all)];
    let mut named = named
        .into_iter()
        .filter_map(|(variable, url)| Some((variable, url?)));
    let Some((variable, url)) = named.find(|(_, url)| !url.is_empty()) else {
        return Ok(None);
    };
    // The SDKs take a URL with or without a slash at its end for the same one.
    let url = url.trim_end_matches('/').parse();
    url.map(Some)
        .map_err(|source| SettingsError::Endpoint { variable, source })
}

/// A directory of ours below one of the XDG base directories. A relative one is to be ignored, says
/// the specification: it would mean another place in every directory.
pub(super) fn base(variable: &'static str, default: &str) -> Result<PathBuf, SettingsError> {
    let absolute = |name| path(name).filter(|p| p.is_absolute());
    let parent = match absolute(variable) {
        Some(parent) => parent,
        None => absolute(var::HOME)
            .ok_or(SettingsError::NoHome(variable))?
            .join(default),
    };
    Ok(parent.join("leapp"))
}

pub(super) fn user() -> String {
    text(var::USER).unwrap_or_else(|| {
        let id = nix::unistd::getuid();
        let entry = nix::unistd::User::from_uid(id).ok().flatten();
        entry.map_or_else(|| id.to_string(), |user| user.name)
    })
}

pub(super) fn host() -> String {
    let name = nix::unistd::gethostname().unwrap_or_default();
    name.to_string_lossy()
        .split('.')
        .next()
        .unwrap_or_default()
        .to_owned()
}

pub(super) fn path(name: &str) -> Option<PathBuf> {
    variable(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

/// A variable that steers us, empty or not. One that we cannot read is not passed over: whoever set it
/// meant something.
pub(super) fn ours(name: &'static str) -> Result<Option<String>, SettingsError> {
    let text = variable(name).map(OsString::into_string).transpose();
    text.map_err(|_| SettingsError::NotText(name))
}

/// A switch of the SDKs: anything but `true` is off.
pub(super) fn is_true(name: &str) -> bool {
    text(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// A variable that is set, not empty, and text.
pub(super) fn text(name: &str) -> Option<String> {
    variable(name)
        .and_then(|value| value.into_string().ok())
        .filter(|value| !value.is_empty())
}

pub(super) fn variable(name: &str) -> Option<OsString> {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one reader of the environment"
    )]
    env::var_os(name)
}
