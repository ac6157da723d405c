//! `leapp remove ALIAS`

use std::time::Duration;

use super::error::{CommandError, Kind as ErrorKind};
use super::pick::{Named, choose};
use super::profile;
use super::secrets::note_deleted_in;
use crate::app::App;
use crate::cli::RemoveArgs;
use crate::model::session::{IamUser, Kind, Ownership};
use crate::model::{Catalog, Session};
use crate::secrets::{Place, SecretName};
use crate::sessions::check_ours;
use crate::shell::paste;
use crate::ui::terminal::Terminal;

/// A question unanswered for this long is withdrawn.
const ANSWER_LIMIT: Duration = Duration::from_mins(2);

/// Removes a session, and the access key that no other session uses.
pub(super) fn run(args: &RemoveArgs, app: &App) -> Result<(), CommandError> {
    let catalog = app.catalog()?;
    let session = choose(Named::new(args.alias.as_deref(), false), &catalog, app)?;
    let doomed = with_dependents(&catalog, session);
    check_ours(&doomed)?;
    // A person sees in the question what else goes; a script has to say that it means it.
    if doomed.len() > 1 && !args.cascade && (args.yes || Terminal::open().is_err()) {
        let dependents = names(&doomed[1..]);
        return Err(CommandError::still_assumed(&session.alias, &dependents));
    }
    let keys = doomed
        .iter()
        .filter_map(|session| key_of_no_other(&catalog, &doomed, session))
        .collect();
    // Of sessions in other directories nothing is known here, and the usual one has some, as a rule.
    let (keys, staying): (Vec<&str>, Vec<&str>) = match app.settings.other_config_dir {
        Some(_) => (Vec::new(), keys),
        None => (keys, Vec::new()),
    };
    let going = Going {
        sessions: &doomed,
        keys,
        orphans: orphans(&catalog, &doomed),
    };
    if !args.yes {
        going.confirm()?;
    } else if let Some(warning) = going.of_orphans() {
        app.printer.warn(&warning);
    }
    // A profile without its session would fail in programs that know nothing of leapp.
    profile::stop(|alias| doomed.iter().any(|s| s.alias == *alias), app)?;
    let name = |id: &&str| SecretName::AccessKey((*id).to_owned());
    let places = going
        .keys
        .iter()
        .map(|id| app.secrets().place_of(&name(id)));
    let places: Vec<Place> = places.collect::<Result<_, _>>()?;
    app.sessions().remove(&doomed, || {
        let mut keys = going.keys.iter();
        keys.try_for_each(|id| app.secrets().delete(&name(id)))
    })?;
    let dropped: Vec<&str> = doomed.iter().map(|s| s.alias.as_str()).collect();
    app.cache().forget_named(&dropped)?;
    app.printer.note(&format!("removed {}", names(&doomed)));
    for id in &going.keys {
        app.printer.note(&format!(
            "removed the secret of `{id}`; AWS still honours that key until somebody deletes it there"
        ));
    }
    note_deleted_in(&places, app);
    for id in staying {
        app.printer.note(&format!(
            "the secret of `{id}` stays, as sessions of another directory may need it; `{}` removes it",
            paste(["leapp", "secrets", "remove", id])
        ));
    }
    Ok(())
}

/// All that a removal takes away, and whom.
struct Going<'a> {
    sessions: &'a [&'a Session],
    /// The access keys whose secrets no session that stays needs.
    keys: Vec<&'a str>,
    /// Shared sessions that are assumed from one of them.
    orphans: Vec<&'a Session>,
}

impl Going<'_> {
    fn of_orphans(&self) -> Option<String> {
        match &self.orphans[..] {
            [] => None,
            [orphan] => Some(format!(
                "`{}`, which is shared, is assumed from there",
                orphan.alias
            )),
            orphans => Some(format!(
                "{}, which are shared, are assumed from there",
                names(orphans)
            )),
        }
    }

    fn confirm(&self) -> Result<(), CommandError> {
        let mut lines = Vec::new();
        lines.extend(self.of_orphans().map(|text| text + "."));
        if let [session, dependents @ ..] = self.sessions
            && !dependents.is_empty()
        {
            let dependents = names(dependents);
            lines.push(format!("Chained on `{}`: {dependents}.", session.alias));
        }
        for id in &self.keys {
            lines.push(format!(
                "The secret of `{id}` goes too, and AWS does not show it again."
            ));
        }
        let mut terminal = Terminal::open().map_err(|none| CommandError::unconfirmed(&none))?;
        for line in &lines {
            terminal.say(line);
        }
        let question = format!("Remove {}?", names(self.sessions));
        if terminal.confirm(&question, ANSWER_LIMIT)? {
            Ok(())
        } else {
            Err(CommandError::new(ErrorKind::User, "nothing was removed"))
        }
    }
}

fn orphans<'a>(catalog: &'a Catalog, doomed: &[&'a Session]) -> Vec<&'a Session> {
    let dependents = doomed
        .iter()
        .flat_map(|session| catalog.chained_on(&session.alias));
    dependents
        .filter(|session| session.origin.ownership == Ownership::Shared)
        .collect()
}

fn names(sessions: &[&Session]) -> String {
    let names: Vec<String> = sessions.iter().map(|s| format!("`{}`", s.alias)).collect();
    names.join(", ")
}

/// The session and everything of ours that is chained on it, at any depth; the session first.
/// Shared sessions stay: their files are not ours to write, and whoever shares them may mean that
/// everybody defines the root.
fn with_dependents<'a>(catalog: &'a Catalog, session: &'a Session) -> Vec<&'a Session> {
    let mut found = vec![session];
    let mut next = 0;
    while next < found.len() {
        for dependent in catalog.chained_on(&found[next].alias) {
            let is_ours = dependent.origin.ownership == Ownership::Own;
            // Sessions may be chained in a circle; that is an error elsewhere.
            if is_ours && !found.iter().any(|s| s.alias == dependent.alias) {
                found.push(dependent);
            }
        }
        next += 1;
    }
    found
}

/// The id of the session's access key, where no session that stays has the same.
fn key_of_no_other<'a>(
    catalog: &Catalog,
    doomed: &[&Session],
    session: &'a Session,
) -> Option<&'a str> {
    let Kind::IamUser(IamUser { access_key_id, .. }) = &session.kind else {
        return None;
    };
    let stays = |s: &&Session| !doomed.iter().any(|d| d.alias == s.alias);
    let uses = |s: &Session| matches!(&s.kind, Kind::IamUser(user) if user.access_key_id == *access_key_id);
    (!catalog.iter().filter(stays).any(uses)).then_some(access_key_id)
}
