//! `KWallet` opens a wallet for each process. Where it is open already, its dialog is none: it is done with
//! before anybody sees it.

use zbus::blocking::Connection;

/// Whether a wallet is open, by the API of its own.
pub(super) fn is_open(bus: &Connection, wallet: &str) -> bool {
    ["kwalletd5", "kwalletd6"].iter().any(|daemon| {
        let reply = bus.call_method(
            Some(format!("org.kde.{daemon}").as_str()),
            format!("/modules/{daemon}").as_str(),
            Some("org.kde.KWallet"),
            "isOpen",
            &wallet,
        );
        reply.is_ok_and(|reply| reply.body().deserialize().unwrap_or(false))
    })
}
