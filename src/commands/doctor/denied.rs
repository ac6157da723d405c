//! A hop that AWS denied: the facts of the request, what can be read of both sides, and what that comes to.

use std::collections::HashSet;

use super::iam::Iam;
use super::look;
use super::lookers::Looker;
use super::terms::{name_of, no_such_role, too_long};
use crate::app::{self, App, GivenForRun};
use crate::aws::{AwsError, AwsErrorKind, Signer};
use crate::cli::WishArgs;
use crate::commands::error::CommandError;
use crate::doctor::{Denial, Diagnosis, Sight, When, asked};
use crate::model::chain::{Hop, Step};
use crate::model::{Catalog, Chain, IamAddress, Session, Span, Timestamp};
use crate::policy::{Document, Principal};
use crate::resolver::{Freshness, Renew};
use crate::sts::Sts;

/// Who asked, and on whose behalf they may look.
struct Asker {
    principal: Principal,
    /// When the credentials that ask were issued; `None` for a long-lived key.
    issued: Option<Timestamp>,
    looker: Option<Looker>,
}

/// What a look into a denial needs beside it.
pub(super) struct Around<'a> {
    pub(super) wishes: &'a WishArgs,
    pub(super) catalog: &'a Catalog,
    pub(super) app: &'a App,
    pub(super) iam: &'a Iam,
}

/// Why AWS denied the hop at `failed` of a chain.
pub(super) fn diagnose(
    chain: &Chain,
    failed: usize,
    error: &AwsError,
    (with, not_ready): (Vec<Looker>, Vec<String>),
    around: &Around<'_>,
) -> Diagnosis {
    let mut diagnosis = read_both_sides(chain, failed, error, with, around);
    diagnosis.unseen.extend(not_ready);
    // Whoever does not answer is missing at both sides.
    let mut said = HashSet::new();
    diagnosis.unseen.retain(|what| said.insert(what.clone()));
    diagnosis
}

fn read_both_sides(
    chain: &Chain,
    failed: usize,
    error: &AwsError,
    with: Vec<Looker>,
    around: &Around<'_>,
) -> Diagnosis {
    let Around {
        wishes,
        catalog,
        app,
        iam,
    } = around;
    let hop = &chain.hops[failed];
    let Some(role) = hop.step.role_arn() else {
        return Diagnosis::default();
    };
    let asker = match asker(chain, failed, catalog, app) {
        Ok(asker) => asker,
        Err(why) => {
            return Diagnosis {
                findings: Vec::new(),
                unseen: vec![format!("who asks: {}", why.report.headline)],
            };
        }
    };
    let mut lookers = with;
    lookers.extend(asker.looker);
    let seen = look::role(role, &lookers, iam);
    if error.kind == AwsErrorKind::DurationTooLong {
        let is_wished = wishes.duration.is_some() && failed + 1 == chain.hops.len();
        return too_long(hop, role, seen, is_wished);
    }
    if seen.is_missing {
        return no_such_role(hop, role);
    }
    let when = When {
        now: app::now(),
        issued: asker.issued,
    };
    let Some(request) = asked(chain, failed, &asker.principal, when) else {
        return Diagnosis::default();
    };
    let identity = look::identity(&asker.principal, role, &request, &lookers, iam);
    let mut policies = identity.policies;
    let below = failed.checked_sub(1).map(|below| &chain.hops[below]);
    let session_policies = narrowed(below, &lookers, &mut policies, iam);
    Denial {
        asker: &asker.principal,
        role,
        asked: &request,
        session: name_of(Some(hop)),
        below: name_of(below),
        root: &chain.hops[0].name,
        mfa_device: identity.mfa_device,
        trust: seen.trust,
        identity: policies,
        session_policies,
        narrowed_by: narrowed_by(below),
        boundary: identity.boundary,
        simulated: identity.simulated,
    }
    .diagnose()
}

/// Who asked for the hop at `failed`: what the hop below it gives, or a SAML provider.
fn asker(
    chain: &Chain,
    failed: usize,
    catalog: &Catalog,
    app: &App,
) -> Result<Asker, CommandError> {
    let below = match (failed.checked_sub(1), &chain.hops[failed].step) {
        (_, Step::Saml(login)) => {
            return Ok(Asker {
                principal: Principal::Saml {
                    provider: login.idp_arn.to_string(),
                },
                issued: None,
                looker: None,
            });
        }
        (below, _) => below.unwrap_or(0),
    };
    let hop = &chain.hops[below];
    let (signer, issued) = if let Step::AccessKey { access_key_id } = &hop.step {
        (Signer::from(&app.access_key(access_key_id)?), None)
    } else {
        let mut prefix = chain.clone();
        prefix.hops.truncate(below + 1);
        // It was made a moment ago, and lies in the cache.
        let freshness = Freshness {
            min_ttl: Some(Span::MINUTE),
            renew: Renew::WhatIsStale,
        };
        let made = app.with_resolver(GivenForRun::default(), |resolver| {
            resolver.resolve(&prefix, freshness)
        })?;
        let issued = made.credentials.issued;
        (Signer::from(&made.credentials), Some(issued))
    };
    let who = app
        .sts()
        .get_caller_identity(&hop.sts, &signer)
        .map_err(|error| CommandError::no_identity(&error))?;
    let principal = match hop.step.role_arn() {
        // AWS names the session of a role; policies name the role.
        Some(role) => Principal::Aws {
            arn: role.to_string(),
            session: Some(who.arn.clone()),
            account: who.account.clone(),
        },
        None => Principal::Aws {
            arn: who.arn.clone(),
            session: None,
            account: who.account.clone(),
        },
    };
    let at = address(session_of(hop, chain, catalog), catalog, hop, app);
    Ok(Asker {
        principal,
        issued,
        looker: Some(Looker {
            signer,
            at,
            account: who.account,
            arn: who.arn,
        }),
    })
}

/// The session of a hop; that of the target for a role that `--assume` names.
fn session_of<'c>(hop: &Hop, chain: &Chain, catalog: &'c Catalog) -> Option<&'c Session> {
    catalog
        .get(&hop.name)
        .filter(|_| hop.is_session)
        .or_else(|| catalog.get(chain.target.as_str()))
}

fn address(session: Option<&Session>, catalog: &Catalog, hop: &Hop, app: &App) -> IamAddress {
    let caller = &app.settings.caller;
    let of_session = session.and_then(|session| IamAddress::of(session, catalog, caller).ok());
    of_session.unwrap_or_else(|| IamAddress {
        region: hop.sts.region.of_iam(),
        endpoint_url: None,
    })
}

/// The session policies of the hop below, read where they are managed ones.
fn narrowed(
    below: Option<&Hop>,
    lookers: &[Looker],
    identity: &mut Sight,
    iam: &Iam,
) -> Vec<Document> {
    let (policy, arns): (Option<&str>, &[String]) = match below.map(|hop| &hop.step) {
        Some(Step::AssumeRole(role)) => (role.terms.policy.as_deref(), &role.terms.policy_arns),
        Some(Step::Saml(login)) => (login.policy.as_deref(), &login.policy_arns),
        _ => (None, &[]),
    };
    let inline = policy.and_then(|policy| Document::parse(policy).ok());
    let mut sight = Sight::default();
    for arn in arns {
        let Some(looker) = lookers.last() else {
            continue;
        };
        look::managed(arn, looker, iam, &mut sight);
    }
    if sight.unseen.is_empty() {
        sight.seen.extend(inline);
        return sight.seen;
    }
    // One that could not be read may be the one that allows it.
    identity.unseen.extend(sight.unseen);
    Vec::new()
}

/// The key that says the session policies of a hop.
fn narrowed_by(hop: Option<&Hop>) -> &'static str {
    match hop.map(|hop| &hop.step) {
        Some(Step::AssumeRole(role)) if role.terms.policy.is_none() => "policy_arns",
        _ => "policy",
    }
}
