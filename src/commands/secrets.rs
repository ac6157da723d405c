//! `leapp secrets move`

use super::error::CommandError;
use crate::app::App;
use crate::cli::{PlaceArg, SecretsArgs, SecretsVerb};
use crate::secrets::Place;

/// Moves secrets from one store to the other.
pub(super) fn run(args: &SecretsArgs, app: &App) -> Result<(), CommandError> {
    let SecretsVerb::Move { to } = args.verb;
    let to = match to {
        PlaceArg::Keyring => Place::Keyring,
        PlaceArg::File => Place::File,
    };
    let moved = app.secrets().move_all(to)?;
    app.printer.note(&match moved {
        0 => format!("nothing was to be moved; new secrets go to {to}"),
        1 => format!("moved 1 secret to {to}; new ones go there too"),
        n => format!("moved {n} secrets to {to}; new ones go there too"),
    });
    Ok(())
}
