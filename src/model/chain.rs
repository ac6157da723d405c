//! From a catalog and an alias to the ordered hops that lead there.
//!
//! Everything that AWS will refuse anyway, and that can be known without asking, is found here,
//! before any call: cycles, missing assumers, durations out of range, the one hour that role
//! chaining allows.

use super::catalog::UnknownSession;
use super::session::{Chained, Federated, IamUser, Kind, Mfa, Origin, RoleTerms};
use super::{Alias, Catalog, Region, RoleArn, SamlProviderArn, Session, Span, Url};

/// The ordered hops from the root (IAM user or SAML login) to the target.
#[derive(Clone, Debug)]
pub struct Chain {
    /// The session that was asked for.
    pub target: Alias,
    /// The region of what runs as it.
    pub region: Region,
    /// The endpoint that the child is to use as well, from the target's own definition.
    pub endpoint_url: Option<Url>,
    /// The account of the target, where its definition tells it.
    pub account: Option<String>,
    /// Never empty; the first is the root.
    pub hops: Vec<Hop>,
    /// Wishes that AWS would refuse, cut to what it grants.
    pub cuts: Vec<Cut>,
}

/// One step of a chain.
#[derive(Clone, Debug)]
pub struct Hop {
    /// The alias of its session, or the role's name for a hop that has no session.
    pub name: String,
    /// What is asked of STS.
    pub step: Step,
    /// Which STS.
    pub sts: StsAddress,
}

/// What is asked of STS, from what the hop before gave.
#[derive(Clone, Debug)]
pub enum Step {
    /// Nothing: the long-lived key itself signs the next hop's request.
    AccessKey {
        /// Names the item in the secret store.
        access_key_id: String,
    },
    /// `GetSessionToken`, signed with the long-lived key.
    SessionToken {
        /// Names the item in the secret store.
        access_key_id: String,
        /// Whose code is sent along.
        mfa: Option<Mfa>,
        /// How long the credentials shall live.
        lifetime: Span,
    },
    /// `AssumeRoleWithSAML`.
    Saml(SamlStep),
    /// `AssumeRole`, signed with what the hop before gave.
    AssumeRole(RoleStep),
}

/// What an `AssumeRoleWithSAML` says.
#[derive(Clone, Debug)]
pub struct SamlStep {
    /// Where the login begins.
    pub saml_url: Url,
    /// The identity provider as IAM knows it.
    pub idp_arn: SamlProviderArn,
    /// The role.
    pub role_arn: RoleArn,
    /// A command that prints the assertion.
    pub saml_process: Option<String>,
    /// How long the credentials shall live.
    pub lifetime: Span,
}

/// What an `AssumeRole` says.
#[derive(Clone, Debug)]
pub struct RoleStep {
    /// The role.
    pub role_arn: RoleArn,
    /// The name of the role session, complete.
    pub session_name: String,
    /// Everything optional.
    pub terms: RoleTerms,
    /// A code that is sent with this very request: only where a long-lived key signs it.
    pub mfa: Option<Mfa>,
    /// How long the credentials shall live.
    pub lifetime: Span,
}

/// Which STS answers a hop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StsAddress {
    /// Whose signatures it expects, and whose regional endpoint is used when no other is named.
    pub region: Region,
    /// An endpoint named by the session or by the environment.
    pub endpoint_url: Option<Url>,
}

/// A duration that was cut to what AWS grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The hop.
    pub hop: String,
    /// What was wished for.
    pub wanted: Span,
    /// What AWS grants.
    pub allowed: Span,
}

/// What one run asks for beside the alias.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// How long the target's credentials shall live.
    pub duration: Option<Span>,
    /// How much of their life must be left.
    pub min_ttl: Option<Span>,
}

/// Who runs us, and what their environment says about STS.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Replaces `{user}` in a role session name.
    pub user: String,
    /// Replaces `{host}`.
    pub host: String,
    /// The endpoint that the environment names for STS.
    pub endpoint_url: Option<Url>,
}

/// Why there is no chain.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PlanError {
    /// The alias is not in the catalog.
    #[error(transparent)]
    UnknownSession(#[from] UnknownSession),
    /// A chained session names an assumer that is not in the catalog.
    #[error("session `{session}` is chained on `{assumer}`, and there is no such session")]
    MissingAssumer {
        /// The chained session.
        session: Alias,
        /// What it names.
        assumer: Alias,
        /// The alias that was probably meant.
        nearest: Option<Alias>,
        /// Where it is named; the line is that of `assumer_session`.
        origin: Origin,
    },
    /// The sessions are chained in a circle.
    #[error("the chain of `{}` never ends: {}", path[0], arrows(path))]
    Cycle {
        /// From the target back; the last was met before.
        path: Vec<Alias>,
        /// Where the circle closes; the line is that of `assumer_session`.
        origin: Origin,
    },
    /// A duration that the type of the session does not have.
    #[error(
        "`{wanted}` is no duration for `{session}`: AWS gives an {kind} session {shortest} to {longest}"
    )]
    Duration {
        /// The session.
        session: Alias,
        /// Its type.
        kind: &'static str,
        /// What was wished for.
        wanted: Span,
        /// The least that AWS gives.
        shortest: Span,
        /// The most that AWS gives.
        longest: Span,
    },
    /// More time left than the credentials live at all.
    #[error("`--min-ttl {wanted}` can not be met: credentials of `{session}` live {lifetime}")]
    MinTtl {
        /// The session.
        session: Alias,
        /// What was wished for.
        wanted: Span,
        /// How long the credentials live.
        lifetime: Span,
    },
    /// The environment would send a signed request over plain http to another machine.
    #[error("the environment sends STS requests to `{0}`, in clear over the network")]
    InsecureEndpoint(Url),
}

fn arrows(path: &[Alias]) -> String {
    path.iter()
        .map(Alias::as_str)
        .collect::<Vec<_>>()
        .join(" -> ")
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
    let lineage = lineage(catalog, alias)?;
    let target = lineage[lineage.len() - 1];
    check_duration(target, wishes)?;
    if let Some(url) = caller.endpoint_url.as_ref().filter(|url| !url.is_private()) {
        return Err(PlanError::InsecureEndpoint(url.clone()));
    }

    let mut planner = Planner {
        caller,
        wishes,
        lineage: &lineage,
        hops: Vec::new(),
        cuts: Vec::new(),
    };
    for (index, session) in lineage.iter().enumerate() {
        planner.push(index, session);
    }
    let Planner { hops, cuts, .. } = planner;
    if let (Some(wanted), Some(lifetime)) = (wishes.min_ttl, hops[hops.len() - 1].step.lifetime())
        && wanted > lifetime
    {
        return Err(PlanError::MinTtl {
            session: target.alias.clone(),
            wanted,
            lifetime,
        });
    }
    Ok(Chain {
        target: target.alias.clone(),
        region: target.region.clone(),
        endpoint_url: target.endpoint_url.clone(),
        account: target.kind.account().map(str::to_owned),
        hops,
        cuts,
    })
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

fn check_duration(target: &Session, wishes: &Wishes) -> Result<(), PlanError> {
    let (shortest, longest) = target.kind.duration_limits();
    match wishes.duration {
        Some(wanted) if wanted < shortest || wanted > longest => Err(PlanError::Duration {
            session: target.alias.clone(),
            kind: target.kind.name(),
            wanted,
            shortest,
            longest,
        }),
        _ => Ok(()),
    }
}

struct Planner<'a> {
    caller: &'a Caller,
    wishes: &'a Wishes,
    lineage: &'a [&'a Session],
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
        let sts = StsAddress {
            region: session
                .sts_region
                .as_ref()
                .unwrap_or(&session.region)
                .clone(),
            endpoint_url: session
                .endpoint_url
                .clone()
                .or_else(|| self.caller.endpoint_url.clone()),
        };
        self.hops.push(Hop {
            name: session.alias.to_string(),
            step,
            sts,
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
        if !signed_by_key && lifetime > ROLE_CHAINING_LIMIT {
            self.cuts.push(Cut {
                hop: session.alias.to_string(),
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

impl Step {
    /// How long the credentials shall live; `None` for the long-lived key.
    pub fn lifetime(&self) -> Option<Span> {
        match self {
            Self::AccessKey { .. } => None,
            Self::SessionToken { lifetime, .. } => Some(*lifetime),
            Self::Saml(saml) => Some(saml.lifetime),
            Self::AssumeRole(role) => Some(role.lifetime),
        }
    }

    /// The device whose code this very step sends.
    pub fn mfa(&self) -> Option<&Mfa> {
        match self {
            Self::SessionToken { mfa, .. } => mfa.as_ref(),
            Self::AssumeRole(role) => role.mfa.as_ref(),
            Self::AccessKey { .. } | Self::Saml(_) => None,
        }
    }

    /// The role it leads to.
    pub fn role_arn(&self) -> Option<&RoleArn> {
        match self {
            Self::Saml(saml) => Some(&saml.role_arn),
            Self::AssumeRole(role) => Some(&role.role_arn),
            Self::AccessKey { .. } | Self::SessionToken { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::session::Ownership;
    use super::*;

    fn caller() -> Caller {
        Caller {
            user: "alice".into(),
            host: "box".into(),
            endpoint_url: None,
        }
    }

    fn session(alias: &str, kind: Kind) -> Session {
        Session {
            alias: alias.parse().unwrap(),
            kind,
            named_profile: alias.into(),
            region: "eu-west-1".parse().unwrap(),
            sts_region: None,
            endpoint_url: None,
            duration: None,
            description: None,
            labels: Vec::new(),
            protected: false,
            origin: Origin {
                file: Path::new("sessions.toml").into(),
                line: 1,
                ownership: Ownership::Own,
            },
        }
    }

    fn user(alias: &str, device: Option<&str>) -> Session {
        let mfa = device.map(|d| Mfa {
            device: d.parse().unwrap(),
            process: None,
        });
        session(
            alias,
            Kind::IamUser(IamUser {
                access_key_id: "AKIAEXAMPLE".into(),
                mfa,
            }),
        )
    }

    fn role(alias: &str, assumer: &str, duration: Option<&str>) -> Session {
        let kind = Kind::Chained(Chained {
            role_arn: format!("arn:aws:iam::444455556666:role/{alias}")
                .parse()
                .unwrap(),
            assumer_session: assumer.parse().unwrap(),
            assumer_line: 7,
            role_session_name: None,
            terms: RoleTerms::default(),
        });
        Session {
            duration: duration.map(|d| d.parse().unwrap()),
            ..session(alias, kind)
        }
    }

    fn catalog(sessions: impl IntoIterator<Item = Session>) -> Catalog {
        let mut catalog = Catalog::default();
        for session in sessions {
            catalog.insert(session).unwrap();
        }
        catalog
    }

    const DEVICE: Option<&str> = Some("arn:aws:iam::111122223333:mfa/alice");

    fn lifetimes(chain: &Chain) -> Vec<Option<u64>> {
        chain
            .hops
            .iter()
            .map(|hop| hop.step.lifetime().map(|l| l.0))
            .collect()
    }

    #[test]
    fn a_user_without_mfa_signs_the_first_role_itself() {
        let catalog = catalog([user("u", None), role("a", "u", Some("12h"))]);
        let chain = plan(&catalog, "a", &Wishes::default(), &caller()).unwrap();
        assert!(matches!(chain.hops[0].step, Step::AccessKey { .. }));
        assert_eq!(lifetimes(&chain), [None, Some(12 * 3600)]);
        assert!(chain.cuts.is_empty());
    }

    #[test]
    fn a_user_with_mfa_opens_one_session_for_all_roles() {
        let catalog = catalog([
            user("u", DEVICE),
            role("a", "u", None),
            role("b", "a", None),
        ]);
        let chain = plan(&catalog, "b", &Wishes::default(), &caller()).unwrap();
        assert!(matches!(
            &chain.hops[0].step,
            Step::SessionToken { mfa: Some(_), .. }
        ));
        assert_eq!(lifetimes(&chain), [Some(12 * 3600), Some(3600), Some(3600)]);
    }

    #[test]
    fn one_long_role_takes_the_code_along_with_the_key() {
        let catalog = catalog([user("u", DEVICE), role("a", "u", None)]);
        let wishes = Wishes {
            duration: Some("4h".parse().unwrap()),
            ..Wishes::default()
        };
        let chain = plan(&catalog, "a", &wishes, &caller()).unwrap();
        assert!(matches!(chain.hops[0].step, Step::AccessKey { .. }));
        assert!(chain.hops[1].step.mfa().is_some());
        assert_eq!(lifetimes(&chain), [None, Some(4 * 3600)]);
    }

    #[test]
    fn from_the_second_role_on_an_hour_is_all_there_is() {
        let catalog = catalog([
            user("u", None),
            role("a", "u", Some("12h")),
            role("b", "a", Some("2h")),
        ]);
        let chain = plan(&catalog, "b", &Wishes::default(), &caller()).unwrap();
        assert_eq!(lifetimes(&chain), [None, Some(12 * 3600), Some(3600)]);
        assert_eq!(
            chain.cuts,
            [Cut {
                hop: "b".into(),
                wanted: Span(7200),
                allowed: Span::HOUR
            }]
        );
    }

    #[test]
    fn what_aws_would_refuse_is_refused_before_any_call() {
        let catalog = catalog([user("u", None), role("a", "u", None)]);
        let wish = |d: &str| Wishes {
            duration: Some(d.parse().unwrap()),
            ..Wishes::default()
        };
        let refused = |alias: &str, d: &str| plan(&catalog, alias, &wish(d), &caller()).is_err();
        assert!(refused("a", "14m") && refused("a", "13h") && refused("u", "37h"));
        assert!(!refused("u", "36h"));
        let min_ttl = Wishes {
            min_ttl: Some(Span(3601)),
            ..Wishes::default()
        };
        assert!(matches!(
            plan(&catalog, "a", &min_ttl, &caller()),
            Err(PlanError::MinTtl { .. })
        ));
    }

    #[test]
    fn circles_and_missing_assumers_name_the_line() {
        let broken = catalog([
            role("a", "b", None),
            role("b", "a", None),
            role("c", "d", None),
        ]);
        let error = plan(&broken, "a", &Wishes::default(), &caller()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the chain of `a` never ends: a -> b -> a"
        );
        let error = plan(&broken, "c", &Wishes::default(), &caller()).unwrap_err();
        assert!(matches!(
            error,
            PlanError::MissingAssumer {
                origin: Origin { line: 7, .. },
                ..
            }
        ));
    }

    #[test]
    fn session_names_are_made_of_what_sts_admits() {
        let odd = Caller {
            user: "Zoë de Wit".into(),
            host: "h".repeat(80),
            endpoint_url: None,
        };
        assert_eq!(session_name("leapp-{user}", &odd), "leapp-Zo--de-Wit");
        assert_eq!(session_name("{host}", &odd).len(), 64);
        assert_eq!(session_name("x", &odd), "x-");
    }

    #[test]
    fn the_environment_can_not_send_requests_in_clear() {
        let catalog = catalog([user("u", None)]);
        let at = |url: &str| Caller {
            endpoint_url: Some(url.parse().unwrap()),
            ..caller()
        };
        assert!(
            plan(
                &catalog,
                "u",
                &Wishes::default(),
                &at("http://127.0.0.1:5000")
            )
            .is_ok()
        );
        assert!(plan(&catalog, "u", &Wishes::default(), &at("http://sts.example")).is_err());
    }
}
