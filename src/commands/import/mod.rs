//! `leapp import`: what all sources have in common.

mod aws_config;
mod leapp;
mod told;

use std::collections::HashMap;
use std::time::Duration;

use similar::TextDiff;

use crate::commands::error::CommandError;
use crate::commands::person::Person;
use told::{asked, done, nothing_to_add, tell, warn_of_odd_secrets};

use crate::app::App;
use crate::cli::{ImportArgs, ImportHow, ImportSource};
use crate::imports::{Findings, New, Plan, plan};
use crate::model::session::Kind;
use crate::model::{AccessKey, Alias, Catalog, Region, Session};
use crate::secrets::{SecretError, SecretName};
use crate::sessions::{Batch, ChangeError, SessionsError};
use crate::ui::page::Page;
use crate::ui::terminal::Terminal;

/// A question unanswered for this long is withdrawn.
pub(super) const ANSWER_LIMIT: Duration = Duration::from_mins(2);

/// Brings sessions over.
pub(super) fn run(args: &ImportArgs, app: &App) -> Result<(), CommandError> {
    match &args.source {
        ImportSource::AwsConfig(args) => aws_config::run(args, app),
        ImportSource::Leapp(args) => leapp::run(args, app),
    }
}

/// What a source has brought.
#[derive(Clone)]
pub(super) struct Brought {
    pub(super) findings: Findings,
    /// The access keys whose secrets are known.
    pub(super) keys: Vec<AccessKey>,
    /// A region for sessions that name none, where nobody says another.
    pub(super) region: Option<Region>,
}

/// What is to be done.
pub(super) struct Import {
    pub(super) plan: Plan,
    pub(super) batch: Batch,
    /// The secrets to be stored.
    pub(super) secrets: Vec<AccessKey>,
    /// IAM users whose secrets are nowhere to be found.
    pub(super) without_secret: Vec<Alias>,
}

/// Imports what was found, as far as it is not here yet. Where another process changes the sessions
/// meanwhile, it is planned again for the sessions as they are then.
pub(super) fn carry_out(brought: &Brought, how: &ImportHow, app: &App) -> Result<(), CommandError> {
    let mut confirmed: Option<Import> = None;
    loop {
        let before = app.sessions().text()?;
        let catalog = app.catalog()?;
        let import = prepare(brought.clone(), before, &catalog, how, app)?;
        let is_confirmed = confirmed.is_some_and(|earlier| earlier.does_the_same(&import));
        // What `--yes` writes is told once it is written: until then, another process may be first.
        let is_told_later = how.yes && !how.dry_run && !import.is_empty();
        if !is_confirmed && !is_told_later {
            tell(&import, &catalog, app.printer);
        }
        if import.is_empty() {
            app.printer.note(nothing_to_add(&import));
            return Ok(());
        }
        if how.dry_run {
            return show_diff(&import.batch, app);
        }
        if !is_confirmed {
            confirm(&import, how, app)?;
            warn_of_odd_secrets(&import, app);
        }
        let written = write(&import, app);
        if let Err(ChangeError::Sessions(SessionsError::Overtaken(_))) = written {
            confirmed = Some(import).filter(|_| !how.yes);
            continue;
        }
        if is_told_later {
            tell(&import, &catalog, app.printer);
        }
        written?;
        app.printer.note(&done(&import, app)?);
        return Ok(());
    }
}

/// Secrets first: no session shall stand without its own. Cut off in between, another import finds that
/// the session is not there yet, and goes on.
fn write(import: &Import, app: &App) -> Result<(), ChangeError<SecretError>> {
    let store = |key: &AccessKey| {
        let name = SecretName::AccessKey(key.access_key_id.clone());
        app.secrets().set(&name, &key.secret_access_key)
    };
    let keep = || import.secrets.iter().try_for_each(store);
    app.sessions().add_all(&import.batch, keep).map(|_| ())
}

fn prepare(
    brought: Brought,
    before: String,
    catalog: &Catalog,
    how: &ImportHow,
    app: &App,
) -> Result<Import, CommandError> {
    let Brought {
        mut findings,
        keys,
        region,
    } = brought;
    let (region, default_region) = regions(&mut findings, catalog, how, region)?;
    let plan = plan(findings, catalog, region.as_ref());
    let batch = Batch {
        sessions: (plan.new.iter())
            .map(|new| (new.session.alias.clone(), new.draft.clone()))
            .collect(),
        default_region: default_region.filter(|_| !plan.new.is_empty()),
        before,
    };
    let keys: HashMap<&str, &AccessKey> = (keys.iter())
        .map(|key| (key.access_key_id.as_str(), key))
        .collect();
    let mut import = Import {
        plan: Plan::default(),
        batch,
        secrets: Vec::new(),
        without_secret: Vec::new(),
    };
    let new = plan.new.iter().map(|new: &New| &new.session);
    let there = plan.there.iter();
    let there = there.filter_map(|there| catalog.get(there.alias.as_str()));
    for session in new.chain(there) {
        import.add_secret(session, &keys, app)?;
    }
    import.plan = plan;
    Ok(import)
}

impl Import {
    fn is_empty(&self) -> bool {
        self.batch.sessions.is_empty() && self.secrets.is_empty()
    }

    /// Whether another import would write the same, so that a person need not be asked again.
    fn does_the_same(&self, other: &Self) -> bool {
        let written = |import: &Self| {
            let sessions = import.batch.sessions.iter();
            let sessions = sessions.map(|(alias, draft)| format!("{alias} {draft:?}"));
            let keys = import.secrets.iter().map(|key| key.access_key_id.clone());
            let region = import.batch.default_region.clone();
            (
                sessions.collect::<Vec<_>>(),
                keys.collect::<Vec<_>>(),
                region,
            )
        };
        written(self) == written(other)
    }

    /// Notes the secret of an IAM user to be stored, unless it is known to lie in a store already.
    fn add_secret(
        &mut self,
        session: &Session,
        keys: &HashMap<&str, &AccessKey>,
        app: &App,
    ) -> Result<(), SecretError> {
        let Kind::IamUser(user) = &session.kind else {
            return Ok(());
        };
        let id = &user.access_key_id;
        if app
            .secrets()
            .remembers(&SecretName::AccessKey(id.clone()))?
        {
            return Ok(());
        }
        match keys.get(id.as_str()) {
            Some(_) if self.secrets.iter().any(|key| key.access_key_id == *id) => {}
            Some(&key) => self.secrets.push(key.clone()),
            None => self.without_secret.push(session.alias.clone()),
        }
        Ok(())
    }
}

/// The region of sessions that name none, and the one that `[defaults]` is to get.
fn regions(
    findings: &mut Findings,
    catalog: &Catalog,
    how: &ImportHow,
    suggested: Option<Region>,
) -> Result<(Option<Region>, Option<Region>), CommandError> {
    let mut without = (findings.found.iter_mut())
        .filter(|found| !found.draft.has("region"))
        .peekable();
    if without.peek().is_none() {
        return Ok((None, how.region.clone()));
    }
    if let Some(default) = catalog.default_region() {
        // The sessions that are here keep their default, so each new one says its region.
        if let Some(wanted) = how.region.as_ref().filter(|wanted| *wanted != default) {
            without.for_each(|found| found.draft.text("region", Some(wanted)));
        }
        return Ok((Some(default.clone()), None));
    }
    let region = match how.region.clone().or(suggested) {
        Some(region) => region,
        None => {
            Person::at_terminal().ask("Region of the sessions that name none", "--region REGION")?
        }
    };
    Ok((Some(region.clone()), Some(region)))
}

fn show_diff(batch: &Batch, app: &App) -> Result<(), CommandError> {
    let store = app.sessions();
    let preview = store.preview(batch)?;
    let file = store.file();
    let file = file.display();
    let diff = TextDiff::from_lines(&preview.before, &preview.after);
    let diff = diff
        .unified_diff()
        .header(&format!("{file}"), &format!("{file}, after the import"))
        .to_string();
    app.printer.data(&Page::lines(&diff))?;
    Ok(())
}

fn confirm(import: &Import, how: &ImportHow, app: &App) -> Result<(), CommandError> {
    if how.yes {
        return Ok(());
    }
    let question = asked(import, app)?;
    let mut terminal = Terminal::open().map_err(|none| CommandError::import_unconfirmed(&none))?;
    if terminal.confirm(&question, ANSWER_LIMIT)? {
        Ok(())
    } else {
        Err(CommandError::nothing_imported())
    }
}
