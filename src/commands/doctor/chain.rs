//! The chain of a session, really walked: what `leapp exec` would do, and how far it gets.

use super::denied::Around;
use super::iam::Iam;
use super::{denied, lookers, words};
use crate::app::{self, App};
use crate::aws::AwsErrorKind;
use crate::cache::Fingerprint;
use crate::cli::DoctorArgs;
use crate::commands::error::{CommandError, Kind};
use crate::commands::pick::{Named, choose};
use crate::commands::resolve::{Planned, freshness, given};
use crate::doctor::{Check, Diagnosis, HopCheck, Walked};
use crate::model::chain::{Hop, Step, StsAddress};
use crate::model::{Catalog, Chain};
use crate::resolver::{HopError, Outcome, ResolveError};

/// Why no hop was tried.
pub(super) enum Unwalked {
    /// Something is wrong with the chain, or with using it here.
    Finding(CommandError),
    /// The command line means no session or makes no sense, or somebody wants no report any more.
    Error(CommandError),
}

impl From<CommandError> for Unwalked {
    fn from(error: CommandError) -> Self {
        Self::Error(error)
    }
}

/// Walks the chain of the session that is meant.
pub(super) fn walk(
    args: &DoctorArgs,
    catalog: &Catalog,
    app: &App,
    iam: &Iam,
    dead: &[StsAddress],
) -> Result<Walked, Unwalked> {
    let wishes = &args.wishes;
    for alias in &args.with {
        catalog.find(alias).map_err(CommandError::from)?;
    }
    let session = choose(Named::new(args.alias.as_deref(), wishes.here), catalog, app)?;
    let planned = Planned::of(session, wishes, catalog, app);
    let Planned { chain, .. } = planned.map_err(|error| match error.kind {
        Kind::User | Kind::LoginNeeded => Unwalked::Finding(error),
        _ => Unwalked::Error(error),
    })?;
    let asks_the_dead =
        |hop: &Hop| !matches!(hop.step, Step::AccessKey { .. }) && dead.contains(&hop.sts);
    if chain.hops.iter().any(asks_the_dead) {
        let hops = chain.hops.iter();
        let untried = |hop| hop_check(hop, Check::not_tried(&hop.name, "AWS cannot be reached"));
        return Ok(walked(&chain, hops.map(untried).collect()));
    }
    let outcome = app.with_resolver(given(wishes), |resolver| {
        resolver.resolve(&chain, freshness(wishes))
    });
    let hops = match outcome {
        Ok(_) => reached(&chain, app),
        Err(error) => failed(args, &chain, *error, catalog, app, iam)?,
    };
    Ok(walked(&chain, hops))
}

fn walked(chain: &Chain, hops: Vec<HopCheck>) -> Walked {
    Walked {
        target: chain.target.clone(),
        hops,
    }
}

/// Every hop serves; how long its credentials do stands at their head in the cache.
fn reached(chain: &Chain, app: &App) -> Vec<HopCheck> {
    let fingerprints = Fingerprint::of_hops(chain);
    let cache = app.cache();
    let check = |(hop, fingerprint): (&Hop, &Fingerprint)| {
        let kept = cache.header(fingerprint);
        let left = kept.and_then(|kept| kept.expiration.after(app::now()));
        let detail = match left {
            Some(left) => format!("ok ({} left)", left.rounded()),
            None => "ok".to_owned(),
        };
        hop_check(hop, Check::ok(&hop.name, detail))
    };
    chain.hops.iter().zip(&fingerprints).map(check).collect()
}

fn failed(
    args: &DoctorArgs,
    chain: &Chain,
    error: ResolveError,
    catalog: &Catalog,
    app: &App,
    iam: &Iam,
) -> Result<Vec<HopCheck>, CommandError> {
    let index = error.failed;
    let outcomes: Vec<Outcome> = error.hops.iter().map(|hop| hop.outcome).collect();
    let name = chain.hops[index].name.clone();
    let refused = match &error.cause {
        HopError::Sts(refusal)
            if matches!(
                refusal.kind,
                AwsErrorKind::AccessDenied | AwsErrorKind::DurationTooLong
            ) =>
        {
            let with = lookers::lookers(&args.with, catalog, app);
            let around = Around {
                wishes: &args.wishes,
                catalog,
                app,
                iam,
            };
            let diagnosis = denied::diagnose(chain, index, refusal, with, &around);
            Some((Check::failed(&name, words::refused(refusal)), diagnosis))
        }
        _ => None,
    };
    let what_failed = CommandError::from(Box::new(error));
    // Ctrl-C at a question ends this too.
    if matches!(what_failed.kind, Kind::Interrupted | Kind::Ended(_)) {
        return Err(what_failed);
    }
    let mut failed = Some(match refused {
        // What was found says more than the hints for all that can be at fault.
        Some((check, diagnosis)) if !diagnosis.findings.is_empty() => (check, diagnosis),
        _ => (words::of_error(&name, what_failed), Diagnosis::default()),
    });
    let hops = chain.hops.iter().zip(outcomes).enumerate();
    let checks = hops.map(|(number, (hop, outcome))| {
        if number == index
            && let Some((check, diagnosis)) = failed.take()
        {
            return HopCheck {
                diagnosis,
                ..hop_check(hop, check)
            };
        }
        let name = &hop.name;
        hop_check(
            hop,
            match outcome {
                Outcome::NotTried | Outcome::Failed => Check::not_tried(name, "not tried"),
                Outcome::NotNeeded => Check::ok(name, "not needed"),
                Outcome::Cached { left } => {
                    Check::ok(name, format!("ok, from cache ({left} left)"))
                }
                Outcome::Made => Check::ok(name, "ok"),
            },
        )
    });
    Ok(checks.collect())
}

fn hop_check(hop: &Hop, check: Check) -> HopCheck {
    HopCheck {
        check,
        what: match &hop.step {
            Step::AccessKey { access_key_id } | Step::SessionToken { access_key_id, .. } => {
                format!("IAM user, key {access_key_id}")
            }
            Step::Saml(login) => login.role_arn.to_string(),
            Step::AssumeRole(role) => role.role_arn.to_string(),
        },
        role: hop.step.role_arn().cloned(),
        diagnosis: Diagnosis::default(),
    }
}
