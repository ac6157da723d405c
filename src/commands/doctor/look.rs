//! Who looks at policies, and what they see.

use super::words;
use crate::app::App;
use crate::aws::{AwsError, AwsErrorKind, Signer};
use crate::cli::WishArgs;
use crate::commands::error::CommandError;
use crate::commands::resolve::{freshness, given, wanted};
use crate::doctor::{Asked, Sight, Simulation};
use crate::iam::{Decision, IamClient, Look, Owner, Role};
use crate::model::plan::{plan, sts_of};
use crate::model::session::Kind;
use crate::model::{Catalog, IamAddress, RoleArn, Span};
use crate::policy::{Document, Principal};
use crate::sts::Sts;

/// Somebody who may look into the account that they are in.
pub(super) struct Looker {
    pub(super) signer: Signer,
    pub(super) at: IamAddress,
    /// Twelve digits.
    pub(super) account: String,
    /// As AWS names them.
    pub(super) arn: String,
}

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

/// The sessions of `--with`: those that are ready to look, and why others are not.
pub(super) fn lookers(
    aliases: &[String],
    catalog: &Catalog,
    app: &App,
) -> (Vec<Looker>, Vec<String>) {
    let (mut ready, mut unseen) = (Vec::new(), Vec::new());
    for alias in aliases {
        match looker(alias, catalog, app) {
            Ok(looker) => ready.push(looker),
            Err(error) => unseen.push(format!("by `{alias}`: {}", error.report.headline)),
        }
    }
    (ready, unseen)
}

fn looker(alias: &str, catalog: &Catalog, app: &App) -> Result<Looker, CommandError> {
    let session = catalog.find(alias)?;
    let caller = &app.settings.caller;
    let signer = match &session.kind {
        // The key itself: AWS lets a session that is made from it without MFA ask nothing of IAM.
        Kind::IamUser(user) if user.mfa.is_none() => {
            Signer::from(&app.access_key(&user.access_key_id)?)
        }
        _ => {
            let wishes = WishArgs::default();
            let chain = plan(catalog, alias, &wanted(&wishes)?, caller)?;
            let made = app.with_resolver(given(&wishes), |resolver| {
                resolver.resolve(&chain, freshness(&wishes))
            })?;
            Signer::from(&made.credentials)
        }
    };
    let who = app
        .sts()
        .get_caller_identity(&sts_of(session, caller), &signer)
        .map_err(|error| CommandError::no_answer(&error))?;
    Ok(Looker {
        signer,
        at: IamAddress::of(session, caller)?,
        account: who.account,
        arn: who.arn,
    })
}

/// Looks at a role, as whoever of them is in its account.
pub(super) fn role(role: &RoleArn, lookers: &[Looker], iam: &IamClient) -> SeenRole {
    let mut unseen = Vec::new();
    for looker in lookers
        .iter()
        .filter(|looker| looker.account == role.account())
    {
        match iam.look(&looker.at, &looker.signer).role(role.name()) {
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
            Err(error) if error.kind == AwsErrorKind::NoSuchEntity => {
                return SeenRole {
                    is_missing: true,
                    ..SeenRole::default()
                };
            }
            Err(error) => unseen.push(refused("iam:GetRole", looker, &error)),
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
    iam: &IamClient,
) -> SeenIdentity {
    let Some(account) = asker.account() else {
        return SeenIdentity::default();
    };
    let mut best: Option<SeenIdentity> = None;
    for looker in lookers.iter().filter(|looker| looker.account == account) {
        let look = iam.look(&looker.at, &looker.signer);
        let seen = identity_as(asker, role, request, looker, look);
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
    look: Look<'_>,
) -> SeenIdentity {
    let mut seen = SeenIdentity::default();
    let name = asker.arn().rsplit('/').next().unwrap_or_default();
    let policies = &mut seen.policies;
    let boundary = if asker.arn().contains(":user/") {
        let groups = look.groups_of(name);
        match groups {
            Ok(groups) => {
                for group in &groups {
                    of_owner(Owner::Group(group), looker, look, policies);
                }
            }
            Err(error) => policies
                .unseen
                .push(refused("iam:ListGroupsForUser", looker, &error)),
        }
        of_owner(Owner::User(name), looker, look, policies);
        seen.mfa_device = look
            .mfa_devices(name)
            .ok()
            .and_then(|devices| devices.into_iter().next());
        look.boundary_of_user(name).ok().flatten()
    } else {
        of_owner(Owner::Role(name), looker, look, policies);
        look.role(name).ok().and_then(|role| role.boundary)
    };
    if let Some(arn) = boundary {
        match look.managed_policy(&arn) {
            Ok(text) => {
                if let Ok(document) = Document::parse(&text) {
                    seen.boundary = Some((arn, document));
                }
            }
            Err(error) => policies
                .unseen
                .push(refused("iam:GetPolicy", looker, &error)),
        }
    }
    seen.simulated = simulated(asker, role, request, look);
    seen
}

fn of_owner(owner: Owner<'_>, looker: &Looker, look: Look<'_>, sight: &mut Sight) {
    let (kind, name) = match owner {
        Owner::User(name) => ("User", name),
        Owner::Group(name) => ("Group", name),
        Owner::Role(name) => ("Role", name),
    };
    match look.inline_policies(owner) {
        Ok(names) => {
            for policy in names {
                match look.inline_policy(owner, &policy) {
                    Ok(text) => add(sight, &format!("the policy `{policy}` of `{name}`"), &text),
                    Err(error) => {
                        sight
                            .unseen
                            .push(refused(&format!("iam:Get{kind}Policy"), looker, &error));
                    }
                }
            }
        }
        Err(error) => {
            sight
                .unseen
                .push(refused(&format!("iam:List{kind}Policies"), looker, &error));
        }
    }
    match look.attached_policies(owner) {
        Ok(arns) => {
            for arn in arns {
                managed(&arn, looker, look, sight);
            }
        }
        Err(error) => {
            sight.unseen.push(refused(
                &format!("iam:ListAttached{kind}Policies"),
                looker,
                &error,
            ));
        }
    }
}

/// Adds a managed policy to what was seen.
pub(super) fn managed(arn: &str, looker: &Looker, look: Look<'_>, sight: &mut Sight) {
    match look.managed_policy(arn) {
        Ok(text) => add(sight, &format!("the policy `{arn}`"), &text),
        Err(error) => sight.unseen.push(refused("iam:GetPolicy", looker, &error)),
    }
}

/// What IAM itself says, for as many actions as it takes to hear a no.
fn simulated(
    asker: &Principal,
    role: &RoleArn,
    request: &Asked,
    look: Look<'_>,
) -> Option<Simulation> {
    for action in &request.actions {
        let context = request.facts.present();
        let answer = look
            .simulate(asker.arn(), action, role.as_str(), context)
            .ok()?;
        match answer.decision {
            Decision::Allowed => {}
            _ if answer.by_organization => return Some(Simulation::OrganizationForbids),
            // The boundary is read and judged by itself.
            _ if answer.by_boundary => return None,
            Decision::Denied => return Some(Simulation::Denies),
            Decision::NotAllowed => return Some(Simulation::DoesNotAllow),
        }
    }
    Some(Simulation::Allows)
}

fn add(sight: &mut Sight, what: &str, text: &str) {
    match Document::parse(text) {
        Ok(document) => sight.seen.push(document),
        Err(why) => sight.unseen.push(format!("{what}: {why}")),
    }
}

fn refused(action: &str, looker: &Looker, error: &AwsError) -> String {
    match error.kind {
        AwsErrorKind::AccessDenied => format!("`{}` may not call `{action}`", looker.arn),
        _ => format!("`{action}` as `{}`: {error}", looker.arn),
    }
}

fn nobody_in(account: &str, what: &str) -> String {
    format!("{what}: {}", words::look_with(account))
}
