//! Which endpoint each service of a profile has.
//!
//! botocore (1.44, `configprovider.py`, `ConfiguredEndpointProvider`) takes that of the service from the section
//! `[services NAME]` that the profile names, else the profile's own `endpoint_url`; and none at all where
//! `ignore_configured_endpoint_urls` is true.

use super::profiles::{Profile, Profiles};
use crate::imports::Left;
use crate::imports::Reason;

/// The endpoints of a profile.
pub(super) struct Endpoints<'a> {
    /// That of every service that has none of its own.
    pub(super) all: Option<&'a str>,
    /// Those of single services, as the section names them.
    single: Vec<(&'a str, &'a str)>,
    /// What the section says besides.
    odd: Vec<String>,
    /// The section that the profile names, where it is not there or empty.
    missing: Option<&'a str>,
    /// Whether they are switched off.
    is_ignored: bool,
}

impl<'a> Endpoints<'a> {
    pub(super) fn of(profile: &Profile<'a>, profiles: &Profiles<'a>) -> Self {
        let is_true = |value: &str| value.eq_ignore_ascii_case("true");
        let name = profile.value("services");
        let section = name.and_then(|name| profiles.services(name));
        // To botocore, an empty one is as good as none.
        let section = section.filter(|section| !section.keys.is_empty());
        let mut endpoints = Self {
            all: profile.value("endpoint_url"),
            single: Vec::new(),
            odd: Vec::new(),
            missing: name.filter(|_| section.is_none()),
            is_ignored: profile
                .value("ignore_configured_endpoint_urls")
                .is_some_and(is_true),
        };
        for key in section.into_iter().flat_map(|section| &section.keys) {
            let settings = key.value().lines().filter_map(|line| line.split_once('='));
            for (setting, value) in settings {
                match setting.trim() {
                    "endpoint_url" => endpoints.single.push((&key.name, value.trim())),
                    other => endpoints.odd.push(format!("{}.{other}", key.name)),
                }
            }
        }
        endpoints
    }

    /// The one `endpoint_url` that a session can have: it is for STS and for the programs that run under it.
    ///
    /// # Errors
    /// [`Reason::TwoEndpoints`], where STS has another one than everything else: requests would go astray.
    pub(super) fn of_session(&self) -> Result<Option<&'a str>, Reason> {
        let all = self.all.filter(|_| !self.is_ignored);
        let sts = self
            .single
            .iter()
            .rev()
            .find(|(service, _)| *service == "sts");
        match (all, sts) {
            (Some(all), Some((_, sts))) if all != *sts => Err(Reason::TwoEndpoints {
                sts: (*sts).to_owned(),
                all: all.to_owned(),
            }),
            _ => Ok(all),
        }
    }

    /// What of all this no session has a key for.
    pub(super) fn left_behind(&self) -> Vec<Left> {
        let mut left = Vec::new();
        if self.is_ignored {
            let off = "the profile switches it off with `ignore_configured_endpoint_urls`";
            left.extend(self.all.map(|_| Left::new("endpoint_url", off)));
            left.push(Left::new(
                "ignore_configured_endpoint_urls",
                "leave `AWS_ENDPOINT_URL` unset where you use the session",
            ));
        }
        if let Some(name) = self.missing {
            left.push(Left::new(
                "services",
                format!(
                    "the section `[services {name}]` is missing or empty, and the AWS CLI refuses the profile"
                ),
            ));
        }
        for (service, url) in &self.single {
            let setting = format!("services: {service}.endpoint_url");
            let variable = format!("AWS_ENDPOINT_URL_{}", service.to_uppercase());
            if self.is_ignored {
                let off = "the profile switches it off with `ignore_configured_endpoint_urls`";
                left.push(Left::new(setting, off));
            } else if self.all != Some(url) {
                let how = format!("set `{variable}` to it where you use the session");
                left.push(Left::new(setting, how));
            }
        }
        let unknown = "it is no setting of a service, and the AWS CLI ignores it";
        left.extend(
            self.odd
                .iter()
                .map(|odd| Left::new(format!("services: {odd}"), unknown)),
        );
        left
    }
}
