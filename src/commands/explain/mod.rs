//! `leapp explain ALIAS`: what a run would do, without doing it. Reads the sessions and the clear
//! headers of the cache; asks neither the keyring nor anybody else.

mod json;
mod text;

use crate::commands::error::CommandError;
use crate::commands::pick::{Named, choose};
use crate::commands::resolve::{freshness, wanted};

use crate::app::{self, App};
use crate::cli::{ExplainArgs, WishArgs};
use crate::model::chain::{Hop, SamlStep, Step};
use crate::model::plan::plan;
use crate::model::session::Mfa;
use crate::model::{Catalog, Chain, Life, Session, Span, Timestamp, is_elsewhere};
use crate::resolver::{Outlook, kept_login, outlook};
use crate::sts;

/// Wider lines are hard to read, however wide the terminal is.
const COMFORTABLE: usize = 100;

/// Explains one session.
pub(super) fn run(args: &ExplainArgs, app: &App) -> Result<(), CommandError> {
    let catalog = app.catalog()?;
    let session = choose(Named::new(args.alias.as_deref(), args.here), &catalog, app)?;
    let wishes = args.wishes();
    let alias = session.alias.as_str();
    let chain = plan(&catalog, alias, &wanted(&wishes)?, &app.settings.caller)?;
    let explanation = Explanation::new(session, &chain, &wishes, &catalog, app);
    if args.json {
        return Ok(app.printer.json(&json::json(&explanation))?);
    }
    let width = app.settings.columns.or_else(|| app.printer.width());
    let text = text::text(&explanation, width.unwrap_or(80).min(COMFORTABLE));
    Ok(app.printer.data(&text)?)
}

/// All that there is to say of a chain.
pub(super) struct Explanation<'a> {
    pub(super) session: &'a Session,
    pub(super) chain: &'a Chain,
    pub(super) hops: Vec<Explained<'a>>,
    pub(super) now: Timestamp,
}

/// All that there is to say of one hop.
pub(super) struct Explained<'a> {
    pub(super) hop: &'a Hop,
    /// Who asks: the hop before; none asks for the root.
    pub(super) asker: Option<&'a Hop>,
    /// Twelve digits; unknown for an IAM user whose MFA device does not tell it.
    pub(super) account: Option<&'a str>,
    pub(super) partition: &'a str,
    /// The URL of its STS; unknown in partitions that are new to us.
    pub(super) endpoint: Option<String>,
    /// Unlimited for the long-lived key.
    pub(super) duration: Option<Duration>,
    pub(super) outlook: Outlook,
    /// An assertion of an earlier login that would be used.
    pub(super) kept_login: Option<Life>,
}

/// For how long, and why.
pub(super) struct Duration {
    /// What was wished for, and by whom.
    pub(super) wanted: Span,
    pub(super) wanted_by: WantedBy,
    /// What is asked of AWS.
    pub(super) asked: Span,
    /// What stands against more, or against this.
    pub(super) limit: Limit,
}

/// Whose wish a duration is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum WantedBy {
    /// `--duration`.
    Option,
    /// The session, or `[defaults]` for its type.
    Session,
    /// Nobody: it is the default.
    Nobody,
}

/// What limits a duration beside the limits of its type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    /// Nothing.
    None,
    /// A role that no long-lived key assumes lives an hour at most: the wish was cut to that.
    RoleChaining,
    /// The role's own maximum, which only AWS knows; beyond it, AWS refuses.
    RoleMaximum,
    /// The same, and where AWS refuses we ask for an hour.
    RoleMaximumOrAnHour,
}

/// What a person would be asked, or a command in their place.
pub(super) enum Ask<'a> {
    /// Whether a protected session is to be used.
    Confirmation,
    /// A code.
    Code(&'a Mfa),
    /// A login.
    Login(&'a SamlStep),
}

impl<'a> Explanation<'a> {
    fn new(
        session: &'a Session,
        chain: &'a Chain,
        wishes: &WishArgs,
        catalog: &'a Catalog,
        app: &App,
    ) -> Self {
        let (now, cache) = (app::now(), app.cache());
        let freshness = freshness(wishes);
        let outlooks = outlook(chain, freshness, &cache, now);
        let named = chain.hops.len() - wishes.assume.len();
        let explained = |(index, (hop, outlook)): (usize, (&'a Hop, Outlook))| {
            let defined = catalog.get(&hop.name).filter(|_| index < named);
            let role = hop.step.role_arn();
            let of_option = wishes.duration.filter(|_| index + 1 == chain.hops.len());
            Explained {
                hop,
                asker: index.checked_sub(1).map(|below| &chain.hops[below]),
                account: match role {
                    Some(role) => Some(role.account()),
                    None => defined.and_then(|session| session.kind.account()),
                },
                partition: role.map_or_else(|| hop.sts.region.partition(), |r| r.partition()),
                endpoint: sts::endpoint(&hop.sts, app.settings.variants),
                duration: duration(chain, index, of_option, defined),
                outlook,
                kept_login: match &hop.step {
                    Step::Saml(saml) => kept_login(saml, freshness, &cache, now),
                    _ => None,
                },
            }
        };
        let hops = chain.hops.iter().zip(outlooks);
        Self {
            session,
            chain,
            hops: hops.enumerate().map(explained).collect(),
            now,
        }
    }

    /// The index of the newest hop that the cache would serve: the next run begins there.
    pub(super) fn begins_with(&self) -> Option<usize> {
        let serves = |hop: &Explained<'_>| matches!(hop.outlook, Outlook::Serves(_));
        self.hops.iter().rposition(serves)
    }

    /// The hops that the next run would have to make.
    fn to_make(&self) -> &[Explained<'a>] {
        &self.hops[self.begins_with().map_or(0, |index| index + 1)..]
    }

    /// How many calls the next run would make.
    pub(super) fn calls(&self) -> usize {
        let asks_aws = |hop: &&Explained<'_>| !matches!(hop.hop.step, Step::AccessKey { .. });
        self.to_make().iter().filter(asks_aws).count()
    }

    /// What the next run would ask.
    pub(super) fn asks(&self) -> Vec<Ask<'a>> {
        let confirmation = self.session.protected.then_some(Ask::Confirmation);
        let of_hops = self
            .to_make()
            .iter()
            .filter_map(|hop| match hop.kept_login {
                Some(_) => None,
                None => hop.ask(),
            });
        confirmation.into_iter().chain(of_hops).collect()
    }
}

impl<'a> Explained<'a> {
    /// What would be asked for this hop, where nothing is kept.
    pub(super) fn ask(&self) -> Option<Ask<'a>> {
        match (&self.hop.step, self.hop.step.mfa()) {
            (Step::Saml(saml), _) => Some(Ask::Login(saml)),
            (_, Some(mfa)) => Some(Ask::Code(mfa)),
            _ => None,
        }
    }

    /// Whether these are an IAM user's credentials that AWS lets call nothing of IAM.
    pub(super) fn is_without_iam(&self) -> bool {
        matches!(self.hop.step, Step::SessionToken { mfa: None, .. })
    }
}

fn duration(
    chain: &Chain,
    index: usize,
    of_option: Option<Span>,
    defined: Option<&Session>,
) -> Option<Duration> {
    let hop = &chain.hops[index];
    let asked = hop.step.lifetime()?;
    let cut = chain.cuts.iter().find(|cut| cut.hop == hop.name);
    let is_long = asked > Span::HOUR;
    let is_elsewhere = hop
        .named_endpoint()
        .is_some_and(|(url, _)| is_elsewhere(url));
    Some(Duration {
        wanted: cut.map_or(asked, |cut| cut.wanted),
        wanted_by: match (of_option, defined.and_then(|session| session.duration)) {
            (Some(_), _) => WantedBy::Option,
            (None, Some(_)) => WantedBy::Session,
            (None, None) => WantedBy::Nobody,
        },
        asked,
        limit: match &hop.step {
            _ if cut.is_some() => Limit::RoleChaining,
            // Other services have limits of their own.
            _ if is_elsewhere => Limit::None,
            Step::Saml(_) if is_long => Limit::RoleMaximumOrAnHour,
            Step::AssumeRole(_) if is_long => Limit::RoleMaximum,
            _ => Limit::None,
        },
    })
}
