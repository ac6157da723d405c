//! The arguments of `leapp list`.

use clap::Args;

use super::TypeArg;

/// List sessions
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Only those with this label
    #[arg(long, value_name = "LABEL")]
    pub label: Option<String>,
    /// Only those of this type
    #[arg(long = "type", value_enum, value_name = "TYPE")]
    pub kind: Option<TypeArg>,
}
