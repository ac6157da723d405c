//! `leapp import leapp`

use std::io;
use std::path::{Path, PathBuf};

use super::{Brought, carry_out};
use crate::app::App;
use crate::cli::ImportLeappArgs;
use crate::commands::error::CommandError;
use crate::disk;
use crate::imports::leapp::{Half, keyring_account, read};
use crate::imports::leapp_lock::{LockFileError, open};
use crate::imports::machine_id::MachineId;
use crate::imports::{Findings, Found};
use crate::model::AccessKey;
use crate::model::secret::{ExposeSecret, SecretString};
use crate::model::session::Type;
use crate::secrets::SecretError;

/// Imports the sessions of Leapp, and the access keys that it keeps in the OS keyring.
pub(super) fn run(args: &ImportLeappArgs, app: &App) -> Result<(), CommandError> {
    let file = file(args, app);
    let mut findings = findings(&file, args)?;
    let keys = take_keys(&mut findings, app)?;
    let brought = Brought {
        findings,
        keys,
        region: None,
    };
    carry_out(&brought, &args.how, app)
}

fn file(args: &ImportLeappArgs, app: &App) -> PathBuf {
    let home = || app.settings.home.clone().unwrap_or_default();
    let given = args.file.clone();
    given.unwrap_or_else(|| home().join(".Leapp/Leapp-lock.json"))
}

fn findings(file: &Path, args: &ImportLeappArgs) -> Result<Findings, CommandError> {
    let sealed = disk::read_given(file).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound if args.file.is_none() => CommandError::no_leapp_here(file),
        _ => CommandError::unreadable_import(file, &error),
    })?;
    let sealed = String::from_utf8(sealed)
        .map_err(|_| CommandError::lock_file(file, &LockFileError::Foreign("it is not text")))?;
    let ids = match &args.machine_id {
        Some(id) => MachineId::candidates_of(id),
        None => MachineId::candidates_here(),
    };
    let workspace = open(&sealed, &ids).map_err(|error| CommandError::lock_file(file, &error))?;
    read(&workspace).map_err(|error| CommandError::unknown_workspace(file, &error))
}

/// Completes the IAM users with their access keys, and returns those whose secret is there.
fn take_keys(findings: &mut Findings, app: &App) -> Result<Vec<AccessKey>, CommandError> {
    let mut keys = Vec::new();
    let is_user = |found: &&mut Found| found.kind == Type::IamUser;
    for user in findings.found.iter_mut().filter(is_user) {
        let id = match half(user, Half::Id, app) {
            Ok(id) => id,
            // The file may come from another machine: what it says is worth having without its secrets.
            Err(error @ SecretError::Unavailable { .. }) => {
                app.printer.warn(&format!(
                    "Leapp's secrets are out of reach: {}",
                    CommandError::from(error).in_one_line()
                ));
                return Ok(keys);
            }
            Err(error) => return Err(error.into()),
        };
        let Some(id) = id else {
            continue;
        };
        let access_key_id = id.expose_secret().trim().to_owned();
        user.draft.text("access_key_id", Some(&access_key_id));
        if let Some(secret) = half(user, Half::Secret, app)? {
            keys.push(AccessKey {
                access_key_id,
                secret_access_key: SecretString::from(secret.expose_secret().trim()),
            });
        }
    }
    Ok(keys)
}

/// One half of an access key; none where Leapp keeps none.
fn half(user: &Found, half: Half, app: &App) -> Result<Option<SecretString>, SecretError> {
    match app.secrets().of_leapp(&keyring_account(&user.key, half)) {
        Ok(text) if text.expose_secret().trim().is_empty() => Ok(None),
        Ok(text) => Ok(Some(text)),
        Err(SecretError::Missing { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
