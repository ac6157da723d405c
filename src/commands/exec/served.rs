//! `leapp-exec --serve ALIAS -- COMMAND...`

use super::{command, warn_of_program};
use crate::app::App;
use crate::aws_files::{AwsFile, without_default_credentials};
use crate::cli::ExecArgs;
use crate::commands::error::CommandError;
use crate::commands::profile::warn_of_rejected;
use crate::commands::renewals;
use crate::commands::resolve::resolve;
use crate::commands::serve::token_file;
use crate::disk::PrivateFile;
use crate::model::environment::{Access, Served};
use crate::model::programs::Renewal;
use crate::process;

/// Runs the command beside an endpoint, and ends as it does.
pub(super) fn run(args: &ExecArgs, app: &App) -> Result<(), CommandError> {
    let resolved = resolve(args.alias.as_deref(), &args.wishes, app)?;
    warn_of_program(args, Renewal::Endpoint, app);
    let endpoint = renewals::begin(&resolved, 0, app)?;
    // Removed when the command has ended.
    let config = tamed(app)?;
    let token = token_file(&endpoint.token, app)?;
    let served = Served {
        url: endpoint.url,
        token: endpoint.token,
        token_file: token.path().display().to_string(),
        config_file: config
            .as_ref()
            .map(|file| file.path().display().to_string()),
    };
    let environment = resolved
        .environment_by(Access::Endpoint(&served), args.region.as_ref(), app)
        .for_child();
    let (program, arguments) = command(args, app);
    let ended = process::supervise(&program, arguments, &environment)?;
    Err(CommandError::ended(ended))
}

/// A private copy of the AWS config file without what would win over the endpoint, where there is such.
/// What we cannot read, the command cannot either.
fn tamed(app: &App) -> Result<Option<PrivateFile>, CommandError> {
    let files = app.aws_files();
    let Ok(Some(config)) = files.bytes(AwsFile::Config) else {
        return Ok(None);
    };
    warn_of_rejected(&files, AwsFile::Config, app)?;
    let Some(kept) = without_default_credentials(&config) else {
        return Ok(None);
    };
    Ok(Some(PrivateFile::create(&app.aws_config_copies(), &kept)?))
}
