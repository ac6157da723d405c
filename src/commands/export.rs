//! `leapp export`

use std::fs;
use std::path::Path;

use super::error::CommandError;
use crate::app::App;
use crate::cli::ExportArgs;
use crate::disk;
use crate::model::Session;
use crate::model::session::Ownership;
use crate::sessions::{Export, Needed};
use crate::ui::printer::exact;

/// Others are to read it.
const MODE: u32 = 0o644;

/// Writes sessions as a file for others.
pub(super) fn run(args: &ExportArgs, app: &App) -> Result<(), CommandError> {
    let catalog = app.catalog()?;
    let wanted = args.aliases.iter().map(|alias| catalog.find(alias));
    let wanted: Vec<&Session> = wanted.collect::<Result<_, _>>()?;
    let is_shared = |session: &&&Session| session.origin.ownership == Ownership::Shared;
    if let Some(shared) = wanted.iter().find(is_shared) {
        return Err(CommandError::shared_already(&shared.alias, &shared.origin));
    }
    let export = app.sessions().export(&wanted)?;
    if export.sessions.is_empty() {
        return Err(CommandError::nothing_to_export());
    }
    match &args.output {
        Some(file) if file != Path::new("-") => write(file, &export, app)?,
        _ => exact(&export.text)?,
    }
    tell(&export, app);
    Ok(())
}

fn write(file: &Path, export: &Export, app: &App) -> Result<(), CommandError> {
    let own = app.sessions().file();
    let is_own = |file: &Path| fs::canonicalize(file).ok() == fs::canonicalize(&own).ok();
    if file.exists() && is_own(file) {
        return Err(CommandError::export_onto_itself(file));
    }
    // What is included is somebody else's, and each of these sessions would be defined twice.
    if let Some(pattern) = app.sessions().pattern_naming(file)? {
        return Err(CommandError::export_into_include(file, &pattern));
    }
    disk::replace(file, export.text.as_bytes(), MODE)
        .map_err(|error| CommandError::unwritable_export(file, &error))?;
    let count = match export.sessions.len() {
        1 => "1 session".to_owned(),
        count => format!("{count} sessions"),
    };
    let file = file.display();
    app.printer.note(&format!(
        "wrote {count} to `{file}`; whoever gets it adds it to `include`"
    ));
    Ok(())
}

/// Says what is not in the file.
fn tell(export: &Export, app: &App) {
    for (alias, key) in &export.left_out {
        app.printer.note(&format!(
            "left out: `{key}` of `{alias}`, which a shared file may not have"
        ));
    }
    for needed in &export.needed {
        app.printer.note(&match needed {
            Needed::User(alias) => format!(
                "not in it: `{alias}`, an IAM user; everybody defines their own: `leapp add user {alias}`"
            ),
            Needed::Shared(alias, file) => format!(
                "not in it: `{alias}`, which is in `{}`; share that, too",
                file.display()
            ),
            Needed::Undefined(alias) => {
                format!("not in it: `{alias}`, which is not defined here either")
            }
        });
    }
}
