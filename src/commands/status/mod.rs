//! `leapp status`: what is active, started, cached and unlocked. No keyring is opened, and nobody is asked.

mod json;

use crate::app::{self, App};
use crate::aws_files::{Form, Started};
use crate::cache::{Fingerprint, Kept};
use crate::cli::StatusArgs;
use crate::commands::error::CommandError;
use crate::model::plan::{Wishes, plan};
use crate::model::session::{Kind, Type};
use crate::model::{Catalog, Timestamp};
use crate::secrets::{Place, Unlocked};
use crate::settings::{InheritedSession, inherited_session};
use crate::ui::page::Page;
use crate::ui::table::table;

/// All that is shown.
pub(super) struct Status {
    pub(super) active: Option<InheritedSession>,
    pub(super) started: Vec<Started>,
    pub(super) cached: Vec<Cached>,
    pub(super) unlocked: Unlocked,
    pub(super) now: Timestamp,
}

/// What is kept of one hop.
pub(super) struct Cached {
    pub(super) session: String,
    pub(super) what: &'static str,
    pub(super) issued: Timestamp,
    pub(super) expiration: Timestamp,
}

/// Shows what leapp holds now.
pub(super) fn run(args: &StatusArgs, app: &App) -> Result<(), CommandError> {
    let now = app::now();
    let kept = app.cache().kept(now)?;
    let mut cached = cached(&kept, &app.catalog()?, app);
    cached.sort_by(|a, b| (&a.session, a.expiration).cmp(&(&b.session, b.expiration)));
    let status = Status {
        active: inherited_session().and_then(InheritedSession::checked),
        started: app.aws_files().started()?,
        cached,
        unlocked: app.secrets().unlocked(),
        now,
    };
    if args.json {
        return Ok(app.printer.json(&json::status(&status))?);
    }
    Ok(app.printer.data(&for_person(&status, app))?)
}

fn cached(kept: &[Kept], catalog: &Catalog, app: &App) -> Vec<Cached> {
    let is_stranger = |kept: &Kept| !kept.is_login && catalog.get(&kept.header.name).is_none();
    // What was cached before a session was renamed bears the old name.
    let renamed = if kept.iter().any(is_stranger) {
        fingerprints(catalog, app)
    } else {
        Vec::new()
    };
    let one = |kept: &Kept| {
        let renamed = renamed.iter().find(|(name, _)| *name == kept.fingerprint);
        let session = match renamed {
            Some((_, alias)) => alias.clone(),
            None if kept.is_login => "-".to_owned(),
            None => kept.header.name.clone(),
        };
        Cached {
            what: what(kept, &session, catalog),
            session,
            issued: kept.header.issued,
            expiration: kept.header.expiration,
        }
    };
    kept.iter().map(one).collect()
}

fn what(kept: &Kept, session: &str, catalog: &Catalog) -> &'static str {
    match catalog.get(session).map(|session| &session.kind) {
        _ if kept.is_login => "SAML login",
        Some(Kind::IamUser(user)) if user.mfa.is_some() => "MFA session",
        Some(kind) if kind.type_of() == Type::IamUser => "session of the user",
        // Also a role that a run went on to, which has no session.
        _ => "role",
    }
}

/// What the sessions would be cached under now.
fn fingerprints(catalog: &Catalog, app: &App) -> Vec<(String, String)> {
    let caller = &app.settings.caller;
    let one = |session: &crate::model::Session| {
        let alias = session.alias.to_string();
        let chain = plan(catalog, &alias, &Wishes::default(), caller).ok()?;
        let last = Fingerprint::of_hops(&chain).pop()?;
        Some((last.to_string(), alias))
    };
    catalog.iter().filter_map(one).collect()
}

fn for_person(status: &Status, app: &App) -> Page {
    let shell = match &status.active {
        Some(active) => in_words(active, status.now),
        None => "no session".to_owned(),
    };
    let page = Page::line(&format!("this shell  {shell}"))
        + Page::line(&format!("profiles    {}", profiles(&status.started)))
        + Page::line(&format!("unlocked    {}", unlocked(&status.unlocked)));
    if status.cached.is_empty() {
        return page + Page::line("cached      nothing");
    }
    let row = |cached: &Cached| {
        let left = cached.expiration.after(status.now);
        vec![
            cached.session.clone(),
            cached.what.to_owned(),
            left.map_or_else(|| "expired".to_owned(), |left| left.rounded().to_string()),
        ]
    };
    let rows: Vec<Vec<String>> = status.cached.iter().map(row).collect();
    let width = app.settings.columns.or_else(|| app.printer.width());
    let header = ["SESSION", "CACHED", "LEFT"];
    page + Page::line("") + table(&header, &rows, width.unwrap_or(usize::MAX))
}

fn in_words(active: &InheritedSession, now: Timestamp) -> String {
    let left = active.left(now).map(|left| match left {
        Some(left) => format!("{} left", left.rounded()),
        None => "expired".to_owned(),
    });
    let parts = [
        Some(active.alias.clone()),
        active.account.clone(),
        active.region.clone(),
        left,
        active
            .overridden_by
            .map(|variable| format!("overridden by {variable}")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The named profiles that programs of this machine can use now.
fn profiles(started: &[Started]) -> String {
    let one = |started: &Started| {
        let Started { alias, profile, .. } = started;
        let name = if profile == alias.as_str() {
            profile.clone()
        } else {
            format!("{profile} ({alias})")
        };
        match started.form {
            Form::CredentialProcess => name,
            Form::WrittenCredentials => format!("{name}, with keys in the credentials file"),
        }
    };
    match started {
        [] => "none".to_owned(),
        some => some.iter().map(one).collect::<Vec<_>>().join("; "),
    }
}

fn unlocked(unlocked: &Unlocked) -> String {
    let mut parts: Vec<String> = unlocked
        .sealing_keys
        .iter()
        .map(|place| format!("the cache, by a key from {place}"))
        .collect();
    if unlocked.vault {
        parts.push(Place::File.to_string());
    }
    if parts.is_empty() {
        return "nothing".to_owned();
    }
    parts.join("; ")
}
