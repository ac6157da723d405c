//! A real identity provider: Debian's `SimpleSAMLphp` in PHP's own web server, configured by
//! `tests/idp/simplesamlphp`.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::pages::Provider;
use super::server::Server;
use super::{VENV_BIN, http, program, skip, wait_for};

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/idp");
/// Where `tests/setup.sh` unpacks the package.
const WWW: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/target/rig/simplesamlphp/usr/share/simplesamlphp/www"
);
pub(crate) const USER: &str = "alice";
pub(crate) const PASSWORD: &str = "the right password";

/// A running provider. It ends with this value, or with the test process.
pub(crate) struct Idp {
    port: u16,
    // Before the folder, which it is still writing into: fields are dropped in this order.
    server: Server,
    folder: TempDir,
}

impl Idp {
    /// In half a second; one for each test. `None` after a printed skip where PHP or
    /// `SimpleSAMLphp` is missing.
    pub(crate) fn start() -> Option<Self> {
        program("php")?;
        if !Path::new(WWW).is_dir() {
            skip("no SimpleSAMLphp under target/rig");
            return None;
        }
        let folder = TempDir::new().expect("a temporary folder");
        std::os::unix::fs::symlink(WWW, folder.path().join("simplesaml")).expect("a link");
        let made = Command::new(format!("{VENV_BIN}/python"))
            .args(["-B", &format!("{SOURCES}/keys.py")])
            .arg(folder.path())
            .status();
        assert!(made.expect("Python to start").success(), "no keys");
        let configuration = format!("{SOURCES}/simplesamlphp");
        let www = folder.path().to_str().expect("a path in UTF-8");
        let server = Server::start(
            &["php", "-S", "127.0.0.1:0", "-t", www],
            [
                ("SIMPLESAMLPHP_CONFIG_DIR", configuration.into()),
                ("IDP_FOLDER", www.into()),
            ],
        );
        let port = wait_for("PHP's web server", || {
            server.port_behind("Development Server")
        });
        let idp = Self {
            port,
            server,
            folder,
        };
        idp.write(&json!({
            "password": PASSWORD, "roles": [], "session_duration": "3600", "lifetime": 300,
            "signed": true, "encrypted": false, "cookie_lifetime": 0,
        }));
        Some(idp)
    }

    /// Where a login starts: the identity provider's side begins it.
    pub(crate) fn login_url(&self) -> String {
        format!(
            "http://127.0.0.1:{}/simplesaml/saml2/idp/SSOService.php\
             ?spentityid=urn:amazon:webservices",
            self.port
        )
    }

    /// Changes settings from now on: `roles`, `session_duration` (a text), `lifetime` (negative:
    /// expired), `signed`, `encrypted`, `cookie_lifetime`.
    pub(crate) fn set(&self, settings: &Value) {
        let mut all: Value = serde_json::from_slice(
            &fs::read(self.folder.path().join("settings.json")).expect("the settings"),
        )
        .expect("JSON");
        for (name, value) in settings.as_object().expect("settings") {
            assert!(all.get(name).is_some(), "no such setting: {name}");
            all[name] = value.clone();
        }
        self.write(&all);
    }

    pub(crate) fn provider(&self) -> Provider {
        let path = "/simplesaml/saml2/idp/metadata.php";
        let metadata = http::call(self.port, "GET", path, "");
        Provider {
            metadata,
            private_key: fs::read_to_string(self.folder.path().join("idp.key")).ok(),
        }
    }

    /// How often somebody sent the login form, with whatever password.
    pub(crate) fn forms_sent(&self) -> usize {
        let log = self.server.log();
        log.matches("POST /simplesaml/module.php/core/loginuserpass")
            .count()
    }

    /// In one step: PHP may be reading.
    fn write(&self, settings: &Value) {
        let new = self.folder.path().join("settings.new");
        fs::write(&new, settings.to_string()).expect("the settings");
        fs::rename(new, self.folder.path().join("settings.json")).expect("the settings");
    }
}
