//! Named profiles, as several verbs need them: putting one there, taking one away, and saying so.

use std::path::Path;

use super::error::CommandError;
use crate::app::App;
use crate::aws_files::{Access, Form, Left, Profile, Started};
use crate::env_vars;
use crate::model::{Alias, Credentials, Session};

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
    let profile = Profile {
        alias: &session.alias,
        name: &session.named_profile,
        region: &session.region,
        endpoint_url: session.endpoint_url.as_ref(),
    };
    for Started { alias, profile, .. } in app.aws_files().start(profile, access)? {
        app.printer.note(&format!(
            "stopped `{alias}`, which had the named profile `{profile}`"
        ));
    }
    Ok(())
}

/// Takes away the named profiles of the sessions that are meant, and says which; whether there was any.
pub(super) fn stop(is_meant: impl Fn(&Alias) -> bool, app: &App) -> Result<bool, CommandError> {
    let (stopped, left) = app.aws_files().stop(is_meant)?;
    for Started { alias, .. } in &stopped {
        app.printer.note(&format!("stopped `{alias}`"));
    }
    for Left { file, line } in left {
        app.printer.note(&format!(
            "{}:{line}: what was added to this profile stays",
            file.display()
        ));
    }
    Ok(!stopped.is_empty())
}

/// The session goes by another name from now on: where it is started, it is started by that name.
/// Written keys are taken away; the next `start` writes new ones.
pub(super) fn renamed(
    old: &Alias,
    session: &Session,
    leapp: &Path,
    app: &App,
) -> Result<(), CommandError> {
    let started = app.aws_files().started()?;
    let Some(started) = started.into_iter().find(|one| one.alias == *old) else {
        return Ok(());
    };
    app.aws_files().stop(|alias| alias == old)?;
    match started.form {
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
