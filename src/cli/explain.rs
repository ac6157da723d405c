//! The arguments of `leapp explain`.

use clap::Args;

use super::{NarrowingArgs, WishArgs};
use crate::model::{RoleArn, Span};

/// Say what a run would do: hop by hop, without doing it
///
/// Who asks whom for what, for how long and why, where you would be asked, and what is in the cache.
/// Touches no keyring and no network, and takes the options that would change the answer.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The session
    pub alias: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// How long the credentials shall live, as `15m`, `1h30m`, `12h`
    #[arg(long, value_name = "DURATION")]
    pub duration: Option<Span>,
    /// How much of their life must be left; 15m, or a third of it where that is less
    #[arg(long, value_name = "DURATION")]
    pub min_ttl: Option<Span>,
    /// As if every role on the way were renewed, and a SAML login repeated
    #[arg(long)]
    pub refresh: bool,
    /// Use the session that the nearest `.leapp.toml` names
    #[arg(long, conflicts_with = "alias")]
    pub here: bool,
    /// What it may do less than its role.
    #[command(flatten)]
    pub narrowing: NarrowingArgs,
    /// Go on to this role; may be repeated
    #[arg(long, value_name = "ROLE_ARN", help_heading = "Less and more")]
    pub assume: Vec<RoleArn>,
}

impl ExplainArgs {
    /// The same wishes, as those who act on them take them.
    pub fn wishes(&self) -> WishArgs {
        WishArgs {
            duration: self.duration,
            min_ttl: self.min_ttl,
            refresh: self.refresh,
            here: self.here,
            narrowing: self.narrowing.clone(),
            assume: self.assume.clone(),
            ..WishArgs::default()
        }
    }
}
