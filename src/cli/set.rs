//! The arguments of `leapp set`.

use clap::Args;

/// Change a session
///
/// KEY=VALUE sets a key of sessions.toml, KEY= removes it. A list is written `labels=live,eu`, tags are
/// written `tags=Team=x,Env=live`; what has a comma in it is written as in TOML: `labels=["a, b"]`.
/// Without any, on a terminal, you are asked. Comments and order of the file stay.
#[derive(Debug, Args)]
pub struct SetArgs {
    /// The session
    pub alias: Option<String>,
    /// A key and its new value
    #[arg(value_name = "KEY=VALUE")]
    pub changes: Vec<String>,
    /// Remove this key; may be repeated
    #[arg(long, value_name = "KEY")]
    pub unset: Vec<String>,
}
