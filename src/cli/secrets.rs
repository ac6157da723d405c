//! The arguments of `leapp secrets`.

use clap::{Args, Subcommand, ValueEnum};

/// Look after the secret stores
#[derive(Debug, Args)]
pub struct SecretsArgs {
    /// What to do.
    #[command(subcommand)]
    pub verb: SecretsVerb,
}

/// The verbs of `leapp secrets`.
#[derive(Clone, Debug, Subcommand)]
pub enum SecretsVerb {
    /// List the access keys whose secrets are stored, where, and which sessions use them
    ///
    /// Opens no store.
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Move all secrets to one store, where new ones go then, too
    Move {
        /// The store
        #[arg(long, value_enum)]
        to: PlaceArg,
    },
    /// Remove the secret of an access key that no session uses
    Remove {
        /// The access key
        #[arg(value_name = "ACCESS_KEY_ID")]
        id: String,
        /// Without asking
        #[arg(long, short)]
        yes: bool,
    },
}

/// The secret stores as they are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PlaceArg {
    /// The OS keyring
    Keyring,
    /// The file vault, encrypted with age
    File,
}
