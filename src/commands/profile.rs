//! Named profiles, as several verbs need them: putting one there, taking one away, and saying so.

use std::path::Path;

use super::error::CommandError;
use crate::app::App;
use crate::aws_files::{Access, AwsFile, AwsFiles, Form, Left, Profile, Started};
use crate::env_vars;
use crate::model::{Alias, Catalog, Credentials, Session};

const BOTH: [AwsFile; 2] = [AwsFile::Config, AwsFile::Credentials];

/// Lets programs that use the session's named profile run us. Another session that had the profile
/// loses it, and that is said.
pub(super) fn start_process(
    session: &Session,
    leapp: &Path,
    app: &App,
) -> Result<(), CommandError> {
    let mut arguments = vec!["credential-process", session.alias.as_str()];
    // Whoever starts a protected session has been asked now. A program that uses it later could not be.
    if session.protected {
        arguments.push("--yes");
    }
    // The program that uses it later may not have the variable.
    let directory = app.settings.other_config_dir.as_deref();
    let access = Access::Process {
        leapp,
        variable: directory.map(|directory| (env_vars::CONFIG_DIR, directory)),
        arguments: &arguments,
    };
    start(session, access, app)
}

/// Writes keys under the session's named profile.
pub(super) fn start_keys(
    session: &Session,
    credentials: &Credentials,
    app: &App,
) -> Result<(), CommandError> {
    start(session, Access::Keys(credentials), app)
}

fn start(session: &Session, access: Access<'_>, app: &App) -> Result<(), CommandError> {
    let catalog = app.catalog()?;
    let profile = Profile {
        alias: &session.alias,
        name: &session.named_profile,
        region: &session.region,
        endpoint_url: catalog.endpoint_of(session).map(|(url, _)| url),
    };
    let files = app.aws_files();
    let missing = BOTH.map(|file| files.place(file).is_missing());
    for Started { alias, profile, .. } in files.start(profile, access)? {
        app.printer.note(&format!(
            "stopped `{alias}`, which had the named profile `{profile}`"
        ));
    }
    for (file, was_missing) in BOTH.into_iter().zip(missing) {
        let place = files.place(file);
        if let Some(variable) = place
            .variable
            .filter(|_| was_missing && !place.is_missing())
        {
            app.printer.note(&format!(
                "created `{}`, which `{variable}` names",
                place.path.display()
            ));
        }
    }
    Ok(())
}

/// Warns of the lines for which the AWS CLI reads nothing of one of its files.
pub(super) fn warn_of_rejected(
    files: &AwsFiles,
    file: AwsFile,
    app: &App,
) -> Result<(), CommandError> {
    let document = files.read(file)?;
    let path = files.path(file).display();
    for problem in document.problems() {
        app.printer.warn(&format!(
            "the AWS CLI cannot read `{path}`: line {}: {}",
            problem.line, problem.fault
        ));
    }
    Ok(())
}

/// Warns of files that a variable names, and that do not exist.
pub(super) fn warn_of_missing(files: &AwsFiles, app: &App) {
    for file in BOTH {
        if let Some(missing) = missing(files, file) {
            app.printer.warn(&missing);
        }
    }
}

/// What is wrong with the variable that names one of the files, if it names one that does not exist.
pub(super) fn missing(files: &AwsFiles, file: AwsFile) -> Option<String> {
    let place = files.place(file);
    let variable = place.variable.filter(|_| place.is_missing())?;
    if place.path.as_os_str().is_empty() {
        return Some(format!(
            "`{variable}` is empty, and so the AWS CLI reads no such file"
        ));
    }
    let path = place.path.display();
    Some(format!("`{variable}` names `{path}`, which does not exist"))
}

/// Takes away the named profiles of the sessions that are meant, and says which; whether there was any.
pub(super) fn stop(is_meant: impl Fn(&Alias) -> bool, app: &App) -> Result<bool, CommandError> {
    let (stopped, left) = app.aws_files().stop(is_meant)?;
    for Started { alias, .. } in &stopped {
        app.printer.note(&format!("stopped `{alias}`"));
    }
    let files = app.aws_files();
    for file in BOTH {
        warn_of_rejected(&files, file, app)?;
    }
    for Left { file, line } in left {
        app.printer.note(&format!(
            "{}:{line}: what was added to this profile stays",
            file.display()
        ));
    }
    Ok(!stopped.is_empty())
}

/// Whether the profile of a session that is to be renamed could go along: once it is renamed, it is too
/// late to find out.
pub(super) fn check_renaming(session: &Session, to: &Alias, app: &App) -> Result<(), CommandError> {
    let follows = session.named_profile == session.alias.as_str();
    let profile = if follows {
        to.as_str()
    } else {
        &session.named_profile
    };
    check(&session.alias, profile, app)
}

/// Whether a session that is started could be started again, under this profile.
pub(super) fn check(alias: &Alias, profile: &str, app: &App) -> Result<(), CommandError> {
    match form(alias, app)? {
        Some(Form::CredentialProcess) => Ok(app.aws_files().check(profile)?),
        Some(Form::WrittenCredentials) | None => Ok(()),
    }
}

/// In which form a session is started, if it is.
fn form(alias: &Alias, app: &App) -> Result<Option<Form>, CommandError> {
    let started = app.aws_files().started()?;
    let found = started.into_iter().find(|one| one.alias == *alias);
    Ok(found.map(|one| one.form))
}

/// The session is another from now on, or goes by another name: where it is started, it is started as
/// what it is. Written keys are taken away; the next `start` writes new ones.
pub(super) fn follow(
    old: &Alias,
    session: &Session,
    leapp: &Path,
    app: &App,
) -> Result<(), CommandError> {
    let Some(form) = form(old, app)? else {
        return Ok(());
    };
    if *old != session.alias || form == Form::WrittenCredentials {
        app.aws_files().stop(|alias| alias == old)?;
    }
    match form {
        Form::CredentialProcess => start_process(session, leapp, app),
        Form::WrittenCredentials => {
            app.printer.note(&format!(
                "stopped `{old}`; `leapp start {} --write-credentials` starts it again",
                session.alias
            ));
            Ok(())
        }
    }
}

/// The session was changed: where it is started, its named profile says the same from now on.
pub(super) fn changed(
    before: &Session,
    catalog: &Catalog,
    leapp: &Path,
    app: &App,
) -> Result<(), CommandError> {
    let after_all = app.catalog()?;
    let after = after_all.find(before.alias.as_str())?;
    let is_outdated = outdated(catalog, &after_all);
    // A session may get its endpoint from the one that was changed.
    note_outdated(|alias| *alias != after.alias && is_outdated(alias), app)?;
    if !is_outdated(&after.alias) {
        return Ok(());
    }
    // Whether programs may use a protected one is asked of whoever starts it.
    if after.protected && !before.protected {
        return note_outdated(|alias| *alias == after.alias, app);
    }
    follow(&before.alias, after, leapp, app)
}

/// Says which named profiles are not what the sessions say, since these were edited.
pub(super) fn note_edited(before: &Catalog, app: &App) -> Result<(), CommandError> {
    let after = app.catalog()?;
    note_outdated(outdated(before, &after), app)?;
    for Started { alias, profile, .. } in app.aws_files().started()? {
        if before.get(alias.as_str()).is_some() && after.get(alias.as_str()).is_none() {
            app.printer.note(&format!(
                "the named profile `{profile}` is still there; `leapp stop {alias}` takes it away"
            ));
        }
    }
    Ok(())
}

fn note_outdated(is_meant: impl Fn(&Alias) -> bool, app: &App) -> Result<(), CommandError> {
    for Started { alias, form, .. } in app.aws_files().started()? {
        if is_meant(&alias) {
            let keys = match form {
                Form::CredentialProcess => "",
                Form::WrittenCredentials => " --write-credentials",
            };
            app.printer.note(&format!(
                "the named profile of `{alias}` is as it was; run `leapp start {alias}{keys}` again"
            ));
        }
    }
    Ok(())
}

/// Whether what stands in the named profile of a session has changed.
fn outdated<'a>(before: &'a Catalog, after: &'a Catalog) -> impl Fn(&Alias) -> bool + 'a {
    |alias| match (before.get(alias.as_str()), after.get(alias.as_str())) {
        (Some(old), Some(new)) => {
            let endpoints = [before.endpoint_of(old), after.endpoint_of(new)];
            let [was, is] = endpoints.map(|named| named.map(|(url, _)| url));
            old.named_profile != new.named_profile || old.region != new.region || was != is
        }
        _ => false,
    }
}
