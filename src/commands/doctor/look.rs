//! What can be seen of policies.

use super::iam::{Iam, Unseen};
use super::lookers::Looker;
use super::words;
use crate::aws::{AwsError, AwsErrorKind};
use crate::doctor::{Asked, Sight, Simulation};
use crate::iam::{Decision, Look, Owner, Role};
use crate::model::{RoleArn, Span};
use crate::policy::{Document, Fact, Principal};

/// What could be seen of a role.
#[derive(Default)]
pub(super) struct SeenRole {
    pub(super) trust: Sight,
    pub(super) longest_session: Option<Span>,
    /// It was looked for, and is not there.
    pub(super) is_missing: bool,
}

/// What could be seen of the identity that asks.
#[derive(Default)]
pub(super) struct SeenIdentity {
    pub(super) policies: Sight,
    pub(super) boundary: Option<(String, Document)>,
    pub(super) simulated: Option<Simulation>,
    pub(super) mfa_device: Option<String>,
}

/// Looks at a role, as whoever of them is in its account.
pub(super) fn role(role: &RoleArn, lookers: &[Looker], iam: &Iam) -> SeenRole {
    let mut unseen = Vec::new();
    for looker in lookers
        .iter()
        .filter(|looker| looker.account == role.account())
    {
        match iam.ask(looker, |look| look.role(role.name())) {
            Ok(Role {
                trust_policy,
                longest_session,
                ..
            }) => {
                let mut trust = Sight::default();
                add(
                    &mut trust,
                    &format!("the trust policy of `{role}`"),
                    &trust_policy,
                );
                return SeenRole {
                    trust,
                    longest_session: Some(longest_session),
                    is_missing: false,
                };
            }
            Err(Unseen::Refused(error)) if error.kind == AwsErrorKind::NoSuchEntity => {
                return SeenRole {
                    is_missing: true,
                    ..SeenRole::default()
                };
            }
            Err(why) => unseen.push(why.of("iam:GetRole", looker)),
        }
    }
    if unseen.is_empty() {
        unseen.push(nobody_in(
            role.account(),
            &format!("the trust policy of `{role}`"),
        ));
    }
    SeenRole {
        trust: Sight {
            seen: Vec::new(),
            unseen,
        },
        ..SeenRole::default()
    }
}

/// Looks at the identity that asks, as whoever of them is in its account.
pub(super) fn identity(
    asker: &Principal,
    role: &RoleArn,
    request: &Asked,
    lookers: &[Looker],
    iam: &Iam,
) -> SeenIdentity {
    let Some(account) = asker.account() else {
        return SeenIdentity::default();
    };
    let mut best: Option<SeenIdentity> = None;
    for looker in lookers.iter().filter(|looker| looker.account == account) {
        let seen = identity_as(asker, role, request, looker, iam);
        let is_whole = seen.policies.unseen.is_empty();
        let before = best
            .as_ref()
            .map_or(usize::MAX, |best| best.policies.unseen.len());
        if seen.policies.unseen.len() < before {
            best = Some(seen);
        }
        if is_whole {
            break;
        }
    }
    best.unwrap_or_else(|| SeenIdentity {
        policies: Sight {
            seen: Vec::new(),
            unseen: vec![nobody_in(
                account,
                &format!("the policies of `{}`", asker.arn()),
            )],
        },
        ..SeenIdentity::default()
    })
}

fn identity_as(
    asker: &Principal,
    role: &RoleArn,
    request: &Asked,
    looker: &Looker,
    iam: &Iam,
) -> SeenIdentity {
    let mut seen = SeenIdentity::default();
    let name = asker.arn().rsplit('/').next().unwrap_or_default();
    let policies = &mut seen.policies;
    let boundary = if asker.arn().contains(":user/") {
        match iam.ask(looker, |look| look.groups_of(name)) {
            Ok(groups) => {
                for group in &groups {
                    of_owner(Owner::Group(group), looker, iam, policies);
                }
            }
            Err(why) => policies
                .unseen
                .push(why.of("iam:ListGroupsForUser", looker)),
        }
        of_owner(Owner::User(name), looker, iam, policies);
        seen.mfa_device = iam
            .ask(looker, |look| look.mfa_devices(name))
            .ok()
            .and_then(|devices| devices.into_iter().next());
        iam.ask(looker, |look| look.boundary_of_user(name))
            .ok()
            .flatten()
    } else {
        of_owner(Owner::Role(name), looker, iam, policies);
        iam.ask(looker, |look| look.role(name))
            .ok()
            .and_then(|role| role.boundary)
    };
    if let Some(arn) = boundary {
        match iam.ask(looker, |look| look.managed_policy(&arn)) {
            Ok(text) => match Document::parse(&text) {
                Ok(document) => seen.boundary = Some((arn, document)),
                Err(why) => policies.unseen.push(format!("the policy `{arn}`: {why}")),
            },
            Err(why) => policies.unseen.push(why.of("iam:GetPolicy", looker)),
        }
    }
    seen.simulated = iam
        .ask(looker, |look| simulated(asker, role, request, look))
        .ok()
        .flatten();
    seen
}

fn of_owner(owner: Owner<'_>, looker: &Looker, iam: &Iam, sight: &mut Sight) {
    let (kind, name) = match owner {
        Owner::User(name) => ("User", name),
        Owner::Group(name) => ("Group", name),
        Owner::Role(name) => ("Role", name),
    };
    match iam.ask(looker, |look| look.inline_policies(owner)) {
        Ok(names) => {
            for policy in names {
                match iam.ask(looker, |look| look.inline_policy(owner, &policy)) {
                    Ok(text) => add(sight, &format!("the policy `{policy}` of `{name}`"), &text),
                    Err(why) => {
                        let action = format!("iam:Get{kind}Policy");
                        sight.unseen.push(why.of(&action, looker));
                    }
                }
            }
        }
        Err(why) => {
            let action = format!("iam:List{kind}Policies");
            sight.unseen.push(why.of(&action, looker));
        }
    }
    match iam.ask(looker, |look| look.attached_policies(owner)) {
        Ok(arns) => {
            for arn in arns {
                managed(&arn, looker, iam, sight);
            }
        }
        Err(why) => {
            let action = format!("iam:ListAttached{kind}Policies");
            sight.unseen.push(why.of(&action, looker));
        }
    }
}

/// Adds a managed policy to what was seen.
pub(super) fn managed(arn: &str, looker: &Looker, iam: &Iam, sight: &mut Sight) {
    match iam.ask(looker, |look| look.managed_policy(arn)) {
        Ok(text) => add(sight, &format!("the policy `{arn}`"), &text),
        Err(why) => sight.unseen.push(why.of("iam:GetPolicy", looker)),
    }
}

/// What IAM itself says, for as many actions as it takes to hear a no.
fn simulated(
    asker: &Principal,
    role: &RoleArn,
    request: &Asked,
    look: Look<'_>,
) -> Result<Option<Simulation>, AwsError> {
    for action in &request.actions {
        let context = request.facts.present();
        let answer = look.simulate(asker.arn(), action, role.as_str(), context)?;
        // IAM takes a key that it was not told for one that the request does not have.
        let is_guess = |key: &String| *request.facts.of(key) != Fact::Absent;
        if answer.missing.iter().any(is_guess) {
            return Ok(None);
        }
        return Ok(Some(match answer.decision {
            Decision::Allowed => continue,
            _ if answer.by_organization => Simulation::OrganizationForbids,
            // The boundary is read and judged by itself.
            _ if answer.by_boundary => return Ok(None),
            Decision::Denied => Simulation::Denies,
            Decision::NotAllowed => Simulation::DoesNotAllow,
        }));
    }
    Ok(Some(Simulation::Allows))
}

fn add(sight: &mut Sight, what: &str, text: &str) {
    match Document::parse(text) {
        Ok(document) => sight.seen.push(document),
        Err(why) => sight.unseen.push(format!("{what}: {why}")),
    }
}

fn nobody_in(account: &str, what: &str) -> String {
    format!("{what}: {}", words::look_with(account))
}
