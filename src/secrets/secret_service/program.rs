//! The program behind a name on the bus.

use std::fs;

use zbus::blocking::Connection;
use zbus::blocking::fdo::DBusProxy;
use zbus::names::BusName;

use crate::secrets::keyring::KeyringProgram;

/// The program that owns a name; `None` where it cannot be told.
pub(super) fn owner_of(bus: &Connection, name: &str) -> Option<KeyringProgram> {
    let names = DBusProxy::new(bus).ok()?;
    let name: BusName<'_> = name.try_into().ok()?;
    let pid = names.get_connection_unix_process_id(name).ok()?;
    // At most fifteen characters of the name.
    let program = fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
    Some(KeyringProgram::of_process(program.trim()))
}
