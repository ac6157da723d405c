//! The way to AWS: authorities, every STS that a session uses, the proxies on the way, the clock.

use std::panic::resume_unwind;
use std::thread;

use super::words;
use crate::app::{self, App};
use crate::aws::{AwsError, AwsErrorKind, system_has_authorities, usable_certificates};
use crate::commands::clock::{AWS_FORGIVES, Skew, skew};
use crate::commands::error::CommandError;
use crate::doctor::Check;
use crate::model::chain::StsAddress;
use crate::model::plan::{PlanError, sts_of};
use crate::model::{Catalog, Span, Timestamp};
use crate::sts::Answer;

/// A clock that is kept right is closer than this.
const SLACK: Span = Span::MINUTE;

/// What was found on the way to AWS.
pub(super) struct Network {
    pub(super) checks: Vec<Check>,
    /// Those that do not answer.
    pub(super) dead: Vec<StsAddress>,
}

pub(super) fn look(catalog: &Catalog, app: &App) -> Network {
    let mut network = Network {
        checks: vec![authorities(app)],
        dead: Vec::new(),
    };
    let caller = &app.settings.caller;
    if let Some(url) = caller.endpoint_url.as_ref().filter(|url| !url.is_private()) {
        let error = PlanError::InsecureEndpoint("STS", url.clone());
        network.checks.push(words::of_error("STS", error.into()));
        return network;
    }
    let mut addresses: Vec<StsAddress> = Vec::new();
    for session in catalog.iter() {
        let (address, _) = sts_of(session, catalog, caller);
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    let mut times = Vec::new();
    let answers = ask_all(&addresses, app);
    for (address, (answer, at)) in addresses.into_iter().zip(answers) {
        match answer {
            Ok(answer) => {
                let said = reached(&address, &answer);
                network.checks.push(Check::ok(name(&address), said));
                times.extend(answer.their_time.map(|theirs| (theirs, at)));
            }
            Err(error) => {
                network.checks.push(unreached(&address, &error));
                network.dead.push(address);
            }
        }
    }
    network.checks.extend(clock(&times));
    network
}

/// All at once: one that says nothing holds up no other.
fn ask_all(addresses: &[StsAddress], app: &App) -> Vec<(Result<Answer, AwsError>, Timestamp)> {
    let open = app.separate_sts();
    thread::scope(|scope| {
        let asked: Vec<_> = addresses
            .iter()
            .map(|address| {
                let open = &open;
                scope.spawn(move || (open().probe(address), app::now()))
            })
            .collect();
        asked
            .into_iter()
            .map(|asked| asked.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    })
}

fn name(address: &StsAddress) -> String {
    format!("STS {}", address.region)
}

fn reached(address: &StsAddress, answer: &Answer) -> String {
    let place = match (&address.endpoint_url, &answer.route) {
        (Some(url), _) => url.to_string(),
        (None, Some(route)) => route.host.clone(),
        (None, None) => address.region.to_string(),
    };
    match answer.route.as_ref().and_then(|route| route.proxy.as_ref()) {
        Some(proxy) => format!("{place} answers, through the proxy {proxy}"),
        None => format!("{place} answers"),
    }
}

fn unreached(address: &StsAddress, error: &AwsError) -> Check {
    let name = name(address);
    match error.kind {
        // The bundle has a check of its own.
        AwsErrorKind::Local => Check::failed(name, format!("cannot be asked: {error}")),
        _ => words::of_error(&name, CommandError::no_answer(error)),
    }
}

fn authorities(app: &App) -> Check {
    let name = "authorities";
    let Some(file) = &app.settings.ca_bundle else {
        return if system_has_authorities() {
            Check::ok(name, "those of the system are believed")
        } else {
            Check::failed(
                name,
                "this system has none, so that nobody can vouch for AWS",
            )
            .next(words::NO_AUTHORITIES)
        };
    };
    match usable_certificates(file) {
        Ok((usable, odd)) => {
            let well = format!(
                "{} of `AWS_CA_BUNDLE` (`{}`), and no others",
                usable.len(),
                file.display()
            );
            match odd {
                0 => Check::ok(name, well),
                odd => Check::warning(name, format!("{well}; {odd} in it cannot be used"))
                    .next(words::odd_certificates(&file.display().to_string())),
            }
        }
        Err(error) => words::of_error(name, CommandError::ca_bundle(&error)),
    }
}

fn clock(times: &[(Timestamp, Timestamp)]) -> Option<Check> {
    let name = "clock";
    // A proxy can answer from a cache; the nearest is the truest.
    let (theirs, ours) = times
        .iter()
        .min_by_key(|(theirs, ours)| theirs.0.abs_diff(ours.0))?;
    let Skew { off, said } = skew(*theirs, *ours);
    Some(if off > AWS_FORGIVES {
        Check::failed(
            name,
            format!("{said}: AWS refuses what other programs sign"),
        )
        .next(words::CLOCK)
    } else if off > SLACK {
        Check::warning(name, said).next(words::CLOCK)
    } else {
        Check::ok(name, said)
    })
}
