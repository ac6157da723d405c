//! Keycloak, which takes 150 MB and half a minute: for `tests/run.sh --all`.

use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use super::aws::Aws;
use super::federation::Federation;
use super::http;
use super::pages::Provider;
use super::server::Server;
use super::world::account;
use super::{long, not_here, wait_for_limit};

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/idp");
/// Where `tests/setup.sh` unpacks it.
const KEYCLOAK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/rig/keycloak");
/// The first start builds it, on whatever machine this is.
const LIMIT: Duration = Duration::from_mins(5);

/// A running Keycloak, which trusts an account that trusts it. It ends with the test process.
pub(crate) struct Keycloak {
    port: u16,
    /// What `idp::USER` may be.
    pub(crate) federation: Federation,
    _server: Server,
}

impl Keycloak {
    /// One for all tests: the realm is in a file of the installation. `None` after a printed reason
    /// where nobody asked for long tests, or it could not be had.
    pub(crate) fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Keycloak> = OnceLock::new();
        if !long("Keycloak takes 150 MB and half a minute") {
            return None;
        }
        if !Path::new(KEYCLOAK).is_dir() {
            not_here("Keycloak could not be had: see tests/setup.sh");
            return None;
        }
        Some(SHARED.get_or_init(Self::start))
    }

    fn start() -> Self {
        let account = account();
        let script = format!("{SOURCES}/keycloak.sh");
        let grant = Federation::grant_in(&account);
        let server = Server::start(&["sh", &script, KEYCLOAK, &grant], []);
        let port = wait_for_limit(LIMIT, "Keycloak", || {
            assert!(!server.has_ended(), "Keycloak ended:\n{}", server.log());
            server.port_behind("Listening on: ")
        });
        let path = "/realms/leapp/protocol/saml/descriptor";
        let provider = Provider {
            metadata: http::call(port, "GET", path, ""),
            private_key: None,
        };
        let this = Self {
            port,
            federation: Federation::in_account(Aws::shared(), account, &provider),
            _server: server,
        };
        // The first page takes Java some seconds, which would be those of a silent login.
        http::call(port, "GET", "/realms/leapp/protocol/saml/clients/aws", "");
        this
    }

    /// Where a login starts: the identity provider's side begins it.
    pub(crate) fn login_url(&self) -> String {
        format!(
            "http://127.0.0.1:{}/realms/leapp/protocol/saml/clients/aws",
            self.port
        )
    }
}
