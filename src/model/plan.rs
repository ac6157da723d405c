//! From a catalog and an alias to the chain that leads there.
//!
//! Everything that AWS will refuse anyway, and that can be known without asking, is found here,
//! before any call: cycles, missing assumers, roles of another partition, durations out of range, the
//! one hour that role chaining allows.

mod error;
mod services;
mod wishes;

use super::chain::{Cut, Hop, RoleStep, SamlStep, Step};
use super::session::{Chained, Federated, IamUser, Kind, Origin, Ownership};
use super::{Catalog, Chain, OtherPartition, Session, Span, Url};

pub use error::{OtherService, PlanError};
pub use services::sts_of;
pub use wishes::{Narrowing, Wishes};

/// Who runs us, and what their environment says about STS and IAM.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Replaces `{user}` in a role session name.
    pub user: String,
    /// Replaces `{host}`.
    pub host: String,
    /// The endpoint that the environment names for STS.
    pub endpoint_url: Option<Url>,
    /// The endpoint that it names for IAM.
    pub iam_endpoint_url: Option<Url>,
}

/// The longest life of a role that is assumed from anything but a long-lived key.
pub const ROLE_CHAINING_LIMIT: Span = Span::HOUR;

/// Orders the hops to `alias`.
///
/// # Errors
/// Everything that can be known to fail without asking AWS: see [`PlanError`].
pub fn plan(
    catalog: &Catalog,
    alias: &str,
    wishes: &Wishes,
    caller: &Caller,
) -> Result<Chain, PlanError> {
    let mut lineage = lineage(catalog, alias)?;
    let named = lineage.len();
    let session = lineage[named - 1];
    check_partitions(&lineage)?;
    let further = wishes.further_roles(session)?;
    lineage.extend(&further);
    let target = lineage[lineage.len() - 1];
    wishes.check_duration(target, catalog)?;
    check_login(lineage[0])?;
    if let Some(url) = caller.endpoint_url.as_ref().filter(|url| !url.is_private()) {
        return Err(PlanError::InsecureEndpoint("STS", url.clone()));
    }

    let mut planner = Planner {
        catalog,
        caller,
        wishes,
        lineage: &lineage,
        named,
        hops: Vec::new(),
        cuts: Vec::new(),
    };
    for (index, session) in lineage.iter().enumerate() {
        planner.push(index, session);
    }
    services::check(&planner.hops, &lineage)?;
    let Planner { mut hops, cuts, .. } = planner;
    if let Some(last) = hops.last_mut() {
        wishes.narrow(last, session)?;
        wishes.check_min_ttl(last, session)?;
    }
    services::check_policies(&hops)?;
    Ok(Chain {
        target: session.alias.clone(),
        region: session.region.clone(),
        endpoint_url: catalog.endpoint_of(session).map(|(url, _)| url.clone()),
        account: target.kind.account().map(str::to_owned),
        hops,
        cuts,
    })
}

/// Whether all that a session is assumed from is there, leads to a root, and is in one partition.
///
/// # Errors
/// [`PlanError::MissingAssumer`], [`PlanError::Cycle`] or [`PlanError::OtherPartition`].
pub fn check_assumers(catalog: &Catalog, alias: &str) -> Result<(), PlanError> {
    check_partitions(&lineage(catalog, alias)?)
}

/// Whether a change has left every chain whole that it has met or made. What led nowhere before may
/// stay so, and a new shared session may wait for a root that everybody defines for themselves.
///
/// # Errors
/// As [`check_assumers`].
pub fn check_change(before: &Catalog, after: &Catalog) -> Result<(), PlanError> {
    let is_new_fault = |session: &&Session| match before.get(session.alias.as_str()) {
        Some(old) => check_assumers(before, old.alias.as_str()).is_ok(),
        None => session.origin.ownership == Ownership::Own,
    };
    let mut answerable = after.iter().filter(is_new_fault);
    answerable.try_for_each(|session| check_assumers(after, session.alias.as_str()))
}

/// The sessions from the root to `alias`.
fn lineage<'a>(catalog: &'a Catalog, alias: &str) -> Result<Vec<&'a Session>, PlanError> {
    let mut lineage = vec![catalog.find(alias)?];
    while let Some(Session {
        kind: Kind::Chained(chained),
        alias,
        origin,
        ..
    }) = lineage.last().copied()
    {
        let at_assumer = || Origin {
            line: chained.assumer_line,
            ..origin.clone()
        };
        let assumer = &chained.assumer_session;
        let session = catalog
            .get(assumer.as_str())
            .ok_or_else(|| PlanError::MissingAssumer {
                session: alias.clone(),
                assumer: assumer.clone(),
                nearest: catalog.nearest(assumer.as_str()),
                origin: at_assumer(),
            })?;
        let met_before = lineage.iter().any(|s| s.alias == session.alias);
        lineage.push(session);
        if met_before {
            let path = lineage.iter().map(|s| s.alias.clone()).collect();
            return Err(PlanError::Cycle {
                path,
                origin: at_assumer(),
            });
        }
    }
    lineage.reverse();
    Ok(lineage)
}

/// A chain stays in the partition of its root. A session that stands in a file and leaves it is refused when
/// it is used: it is not in the way of the others.
fn check_partitions(lineage: &[&Session]) -> Result<(), PlanError> {
    let mut assumer: Option<&Session> = None;
    for session in lineage {
        OtherPartition::check_session(session, assumer).map_err(|why| {
            PlanError::OtherPartition {
                session: session.alias.clone(),
                from: match assumer {
                    Some(assumer) => format!("`{}`", assumer.alias),
                    None => "its identity provider".to_owned(),
                },
                why,
                origin: session.origin.clone(),
            }
        })?;
        assumer = Some(session);
    }
    Ok(())
}

/// IAM Identity Center's own roles are behind its own login, and trust no provider but its own.
fn check_login(root: &Session) -> Result<(), PlanError> {
    match &root.kind {
        Kind::Federated(role) if role.role_arn.is_of_identity_center() => {
            Err(PlanError::IdentityCenterRole {
                session: root.alias.clone(),
                origin: root.origin.clone(),
            })
        }
        _ => Ok(()),
    }
}

struct Planner<'a> {
    catalog: &'a Catalog,
    caller: &'a Caller,
    wishes: &'a Wishes,
    lineage: &'a [&'a Session],
    /// How many of them have a name of their own.
    named: usize,
    hops: Vec<Hop>,
    cuts: Vec<Cut>,
}

impl Planner<'_> {
    fn push(&mut self, index: usize, session: &Session) {
        let step = match &session.kind {
            Kind::IamUser(user) => self.root_user(index, session, user),
            Kind::Federated(role) => self.root_login(index, session, role),
            Kind::Chained(role) => self.role(index, session, role),
        };
        let (sts, endpoint_source) = sts_of(session, self.catalog, self.caller);
        let name = self.name(index, session);
        self.hops.push(Hop {
            name,
            is_session: index < self.named,
            step,
            sts,
            endpoint_source,
        });
    }

    fn root_user(&self, index: usize, session: &Session, user: &IamUser) -> Step {
        let access_key_id = user.access_key_id.clone();
        let is_target = index + 1 == self.lineage.len();
        // A session token without MFA opens nothing that the key itself does not, and counts as role
        // chaining. So a key without MFA signs directly, and so does a key whose only role is wanted
        // for longer than chaining allows: there the code goes along with `AssumeRole`.
        if !is_target && (user.mfa.is_none() || self.only_role_wants_longer_than_chaining_allows())
        {
            return Step::AccessKey { access_key_id };
        }
        Step::SessionToken {
            access_key_id,
            mfa: user.mfa.clone(),
            lifetime: self.wanted(index, session),
        }
    }

    fn only_role_wants_longer_than_chaining_allows(&self) -> bool {
        match self.lineage {
            [_, role] => self.wanted(1, role) > ROLE_CHAINING_LIMIT,
            _ => false,
        }
    }

    fn root_login(&self, index: usize, session: &Session, role: &Federated) -> Step {
        Step::Saml(SamlStep {
            saml_url: role.saml_url.clone(),
            idp_arn: role.idp_arn.clone(),
            role_arn: role.role_arn.clone(),
            saml_process: role.saml_process.clone(),
            policy: None,
            policy_arns: Vec::new(),
            lifetime: self.wanted(index, session),
        })
    }

    fn role(&mut self, index: usize, session: &Session, role: &Chained) -> Step {
        let signed_by_key = matches!(
            self.hops.last(),
            Some(Hop {
                step: Step::AccessKey { .. },
                ..
            })
        );
        let mut lifetime = self.wanted(index, session);
        let is_of_aws = self.catalog.elsewhere(session).is_none();
        if is_of_aws && !signed_by_key && lifetime > ROLE_CHAINING_LIMIT {
            self.cuts.push(Cut {
                hop: self.name(index, session),
                wanted: lifetime,
                allowed: ROLE_CHAINING_LIMIT,
            });
            lifetime = ROLE_CHAINING_LIMIT;
        }
        let mfa = match &self.lineage[0].kind {
            Kind::IamUser(user) if signed_by_key => user.mfa.clone(),
            _ => None,
        };
        let template = role.role_session_name.as_deref().unwrap_or("leapp-{user}");
        Step::AssumeRole(RoleStep {
            role_arn: role.role_arn.clone(),
            session_name: session_name(template, self.caller),
            terms: role.terms.clone(),
            mfa,
            lifetime,
        })
    }

    /// The alias, or the role's name where the role has no session of its own.
    fn name(&self, index: usize, session: &Session) -> String {
        match session.kind.role_arn() {
            Some(role) if index >= self.named => role.name().to_owned(),
            _ => session.alias.to_string(),
        }
    }

    /// The life that is wished for the credentials of one hop, not yet cut to what AWS grants.
    fn wanted(&self, index: usize, session: &Session) -> Span {
        let of_this_run = self
            .wishes
            .duration
            .filter(|_| index + 1 == self.lineage.len());
        of_this_run
            .or(session.duration)
            .unwrap_or_else(|| session.kind.default_duration())
    }
}

/// Fills in a template and cuts it to what STS admits: 2 to 64 characters of `[\w+=,.@-]`.
fn session_name(template: &str, caller: &Caller) -> String {
    let filled = template
        .replace("{user}", &caller.user)
        .replace("{host}", &caller.host);
    let admitted = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    let mut name: String = filled
        .chars()
        .map(|c| if admitted(c) { c } else { '-' })
        .take(64)
        .collect();
    while name.len() < 2 {
        name.push('-');
    }
    name
}

#[cfg(test)]
mod tests;
