//! Keycloak, which takes 150 MB and half a minute: for `tests/run.sh --all`.

use std::path::Path;
use std::time::Duration;

use super::http;
use super::pages::Provider;
use super::server::Server;
use super::{long, not_here, wait_for_limit};

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/idp");
/// Where `tests/setup.sh` unpacks it.
const KEYCLOAK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/rig/keycloak");
/// The first start builds it, on whatever machine this is.
const LIMIT: Duration = Duration::from_mins(5);

/// A running Keycloak. It ends with this value, or with the test process. One at a time: the
/// realm is in a file of the installation.
pub(crate) struct Keycloak {
    port: u16,
    _server: Server,
}

impl Keycloak {
    /// With `idp::USER`, who has this one value of the Role attribute. `None` after a printed
    /// reason where nobody asked for long tests, or it could not be had.
    pub(crate) fn start(grant: &str) -> Option<Self> {
        if !long("Keycloak takes 150 MB and half a minute") {
            return None;
        }
        if !Path::new(KEYCLOAK).is_dir() {
            not_here("Keycloak could not be had: see tests/setup.sh");
            return None;
        }
        let script = format!("{SOURCES}/keycloak.sh");
        let server = Server::start(&["sh", &script, KEYCLOAK, grant], []);
        let port = wait_for_limit(LIMIT, "Keycloak", || {
            assert!(!server.has_ended(), "Keycloak ended:\n{}", server.log());
            server.port_behind("Listening on: ")
        });
        Some(Self {
            port,
            _server: server,
        })
    }

    /// Where a login starts: the identity provider's side begins it.
    pub(crate) fn login_url(&self) -> String {
        format!(
            "http://127.0.0.1:{}/realms/leapp/protocol/saml/clients/aws",
            self.port
        )
    }

    pub(crate) fn provider(&self) -> Provider {
        let path = "/realms/leapp/protocol/saml/descriptor";
        Provider {
            metadata: http::call(self.port, "GET", path, ""),
            private_key: None,
        }
    }
}
