//! From an alias and wishes to credentials: what the verbs that use a session have in common.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use super::clock::{AWS_FORGIVES, Skew, skew};
use super::error::CommandError;
use super::mfa_code;
use super::pick::{Named, choose};
use crate::app::{self, App, GivenForRun};
use crate::cli::begun;
use crate::cli::{NarrowingArgs, WishArgs};
use crate::disk;
use crate::model::chain::{Hop, Step};
use crate::model::environment::{Access, Marks};
use crate::model::plan::{Narrowing, Wishes, plan};
use crate::model::{Catalog, Chain, Credentials, Environment, Region, Session, Span};
use crate::resolver::{Freshness, Renew, Resolution, Source};
use crate::sessions::check_policy_arn;

/// A question unanswered for this long is withdrawn.
const ANSWER_LIMIT: Duration = Duration::from_mins(2);

/// A session that may be used, with its chain.
pub(super) struct Planned {
    pub(super) session: Session,
    pub(super) chain: Chain,
    wishes: Wishes,
}

/// A chain and the credentials at its end.
pub(super) struct Resolved {
    pub(super) session: Session,
    pub(super) chain: Chain,
    pub(super) credentials: Credentials,
    /// Whether this run has made them.
    pub(super) source: Source,
    pub(super) wishes: Wishes,
}

impl Resolved {
    /// What makes an environment this session's, in its own region or in another.
    pub(super) fn environment(&self, region: Option<&Region>, app: &App) -> Environment {
        self.environment_by(Access::Keys(&self.credentials), region, app)
    }

    /// The same, where programs get at the credentials in this way.
    pub(super) fn environment_by(
        &self,
        access: Access<'_>,
        region: Option<&Region>,
        app: &App,
    ) -> Environment {
        let marks = Marks {
            protected: self.session.protected,
            options: begun::mark(
                &self.wishes,
                region,
                app.settings.other_config_dir.as_deref(),
            ),
        };
        Environment::of(
            &self.chain,
            region.unwrap_or(&self.chain.region),
            access,
            marks,
            app.settings.inherited,
        )
    }
}

/// Resolves the session that a command line means.
pub(super) fn resolve(
    alias: Option<&str>,
    wishes: &WishArgs,
    app: &App,
) -> Result<Resolved, CommandError> {
    let planned = Planned::new(alias, wishes, app)?;
    let Resolution {
        credentials,
        source,
    } = planned.resolution(wishes, app)?;
    let Planned {
        session,
        chain,
        wishes,
    } = planned;
    Ok(Resolved {
        session,
        chain,
        credentials,
        source,
        wishes,
    })
}

impl Planned {
    /// Plans the chain of the session that a command line means; a protected one is asked for.
    pub(super) fn new(
        alias: Option<&str>,
        wishes: &WishArgs,
        app: &App,
    ) -> Result<Self, CommandError> {
        let catalog = app.catalog()?;
        let session = choose(Named::new(alias, wishes.here), &catalog, app)?;
        Self::of(session, wishes, &catalog, app)
    }

    /// The same, of a session that is known.
    pub(super) fn of(
        session: &Session,
        wishes: &WishArgs,
        catalog: &Catalog,
        app: &App,
    ) -> Result<Self, CommandError> {
        let wanted = wanted(wishes)?;
        let chain = plan(
            catalog,
            session.alias.as_str(),
            &wanted,
            &app.settings.caller,
        )?;
        let logs_in = |hop: &Hop| matches!(hop.step, Step::Saml(_));
        if wishes.assertion.is_some() && !chain.hops.iter().any(logs_in) {
            return Err(CommandError::assertion_for_nothing(&session.alias));
        }
        tracing::info!(hops = chain.hops.len(), target = %chain.target, "planned the chain");
        for (index, hop) in chain.hops.iter().enumerate() {
            let lifetime = hop.step.lifetime().unwrap_or(Span(0));
            tracing::debug!(hop = index + 1, name = %hop.name, call = hop.step.call(), %lifetime, region = %hop.sts.region, "planned a hop");
        }
        if session.protected && !wishes.yes {
            confirm(session, app)?;
        }
        Ok(Self {
            session: session.clone(),
            chain,
            wishes: wanted,
        })
    }

    /// The credentials at the end of the chain.
    pub(super) fn credentials(
        &self,
        wishes: &WishArgs,
        app: &App,
    ) -> Result<Credentials, CommandError> {
        Ok(self.resolution(wishes, app)?.credentials)
    }

    fn resolution(&self, wishes: &WishArgs, app: &App) -> Result<Resolution, CommandError> {
        let resolution = app.with_resolver(given(wishes), |resolver| {
            resolver.resolve(&self.chain, freshness(wishes))
        });
        let resolution = resolution.map_err(|error| {
            CommandError::unresolved(*error, begun::options(&self.wishes, None))
        })?;
        // What follows is for the run that makes credentials, not for every use of them.
        if resolution.source == Source::Aws {
            app.recent().note(&self.session.alias);
            warn_of_clock(app);
        }
        if resolution.source == Source::Aws || self.wishes.duration.is_some() {
            for cut in &self.chain.cuts {
                app.printer.note(&format!(
                    "`{}` asks for {}; AWS gives {} to a role that is not assumed by a long-lived key",
                    cut.hop, cut.wanted, cut.allowed
                ));
            }
        }
        Ok(resolution)
    }
}

/// Credentials were had in spite of a wrong clock. What runs with them may not be so lucky.
fn warn_of_clock(app: &App) {
    let Some(theirs) = app.their_time() else {
        return;
    };
    let Skew { off, said } = skew(theirs, app::now());
    if off > AWS_FORGIVES {
        app.printer.warn(&format!(
            "the clock of this machine is {said}; AWS may refuse what runs here (`leapp doctor` says more)"
        ));
    }
}

/// What a command line gives, instead of being asked for it.
pub(super) fn given(wishes: &WishArgs) -> GivenForRun {
    GivenForRun {
        mfa_code: mfa_code::given(wishes.mfa_code.as_deref()),
        assertion: wishes.assertion.clone(),
    }
}

/// How fresh a command line wants credentials to be.
pub(super) fn freshness(wishes: &WishArgs) -> Freshness {
    Freshness {
        min_ttl: wishes.min_ttl,
        renew: if wishes.refresh {
            Renew::AllButMfa
        } else {
            Renew::WhatIsStale
        },
    }
}

/// What a command line wishes for beside the alias.
pub(super) fn wanted(wishes: &WishArgs) -> Result<Wishes, CommandError> {
    let NarrowingArgs {
        read_only,
        policy,
        policy_arn,
    } = &wishes.narrowing;
    let narrowing = match policy {
        Some(policy) => Some(Narrowing::Policy(json(policy)?)),
        None if *read_only => Some(Narrowing::ReadOnly),
        None if policy_arn.is_empty() => None,
        None => {
            for arn in policy_arn {
                check_policy_arn(arn).map_err(|why| CommandError::value("--policy-arn", &why))?;
            }
            Some(Narrowing::PolicyArns(policy_arn.clone()))
        }
    };
    Ok(Wishes {
        duration: wishes.duration,
        min_ttl: wishes.min_ttl,
        narrowing,
        assume: wishes.assume.clone(),
    })
}

/// A policy, given as it is or as a file. What is not an object is not sent.
fn json(policy: &str) -> Result<String, CommandError> {
    let text = if policy.trim_start().starts_with('{') {
        policy.to_owned()
    } else {
        let unreadable = |error: &dyn Error| CommandError::policy(policy, error);
        let bytes = disk::read_given(Path::new(policy)).map_err(|error| unreadable(&error))?;
        String::from_utf8(bytes).map_err(|error| unreadable(&error.utf8_error()))?
    };
    match serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&text) {
        // Compact: AWS counts every character.
        Ok(object) => Ok(serde_json::Value::Object(object).to_string()),
        Err(error) => Err(CommandError::policy(policy, &error)),
    }
}

/// Asks whether a protected session is to be used.
pub(super) fn confirm(session: &Session, app: &App) -> Result<(), CommandError> {
    let alias = &session.alias;
    let terminal = app.questions.terminal();
    let mut terminal = terminal.map_err(|none| CommandError::protected(alias, Some(none)))?;
    if terminal.confirm(&format!("`{alias}` is protected. Use it?"), ANSWER_LIMIT)? {
        Ok(())
    } else {
        Err(CommandError::protected(alias, None))
    }
}
