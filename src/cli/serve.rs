//! The arguments of `leapp serve`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::WishArgs;
use crate::model::Region;

/// Serve a session's credentials on this machine, for containers, editors and hosts over ssh
///
/// It prints what other programs need to ask for them, renews them ahead of time, and ends with Ctrl-C.
/// For a single command, `leapp-exec --serve ALIAS -- COMMAND` does the same.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// The session
    pub alias: Option<String>,
    /// The port on 127.0.0.1; any that is free by default
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// Write the token to this file, of mode 0600, and remove it at the end
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub token_file: Option<PathBuf>,
    /// The region for those programs, instead of the session's
    #[arg(long, value_name = "REGION")]
    pub region: Option<Region>,
    /// What is wanted of the credentials.
    #[command(flatten)]
    pub wishes: WishArgs,
}
