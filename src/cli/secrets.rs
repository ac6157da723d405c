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
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum SecretsVerb {
    /// Move all secrets to one store, where new ones go then, too
    Move {
        /// The store
        #[arg(long, value_enum)]
        to: PlaceArg,
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
