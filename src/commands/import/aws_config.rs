//! `leapp import aws-config`

use std::{fs, io};

use super::told::secrets;
use super::{ANSWER_LIMIT, Brought, carry_out};
use crate::app::App;
use crate::aws::Signer;
use crate::aws_files::{AwsFile, AwsFiles, Taken};
use crate::cli::ImportAwsConfigArgs;
use crate::commands::error::CommandError;
use crate::commands::profile::warn_of_missing;
use crate::imports::aws_config;
use crate::model::plan::{PlanError, sts_of};
use crate::model::secret::ExposeSecret;
use crate::model::session::Kind;
use crate::model::{AccessKey, Catalog, Session};
use crate::secrets::SecretName;
use crate::sts::Sts;
use crate::ui::terminal::Terminal;

/// Imports the profiles of the AWS CLI, and their access keys.
pub(super) fn run(args: &ImportAwsConfigArgs, app: &App) -> Result<(), CommandError> {
    let files = files(args, app)?;
    warn_of_missing(&files, app);
    // Which of two values or sections was meant, nobody knows but the user.
    files.check_syntax()?;
    let config = files.read(AwsFile::Config)?;
    let credentials = files.read(AwsFile::Credentials)?;
    let found = aws_config::read(&config, &credentials, &app.settings.config_dir);
    let keys = found.keys.clone();
    let brought = Brought {
        findings: found.sessions,
        keys: found.keys,
        region: found.region.and_then(|region| region.parse().ok()),
    };
    carry_out(&brought, &args.how, app)?;
    if keys.is_empty() || args.how.dry_run {
        return Ok(());
    }
    let keys = imported(&keys, app)?;
    if keys.is_empty() {
        return Ok(());
    }
    let held: Vec<AccessKey> = keys.iter().map(|(key, _)| key.clone()).collect();
    let holders: Vec<String> = [
        (AwsFile::Credentials, credentials),
        (AwsFile::Config, config),
    ]
    .iter()
    .filter(|(_, document)| document.holds_secret_of(&held))
    .map(|(file, _)| format!("`{}`", files.path(*file).display()))
    .collect();
    if is_removal_wanted(keys.len(), &holders.join(" and "), args, app)? {
        remove(&keys, &files, app)?;
    }
    Ok(())
}

/// The two files. One that is named has to be there.
fn files(args: &ImportAwsConfigArgs, app: &App) -> Result<AwsFiles, CommandError> {
    for file in [&args.file, &args.credentials_file].into_iter().flatten() {
        let found = fs::metadata(file).and_then(|found| {
            if found.is_dir() {
                return Err(io::ErrorKind::IsADirectory.into());
            }
            Ok(())
        });
        found.map_err(|error| CommandError::unreadable_import(file, &error))?;
    }
    Ok(app
        .aws_files()
        .at(args.file.clone(), args.credentials_file.clone()))
}

/// The keys that sessions have now, each with one of them.
fn imported(keys: &[AccessKey], app: &App) -> Result<Vec<(AccessKey, Session)>, CommandError> {
    let catalog = app.catalog()?;
    let user_of = |key: &AccessKey| {
        let is_of = |session: &&Session| matches!(&session.kind, Kind::IamUser(user) if user.access_key_id == key.access_key_id);
        let user = catalog.iter().find(is_of)?;
        Some((key.clone(), user.clone()))
    };
    Ok(keys.iter().filter_map(user_of).collect())
}

/// `count` secrets stand in the files `holders`.
fn is_removal_wanted(
    count: usize,
    holders: &str,
    args: &ImportAwsConfigArgs,
    app: &App,
) -> Result<bool, CommandError> {
    if args.remove_secrets {
        return Ok(true);
    }
    let still = format!(
        "{} still in {holders}, in plain text",
        match count {
            1 => "1 secret is".to_owned(),
            count => format!("{count} secrets are"),
        },
    );
    if !args.how.yes
        && let Ok(mut terminal) = Terminal::open()
    {
        terminal.say(&format!("{still}."));
        terminal.say("The AWS CLI can no longer use these profiles without them.");
        let question = format!("Remove {}?", if count == 1 { "it" } else { "them" });
        return Ok(terminal.confirm(&question, ANSWER_LIMIT)?);
    }
    app.printer.note(&format!(
        "{still}; `--remove-secrets` removes what is imported"
    ));
    Ok(false)
}

/// Takes the keys out of the files that are safe elsewhere, and says which are not.
fn remove(keys: &[(AccessKey, Session)], files: &AwsFiles, app: &App) -> Result<(), CommandError> {
    let mut safe = Vec::new();
    let mut failure: Option<CommandError> = None;
    for (key, user) in keys {
        match prove(key, user, app) {
            Ok(arn) => {
                let id = &key.access_key_id;
                app.printer
                    .note(&format!("`{id}` works from the secret store: it is {arn}"));
                safe.push(key.clone());
            }
            Err(error) => {
                // Each key that stays is named; the last one with all there is to say.
                let earlier = failure.replace(error.keeping_secret(&key.access_key_id));
                if let Some(earlier) = earlier {
                    app.printer.warn(&earlier.in_one_line());
                }
            }
        }
    }
    if !safe.is_empty() {
        for taken in files.take_keys(&safe)? {
            told(&taken, files, app);
        }
        app.printer
            .note(&format!("removed {}", secrets(safe.len())));
    }
    failure.map_or(Ok(()), Err)
}

/// Whether a key can be had from the secret store, as it stands in the file, and is one of AWS's; whose.
fn prove(key: &AccessKey, user: &Session, app: &App) -> Result<String, CommandError> {
    let name = SecretName::AccessKey(key.access_key_id.clone());
    let stored = app.secrets().get(&name)?;
    if stored.expose_secret() != key.secret_access_key.expose_secret() {
        return Err(CommandError::other_secret(&user.alias));
    }
    let caller = &app.settings.caller;
    if let Some(url) = caller.endpoint_url.as_ref().filter(|url| !url.is_private()) {
        return Err(PlanError::InsecureEndpoint("STS", url.clone()).into());
    }
    let signer = Signer::from(&AccessKey {
        access_key_id: key.access_key_id.clone(),
        secret_access_key: stored,
    });
    let identity = app
        .sts()
        // A user is a root: no other session says where its requests go.
        .get_caller_identity(&sts_of(user, &Catalog::default(), caller).0, &signer);
    Ok(identity
        .map_err(|error| CommandError::caller_identity(&error))?
        .arn)
}

fn told(taken: &Taken, files: &AwsFiles, app: &App) {
    let file = files.path(taken.file);
    for line in &taken.left {
        app.printer.warn(&format!(
            "{}:{line} still holds a secret, in a comment or elsewhere",
            file.display()
        ));
    }
}
