//! What `leapp import` says: what will be done, what was done, what is left to be done by hand.

use std::fmt::Write;

use super::Import;
use crate::app::App;
use crate::commands::error::CommandError;
use crate::imports::{Left, New, Unfinished};
use crate::model::secret::ExposeSecret;
use crate::model::session::Kind;
use crate::model::{Alias, Catalog};
use crate::sessions::check_secret_access_key;
use crate::shell::paste;
use crate::ui::printer::Printer;

/// Warns of secrets that cannot be ones of AWS. They are taken over as they are: AWS has the last word.
pub(super) fn warn_of_odd_secrets(import: &Import, app: &App) {
    // Sessions without an endpoint of their own ask the caller's.
    let caller_is_elsewhere = app.settings.caller.endpoint_url.is_some();
    for key in &import.secrets {
        let id = &key.access_key_id;
        let mut users = import.plan.new.iter();
        let user = users.find(|new| new.draft.get_text("access_key_id") == Some(id.as_str()));
        let is_elsewhere =
            caller_is_elsewhere || user.is_some_and(|user| user.draft.has("endpoint_url"));
        let checked = check_secret_access_key(key.secret_access_key.expose_secret(), is_elsewhere);
        if let Err(why) = checked {
            app.printer.warn(&format!("the secret of `{id}` {why}"));
        }
    }
}

/// Says what becomes of all that was found.
pub(super) fn tell(import: &Import, catalog: &Catalog, printer: Printer) {
    let plan = &import.plan;
    for new in &plan.new {
        printer.note(&format!("new: {}", new_session(new)));
    }
    if let Some(region) = &import.batch.default_region {
        printer.note(&format!(
            "new: `{region}` as the region of sessions that name none"
        ));
    }
    for there in &plan.there {
        let here = named(&there.alias, &there.name);
        printer.note(&format!("already there: {here}"));
    }
    for refused in &plan.refused {
        printer.note(&format!("left out: `{}`: {}", refused.name, refused.reason));
    }
    for line in left_behind(&plan.left) {
        printer.note(&line);
    }
    for remark in &plan.remarks {
        printer.warn(remark);
    }
    for alias in &import.without_secret {
        printer.warn(&format!(
            "the secret of `{alias}` is nowhere to be found; give it: `leapp add user {alias} --secret-access-key -`"
        ));
    }
    for unfinished in &plan.unfinished {
        printer.warn(&format!(
            "the access key of {} is nowhere to be found; define it: `{}`",
            named(&unfinished.alias, &unfinished.name),
            definition(unfinished, catalog)
        ));
    }
}

/// The question whether to do it.
pub(super) fn asked(import: &Import, app: &App) -> Result<String, CommandError> {
    let file = app.sessions().file();
    let sessions = format!("{} to `{}`", sessions(import), file.display());
    Ok(match import.secrets.len() {
        0 => format!("Add {sessions}?"),
        count => {
            let place = app.secrets().place()?;
            format!("Add {sessions}, and {} to {place}?", secrets(count))
        }
    })
}

/// That nothing is new.
pub(super) fn nothing_to_add(import: &Import) -> &'static str {
    if import.plan.there.is_empty() {
        "there is nothing to add"
    } else {
        "there is nothing to add: everything is already imported"
    }
}

/// What was done.
pub(super) fn done(import: &Import, app: &App) -> Result<String, CommandError> {
    let added = format!("added {}", sessions(import));
    Ok(match import.secrets.len() {
        0 => added,
        count => {
            let place = app.secrets().place()?;
            format!("{added}, stored {} in {place}", secrets(count))
        }
    })
}

fn sessions(import: &Import) -> String {
    match import.batch.sessions.len() {
        1 => "1 session".to_owned(),
        count => format!("{count} sessions"),
    }
}

pub(super) fn secrets(count: usize) -> String {
    match count {
        1 => "1 secret".to_owned(),
        count => format!("{count} secrets"),
    }
}

/// With the command that it will run, and the endpoint that it will use: nobody takes these over unseen.
fn new_session(new: &New) -> String {
    let name = named(&new.session.alias, &new.name);
    let mut line = match &new.session.kind {
        Kind::IamUser(user) => format!("{name}, the user of `{}`", user.access_key_id),
        Kind::Federated(role) => format!("{name}, {} behind a SAML login", role.role_arn),
        Kind::Chained(role) => {
            format!("{name}, {} from `{}`", role.role_arn, role.assumer_session)
        }
    };
    if let Kind::IamUser(user) = &new.session.kind
        && let Some(command) = user.mfa.as_ref().and_then(|mfa| mfa.process.as_ref())
    {
        let _ = write!(line, "; it runs `{command}` for its MFA codes");
    }
    if let Some(endpoint) = &new.session.endpoint_url {
        let _ = write!(line, "; at the endpoint `{endpoint}`");
    }
    line
}

/// One line for each setting that stays behind, with all the sessions that had it.
fn left_behind(left: &[(Option<Alias>, Left)]) -> Vec<String> {
    let mut grouped: Vec<(&Left, Vec<String>)> = Vec::new();
    for (alias, left) in left {
        let of = alias.as_ref().map(|alias| format!("`{alias}`"));
        match grouped.iter_mut().find(|(known, _)| *known == left) {
            Some((_, all)) => all.extend(of),
            None => grouped.push((left, of.into_iter().collect())),
        }
    }
    let line = |(left, of): &(&Left, Vec<String>)| {
        let Left { setting, why } = left;
        if of.is_empty() {
            format!("left behind: {setting}: {why}")
        } else {
            format!("left behind: `{setting}` of {}: {why}", of.join(", "))
        }
    };
    grouped.iter().map(line).collect()
}

/// The alias, and what it was called before.
fn named(alias: &Alias, name: &str) -> String {
    if alias.as_str() == name {
        format!("`{alias}`")
    } else {
        format!("`{alias}` (`{name}`)")
    }
}

/// The command that defines an IAM user, but for its access key.
fn definition(user: &Unfinished, catalog: &Catalog) -> String {
    let flag = |flag: &str, key: &str| {
        let said = user.draft.get_text(key);
        said.map(|said| format!(" --{flag} {}", paste([said])))
            .unwrap_or_default()
    };
    let region = match catalog.default_region() {
        Some(region) if user.draft.get_text("region") == Some(region.as_str()) => String::new(),
        _ => flag("region", "region"),
    };
    format!(
        "leapp add user {} --access-key-id AKIA... --secret-access-key -{}{region}",
        user.alias,
        flag("mfa-device", "mfa_device"),
    )
}
