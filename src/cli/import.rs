//! The arguments of `leapp import`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

use crate::model::Region;

/// Bring sessions over from Leapp, or from the AWS CLI
///
/// Sessions that are here already stay as they are, so importing again adds only what is new.
/// Secrets go into the secret store; what cannot be imported is listed with the reason, and so is every
/// setting that stays behind.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// From where.
    #[command(subcommand)]
    pub source: ImportSource,
}

/// From where sessions are brought over.
#[derive(Debug, Subcommand)]
#[expect(
    missing_docs,
    reason = "a text here would hide the longer one of the arguments"
)]
pub enum ImportSource {
    AwsConfig(ImportAwsConfigArgs),
    Leapp(ImportLeappArgs),
}

/// The profiles of `~/.aws/config` and `~/.aws/credentials`
///
/// Profiles with access keys become IAM users, profiles with a `role_arn` the roles above them.
#[derive(Debug, Args)]
pub struct ImportAwsConfigArgs {
    /// The config file; where the AWS CLI has it by default
    #[arg(value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
    /// The credentials file; where the AWS CLI has it by default
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub credentials_file: Option<PathBuf>,
    /// Take the access keys out of these files, once the secret store gives them back and AWS accepts
    /// them. Nothing else in the files changes, and no copy of these lines is kept
    #[arg(long, conflicts_with = "dry_run")]
    pub remove_secrets: bool,
    /// How it goes.
    #[command(flatten)]
    pub how: ImportHow,
}

/// The sessions of Leapp, with the secrets that it keeps in the OS keyring
///
/// Nothing of Leapp's is changed.
#[derive(Debug, Args)]
pub struct ImportLeappArgs {
    /// Leapp's lock file; `~/.Leapp/Leapp-lock.json` by default
    #[arg(value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
    /// The id of the machine where the file was written, if it was another one: on Linux, what
    /// `/etc/machine-id` says there
    #[arg(long, value_name = "ID")]
    pub machine_id: Option<String>,
    /// How it goes.
    #[command(flatten)]
    pub how: ImportHow,
}

/// What all imports take.
#[derive(Clone, Debug, Args)]
pub struct ImportHow {
    /// The region of sessions that name none, where `[defaults]` names none
    #[arg(long, value_name = "REGION")]
    pub region: Option<Region>,
    /// Show what would change in `sessions.toml`, and change nothing
    #[arg(long, short = 'n')]
    pub dry_run: bool,
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
}
