//! Named profiles in the AWS CLI's files: those that point to us, and what keeps them from it.

use super::{shown, unless, words};
use crate::app::App;
use crate::aws_files::{AwsFile, AwsFilesError, Form, Section};
use crate::commands::error::CommandError;
use crate::commands::profile::missing;
use crate::doctor::{Check, Verdict};
use crate::model::Catalog;

const NAME: &str = "named profiles";

pub(super) fn check(catalog: &Catalog, app: &App) -> Check {
    look(catalog, app).unwrap_or_else(|error| words::of_error(NAME, CommandError::from(error)))
}

fn look(catalog: &Catalog, app: &App) -> Result<Check, AwsFilesError> {
    let files = app.aws_files();
    let started = files.started()?;
    let config = files.read(AwsFile::Config)?;
    let credentials = files.read(AwsFile::Credentials)?;
    let credentials_file = shown(files.path(AwsFile::Credentials), app);
    let (mut odd, mut next) = (Vec::new(), Vec::new());
    let mut find = |what: String, step: String| {
        odd.push(what);
        next.push(step);
    };
    for (file, document) in [
        (AwsFile::Config, &config),
        (AwsFile::Credentials, &credentials),
    ] {
        let path = shown(files.path(file), app);
        for problem in document.problems() {
            let line = problem.line;
            find(
                format!(
                    "the AWS CLI cannot read `{path}`: line {line}: {}",
                    problem.fault
                ),
                words::fix_line(problem, &path),
            );
        }
        if let Some(missing) = missing(&files, file) {
            let variable = files.place(file).variable.unwrap_or_default();
            find(missing, words::fix_variable(variable));
        }
    }
    for session in &started {
        let (alias, profile) = (&session.alias, &session.profile);
        if catalog.get(alias.as_str()).is_none() {
            find(
                format!("`{profile}` is of session `{alias}`, which is no more"),
                words::stop(alias.as_str()),
            );
            continue;
        }
        if session.form != Form::CredentialProcess {
            continue;
        }
        if let Some(section) = credentials
            .profile(profile)
            .find(|section| has_keys(section))
        {
            find(
                format!(
                    "the keys of `{profile}` in `{credentials_file}`, line {}, win over session `{alias}`",
                    section.line
                ),
                words::take_out(profile, &credentials_file),
            );
        }
        let command = config
            .profile(profile)
            .find_map(|s| s.value("credential_process"));
        let program = command.and_then(|command| shell_words::split(command).ok());
        let program = program.and_then(|words| words.into_iter().next());
        if let Some(program) = program.filter(|program| !std::path::Path::new(program).exists()) {
            find(
                format!("`{profile}` runs `{program}`, which is not there"),
                words::start(alias.as_str()),
            );
        }
    }
    let well = match started.len() {
        0 => "none of ours".to_owned(),
        count => format!("{count} of ours, and nothing wins over them"),
    };
    let mut check = unless(NAME, well, &odd, next);
    // Then no profile works at all.
    if !config.problems().is_empty() || !credentials.problems().is_empty() {
        check.verdict = Verdict::Failed;
    }
    Ok(check)
}

/// Keys come before a `credential_process`, wherever they stand.
fn has_keys(section: &Section) -> bool {
    section.value("aws_access_key_id").is_some()
}
