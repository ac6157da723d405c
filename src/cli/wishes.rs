//! What may be wanted of credentials: the options of `exec`, `env`, `use` and `login`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use crate::model::{RoleArn, Span};

/// What is wanted of the credentials.
#[derive(Clone, Debug, Default, Args)]
pub struct WishArgs {
    /// How long the credentials shall live, as `15m`, `1h30m`, `12h`
    #[arg(long, value_name = "DURATION")]
    pub duration: Option<Span>,
    /// How much of their life must be left; 15m, or a third of it where that is less
    #[arg(long, value_name = "DURATION")]
    pub min_ttl: Option<Span>,
    /// Renew every role on the way, and repeat a SAML login; a live MFA session is kept
    #[arg(long)]
    pub refresh: bool,
    /// Read the MFA code from a line of standard input; a CODE here can be seen by other processes [env: `LEAPP_MFA_CODE`]
    #[arg(long, value_name = "-|CODE")]
    pub mfa_code: Option<String>,
    /// The SAML assertion in base64, instead of a login in the browser; `-` for standard input
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub assertion: Option<PathBuf>,
    /// Use the session that the nearest `.leapp.toml` names
    #[arg(long, conflicts_with = "alias")]
    pub here: bool,
    /// Use a protected session without asking
    #[arg(long, short)]
    pub yes: bool,
    /// What it may do less than its role.
    #[command(flatten)]
    pub narrowing: NarrowingArgs,
    /// Go on to this role; may be repeated
    #[arg(long, value_name = "ROLE_ARN", help_heading = "Less and more")]
    pub assume: Vec<RoleArn>,
}

/// What a run may do less than its role: one of the three.
#[derive(Clone, Debug, Default, Args)]
pub struct NarrowingArgs {
    /// Do nothing but read: AWS's managed `ReadOnlyAccess`
    #[arg(long, help_heading = "Less and more", conflicts_with_all = ["policy", "policy_arn"])]
    pub read_only: bool,
    /// Do only what this policy allows too
    #[arg(long, value_name = "FILE|JSON", value_hint = ValueHint::FilePath, help_heading = "Less and more", conflicts_with = "policy_arn")]
    pub policy: Option<String>,
    /// Do only what this managed policy allows too; may be repeated
    #[arg(long, value_name = "ARN", help_heading = "Less and more")]
    pub policy_arn: Vec<String>,
}
