//! A dialog of the Secret Service.

use zbus::blocking::{Connection, Proxy};
use zbus::zvariant::{OwnedObjectPath, OwnedValue};

use super::{Failure, SERVICE};

const INTERFACE: &str = "org.freedesktop.Secret.Prompt";

/// Shows a dialog, and waits until a person has done with it.
pub(super) fn run(bus: &Connection, prompt: &OwnedObjectPath) -> Result<(), Failure> {
    let failed = |error: zbus::Error| super::failure(error.into());
    let dialog = Proxy::new(bus, SERVICE, prompt, INTERFACE).map_err(failed)?;
    let mut completed = dialog.receive_signal("Completed").map_err(failed)?;
    // Without a window of ours that it could belong to.
    dialog.call_method("Prompt", &"").map_err(failed)?;
    let Some(said) = completed.next() else {
        return Err(Failure::Refused("the dialog is gone".to_owned()));
    };
    let body = said.body();
    let (is_dismissed, _): (bool, OwnedValue) = body.deserialize().map_err(failed)?;
    if is_dismissed {
        Err(Failure::Refused("its dialog was dismissed".to_owned()))
    } else {
        Ok(())
    }
}
