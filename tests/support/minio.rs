//! `MinIO`, which takes twelve minutes to build: for `tests/run.sh --all`.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::server::Server;
use super::{long, not_here, wait_for_limit};

/// Where `tests/setup.sh` builds it.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/rig/minio");
/// How long it may take to start, on whatever machine this is.
const LIMIT: Duration = Duration::from_mins(1);

/// The user that it is set up with.
pub(crate) const ADMIN: &str = "minioadmin";

/// A running server. It ends with this value.
pub(crate) struct Minio {
    port: u16,
    scheme: &'static str,
    folder: TempDir,
    _server: Server,
}

impl Minio {
    /// One over plain http. `None` after a printed reason where nobody asked for long tests, or it could
    /// not be had.
    pub(crate) fn start() -> Option<Self> {
        Self::with(|_| "http")
    }

    /// One over TLS, with a key and its certificate.
    pub(crate) fn start_with(key: &Path, certificate: &Path) -> Option<Self> {
        Self::with(|folder| {
            std::fs::create_dir(folder.join("certificates")).expect("a folder");
            for (from, name) in [(key, "private.key"), (certificate, "public.crt")] {
                let to = folder.join("certificates").join(name);
                std::fs::copy(from, to).expect("a copy");
            }
            "https"
        })
    }

    fn with(prepare: impl FnOnce(&Path) -> &'static str) -> Option<Self> {
        if !long("MinIO takes twelve minutes to build") {
            return None;
        }
        if !Path::new(FOLDER).join("minio").is_file() || !mc().is_file() {
            not_here("MinIO could not be had: see tests/setup.sh");
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let scheme = prepare(folder.path());
        let data = folder.path().join("data").display().to_string();
        let certificates = folder.path().join("certificates").display().to_string();
        let minio = format!("{FOLDER}/minio");
        let words = [
            &minio,
            "server",
            "--address",
            "127.0.0.1:0",
            "--certs-dir",
            &certificates,
            &data,
        ];
        let variables = [
            ("MINIO_ROOT_USER", ADMIN.into()),
            ("MINIO_ROOT_PASSWORD", ADMIN.into()),
            ("MINIO_BROWSER", "off".into()),
        ];
        let server = Server::start(&words, variables);
        let port = wait_for_limit(LIMIT, "MinIO", || {
            assert!(!server.has_ended(), "MinIO ended:\n{}", server.log());
            server.port_behind("API: ")
        });
        Some(Self {
            port,
            scheme,
            folder,
            _server: server,
        })
    }

    /// Its URL, by a name that a certificate may have.
    pub(crate) fn url(&self) -> String {
        format!("{}://127.0.0.1:{}", self.scheme, self.port)
    }

    /// A user who may read and write everything.
    pub(crate) fn user(&self, name: &str, secret: &str) {
        self.admin(&["admin", "user", "add", "it", name, secret]);
        self.admin(&[
            "admin",
            "policy",
            "attach",
            "it",
            "readwrite",
            "--user",
            name,
        ]);
    }

    /// Runs `MinIO`'s own client as the administrator, who knows the server as `it`.
    pub(crate) fn admin(&self, words: &[&str]) {
        let server = format!("{}://{ADMIN}:{ADMIN}@127.0.0.1:{}", self.scheme, self.port);
        let output = Command::new(mc())
            .arg("--insecure")
            .args(words)
            .env("MC_HOST_it", server)
            .env("MC_CONFIG_DIR", self.folder.path().join("mc"))
            .output()
            .expect("mc to start");
        assert!(output.status.success(), "{words:?}: {output:?}");
    }
}

/// `MinIO`'s own client.
pub(crate) fn mc() -> std::path::PathBuf {
    Path::new(FOLDER).join("mc")
}
