//! The files: what can be read, and who else can.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::unistd::{AccessFlags, access};

use super::words;
use super::{list, shown, unless};
use crate::app::App;
use crate::commands::error::CommandError;
use crate::disk;
use crate::doctor::Check;
use crate::model::Catalog;
use crate::model::plan::check_assumers;
use crate::model::session::Ownership;

/// Those who are not the owner.
const OTHERS: u32 = 0o077;
const OTHERS_WRITE: u32 = 0o022;
const GROUP_WRITES: u32 = 0o020;

/// The sessions, and what there is to say of the files that define them.
pub(super) fn sessions(app: &App) -> (Option<Catalog>, Vec<Check>) {
    let store = app.sessions();
    let catalog = match store.load() {
        Ok(catalog) => catalog,
        Err(error) => {
            return (
                None,
                vec![words::of_error("sessions", CommandError::from(error))],
            );
        }
    };
    let file = store.file();
    let path = shown(&file, app);
    let count = catalog.iter().count();
    let mut checks = vec![if count == 0 {
        Check::warning("sessions", format!("there is none in `{path}`")).next(words::FIRST_SESSION)
    } else {
        let shared = catalog
            .iter()
            .filter(|session| session.origin.ownership == Ownership::Shared)
            .count();
        let shared = if shared == 0 {
            String::new()
        } else {
            format!(", {shared} of them shared")
        };
        writable_by_group(
            "sessions",
            format!("{count} in `{path}`{shared}"),
            &file,
            app,
        )
    }];
    // The first that is broken: mended, it may mend others.
    let broken = catalog
        .iter()
        .find_map(|session| check_assumers(&catalog, session.alias.as_str()).err());
    checks.extend(broken.map(|error| words::of_error("chains", error.into())));
    if let Ok(included) = store.included()
        && !included.is_empty()
    {
        let (mut odd, mut next, mut files) = (Vec::new(), Vec::new(), 0);
        for (pattern, matching) in &included {
            if matching.is_empty() {
                odd.push(format!("`{pattern}` names no file"));
                next.push(words::include(pattern));
            }
            files += matching.len();
        }
        let patterns = list(included.iter().map(|(pattern, _)| pattern));
        let well = format!("{patterns}: {files} files");
        checks.push(unless("included files", well, &odd, next));
    }
    let config = app.settings.config_dir.join("config.toml");
    let path = shown(&config, app);
    checks.push(if config.exists() {
        writable_by_group("settings", format!("`{path}`"), &config, app)
    } else {
        Check::ok("settings", format!("the defaults; there is no `{path}`"))
    });
    (Some(catalog), checks)
}

/// Whoever writes to these files decides which commands and which STS we use. What anybody can write to
/// has been refused before; a group may be its user's own, so that nothing is wrong for certain.
fn writable_by_group(name: &str, well: String, file: &Path, app: &App) -> Check {
    let path = shown(file, app);
    match fs::metadata(file) {
        Ok(found) if found.mode() & GROUP_WRITES != 0 => Check::warning(
            name,
            format!(
                "its group can write to `{path}` (mode {:04o})",
                found.mode() & 0o7777
            ),
        )
        .next(words::not_for_others(&file.display().to_string())),
        _ => Check::ok(name, well),
    }
}

/// The directories of ours, and the files with secrets in them.
pub(super) fn directories(app: &App) -> Vec<Check> {
    let settings = &app.settings;
    let mut checks: Vec<Check> = [
        ("config directory", &settings.config_dir),
        ("data directory", &settings.data_dir),
        ("cache directory", &settings.cache_dir),
    ]
    .into_iter()
    .map(|(name, path)| directory(name, path, app))
    .collect();
    let files = ["vault.age", "identity.age"].map(|file| settings.data_dir.join(file));
    let given = [&settings.identity_file, &settings.passphrase_file];
    let files = files.iter().chain(given.into_iter().flatten());
    checks.extend(files.filter_map(|file| private_file(file, app)));
    checks
}

fn directory(name: &str, path: &Path, app: &App) -> Check {
    let said = shown(path, app);
    let is_config = name == "config directory";
    let check = if is_config {
        disk::own_dir
    } else {
        disk::check_private_dir
    };
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Check::ok(name, format!("`{said}` is made when it is needed"))
        }
        Ok(found) if !is_config && found.is_dir() && found.mode() & OTHERS & !OTHERS_WRITE != 0 => {
            let mode = found.mode() & 0o7777;
            match disk::check_private_dir(path) {
                Err(error) => words::of_error(name, error.into()),
                Ok(()) => Check::warning(
                    name,
                    format!("others can look into `{said}` (mode {mode:04o})"),
                )
                .next(words::private_directory(&path.display().to_string())),
            }
        }
        _ => match check(path) {
            Ok(()) if !is_config && access(path, AccessFlags::W_OK).is_err() => {
                Check::failed(name, format!("nothing can be written to `{said}`"))
                    .next(words::private_directory(&path.display().to_string()))
            }
            Ok(()) => Check::ok(name, format!("`{said}`")),
            Err(error) => words::of_error(name, error.into()),
        },
    }
}

/// Nothing is said of a file that is not there, or as it should be.
fn private_file(file: &Path, app: &App) -> Option<Check> {
    let found = fs::metadata(file).ok()?;
    let mode = found.mode() & 0o7777;
    (found.is_file() && mode & OTHERS != 0).then(|| {
        let said = shown(file, app);
        Check::warning(
            "secret files",
            format!("others can use `{said}` (mode {mode:04o})"),
        )
        .next(words::private_file(&file.display().to_string()))
    })
}
