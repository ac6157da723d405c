//! The variables that name proxies. As in the AWS CLI, the name in small letters wins, and says that there
//! is no proxy where it is empty.

use super::SettingsError;
use super::environment::{ours, variable};
use crate::env_vars as var;
use crate::model::proxy::{ProxyVariable, ProxyVariables};

pub(super) fn read() -> Result<ProxyVariables, SettingsError> {
    // A CGI program gets a header of the request as `HTTP_PROXY`.
    let is_cgi = variable("REQUEST_METHOD").is_some();
    let http = if is_cgi {
        one("http_proxy", None)?
    } else {
        one("http_proxy", Some(var::HTTP_PROXY))?
    };
    let exceptions = match ours("no_proxy")? {
        Some(exceptions) => exceptions,
        None => ours(var::NO_PROXY)?.unwrap_or_default(),
    };
    Ok(ProxyVariables {
        http,
        https: one("https_proxy", Some(var::HTTPS_PROXY))?,
        all: one("all_proxy", Some(var::ALL_PROXY))?,
        exceptions,
    })
}

fn one(
    small: &'static str,
    capital: Option<&'static str>,
) -> Result<Option<ProxyVariable>, SettingsError> {
    let named = |name: &'static str| Ok::<_, SettingsError>(ours(name)?.map(|value| (name, value)));
    let found = match named(small)? {
        Some(found) => Some(found),
        None => capital.map(named).transpose()?.flatten(),
    };
    Ok(found
        .filter(|(_, value)| !value.trim().is_empty())
        .map(|(name, value)| ProxyVariable {
            name,
            value: value.into(),
        }))
}
